"""Integers made of floats: by the largest absolute value, or by the range of each group."""

from collections.abc import Callable, Sequence
from typing import Any

from keras_core import ops
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.dispatch.options import checked
from keras_core.core.tensors import dtypes
from keras_core.core.tensors.scopes import device_scope
from keras_core.ops.casting import as_tensor
from keras_core.typing import DTypeLike, TensorLike


@public("keras.quantizers.abs_max_quantize")
@checked()
def abs_max_quantize(
    inputs: TensorLike,
    axis: int | Sequence[int] | None,
    value_range: tuple[int, int] = (-127, 127),
    dtype: DTypeLike = "int8",
    epsilon: float = 1e-07,
    to_numpy: bool = False,
) -> tuple[Any, Any]:
    """Integers whose largest absolute value stands for that of the inputs.

    ``outputs = round(inputs * scale)`` within ``value_range``, where ``scale = value_range[1] /
    (max(|inputs|) + epsilon)``. So ``outputs / scale`` are the inputs again, up to half a step.

    Half precision is computed in float32; integers count as floats, where Keras makes the scale
    an integer too.

    Args:
        inputs: A tensor of any shape.
        axis: The axis or axes along which the largest value is taken; None for all.
        value_range: The least and the largest integer.
        dtype: The dtype of the integers, which has to hold the range.
        epsilon: What keeps the scale of zeros finite.
        to_numpy: Whether to compute on the host, to save memory of an accelerator. The results
            are tensors all the same.

    Returns:
        ``(outputs, scale)``: the integers, of the shape of the inputs, and the scale, of their
        float dtype, whose reduced axes have size 1.

    Raises:
        ValueError: If an axis is out of range, or the range holds no two integers.
        TypeError: If ``to_numpy`` is asked for symbolic tensors.

    Example:

    >>> import keras_core as keras
    >>> outputs, scale = keras.quantizers.abs_max_quantize([[1.0, -3.0, 4.0]], axis=-1)
    >>> keras.ops.convert_to_numpy(outputs).tolist(), round(float(scale[0, 0]), 3)
    ([[32, -95, 127]], 31.75)
    """
    _check_range(value_range)

    def quantize(x: Any) -> tuple[Any, Any]:
        x, kind = _widened(x)
        largest = ops.max(ops.abs(x), axis=axis, keepdims=True)
        scale = ops.divide(value_range[1], ops.add(largest, epsilon))
        outputs = ops.clip(ops.round(ops.multiply(x, scale)), *value_range)
        return ops.cast(outputs, dtype), ops.cast(scale, kind)

    return _on_host(quantize, inputs) if to_numpy else quantize(inputs)


@public("keras.quantizers.abs_max_quantize_grouped_with_zero_point")
@checked("block_size:count")
def abs_max_quantize_grouped_with_zero_point(
    inputs: TensorLike,
    block_size: int,
    value_range: tuple[int, int] = (-8, 7),
    dtype: DTypeLike = "int8",
    epsilon: float = 1e-07,
    to_numpy: bool = False,
) -> tuple[Any, Any, Any]:
    """Integers with a scale and a zero point for each block of rows, column by column.

    ``outputs = round(inputs / scale) + zero_point`` within ``value_range``, so
    ``(outputs - zero_point) * scale`` are the inputs again, up to half a step.

    The range of a block is widened to hold 0. Without that (and in Keras) a block of numbers of
    one sign has no zero point within ``value_range``, and all its integers come out the same.

    Args:
        inputs: A matrix of shape ``(rows, columns)``.
        block_size: How many rows share a scale; the last block may have fewer.
        value_range: The integers for the least and the largest number of a block.
        dtype: The dtype of the integers and the zero points, which has to hold the range.
        epsilon: What is added to the width of the ranges.
        to_numpy: Whether to compute on the host, to save memory of an accelerator. The results
            are tensors all the same.

    Returns:
        ``(outputs, scale, zero_point)``: the integers, of the shape of the inputs; scales, of
        their float dtype, and zero points, both of shape ``(ceil(rows / block_size), columns)``.

    Raises:
        ValueError: If the inputs are no matrix, ``block_size`` is not positive, or the range
            holds no two integers.
        TypeError: If ``to_numpy`` is asked for symbolic tensors.

    Example:

    >>> import keras_core as keras
    >>> outputs, scale, zero = keras.quantizers.abs_max_quantize_grouped_with_zero_point(
    ...     [[0.0], [3.0], [-5.0], [2.5]], block_size=2
    ... )
    >>> keras.ops.convert_to_numpy(outputs).ravel().tolist()
    [-8, 7, -8, 7]
    """
    _check_range(value_range)

    def quantize(x: Any) -> tuple[Any, Any, Any]:
        x, kind = _widened(x)
        blocks = _blocks(x, block_size)
        low = ops.minimum(ops.min(blocks, axis=1, keepdims=True), 0)
        high = ops.maximum(ops.max(blocks, axis=1, keepdims=True), 0)
        # a block of zeros is one between -1 and 1: its scale is not too small for any dtype
        empty = ops.equal(high, low)
        low, high = ops.where(empty, -1.0, low), ops.where(empty, 1.0, high)
        least, most = value_range
        scale = ops.divide(ops.add(ops.subtract(high, low), epsilon), most - least)
        zero = ops.clip(ops.round(ops.subtract(least, ops.divide(low, scale))), least, most)
        outputs = ops.clip(ops.add(ops.round(ops.divide(blocks, scale)), zero), least, most)
        rows, columns = ops.shape(x)
        outputs = ops.slice(ops.reshape(outputs, (-1, columns)), (0, 0), (rows, columns))
        zero = ops.cast(ops.squeeze(zero, 1), dtype)
        return ops.cast(outputs, dtype), ops.cast(ops.squeeze(scale, 1), kind), zero

    return _on_host(quantize, inputs) if to_numpy else quantize(inputs)


def _check_range(value_range: tuple[int, ...]) -> None:
    if len(value_range) != 2 or value_range[0] >= value_range[1]:
        raise ValueError(
            "`value_range` must be a tuple of the least and the largest integer. Received: "
            f"value_range={value_range}"
        )


def _blocks(x: Any, size: int) -> Any:
    """The rows of a matrix in blocks, the last one filled up with zeros."""
    shape = ops.shape(x)
    if len(shape) != 2:
        raise ValueError(
            "`abs_max_quantize_grouped_with_zero_point` expected inputs of shape (rows, columns). "
            f"Received: inputs of shape {tuple(shape)}. Reshape them to a matrix first."
        )
    rows, columns = shape
    count = (rows + size - 1) // size
    filled = ops.slice(ops.pad(x, ((0, size - 1), (0, 0))), (0, 0), (count * size, columns))
    return ops.reshape(filled, (count, size, columns))


def _widened(x: Any) -> tuple[Any, str]:
    """A tensor in the dtype to compute in, and the float dtype of its scale."""
    x = as_tensor(x)
    kind = dtypes.result_type(ops.dtype(x), float)
    return ops.cast(x, dtypes.result_type(kind, "float32")), kind


def _on_host(function: Callable[[Any], Any], inputs: Any) -> Any:
    """What ``function`` gives when it runs on the host, as tensors of the present device."""
    inputs = as_tensor(inputs)

    def moved(x: Any) -> Any:
        return ops.convert_to_tensor(ops.convert_to_numpy(x), ops.dtype(x))

    with device_scope("cpu"):
        outputs = function(moved(inputs))
    return tree.map_structure(moved, outputs)
