"""Cases of the elementwise primitives, and of those that select, convert and create."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_core.conformance.compare import (
    ANY,
    COMPLEX,
    EXACT,
    FLOAT8,
    FLOATS,
    INTS,
    NUMBERS,
    REAL_OF,
    Array,
    np_dtype,
    relative,
    tolerance,
    widen,
)
from keras_core.conformance.primitives.case import Arguments, Case
from keras_core.conformance.primitives.sampling import EDGES, PAIRS, SHAPES, of, sample

Function = Callable[..., Any]
Sampler = Callable[[np.random.Generator], Arguments]


def elementwise_cases() -> Iterator[Case]:
    """All of this module."""
    for unary in _UNARY:
        yield from _unary_cases(unary)
    for binary in _BINARY:
        yield from _binary_cases(binary)
    yield from _where_cases()
    yield from _cast_cases()
    yield from _bitcast_cases()
    yield from _full_cases()
    yield from _arange_cases()


def wide(function: Function) -> Function:
    """``function`` over arguments in float64."""
    return lambda *arguments: function(*map(widen, arguments))


# -- One argument ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Unary:
    name: str
    function: Function
    dtypes: Sequence[str]
    low: float = -4
    high: float = 4
    exact: bool = False
    edges: Sequence[Any] = ()
    """More values for floats."""

    small: bool = False
    """Has to be accurate near 0."""

    complex_result: Callable[[str], str] = str


_WITH_COMPLEX = (*FLOATS, *COMPLEX)
_ALL_NUMBERS = (*NUMBERS, *COMPLEX)
_HALVES = (*EDGES, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.25, -0.75)

_UNARY = (
    _Unary(name="negative", function=np.negative, dtypes=_ALL_NUMBERS, exact=True, edges=EDGES),
    _Unary(
        name="abs",
        function=np.abs,
        dtypes=_ALL_NUMBERS,
        edges=EDGES,
        complex_result=lambda dtype: REAL_OF.get(dtype, dtype),
    ),
    _Unary(name="sign", function=np.sign, dtypes=NUMBERS, exact=True, edges=EDGES),
    _Unary(name="floor", function=np.floor, dtypes=FLOATS, exact=True, edges=_HALVES),
    _Unary(name="ceil", function=np.ceil, dtypes=FLOATS, exact=True, edges=_HALVES),
    _Unary(name="round", function=np.rint, dtypes=FLOATS, exact=True, edges=_HALVES),
    _Unary(name="exp", function=np.exp, dtypes=_WITH_COMPLEX, edges=EDGES),
    _Unary(name="expm1", function=np.expm1, dtypes=FLOATS, edges=EDGES, small=True),
    _Unary(
        name="log", function=np.log, dtypes=_WITH_COMPLEX, low=0.1, high=9, edges=(*EDGES, -2.0)
    ),
    _Unary(
        name="log1p",
        function=np.log1p,
        dtypes=FLOATS,
        low=-0.9,
        high=9,
        edges=(*EDGES, -2.0),
        small=True,
    ),
    _Unary(
        name="sqrt", function=np.sqrt, dtypes=_WITH_COMPLEX, low=0, high=9, edges=(*EDGES, -2.0)
    ),
    _Unary(name="sin", function=np.sin, dtypes=_WITH_COMPLEX, edges=EDGES, small=True),
    _Unary(name="cos", function=np.cos, dtypes=_WITH_COMPLEX, edges=EDGES),
    _Unary(name="tanh", function=np.tanh, dtypes=_WITH_COMPLEX, edges=EDGES, small=True),
    _Unary(name="logical_not", function=np.logical_not, dtypes=("bool",), exact=True),
    _Unary(name="bitwise_not", function=np.bitwise_not, dtypes=INTS, exact=True),
)


def _unary_cases(op: _Unary) -> Iterator[Case]:
    def case(label: str, dtype: str, draw: Sampler, allowed: Any = None) -> Case:
        result = op.complex_result(dtype)
        return Case(
            primitive=op.name,
            label=f"{label}-{dtype}",
            sample=draw,
            reference=wide(op.function),
            dtypes=frozenset({dtype, result}),
            result_dtypes=(result,),
            tolerance=allowed or (EXACT if op.exact else tolerance(result)),
        )

    main = "float32" if "float32" in op.dtypes else op.dtypes[0]
    for dtype in op.dtypes:
        for label, shape in SHAPES.items():
            if label == "cube" or dtype == main:
                # The whole plane for complex numbers.
                low, high = (-3, 3) if dtype in COMPLEX else (op.low, op.high)
                yield case(
                    label,
                    dtype,
                    lambda rng, s=shape, d=dtype, a=low, b=high: (sample(rng, s, d, a, b),),
                )
        if dtype in FLOATS and op.edges:
            yield case("edges", dtype, lambda rng, d=dtype: (of(op.edges, d),))
        if dtype in FLOATS and op.small:
            tiny = {"float64": 1e-9, "float32": 1e-5}.get(dtype, 1e-2)
            yield case(
                "near-zero",
                dtype,
                lambda rng, d=dtype, t=tiny: (of([t, -t, 3 * t, -t / 2], d),),
                relative(dtype),
            )
    if "int8" in op.dtypes:
        for dtype in INTS:
            extremes = _extremes(dtype)
            if op.name == "abs":
                extremes = [extremes[0] + (np_dtype(dtype).kind == "i"), *extremes[1:]]
            yield case("extremes", dtype, lambda rng, d=dtype, e=extremes: (_ints(e, d),))


def _extremes(dtype: str) -> list[int]:
    info = np.iinfo(dtype)
    return [int(info.min), int(info.max), 0, 1, int(info.max) - 1]


def _ints(values: Sequence[int], dtype: str) -> Array:
    return np.array(values, np_dtype(dtype))


# -- Two arguments -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Binary:
    name: str
    function: Function
    dtypes: Sequence[str]
    exact: bool = False
    to_bool: bool = False
    wraps: bool = False
    """Integers overflow."""

    edges: Sequence[tuple[float, float]] = ()
    """More pairs of floats."""

    draw: Callable[[np.random.Generator, Sequence[int], Sequence[int], str], Arguments] | None = (
        None
    )


_EDGE_PAIRS = tuple(itertools.product(EDGES, EDGES))
_POWER_EDGES = (
    (0.0, 0.0), (0.0, 2.0), (0.0, -1.0), (-2.0, 3.0), (-2.0, 2.0), (-2.0, -1.0), (-2.0, 0.5),
    (math.inf, 0.0), (math.inf, 2.0), (math.inf, -1.0), (2.0, math.inf),
    (2.0, -math.inf), (0.5, math.inf), (math.nan, 1.0),
)  # fmt: skip


def _draw_division(
    rng: np.random.Generator, s1: Sequence[int], s2: Sequence[int], dtype: str
) -> Arguments:
    """Quarters, small enough for quotients and remainders to be right in any dtype."""
    unsigned, quarter = np_dtype(dtype).kind == "u", 1 if dtype in INTS else 4
    x1 = rng.integers(0 if unsigned else -16, 17, tuple(s1)) / quarter
    sign = 1 if unsigned else rng.choice([-1, 1], tuple(s2))
    return of(x1, dtype), of(rng.integers(1, 13, tuple(s2)) * sign / quarter, dtype)


def _draw_power(
    rng: np.random.Generator, s1: Sequence[int], s2: Sequence[int], dtype: str
) -> Arguments:
    if dtype in INTS:
        return sample(rng, s1, dtype, -3, 3), sample(rng, s2, dtype, 0, 4)
    if dtype in COMPLEX:
        return sample(rng, s1, dtype, 0.5, 2), sample(rng, s2, dtype, -1, 1)
    return sample(rng, s1, dtype, 0.2, 3), sample(rng, s2, dtype, -2, 2)


def _draw_divisor(
    rng: np.random.Generator, s1: Sequence[int], s2: Sequence[int], dtype: str
) -> Arguments:
    return sample(rng, s1, dtype), sample(rng, s2, dtype, 0.5, 4)


def _draw_shift(
    rng: np.random.Generator, s1: Sequence[int], s2: Sequence[int], dtype: str
) -> Arguments:
    bits = np_dtype(dtype).itemsize * 8
    return sample(rng, s1, dtype, -100, 100), of(rng.integers(0, bits, tuple(s2)), dtype)


def _left_shift(x1: Array, x2: Array) -> Array:
    """Over Python's integers, cut to size at the end."""
    bits = x1.dtype.itemsize * 8
    exact = np.asarray(x1.astype(object) * 2 ** x2.astype(object) % 2**bits, object)
    return exact.astype(f"uint{bits}").view(x1.dtype)


