"""Sparse tensors: which results stay sparse, how they are made, and their gradients.

That the values are right is the conformance suite's business.
"""

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras
from keras_core import ops
from keras_core.core.tensors import runtime, sparse

pytestmark = pytest.mark.one_in(15)

DENSE = np.array([[0, 2.0, 0, 1], [3, 0, 0, 0], [0, 0, 0.5, 0]], "float32")
HAS = runtime.CAPABILITIES.sparse
needs_sparse = pytest.mark.skipif(not HAS, reason="the engine has no sparse tensors")
lacks_sparse = pytest.mark.skipif(HAS, reason="the engine has sparse tensors")


def made_sparse(array):
    places = np.argwhere(array)
    values = ops.convert_to_tensor(array[tuple(places.T)])
    return sparse.put_together(sparse.Coo(ops.convert_to_tensor(places), values, np.shape(array)))


CALLS = [
    "ops.abs(s)",
    "ops.cast(s, 'float16')",
    "ops.exp(s)",
    "ops.add(s, s)",
    "ops.add(s, 1.0)",
    "ops.add(d, s)",
    "ops.subtract(s, s)",
    "ops.multiply(s, d)",
    "ops.multiply(2.0, s)",
    "ops.multiply(s, s)",
    "ops.divide(s, 2.0)",
    "ops.divide(s, d + 1)",
    "ops.divide(d, s + s)",
    "ops.maximum(s, s)",
    "ops.minimum(s, d)",
    "ops.matmul(s, d.T)",
    "ops.matmul(d.T, s)",
    "ops.matmul(s, ops.transpose(s))",
    "ops.reshape(s, (2, -1))",
    "ops.expand_dims(s, 1)",
    "ops.squeeze(ops.expand_dims(s, 0))",
    "ops.sum(s, 1)",
    "ops.concatenate([s, s], 1)",
    "ops.concatenate([s, d], 0)",
    "ops.convert_to_tensor(s)",
    "ops.convert_to_tensor(s, sparse=False)",
    "ops.one_hot(np.array([1, 2]), 3, sparse=True)",
    "ops.one_hot(np.array([[1], [0]]), 3, axis=1, sparse=True)",
    "ops.multi_hot(np.array([[1, 2], [0, 2]]), 3, sparse=True)",
]


@needs_sparse
@pytest.mark.parametrize("call", CALLS)
def test_as_keras_does(call):
    """What stays sparse in real Keras stays sparse, with the same values."""
    scope = {"ops": ops, "np": np, "s": made_sparse(DENSE), "d": DENSE}
    if "s + s" in call:
        call = call.replace("s + s", "ops.add(s, s)")
    out = eval(call, scope)  # noqa: S307  # the calls above
    if runtime.NAME == "tensorflow":
        make = (
            "keras.ops.convert_to_tensor(x); import tensorflow as tf; s = tf.sparse.from_dense(x)"
        )
        kind = "isinstance(y, tf.SparseTensor)"
    else:
        make = "from jax.experimental.sparse import BCOO; s = BCOO.fromdense(x)"
        kind = "isinstance(y, BCOO)"
    theirs_sparse, theirs = real_keras(
        f"{make}; d = np.asarray(x); ops = keras.ops\ny = {call}\n"
        f"({kind}, keras.ops.convert_to_numpy(y))",
        backend=runtime.NAME,
        x=DENSE,
    )
    assert sparse.is_sparse(out) == theirs_sparse
    np.testing.assert_allclose(ops.convert_to_numpy(out), theirs, rtol=1e-5)


@needs_sparse
def test_of_the_engine():
    s = made_sparse(DENSE)
    assert ops.is_tensor(s)
    assert ops.shape(s) == (3, 4)
    assert ops.ndim(s) == 2
    assert ops.dtype(s) == "float32"
    np.testing.assert_array_equal(ops.convert_to_numpy(s), DENSE)


@needs_sparse
def test_repeated_entries_are_one_value():
    """A square of a sum, not a sum of squares."""
    places = ops.convert_to_tensor(np.array([[0, 1], [0, 1], [2, 0]]))
    values = ops.convert_to_tensor(np.array([1.0, 2.0, 4.0], "float32"))
    coo = sparse.coalesce(sparse.Coo(places, values, (3, 2)))
    square = ops.square(sparse.put_together(coo))
    expected = [[0, 9], [0, 0], [16, 0]]
    np.testing.assert_array_equal(ops.convert_to_numpy(square), expected)


