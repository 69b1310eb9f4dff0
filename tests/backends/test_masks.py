"""Masks can be read on tensors."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops

IDS = np.array([[1, 2, 0]])


def test_the_mask_of_a_symbolic_tensor_can_be_read():
    x = keras.Input((3,), dtype="int32")
    y = layers.Embedding(9, 4, mask_zero=True)(x)
    assert y._keras_mask.dtype == "bool"
    assert y._keras_mask.shape == (None, 3)
    assert layers.Dense(2)(y)._keras_mask is y._keras_mask
    assert not hasattr(x, "_keras_mask")


@pytest.mark.parametrize("through", [False, True])
def test_the_mask_of_a_tensor_can_be_read(through):
    y = layers.Embedding(9, 4, mask_zero=True)(IDS)
    y = layers.Dense(2)(y) if through else y
    if isinstance(y, np.ndarray):
        pytest.skip("arrays take no attributes")
    np.testing.assert_array_equal(ops.convert_to_numpy(y._keras_mask), IDS != 0)
