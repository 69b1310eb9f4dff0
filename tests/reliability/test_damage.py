"""Damaged files: each is told as such, or is the same as before. None hangs, none fills memory."""

import json
import os

import numpy as np
import pytest
from children import SCALE, run_child
from mutants import KINDS, WITHOUT_CHECKSUMS

import keras_core as keras
from keras_core import layers
from keras_core.core.base.file_errors import CorruptFileError, ModelFileError

COUNT = int(60 * SCALE)
"""How many mutants of a kind: 10,000 in all at the scale of `make test-all`."""

CONFIGS_MAY_DIFFER = ("config",)
MEMORY = 256 << 20


@pytest.mark.parametrize("kind", KINDS + WITHOUT_CHECKSUMS)
def test_mutants(kind):
    status, out, err = run_child("mutants.py", kind, COUNT, 7, timeout=60 + COUNT)
    assert status == 0, f"a mutant hangs or ends the process:\n{err[-2000:]}"
    found = json.loads(out)
    assert not found["errors"], f"errors that are not meant for users: {found['errors']}"
    assert found.get("refused", 0) > COUNT / 3
    assert found["grown"] < MEMORY
    if kind not in (*WITHOUT_CHECKSUMS, *CONFIGS_MAY_DIFFER):
        assert not found.get("other"), "weights were loaded that are not those that were saved"


def made():
    model = keras.Sequential([keras.Input((6,)), layers.Dense(5, name="a"), layers.Dense(2)])
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=v.shape) for v in model.weights])
    return model


@pytest.mark.parametrize("suffix", [".keras", ".weights.h5", ".h5", ".weights.json"])
def test_every_flipped_bit_is_told(suffix, tmp_path):
    """One bit at a time, over the whole file: another number is never trained on."""
    model, path = made(), tmp_path / f"m{suffix}"
    if suffix == ".weights.json":
        model.save_weights(path, max_shard_size=1)
        path = tmp_path / "m_00000.weights.h5"
    else:
        (model.save_weights if suffix == ".weights.h5" else model.save)(path)
    good, wanted = path.read_bytes(), model.get_weights()
    other = made()
    told = 0
    for at in np.linspace(0, len(good) - 1, int(100 * min(SCALE, 10)), dtype=int):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :])
        before = [w + 1 for w in wanted]
        other.set_weights(before)
        try:
            other.load_weights(tmp_path / f"m{suffix}")
        except ModelFileError:
            told += 1
            found, expected = other.get_weights(), before
        else:
            found, expected = other.get_weights(), wanted
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_array_equal(a, b.astype("float32"))
    assert told > 50


@pytest.mark.parametrize("suffix", [".keras", ".weights.h5", ".h5"])
def test_every_cut_is_told(suffix, tmp_path):
    model, path = made(), tmp_path / f"m{suffix}"
    (model.save_weights if suffix == ".weights.h5" else model.save)(path)
    good = path.read_bytes()
    trailer = len(b"\nkeras-core crc32 01234567\n")
    for part in range(64):
        size = len(good) * part // 64
        if size >= len(good) - trailer:
            continue
        path.write_bytes(good[:size])
        with pytest.raises(CorruptFileError, match=f"m{suffix}"):
            made().load_weights(path)


def test_a_shard_of_another_time_is_told(tmp_path):
    model = made()
    model.save_weights(tmp_path / "m.weights.json", max_shard_size=1)
    shard = (tmp_path / "m_00000.weights.h5").read_bytes()
    model.set_weights([w + 1 for w in model.get_weights()])
    model.save_weights(tmp_path / "m.weights.json", max_shard_size=1)
    model.load_weights(tmp_path / "m.weights.json")
    (tmp_path / "m_00000.weights.h5").write_bytes(shard)
    with pytest.raises(CorruptFileError, match="together"):
        model.load_weights(tmp_path / "m.weights.json")


def test_a_member_that_was_taken_out_is_told(tmp_path):
    import zipfile

    path = tmp_path / "m.keras"
    made().save(path)
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist() if n != "model.weights.h5"}
    for without in ("", "metadata.json"):
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                if name != without:
                    archive.writestr(name, data)
        with pytest.raises(CorruptFileError, match=r"model.weights.h5"):
            keras.models.load_model(path)


def test_a_folder_has_checksums(tmp_path):
    keras.saving.save_model(made(), tmp_path / "m", zipped=False)
    keras.models.load_model(tmp_path / "m")
    for name in ("config.json", "model.weights.h5"):
        good = (tmp_path / "m" / name).read_bytes()
        other = good.replace(b'"units": 2', b'"units": 3') if "config" in name else good[:-27]
        changed = other if other != good else good[:-1]
        (tmp_path / "m" / name).write_bytes(changed)
        with pytest.raises(CorruptFileError, match=name):
            keras.models.load_model(tmp_path / "m")
        (tmp_path / "m" / name).write_bytes(good)


def test_what_was_changed_with_h5py_has_no_checksum_any_more(tmp_path):
    """h5py cuts what stands behind the end of the file when it writes into one."""
    import h5py

    path, model = tmp_path / "m.weights.h5", made()
    model.save_weights(path)
    size = os.path.getsize(path)
    with h5py.File(path, "r+") as f:
        f["layers/dense/vars/1"][...] = 7
    assert os.path.getsize(path) < size
    model.load_weights(path)
    assert any((w == 7).all() for w in model.get_weights())
