"""Rows of operations that pick, sort and scatter."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core.conformance.operations.rows import Argument, Row, floats, ints


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


def rows() -> Iterator[Row]:
    """All rows of the family."""
    yield from _indexing()
