"""Layers that draw random numbers, judged by the properties of what they give."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers

LOWEST = -1.7580993408473766  # what SELU tends to


def run(layer, x, **kwargs):
    return keras.ops.convert_to_numpy(layer(x, **kwargs))


MAKERS = {
    "Dropout": lambda rate, seed=None: layers.Dropout(rate, seed=seed),
    "AlphaDropout": lambda rate, seed=None: layers.AlphaDropout(rate, seed=seed),
    "GaussianDropout": lambda rate, seed=None: layers.GaussianDropout(rate, seed=seed),
    "GaussianNoise": lambda rate, seed=None: layers.GaussianNoise(rate, seed=seed),
}


@pytest.mark.parametrize("name", MAKERS)
def test_mean_and_variance_stay_as_they_are_meant_to(name):
    rate, n = 0.3, 40_000
    x = np.random.default_rng(0).normal(size=(n,)).astype("float32")
    y = run(MAKERS[name](rate, seed=3), x, training=True)
    added = {"GaussianNoise": rate**2, "AlphaDropout": 0.0}.get(name, rate / (1 - rate))
    assert y.mean() == pytest.approx(0, abs=0.03)
    assert y.var() == pytest.approx(1 + added, rel=0.05)


@pytest.mark.parametrize("name", MAKERS)
def test_a_seed_gives_the_same_again_and_each_call_another(name):
    x = np.ones((4, 50), "float32")
    layer = MAKERS[name](0.5, seed=3)
    first, second = (run(layer, x, training=True) for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(run(MAKERS[name](0.5, seed=3), x, training=True), first)
    np.testing.assert_array_equal(run(layer, x), x)
    np.testing.assert_array_equal(run(MAKERS[name](0), x, training=True), x)


def test_alpha_dropout_has_two_values_of_a_constant():
    rate, x = 0.3, np.full((200, 200), 0.5, "float32")
    layer = layers.AlphaDropout(rate, seed=1)
    values, counts = np.unique(run(layer, x, training=True), return_counts=True)
    a = ((1 - rate) * (1 + rate * LOWEST**2)) ** -0.5
    np.testing.assert_allclose(values, a * (np.array([LOWEST, 0.5]) - LOWEST * rate), rtol=1e-5)
    assert counts[0] / x.size == pytest.approx(rate, abs=0.01)


def test_a_mask_of_a_shape_is_shared_along_its_axes_of_size_1():
    layer = layers.AlphaDropout(0.5, noise_shape=(None, 1, 3), seed=1)
    y = run(layer, np.zeros((8, 5, 3), "float32"), training=True)
    assert (y == y[:, :1]).all()
    assert len(np.unique(y)) == 2


SPATIAL = [
    (1, {}),
    *((r, {"data_format": f"channels_{c}"}) for r in (2, 3) for c in ("last", "first")),
]


@pytest.mark.parametrize(("rank", "options"), SPATIAL)
def test_spatial_dropout_drops_whole_channels(rank, options):
    layer = getattr(layers, f"SpatialDropout{rank}D")(0.25, seed=2, **options)
    first = options.get("data_format") == "channels_first"
    channels, sizes = 5, (3, 4, 2)[:rank]
    shape = (80, channels, *sizes) if first else (80, *sizes, channels)
    y = run(layer, np.ones(shape, "float32"), training=True)
    axes = tuple(range(2, 2 + rank)) if first else tuple(range(1, 1 + rank))
    np.testing.assert_allclose(y.std(axes), 0, atol=1e-6)
    dropped = np.isclose(y.mean(axes), 0)
    assert dropped.shape == (80, channels)
    np.testing.assert_allclose(y.mean(axes)[~dropped], 1 / 0.75, rtol=1e-5)
    assert dropped.mean() == pytest.approx(0.25, abs=0.1)


@pytest.mark.parametrize("name", ["AlphaDropout", "GaussianDropout"])
def test_a_rate_of_1_is_refused(name):
    with pytest.raises(ValueError, match="must be less than 1"):
        MAKERS[name](1.0)
