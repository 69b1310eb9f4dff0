"""Cases of the primitives that put elements in order, and find them."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core.conformance.compare import (
    FLOATS,
    INTS,
    NUMBERS,
    Array,
    widen,
)
from keras_core.conformance.primitives.case import Arguments, Case
from keras_core.conformance.primitives.sampling import distinct, of, sample, shape_text

Sampler = Callable[[np.random.Generator], Arguments]


def ordering_cases() -> Iterator[Case]:
    """All of this module."""
    yield from _order_cases()
    yield from _nonzero_cases()


def _sorted_indices(x: Array, axis: int) -> Array:
    """Python's sort, which is stable, with NaN last."""
    out = np.empty(x.shape, np.int32)
    rows, results = np.moveaxis(widen(x), axis, -1), np.moveaxis(out, axis, -1)
    for index in np.ndindex(*rows.shape[:-1]):
        row = rows[index]
        order = sorted(range(len(row)), key=lambda i: (bool(row[i] != row[i]), row[i]))
        # NaN compares with nothing, so their own order has to be put right.
        count = int(np.isnan(row.astype(np.float64)).sum())
        order[len(order) - count :] = sorted(order[len(order) - count :])
        results[index] = order
    return out


def _sorted(x: Array, axis: int) -> Array:
    return np.take_along_axis(x, _sorted_indices(x, axis).astype(np.int64), axis)


def _order_cases() -> Iterator[Case]:
    for name, reference in (("sort", _sorted), ("argsort", _sorted_indices)):

        def case(
            label: str,
            dtype: str,
            draw: Sampler,
            name: str = name,
            reference: Callable[..., Any] = reference,
        ) -> Case:
            result = dtype if name == "sort" else "int32"
            return Case(
                primitive=name,
                label=f"{label}-{dtype}",
                sample=draw,
                reference=reference,
                dtypes=frozenset({dtype, result}),
                result_dtypes=(result,),
            )

        for dtype in (*NUMBERS, "bool"):
            yield case("axis1", dtype, lambda rng, d=dtype: (distinct(rng, (3, 7, 2), d), 1))
            yield case("ties", dtype, lambda rng, d=dtype: (sample(rng, (40,), d, 0, 5), 0))
        for dtype in FLOATS:
            values = [2.0, math.nan, -1.0, math.inf, math.nan, -math.inf, 0.5]
            yield case("edges", dtype, lambda rng, d=dtype, v=values: (of(v, d), 0))
        for dtype in INTS:
            info = np.iinfo(dtype)
            extremes = np.array([info.max, 0, info.min, info.max - 1, 1], dtype)
            yield case("extremes", dtype, lambda rng, e=extremes: (e.copy(), 0))
        for shape, axis in (((5, 3), 0), ((1, 4), 0), ((0,), 0), ((3, 0), 0), ((2, 3, 4), 2)):
            yield case(
                f"{shape_text(shape)}-axis{axis}",
                "float32",
                lambda rng, s=shape, a=axis: (distinct(rng, s, "float32"), a),
            )


def _nonzero(x: Array) -> tuple[Array, ...]:
    places = [index for index in np.ndindex(*x.shape) if x[index]]
    return tuple(np.array([place[i] for place in places], np.int32) for i in range(x.ndim))


def _nonzero_cases() -> Iterator[Case]:
    for label, shape in (
        ("vector", (9,)), ("matrix", (4, 5)), ("cube", (2, 3, 4)), ("empty", (0, 3))
    ):  # fmt: skip
        yield Case(
            primitive="nonzero",
            label=label,
            sample=lambda rng, s=shape: (sample(rng, s, "bool"),),
            reference=_nonzero,
            dtypes=frozenset({"bool", "int32"}),
            result_dtypes=("int32",) * len(shape),
        )
    for label, value in (("none", False), ("all", True)):
        yield Case(
            primitive="nonzero",
            label=label,
            sample=lambda rng, v=value: (np.full((2, 3), v),),
            reference=_nonzero,
            dtypes=frozenset({"bool", "int32"}),
            result_dtypes=("int32", "int32"),
        )
