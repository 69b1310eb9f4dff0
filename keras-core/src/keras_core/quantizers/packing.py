"""Several small integers in one byte, and back."""

from collections.abc import Callable
from typing import Any

from keras_core import ops
from keras_core.core.base.axes import canonical_axis
from keras_core.core.base.public import public
from keras_core.core.tensors.symbolic import is_static
from keras_core.ops.casting import as_tensor
from keras_core.typing import DTypeLike, Tensor, TensorLike

BYTES = ("int8", "uint8")


@public("keras.quantizers.pack_int4")
def pack_int4(
    arr: TensorLike, axis: int = 0, dtype: DTypeLike = "int8"
) -> tuple[Any, tuple[Any, ...], Any]:
    """Integers of 4 bits, two in a byte, the first in the low half.

    Args:
        arr: A tensor of ``dtype`` with values in [-8, 7], or [0, 15] if they are unsigned. Of
            others only the low 4 bits are kept.
        axis: The axis along which neighbours share a byte.
        dtype: ``"int8"`` or ``"uint8"``: the dtype of ``arr`` and of the bytes.

    Returns:
        ``(packed, packed_shape, orig_len)``: the bytes, where zeros fill up the last one; their
        shape; and the size of the axis before, for `unpack_int4`.

    Raises:
        ValueError: If ``dtype`` is another one, or the axis is out of range.
        TypeError: If the dtype of ``arr`` is not ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> import numpy as np
    >>> packed, shape, length = keras.quantizers.pack_int4(np.array([1, -1, 7], "int8"))
    >>> keras.ops.convert_to_numpy(packed).tolist(), shape, length
    ([-15, 7], (2,), 3)
    """
    return _pack_bits(arr, axis, dtype, 4)


@public("keras.quantizers.unpack_int4")
def unpack_int4(
    packed: TensorLike, orig_len: int | Tensor, axis: int = 0, dtype: DTypeLike = "int8"
) -> Tensor:
    """What `pack_int4` packed.

    Args:
        packed: The bytes, int8 or uint8.
        orig_len: The size of the axis to come back to; None for all that the bytes hold.
        axis: The axis.
        dtype: ``"int8"`` for values in [-8, 7], ``"uint8"`` for values in [0, 15].

    Raises:
        ValueError: If ``dtype`` is another one, the axis is out of range, or the bytes hold
            fewer than ``orig_len``.
        TypeError: If ``packed`` has another dtype.

    Example:

    >>> import keras_core as keras
    >>> import numpy as np
    >>> x = keras.quantizers.unpack_int4(np.array([-15, 7], "int8"), 3)
    >>> keras.ops.convert_to_numpy(x).tolist()
    [1, -1, 7]
    """
    return _unpack_bits(packed, orig_len, axis, dtype, 4)


@public("keras.quantizers.pack_int2")
def pack_int2(
    arr: TensorLike, axis: int = 0, dtype: DTypeLike = "int8"
) -> tuple[Any, tuple[Any, ...], Any]:
    """Integers of 2 bits, four in a byte, the first in the lowest bits.

    Args:
        arr: A tensor of ``dtype`` with values in [-2, 1], or [0, 3] if they are unsigned. Of
            others only the low 2 bits are kept.
        axis: The axis along which neighbours share a byte.
        dtype: ``"int8"`` or ``"uint8"``: the dtype of ``arr`` and of the bytes.

    Returns:
        ``(packed, packed_shape, orig_len)``: the bytes, where zeros fill up the last one; their
        shape; and the size of the axis before, for `unpack_int2`.

    Raises:
        ValueError: If ``dtype`` is another one, or the axis is out of range.
        TypeError: If the dtype of ``arr`` is not ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> import numpy as np
    >>> packed, shape, length = keras.quantizers.pack_int2(np.array([1, -1, 0, -2, 1], "int8"))
    >>> keras.ops.convert_to_numpy(packed).tolist(), shape, length
    ([-115, 1], (2,), 5)
    """
    return _pack_bits(arr, axis, dtype, 2)


