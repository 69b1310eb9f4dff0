"""Random arguments."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.conformance.compare import Array, np_dtype

SHAPES: dict[str, tuple[int, ...]] = {
    "scalar": (),
    "vector": (5,),
    "cube": (2, 3, 4),
    "empty": (2, 0, 3),
}
"""Shapes that every elementwise primitive is tried with."""

PAIRS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "scalars": ((), ()),
    "scalar-first": ((), (2, 3)),
    "scalar-second": ((2, 3), ()),
    "broadcast": ((2, 1, 4), (3, 1)),
    "rank": ((3,), (2, 1, 3)),
    "empty": ((0, 3), (1, 3)),
}
"""Shapes that broadcast."""

EDGES = (0.0, -0.0, 1.0, -1.0, float("inf"), float("-inf"), float("nan"))


def sample(
    rng: np.random.Generator,
    shape: Sequence[int],
    dtype: str,
    low: float = -4,
    high: float = 4,
) -> Array:
    """Numbers between ``low`` and ``high``; unsigned ones from 0 at least."""
    target = np_dtype(dtype)
    if dtype == "bool":
        return np.asarray(rng.integers(0, 2, shape), np.bool_)
    if target.kind in "iu":
        low = max(low, 0) if target.kind == "u" else low
        return np.asarray(rng.integers(int(low), int(high) + 1, shape)).astype(target)
    if target.kind == "c":
        real, imag = rng.uniform(low, high, (2, *shape))
        return np.asarray(real + 1j * imag).astype(target)
    return np.asarray(rng.uniform(low, high, shape)).astype(target)


def of(values: Any, dtype: str) -> Array:
    """These values, in order, as ``dtype``."""
    return np.asarray(values).astype(np_dtype(dtype))


def integers(
    rng: np.random.Generator, shape: Sequence[int], low: int, high: int, dtype: str = "int32"
) -> Array:
    """Integers in ``[low, high)``."""
    return np.asarray(rng.integers(low, high, tuple(shape))).astype(np_dtype(dtype))


def distinct(rng: np.random.Generator, shape: Sequence[int], dtype: str) -> Array:
    """Numbers of which no two are equal, where the dtype has room; any for bool."""
    if dtype == "bool":
        return sample(rng, shape, dtype)
    size = int(np.prod(shape))
    low = 0 if np_dtype(dtype).kind == "u" else -(size // 2)
    return of(rng.permutation(size).reshape(tuple(shape)) + low, dtype)


def shape_text(items: Sequence[int]) -> str:
    return "x".join(map(str, items)) or "none"
