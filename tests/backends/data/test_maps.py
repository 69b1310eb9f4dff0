"""Layers in a `map` of tf.data, whatever the backend."""

import logging

import numpy as np
import pytest

from keras_core import layers


@pytest.mark.parametrize("several", [False, True])
def test_layers_are_mapped_as_they_are(several):
    tf = pytest.importorskip("tensorflow")
    layer = layers.Rescaling(0.5, offset=1.0)
    if several:
        layer = layers.Pipeline([layers.Rescaling(0.5), layers.Rescaling(1.0, offset=1.0)])
    records = []
    handler = logging.Handler()
    handler.emit = records.append
    logger = logging.getLogger("tensorflow")
    logger.addHandler(handler)
    try:
        data = tf.data.Dataset.from_tensor_slices(np.ones((4, 2), "float32")).batch(2).map(layer)
        batches = [batch.numpy() for batch in data]
    finally:
        logger.removeHandler(handler)
    np.testing.assert_allclose(batches, np.full((2, 2, 2), 1.5))
    said = [r.getMessage() for r in records]
    assert not [text for text in said if "AutoGraph" in text]  # it rewrites the user's code only
