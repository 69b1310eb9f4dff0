"""A number that is computed from data may be a size, in functional models, where the engine can."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import ops
from keras_core.core.tensors import runtime

X = np.arange(24, dtype="float32").reshape(2, 3, 4)


def count(x):
    """The number of steps, as a tensor that is computed."""
    return ops.cast(ops.sum(ops.ones_like(x[0, :, 0])), "int32")


MAKERS = {
    "reshape": lambda x: ops.reshape(x, (-1, count(x), 2)),
    "broadcast_to": lambda x: ops.broadcast_to(x[:, :1], (2, count(x), 4)),
    "a constant": lambda x: ops.reshape(np.arange(6), (count(x), -1)),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_symbolic_number_is_a_size(name):
    x = keras.Input((None, 4))
    y = MAKERS[name](x)
    assert None in y.shape
    model = keras.Model(x, y)
    found = ops.convert_to_numpy(model(X))
    np.testing.assert_array_equal(
        found, ops.convert_to_numpy(MAKERS[name](ops.convert_to_tensor(X)))
    )
    if name == "reshape" and (runtime.CAPABILITIES.dynamic_shapes or not runtime.CAPABILITIES.jit):
        np.testing.assert_array_equal(model.predict(X, verbose=0), found)


def test_a_size_is_an_integer():
    x = keras.Input((None, 4))
    with pytest.raises(TypeError, match="`reshape` expected a tuple of ints"):
        ops.reshape(x, (-1, ops.sum(x), 2))


@pytest.mark.skipif("complex64" not in runtime.CAPABILITIES.dtypes, reason="no complex numbers")
def test_complex_values_are_not_cut():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    x = np.ones((4, 2), "complex64")
    calls = [lambda: model.predict(x, verbose=0), lambda: model.set_weights([x[:2, :1], x[:1, 0]])]
    if runtime.CAPABILITIES.autodiff != "none":
        model.compile("sgd", "mse")
        real = np.ones((4, 2), "float32")
        calls += [
            lambda: model.fit(x, real[:, :1], verbose=0),
            lambda: model.fit(real, x[:, :1], verbose=0),
            lambda: model.train_on_batch(real, x[:, :1]),
        ]
    for call in calls:
        with pytest.raises(ValueError, match="Complex values cannot be taken as float32"):
            call()
    assert ops.dtype(ops.convert_to_tensor(x, "float32")) == "float32"  # as it was asked for
