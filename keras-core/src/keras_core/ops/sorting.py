"""Sorting and searching."""

from collections.abc import Sequence
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axis
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.casting import cast
from keras_core.ops.reductions import dimension_tensor
from keras_core.ops.shaping import expand_dims, reshape, slice_axis
from keras_core.typing import Tensor, TensorLike


def _sortable(x: Any) -> Any:
    return p.cast(x, "int32") if p.dtype_of(x) == "bool" else x


@public("keras.ops.sort", "keras.ops.numpy.sort")
@op("x:any axis:axis?")
def sort(x: TensorLike, axis: int | None = -1) -> Tensor:
    """In ascending order along an axis, NaN last.

    Args:
        x: A tensor.
        axis: The axis; None to flatten.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sort([3, 1, 2])).tolist()
    [1, 2, 3]
    """
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return p.sort(x, axis)


def _at_least_1d(x: Any, axis: Any) -> Any:
    if not ndim_of(x) and axis in (-1, 0):
        return x, None
    return x, None if axis is None else canonical_axis(axis, ndim_of(x))


@public("keras.ops.argsort", "keras.ops.numpy.argsort")
@op("x:any", prepare=_at_least_1d)
def argsort(x: TensorLike, axis: int | None = -1) -> Tensor:
    """The indices that sort along an axis, int32; equal elements stay in order.

    Args:
        x: A tensor.
        axis: The axis; None to flatten.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.argsort([3, 1, 2])).tolist()
    [1, 2, 0]
    """
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return p.argsort(_sortable(x), axis)


def _within(x: Any, k: int, sorted: bool, is_stable: bool) -> tuple[Any, ...]:
    n = native.static_shape(x)[-1]
    if k < 0 or (n is not None and k > n):
        raise ValueError(
            "`k` must be at least 0 and at most the size of the last axis. Received: "
            f"k={k}, x.shape={native.static_shape(x)}"
        )
    return x, k, sorted, is_stable


@public("keras.ops.top_k")
@op("x:any1+", prepare=_within)
def top_k(
    x: TensorLike, k: int, sorted: bool = True, is_stable: bool = True
) -> tuple[Tensor, Tensor]:
    """The largest elements along the last axis, and their indices.

    Args:
        x: A tensor.
        k: How many.
        sorted: Whether they come in descending order.
        is_stable: Whether of equal elements the first comes first.

    Returns:
        A pair of tensors with a last axis of size ``k``; the indices are int32.

    Raises:
        ValueError: If the axis has fewer than ``k`` elements.

    Example:

    >>> from keras_core import ops
    >>> values, indices = ops.top_k([1, 5, 3], k=2)
    >>> ops.convert_to_numpy(values).tolist()
    [5, 3]
    """
    last = ndim_of(x) - 1
    # a stable ascending sort of the reversed axis has the first of equal elements last
    reversed_x = p.flip(_sortable(x), (last,))
    order = p.argsort(reversed_x, last)
    d = shape_of(x)[-1]
    best = p.flip(slice_axis(order, last, d - k, d), (last,))
    indices = p.subtract(dimension_tensor(d - 1, "int32"), best)
    return p.gather_nd(x, p.positions_along(x, indices, last)), indices


@public("keras.ops.in_top_k")
@op("targets:int1 predictions:any2")
def in_top_k(targets: TensorLike, predictions: TensorLike, k: int) -> Tensor:
    """Whether the targets are among the ``k`` classes of largest score.

    Args:
        targets: Classes of shape ``(batch,)``.
        predictions: Scores of shape ``(batch, classes)``.
        k: How many classes count.

    Returns:
        A bool tensor of shape ``(batch,)``; ties at the boundary are in, what is no class is not.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.in_top_k([1, 0], [[0.1, 0.9], [0.3, 0.7]], k=1)).tolist()
    [True, False]
    """
    native.check_shapes("in_top_k", targets=(targets, native.static_shape(predictions)[:1]))
    classes = dimension_tensor(shape_of(predictions)[1], p.dtype_of(targets))
    zero = p.const(0, targets)
    is_class = p.logical_and(p.less_equal(zero, targets), p.less(targets, classes))
    places = expand_dims(p.where(is_class, targets, zero), -1)
    own = p.gather_nd(predictions, p.positions_along(predictions, places, 1))
    better = p.cast(p.less(own, predictions), "int32")
    n = p.sum(better, (1,), False)
    finite = p.less(p.abs(own), p.const(float("inf"), own))
    found = p.logical_and(p.less(n, p.const(k, n)), reshape(finite, (-1,)))
    return p.logical_and(found, is_class)


@public("keras.ops.nonzero", "keras.ops.numpy.nonzero")
@op("x:any1+")
def nonzero(x: TensorLike) -> tuple[Tensor, Tensor]:
    """The indices of the elements that are not 0.

    Args:
        x: A tensor.

    Returns:
        A tuple with an int32 tensor for each axis.

    Example:

    >>> from keras_core import ops
    >>> [ops.convert_to_numpy(axis).tolist() for axis in ops.nonzero([[0, 1], [2, 0]])]
    [[0, 1], [1, 0]]
    """
    mask = x if p.dtype_of(x) == "bool" else p.logical_not(p.equal(x, p.const(0, x)))
    return tuple(p.nonzero(mask))


def _is_sequence(sorted_sequence: Any, values: Any, side: str) -> tuple[Any, Any, str]:
    if ndim_of(sorted_sequence) != 1:
        raise ValueError(
            "`searchsorted` only supports 1-D sorted sequences. You can use "
            "`keras.ops.vectorized_map` to extend it to N-D sequences. Received: "
            f"sorted_sequence.shape={native.static_shape(sorted_sequence)}"
        )
    if side not in ("left", "right"):
        raise ValueError(f"`side` must be 'left' or 'right'. Received: side={side!r}")
    return _sortable(sorted_sequence), _sortable(values), side


@public("keras.ops.searchsorted", "keras.ops.numpy.searchsorted")
@op("sorted_sequence:promote values:promote", prepare=_is_sequence)
def searchsorted(sorted_sequence: TensorLike, values: TensorLike, side: str = "left") -> Tensor:
    """Where values go in a sorted 1-D tensor, int32.

    Args:
        sorted_sequence: A sorted 1-D tensor.
        values: A tensor of any shape.
        side: ``"left"`` or ``"right"`` of equal elements.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.searchsorted([1.0, 2.0, 3.0], [0.5, 2.0, 9.0])).tolist()
    [0, 1, 3]
    """
    wide = expand_dims(values, -1)
    before = (
        p.less(sorted_sequence, wide) if side == "left" else p.less_equal(sorted_sequence, wide)
    )
    return p.sum(p.cast(before, "int32"), (ndim_of(wide) - 1,), False)


@public("keras.ops.argpartition", "keras.ops.numpy.argpartition")
@op("x:any axis:axis?")
def argpartition(x: TensorLike, kth: int | Sequence[int], axis: int | None = -1) -> Tensor:
    """Indices that put the element of rank ``kth`` in its place, int32.

    Args:
        x: A tensor.
        kth: The rank, or several; smaller elements come before it, larger ones behind.
        axis: The axis; None to flatten.

    Example:

    >>> from keras_core import ops
    >>> sorted(ops.convert_to_numpy(ops.argpartition([7, 1, 5, 3], 1))[:2].tolist())
    [1, 3]
    """
    return cast(argsort(x, axis), "int32")
