"""Layers that prepare data: on the host they compute what they compute in a model."""

import numpy as np
import pytest

import keras_core as keras
from keras_core.conformance.suite.layer_rows import iter_layer_rows, tensors_of
from keras_core.core.tensors.scopes import HostScope
from keras_core.layers.preprocessing.data_layer import DataLayer

ROWS = {row.id: row for row in iter_layer_rows() if isinstance(row.make(), DataLayer)}
BATCH = np.random.default_rng(2).uniform(0, 255, (4, 9, 8, 3)).astype("uint8")
DRAWING = ("RandomErasing", "CutMix", "MixUp", "Mosaic", "RandAugment", "AugMix")


def test_there_are_rows():
    assert len(ROWS) > 30


@pytest.mark.parametrize("name", ROWS)
def test_a_layer_computes_the_same_on_the_host(name):
    row = ROWS[name]
    layer = row.built()
    inputs, options = row.draw()
    want = tensors_of(row.call(layer, inputs, options))
    with HostScope():
        found = row.call(layer, inputs, options)
    for a, b in zip(keras.tree.flatten(found), want, strict=True):
        assert isinstance(a, np.ndarray)
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", DRAWING)
def test_what_is_drawn_on_the_host_is_an_array(name):
    layer = getattr(keras.layers, name)(seed=3)
    data = {"images": BATCH, "labels": np.eye(4, dtype="float32")}
    with HostScope():
        first, second = layer(data), layer(data)
    assert isinstance(first["images"], np.ndarray)
    assert first["images"].shape == BATCH.shape
    assert not np.array_equal(first["images"], second["images"])
