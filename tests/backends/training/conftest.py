"""Small models."""

import numpy as np
import pytest

from keras_core import layers
from keras_core.core.execution import compiled
from keras_core.models.model import Model
from keras_core.models.sequential import Sequential

needs_gradients = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")


@pytest.fixture
def line():
    """``y = x @ w + b`` and samples of it."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3)).astype("float32")
    y = (x @ np.array([[1.0], [2.0], [-1.0]]) + 0.5).astype("float32")
    model = Sequential([layers.Input((3,)), layers.Dense(1, name="out")])
    return model, x, y


@pytest.fixture
def fork():
    """A function that makes a model with the outputs ``a`` and ``b``, as a dict or a list."""

    def make(kind):
        x = layers.Input((3,))
        a, b = layers.Dense(1, name="a")(x), layers.Dense(3, activation="softmax", name="b")(x)
        return Model(x, {"a": a, "b": b} if kind == "dict" else [a, b])

    return make
