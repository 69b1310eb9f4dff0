"""Cases of matrix products, convolution and pooling; the references are naive loops."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from keras_core.conformance.compare import (
    COMPLEX,
    EXACT,
    FLOATS,
    NUMBERS,
    Array,
    np_dtype,
    tolerance,
    widen,
)
from keras_core.conformance.primitives.case import Arguments, Case
from keras_core.conformance.primitives.sampling import sample

Pairs = tuple[tuple[int, int], ...]


def contraction_cases() -> Iterator[Case]:
    """All of this module."""
    yield from _matmul_cases()
    yield from _conv_cases()
    yield from _pool_cases()


# -- Products ----------------------------------------------------------------------------


def _matmul(x1: Array, x2: Array) -> Array:
    """Each element a sum of products; integers are Python's until the end."""
    batch = np.broadcast_shapes(x1.shape[:-2], x2.shape[:-2])
    dtype = x1.dtype
    x1, x2 = (x.astype(object) if x.dtype.kind in "iu" else widen(x) for x in (x1, x2))
    x1 = np.broadcast_to(x1, (*batch, *x1.shape[-2:]))
    x2 = np.broadcast_to(x2, (*batch, *x2.shape[-2:]))
    out = np.zeros((*batch, x1.shape[-2], x2.shape[-1]), x1.dtype)
    for k in range(x1.shape[-1]):
        out = out + x1[..., :, k, None] * x2[..., None, k, :]
    return out.astype(dtype) if out.dtype == object else out


def _matmul_cases() -> Iterator[Case]:
    def case(
        label: str, dtype: str, s1: Sequence[int], s2: Sequence[int], low: float = -4,
        high: float = 4,
    ) -> Case:  # fmt: skip
        return Case(
            primitive="matmul",
            label=f"{label}-{dtype}",
            sample=lambda rng: (
                sample(rng, s1, dtype, low, high),
                sample(rng, s2, dtype, low, high),
            ),
            reference=_matmul,
            dtypes=frozenset({dtype}),
            result_dtypes=(dtype,),
            tolerance=tolerance(dtype, scaled=1.0),
        )

    for dtype in (*NUMBERS, *COMPLEX):
        # 5 products of at most 16, so also int8 holds them.
        yield case("matrix", dtype, (3, 5), (5, 4), -4, 4)
        yield case("batch", dtype, (2, 3, 5), (2, 5, 4), -4, 4)
    for label, s1, s2 in (
        ("one", (1, 1), (1, 1)),
        ("row", (1, 6), (6, 3)),
        ("column", (3, 6), (6, 1)),
        ("batch-by-matrix", (2, 3, 5), (5, 4)),
        ("rank4-by-matrix", (2, 2, 3, 5), (5, 4)),
        ("matrix-by-batch", (3, 5), (2, 5, 4)),
        ("broadcast", (5, 1, 2, 3), (4, 3, 2)),
        ("inner-empty", (2, 0), (0, 3)),
        ("outer-empty", (0, 2), (2, 3)),
        ("batch-empty", (0, 2, 3), (3, 4)),
        ("large", (33, 65), (65, 17)),
    ):
        yield case(label, "float32", s1, s2)
    for dtype in FLOATS:
        # In the dtype itself the sum of ones stops growing: at 256 in bfloat16.
        yield case("accumulates", dtype, (1, 4096), (4096, 1), 1, 1)
    yield case("large", "int32", (5, 64), (64, 3), -1000, 1000)


# -- Convolution -------------------------------------------------------------------------


def _conv(
    x: Array,
    kernel: Array,
    strides: Sequence[int],
    padding: Pairs,
    dilation: Sequence[int],
    groups: int,
) -> Array:
    x, kernel = widen(x), widen(kernel)
    rank = len(strides)
    x = np.pad(x, [(0, 0), *padding, (0, 0)])
    window, (depth, filters) = kernel.shape[:rank], kernel.shape[rank:]
    positions = [
        (n - (w - 1) * d - 1) // s + 1
        for n, w, s, d in zip(x.shape[1:-1], window, strides, dilation, strict=True)
    ]
    out = np.zeros((x.shape[0], *positions, filters))
    for position in np.ndindex(*positions):
        for tap in np.ndindex(*window):
            place = tuple(
                p * s + t * d for p, s, t, d in zip(position, strides, tap, dilation, strict=True)
            )
            for f in range(filters):
                begin = f // (filters // groups) * depth
                values = x[(slice(None), *place, slice(begin, begin + depth))]
                out[(slice(None), *position, f)] += (values * kernel[(*tap, slice(None), f)]).sum(
                    -1
                )
    return out


@dataclass(frozen=True)
class _Conv:
    label: str
    x: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Pairs
    dilation: tuple[int, ...]
    groups: int = 1

    def arguments(self, rng: np.random.Generator, dtype: str) -> Arguments:
        x, kernel = sample(rng, self.x, dtype, -2, 2), sample(rng, self.kernel, dtype, -1, 1)
        return x, kernel, self.strides, self.padding, self.dilation, self.groups


