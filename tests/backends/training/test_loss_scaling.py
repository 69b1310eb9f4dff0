"""Training in float16, whose gradients overflow if the loss is scaled by too much."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers


# numpy tells of the overflow that this is about
@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_a_scale_that_overflows_recovers():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(8, "relu", dtype="mixed_float16"),
            layers.Dense(1, dtype="mixed_float16"),
        ]
    )
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.05))
    model.compile(scaled, "mse")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 4)).astype("float32")
    y = x.sum(1, keepdims=True)
    model.fit(x, y, batch_size=64, epochs=1, verbose=0)
    scaled.dynamic_scale.assign(2.0**24)  # beyond what float16 holds
    before = [v.numpy() for v in model.trainable_variables]
    start = int(scaled.inner_optimizer.iterations.numpy())
    model.fit(x, y, batch_size=64, epochs=1, verbose=0)
    assert float(scaled.dynamic_scale.numpy()) == 2.0**23  # halved, and the step left out
    assert int(scaled.inner_optimizer.iterations.numpy()) == start
    for old, v in zip(before, model.trainable_variables, strict=True):
        np.testing.assert_array_equal(v.numpy(), old)
    losses = model.fit(x, y, batch_size=64, epochs=40, verbose=0).history["loss"]
    assert 1 <= float(scaled.dynamic_scale.numpy()) < 2.0**23
    assert int(scaled.inner_optimizer.iterations.numpy()) > start
    assert all(np.isfinite(v.numpy()).all() for v in model.trainable_variables)
    assert losses[-1] < 0.5 * losses[0]
