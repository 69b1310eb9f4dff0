"""Data that cannot be meant: the error names the argument, what came, and what to give."""

import datetime

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers

X = np.ones((8, 3), "float32")
Y = np.ones((8, 1), "float32")
VERBS = ("fit", "evaluate", "predict")


def made(loss="mse", units=1):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(units)])
    model.compile("sgd", loss)
    return model


def use(model, verb, x, y=None, **options):
    given = (x,) if verb == "predict" else (x, y)
    return getattr(model, verb)(*given, verbose=0, **options)


NO_NUMBERS = {
    "text": (np.array(["a"] * 8), "<U1"),
    "dates": (np.array([datetime.date(2020, 1, 1)] * 8, "datetime64[D]"), "datetime64"),
    "missing": (np.array([[1.0, None, 2.0]] * 8, object), "object"),
    "objects": (np.array([object()] * 8), "object"),
    "ragged": ([[1, 2], [3]], "ragged"),
    "None": (None, "None"),
    "a word": ("abc", "str"),
    "a number": (3.0, "float"),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", NO_NUMBERS)
def test_what_holds_no_numbers(kind, verb):
    value, named = NO_NUMBERS[kind]
    with pytest.raises(ValueError, match="`x`") as found:
        use(made(), verb, value, Y)
    assert named in str(found.value)


@pytest.mark.parametrize("verb", ["fit", "evaluate"])
@pytest.mark.parametrize("kind", ["text", "dates", "missing", "objects"])
def test_targets_that_hold_no_numbers(kind, verb):
    value, named = NO_NUMBERS[kind]
    with pytest.raises(ValueError, match="`y`") as found:
        use(made(), verb, X, value)
    assert named in str(found.value)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("value", [0, -1, 2.5, True, "4"])
def test_batch_sizes(verb, value):
    with pytest.raises(ValueError, match=rf"`batch_size`.*positive.*{value!r}"):
        use(made(), verb, X, Y, batch_size=value)


@pytest.mark.parametrize("argument", ["epochs", "steps_per_epoch"])
@pytest.mark.parametrize("value", [0, -1, 2.5, True, "4"])
def test_numbers_of_epochs_and_steps(argument, value):
    with pytest.raises(ValueError, match=rf"steps|epochs.*positive.*{value!r}"):
        made().fit(X, Y, verbose=0, **{argument: value})


@pytest.mark.parametrize("value", [1.0, -0.1, 1.5, True, "a", float("nan")])
def test_shares_of_validation(value):
    with pytest.raises(ValueError, match=rf"`validation_split`.*{value!r}"):
        made().fit(X, Y, verbose=0, validation_split=value)
    with pytest.raises(ValueError, match="not sufficient"):
        made().fit(X, Y, verbose=0, validation_split=0.99)


def test_nothing():
    for verb in ("fit", "evaluate"):
        with pytest.raises(ValueError, match=rf"{verb}\(\).*no batch"):
            use(made(), verb, X[:0], Y[:0])
        with pytest.raises(ValueError, match=rf"{verb}\(\).*no batch"):
            use(made(), verb, iter(()))
    assert made().predict(X[:0], verbose=0).shape == (0, 1)


def test_lengths_that_differ_are_named():
    for name, given in {
        "y": {"y": Y[:5]},
        "sample_weight": {"y": Y, "sample_weight": Y[:5, 0]},
    }.items():
        with pytest.raises(ValueError, match=rf"(?s)\(8, 3\).*{name} \(5,"):
            made().fit(X, verbose=0, **given)


@pytest.mark.parametrize("label", [3, -1, 0.5, 2**40])
@pytest.mark.parametrize("verb", ["fit", "evaluate"])
def test_class_numbers(label, verb):
    model = made("sparse_categorical_crossentropy", 3)
    with pytest.raises(ValueError, match=rf"output 'output_0'.*class numbers.*{label}"):
        use(model, verb, X, np.full((8,), label))


@pytest.mark.parametrize("shape", [(8, 2), (8, 3, 2), (8,)])
def test_shapes_of_targets_and_outputs(shape):
    with pytest.raises(ValueError, match=r"output .output_0.*shape \(batch.*\(batch, 3\)"):
        made(units=3).fit(X, np.ones(shape), verbose=0)
