"""Decompositions that OpenVINO lacks, column by column in a graph of known size."""

from typing import Any

import numpy as np
from openvino import opset15 as op

from keras_backend_openvino.graph import const, integer, ints, sizes
from keras_backend_openvino.program import graph
from keras_core_plugins.errors import UnsupportedOpError


def _known(name: str, x: Any) -> tuple[int, int]:
    """The rows and columns of matrices."""
    rows, columns = sizes(x)[-2:]
    if not (isinstance(rows, int) and isinstance(columns, int)):
        raise UnsupportedOpError(name, "the graph of OpenVINO needs the size of the matrix")
    return rows, columns


def _column(x: Any, j: int) -> Any:
    return op.gather(x, integer([j]), integer(-1))


def _row(x: Any, i: int) -> Any:
    return op.gather(x, integer([i]), integer(-2))


@graph
def cholesky(x: Any) -> Any:
    """By columns: each is taken off the rest as an outer product."""
    n, _ = _known("cholesky", x)
    columns: list[Any] = []
    for j in range(n):
        column = _column(x, j)
        column = op.divide(column, op.sqrt(_row(column, j)))
        below = const(np.arange(n)[:, None] >= j, bool)
        columns.append(op.select(below, column, const(0.0)))
        x = op.subtract(x, op.matmul(columns[-1], columns[-1], False, True))
    return op.concat(columns, -1) if columns else x


@graph(dtype=(None, "int32"))
def lu_factor(x: Any) -> tuple[Any, Any]:
    """By columns, with the row of the largest element swapped up."""
    m, n = _known("lu_factor", x)
    rows, columns = np.arange(m)[:, None], np.arange(n)
    pivots: list[Any] = []
    for j in range(min(m, n)):
        size = op.select(const(rows >= j, bool), op.abs(_column(x, j)), const(-1.0))
        at = op.topk(size, integer(1), -2, "max", "value", "i32").output(1)
        pivots.append(op.squeeze(at, ints([-1])))
        # row j for row `at`, and the reverse
        is_other = op.convert(op.equal(integer(rows), at), "f32")
        is_this = const(rows == j)
        upper, other = _row(x, j), op.matmul(is_other, x, True, False)
        change = op.matmul(op.subtract(is_this, is_other), op.subtract(other, upper), False, False)
        x = op.add(x, change)
        # what is below, without its multiple of row j; the multiples take the place of column j
        pivot = _column(other, j)
        safe = op.select(op.equal(pivot, const(0.0)), const(1.0), pivot)
        multiple = op.select(const(rows > j, bool), op.divide(_column(x, j), safe), const(0.0))
        rest = op.select(const(columns > j, bool), other, const(0.0))
        reduced = op.subtract(x, op.matmul(multiple, rest, False, False))
        x = op.select(const((rows > j) & (columns == j), bool), multiple, reduced)
    if pivots:
        return x, op.concat(pivots, -1)
    return x, op.broadcast(integer(0), ints([*sizes(x)[:-2], 0]))
