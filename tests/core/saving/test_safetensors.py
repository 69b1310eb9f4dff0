"""Weights as safetensors."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.base.file_errors import CorruptFileError

safetensors = pytest.importorskip("safetensors.numpy", reason="an optional package")


def model(dtype, units=3):
    made = keras.Sequential(
        [keras.Input((4,)), layers.Dense(units, dtype=dtype), layers.BatchNormalization()]
    )
    made.set_weights([np.random.default_rng(0).uniform(size=w.shape) for w in made.get_weights()])
    return made


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16", "mixed_bfloat16"])
def test_round_trip(tmp_path, dtype):
    one, other = model(dtype), model(dtype)
    other.set_weights([np.zeros(w.shape) for w in other.get_weights()])
    one.save_weights(tmp_path / "w.safetensors")
    other.load_weights(tmp_path / "w.safetensors")
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def test_names_are_those_of_the_hdf5_file(tmp_path):
    one = model("float32")
    one.save_weights(tmp_path / "w.safetensors")
    found = safetensors.load_file(tmp_path / "w.safetensors")
    assert sorted(found)[-2:] == ["layers/dense/vars/0", "layers/dense/vars/1"]
    np.testing.assert_array_equal(found["layers/dense/vars/0"], one.get_weights()[0])


def test_what_does_not_fit_is_named(tmp_path):
    one = model("float32")
    one.save_weights(tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match=r"2 objects.*shape \(4, 5\), but the file holds \(4, 3\)"):
        model("float32", 5).load_weights(tmp_path / "w.safetensors")
    (tmp_path / "w.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(CorruptFileError, match="safetensors"):
        one.load_weights(tmp_path / "w.safetensors")
