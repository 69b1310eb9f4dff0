"""Cases of the reductions, and of the cumulative primitives."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from keras_core.conformance.compare import (
    COMPLEX,
    EXACT,
    FLOATS,
    INTS,
    NUMBERS,
    np_dtype,
    tolerance,
    widen,
)
from keras_core.conformance.primitives.case import Arguments, Case
from keras_core.conformance.primitives.sampling import distinct, of, sample, shape_text

Sampler = Callable[[np.random.Generator], Arguments]


def reduction_cases() -> Iterator[Case]:
    """All of this module."""
    yield from _reduction_cases()
    yield from _argument_reduction_cases()
    yield from _cumulative_cases()


_WHOLE: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((2, 3, 4), (0,)),
    ((2, 3, 4), (1,)),
    ((2, 3, 4), (2,)),
    ((2, 3, 4), (0, 2)),
    ((2, 3, 4), (0, 1, 2)),
    ((2, 3, 4), ()),
    ((5,), (0,)),
    ((), ()),
    ((0, 3), (1,)),
    ((3, 0), (0,)),
)
_EMPTY: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((0, 3), (0,)),
    ((2, 0), (0, 1)),
    ((0,), (0,)),
)


def _over_axis(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` in float64, with the parameters of a primitive."""
    return lambda x, axis, *keepdims: function(
        widen(x), axis=axis, **({"keepdims": keepdims[0]} if keepdims else {})
    )


def _reduction_cases() -> Iterator[Case]:
    numeric = (*NUMBERS, *COMPLEX)
    for name, function, dtypes, empty in (
        ("sum", np.sum, numeric, True),
        ("prod", np.prod, numeric, True),
        ("max", np.max, NUMBERS, False),
        ("min", np.min, NUMBERS, False),
        ("any", np.any, ("bool",), True),
        ("all", np.all, ("bool",), True),
    ):

        def case(
            label: str,
            dtype: str,
            draw: Sampler,
            name: str = name,
            function: Callable[..., Any] = function,
        ) -> Case:
            adding = name in ("sum", "prod")
            return Case(
                primitive=name,
                label=f"{label}-{dtype}",
                sample=draw,
                reference=_over_axis(function),
                dtypes=frozenset({dtype}),
                result_dtypes=(dtype,),
                tolerance=tolerance(dtype, scaled=1.0) if adding else EXACT,
            )

        def drawn(
            shape: Sequence[int], axis: tuple[int, ...], keepdims: bool, dtype: str,
            low: float, high: float,
        ) -> Sampler:  # fmt: skip
            return lambda rng: (sample(rng, shape, dtype, low, high), axis, keepdims)

        # Products stay small; sums of complex numbers do anyway.
        low, high = (0.5, 1.5) if name == "prod" else (-4, 4)
        if name in ("sum", "prod"):
            integer_range = (0, 2) if name == "prod" else (-4, 4)
        else:
            integer_range = (-100, 100)
        main = "float32" if "float32" in dtypes else "bool"
        for dtype in dtypes:
            bounds = integer_range if dtype in INTS else (low, high)
            for shape, axis in (*_WHOLE, *(_EMPTY if empty else ())):
                for keepdims in (False, True):
                    if dtype == main or (axis == (0, 2) and not keepdims):
                        label = (
                            f"{shape_text(shape)}-axis{shape_text(axis)}{'-keepdims' * keepdims}"
                        )
                        yield case(label, dtype, drawn(shape, axis, keepdims, dtype, *bounds))
            if dtype in FLOATS and name in ("max", "min"):
                inf, nan = math.inf, math.nan
                rows = [[1, nan, 2], [inf, 1, -inf], [-inf] * 3, [nan, inf, -inf], [-1, -2, -3]]
                yield case("edges", dtype, lambda rng, d=dtype, r=rows: (of(r, d), (1,), False))
            if dtype in FLOATS and name == "sum":
                inf = math.inf
                rows = [[1, inf], [-inf, 1], [inf, -inf], [math.nan, 1]]
                yield case("edges", dtype, lambda rng, d=dtype, r=rows: (of(r, d), (1,), False))
            if dtype in INTS and name in ("max", "min"):
                info = np.iinfo(dtype)
                yield case(
                    "extremes",
                    dtype,
                    lambda rng, d=dtype, i=info: (
                        np.array([[i.min, i.max], [i.max, i.max], [i.min, i.min]], np_dtype(d)),
                        (1,),
                        False,
                    ),
                )


_INFINITE = [[1, math.inf, math.inf], [-math.inf, 0, -math.inf]]

_UNORDERED = [[1, math.nan, 3, math.nan], [math.inf, 2, math.nan, 0], [-math.inf, math.nan, 1, 9]]


def _argument_reduction_cases() -> Iterator[Case]:
    for name, function in (("argmax", np.argmax), ("argmin", np.argmin)):

        def case(
            label: str,
            dtype: str,
            draw: Sampler,
            name: str = name,
            function: Callable[..., Any] = function,
        ) -> Case:
            return Case(
                primitive=name,
                label=f"{label}-{dtype}",
                sample=draw,
                reference=_over_axis(function),
                dtypes=frozenset({dtype, "int32"}),
                result_dtypes=("int32",),
            )

        for dtype in NUMBERS:
            yield case("axis1", dtype, lambda rng, d=dtype: (distinct(rng, (3, 5, 2), d), 1))
            if dtype in FLOATS:
                yield case(
                    "nan", dtype, lambda rng, d=dtype: (np.array(_UNORDERED, np_dtype(d)), 1)
                )
            # Three values over seven places: the first of the equal ones counts.
            yield case("ties", dtype, lambda rng, d=dtype: (sample(rng, (6, 7), d, 0, 2), 1))
        for shape, axis in (((5,), 0), ((3, 4), 0), ((2, 3, 4), 2), ((0, 3), 1)):
            yield case(
                f"{shape_text(shape)}-axis{axis}",
                "float32",
                lambda rng, s=shape, a=axis: (distinct(rng, s, "float32"), a),
            )
        yield case("infinite", "float32", lambda rng: (of(_INFINITE, "float32"), 1))


def _cumulative_cases() -> Iterator[Case]:
    for name, function in (("cumsum", np.add), ("cumprod", np.multiply)):
        for dtype in (*NUMBERS, *COMPLEX):
            low, high = (-4, 4) if name == "cumsum" else (0.5, 1.5)
            if dtype in INTS:
                low, high = (-4, 4) if name == "cumsum" else (0, 2)
            for shape, axis in (((3, 5, 2), 1), ((6,), 0), ((2, 4), 1), ((2, 0, 3), 1)):
                if shape == (3, 5, 2) or dtype == "float32":
                    yield Case(
                        primitive=name,
                        label=f"{shape_text(shape)}-axis{axis}-{dtype}",
                        sample=lambda rng, s=shape, a=axis, d=dtype, lo=low, hi=high: (
                            sample(rng, s, d, lo, hi),
                            a,
                        ),
                        reference=lambda x, axis, f=function: f.accumulate(
                            widen(x), axis, dtype=widen(x).dtype
                        ),
                        dtypes=frozenset({dtype}),
                        result_dtypes=(dtype,),
                        tolerance=tolerance(dtype, factor=2, scaled=1.0),
                    )
