"""The example of a real engine: its size, what it imports, and that it loads where tinygrad is."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples/keras-backend-tinygrad"
SOURCES = sorted(EXAMPLE.rglob("*.py"))


def test_size() -> None:
    assert sum(len(p.read_text().splitlines()) for p in SOURCES) <= 1000


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_imports_nothing_of_ours_but_the_contract(path: Path) -> None:
    ours = {"keras_core", "keras_backend_numpy", "keras"}
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
        assert not {name.partition(".")[0] for name in names} & ours


STEP = """
import keras_backend_tinygrad.plugin as plugin
from keras_core_plugins.check import check_backend
from keras_core.conformance.primitives import iter_cases, run_case

backend = plugin.keras_core_load_backend()
assert not check_backend(backend), check_backend(backend)
for name in ("add", "sum", "argmax", "matmul"):
    for case in iter_cases(name, dtypes={"float32", "int32"}):
        run_case(backend, case)
print("right")
"""


def compiler() -> str | None:
    """What tinygrad can compile for the CPU with."""
    if found := os.environ.get("CC") or shutil.which("clang"):
        return found
    place = Path(sys.executable).with_name("keras-tinygrad-cc")
    return str(place) if place.exists() else None


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("tinygrad") is None or compiler() is None,
    reason="needs tinygrad, and clang or zig for its kernels",
)
def test_some_primitives() -> None:
    env = {**os.environ, "CC": compiler() or "", "DEV": "CPU", "KERAS_BACKEND": "numpy"}
    env["PYTHONPATH"] = str(EXAMPLE / "src")
    command = [sys.executable, "-c", STEP]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "right"
