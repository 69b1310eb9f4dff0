"""Reductions of the rows of a tensor by the segments that they belong to."""

import math
from typing import Any, Literal

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import shape_of
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.ops.shaping import slice_axis
from keras_core.typing import Tensor, TensorLike


def _lowest(dtype: str) -> Any:
    if dtype in dtypes.INTS:
        bits = 8 * dtypes.numpy_dtype(dtype).itemsize
        return 0 if dtype.startswith("u") else -(1 << (bits - 1))
    return -math.inf


def _largest(dtype: str) -> Any:
    if dtype in dtypes.INTS:
        bits = 8 * dtypes.numpy_dtype(dtype).itemsize
        return (1 << bits) - 1 if dtype.startswith("u") else (1 << (bits - 1)) - 1
    return math.inf


def _segments(
    name: str,
    data: Any,
    ids: Any,
    count: int | None,
    reduction: Literal["set", "add", "max", "min", "multiply"],
    start: Any,
) -> Any:
    rest = shape_of(data)[1:]
    rows = native.static_shape(ids)
    native.check_shapes(name, data=(data, (*rows, *native.static_shape(data)[1:])))
    if count is None:
        if isinstance(data, KerasTensor) or isinstance(ids, KerasTensor):
            return KerasTensor((None, *native.static_shape(data)[1:]), p.dtype_of(data))
        values = native.to_numpy(ids)
        count = int(values.max()) + 1 if values.size else 0
    # rows of no segment go to one more, which is cut off
    ids = p.cast(ids, "int32")
    inside = p.logical_and(p.less_equal(p.const(0, ids), ids), p.less(ids, p.const(count, ids)))
    ids = p.where(inside, ids, p.const(count, ids))
    out = p.full((count + 1, *rest), start, p.dtype_of(data))
    out = p.scatter_nd(out, p.reshape(ids, (shape_of(ids)[0], 1)), data, reduction)
    return slice_axis(out, 0, 0, count)


@public("keras.ops.segment_sum")
@op("data:number1+ segment_ids:int1 num_segments:size")
def segment_sum(
    data: TensorLike, segment_ids: TensorLike, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """The sum of the rows of each segment; 0 for an empty one.

    Args:
        data: A tensor.
        segment_ids: The segment of each row, a 1-D tensor.
        num_segments: The number of segments, by default the largest of the ids and one.
        sorted: Whether the ids are sorted; it makes no difference.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.segment_sum([1, 2, 10], [0, 0, 1], 3)).tolist()
    [3, 10, 0]
    """
    return _segments("segment_sum", data, segment_ids, num_segments, "add", 0)


@public("keras.ops.segment_prod")
@op("data:number1+ segment_ids:int1 num_segments:size")
def segment_prod(
    data: TensorLike, segment_ids: TensorLike, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """The product of the rows of each segment; 1 for an empty one.

    Args:
        data: A tensor.
        segment_ids: The segment of each row, a 1-D tensor.
        num_segments: The number of segments, by default the largest of the ids and one.
        sorted: Whether the ids are sorted; it makes no difference.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.segment_prod([2, 5, 3], [0, 0, 1])).tolist()
    [10, 3]
    """
    return _segments("segment_prod", data, segment_ids, num_segments, "multiply", 1)


@public("keras.ops.segment_max")
@op("data:number1+ segment_ids:int1 num_segments:size")
def segment_max(
    data: TensorLike, segment_ids: TensorLike, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """The largest of the rows of each segment; the lowest number for an empty one.

    Args:
        data: A tensor.
        segment_ids: The segment of each row, a 1-D tensor.
        num_segments: The number of segments, by default the largest of the ids and one.
        sorted: Whether the ids are sorted; it makes no difference.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.segment_max([1, 5, 2], [0, 0, 1])).tolist()
    [5, 2]
    """
    start = _lowest(p.dtype_of(data))
    return _segments("segment_max", data, segment_ids, num_segments, "max", start)


@public("keras.ops.segment_min")
@op("data:number1+ segment_ids:int1 num_segments:size")
def segment_min(
    data: TensorLike, segment_ids: TensorLike, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """The smallest of the rows of each segment; the largest number for an empty one.

    Args:
        data: A tensor.
        segment_ids: The segment of each row, a 1-D tensor.
        num_segments: The number of segments, by default the largest of the ids and one.
        sorted: Whether the ids are sorted; it makes no difference.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.segment_min([1, 5, 2], [0, 0, 1])).tolist()
    [1, 2]
    """
    start = _largest(p.dtype_of(data))
    return _segments("segment_min", data, segment_ids, num_segments, "min", start)
