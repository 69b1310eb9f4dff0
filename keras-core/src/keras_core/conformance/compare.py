"""Results held against references: tolerances by dtype, and failures in words."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import ml_dtypes
import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

FLOATS = ("float16", "bfloat16", "float32", "float64")
FLOAT8 = ("float8_e4m3fn", "float8_e5m2")
COMPLEX = ("complex64", "complex128")
SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
INTS = UNSIGNED + SIGNED
NUMBERS = INTS + FLOATS
ANY = ("bool", *NUMBERS, *COMPLEX)

REAL_OF = {"complex64": "float32", "complex128": "float64"}
"""The float dtype of the parts of a complex one."""

COMPLEX_OF = {part: name for name, part in REAL_OF.items()}
"""The complex dtype whose parts are of a float one."""


def np_dtype(name: str) -> np.dtype[Any]:
    """NumPy's dtype of this name; ``ml_dtypes`` stands in for what NumPy lacks."""
    return np.dtype(getattr(ml_dtypes, name, name))


@dataclass(frozen=True)
class Tolerance:
    """How far a result may be off: ``atol + rtol * (|expected| + scaled * max|expected|)``."""

    rtol: float = 0.0
    atol: float = 0.0
    scaled: float = 0.0


EXACT = Tolerance()

_BY_DTYPE = {
    "float64": (1e-11, 1e-12),
    "float32": (1e-5, 1e-6),
    "float16": (4e-3, 1e-3),
    "bfloat16": (2e-2, 8e-3),
}


def tolerance(dtype: str, *, factor: float = 1.0, scaled: float = 0.0) -> Tolerance:
    """The tolerance of one operation computed in ``dtype``; exact for integers and bool."""
    rtol, atol = _BY_DTYPE.get(REAL_OF.get(dtype, dtype), (0.0, 0.0))
    return Tolerance(factor * rtol, factor * atol, scaled)


def relative(dtype: str) -> Tolerance:
    """A tolerance without an absolute part, where small results have to be accurate."""
    return Tolerance(tolerance(dtype).rtol)


def widen(x: Any) -> Any:
    """Floats as float64, complex numbers as complex128, everything else as it is."""
    if not isinstance(x, np.ndarray) or x.dtype.kind in "biu":
        return x
    return x.astype(np.complex128 if x.dtype.kind == "c" else np.float64)


def _parts(x: Array) -> Array:
    """Real numbers in float64, the parts of complex ones along a new last axis."""
    if x.dtype.kind == "c":
        return np.stack([np.real(x), np.imag(x)], axis=-1).astype(np.float64)
    return x.astype(np.float64)


def describe(x: Any) -> str:
    """``float32[2,3]`` and, where it is short, the values."""
    if isinstance(x, np.ndarray):
        label = f"{x.dtype.name}[{','.join(map(str, x.shape))}]"
        if 0 < x.size <= 16:
            label += " " + np.array2string(x, separator=", ", threshold=32).replace("\n", "")
        return label
    if isinstance(x, (list, tuple)) and any(isinstance(item, np.ndarray) for item in x):
        return "[" + ", ".join(map(describe, x)) + "]"
    return repr(x)


@np.errstate(all="ignore")
def mismatch(actual: Array, expected: Array, allowed: Tolerance = EXACT) -> str | None:
    """How ``actual`` differs from ``expected`` (of the same shape), or None.

    What is expected may be in a wider dtype; it overflows as the dtype of ``actual`` does.
    NaN and infinities have to be in the same places.
    """
    if actual.dtype.kind in "biu":
        wanted = expected.astype(actual.dtype)
        wrong = actual != wanted
        error = None
    else:
        if actual.dtype.kind == "c":
            expected = expected.astype(np.complex128)
        rounded, actual_parts = _parts(expected.astype(actual.dtype)), _parts(actual)
        wanted = rounded if allowed == EXACT else _parts(expected)
        finite = np.isfinite(rounded) & np.isfinite(actual_parts)
        same = (actual_parts == rounded) | (np.isnan(actual_parts) & np.isnan(rounded))
        magnitude = np.abs(wanted)
        largest = np.max(magnitude, initial=0.0, where=np.isfinite(wanted))
        limit = allowed.atol + allowed.rtol * (magnitude + allowed.scaled * largest)
        error = np.abs(actual_parts - wanted)
        wrong = ~same & ~(finite & (error <= limit))
        if actual.dtype.kind == "c":
            error = np.where(wrong, error, -1).max(axis=-1) if error.size else error
            wrong = wrong.any(axis=-1)
    if not wrong.any():
        return None
    count = int(wrong.sum())
    if error is None:
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
    else:
        badness = np.where(wrong, np.where(np.isnan(error), np.inf, error), -1)
        at = tuple(int(i) for i in np.unravel_index(int(badness.argmax()), wrong.shape))
    where = f" at {list(at)}" if at else ""
    return (
        f"{count} of {wrong.size} elements differ; worst{where}: got {actual[at]}, "
        f"expected {expected[at]} (allowed: {allowed.rtol:.1e} relative, "
        f"{allowed.atol:.1e} absolute{f', scaled {allowed.scaled:g}' if allowed.scaled else ''})"
    )


def assert_close(actual: Array, expected: Array, allowed: Tolerance, what: str) -> None:
    """Raise an `AssertionError` that says ``what`` is wrong and how."""
    if actual.shape != expected.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {expected.shape}")
    if problem := mismatch(actual, expected, allowed):
        raise AssertionError(f"{what}: {problem}")
