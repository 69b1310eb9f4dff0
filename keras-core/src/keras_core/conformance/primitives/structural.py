"""Cases of the reductions, and of the primitives that move, index and order elements."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from keras_core.conformance.compare import (
    ANY,
    COMPLEX,
    EXACT,
    FLOATS,
    INTS,
    NUMBERS,
    Array,
    Tolerance,
    np_dtype,
    tolerance,
    widen,
)
from keras_core.conformance.primitives.case import Arguments, Case, Outcome
from keras_core.conformance.primitives.sampling import integers, of, sample

Sampler = Callable[[np.random.Generator], Arguments]


def structural_cases() -> Iterator[Case]:
    """All of this module."""
    yield from _reduction_cases()
    yield from _argument_reduction_cases()
    yield from _cumulative_cases()
    yield from _shape_cases()
    yield from _take_cases()
    yield from _gather_cases()
    yield from _scatter_cases()
    yield from _order_cases()
    yield from _nonzero_cases()


def _distinct(rng: np.random.Generator, shape: Sequence[int], dtype: str) -> Array:
    """Numbers of which no two are equal, where the dtype has room; any for bool."""
    if dtype == "bool":
        return sample(rng, shape, dtype)
    size = int(np.prod(shape))
    low = 0 if np_dtype(dtype).kind == "u" else -(size // 2)
    return of(rng.permutation(size).reshape(tuple(shape)) + low, dtype)


# -- Reductions --------------------------------------------------------------------------

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


def _text(items: Sequence[int]) -> str:
    return "x".join(map(str, items)) or "none"


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
                        label = f"{_text(shape)}-axis{_text(axis)}{'-keepdims' * keepdims}"
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
            yield case("axis1", dtype, lambda rng, d=dtype: (_distinct(rng, (3, 5, 2), d), 1))
            # Three values over seven places: the first of the equal ones counts.
            yield case("ties", dtype, lambda rng, d=dtype: (sample(rng, (6, 7), d, 0, 2), 1))
        for shape, axis in (((5,), 0), ((3, 4), 0), ((2, 3, 4), 2), ((0, 3), 1)):
            yield case(
                f"{_text(shape)}-axis{axis}",
                "float32",
                lambda rng, s=shape, a=axis: (_distinct(rng, s, "float32"), a),
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
                        label=f"{_text(shape)}-axis{axis}-{dtype}",
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


# -- Shape -------------------------------------------------------------------------------


def _transpose(x: Array, axes: tuple[int, ...]) -> Array:
    out = np.empty([x.shape[axis] for axis in axes], x.dtype)
    for index in np.ndindex(*x.shape):
        out[tuple(index[axis] for axis in axes)] = x[index]
    return out


def _broadcast(x: Array, shape: Sequence[int]) -> Array:
    out = np.empty(tuple(shape), x.dtype)
    out[...] = x
    return out


def _concatenate(xs: Sequence[Array], axis: int) -> Array:
    shape = list(xs[0].shape)
    shape[axis] = sum(x.shape[axis] for x in xs)
    out, begin = np.empty(shape, xs[0].dtype), 0
    for x in xs:
        np.moveaxis(out, axis, 0)[begin : begin + x.shape[axis]] = np.moveaxis(x, axis, 0)
        begin += x.shape[axis]
    return out


def _slice(x: Array, start: Any, stop: Any, step: Any) -> Array:
    for axis in range(x.ndim):
        end = x.shape[axis] if stop[axis] is None else stop[axis]
        x = x.take(np.arange(start[axis], end, step[axis]), axis)
    return x


def _flip(x: Array, axis: Sequence[int]) -> Array:
    for one in axis:
        x = x.take(np.arange(x.shape[one])[::-1], one)
    return x


def _pad(x: Array, pad_width: Sequence[tuple[int, int]], value: Any) -> Array:
    out = np.empty([a + n + b for n, (a, b) in zip(x.shape, pad_width, strict=True)], x.dtype)
    out[...] = value
    for index in np.ndindex(*x.shape):
        out[tuple(i + a for i, (a, _) in zip(index, pad_width, strict=True))] = x[index]
    return out


_ROWS: tuple[tuple[str, Callable[..., Any], tuple[int, ...], tuple[Any, ...]], ...] = (
    ("reshape", np.reshape, (2, 3, 4), ((4, 6),)),
    ("reshape", np.reshape, (2, 3, 4), ((24,),)),
    ("reshape", np.reshape, (2, 3), ((2, 3),)),
    ("reshape", np.reshape, (), ((1, 1),)),
    ("reshape", np.reshape, (1, 1), ((),)),
    ("reshape", np.reshape, (0, 3), ((3, 0, 2),)),
    ("transpose", _transpose, (2, 3, 4), ((2, 0, 1),)),
    ("transpose", _transpose, (2, 3), ((1, 0),)),
    ("transpose", _transpose, (2, 3), ((0, 1),)),
    ("transpose", _transpose, (2, 3, 1, 4), ((3, 1, 0, 2),)),
    ("transpose", _transpose, (), ((),)),
    ("transpose", _transpose, (0, 2), ((1, 0),)),
    ("broadcast_to", _broadcast, (3, 1), ((2, 3, 4),)),
    ("broadcast_to", _broadcast, (), ((2, 3),)),
    ("broadcast_to", _broadcast, (2, 3), ((2, 3),)),
    ("broadcast_to", _broadcast, (), ((),)),
    ("broadcast_to", _broadcast, (1, 3), ((0, 3),)),
    ("slice", _slice, (4, 5), ((1, 0), (3, 5), (1, 1))),
    ("slice", _slice, (7, 5), ((1, 0), (7, 4), (2, 3))),
    ("slice", _slice, (4, 5), ((1, 2), (None, None), (1, 2))),
    ("slice", _slice, (4, 5), ((0, 0), (4, 5), (1, 1))),
    ("slice", _slice, (4, 5), ((2, 5), (2, 5), (1, 1))),
    ("slice", _slice, (6,), ((1,), (2,), (4,))),
    ("slice", _slice, (), ((), (), ())),
    ("slice", _slice, (2, 0), ((0, 0), (1, 0), (1, 1))),
    ("flip", _flip, (2, 3, 4), ((1,),)),
    ("flip", _flip, (2, 3, 4), ((0, 2),)),
    ("flip", _flip, (2, 3, 4), ((0, 1, 2),)),
    ("flip", _flip, (2, 3), ((),)),
    ("flip", _flip, (0, 2), ((0,),)),
    ("pad", _pad, (2, 3), (((1, 2), (0, 3)), 1)),
    ("pad", _pad, (2, 3), (((0, 0), (0, 0)), 0)),
    ("pad", _pad, (2, 1, 3), (((0, 1), (2, 0), (0, 0)), 0)),
    ("pad", _pad, (), ((), 0)),
    ("pad", _pad, (0, 2), (((1, 1), (0, 1)), 1)),
)


def _shape_cases() -> Iterator[Case]:
    first: set[str] = set()
    for name, reference, shape, arguments in _ROWS:
        # The first of each primitive with every dtype, the others with one.
        for dtype in ("float32",) if name in first else ANY:
            label = "-".join(map(_argument_text, (shape, *arguments)))
            yield Case(
                primitive=name,
                label=f"{label}-{dtype}",
                sample=lambda rng, s=shape, a=arguments, d=dtype: (
                    sample(rng, s, d),
                    *(bool(v) if v in (0, 1) and d == "bool" else v for v in a),
                ),
                reference=reference,
                dtypes=frozenset({dtype}),
                result_dtypes=(dtype,),
            )
        first.add(name)
    for dtype, value in (
        ("float32", -math.inf), ("float16", -1.5), ("bfloat16", 2.5), ("int8", -7),
        ("uint8", 255), ("complex64", 1j),
    ):  # fmt: skip
        yield Case(
            primitive="pad",
            label=f"value{value}-{dtype}",
            sample=lambda rng, d=dtype, v=value: (sample(rng, (2, 2), d), ((1, 0), (0, 1)), v),
            reference=_pad,
            dtypes=frozenset({dtype}),
            result_dtypes=(dtype,),
        )
    for label, shapes, axis in (
        ("axis0", [(2, 3), (1, 3), (4, 3)], 0),
        ("axis1", [(2, 3), (2, 1)], 1),
        ("axis2", [(2, 1, 3), (2, 1, 1)], 2),
        ("one", [(2, 3)], 0),
        ("with-empty", [(2, 3), (0, 3)], 0),
        ("all-empty", [(0, 2), (0, 3)], 1),
    ):
        for dtype in ANY if label == "axis0" else ("float32",):
            yield Case(
                primitive="concatenate",
                label=f"{label}-{dtype}",
                sample=lambda rng, s=shapes, a=axis, d=dtype: (
                    [sample(rng, shape, d) for shape in s],
                    a,
                ),
                reference=_concatenate,
                dtypes=frozenset({dtype}),
                result_dtypes=(dtype,),
            )


def _argument_text(argument: Any) -> str:
    if isinstance(argument, tuple):
        return "(" + ",".join(map(_argument_text, argument)) + ")"
    return "" if argument is None else str(argument)


# -- Indexing ----------------------------------------------------------------------------


def _take(x: Array, indices: Array, axis: int) -> Array:
    out = np.empty(x.shape[:axis] + indices.shape + x.shape[axis + 1 :], x.dtype)
    lead = (slice(None),) * axis
    for index in np.ndindex(*indices.shape):
        out[(*lead, *index)] = x[(*lead, int(indices[index]))]
    return out


def _take_cases() -> Iterator[Case]:
    def case(
        label: str, dtype: str, shape: Sequence[int], where: Sequence[int], axis: int,
        index_dtype: str = "int32",
    ) -> Case:  # fmt: skip
        low = 0 if np_dtype(index_dtype).kind == "u" else -shape[axis]
        return Case(
            primitive="take",
            label=f"{label}-{index_dtype}-{dtype}",
            sample=lambda rng: (
                sample(rng, shape, dtype),
                integers(rng, where, low, max(shape[axis], low + 1), index_dtype),
                axis,
            ),
            reference=_take,
            dtypes=frozenset({dtype, index_dtype}),
            result_dtypes=(dtype,),
        )

    for dtype in ANY:
        yield case("axis1", dtype, (2, 5, 3), (2, 4), 1)
    for index_dtype in INTS:
        yield case("axis0", "float32", (6, 2), (5,), 0, index_dtype)
    for label, shape, where, axis in (
        ("vector", (4,), (3,), 0),
        ("scalar-index", (4, 3), (), 0),
        ("scalar-index-of-vector", (4,), (), 0),
        ("last-axis", (2, 3, 4), (2,), 2),
        ("empty-indices", (4, 3), (0,), 0),
        ("no-rows-taken-of-none", (0, 3), (0, 2), 0),
        ("empty-rows", (4, 0), (3,), 0),
        ("rank3-indices", (5, 2), (2, 1, 3), 0),
    ):
        yield case(label, "float32", shape, where, axis)


def _gather(x: Array, indices: Array) -> Array:
    depth = indices.shape[-1]
    out = np.empty(indices.shape[:-1] + x.shape[depth:], x.dtype)
    for index in np.ndindex(*indices.shape[:-1]):
        out[index] = x[tuple(int(i) for i in indices[index])]
    return out


def _places(
    rng: np.random.Generator, shape: Sequence[int], where: Sequence[int], depth: int, dtype: str
) -> Array:
    parts = [integers(rng, where, 0, max(shape[i], 1), dtype) for i in range(depth)]
    return np.stack(parts, axis=-1)


_WHERE: tuple[tuple[str, tuple[int, ...], tuple[int, ...], int], ...] = (
    ("rows", (5, 3), (4,), 1),
    ("elements", (5, 3), (4,), 2),
    ("batch", (3, 4, 2), (2, 3), 2),
    ("vector", (6,), (4,), 1),
    ("single", (5, 3), (), 1),
    ("single-element", (5, 3), (), 2),
    ("empty", (5, 3), (0,), 1),
    ("empty-rows", (5, 0), (2,), 1),
    ("rank3", (2, 3, 4), (5,), 3),
)


def _gather_cases() -> Iterator[Case]:
    def case(label: str, dtype: str, index_dtype: str) -> Case:
        _, shape, where, depth = next(row for row in _WHERE if row[0] == label)
        return Case(
            primitive="gather_nd",
            label=f"{label}-{index_dtype}-{dtype}",
            sample=lambda rng: (
                sample(rng, shape, dtype),
                _places(rng, shape, where, depth, index_dtype),
            ),
            reference=_gather,
            dtypes=frozenset({dtype, index_dtype}),
            result_dtypes=(dtype,),
        )

    for dtype in ANY:
        yield case("batch", dtype, "int32")
    for index_dtype in INTS:
        yield case("rows", "float32", index_dtype)
    for label, *_ in _WHERE:
        if label not in ("batch", "rows"):
            yield case(label, "float32", "int32")


_COMBINE: dict[str, Callable[[Any, Any], Any]] = {
    "set": lambda old, new: new,
    "add": lambda old, new: old + new,
    "max": np.maximum,
    "min": np.minimum,
    "multiply": lambda old, new: old * new,
}


def _scatter(x: Array, indices: Array, updates: Array, reduction: str) -> Array:
    out = widen(x).copy()
    for index in np.ndindex(*indices.shape[:-1]):
        place = tuple(int(i) for i in indices[index])
        out[place] = _COMBINE[reduction](out[place], widen(updates)[index])
    return out


def _scatter_cases() -> Iterator[Case]:
    def case(
        label: str, dtype: str, reduction: str, index_dtype: str = "int32", *, unique: bool = False
    ) -> Case:
        _, shape, where, depth = next(row for row in _WHERE if row[0] == label)

        def draw(rng: np.random.Generator) -> Arguments:
            low, high = (1, 2) if reduction == "multiply" else (-4, 4)
            indices = _places(rng, shape, where, depth, index_dtype)
            if unique or reduction == "set":
                every = np.array(list(np.ndindex(*shape[:depth])), np_dtype(index_dtype))
                count = int(np.prod(where))
                indices = rng.permutation(every)[:count].reshape(*where, depth)
            return (
                sample(rng, shape, dtype, low, high),
                indices,
                sample(rng, (*where, *shape[depth:]), dtype, low, high),
                reduction,
            )

        allowed: Tolerance = EXACT
        if reduction in ("add", "multiply"):
            allowed = tolerance(dtype, factor=2, scaled=1.0)
        return Case(
            primitive="scatter_nd",
            label=f"{reduction}-{label}{'-unique' * unique}-{index_dtype}-{dtype}",
            sample=draw,
            reference=_scatter,
            dtypes=frozenset({dtype, index_dtype}),
            result_dtypes=(dtype,),
            tolerance=allowed,
        )

    for dtype in ANY:
        yield case("batch", dtype, "set")
    for dtype, reduction in itertools.product(NUMBERS, ("add", "max", "min", "multiply")):
        yield case("rows", dtype, reduction)
    for index_dtype in INTS:
        yield case("elements", "float32", "add", index_dtype)
    for label, *_ in _WHERE:
        for reduction in ("set", "add", "max"):
            if (label, reduction) not in (("batch", "set"), ("rows", "add"), ("rows", "max"),
                                          ("elements", "add")):  # fmt: skip
                yield case(label, "float32", reduction)
    yield case("elements", "float32", "add", unique=True)
    yield Case(
        primitive="scatter_nd",
        label="add-many-collisions-float32",
        sample=lambda rng: (
            sample(rng, (4, 3), "float32"),
            integers(rng, (200, 1), 0, 4),
            sample(rng, (200, 3), "float32"),
            "add",
        ),
        reference=_scatter,
        dtypes=frozenset({"float32"}),
        result_dtypes=("float32",),
        tolerance=tolerance("float32", factor=4, scaled=1.0),
    )
    yield Case(
        primitive="scatter_nd",
        label="set-collisions-float32",
        sample=lambda rng: (
            of([0, 0, 0, 9], "float32"),
            of([[1], [2], [1], [1]], "int32"),
            of([1, 2, 3, 4], "float32"),
            "set",
        ),
        reference=_scatter,
        dtypes=frozenset({"float32", "int32"}),
        result_dtypes=("float32",),
        check=_check_set_collisions,
    )


def _check_set_collisions(outcome: Outcome) -> None:
    (result,) = outcome.results
    if not (list(result[[0, 2, 3]]) == [0, 2, 9] and result[1] in (1, 3, 4)):
        raise AssertionError(f"got {result}, expected [0, one of 1, 3 and 4, 2, 9]")


# -- Order -------------------------------------------------------------------------------


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
            yield case("axis1", dtype, lambda rng, d=dtype: (_distinct(rng, (3, 7, 2), d), 1))
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
                f"{_text(shape)}-axis{axis}",
                "float32",
                lambda rng, s=shape, a=axis: (_distinct(rng, s, "float32"), a),
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
