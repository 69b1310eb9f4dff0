"""A program that does what public guides teach computes the same with Keras and with this core."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")
PROGRAM = Path(__file__).parent / "programs/custom_training.py"


def run(first_line):
    done = subprocess.run(
        [sys.executable, "-c", f"{first_line}\n{PROGRAM.read_text(encoding='utf-8')}"],
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def leaves(nest, path=""):
    if isinstance(nest, (dict, list)):
        for key, value in nest.items() if isinstance(nest, dict) else enumerate(nest):
            yield from leaves(value, f"{path}/{key}")
    else:
        yield path, nest


def test_what_the_guides_teach():
    ours = run("import sys, keras_core; sys.modules['keras'] = keras_core")
    theirs = run("")
    for part in theirs:
        found, wanted = (dict(leaves(x[part]["value"], part)) for x in (ours, theirs))
        assert found.keys() == wanted.keys()
        for path, value in wanted.items():
            if isinstance(value, float):
                np.testing.assert_allclose(found[path], value, rtol=1e-3, atol=1e-5, err_msg=path)
            else:
                assert found[path] == value, path
