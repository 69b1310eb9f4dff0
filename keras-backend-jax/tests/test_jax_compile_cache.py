"""What jax compiles is kept for the next start."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.one_in(15)

pytest.importorskip("jax")

NAME = "jax"
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
    # whatever the machine: each program counts, not only those that take long
    everything = {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    first, _ = _start(_KEPT, tmp_path, **everything)
    assert first
    second, _ = _start(_KEPT, tmp_path, **everything)
    assert second == first


def test_what_the_user_has_told_jax_comes_first(tmp_path):
    show = "import jax; print(jax.config.jax_compilation_cache_dir)"
    code = f"import keras_core; {show}"
    assert _start(code, tmp_path)[1][0].startswith(str(tmp_path / "compiled" / "jax-"))
    assert _start(code, tmp_path, JAX_COMPILATION_CACHE_DIR="/own")[1] == ["/own"]
    assert _start(code, tmp_path, KERAS_COMPILE_CACHE="0")[1] == ["None"]
    switched = (
        f"from keras_core_plugins.compile_cache import set_compile_cache as s; s(None); {code}"
    )
    assert _start(switched, tmp_path)[1] == ["None"]
