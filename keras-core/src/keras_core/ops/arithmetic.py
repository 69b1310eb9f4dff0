"""Arithmetic: sums, products, powers, remainders."""

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes
from keras_core.typing import Tensor, TensorLike


@public("keras.ops.add", "keras.ops.numpy.add")
@op("x1:number x2:number")
def add(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Element-wise sum.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.add([1, 2], [[10], [20]])).tolist()
    [[11, 12], [21, 22]]
    """
    return p.add(x1, x2)


@public("keras.ops.subtract", "keras.ops.numpy.subtract")
@op("x1:number x2:number")
def subtract(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Element-wise difference.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.subtract([3, 5], 1)).tolist()
    [2, 4]
    """
    return p.subtract(x1, x2)


@public("keras.ops.multiply", "keras.ops.numpy.multiply")
@op("x1:number x2:number")
def multiply(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Element-wise product.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.multiply([1, 2], [3, 4])).tolist()
    [3, 8]
    """
    return p.multiply(x1, x2)


@public("keras.ops.divide", "keras.ops.numpy.divide")
@op("x1:float x2:float")
def divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Element-wise quotient; integers become floats.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.divide([1, 3], 2)).tolist()
    [0.5, 1.5]
    """
    return p.divide(x1, x2)


@public("keras.ops.true_divide", "keras.ops.numpy.true_divide")
@op("x1:float x2:float")
def true_divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Element-wise quotient; the same as `divide`.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.true_divide([1, 3], 2)).tolist()
    [0.5, 1.5]
    """
    return p.divide(x1, x2)


@public("keras.ops.divide_no_nan", "keras.ops.numpy.divide_no_nan")
@op("x1:float x2:float")
def divide_no_nan(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Element-wise quotient, 0 where the divisor is 0.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.divide_no_nan([1.0, 3.0], [0.0, 2.0])).tolist()
    [0.0, 1.5]
    """
    zero = p.equal(x2, p.const(0, x2))
    safe = p.where(zero, p.const(1, x2), x2)
    return p.where(zero, p.const(0, x2), p.divide(x1, safe))


@public("keras.ops.floor_divide", "keras.ops.numpy.floor_divide")
@op("x1:number x2:number")
def floor_divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The largest integer not above the quotient.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.floor_divide([7, -7], 2)).tolist()
    [3, -4]
    """
    return p.floor_divide(x1, x2)


@public("keras.ops.mod", "keras.ops.numpy.mod")
@op("x1:number x2:number")
def mod(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The remainder of `floor_divide`; it has the sign of the divisor.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.mod([7, -7], 3)).tolist()
    [1, 2]
    """
    return p.mod(x1, x2)


@public("keras.ops.power", "keras.ops.numpy.power")
@op("x1:number x2:number")
def power(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1`` to the power of ``x2``.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``; non-negative if both are integers.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.power([2, 3], 2)).tolist()
    [4, 9]
    """
    return p.power(x1, x2)


@public("keras.ops.maximum", "keras.ops.numpy.maximum")
@op("x1:promote x2:promote")
def maximum(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The larger element; NaN where either is NaN.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.maximum([1, 5], 3)).tolist()
    [3, 5]
    """
    if p.dtype_of(x1) == "bool":
        return p.logical_or(x1, x2)
    return p.maximum(x1, x2)