def _right_shift(x1: Array, x2: Array) -> Array:
    return np.asarray(x1.astype(object) // 2 ** x2.astype(object), object).astype(x1.dtype)


_BINARY = (
    _Binary(name="add", function=np.add, dtypes=_ALL_NUMBERS, wraps=True, edges=_EDGE_PAIRS),
    _Binary(
        name="subtract", function=np.subtract, dtypes=_ALL_NUMBERS, wraps=True, edges=_EDGE_PAIRS
    ),
    _Binary(
        name="multiply", function=np.multiply, dtypes=_ALL_NUMBERS, wraps=True, edges=_EDGE_PAIRS
    ),
    _Binary(
        name="divide",
        function=np.divide,
        dtypes=_WITH_COMPLEX,
        edges=_EDGE_PAIRS,
        draw=_draw_divisor,
    ),
    _Binary(
        name="floor_divide",
        function=lambda x1, x2: np.floor_divide(x1, x2),
        dtypes=NUMBERS,
        exact=True,
        draw=_draw_division,
    ),
    _Binary(
        name="mod",
        function=lambda x1, x2: x1 - np.floor_divide(x1, x2) * x2,
        dtypes=NUMBERS,
        exact=True,
        draw=_draw_division,
    ),
    _Binary(
        name="power", function=np.power, dtypes=_ALL_NUMBERS, edges=_POWER_EDGES, draw=_draw_power
    ),
    _Binary(name="maximum", function=np.maximum, dtypes=NUMBERS, exact=True, edges=_EDGE_PAIRS),
    _Binary(name="minimum", function=np.minimum, dtypes=NUMBERS, exact=True, edges=_EDGE_PAIRS),
    _Binary(
        name="arctan2",
        function=np.arctan2,
        dtypes=FLOATS,
        edges=(*_EDGE_PAIRS, (1e-3, -1.0), (-1e-3, -1.0)),
    ),
    _Binary(name="equal", function=np.equal, dtypes=ANY, to_bool=True, edges=_EDGE_PAIRS),
    _Binary(name="less", function=np.less, dtypes=NUMBERS, to_bool=True, edges=_EDGE_PAIRS),
    _Binary(
        name="less_equal", function=np.less_equal, dtypes=NUMBERS, to_bool=True, edges=_EDGE_PAIRS
    ),
    _Binary(name="logical_and", function=np.logical_and, dtypes=("bool",)),
    _Binary(name="logical_or", function=np.logical_or, dtypes=("bool",)),
    _Binary(name="bitwise_and", function=np.bitwise_and, dtypes=INTS),
    _Binary(name="bitwise_or", function=np.bitwise_or, dtypes=INTS),
    _Binary(name="bitwise_xor", function=np.bitwise_xor, dtypes=INTS),
    _Binary(name="left_shift", function=_left_shift, dtypes=INTS, draw=_draw_shift),
    _Binary(name="right_shift", function=_right_shift, dtypes=INTS, draw=_draw_shift),
)


def _binary_cases(op: _Binary) -> Iterator[Case]:
    def case(label: str, dtype: str, draw: Sampler) -> Case:
        result = "bool" if op.to_bool else dtype
        return Case(
            primitive=op.name,
            label=f"{label}-{dtype}",
            sample=draw,
            reference=wide(op.function),
            dtypes=frozenset({dtype, result}),
            result_dtypes=(result,),
            tolerance=EXACT if op.exact else tolerance(result),
        )

    def drawn(s1: Sequence[int], s2: Sequence[int], dtype: str) -> Sampler:
        if op.draw is None:
            return lambda rng: (sample(rng, s1, dtype), sample(rng, s2, dtype))
        draw = op.draw
        return lambda rng: draw(rng, s1, s2, dtype)

    main = "float32" if "float32" in op.dtypes else op.dtypes[0]
    for dtype in op.dtypes:
        yield case("same", dtype, drawn((3, 4), (3, 4), dtype))
        for label, (s1, s2) in PAIRS.items():
            if label == "broadcast" or dtype == main:
                yield case(label, dtype, drawn(s1, s2, dtype))
        if dtype in FLOATS and op.edges:
            first, second = zip(*op.edges, strict=True)
            yield case("edges", dtype, lambda rng, a=first, b=second, d=dtype: (of(a, d), of(b, d)))
        if dtype in INTS and (op.wraps or op.to_bool or op.exact) and op.draw is None:
            pairs = list(itertools.product(_extremes(dtype), repeat=2))
            a, b = ([pair[i] for pair in pairs] for i in range(2))
            yield case("extremes", dtype, lambda rng, a=a, b=b, d=dtype: (_ints(a, d), _ints(b, d)))


# -- Selection, types, creation ----------------------------------------------------------


def _where_cases() -> Iterator[Case]:
    def case(label: str, dtype: str, draw: Sampler) -> Case:
        return Case(
            primitive="where",
            label=f"{label}-{dtype}",
            sample=draw,
            reference=np.where,
            dtypes=frozenset({dtype, "bool"}),
            result_dtypes=(dtype,),
        )

    def drawn(shapes: Sequence[Sequence[int]], dtype: str) -> Sampler:
        c, s1, s2 = shapes
        return lambda rng: (sample(rng, c, "bool"), sample(rng, s1, dtype), sample(rng, s2, dtype))

    for dtype in ANY:
        yield case("same", dtype, drawn([(2, 3)] * 3, dtype))
    for label, shapes in {
        "broadcast": [(2, 1, 1), (3, 1), (4,)],
        "scalars": [(), (), ()],
        "scalar-condition": [(), (2, 3), (2, 3)],
        "scalar-branches": [(2, 3), (), ()],
        "empty": [(0, 3), (3,), ()],
    }.items():
        yield case(label, "float32", drawn(shapes, "float32"))
    for dtype in FLOATS:
        yield case(
            "edges",
            dtype,
            lambda rng, d=dtype: (sample(rng, (7,), "bool"), of(EDGES, d), of(EDGES[::-1], d)),
        )


def _cast(x: Array, dtype: str) -> Array:
    """Step by step, each of which NumPy defines."""
    target = np_dtype(dtype)
    if dtype == "bool":
        return widen(x) != 0
    if x.dtype.kind == "c" and target.kind != "c":
        x = np.real(x)
    x = widen(x)
    if target.kind in "iu" and x.dtype.kind == "f":
        x = np.trunc(x).astype(np.uint64 if target.kind == "u" else np.int64)
    return x.astype(target) if target.kind in "iu" else x


def _cast_values(source: str, target: str) -> list[Any]:
    """Values of which the conversion is defined."""
    unsigned = np_dtype(target).kind == "u"
    if source == "bool":
        return [True, False]
    if source in INTS:
        return [0, 1, 2, 100, *_extremes(source)]
    values: list[Any] = [0.0, 0.5, 1.0, 2.75, 99.5]
    if not unsigned:
        values += [-0.0, -0.5, -1.0, -2.75, -99.5]
    if target not in INTS:
        values += [math.inf, -math.inf, math.nan]
    if source in COMPLEX:
        values = [complex(v, 0) for v in values[: 5 if unsigned else 10]]
        values += [1 + 2j, 2j] if target in INTS else [1 - 2j, 2j, -1.5 + 0.5j]
    return values


def _cast_cases() -> Iterator[Case]:
    def case(label: str, source: str, target: str, draw: Sampler) -> Case:
        return Case(
            primitive="cast",
            label=f"{label}{source}-{target}",
            sample=draw,
            reference=_cast,
            dtypes=frozenset({source, target}),
            result_dtypes=(target,),
            # Rounding twice is allowed, but nothing worse.
            tolerance=tolerance(target) if target not in INTS else EXACT,
        )

    for source, target in itertools.product(ANY, ANY):
        values = _cast_values(source, target)
        yield case(
            "",
            source,
            target,
            lambda rng, v=values, s=source, t=target: (
                _ints(v, s) if s in INTS else of(v, s),
                t,
            ),
        )
    # between two of them, halves of a step, small numbers and NaN
    values = [0, 1, -2.2, 17, 19, 288, -448, 1e-3, -2e-5, np.nan]
    for wide, narrow in itertools.product(FLOATS, FLOAT8):
        for source, target in ((wide, narrow), (narrow, wide)):
            yield case(
                "",
                source,
                target,
                lambda rng, v=values, s=source, t=target: (of(v, s), t),
            )
    for label, shape in SHAPES.items():
        yield case(
            f"{label}-",
            "float32",
            "int32",
            lambda rng, s=shape: (sample(rng, s, "float32"), "int32"),
        )


def _bitcast_cases() -> Iterator[Case]:
    for source, target in itertools.product(NUMBERS, NUMBERS):
        if np_dtype(source).itemsize != np_dtype(target).itemsize:
            continue
        for label, shape in SHAPES.items():
            if label != "cube" and (source, target) != ("float32", "int32"):
                continue
            yield Case(
                primitive="bitcast",
                label=f"{label}-{source}-{target}",
                # Bits of normal, finite floats, in case the engine flushes others.
                sample=lambda rng, s=shape, a=source, t=target: (
                    sample(rng, s, a if a in FLOATS or t in INTS else t, 1, 100).view(np_dtype(a)),
                    t,
                ),
                reference=lambda x, dtype: x.view(np_dtype(dtype)),
                dtypes=frozenset({source, target}),
                result_dtypes=(target,),
            )


def _full(shape: Sequence[int], value: Any, dtype: str) -> Array:
    out = np.empty(tuple(shape), np_dtype(dtype))
    out[...] = value
    return out


def _full_cases() -> Iterator[Case]:
    def case(label: str, dtype: str, shape: tuple[int, ...], value: Any) -> Case:
        return Case(
            primitive="full",
            label=f"{label}-{dtype}",
            sample=lambda rng: (shape, value, dtype),
            reference=_full,
            dtypes=frozenset({dtype}),
            result_dtypes=(dtype,),
        )

    for dtype in ANY:
        value: Any = {"b": True, "i": -3, "u": 3, "c": 1 - 2j}.get(np_dtype(dtype).kind, 1.5)
        yield case("python", dtype, (2, 3), value)
        yield case("tensor", dtype, (2, 3), of(value, dtype))
    for label, shape in {"scalar": (), "empty": (0, 2), "vector": (4,)}.items():
        yield case(label, "float32", shape, -0.25)
        yield case(f"{label}-tensor", "int32", shape, of(7, "int32"))
    for value in (math.inf, math.nan):
        yield case(f"{value}", "float32", (2,), value)
    yield case("int-for-float", "float32", (2,), 3)


def _arange(start: float, stop: float, step: float, dtype: str) -> Array:
    values, value = [], start
    while (value < stop) if step > 0 else (value > stop):
        values.append(value)
        value = start + len(values) * step
    return np.array(values, np_dtype(dtype) if dtype in INTS else np.float64)


def _arange_cases() -> Iterator[Case]:
    def case(label: str, dtype: str, *arguments: Any) -> Case:
        return Case(
            primitive="arange",
            label=f"{label}-{dtype}",
            sample=lambda rng: (*arguments, dtype),
            reference=_arange,
            dtypes=frozenset({dtype}),
            result_dtypes=(dtype,),
            tolerance=tolerance(dtype),
        )

    for dtype in NUMBERS:
        yield case("count", dtype, 0, 10, 1)
        yield case("step", dtype, 2, 11, 3)
        yield case("empty", dtype, 3, 3, 1)
    for dtype in ("int32", "float32"):
        yield case("negative-step", dtype, 5, -4, -2)
        yield case("negative-step-empty", dtype, 0, 5, -1)
        yield case("from-negative", dtype, -7, 7, 5)
    for dtype in FLOATS:
        yield case("quarters", dtype, -1.0, 1.25, 0.25)
    yield case("tenths", "float32", 0.0, 0.95, 0.1)
    yield case("large", "int64", 2**40, 2**40 + 9, 4)
