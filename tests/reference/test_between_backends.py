"""What is saved on any backend loads on each of the others, and so it does to and from Keras."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from blackbox import real_keras

pytestmark = [pytest.mark.interop, pytest.mark.one_in(20)]

OURS = ("numpy", "torch", "jax", "tensorflow", "openvino")
THEIRS = ("torch", "jax", "tensorflow")
"""The engines of Keras that train, so that there is a state of the optimizer."""

PROGRAM = Path(__file__).parent / "between_program.py"


def test_every_writer_and_every_reader(tmp_path):
    """Eight writers, three models, three forms; the same eight and Keras on NumPy read them."""
    children = {
        name: subprocess.Popen(
            [sys.executable, PROGRAM, name, tmp_path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "KERAS_BACKEND": name, "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        for name in OURS
    }
    code = "import sys; sys.path.insert(0, folder_of_program); import between_program as b; "
    common = {"folder": str(tmp_path), "folder_of_program": str(PROGRAM.parent)}
    try:
        for engine in THEIRS:
            real_keras(f"{code}b.write(keras, 'Keras on {engine}', folder, True)", engine, **common)
        for child in children.values():
            assert child.stdout.readline() == "written\n"
        found = {}
        for name, child in children.items():
            out, _ = child.communicate("\n", timeout=300)
            found[name] = tuple(json.loads(out))
        for engine in (*THEIRS, "numpy"):
            name = f"Keras on {engine}"
            found[name] = tuple(real_keras(f"{code}b.read(keras, folder)", engine, **common))
    finally:
        for child in children.values():
            child.kill()
    writers = len(OURS) + len(THEIRS)
    assert found == {r: (writers * (9 if r in OURS else 8), []) for r in found}
