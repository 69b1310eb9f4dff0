"""Layers whose `call` uses functions of the engine, which finds the shapes of their results."""

import importlib
import traceback

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops


def _of_numpy(xp, x):
    return {"sines": xp.sin(x) @ xp.ones((4, 2), "float32"), "largest": xp.max(x, 1)}


def _of_torch(torch, x):
    return {"sines": torch.sin(x) @ torch.ones((4, 2)), "largest": torch.max(x, 1).values}


def _of_tensorflow(tf, x):
    return {"sines": tf.sin(x) @ tf.ones((4, 2)), "largest": tf.reduce_max(x, 1)}


ENGINES = {
    "numpy": ("numpy", _of_numpy),
    "jax": ("jax.numpy", _of_numpy),
    "torch": ("torch", _of_torch),
    "tensorflow": ("tensorflow", _of_tensorflow),
}
if keras.config.backend() not in ENGINES:
    pytest.skip("the engine has no functions of tensors", allow_module_level=True)


def test_layers_may_be_written_in_the_engine():
    module, results = ENGINES[keras.config.backend()]
    engine = importlib.import_module(module)

    class Direct(layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(4, kernel_initializer="ones")

        def call(self, x):
            return results(engine, self.dense(x))

    x = keras.Input((5, 3))
    y = Direct()(x)
    assert {name: (t.shape, t.dtype) for name, t in y.items()} == {
        "sines": ((None, 5, 2), "float32"),
        "largest": ((None, 4), "float32"),
    }
    values = np.linspace(-1, 1, 30, dtype="float32").reshape(2, 5, 3)
    found = keras.Model(x, y)(values)
    summed = np.repeat(values.sum(-1, keepdims=True), 4, -1)
    np.testing.assert_allclose(
        ops.convert_to_numpy(found["sines"]), np.sin(summed) @ np.ones((4, 2)), atol=1e-5
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(found["largest"]), summed.max(1), rtol=1e-5, atol=1e-6
    )


@pytest.mark.skipif(keras.config.backend() != "tensorflow", reason="AutoGraph is TensorFlow's")
def test_autograph_rewrites_the_functions_of_the_user_only():
    tf = importlib.import_module("tensorflow")
    rewritten = []

    class Looking(layers.Layer):
        def call(self, x):
            stack = traceback.extract_stack()
            rewritten.extend(f.name for f in stack if "__autograph_generated" in f.filename)
            return ops.relu(x)

    layer = layers.TimeDistributed(Looking())

    @tf.function
    def run(x):
        return layer(x)

    x = np.linspace(-1, 1, 30, dtype="float32").reshape(2, 5, 3)
    np.testing.assert_array_equal(run(tf.constant(x)), np.maximum(x, 0))
    assert set(rewritten) == {"tf__run"}