_NONE = ((0, 0),)
_CONVS = (
    _Conv("1d", (2, 9, 3), (3, 3, 4), (1,), _NONE, (1,)),
    _Conv("1d-causal", (2, 7, 2), (3, 2, 2), (1,), ((4, 0),), (2,)),
    _Conv("1d-strides3", (2, 11, 3), (3, 3, 4), (3,), ((1, 1),), (1,)),
    _Conv("1d-strides-larger-than-window", (1, 11, 2), (2, 2, 3), (4,), _NONE, (1,)),
    _Conv("1d-dilation3", (2, 11, 3), (3, 3, 4), (1,), ((0, 2),), (3,)),
    _Conv("1d-strides2-dilation2", (2, 12, 3), (3, 3, 4), (2,), ((2, 1),), (2,)),
    _Conv("1d-groups2", (2, 8, 4), (3, 2, 6), (2,), ((1, 1),), (1,), 2),
    _Conv("1d-depthwise", (2, 8, 3), (3, 1, 3), (1,), ((1, 1),), (1,), 3),
    _Conv("1d-one-channel", (2, 8, 1), (3, 1, 2), (1,), _NONE, (1,)),
    _Conv("2d", (2, 6, 7, 3), (3, 2, 3, 4), (1, 1), _NONE * 2, (1, 1)),
    _Conv("2d-pointwise", (2, 4, 5, 3), (1, 1, 3, 6), (1, 1), _NONE * 2, (1, 1)),
    _Conv("2d-pointwise-strides2", (2, 4, 5, 3), (1, 1, 3, 6), (2, 2), _NONE * 2, (1, 1)),
    _Conv("2d-padding", (2, 5, 6, 3), (3, 3, 3, 2), (1, 1), ((1, 1), (1, 1)), (1, 1)),
    _Conv("2d-padding-uneven", (2, 5, 6, 3), (4, 2, 3, 2), (1, 1), ((1, 2), (0, 1)), (1, 1)),
    _Conv("2d-strides", (2, 7, 8, 3), (3, 3, 3, 2), (2, 3), ((0, 1), (1, 1)), (1, 1)),
    _Conv("2d-dilation", (2, 8, 9, 2), (3, 2, 2, 3), (1, 1), ((2, 2), (1, 0)), (2, 3)),
    _Conv("2d-strides-dilation", (1, 9, 9, 2), (3, 2, 2, 3), (2, 1), ((2, 2), (0, 1)), (2, 2)),
    _Conv("2d-groups2", (2, 5, 5, 4), (3, 3, 2, 6), (1, 1), ((1, 1), (1, 1)), (1, 1), 2),
    _Conv("2d-groups3-strides2", (2, 7, 6, 6), (2, 3, 2, 3), (2, 2), ((0, 0), (1, 1)), (1, 1), 3),
    _Conv("2d-depthwise", (2, 5, 6, 4), (3, 3, 1, 4), (1, 1), ((1, 1), (1, 1)), (1, 1), 4),
    _Conv("2d-depthwise-strides2", (2, 6, 6, 3), (3, 3, 1, 3), (2, 2), ((0, 1), (0, 1)), (1, 1), 3),
    _Conv("2d-depthwise-dilation2", (1, 7, 6, 3), (2, 3, 1, 3), (1, 1), _NONE * 2, (2, 2), 3),
    _Conv("2d-depthwise-multiplier3", (2, 5, 5, 2), (3, 2, 1, 6), (1, 1), _NONE * 2, (1, 1), 2),
    _Conv("2d-depthwise-wide", (2, 4, 4, 66), (3, 3, 1, 66), (1, 1), ((1, 1),) * 2, (1, 1), 66),
    _Conv("2d-window-is-input", (2, 3, 4, 2), (3, 4, 2, 5), (1, 1), _NONE * 2, (1, 1)),
    _Conv("2d-batch-empty", (0, 5, 5, 2), (3, 3, 2, 4), (1, 1), _NONE * 2, (1, 1)),
    _Conv("2d-many-channels", (1, 4, 4, 70), (3, 3, 70, 33), (1, 1), ((1, 1),) * 2, (1, 1)),
    _Conv("3d", (2, 4, 5, 4, 2), (2, 3, 2, 2, 3), (1, 1, 1), _NONE * 3, (1, 1, 1)),
    _Conv("3d-strides-padding", (1, 5, 5, 6, 2), (3, 2, 3, 2, 2), (2, 1, 2),
          ((1, 1), (0, 1), (1, 0)), (1, 1, 1)),
    _Conv("3d-dilation", (1, 5, 5, 6, 2), (2, 2, 3, 2, 2), (1, 1, 1), _NONE * 3, (2, 1, 2)),
    _Conv("3d-groups2", (1, 4, 4, 4, 4), (2, 2, 2, 2, 2), (1, 1, 1), _NONE * 3, (1, 1, 1), 2),
)  # fmt: skip


