"""What the other modules share: quiet floating point, and wider types to compute in."""

import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import ml_dtypes
import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
"""A tensor of this backend."""

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
FLOAT16 = np.dtype(np.float16)
FLOAT32 = np.dtype(np.float32)


class _Quiet(threading.local):
    """A context in which NumPy follows IEEE without a word, one for each thread.

    ``QUIET.run(function, *args)`` costs a fifth of ``with np.errstate(...)`` and, unlike
    `np.seterr`, leaves the caller's settings alone. A context cannot be entered twice, so
    it is for functions of NumPy only; what has a body uses ``@np.errstate(all="ignore")``.
    """

    run: Callable[..., Any]

    def __init__(self) -> None:
        context = contextvars.Context()
        context.run(np.seterr, all="ignore")
        self.run = context.run


QUIET = _Quiet()


_WIDER = {FLOAT16: FLOAT32, BFLOAT16: FLOAT32}


def accumulator(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype to sum and multiply in: at least float32 for floats, else the same."""
    return _WIDER.get(dtype, dtype)


def widened(x: Array) -> Array:
    """``x`` in its accumulator's dtype."""
    return x.astype(FLOAT32) if x.dtype in _WIDER else x


def narrowed(x: Any, dtype: np.dtype[Any]) -> Array:
    """``x``, also a NumPy scalar, as an array of ``dtype``; itself if it is one."""
    return np.asarray(x, dtype)


def comparable(x: Array) -> Array:
    """``x``, but bfloat16 as float32: NumPy compares that faster, and sorts NaN last."""
    return x.astype(FLOAT32) if x.dtype == BFLOAT16 else x
