"""Damage to weights in safetensors is told."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.base.file_errors import ModelFileError

pytest.importorskip("safetensors")


def made(seed=0):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(size=w.shape) for w in model.weights])
    return model


def test_flipped_bits_are_told_or_harmless(tmp_path):
    path, model = tmp_path / "m.safetensors", made()
    model.save_weights(path)
    whole, other = path.read_bytes(), made(1)
    before, rng = other.get_weights(), np.random.default_rng(0)
    told = 0
    for at in [*rng.integers(0, len(whole), 60), len(whole) - 1]:
        data = bytearray(whole)
        data[at] ^= 1 << int(rng.integers(8))
        path.write_bytes(data)
        other.set_weights(before)
        try:
            other.load_weights(path)
        except (ModelFileError, ValueError):
            told += 1
            for a, b in zip(other.get_weights(), before, strict=True):
                np.testing.assert_array_equal(a, b)
        else:  # such as a space in the header
            for a, b in zip(other.get_weights(), model.get_weights(), strict=True):
                np.testing.assert_array_equal(a, b)
    assert told >= 30


def test_files_of_others_have_no_checksum(tmp_path):
    from safetensors.numpy import load_file, save_file

    path, model = tmp_path / "m.safetensors", made()
    model.save_weights(path)
    save_file(load_file(path), path)
    other = made(1)
    other.load_weights(path)
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])