def _conv_cases() -> Iterator[Case]:
    for conv in _CONVS:
        every = conv.label in ("1d", "2d", "2d-groups2", "2d-depthwise", "3d")
        for dtype in FLOATS if every else ("float32",):
            yield Case(
                primitive="conv",
                label=f"{conv.label}-{dtype}",
                sample=lambda rng, c=conv, d=dtype: c.arguments(rng, d),
                reference=_conv,
                dtypes=frozenset({dtype}),
                result_dtypes=(dtype,),
                tolerance=tolerance(dtype, scaled=1.0),
            )


# -- Pooling -----------------------------------------------------------------------------


def _windows(
    x: Array, window: Sequence[int], strides: Sequence[int], padding: Pairs
) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Each position, and the elements of its window that are not padding."""
    ranges = []
    for n, w, s, (low, high) in zip(x.shape[1:-1], window, strides, padding, strict=True):
        count = (n + low + high - w) // s + 1
        starts = [i * s - low for i in range(count)]
        ranges.append([slice(max(0, start), min(n, start + w)) for start in starts])
    for position in np.ndindex(*map(len, ranges)):
        place = (spans[i] for spans, i in zip(ranges, position, strict=True))
        yield position, x[(slice(None), *place)]


def _pool(reduce: Any, x: Array, *arguments: Any) -> Array:
    windows = dict(_windows(x, *arguments))
    positions = [max(p[i] for p in windows) + 1 for i in range(x.ndim - 2)]
    out = np.empty((x.shape[0], *positions, x.shape[-1]), x.dtype)
    for position, values in windows.items():
        out[(slice(None), *position)] = reduce(values, axis=tuple(range(1, x.ndim - 1)))
    return out


def _max_pool(x: Array, window: Any, strides: Any, padding: Any) -> Array:
    return _pool(np.max, widen(x), window, strides, padding)


def _average_pool(x: Array, window: Any, strides: Any, padding: Any) -> Array:
    return _pool(np.mean, widen(x), window, strides, padding)


_POOLS: tuple[tuple[str, tuple[int, ...], tuple[int, ...], tuple[int, ...], Pairs], ...] = (
    ("1d", (2, 8, 3), (2,), (2,), _NONE),
    ("1d-overlap-padding", (2, 7, 3), (3,), (2,), ((1, 1),)),
    ("1d-strides1", (2, 6, 2), (3,), (1,), ((1, 1),)),
    ("1d-rest-left-out", (2, 8, 2), (3,), (3,), _NONE),
    ("2d", (2, 6, 4, 3), (2, 2), (2, 2), _NONE * 2),
    ("2d-padding", (2, 5, 6, 3), (3, 2), (2, 1), ((1, 1), (0, 1))),
    ("2d-padding-uneven", (2, 5, 5, 2), (4, 3), (1, 2), ((2, 1), (0, 2))),
    ("2d-global", (2, 5, 4, 3), (5, 4), (1, 1), _NONE * 2),
    ("2d-window1-strides2", (2, 5, 4, 3), (1, 1), (2, 2), _NONE * 2),
    ("2d-window1-strides1", (2, 3, 4, 3), (1, 1), (1, 1), _NONE * 2),
    ("2d-batch-empty", (0, 4, 4, 3), (2, 2), (2, 2), _NONE * 2),
    ("3d", (2, 4, 4, 2, 3), (2, 2, 2), (2, 2, 2), _NONE * 3),
    ("3d-padding", (1, 5, 4, 3, 2), (3, 2, 2), (2, 2, 1), ((1, 1), (0, 0), (1, 0))),
)


def _pool_case(
    name: str, label: str, dtype: str, draw: Callable[[np.random.Generator], Array], *rest: Any
) -> Case:
    largest = name == "max_pool"
    return Case(
        primitive=name,
        label=f"{label}-{dtype}",
        sample=lambda rng: (draw(rng), *rest),
        reference=_max_pool if largest else _average_pool,
        dtypes=frozenset({dtype}),
        result_dtypes=(dtype,),
        tolerance=EXACT if largest else tolerance(dtype, scaled=1.0),
    )


def _pool_cases() -> Iterator[Case]:
    for label, shape, *windows in _POOLS:
        every = label == "2d-padding"
        for dtype in NUMBERS if every else ("float32",):
            # Below 0 where that can be, so that zeros as padding would win.
            high = 100 if np_dtype(dtype).kind == "u" else -1
            draw = partial(sample, shape=shape, dtype=dtype, low=-60, high=high)
            yield _pool_case("max_pool", label, dtype, draw, *windows)
        for dtype in FLOATS if every else ("float32",):
            draw = partial(sample, shape=shape, dtype=dtype)
            yield _pool_case("average_pool", label, dtype, draw, *windows)
    for dtype in ("int8", "int32", "int64"):
        draw = partial(_lowest, dtype=dtype)
        yield _pool_case("max_pool", "lowest", dtype, draw, (2,), (2,), ((1, 1),))


def _lowest(rng: np.random.Generator, dtype: str) -> Array:
    """The smallest integer next to the border, where padding must not be larger."""
    x = np.full((1, 4, 2), np.iinfo(dtype).min, np_dtype(dtype))
    x[0, 2] = 5
    return x
