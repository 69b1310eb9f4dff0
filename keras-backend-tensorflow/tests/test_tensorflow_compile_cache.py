"""What XLA compiles is kept for the next start."""

import importlib.util
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.one_in(15)

if importlib.util.find_spec("tensorflow") is None:
    pytest.skip("TensorFlow is not installed", allow_module_level=True)

NAME = "tensorflow"
_KEPT = """
import keras_core as keras, numpy as np
x = np.ones((4, 8), "float32")
model = keras.Sequential([keras.layers.Dense(8, activation="gelu") for _ in range(8)])
model.compile("adam", "mse", jit_compile=True)
model.fit(x, x, verbose=0)
"""


def _start(code, home, **environ):
    dropped = ("KERAS_COMPILE_CACHE", "TF_XLA_FLAGS")
    kept = {k: v for k, v in os.environ.items() if k not in dropped and not k.startswith("JAX_")}
    environ = {**kept, "KERAS_HOME": str(home), "KERAS_BACKEND": NAME, **environ}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True)
    assert not done.returncode, done.stderr[-2000:]
    found = (home / "compiled").rglob("*")
    return {p: p.stat().st_mtime_ns for p in found if p.is_file()}, done.stdout.split()


def test_the_second_start_takes_what_the_first_has_kept(tmp_path):
    first, _ = _start(_KEPT, tmp_path)
    assert first
    assert _start(_KEPT, tmp_path)[0] == first


def test_what_the_user_has_told_tensorflow_comes_first(tmp_path):
    code = "import os, keras_core; print(os.environ.get('TF_XLA_FLAGS', 'nothing'))"
    kept = "--tf_xla_persistent_cache_directory="
    assert _start(code, tmp_path)[1][0].startswith(f"{kept}{tmp_path / 'compiled' / 'tensorflow-'}")
    assert _start(code, tmp_path, TF_XLA_FLAGS=f"{kept}/own")[1] == [f"{kept}/own"]
    assert _start(code, tmp_path, KERAS_COMPILE_CACHE="0")[1] == ["nothing"]
