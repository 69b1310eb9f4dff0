"""Rows of operations that pick, sort and scatter."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.conformance.operations.rows import Argument, Row, bools, floats, ints


def _indexing() -> Iterator[Row]:
    yield Row(
        "take", (floats(4, 3), ints(2, 2, high=4)), lambda v, i: np.take(v, i, 0), {"axis": 0}
    )
    yield Row(
        "take",
        (floats(4, 3), ints(5, low=-4, high=4)),
        lambda v, i: np.take(v, i, 0),
        {"axis": 0},
        label="negative",
    )
    yield Row(
        "take_along_axis",
        (floats(3, 4), ints(3, 2, high=4)),
        lambda v, i: np.take_along_axis(v, i, 1),
        {"axis": 1},
    )
    x = floats(4, 5, 3)
    for label, key in {
        "int": 1,
        "slice": slice(1, -1),
        "step": (slice(None), slice(None, None, 2)),
        "reverse": (slice(None, None, -1), ..., -1),
        "newaxis": (None, slice(2)),
        "list": ([0, 2],),
    }.items():
        yield Row("get_item", (x,), lambda v, k=key: v[k], {"key": key}, label=label)
    sorted_x = floats(3, 5, spread=True)
    yield Row("sort", (sorted_x,), np.sort)
    yield Row("argsort", (sorted_x,), np.argsort, differentiable=False)
    yield Row(
        "top_k",
        (sorted_x,),
        lambda v: (np.sort(v)[:, ::-1][:, :2], np.argsort(-v)[:, :2]),
        {"k": 2},
        differentiable=False,
    )
    yield Row(
        "top_k",
        (floats(2, 150, spread=True),),
        lambda v: (np.sort(v)[:, ::-1][:, :2], np.argsort(-v)[:, :2]),
        {"k": 2},
        label="wide",
    )
    yield Row(
        "searchsorted", (Argument((1,), 0, 1), floats(4)), np.searchsorted, differentiable=False
    )
    yield Row("one_hot", (ints(4),), lambda i: np.eye(5)[i], {"num_classes": 5}, False)

    def scattered(x: Any, i: Any, u: Any) -> Any:
        out = x.copy()
        np.add.at(out, (i[:, 0],), u)
        return out

    yield Row(
        "scatter_update",
        (floats(4, 3), ints(5, 1, high=4), floats(5, 3)),
        scattered,
        {"reduction": "add"},
    )
    yield Row(
        "slice", (floats(4, 5),), lambda v: v[1:3, 2:5], {"start_indices": (1, 2), "shape": (2, 3)}
    )


def _segmented(fn: Any, start: float) -> Any:
    def reference(data: Any, ids: Any) -> Any:
        out = np.full((4, *data.shape[1:]), start)
        for row, i in zip(data, ids, strict=True):
            out[i] = fn(out[i], row)
        return out

    return reference


def _updated(x: Any, u: Any) -> Any:
    out = x.copy()
    out[1:3, 2:4] = u
    return out


def _multi_hot(i: Any) -> Any:
    return np.eye(6)[i].max(-2)


def _searching() -> Iterator[Row]:
    x = floats(3, 5, spread=True)
    flags = bools(3, 4)
    yield Row("nonzero", (flags,), np.nonzero, {}, False, compiles=False)
    yield Row("nonzero", (bools(0, 4),), np.nonzero, {}, False, label="empty", compiles=False)
    yield Row("argpartition", (x,), lambda v: np.sort(v)[:, 2], {"kth": 2}, False, how=_partitioned)
    yield Row("digitize", (floats(4), Argument((1,), 0, 1)), np.digitize, {}, False)
    yield Row("isin", (ints(3, 4), ints(3)), np.isin, {}, False)
    yield Row(
        "isin",
        (ints(3, 4), ints(3)),
        lambda a, b: np.isin(a, b, invert=True),
        {"invert": True},
        False,
        label="invert",
    )
    yield Row(
        "in_top_k",
        (ints(3, high=5), x),
        lambda t, v: np.array([i in np.argsort(-r)[:2] for i, r in zip(t, v, strict=True)]),
        {"k": 2},
        False,
    )
    yield Row(
        "unravel_index",
        (ints(4, high=12),),
        lambda i: np.unravel_index(i, (3, 4)),
        {"shape": (3, 4)},
        False,
    )
    yield Row(
        "bincount",
        (ints(6),),
        lambda i: np.bincount(i, minlength=7),
        {"minlength": 7},
        False,
        label="minlength",
        compiles=False,
    )
    yield Row(
        "bincount",
        (ints(6, low=4, high=5), floats(6)),
        lambda i, w: np.bincount(i, w, 5),
        {"minlength": 5},
        False,
        label="weights",
        compiles=False,
    )
    yield Row(
        "unique",
        (ints(4, 3),),
        lambda v: np.unique(v, return_index=True, return_counts=True),
        {"return_index": True, "return_counts": True},
        False,
        compiles=False,
    )
    yield Row(
        "unique",
        (ints(9, 2, high=2),),
        lambda v: _padded(np.unique(v, axis=0), 5, -1),
        {"axis": 0, "size": 5, "fill_value": -1},
        False,
        label="axis",
    )
    yield Row(
        "select",
        (flags, floats(3, 4), floats(3, 4)),
        lambda c, a, b: np.select([c, ~c], [a, b]),
        how=_selected,
    )


def _partitioned(fn: Any, values: list[Any], kth: int) -> Any:
    ordered = ops.take_along_axis(values[0], fn(values[0], kth), -1)
    return ops.get_item(ordered, (slice(None), kth))


def _selected(fn: Any, values: list[Any]) -> Any:
    c, a, b = values
    return fn([c, ops.logical_not(c)], [a, b])


def _padded(x: Any, size: int, value: int) -> Any:
    return np.concatenate([x, np.full((size - len(x), *x.shape[1:]), value, x.dtype)])


def _writing() -> Iterator[Row]:
    ids = ints(6, high=3)
    for name, fn, start in (
        ("segment_prod", np.multiply, 1.0),
        ("segment_sum", np.add, 0.0),
    ):
        yield Row(
            name, (floats(6, 2), ids), _segmented(fn, start), {"num_segments": 4}, label="empty"
        )
    every = Argument((4,), 0, 1, "int")  # all of one segment
    for name, fn in (("segment_max", np.max), ("segment_min", np.min)):
        yield Row(
            name,
            (floats(4, 2, spread=True), every),
            lambda v, i, fn=fn: fn(v, 0, keepdims=True),
            {"num_segments": 1},
        )

    def scattered(i: Any, v: Any) -> Any:
        out = np.zeros((4, 3))
        np.add.at(out, tuple(i.T), v)
        return out

    yield Row("scatter", (ints(5, 2, high=3), floats(5)), scattered, {"shape": (4, 3)})
    yield Row("slice_update", (floats(4, 5), floats(2, 2)), _updated, how=_slice_update)
    yield Row("multi_hot", (ints(4, 3, high=6),), _multi_hot, {"num_classes": 6}, False)


def _slice_update(fn: Any, values: list[Any]) -> Any:
    return fn(values[0], (1, 2), values[1])


def rows() -> Iterator[Row]:
    """All rows of the family."""
    yield from _indexing()
    yield from _searching()
    yield from _writing()
