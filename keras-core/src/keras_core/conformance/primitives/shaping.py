"""Cases of the primitives that move elements."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from keras_core.conformance.compare import (
    ANY,
    Array,
)
from keras_core.conformance.primitives.case import Case
from keras_core.conformance.primitives.sampling import sample


def shaping_cases() -> Iterator[Case]:
    """All of this module."""
    yield from _shape_cases()


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
