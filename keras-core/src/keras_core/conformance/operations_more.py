"""More rows of the table of operations: those that NumPy has under the same name."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core.conformance.rows import Row, _a, _i


def _elementwise() -> Iterator[Row]:
    for name in ("cbrt", "deg2rad", "rad2deg", "fabs", "sinc", "i0", "conj", "real"):
        yield Row(name, (_a(3, 4, low=0.2, high=3),), getattr(np, name))
    for name in ("signbit", "trunc", "isposinf", "isneginf", "isreal", "angle"):
        yield Row(name, (_a(3, 4),), getattr(np, name), differentiable=False)
    two = (_a(2, 3, low=0.3, high=3, spread=True), _a(2, 3, low=0.4, high=3.1, spread=True))
    for name in ("float_power", "hypot", "logaddexp", "logaddexp2", "fmax", "fmin", "copysign"):
        yield Row(name, two, getattr(np, name))
    for name in ("gcd", "lcm"):
        yield Row(name, (_i(3, 4, high=20), _i(3, 4, high=20)), getattr(np, name), {}, False)
    yield Row("ldexp", (_a(3), _i(3)), np.ldexp)
    yield Row("nan_to_num", (_a(3),), np.nan_to_num)


def _reductions() -> Iterator[Row]:
    x = _a(3, 5, spread=True)
    names = ("nansum", "nanprod", "nanmax", "nanmin", "nanmean", "nanvar", "nanstd", "nanmedian")
    for name in (*names, "median", "ptp"):
        fn: Callable[..., Any] = getattr(np, name)
        yield Row(name, (x,), lambda v, fn=fn: fn(v, axis=1), {"axis": 1}, tolerance=5)
    for name in ("quantile", "nanquantile"):
        yield Row(name, (x,), lambda v: np.quantile(v, [0.2, 0.7], 1), {"q": [0.2, 0.7], "axis": 1})
    yield Row("percentile", (x,), lambda v: np.percentile(v, 30), {"q": 30})
    for name in ("nanargmax", "nanargmin"):
        fn = getattr(np, name)
        yield Row(name, (x,), lambda v, fn=fn: fn(v, 1), {"axis": 1}, False)
    for name in ("nancumsum", "nancumprod"):
        fn = getattr(np, name)
        yield Row(name, (x,), lambda v, fn=fn: fn(v, 1), {"axis": 1})
    yield Row("diff", (x,), np.diff)
    yield Row("cov", (x,), np.cov)
    yield Row("corrcoef", (x,), np.corrcoef)
    for mode in ("valid", "same", "full"):
        yield Row(
            "correlate", (_a(7), _a(3)), lambda a, b, m=mode: np.correlate(a, b, m),
            {"mode": mode}, label=mode,
        )  # fmt: skip


def _matrices() -> Iterator[Row]:
    x = _a(3, 4)
    for name in ("diagonal", "trace", "fliplr", "flipud", "rot90", "diag", "diagflat"):
        yield Row(name, (x,), getattr(np, name))
    for name in ("hstack", "vstack", "dstack", "column_stack"):
        fn: Callable[..., Any] = getattr(np, name)
        yield Row(name, (x, x), lambda *v, fn=fn: fn(v), as_list=True)
    for name in ("kron", "inner", "vdot"):
        yield Row(name, (_a(2, 3), _a(2, 3)), getattr(np, name))
    yield Row("cross", (_a(2, 3), _a(2, 3)), np.cross)
    yield Row("append", (_a(2, 3), _a(2)), np.append)
    yield Row("vander", (_a(4),), np.vander)
    square = _a(3, 3, low=0.5, high=2, spread=True)
    yield Row("det", (square,), np.linalg.det, tolerance=10)
    yield Row("inv", (square,), np.linalg.inv, tolerance=200)
    yield Row(
        "segment_sum", (_a(4, 2), _i(4, high=3)),
        lambda v, i: np.stack([v[i == k].sum(0) for k in range(3)]), {"num_segments": 3},
    )  # fmt: skip
    yield Row("cdist", (_a(3, 4), _a(2, 4)), lambda a, b: np.linalg.norm(a[:, None] - b, axis=-1))


def iter_more_rows() -> Iterator[Row]:
    """All of these rows."""
    for family in (_elementwise, _reductions, _matrices):
        yield from family()
