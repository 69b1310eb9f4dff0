"""Errors about values: who raises them, and who does not."""

import contextlib

import numpy as np
import pytest

from keras_core import ops
from keras_core.core.tensors import runtime

needs_gradients = pytest.mark.skipif(
    runtime.CAPABILITIES.autodiff == "none", reason="the engine has no gradients"
)


def test_indices_are_looked_at_again_for_another_axis():
    x, indices = ops.ones((2, 3)), ops.convert_to_tensor([0, 2])
    assert ops.take(x, indices, axis=1).shape == (2, 2)
    for _ in range(2):
        with pytest.raises(IndexError, match=r"from -2 to 1 .*Received: 2"):
            ops.take(x, indices, axis=0)


def test_indices_of_a_compiled_function_are_looked_at_outside():
    x, indices = ops.ones((2, 3)), ops.convert_to_tensor([0, 2])
    with contextlib.suppress(Exception):  # what compiled code does with such an index is free
        ops.jit(lambda x: ops.take(x, indices, axis=0))(x)
    with pytest.raises(IndexError, match="Received: 2"):
        ops.take(x, indices, axis=0)


def test_what_is_no_class_is_not_in_the_top():
    scores = ops.convert_to_tensor(np.eye(3, dtype="float32"))
    found = ops.in_top_k(ops.convert_to_tensor([0, 3, -1]), scores, k=3)
    assert ops.convert_to_numpy(found).tolist() == [True, False, False]


def test_what_is_behind_the_labels_is_free():
    outputs = np.random.default_rng(0).normal(size=(1, 4, 3)).astype("float32")
    lengths = np.array([1]), np.array([4])
    losses = [ops.ctc_loss(np.array([[2, v]]), outputs, *lengths) for v in (0, -1, 99)]
    values = [float(ops.convert_to_numpy(v)[0]) for v in losses]
    assert values[0] == values[1] == values[2]


def test_an_answer_that_is_not_finite_is_not_always_the_matrix():
    b = ops.convert_to_tensor(np.array([np.nan, 1], "float32"))
    x = ops.convert_to_numpy(ops.linalg.solve(np.eye(2, dtype="float32"), b))
    assert np.isnan(x).any()


@needs_gradients
@pytest.mark.parametrize("name", ["inv", "cholesky", "logdet"])
def test_gradients_pass_the_checks(name):
    function = getattr(ops.linalg, name, None) or getattr(ops, name)
    x = ops.convert_to_tensor(np.array([[2, 1], [1, 3]], "float32"))
    gradient = ops.convert_to_numpy(ops.grad(lambda x: ops.sum(function(x)))(x))
    assert np.isfinite(gradient).all()


def test_a_matrix_without_a_factor_is_a_value_error():
    with pytest.raises(np.linalg.LinAlgError, match="positive definite") as caught:
        ops.linalg.cholesky(np.array([[1, 2], [2, 1]], "float32"))
    assert isinstance(caught.value, ValueError)
