"""Inputs of a wrong shape: the error names the layer and the shape, in one wording everywhere."""

import numpy as np
import pytest

from keras_core import layers


def data(*shape):
    return np.ones(shape, "float32")


def built(layer, x):
    layer(x)
    return layer


CASES = {
    "Dense": (lambda: built(layers.Dense(2, name="it"), data(2, 3)), data(2, 4)),
    "BatchNormalization": (
        lambda: built(layers.BatchNormalization(name="it"), data(2, 3)),
        data(2, 4),
    ),
    "Conv1D": (lambda: layers.Conv1D(2, 3, name="it"), data(8, 3)),
    "Conv2D": (lambda: layers.Conv2D(2, 3, name="it"), data(8, 8, 3)),
    "MaxPooling2D": (lambda: layers.MaxPooling2D(name="it"), data(8, 8, 3)),
    "LSTM": (lambda: layers.LSTM(2, name="it"), data(2, 3)),
    "Concatenate": (lambda: layers.Concatenate(name="it"), [data(2, 3), data(3, 3, 1)]),
    "Add": (lambda: layers.Add(name="it"), [data(2, 3), data(2, 4)]),
    "Dot": (lambda: layers.Dot(1, name="it"), [data(2, 3), data(2, 4)]),
    "Reshape": (lambda: layers.Reshape((4,), name="it"), data(2, 3)),
    "Reshape, open": (lambda: layers.Reshape((-1, 4), name="it"), data(2, 3)),
    "Permute": (lambda: layers.Permute((2, 1), name="it"), data(2, 3)),
    "Cropping1D": (lambda: layers.Cropping1D(5, name="it"), data(2, 3, 1)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_layer_and_the_shape_are_named(name):
    make, x = CASES[name]
    layer = make()
    with pytest.raises(ValueError, match="'it'") as found:
        layer(x)
    last = (x[-1] if isinstance(x, list) else x).shape
    text = str(found.value)
    assert str(last) in text or str(last[1:]) in text or ", ".join(map(str, last[1:])) in text


@pytest.mark.parametrize("name", ["Conv1D", "Conv2D", "LSTM", "MaxPooling2D", "Permute"])
def test_a_missing_axis_is_guessed(name):
    make, x = CASES[name]
    with pytest.raises(ValueError, match="did you forget the batch axis"):
        make()(x)
