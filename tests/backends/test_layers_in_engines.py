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


@pytest.mark.parametrize("symbolic", [True, False])
def test_a_layer_below_is_built_where_only_the_engine_knows_its_input(symbolic):
    """Its variables are made while the engine infers, and outlast that."""
    module, results = ENGINES[keras.config.backend()]
    engine = importlib.import_module(module)
    drawn = []

    class Ones(keras.initializers.Initializer):
        def sample(self, shape, dtype):
            drawn.append(shape)
            return np.ones(shape, dtype)

    class Late(layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3, kernel_initializer=Ones())
            self.calls = self.add_weight((), "zeros", trainable=False)

        def call(self, x):
            self.calls.assign_add(1)
            return self.dense(results(engine, x)["largest"])

    layer = Late()
    values = np.linspace(0, 1, 24, dtype="float32").reshape(2, 3, 4)
    if symbolic:
        x = keras.Input((3, 4))
        run = keras.Model(x, layer(x))
        assert run.output.shape == (None, 3)
        assert float(layer.calls) == 0
    else:
        run = layer
    for n in (1, 2):
        found = ops.convert_to_numpy(run(values))
        assert float(layer.calls) == n
    wanted = {"sines": values, "largest": values.max(1)}["largest"].sum(-1, keepdims=True)
    np.testing.assert_allclose(found, np.repeat(wanted, 3, -1), rtol=1e-5)
    assert drawn == [(4, 3)]
    assert run.predict(values, verbose=0).shape == (2, 3) if symbolic else True


def test_a_variable_may_be_made_in_a_function_that_is_traced():
    made = []

    def run(x):
        if not made:
            made.extend([keras.Variable([1.0, 2.0]), keras.random.SeedGenerator(3)])
        keras.random.uniform((2,), seed=made[1])
        return x + made[0]

    compiled = ops.jit(run)
    for n in (1, 2):
        y = compiled(ops.ones((2,)))
        np.testing.assert_array_equal(ops.convert_to_numpy(y), [2.0, 3.0])
        assert ops.convert_to_numpy(made[1].state).tolist() == [3, n]
