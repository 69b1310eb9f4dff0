"""Gradients are the same when intermediate results are computed again, and state moves once."""

import warnings

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops

X = np.random.default_rng(0).normal(size=(32, 6)).astype("float32")
Y = (X.sum(1, keepdims=True) > 0).astype("float32")
SCOPES = {
    "full": {},
    "activations": {"mode": "activations"},
    "larger_than": {"mode": "larger_than", "output_size_threshold": 100},
    "list_of_layers": {"mode": "list_of_layers", "layer_names": ["wide", "drop"]},
}


class Counting(layers.Layer):
    """Notes its calls, adds a loss and moves a state."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.calls = []
        self.inner = layers.ActivityRegularization(l2=0.01)

    def build(self, input_shape):
        self.seen = self.add_weight((), "zeros", trainable=False)

    def call(self, x):
        self.calls.append(type(x))
        self.seen.assign_add(1.0)
        return ops.sin(self.inner(x))


def train(scope):
    keras.utils.set_random_seed(1)
    with scope:
        model = keras.Sequential(
            [
                keras.Input((6,)),
                layers.Dense(16, activation="tanh", name="wide"),
                layers.BatchNormalization(),
                layers.Dropout(0.3, seed=3, name="drop"),
                Counting(),
                layers.Dense(1),
            ]
        )
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
    history = model.fit(X, Y, epochs=3, batch_size=8, verbose=0, shuffle=False)
    return history.history["loss"], model.get_weights()


@pytest.fixture(scope="module")
def plain():
    return train(keras.RematScope(mode=None))


@pytest.mark.parametrize("name", SCOPES)
def test_training_is_the_same(name, plain):
    losses, weights = train(keras.RematScope(**SCOPES[name]))
    np.testing.assert_allclose(losses, plain[0], rtol=1e-5)
    for a, b in zip(weights, plain[1], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_no_update_goes_before_a_gradient_that_reads_the_variable():
    """Steps of a compiled program are not ordered but by what they say they wait for."""

    def updated(mode):
        keras.utils.set_random_seed(1)
        with keras.RematScope(mode):
            hidden = [layers.Dense(16), layers.BatchNormalization()]
            model = keras.Sequential([keras.Input((6,)), *hidden, layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
        model.fit(X, Y, batch_size=32, verbose=0)
        return model.get_weights()

    expected = updated(None)
    for _ in range(12):  # a race was lost in one of six
        for a, b in zip(updated("full"), expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_a_function_has_the_same_gradient():
    w = keras.Variable(X[:6, :3])

    def f(x, scale=2.0):
        return {"y": ops.tanh(ops.matmul(x, w)) * scale, "none": None}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        again = keras.remat(f)
    grads = []
    for function in (f, again):
        for options in ({"argnums": 0}, {"variables": [w]}):
            loss = lambda x, function=function: ops.sum(function(x, scale=3.0)["y"])  # noqa: E731
            grads.append(np.asarray(ops.convert_to_numpy(
                keras.tree.flatten(ops.grad(loss, **options)(ops.convert_to_tensor(X)))[0]
            )))  # fmt: skip
    np.testing.assert_allclose(grads[2], grads[0], rtol=1e-5)
    np.testing.assert_allclose(grads[3], grads[1], rtol=1e-5)


def test_modes_are_checked():
    with pytest.raises(ValueError, match=r"Invalid mode 'half'.*'full'"):
        keras.RematScope(mode="half")