@public("keras.ops.minimum", "keras.ops.numpy.minimum")
@op("x1:promote x2:promote")
def minimum(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The smaller element; NaN where either is NaN.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.minimum([1, 5], 3)).tolist()
    [1, 3]
    """
    if p.dtype_of(x1) == "bool":
        return p.logical_and(x1, x2)
    return p.minimum(x1, x2)


@public("keras.ops.negative", "keras.ops.numpy.negative")
@op("x:number")
def negative(x: TensorLike) -> Tensor:
    """``-x``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.negative([1, -2])).tolist()
    [-1, 2]
    """
    return p.negative(x)


@public("keras.ops.abs", "keras.ops.numpy.abs")
@op("x:promote")
def abs(x: TensorLike) -> Tensor:
    """The absolute value.

    Args:
        x: A tensor of any shape; complex numbers give floats.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.abs([-1.5, 2.0])).tolist()
    [1.5, 2.0]
    """
    return x if p.dtype_of(x) == "bool" else p.abs(x)


@public("keras.ops.absolute", "keras.ops.numpy.absolute")
@op("x:promote")
def absolute(x: TensorLike) -> Tensor:
    """The absolute value; the same as `abs`.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.absolute([-1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    return x if p.dtype_of(x) == "bool" else p.abs(x)


@public("keras.ops.sign", "keras.ops.numpy.sign")
@op("x:number")
def sign(x: TensorLike) -> Tensor:
    """-1, 0 or 1.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sign([-2.0, 0.0, 3.0])).tolist()
    [-1.0, 0.0, 1.0]
    """
    return p.sign(x)


@public("keras.ops.square", "keras.ops.numpy.square")
@op("x:number")
def square(x: TensorLike) -> Tensor:
    """``x * x``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.square([2, -3])).tolist()
    [4, 9]
    """
    return p.multiply(x, x)


@public("keras.ops.sqrt", "keras.ops.numpy.sqrt")
@op("x:float")
def sqrt(x: TensorLike) -> Tensor:
    """The square root; NaN below 0.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sqrt([4.0, 2.0])).tolist()
    [2.0, 1.4142...]
    """
    return p.sqrt(x)


@public("keras.ops.rsqrt")
@op("x:float")
def rsqrt(x: TensorLike) -> Tensor:
    """``1 / sqrt(x)``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.rsqrt([4.0, 16.0])).tolist()
    [0.5, 0.25]
    """
    return p.divide(p.const(1, x), p.sqrt(x))


@public("keras.ops.reciprocal", "keras.ops.numpy.reciprocal")
@op("x:float")
def reciprocal(x: TensorLike) -> Tensor:
    """``1 / x``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.reciprocal([2.0, 4.0])).tolist()
    [0.5, 0.25]
    """
    return p.divide(p.const(1, x), x)


@public("keras.ops.floor", "keras.ops.numpy.floor")
@op("x:float")
def floor(x: TensorLike) -> Tensor:
    """The largest integer not above ``x``, as a float.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.floor([1.8, -1.2])).tolist()
    [1.0, -2.0]
    """
    return p.floor(x)


@public("keras.ops.ceil", "keras.ops.numpy.ceil")
@op("x:float")
def ceil(x: TensorLike) -> Tensor:
    """The smallest integer not below ``x``, as a float.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.ceil([1.2, -1.2])).tolist()
    [2.0, -1.0]
    """
    return p.ceil(x)


@public("keras.ops.round", "keras.ops.numpy.round")
@op("x:number")
def round(x: TensorLike, decimals: int = 0) -> Tensor:
    """``x`` rounded to a number of decimals, halves to even.

    Args:
        x: A tensor of any shape.
        decimals: May be negative.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.round([0.5, 1.5, -1.26])).tolist()
    [0.0, 2.0, -1.0]
    """
    dtype = p.dtype_of(x)
    if dtype in dtypes.INTS:
        if decimals >= 0:
            return x
        return p.cast(round(p.cast(x, "float64"), decimals), dtype)
    if decimals == 0:
        return p.round(x)
    scale = p.const(10.0**decimals, x)
    return p.divide(p.round(p.multiply(x, scale)), scale)


@public("keras.ops.clip", "keras.ops.numpy.clip")
@op("x:promote x_min:promote? x_max:promote?")
def clip(x: TensorLike, x_min: TensorLike | None, x_max: TensorLike | None) -> Tensor:
    """``x`` kept between two bounds.

    Args:
        x: A tensor of any shape.
        x_min: The lower bound, or None.
        x_max: The upper bound, or None.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.clip([1, 5, 9], 2, 8)).tolist()
    [2, 5, 8]
    """
    if p.dtype_of(x) == "bool":
        x, x_min, x_max = (None if v is None else p.cast(v, "int32") for v in (x, x_min, x_max))
    if x_min is not None:
        x = p.maximum(x, x_min)
    return x if x_max is None else p.minimum(x, x_max)
