"""The distinct elements of a tensor."""

from typing import Any, Literal, overload

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.comparison import equal, logical_not
from keras_core.ops.control_flow import scan
from keras_core.ops.creation import full
from keras_core.ops.reductions import dimension_tensor
from keras_core.ops.shaping import moveaxis, reshape, slice_axis
from keras_core.ops.sorting import argsort
from keras_core.typing import Tensor, TensorLike


def _row_order(rows: Any) -> Any:
    """The indices that sort the rows of a matrix, the first column first; ties stay in order."""
    if native.static_shape(rows)[1] == 1:
        return argsort(p.ravel(rows), 0)

    def by_column(order: Any, column: Any) -> Any:
        return p.take(order, argsort(p.take(column, order, 0), 0), 0), None

    # sorted by the last column, then stably by the one before, and so on
    start = p.arange(0, shape_of(rows)[0], 1, "int32")
    return scan(by_column, start, p.transpose(rows, (1, 0)), reverse=True)[0]


@overload
def unique(
    x: TensorLike,
    sorted: bool = True,
    return_index: Literal[False] = False,
    return_inverse: Literal[False] = False,
    return_counts: Literal[False] = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: float | None = None,
) -> Tensor: ...


@overload
def unique(
    x: TensorLike,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: float | None = None,
) -> Tensor | tuple[Tensor, ...]: ...


@public("keras.ops.unique", "keras.ops.numpy.unique")
@op("x:any axis:axis? size:count")
def unique(
    x: TensorLike,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: float | None = None,
) -> Any:
    """The distinct elements, or the distinct slices along an axis, in ascending order.

    Their number depends on the values, so a compiled function needs ``size``.

    Args:
        x: A tensor.
        sorted: Whether they have to be in order; they are in any case.
        return_index: Whether the index of the first of each is returned.
        return_inverse: Whether the indices that give ``x`` again are returned.
        return_counts: Whether their counts are returned.
        axis: The axis of the slices; by default the tensor is flattened.
        size: How many are returned: the largest are left out, or there is filling behind them.
        fill_value: What is filled in, 0 by default.

    Returns:
        A tensor, or a tuple of it and what else was asked for, int32. NaNs differ from each
        other. A place that is filled has the index of the first element and the count 0.

    Raises:
        ValueError: If ``size`` is less than 1.

    Example:

    >>> from keras_core import ops
    >>> values, counts = ops.unique([3, 1, 3], return_counts=True)
    >>> ops.convert_to_numpy(values).tolist(), ops.convert_to_numpy(counts).tolist()
    ([1, 3], [1, 2])
    """
    shape = shape_of(x)
    slices = p.ravel(x) if axis is None else moveaxis(x, axis, 0)
    n, *rest = shape_of(slices)
    width: Any = 1
    for d in rest:
        width = width * d
    rows = p.reshape(slices, (n, width))
    order = _row_order(rows)
    ordered = p.take(rows, order, 0)
    count = dimension_tensor(n, "int32")

    # which are the first of their kind, and where those are
    places = p.arange(0, n, 1, "int32")
    before = p.maximum(p.subtract(places, p.const(1, places)), p.const(0, places))
    differs = p.any(p.logical_not(p.equal(ordered, p.take(ordered, before, 0))), (1,), False)
    first = p.logical_or(differs, p.equal(places, p.const(0, places)))
    end = p.reshape(count, (1,))
    if size is None:
        bounds = p.concatenate([p.nonzero(first)[0], end], 0)
    else:
        bounds = p.sort(p.where(first, places, count), 0)
        bounds = p.concatenate([bounds, p.broadcast_to(end, (size + 1,))], 0)
        bounds = slice_axis(bounds, 0, 0, size + 1)
    k = shape_of(bounds)[0] - 1
    starts, stops = slice_axis(bounds, 0, 0, k), slice_axis(bounds, 0, 1, k + 1)
    filling = full((1, width), 0 if fill_value is None else fill_value, p.dtype_of(rows))
    found = p.reshape(p.take(p.concatenate([ordered, filling], 0), starts, 0), (k, *rest))
    out = [found if axis is None else moveaxis(found, 0, axis)]
    if return_index:
        at = p.where(p.less(starts, count), starts, p.zeros_like(starts))
        out.append(p.take(p.concatenate([order, p.full((1,), 0, "int32")], 0), at, 0))
    if return_inverse:
        group = p.subtract(p.cumsum(p.cast(first, "int32"), 0), p.const(1, places))
        inverse = p.take(group, p.argsort(order, 0), 0)
        out.append(p.reshape(inverse, shape) if axis is None else inverse)
    if return_counts:
        out.append(p.subtract(stops, starts))
    return out[0] if len(out) == 1 else tuple(out)


@public("keras.ops.isin", "keras.ops.numpy.isin")
@op("x1:promote x2:promote")
def isin(
    x1: TensorLike, x2: TensorLike, assume_unique: bool = False, invert: bool = False
) -> Tensor:
    """Where elements are among those of another tensor.

    Args:
        x1: A tensor.
        x2: The elements to look for.
        assume_unique: Whether no element occurs twice; it makes no difference.
        invert: Whether the result is negated.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.isin([1, 2, 3], [2, 3])).tolist()
    [False, True, True]
    """
    wide = p.reshape(x1, (*shape_of(x1), 1))
    found = p.any(equal(wide, reshape(x2, (-1,))), (ndim_of(wide) - 1,), False)
    return logical_not(found) if invert else found
