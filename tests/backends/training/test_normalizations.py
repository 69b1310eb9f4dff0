"""Layers that normalise their own weights or statistics, in training."""

import numpy as np
import pytest

import keras_core as keras
from keras_core.core.execution import compiled

pytestmark = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")


def step(model, x, y, eagerly):
    """One step of gradient descent at a rate of 0.1 on half the squared error."""
    model.compile(
        keras.optimizers.SGD(0.1),
        lambda a, b: keras.ops.sum((a - b) ** 2, axis=-1) / 2,
        run_eagerly=eagerly,
    )
    model.fit(x, y, batch_size=len(x), verbose=0)


@pytest.mark.parametrize("eagerly", [True, False])
def test_a_kernel_of_spectral_norm_1_is_what_is_trained(eagerly):
    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=(6, n)).astype("float32") for n in (4, 3))
    dense = keras.layers.Dense(3, use_bias=False)
    layer = keras.layers.SpectralNormalization(dense, power_iterations=30)
    model = keras.Sequential([keras.Input((4,)), layer])
    kernel = rng.normal(size=(4, 3)).astype("float32")
    dense.kernel.assign(kernel)
    step(model, x, y, eagerly)
    unit = kernel / np.linalg.norm(kernel, 2)
    expected = unit - 0.1 * x.T @ (x @ unit - y) / len(x)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(dense.kernel), expected, atol=1e-5)


@pytest.mark.parametrize("eagerly", [True, False])
def test_batch_renormalisation_in_training(eagerly):
    rng = np.random.default_rng(1)
    x, y = (rng.normal(2.0, 3.0, size=(6, 4)).astype("float32") for _ in range(2))
    bounds = {"rmin": 0.8, "rmax": 1.2, "dmax": 0.3}
    layer = keras.layers.BatchNormalization(
        momentum=0.9, renorm=True, renorm_clipping=bounds, renorm_momentum=0.6
    )
    model = keras.Sequential([keras.Input((4,)), layer])
    step(model, x, y, eagerly)
    mean, deviation = x.mean(0), np.sqrt(x.var(0) + 1e-3)
    # at the start the averages are 0 and 1
    out = (x - mean) / deviation * np.clip(deviation, 0.8, 1.2) + np.clip(mean, -0.3, 0.3)
    gamma = 1 - 0.1 * ((out - y) * out).mean(0)
    beta = -0.1 * (out - y).mean(0)
    moved = 0.9 + 0.1 * deviation
    expected = [
        gamma, beta, 0.1 * mean, moved**2 - 1e-3, moved, 0.4 * mean, 0.6 + 0.4 * deviation,
    ]  # fmt: skip
    for weight, value in zip(layer.weights, expected, strict=True):
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(weight), value, rtol=1e-4, atol=1e-5, err_msg=weight.name
        )
