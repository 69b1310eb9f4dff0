"""Training with floats of 8 bits: scales by the largest values of the last steps.

As in FP8-LM (Peng et al., 2023, https://arxiv.org/abs/2209.05433).
"""

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.dispatch.options import checked
from keras_core.core.tensors import dtypes
from keras_core.ops.casting import as_tensor
from keras_core.typing import DTypeLike, Tensor, TensorLike


@public("keras.quantizers.compute_float8_amax_history")
def compute_float8_amax_history(x: TensorLike, amax_history: TensorLike) -> Tensor:
    """The largest absolute values of the last steps, with that of ``x`` as the latest.

    Args:
        x: A tensor of any shape.
        amax_history: The history, of shape ``(steps,)``. The latest value comes first, and the
            oldest one last but for the one behind the latest: the history turns by one place.

    Returns:
        The new history, of the same shape and dtype.

    Raises:
        ValueError: If the history is no vector.

    Example:

    >>> import keras_core as keras
    >>> history = keras.quantizers.compute_float8_amax_history([5.0, -8.0], [1.0, 2.0, 3.0])
    >>> keras.ops.convert_to_numpy(history).tolist()
    [8.0, 3.0, 1.0]
    """
    history = as_tensor(amax_history)
    shape = ops.shape(history)
    if len(shape) != 1:
        raise ValueError(
            f"`amax_history` must be a vector. Received: a tensor of shape {tuple(shape)}"
        )
    latest = ops.cast(ops.max(ops.abs(x)), ops.dtype(history))
    first = ops.equal(ops.arange(0, shape[0], 1, "int32"), 0)
    return ops.where(first, latest, ops.roll(history, -1, 0))


@public("keras.quantizers.compute_float8_scale")
@checked()
def compute_float8_scale(
    amax: TensorLike, scale: TensorLike, dtype_max: float, margin: int = 0
) -> Tensor:
    """What to divide by so that the largest value becomes the largest of a float8 dtype.

    Args:
        amax: The largest absolute value, of any shape.
        scale: The scale so far. It stays where ``amax`` is not positive or not finite.
        dtype_max: The largest number of the dtype, such as 448 for float8_e4m3fn.
        margin: How many powers of 2 to stay below it.

    Returns:
        ``amax / dtype_max * 2**margin``, or ``scale``.

    Example:

    >>> import keras_core as keras
    >>> float(keras.quantizers.compute_float8_scale(896.0, 1.0, 448.0))
    2.0
    """
    amax, scale = as_tensor(amax), as_tensor(scale)
    usable = ops.logical_and(ops.greater(amax, 0), ops.isfinite(amax))
    return ops.where(usable, ops.multiply(ops.divide(amax, dtype_max), 2.0**margin), scale)


@public("keras.quantizers.quantize_and_dequantize")
def quantize_and_dequantize(
    inputs: TensorLike, scale: TensorLike, quantized_dtype: DTypeLike, compute_dtype: DTypeLike
) -> Tensor:
    """The inputs as they are left by a float dtype of 8 bits.

    Args:
        inputs: A tensor of any shape.
        scale: What they are divided by before, and multiplied by after; numbers that are then
            still too large become the largest of the dtype.
        quantized_dtype: ``"float8_e4m3fn"``, ``"float8_e5m2"`` or another float dtype.
        compute_dtype: The float dtype of the scale while it is used, and of the result.

    Raises:
        ValueError: If ``quantized_dtype`` is no float dtype.

    Example:

    >>> import keras_core as keras
    >>> x = [1.0, 2.2, 500.0]
    >>> y = keras.quantizers.quantize_and_dequantize(x, 1.0, "float8_e4m3fn", "float32")
    >>> keras.ops.convert_to_numpy(y).tolist()
    [1.0, 2.25, 448.0]
    """
    quantized = dtypes.standardize_dtype(quantized_dtype)
    if quantized not in dtypes.FLOATS:
        raise ValueError(
            "`quantized_dtype` must be a float dtype, such as 'float8_e4m3fn'. Received: "
            f"quantized_dtype={quantized_dtype!r}"
        )
    scale = ops.cast(scale, compute_dtype)
    scaled = ops.clip(ops.divide(inputs, scale), *dtypes.RANGE[quantized])
    return ops.multiply(ops.cast(ops.cast(scaled, quantized), compute_dtype), scale)
