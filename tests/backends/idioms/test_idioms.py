"""Programs as the guides of Keras teach to write them in each engine, beside the real Keras."""

import importlib.util
import os
import pickle
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import keras_core as keras

pytestmark = pytest.mark.one_in(40)

ENGINE = keras.config.backend()
HERE = Path(__file__).parent

if not (HERE / f"{ENGINE}_programs.py").exists():
    pytest.skip("there are no programs in the style of this engine", allow_module_level=True)

NAMES = [
    line.partition("(")[0].removeprefix("def ")
    for file in ("common.py", f"{ENGINE}_programs.py")
    for line in (HERE / file).read_text().splitlines()
    if line.startswith("def ") and line.endswith("(keras):")
]


@cache
def results(package):
    """What the programs returned, by their names; see `run_programs`."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, str(HERE / "run_programs.py"), package, ENGINE],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout)  # it was written by our own process


def compare(found, wanted, place):
    assert type(found) is type(wanted), (place, found, wanted)
    if isinstance(found, dict):
        assert found.keys() == wanted.keys(), place
        for key in found:
            compare(found[key], wanted[key], f"{place}[{key!r}]")
    elif isinstance(found, list):
        assert len(found) == len(wanted), place
        for i, (a, b) in enumerate(zip(found, wanted, strict=True)):
            compare(a, b, f"{place}[{i}]")
    elif isinstance(found, str):
        assert found == wanted, place
    else:
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4, err_msg=place)


@pytest.mark.parametrize("name", NAMES)
def test_a_program_runs(name):
    result, _ = results("keras_core")[name]
    assert not isinstance(result, str), result


@pytest.mark.interop
@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="real Keras is not there")
@pytest.mark.parametrize("name", NAMES)
def test_a_program_computes_the_same_with_the_real_keras(name):
    compare(results("keras_core")[name][0], results("keras")[name][0], name)
