"""What `FeatureSpace` says to what it cannot use."""

import numpy as np
import pytest

import keras_core as keras
from keras_core.utils import FeatureSpace as Space

MISTAKES = {
    "nothing": (lambda: Space({}), "cannot be None or empty"),
    "no dict": (lambda: Space(["a"]), "must be a dict"),
    "an unknown kind": (lambda: Space({"a": "numbers"}), "Invalid feature type: numbers"),
    "a mode": (lambda: Space({"a": "float"}, output_mode="list"), "output_mode=list"),
    "a mode of a feature": (lambda: Space.integer_hashed(3, output_mode="x"), "output_mode=x"),
    "a mode of a cross": (lambda: Space.cross("ab", 3, output_mode="float"), "output_mode=float"),
    "a cross of unknown ones": (
        lambda: Space({"a": "float"}, crosses=[("a", "b")]),
        r"unknown features: \('a', 'b'\)",
    ),
    "not adapted": (lambda: Space({"a": "float_normalized"})({"a": 1.0}), "You need to call"),
    "no inputs yet": (lambda: Space({"a": "float_normalized"}).get_inputs(), "You need to call"),
    "a column is missing": (
        lambda: Space({"a": "float", "b": "float"})({"a": 1.0}),
        r"\['b'\] are missing",
    ),
    "a column is missing in the data": (
        lambda: Space({"a": "float_normalized"}).adapt({"b": [1.0]}),
        r"\['a'\] are missing in the dataset",
    ),
    "targets in the data": (
        lambda: Space({"a": "float_normalized"}).adapt([({"a": [1.0]}, [0])]),
        "Take the targets out first",
    ),
    "integers side by side": (
        lambda: Space({"a": Space.string_hashed(4, output_mode="int")})({"a": ["x"]}),
        "has not been encoded",
    ),
    "rows of floats": (
        lambda: Space({"a": Space.feature("float32", lambda x: x, "one_hot")})({"a": [1.0]}),
        "should return an integer dtype",
    ),
    "rows of unknown length": (
        lambda: Space({"a": Space.feature("int32", lambda x: x, "one_hot")})({"a": [1]}),
        "is not known",
    ),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_mistakes_are_named(what):
    mistake, message = MISTAKES[what]
    with pytest.raises(ValueError, match=message):
        mistake()


def test_adapting_again_forgets():
    space = Space({"a": "string_categorical"})
    for words in (["x", "y", "z"], ["q"]):
        space.adapt({"a": words})
        assert space({"a": "q"}).shape == (len(words) + 1,)
    assert keras.ops.convert_to_numpy(space({"a": "x"})).tolist() == [1, 0]
    again = Space.from_config(space.get_config())
    assert again.get_config() == space.get_config()
    with pytest.raises(ValueError, match="You need to call"):
        again({"a": np.array(["x"])})
