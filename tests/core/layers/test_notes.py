"""An error in a layer says which layer it was, and what it was given."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops


class Broken(layers.Layer):
    def call(self, x, scale=2, other=None):
        raise KeyError("mine")


def notes(call, error=KeyError):
    with pytest.raises(error) as info:
        call()
    return getattr(info.value, "__notes__", [])


def test_the_layer_and_its_arguments_are_named():
    [note] = notes(lambda: Broken(name="here")(ops.ones((2, 3)), scale=5))
    assert note.splitlines()[0] == "While the layer 'here' of class Broken was called with"
    assert "of shape (2, 3), float32>" in note
    assert note.endswith("scale = 5")


@pytest.mark.parametrize("use", ["call", "symbolic", "fit", "predict"])
def test_the_innermost_layer_has_the_say(use):
    class Outer(keras.Model):
        def __init__(self):
            super().__init__(name="outer")
            self.inner = Broken(name="inner")

        def call(self, x):
            return self.inner(x, scale=3)

    model = Outer()
    model.compile("sgd", "mse")
    x = np.ones((2, 3), "float32")
    [note] = notes(
        {
            "call": lambda: model(x),
            "symbolic": lambda: model(keras.Input((3,))),
            "fit": lambda: model.fit(x, x, verbose=0),
            "predict": lambda: model.predict(x, verbose=0),
        }[use]
    )
    assert "'outer/inner' of class Broken" in note
    assert note.endswith("scale = 3")


def test_nests_and_other_objects_are_short():
    nest = {"a": ops.ones((2,)), "b": [ops.ones((3,))] * 50}
    [note] = notes(lambda: Broken()(nest, other="word " * 100))
    assert len(note) < 1000
    assert "of shape (2,), float32>" in note


def test_inputs_that_do_not_fit_are_named_too():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="first")], name="model")
    [note] = notes(lambda: model(ops.ones((2, 5))), ValueError)
    assert "'model/first' of class Dense" in note
    assert "of shape (2, 5), float32>" in note


def test_what_cannot_be_described_does_not_hide_the_error():
    class Hostile:
        @property
        def shape(self):
            raise ZeroDivisionError

    assert notes(lambda: Broken()(ops.ones((2,)), other=Hostile())) == []
