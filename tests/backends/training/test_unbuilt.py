"""Models that see their first data in `fit`, `evaluate` or `predict`."""

import numpy as np
import pytest

import keras_core as keras

X = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
Y = np.zeros((6, 3), "float32")


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.body = keras.Sequential([keras.layers.Dense(5), keras.layers.BatchNormalization()])
        self.head = keras.layers.Dense(3)

    def call(self, x, training=False):
        return self.head(self.body(x, training=training))


def sequential():
    return keras.Sequential([keras.layers.Dense(5, activation="relu"), keras.layers.Dense(3)])


def nested():
    return keras.Sequential([sequential(), keras.layers.Dense(3)])


FIRST = {
    "fit": lambda m: m.fit(X, Y, verbose=0),
    "evaluate": lambda m: m.evaluate(X, Y, verbose=0),
    "predict": lambda m: m.predict(X, verbose=0),
    "train_on_batch": lambda m: m.train_on_batch(X, Y),
    "test_on_batch": lambda m: m.test_on_batch(X, Y),
    "predict_on_batch": lambda m: m.predict_on_batch(X),
    "call": lambda m: m(X),
    "generator": lambda m: m.predict(iter([(X,), (X,)]), verbose=0),
}


@pytest.mark.parametrize("make", [sequential, nested, Subclassed])
@pytest.mark.parametrize("first", FIRST)
def test_first_use(make, first):
    """Whatever comes first makes the weights, once; everything else works after it."""
    model = make()
    model.compile("sgd", "mse")
    FIRST[first](model)
    assert model.built
    weights = model.get_weights()
    assert weights
    expected = np.asarray(model.predict(X, verbose=0))
    assert expected.shape == (6, 3)
    for a, b in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(model.predict_on_batch(X), expected, rtol=1e-5, atol=1e-6)
    assert np.isfinite(model.train_on_batch(X, Y))


def test_predict_needs_no_compile():
    assert sequential().predict(X, verbose=0).shape == (6, 3)
    assert Subclassed().predict_on_batch(X).shape == (6, 3)


def test_a_step_that_passes_everything_on():
    """It takes what the default takes, and not the state as well."""

    class Passing(keras.Model):
        def train_step(self, *args, **kwargs):
            return super().train_step(*args, **kwargs)

    x = keras.Input((4,))
    model = Passing(x, keras.layers.Dense(3)(x))
    model.compile("sgd", "mse")
    assert np.isfinite(model.fit(X, Y, verbose=0).history["loss"]).all()


def test_steps_of_the_users_need_no_call():
    class Stepwise(keras.Model):
        def __init__(self):
            super().__init__()
            self.head = keras.layers.Dense(3)

        def predict_step(self, data):
            return self.head(data[0] if isinstance(data, tuple) else data)

    assert Stepwise().predict(X, batch_size=4, verbose=0).shape == (6, 3)
    assert Stepwise().predict_on_batch(X).shape == (6, 3)
    with pytest.raises(NotImplementedError, match="Stepwise does not have a `call"):
        Stepwise()(X)
