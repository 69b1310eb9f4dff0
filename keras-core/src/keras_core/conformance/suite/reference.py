"""What the reference backend gives: numpy with its primitives alone, in a process of its own.

A job is a function of this package that returns arrays by name. It runs once, whatever the
number of tests that ask for it:

>>> from keras_core.conformance.suite.reference import reference
>>> reference("keras_core.conformance.suite.reference:who")["backend"].tolist()
'numpy'
"""

import functools
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from keras_core_plugins.journal import JournalWriter

TIMEOUT: Final = 600.0
"""How many seconds a job may take."""

Arrays = Mapping[str, np.ndarray[Any, Any]]

_MAIN = "from keras_core.conformance.suite.reference import main; main()"


@functools.lru_cache(maxsize=64)
def reference(job: str, *arguments: str) -> Arrays:
    """The arrays that ``job`` gives on the reference backend.

    Args:
        job: ``"module:function"``, of a function from strings to arrays by name.
        *arguments: What it is called with.

    Raises:
        RuntimeError: If the job fails there.
    """
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "out.npz"
        with JournalWriter().waiting(TIMEOUT):
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", _MAIN, job, str(path), *arguments],
                env={**os.environ, "KERAS_BACKEND": "numpy", "KERAS_CORE_OVERRIDES": "0"},
                capture_output=True,
                text=True,
                check=False,
                timeout=TIMEOUT,
            )
        if done.returncode:
            raise RuntimeError(f"{job}{arguments} failed on the reference backend:\n{done.stderr}")
        with np.load(path) as file:
            return dict(file)


def main() -> None:
    """The child: run the job that the command line names, and write what it gives."""
    job, path, *arguments = sys.argv[1:]
    module, function = job.split(":")
    arrays = getattr(importlib.import_module(module), function)(*arguments)
    with open(path, "wb") as file:
        np.savez(file, **{name: np.asarray(array) for name, array in arrays.items()})


def who() -> Arrays:
    """A job that says which backend it runs on."""
    import keras_core as keras

    return {"backend": np.asarray(keras.config.backend())}
