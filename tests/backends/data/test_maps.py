"""Layers in a `map` of tf.data, whatever the backend."""

import logging

import numpy as np
import pytest

import keras_core as keras
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


def mapped(layer, *columns):
    tf = pytest.importorskip("tensorflow")
    data = tf.data.Dataset.from_tensor_slices(columns if len(columns) > 1 else columns[0])
    found = []
    for rows in (data.batch(2), data):
        found.append([np.asarray(y).tolist() for y in rows.map(layer).as_numpy_iterator()])
    return found


def test_layers_of_strings_are_mapped():
    texts, numbers = np.array(["b a", "c", "a"]), np.array([3, 1, 2])
    lookup = layers.StringLookup()
    lookup.adapt(["a", "c", "c"])
    assert mapped(lookup, texts) == [[[0, 1], [2]], [0, 1, 2]]
    back = layers.StringLookup(vocabulary=["x", "y", "z"], invert=True)
    assert mapped(back, numbers)[1] == [b"z", b"x", b"y"]
    vectorize = layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=2)
    assert mapped(vectorize, texts) == [[[[3, 2], [1, 0]], [[2, 0]]], [[3, 2], [1, 0], [2, 0]]]
    cross = layers.HashedCrossing(7)
    want = np.asarray(cross((texts, numbers))).tolist()
    assert mapped(lambda a, b: cross((a, b)), texts, numbers) == [[want[:2], want[2:]], want]
    with pytest.raises(ValueError, match="Leave out `sparse`"):
        mapped(layers.StringLookup(vocabulary=["a"], output_mode="one_hot", sparse=True), texts)


def test_what_layers_have_learnt_goes_with_them():
    lookup, bins = layers.StringLookup(), layers.Discretization(num_bins=3)
    words = layers.Pipeline([lookup, layers.CategoryEncoding(3)])
    ranges = layers.Pipeline([bins, layers.CategoryEncoding(3)])
    for vocabulary, top in ((["a", "b"], 9.0), (["c", "a"], 90.0)):  # again: nothing old is left
        lookup.reset_state()
        lookup.set_vocabulary(vocabulary)
        bins.adapt(np.linspace(0, top, 40, dtype="float32"))
        for layer, x in (
            (words, np.array([["a"], ["c"]])),
            (ranges, np.array([[8.0], [5.0]], "float32")),
        ):
            want = [keras.ops.convert_to_numpy(layer(row)).tolist() for row in x]
            assert mapped(layer, x)[1] == want
