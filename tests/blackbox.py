"""The real Keras as a black box: code that runs in a process of its own.

>>> real_keras("keras.ops.add(x, 1)", x=np.zeros(2)).tolist()
[1.0, 1.0]
"""

import atexit
import functools
import importlib.util
import os
import pickle
import subprocess
import sys
from typing import Any

import pytest

_SERVER = """
import ast, gc, os, pickle, sys, warnings
channel = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
warnings.simplefilter("ignore")
import numpy as np
import keras

# clear_session calls it: among all the objects of an engine it takes longer than what is asked
# for, and Python does it anyway when there is enough.
gc.collect = lambda *args: 0

def plain(x):
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if x is None or isinstance(x, (str, bool, int, float)):
        return x
    if hasattr(x, "numpy") or hasattr(x, "__array__"):
        return np.asarray(x)
    return repr(x)

while True:
    try:
        code, values = pickle.load(sys.stdin.buffer)
    except EOFError:
        break
    scope = {"keras": keras, "np": np, **values}
    try:
        keras.utils.clear_session()
        body = ast.parse(code).body
        if body and isinstance(body[-1], ast.Expr):
            last = ast.Expression(body.pop().value)
            exec(compile(ast.Module(body, []), "<blackbox>", "exec"), scope)
            out = (True, plain(eval(compile(last, "<blackbox>", "eval"), scope)))
        else:
            exec(code, scope)
            out = (True, plain(scope.get("result")))
    except Exception as e:
        out = (False, f"{type(e).__name__}: {e}")
    pickle.dump(out, channel)
    channel.flush()
"""


def scaled(count: int) -> int:
    """A number of generated cases: ``count`` times ``REFERENCE_SCALE``, 1 if that is not set."""
    return max(1, round(count * float(os.environ.get("REFERENCE_SCALE", "1"))))


class RealKerasError(Exception):
    """What the real Keras raised."""


@functools.cache
def _worker(backend: str) -> "subprocess.Popen[bytes]":
    env = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    env.pop("PYTHONPATH", None)
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
    )
    atexit.register(_stop, process)
    return process


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:  # on a busy machine; it has nothing left to say
        process.kill()


def real_keras(code: str, backend: str = "numpy", **values: Any) -> Any:
    """Run code with the real Keras; the test is skipped where that is not installed.

    Args:
        code: Python; ``keras``, ``np`` and the values are defined. The value of the last
            expression, or of the variable ``result``, comes back as plain Python and NumPy.
        backend: The backend of the real Keras.
        **values: What can be pickled.

    Raises:
        RealKerasError: If the code raises.
    """
    if importlib.util.find_spec("keras") is None:
        pytest.skip("the real Keras is not installed")
    worker = _worker(backend)
    assert worker.stdin is not None
    assert worker.stdout is not None
    pickle.dump((code, values), worker.stdin)
    worker.stdin.flush()
    good, out = pickle.load(worker.stdout)
    if not good:
        raise RealKerasError(out)
    return out
