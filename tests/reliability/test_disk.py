"""Disks that are full, and what processes that were killed have left."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from children import run_child

import keras_core as keras
from keras_core import layers
from keras_core.core.base import files

NAMES = ("m.keras", "m.h5", "m.weights.h5", "m.weights.json", "folder")
LIMITS = (100, 3_000, 60_000, 400_000, 640_000)
"""The files are about 650 kB: the end is cut within the head, the data and the last bytes."""


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_told_and_the_old_file_stays(name, tmp_path):
    status, out, err = run_child("full_disk.py", tmp_path, name, *LIMITS)
    assert status == 0, f"the process ended with {status}: {err[-2000:]}"
    for found in json.loads(out):
        assert found["whole"], found
        assert "bytes are free" in found["told"], found
        assert f"Cannot save to '{tmp_path}" in found["told"], found


def small():
    return keras.Sequential([keras.Input((2,)), layers.Dense(2)])


def _dead():
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "m.weights.h5"])
def test_the_next_save_removes_what_dead_processes_have_left(name, tmp_path):
    model, path = small(), tmp_path / name
    prefix = files._prefix(path)
    dead = tmp_path / f"{prefix}{_dead()}.abc.tmp"
    others = [
        tmp_path / f"{prefix}{os.getppid()}.abc.tmp",  # of a process that runs
        tmp_path / f".{name}.00000000-{_dead()}.abc.tmp",  # of another machine
        tmp_path / f"{files._prefix(tmp_path / 'other.keras')}{_dead()}.abc.tmp",
        tmp_path / f"{prefix}x.tmp",
    ]
    for p in [dead, *others]:
        p.write_bytes(b"part")
    (model.save_weights if "weights" in name else model.save)(path)
    assert not dead.exists()
    assert all(p.exists() for p in others)


def test_a_process_that_is_killed_leaves_what_the_next_save_removes(tmp_path):
    code = (
        "import os, pathlib\n"
        "from keras_core.core.base.files import atomic_path\n"
        f"with atomic_path(pathlib.Path({str(tmp_path / 'm.keras')!r})) as p:\n"
        "    p.write_bytes(b'part'); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "KERAS_BACKEND": "numpy"})
    assert len(os.listdir(tmp_path)) == 1
    small().save(tmp_path / "m.keras")
    assert os.listdir(tmp_path) == ["m.keras"]


@pytest.mark.parametrize("name", NAMES[:3])
def test_the_data_are_on_the_disk_before_the_name_is(name, tmp_path, monkeypatch):
    """Write, sync the file, rename, sync the folder: in this order, for each format."""
    calls, sync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda fd: calls.append(os.readlink(f"/proc/self/fd/{fd}")) or sync(fd)
    )
    monkeypatch.setattr(os, "replace", lambda a, b: calls.append(str(b)) or replace(a, b))
    model = small()
    (model.save_weights if "weights" in name else model.save)(tmp_path / name)
    assert calls[0].endswith(".tmp")
    assert calls[1:] == [str(tmp_path / name), str(tmp_path)]


def test_an_error_while_saving_leaves_the_old_file(tmp_path):
    class Stubborn(layers.Dense):
        def save_own_variables(self, store):
            raise RuntimeError("no")

    model = small()
    model.save(tmp_path / "m.keras")
    good = (tmp_path / "m.keras").read_bytes()
    other = keras.Sequential([keras.Input((2,)), Stubborn(2, name="stubborn")])
    with pytest.raises(RuntimeError, match="no") as found:
        other.save(tmp_path / "m.keras")
    assert any("stubborn" in note for note in found.value.__notes__)
    assert os.listdir(tmp_path) == ["m.keras"]
    assert (tmp_path / "m.keras").read_bytes() == good
    np.testing.assert_array_equal(
        keras.models.load_model(tmp_path / "m.keras").get_weights()[0], model.get_weights()[0]
    )