@needs_sparse
def test_counts():
    counts = ops.bincount(np.array([[1, 3, 3], [0, 1, 1]]), sparse=True)
    assert sparse.is_sparse(counts)
    expected = [[0, 1, 0, 2], [1, 2, 0, 0]]
    np.testing.assert_array_equal(ops.convert_to_numpy(counts), expected)
    weighted = ops.bincount(np.array([1, 1]), weights=np.array([0.5, 2.0], "float32"), sparse=True)
    np.testing.assert_array_equal(ops.convert_to_numpy(weighted), [0, 2.5])


@needs_sparse
@pytest.mark.parametrize("shape", [(4, 2), (3, 1), (1, 4)])
def test_gradient_of_the_dense_operand(shape):
    """It is that of the dense computation, where values are 0 too."""
    call = ops.matmul if shape == (4, 2) else ops.multiply
    w = np.linspace(0, 1, int(np.prod(shape)), dtype="float32").reshape(shape)

    def loss(x):
        return ops.grad(lambda w: ops.sum(ops.square(call(x, w))))(ops.convert_to_tensor(w))

    np.testing.assert_allclose(
        ops.convert_to_numpy(loss(made_sparse(DENSE))),
        ops.convert_to_numpy(loss(ops.convert_to_tensor(DENSE))),
        rtol=1e-5,
    )


@needs_sparse
def test_a_functional_model(tmp_path):
    """With a sparse input it runs, says so in its config, and comes back from a file."""
    x = keras.Input((4,), sparse=True)
    y = keras.layers.Dense(3)(keras.layers.Concatenate()([x, x * 2.0]))
    model = keras.Model(x, y)
    assert model.get_config()["layers"][0]["config"]["sparse"] is True
    expected = ops.convert_to_numpy(model(ops.convert_to_tensor(DENSE)))
    given = made_sparse(DENSE)
    np.testing.assert_allclose(ops.convert_to_numpy(model(given)), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.predict(given, verbose=0), expected, rtol=1e-5, atol=1e-6)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.inputs[0].sparse
    np.testing.assert_allclose(again.predict(given, verbose=0), expected, rtol=1e-5, atol=1e-6)


@needs_sparse
@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.layers.Dense(2),
        lambda: keras.layers.Activation("relu"),
        lambda: keras.layers.Dropout(0.5),
        lambda: keras.layers.BatchNormalization(),
        lambda: keras.layers.Flatten(),
        lambda: keras.layers.Reshape((2, 2)),
        lambda: keras.layers.LayerNormalization(),
    ],
)
def test_layers(make):
    layer = make()
    expected = ops.convert_to_numpy(layer(ops.convert_to_tensor(DENSE)))
    out = ops.convert_to_numpy(layer(made_sparse(DENSE)))
    np.testing.assert_allclose(out, expected, rtol=1e-5, atol=1e-6)


@lacks_sparse
@pytest.mark.parametrize(
    "call",
    [
        lambda: keras.Input((3,), sparse=True),
        lambda: ops.convert_to_tensor(DENSE, sparse=True),
        lambda: ops.one_hot(np.array([1]), 3, sparse=True),
        lambda: ops.multi_hot(np.array([[1, 2]]), 3, sparse=True),
        lambda: ops.bincount(np.array([1, 2]), sparse=True),
    ],
)
def test_refused(call):
    with pytest.raises(ValueError, match=f"`sparse=True` is not supported with the {runtime.NAME}"):
        call()


def test_inference_needs_no_engine():
    """As in real Keras, symbolic tensors may be sparse on every backend."""
    s = keras.KerasTensor((None, 4), sparse=True)
    assert ops.add(s, s).sparse
    assert ops.relu(s).sparse
    assert not ops.add(s, 1.0).sparse
    assert not ops.matmul(s, keras.KerasTensor((4, 2))).sparse
    assert not ops.convert_to_tensor(s, sparse=False).sparse
    assert ops.one_hot(keras.KerasTensor((None,), "int32"), 3, sparse=True).shape == (None, 3)