@public("keras.quantizers.unpack_int2")
def unpack_int2(
    packed: TensorLike, orig_len: int | Tensor, axis: int = 0, dtype: DTypeLike = "int8"
) -> Tensor:
    """What `pack_int2` packed.

    Args:
        packed: The bytes, int8 or uint8.
        orig_len: The size of the axis to come back to; None for all that the bytes hold.
        axis: The axis.
        dtype: ``"int8"`` for values in [-2, 1], ``"uint8"`` for values in [0, 3].

    Raises:
        ValueError: If ``dtype`` is another one, the axis is out of range, or the bytes hold
            fewer than ``orig_len``.
        TypeError: If ``packed`` has another dtype.

    Example:

    >>> import keras_core as keras
    >>> import numpy as np
    >>> x = keras.quantizers.unpack_int2(np.array([-115, 1], "int8"), 5)
    >>> keras.ops.convert_to_numpy(x).tolist()
    [1, -1, 0, -2, 1]
    """
    return _unpack_bits(packed, orig_len, axis, dtype, 2)


@public("keras.quantizers.pack_ternary")
def pack_ternary(arr: TensorLike, axis: int = 0) -> tuple[Any, tuple[Any, ...], Any]:
    """Numbers out of -1, 0 and 1, five in a byte: 1.6 bits for each.

    These are the weights of BitNet b1.58 (Ma et al., 2024, https://arxiv.org/abs/2402.17764). A
    byte holds them as the digits of a number to the base 3, each one more than its value, the
    first with the least weight.

    Args:
        arr: A tensor of any dtype. Values are rounded, and clipped to [-1, 1].
        axis: The axis along which neighbours share a byte.

    Returns:
        ``(packed, packed_shape, orig_len)``: uint8 bytes, where zeros fill up the last one; their
        shape; and the size of the axis before, for `unpack_ternary`.

    Raises:
        ValueError: If the axis is out of range.

    Example:

    >>> import keras_core as keras
    >>> packed, shape, length = keras.quantizers.pack_ternary([1, 0, -1, -1, 1, 1])
    >>> keras.ops.convert_to_numpy(packed).tolist(), shape, length
    ([167, 122], (2,), 6)
    """
    arr = as_tensor(arr)
    if "float" in ops.dtype(arr):
        arr = ops.round(arr)
    # unsigned and half-precision dtypes cannot hold what comes next
    digits = ops.add(ops.clip(ops.cast(arr, "int32"), -1, 1), 1)
    return _pack(digits, axis, "uint8", base=3, count=5, filler=1)


@public("keras.quantizers.unpack_ternary")
def unpack_ternary(packed: TensorLike, orig_len: int | Tensor, axis: int = 0) -> Tensor:
    """What `pack_ternary` packed.

    Args:
        packed: The bytes, uint8, or int8 of the same bits.
        orig_len: The size of the axis to come back to; None for all that the bytes hold.
        axis: The axis.

    Returns:
        An int8 tensor.

    Raises:
        ValueError: If the axis is out of range, or the bytes hold fewer than ``orig_len``.
        TypeError: If ``packed`` has another dtype.

    Example:

    >>> import keras_core as keras
    >>> import numpy as np
    >>> x = keras.quantizers.unpack_ternary(np.array([167, 122], "uint8"), 6)
    >>> keras.ops.convert_to_numpy(x).tolist()
    [1, 0, -1, -1, 1, 1]
    """

    def split(numbers: Any, axes: int) -> Any:
        numbers = ops.mod(ops.cast(numbers, "int32"), 256)
        digits = ops.mod(ops.floor_divide(numbers, _weights(3, 5, axes)), 3)
        return ops.cast(ops.subtract(digits, 1), "int8")

    return _unpack(packed, orig_len, axis, split, 5)


