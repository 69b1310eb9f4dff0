"""Operators that assign, and loops whose work has to be done as they go."""

import gc
import operator
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from keras_core import ops
from keras_core.conformance.compare import Array

ASSIGNING: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any], str]] = {
    "+=": (operator.iadd, np.add, "float32"),
    "-=": (operator.isub, np.subtract, "float32"),
    "*=": (operator.imul, np.multiply, "float32"),
    "/=": (operator.itruediv, np.divide, "float32"),
    "//=": (operator.ifloordiv, np.floor_divide, "float32"),
    "%=": (operator.imod, np.mod, "float32"),
    "**=": (operator.ipow, np.power, "float32"),
    "@=": (operator.imatmul, np.matmul, "float32"),
    "&=": (operator.iand, np.logical_and, "bool"),
    "|=": (operator.ior, np.logical_or, "bool"),
    "^=": (operator.ixor, np.logical_xor, "bool"),
}
"""The operator, what it computes, and in which dtype it is tried."""

STEPS: Final = 300
SIZE: Final = 1 << 17  # numbers of float32: half a megabyte
ALLOWED: Final = STEPS * SIZE * 4 // 2
"""How many bytes may be held after the loop: half of what all its arrays take."""


def operands(dtype: str) -> tuple[Array, Array]:
    """Two small matrices."""
    rng = np.random.default_rng(0)
    x, y = rng.uniform(1, 3, (2, 3, 3))
    return (x > 2, y > 2) if dtype == "bool" else (x.astype(dtype), y.astype(dtype))


def squares_assigned(x: Any) -> Any:
    """``sum((2 x + x)**2)``, in which the first sum is an operator that assigns."""
    y = x * 2.0
    y += x
    return ops.sum(y * y)


def held(step: Callable[[Any, Any], Any]) -> int:
    """How many bytes the process has more after a loop of steps whose results nobody reads."""
    x = ops.zeros((SIZE,))
    for _ in range(5):  # what is set up once
        x = step(x, ops.ones((SIZE,)))
    ops.convert_to_numpy(x)
    gc.collect()
    before = _resident()
    for i in range(STEPS):
        x = step(x, ops.convert_to_tensor(np.full(SIZE, i, "float32")))
    gc.collect()
    more = _resident() - before
    found = ops.convert_to_numpy(x)
    assert np.isfinite(found).all()
    return more


def _resident() -> int:
    """The memory that the process has in use; where that is not told, the most that it ever had."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    resource = pytest.importorskip("resource", reason="nothing here tells a process's memory")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
