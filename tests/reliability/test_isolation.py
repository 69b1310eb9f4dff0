"""Models whose weights a process of its own reads: the same ones, and whatever happens to it."""

import h5py
import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.base.file_errors import (
    CorruptFileError,
    LimitExceededError,
    ModelFileError,
    UnsafeFileError,
)
from keras_core.saving import isolated


def made():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.BatchNormalization()])
    model.compile("adam", "mse")
    model.fit(np.ones((4, 4)), np.ones((4, 3)), verbose=0)
    return model


@pytest.mark.filterwarnings("ignore:.*legacy")
@pytest.mark.parametrize("name", ["m.keras", "m.h5", "folder"])
def test_the_same_model(name, tmp_path):
    model = made()
    model.save(tmp_path / name, **({} if "." in name else {"zipped": False}))
    found = keras.models.load_model(tmp_path / name, isolate=True)
    for a, b in zip(
        [*model.variables, *model.optimizer.variables],
        [*found.variables, *found.optimizer.variables],
        strict=True,
    ):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


def test_what_is_refused_is_refused(tmp_path):
    path = tmp_path / "m.h5"
    made().save(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(CorruptFileError):
        keras.models.load_model(path, isolate=True)
    path.write_bytes(data)
    with h5py.File(path, "r+") as f:
        f["model_weights/other"] = h5py.ExternalLink("/etc/passwd", "/")
    with pytest.raises(UnsafeFileError, match="holds a link"):
        keras.models.load_model(path, isolate=True)


SERVE = "from keras_core.saving import isolated, hdf5; "
FAULTS = {
    "it crashes": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", CorruptFileError),
    "it hangs": ("import time; time.sleep(15)", LimitExceededError),
    "it talks nonsense": ("print('hello', flush=True); input()", ModelFileError),
    "it talks for ever": ("print('[' * 300_000_000, flush=True)", ModelFileError),
    "it takes memory": (
        SERVE + "hdf5.Contents.read = lambda *a: bytes(8 << 30); isolated.serve()",
        LimitExceededError,
    ),
    "it writes": (
        SERVE + "import os\n"
        "def read(self, path):\n"
        "    fd = os.open({path!r}, os.O_CREAT | os.O_WRONLY)\n"
        "    os.write(fd, b'x')\n"
        "hdf5.Contents.read = read; isolated.serve()",
        CorruptFileError,
    ),
    "arrays are short": (
        SERVE + "import numpy as np\n"
        "hdf5.Contents.read = lambda *a: np.zeros(1, 'u1'); isolated.serve()",
        LimitExceededError,  # it waits for the rest
    ),
    "sizes are negative": (
        'print(\'{"groups": {}, "arrays": {"a": [[-1], "float32"]}}\', flush=True); input()',
        CorruptFileError,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_process_is_an_error(name, tmp_path, monkeypatch):
    code, error = FAULTS[name]
    made().save(tmp_path / "m.keras")
    written = tmp_path / "written"
    monkeypatch.setattr(isolated, "_CHILD", code.replace("{path!r}", repr(str(written))))
    slow = error is LimitExceededError and "memory" not in name
    monkeypatch.setattr(isolated, "SECONDS", 3 if slow else 60)
    with pytest.raises(error):
        keras.models.load_model(tmp_path / "m.keras", isolate=True)
    assert not written.exists() or not written.stat().st_size