def _pack_bits(arr: Any, axis: int, dtype: Any, bits: int) -> tuple[Any, tuple[Any, ...], Any]:
    _check_dtype(dtype)
    arr = as_tensor(arr)
    if ops.dtype(arr) != dtype:
        raise TypeError(
            f"Expected {dtype} tensor for packing, got {ops.dtype(arr)}. Cast it, or give its "
            "dtype as `dtype`."
        )
    digits = ops.mod(ops.cast(arr, "int32"), 2**bits)
    return _pack(digits, axis, dtype, base=2**bits, count=8 // bits, filler=0)


def _unpack_bits(packed: Any, orig_len: Any, axis: int, dtype: Any, bits: int) -> Any:
    _check_dtype(dtype)

    def split(numbers: Any, axes: int) -> Any:
        # All of it in single bytes: what comes in by a shift to the right is masked away.
        shifts = [bits * i for i in range(8 // bits)]
        by = ops.reshape(ops.convert_to_tensor(shifts, ops.dtype(numbers)), _behind(shifts, axes))
        moved = ops.right_shift(numbers, by)
        digits = ops.cast(ops.bitwise_and(moved, ops.cast(2**bits - 1, ops.dtype(moved))), dtype)
        if dtype == "uint8":
            return digits
        sign = ops.cast(2 ** (bits - 1), dtype)
        return ops.subtract(ops.bitwise_xor(digits, sign), sign)

    return _unpack(packed, orig_len, axis, split, 8 // bits)


def _check_dtype(dtype: Any) -> None:
    if dtype not in BYTES:
        raise ValueError(f"Expected dtype to be 'int8' or 'uint8', but got {dtype!r}.")


def _signed(x: Any, base: int) -> Any:
    """Numbers below ``base`` as those of two's complement."""
    return ops.where(ops.less(x, base // 2), x, ops.subtract(x, base))


def _pack(
    digits: Any, axis: int, dtype: str, *, base: int, count: int, filler: int
) -> tuple[Any, tuple[Any, ...], Any]:
    """``count`` digits to a byte, the first with the least weight, and the last byte filled up."""
    shape = list(ops.shape(digits))
    axis = canonical_axis(axis, len(shape))
    length = shape[axis]
    size = (length + count - 1) // count
    pairs = [(0, count - 1 if i == axis else 0) for i in range(len(shape))]
    filled = ops.pad(digits, pairs, constant_values=filler)
    before, after = shape[:axis], shape[axis + 1 :]
    filled = ops.slice(filled, [0] * len(shape), [*before, size * count, *after])
    apart = ops.reshape(filled, [*before, size, count, *after])
    packed = ops.sum(ops.multiply(apart, _weights(base, count, len(after))), axis=axis + 1)
    packed = ops.cast(_signed(packed, 256) if dtype == "int8" else packed, dtype)
    return packed, tuple(ops.shape(packed)), length


def _unpack(
    packed: Any, orig_len: Any, axis: int, split: Callable[[Any, int], Any], count: int
) -> Any:
    """The digits of bytes, the first of each with the least weight.

    Args:
        packed: The bytes.
        orig_len: How many digits, None for all.
        axis: The axis along which they lie.
        split: Makes digits of bytes, along an axis of size 1 with that number of axes behind it.
        count: How many digits are in a byte.
    """
    packed = as_tensor(packed)
    if ops.dtype(packed) not in BYTES:
        raise TypeError(
            f"Expected int8 or uint8 tensor for unpacking, got {ops.dtype(packed)}. It has to be "
            "the first result of the function that packs."
        )
    shape = list(ops.shape(packed))
    axis = canonical_axis(axis, len(shape))
    held = shape[axis] * count
    if is_static(orig_len) and is_static(held) and not 0 <= orig_len <= held:
        raise ValueError(
            f"`orig_len` must be between 0 and {held}, which is what {shape[axis]} bytes hold. "
            f"Received: orig_len={orig_len}"
        )
    before, after = shape[:axis], shape[axis + 1 :]
    digits = split(ops.expand_dims(packed, axis + 1), len(after))
    digits = ops.reshape(digits, [*before, held, *after])
    if orig_len is None:
        return digits
    return ops.slice(digits, [0] * len(shape), [*before, orig_len, *after])


def _weights(base: int, count: int, axes: int) -> Any:
    """The weights of digits, with axes of size 1 behind theirs."""
    weights = [base**i for i in range(count)]
    return ops.reshape(ops.convert_to_tensor(weights, "int32"), _behind(weights, axes))


def _behind(numbers: list[int], axes: int) -> tuple[int, ...]:
    """The shape of numbers with axes of size 1 behind theirs."""
    return (len(numbers),) + (1,) * axes
