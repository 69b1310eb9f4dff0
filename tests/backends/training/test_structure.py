"""Compiled steps follow what becomes of the model after `compile`."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core.core.execution import compiled as execution

needs_gradients = pytest.mark.skipif(execution.AUTODIFF is None, reason="no gradients")

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
Y = X[:, :1]


def model(*more):
    made = keras.Sequential([keras.Input((3,)), layers.Dense(3, "tanh"), *more, layers.Dense(1)])
    made.compile(keras.optimizers.SGD(0.1), "mse")
    return made


def fit(made):
    """Which weights an epoch changes."""
    before = made.get_weights()
    made.fit(X, Y, batch_size=4, verbose=0)
    return [bool(np.any(a != b)) for a, b in zip(before, made.get_weights(), strict=True)]


@needs_gradients
@pytest.mark.parametrize("compiled", [True, False])
def test_what_is_frozen_and_unfrozen(compiled):
    made = model(layers.BatchNormalization())
    made.run_eagerly = not compiled
    assert fit(made) == [True] * 8
    first, norm, _ = made.layers
    first.trainable = False
    assert fit(made) == [False, False, *[True] * 6]
    norm.trainable = False
    assert fit(made) == [*[False] * 6, True, True]
    made.trainable = False
    assert fit(made) == [False] * 8
    made.trainable = True
    assert fit(made) == [True] * 8
    functions = len(made._training_state.functions)
    first.trainable = False
    fit(made)
    assert len(made._training_state.functions) == functions  # the one that was made for this before


@needs_gradients
def test_steps_by_batch_follow_too():
    made = model()
    made.train_on_batch(X, Y)
    made.layers[0].trainable = False
    kernel = ops.convert_to_numpy(made.layers[0].kernel)
    made.train_on_batch(X, Y)
    np.testing.assert_array_equal(ops.convert_to_numpy(made.layers[0].kernel), kernel)


def test_layers_that_come_and_go_take_part_in_predictions():
    made = keras.Sequential([keras.Input((3,)), layers.Dense(3)])
    before = made.predict(X, verbose=0)
    made.add(layers.Rescaling(2.0))
    np.testing.assert_allclose(made.predict(X, verbose=0), 2 * before, rtol=1e-5)
    made.add(layers.Dense(2, "relu", kernel_initializer="ones"))
    assert made.predict(X, verbose=0).shape == (4, 2)
    made.pop()
    made.pop()
    np.testing.assert_allclose(made.predict(X, verbose=0), before, rtol=1e-5)


@needs_gradients
def test_a_frozen_normalization_of_no_weights_is_used_as_it_is():
    norm = layers.BatchNormalization(center=False, scale=False)
    made = model(norm)
    made.fit(X, Y, verbose=0)
    moving = ops.convert_to_numpy(norm.moving_mean)
    norm.trainable = False
    made.fit(X, Y, verbose=0)
    np.testing.assert_array_equal(ops.convert_to_numpy(norm.moving_mean), moving)
