"""Operations on the bits of integers."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import shape_of
from keras_core.typing import DTypeLike, Tensor, TensorLike


def _pair(x: Any, y: Any, bits: Any, logic: Any) -> Any:
    if p.dtype_of(x) == "bool":
        return logic(x, y)
    _check(x)
    return bits(x, y)


def _check(x: Any) -> None:
    if not p.dtype_of(x).startswith(("int", "uint")):
        raise TypeError(
            f"Bitwise operations take integers or booleans. Received: dtype {p.dtype_of(x)}"
        )


@public("keras.ops.bitwise_and", "keras.ops.numpy.bitwise_and")
@op("x:promote y:promote")
def bitwise_and(x: TensorLike, y: TensorLike) -> Tensor:
    """The bits that are set in both.

    Args:
        x: Integers or booleans.
        y: Integers or booleans that broadcast with ``x``.

    Example:

    >>> from keras_core import ops
    >>> int(ops.bitwise_and(6, 3))
    2
    """
    return _pair(x, y, p.bitwise_and, p.logical_and)


@public("keras.ops.bitwise_or", "keras.ops.numpy.bitwise_or")
@op("x:promote y:promote")
def bitwise_or(x: TensorLike, y: TensorLike) -> Tensor:
    """The bits that are set in either.

    Args:
        x: Integers or booleans.
        y: Integers or booleans that broadcast with ``x``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.bitwise_or(ops.array([1, 4]), 2)).tolist()
    [3, 6]
    """
    return _pair(x, y, p.bitwise_or, p.logical_or)


@public("keras.ops.bitwise_xor", "keras.ops.numpy.bitwise_xor")
@op("x:promote y:promote")
def bitwise_xor(x: TensorLike, y: TensorLike) -> Tensor:
    """The bits that are set in exactly one.

    Args:
        x: Integers or booleans.
        y: Integers or booleans that broadcast with ``x``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.bitwise_xor(ops.array([1, 3]), 2)).tolist()
    [3, 1]
    """
    return _pair(x, y, p.bitwise_xor, lambda a, b: p.logical_not(p.equal(a, b)))


@public("keras.ops.bitwise_not", "keras.ops.numpy.bitwise_not")
@op("x:promote")
def bitwise_not(x: TensorLike) -> Tensor:
    """All bits inverted.

    Args:
        x: Integers or booleans.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.bitwise_not(ops.array([0, 5]))).tolist()
    [-1, -6]
    """
    if p.dtype_of(x) == "bool":
        return p.logical_not(x)
    _check(x)
    return p.bitwise_not(x)


@public("keras.ops.bitwise_invert", "keras.ops.numpy.bitwise_invert")
@op("x:promote")
def bitwise_invert(x: TensorLike) -> Tensor:
    """All bits inverted; the same as `bitwise_not`.

    Args:
        x: Integers or booleans.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.bitwise_invert(ops.array([0, 5]))).tolist()
    [-1, -6]
    """
    return bitwise_not(x)


def _shift(x: Any, y: Any, which: Any) -> Any:
    if p.dtype_of(x) == "bool":
        x, y = p.cast(x, "int32"), p.cast(y, "int32")
    _check(x)
    return which(x, y)


@public("keras.ops.left_shift", "keras.ops.numpy.left_shift")
@op("x:promote y:promote")
def left_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Bits moved left.

    Args:
        x: Integers.
        y: By how many places.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.left_shift(ops.array([1, 3]), 2)).tolist()
    [4, 12]
    """
    return _shift(x, y, p.left_shift)


@public("keras.ops.bitwise_left_shift", "keras.ops.numpy.bitwise_left_shift")
@op("x:promote y:promote")
def bitwise_left_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Bits moved left; the same as `left_shift`.

    Args:
        x: Integers.
        y: By how many places.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.bitwise_left_shift(ops.array([1, 3]), 2)).tolist()
    [4, 12]
    """
    return _shift(x, y, p.left_shift)


@public("keras.ops.right_shift", "keras.ops.numpy.right_shift")
@op("x:promote y:promote")
def right_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Bits moved right; signed integers keep their sign.

    Args:
        x: Integers.
        y: By how many places.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.right_shift(ops.array([4, 12]), 2)).tolist()
    [1, 3]
    """
    return _shift(x, y, p.right_shift)


@public("keras.ops.bitwise_right_shift", "keras.ops.numpy.bitwise_right_shift")
@op("x:promote y:promote")
def bitwise_right_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Bits moved right; the same as `right_shift`.

    Args:
        x: Integers.
        y: By how many places.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.bitwise_right_shift(ops.array([4, 12]), 2)).tolist()
    [1, 3]
    """
    return _shift(x, y, p.right_shift)


_INT_OF_WIDTH = {1: "int8", 2: "int16", 4: "int32", 8: "int64"}


def _width(dtype: str) -> int:
    return dtypes.numpy_dtype(dtype).itemsize


@public("keras.ops.view", "keras.ops.numpy.view")
@op("x:any dtype:dtype")
def view(x: TensorLike, dtype: DTypeLike = None) -> Tensor:
    """The bits read as another dtype.

    Args:
        x: A tensor.
        dtype: The dtype. If it is narrower or wider, the last axis grows or shrinks.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.view(ops.array([1.0], dtype="float32"), "int32")).tolist()
    [1065353216]
    """
    bits: Any = x
    source = p.dtype_of(x)
    if dtype is None or dtype == source:
        return bits
    if source == "bool":
        x, source = p.cast(x, "uint8"), "uint8"
    if dtype == "bool":
        return p.cast(view(x, "uint8"), "bool")
    a, b = _width(source), _width(str(dtype))
    if a == b:
        return p.bitcast(x, dtype)
    shape = shape_of(x)
    bits = p.bitcast(x, _INT_OF_WIDTH[a]) if source != _INT_OF_WIDTH[a] else x
    n = len(shape)
    if a > b:
        parts = []
        for k in range(a // b):
            moved = p.right_shift(bits, p.const(8 * b * k, bits))
            parts.append(p.reshape(p.cast(moved, _INT_OF_WIDTH[b]), (*shape, 1)))
        out = p.reshape(p.concatenate(parts, n), (*shape[:-1], shape[-1] * (a // b)))
    else:
        ratio = b // a
        if shape[-1] % ratio:
            raise ValueError(
                f"Cannot view a tensor of shape {native.static_shape(x)} and dtype {source} as "
                f"{dtype}: the size of the last axis must be divisible by {ratio}."
            )
        wide = p.cast(p.reshape(bits, (*shape[:-1], shape[-1] // ratio, ratio)), _INT_OF_WIDTH[b])
        wide = p.bitwise_and(wide, p.const((1 << (8 * a)) - 1, wide))
        steps = p.arange(0, ratio, 1, _INT_OF_WIDTH[b])
        out = p.sum(p.left_shift(wide, p.multiply(steps, p.const(8 * a, steps))), (n,), False)
    return out if dtype == _INT_OF_WIDTH[b] else p.bitcast(out, dtype)
