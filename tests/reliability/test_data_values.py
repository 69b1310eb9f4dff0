"""Values in the data that are not finite: an error that says where, if it is asked for."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers

X = np.ones((12, 3), "float32")
Y = np.ones((12, 1), "float32")


def made():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def with_one(x, value, row, column=0):
    out = x.copy()
    out[row, column] = value
    return out


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_place_of_a_value_is_told(value):
    wrong = with_one(X, value, 9, 2)
    place = rf"`x` has 1 values.*batch 2 of pass 1.*{value}, is in row 1, column 2"
    for run in (
        lambda: made().fit(wrong, Y, batch_size=4, shuffle=False, verbose=0, validate_data=True),
        lambda: made().evaluate(wrong, Y, batch_size=4, verbose=0, validate_data=True),
        lambda: made().predict(wrong, batch_size=4, verbose=0, validate_data=True),
    ):
        with pytest.raises(ValueError, match=place):
            run()
    assert np.isfinite(made().predict(X, verbose=0, validate_data=True)).all()
    made().predict(wrong, verbose=0)  # nobody asked


def test_targets_weights_validation_and_nests_are_looked_at():
    wrong, weight = with_one(Y, np.nan, 3), np.array([1.0] * 11 + [np.nan])
    with pytest.raises(ValueError, match="`y` has 1"):
        made().fit(X, wrong, verbose=0, validate_data=True)
    with pytest.raises(ValueError, match="`sample_weight` has 1"):
        made().fit(X, Y, sample_weight=weight, verbose=0, validate_data=True)
    with pytest.raises(ValueError, match="`y` has 1"):
        made().fit(X, Y, validation_data=(X, wrong), verbose=0, validate_data=True)
    inputs = {"a": keras.Input((3,), name="a"), "b": keras.Input((3,), name="b")}
    model = keras.Model(inputs, layers.Add()([inputs["a"], inputs["b"]]))
    data = {"a": X, "b": with_one(with_one(X, np.nan, 0), np.inf, 1)}
    with pytest.raises(ValueError, match=r"`x\['b'\]` has 2"):
        model.predict(data, verbose=0, validate_data=True)


def test_generators_are_looked_at():
    def batches():
        yield X, Y
        yield with_one(X, np.nan, 0), Y

    with pytest.raises(ValueError, match=r"`x` has 1 values.*batch 1 of pass 1"):
        made().fit(batches(), verbose=0, validate_data=True)
