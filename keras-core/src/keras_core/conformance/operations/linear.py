"""Rows of products and matrices."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core.conformance.operations.rows import Row, as_list, floats, ints


def _products() -> Iterator[Row]:
    yield Row("matmul", (floats(3, 4), floats(4, 5)), np.matmul)
    yield Row("matmul", (floats(2, 3, 4), floats(4, 5)), np.matmul, label="batch")
    yield Row("matmul", (floats(2, 1, 3, 4), floats(5, 4, 2)), np.matmul, label="broadcast")
    yield Row("matmul", (floats(4), floats(4, 5)), np.matmul, label="vector")
    yield Row("dot", (floats(3, 4), floats(2, 4, 5)), np.dot)
    yield Row(
        "tensordot",
        (floats(3, 4, 2), floats(4, 2, 5)),
        lambda a, b: np.tensordot(a, b, 2),
        {"axes": 2},
    )
    yield Row("outer", (floats(3), floats(4)), np.outer)
    for subscripts, shapes in {
        "ij,jk->ik": ((3, 4), (4, 5)),
        "bij,bkj->bik": ((2, 3, 4), (2, 5, 4)),
        "...ij,jk->...ik": ((2, 3, 4), (4, 5)),
        "ii->i": ((3, 3),),
        "ij->": ((3, 4),),
        "ij,j": ((3, 4), (4,)),
        "abc,cd,de->abe": ((2, 3, 4), (4, 2), (2, 5)),
        "btnh,bsnh->bnts": ((2, 3, 2, 4), (2, 5, 2, 4)),
    }.items():
        yield Row(
            "einsum",
            tuple(floats(*s) for s in shapes),
            lambda *v, s=subscripts: np.einsum(s, *v),
            how=lambda fn, values, s=subscripts: fn(s, *values),
            label=subscripts.replace("->", ">"),
        )
    yield Row(
        "norm", (floats(3, 4),), lambda v: np.linalg.norm(v, axis=-1), {"axis": -1}, label="vector"
    )
    yield Row("norm", (floats(3, 4),), np.linalg.norm, label="all")


def _matrices() -> Iterator[Row]:
    x = floats(3, 4)
    for name in ("diagonal", "trace", "fliplr", "flipud", "rot90", "diag", "diagflat"):
        yield Row(name, (x,), getattr(np, name))
    for name in ("hstack", "vstack", "dstack", "column_stack"):
        fn: Callable[..., Any] = getattr(np, name)
        yield Row(name, (x, x), lambda *v, fn=fn: fn(v), how=as_list)
    for name in ("kron", "inner", "vdot"):
        yield Row(name, (floats(2, 3), floats(2, 3)), getattr(np, name))
    yield Row("cross", (floats(2, 3), floats(2, 3)), np.cross)
    yield Row("append", (floats(2, 3), floats(2)), np.append)
    yield Row("vander", (floats(4),), np.vander)
    square = floats(3, 3, low=0.5, high=2, spread=True)
    yield Row("det", (square,), np.linalg.det, tolerance=10)
    yield Row("inv", (square,), np.linalg.inv, tolerance=200)
    yield Row(
        "segment_sum",
        (floats(4, 2), ints(4, high=3)),
        lambda v, i: np.stack([v[i == k].sum(0) for k in range(3)]),
        {"num_segments": 3},
    )
    yield Row(
        "cdist", (floats(3, 4), floats(2, 4)), lambda a, b: np.linalg.norm(a[:, None] - b, axis=-1)
    )


def rows() -> Iterator[Row]:
    """All rows of the family."""
    yield from _products()
    yield from _matrices()
