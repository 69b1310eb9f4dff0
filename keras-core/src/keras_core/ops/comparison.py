"""Comparisons, logic, and tests of floats."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes
from keras_core.typing import Tensor, TensorLike


def _ordered(x: Any) -> Any:
    """Booleans as integers, which have an order."""
    return p.cast(x, "int32") if p.dtype_of(x) == "bool" else x


@public("keras.ops.equal", "keras.ops.numpy.equal")
@op("x1:promote x2:promote")
def equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1 == x2``.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.equal([1, 2], [1, 3])).tolist()
    [True, False]
    """
    return p.equal(x1, x2)


@public("keras.ops.not_equal", "keras.ops.numpy.not_equal")
@op("x1:promote x2:promote")
def not_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1 != x2``.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.not_equal([1, 2], [1, 3])).tolist()
    [False, True]
    """
    return p.logical_not(p.equal(x1, x2))


@public("keras.ops.less", "keras.ops.numpy.less")
@op("x1:promote x2:promote")
def less(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1 < x2``.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.less([1, 3], 2)).tolist()
    [True, False]
    """
    return p.less(_ordered(x1), _ordered(x2))


@public("keras.ops.less_equal", "keras.ops.numpy.less_equal")
@op("x1:promote x2:promote")
def less_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1 <= x2``.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.less_equal([1, 2], 1)).tolist()
    [True, False]
    """
    return p.less_equal(_ordered(x1), _ordered(x2))


@public("keras.ops.greater", "keras.ops.numpy.greater")
@op("x1:promote x2:promote")
def greater(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1 > x2``.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.greater([1, 3], 2)).tolist()
    [False, True]
    """
    return p.less(_ordered(x2), _ordered(x1))


@public("keras.ops.greater_equal", "keras.ops.numpy.greater_equal")
@op("x1:promote x2:promote")
def greater_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1 >= x2``.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.greater_equal([1, 2], 2)).tolist()
    [False, True]
    """
    return p.less_equal(_ordered(x2), _ordered(x1))


@public("keras.ops.logical_and", "keras.ops.numpy.logical_and")
@op("x1:bool x2:bool")
def logical_and(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether both are true.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logical_and([True, True], [True, False])).tolist()
    [True, False]
    """
    return p.logical_and(x1, x2)


@public("keras.ops.logical_or", "keras.ops.numpy.logical_or")
@op("x1:bool x2:bool")
def logical_or(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether either is true.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logical_or([True, False], [False, False])).tolist()
    [True, False]
    """
    return p.logical_or(x1, x2)


@public("keras.ops.logical_xor", "keras.ops.numpy.logical_xor")
@op("x1:bool x2:bool")
def logical_xor(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether exactly one is true.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logical_xor([True, True], [True, False])).tolist()
    [False, True]
    """
    return p.logical_not(p.equal(x1, x2))


@public("keras.ops.logical_not", "keras.ops.numpy.logical_not")
@op("x:bool")
def logical_not(x: TensorLike) -> Tensor:
    """Whether ``x`` is false.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logical_not([True, False])).tolist()
    [False, True]
    """
    return p.logical_not(x)


@public("keras.ops.isnan", "keras.ops.numpy.isnan")
@op("x:promote")
def isnan(x: TensorLike) -> Tensor:
    """Whether ``x`` is NaN.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.isnan([1.0, float("inf"), float("nan")])).tolist()
    [False, False, True]
    """
    return p.logical_not(p.equal(x, x))


@public("keras.ops.isinf", "keras.ops.numpy.isinf")
@op("x:promote")
def isinf(x: TensorLike) -> Tensor:
    """Whether ``x`` is infinite.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.isinf([1.0, float("inf"), float("nan")])).tolist()
    [False, True, False]
    """
    if p.dtype_of(x) not in dtypes.FLOATS:
        return p.less(_ordered(x), _ordered(x))
    return p.equal(p.abs(x), p.const(float("inf"), x))


@public("keras.ops.isfinite", "keras.ops.numpy.isfinite")
@op("x:promote")
def isfinite(x: TensorLike) -> Tensor:
    """Whether ``x`` is neither infinite nor NaN.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.isfinite([1.0, float("inf"), float("nan")])).tolist()
    [True, False, False]
    """
    if p.dtype_of(x) not in dtypes.FLOATS:
        return p.equal(x, x)
    return p.less(p.abs(x), p.const(float("inf"), x))


@public("keras.ops.isclose", "keras.ops.numpy.isclose")
@op("x1:promote x2:promote")
def isclose(
    x1: TensorLike, x2: TensorLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Whether ``|x1 - x2| <= atol + rtol * |x2|``.

    Args:
        x1: A tensor of any shape.
        x2: A tensor that broadcasts with ``x1``.
        rtol: The relative tolerance.
        atol: The absolute tolerance.
        equal_nan: Whether two NaNs are close.

    Returns:
        A bool tensor of the broadcast shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.isclose([1.0, 2.0], [1.0, 2.1])).tolist()
    [True, False]
    """
    if p.dtype_of(x1) not in dtypes.FLOATS:
        x1, x2 = p.cast(x1, dtypes.narrow("float64")), p.cast(x2, dtypes.narrow("float64"))
    limit = p.add(p.const(atol, x1), p.multiply(p.const(rtol, x1), p.abs(x2)))
    out = p.logical_and(p.less_equal(p.abs(p.subtract(x1, x2)), limit), isfinite(x2))
    out = p.logical_or(out, p.equal(x1, x2))
    if equal_nan:
        out = p.logical_or(out, p.logical_and(isnan(x1), isnan(x2)))
    return out


@public("keras.ops.where", "keras.ops.numpy.where")
@op("condition:bool x1:promote? x2:promote?")
def where(
    condition: TensorLike, x1: TensorLike | None = None, x2: TensorLike | None = None
) -> Tensor:
    """``x1`` where the condition holds, else ``x2``.

    Args:
        condition: A bool tensor.
        x1: A tensor that broadcasts with the condition.
        x2: A tensor that broadcasts with the condition; None together with ``x1``: the indices
            where the condition holds are returned, as `nonzero` does.

    Raises:
        ValueError: If only one of ``x1`` and ``x2`` is given.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.where([True, False], [1, 2], 0)).tolist()
    [1, 0]
    """
    if (x1 is None) != (x2 is None):
        raise ValueError("`x1` and `x2` either both should be `None` or both should have values.")
    if x1 is None:
        return p.nonzero(condition)
    return p.where(condition, x1, x2)
