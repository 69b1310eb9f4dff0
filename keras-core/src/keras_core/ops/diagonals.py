"""Diagonals: taken, summed, and set into matrices."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axis
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import KerasTensor, is_static
from keras_core.ops.shaping import reshape
from keras_core.typing import Tensor, TensorLike


def _diagonal(x: Any, offset: int, axis1: int, axis2: int) -> Any:
    n = ndim_of(x)
    if n < 2:
        raise ValueError(
            "A diagonal is that of a tensor with at least two dimensions. Received a tensor of "
            f"shape {native.static_shape(x)}."
        )
    a, b = canonical_axis(axis1, n, "axis1"), canonical_axis(axis2, n, "axis2")
    if a == b:
        raise ValueError(
            f"`axis1` and `axis2` must be two axes. Received: axis1={axis1}, axis2={axis2}"
        )
    shape = shape_of(x)
    row, column = max(-offset, 0), max(offset, 0)
    if not (is_static(shape[a]) and is_static(shape[b])) and isinstance(x, KerasTensor):
        kept = (d for i, d in enumerate(x.shape) if i not in (a, b))
        return KerasTensor((*kept, None), x.dtype)
    count = max(min(shape[a] - row, shape[b] - column), 0)
    rest = tuple(i for i in range(n) if i not in (a, b))
    line = p.reshape(p.arange(0, count, 1, "int32"), (count, 1))
    places = p.concatenate([p.add(line, p.const(row, line)), p.add(line, p.const(column, line))], 1)
    out = p.gather_nd(p.transpose(x, (a, b, *rest)), places)
    return p.transpose(out, (*range(1, ndim_of(out)), 0))


@public("keras.ops.diagonal", "keras.ops.numpy.diagonal")
@op("x:any")
def diagonal(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """A diagonal of the matrices that two axes span, as the last axis.

    Args:
        x: A tensor with two axes or more.
        offset: Which diagonal; positive ones are above the main one.
        axis1: The axis of the rows.
        axis2: The axis of the columns.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.diagonal([[1, 2], [3, 4]])).tolist()
    [1, 4]
    """
    return _diagonal(x, offset, axis1, axis2)


@public("keras.ops.trace", "keras.ops.numpy.trace")
@op("x:promote")
def trace(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The sum of a diagonal.

    Args:
        x: A tensor with two axes or more.
        offset: Which diagonal; positive ones are above the main one.
        axis1: The axis of the rows.
        axis2: The axis of the columns.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.trace([[1, 2], [3, 4]])).tolist()
    5
    """
    d = _diagonal(x, offset, axis1, axis2)
    d = p.cast(d, dtypes.accumulator(p.dtype_of(d)))
    return p.sum(d, (ndim_of(d) - 1,), False)


def _on_diagonal(x: Any, k: int) -> Any:
    (n,) = shape_of(x)
    wide = p.broadcast_to(p.reshape(x, (n, 1)), (n, n))
    i = p.reshape(p.arange(0, n, 1, "int32"), (n, 1))
    square = p.where(p.equal(i, p.reshape(i, (1, n))), wide, p.zeros_like(wide))
    width = ((0, k), (k, 0)) if k >= 0 else ((-k, 0), (0, -k))
    return p.pad(square, width, 0)


@public("keras.ops.diag", "keras.ops.numpy.diag")
@op("x:any")
def diag(x: TensorLike, k: int = 0) -> Tensor:
    """The diagonal of a matrix, or a matrix with a given diagonal.

    Args:
        x: A tensor with one or two axes.
        k: Which diagonal; positive ones are above the main one.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.diag([1, 2])).tolist()
    [[1, 0], [0, 2]]
    """
    if ndim_of(x) == 1:
        return _on_diagonal(x, k)
    if ndim_of(x) == 2:
        return _diagonal(x, k, 0, 1)
    raise ValueError(f"`x` must be 1d or 2d. Received: x.shape={native.static_shape(x)}")


@public("keras.ops.diagflat", "keras.ops.numpy.diagflat")
@op("x:any")
def diagflat(x: TensorLike, k: int = 0) -> Tensor:
    """A matrix with the flattened elements on a diagonal.

    Args:
        x: A tensor.
        k: Which diagonal; positive ones are above the main one.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.diagflat([1, 2])).tolist()
    [[1, 0], [0, 2]]
    """
    return _on_diagonal(reshape(x, (-1,)), k)
