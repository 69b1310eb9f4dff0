"""Rows of reductions and statistics."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core.conformance.operations.rows import Row, bools, floats, ints


def _reductions() -> Iterator[Row]:
    x = floats(2, 3, 4, spread=True)
    cases: dict[str, dict[str, Any]] = {
        "all": {},
        "axis": {"axis": 1},
        "axes": {"axis": (0, -1)},
        "keep": {"axis": -1, "keepdims": True},
    }
    for name, fn in {
        "sum": np.sum,
        "prod": np.prod,
        "mean": np.mean,
        "max": np.max,
        "min": np.min,
        "var": np.var,
        "std": np.std,
    }.items():
        for label, options in cases.items():
            yield Row(
                name,
                (x,),
                lambda v, fn=fn, o=options: fn(v, **o),
                options,
                label=label,
                tolerance=10 if name == "prod" else 1,
            )
    for label, options in cases.items():
        yield Row(
            "logsumexp",
            (x,),
            lambda v, o=options: np.log(np.sum(np.exp(v), **o)),
            options,
            label=label,
        )
    for name, fn in {"any": np.any, "all": np.all}.items():
        yield Row(
            name,
            (bools(3, 4),),
            lambda v, fn=fn: fn(v, axis=1),
            {"axis": 1},
            differentiable=False,
        )
    for name, fn in {"argmax": np.argmax, "argmin": np.argmin}.items():
        yield Row(name, (x,), lambda v, fn=fn: fn(v, -1), {"axis": -1}, False)
        yield Row(name, (x,), lambda v, fn=fn: fn(v), {}, False, label="flat")
    yield Row("count_nonzero", (ints(3, 4, high=2),), np.count_nonzero, differentiable=False)
    for name, fn in {"cumsum": np.cumsum, "cumprod": np.cumprod}.items():
        yield Row(name, (floats(3, 4),), lambda v, fn=fn: fn(v, 1), {"axis": 1})
        yield Row(name, (floats(3, 2),), lambda v, fn=fn: fn(v), {}, label="flat")


def _statistics() -> Iterator[Row]:
    x = floats(3, 5, spread=True)
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
    modes: tuple[Any, ...] = ("valid", "same", "full")
    for mode in modes:
        yield Row(
            "correlate",
            (floats(7), floats(3)),
            lambda a, b, m=mode: np.correlate(a, b, m),
            {"mode": mode},
            label=mode,
        )


def _more() -> Iterator[Row]:
    x = floats(3, 5, spread=True)
    yield Row("average", (x,), lambda v: np.average(v, 1), {"axis": 1})
    yield Row(
        "average",
        (x, floats(3, 5, low=0.2, high=1)),
        lambda v, w: np.average(v, 0, w),
        label="weights",
        how=_weighted,
    )
    yield Row("trapezoid", (x,), lambda v: np.trapezoid(v, dx=0.5), {"dx": 0.5})
    yield Row("trapezoid", (x, floats(3, 5, spread=True)), np.trapezoid, label="places")
    yield Row(
        "histogram",
        (x,),
        lambda v: np.histogram(v, 4, (-2, 2)),
        {"bins": 4, "range": (-2.0, 2.0)},
        False,
    )
    yield Row("nanpercentile", (x,), lambda v: np.nanpercentile(v, 30, 1), {"q": 30, "axis": 1})
    yield Row("allclose", (x, x), lambda a, b: np.allclose(a, b), {}, False)
    for name in ("sum", "prod", "max", "min", "mean", "var", "std"):
        fn: Callable[..., Any] = getattr(np, name)
        yield Row(name, (floats(),), fn, label="0d", differentiable=name != "std")
        yield Row(
            name,
            (floats(3, 0),),
            lambda v, fn=fn: fn(v, 0),
            {"axis": 0},
            label="empty",
            differentiable=False,
        )
    for name in ("sum", "prod"):
        fn = getattr(np, name)
        yield Row(
            name,
            (floats(3, 0),),
            lambda v, fn=fn: fn(v, -1),
            {"axis": -1},
            label="nothing",
            differentiable=False,
        )


def _weighted(fn: Any, values: list[Any]) -> Any:
    return fn(values[0], 0, values[1])


def rows() -> Iterator[Row]:
    """All rows of the family."""
    yield from _reductions()
    yield from _statistics()
    yield from _more()
