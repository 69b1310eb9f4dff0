"""Cases of the primitives that take and place elements."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from keras_core.conformance.compare import (
    ANY,
    EXACT,
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


def indexing_cases() -> Iterator[Case]:
    """All of this module."""
    yield from _take_cases()
    yield from _gather_cases()
    yield from _scatter_cases()


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
