"""Numbers in a row: logarithmic and geometric ranges, and powers."""

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.dispatch.options import checked
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.arithmetic import abs as absolute
from keras_core.ops.arithmetic import multiply, power, sign
from keras_core.ops.casting import cast
from keras_core.ops.creation import linspace
from keras_core.ops.elementary import exp, log
from keras_core.ops.shaping import flip, slice_axis
from keras_core.typing import DTypeLike, Tensor, TensorLike


@public("keras.ops.logspace", "keras.ops.numpy.logspace")
@checked("num:size")
def logspace(
    start: TensorLike,
    stop: TensorLike,
    num: int = 50,
    endpoint: bool = True,
    base: TensorLike = 10,
    dtype: DTypeLike = None,
    axis: int = 0,
) -> Tensor:
    """Numbers evenly spaced on a logarithmic scale, from ``base**start`` to ``base**stop``.

    Args:
        start: The first exponent, or a tensor of them.
        stop: The last exponent, or a tensor of them.
        num: How many.
        endpoint: Whether the last is included.
        base: The base.
        dtype: The dtype; by default that of the arguments together, a float.
        axis: Where the new axis goes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logspace(0.0, 3.0, 4, base=2)).tolist()
    [1.0, 2.0, 4.0, 8.0]
    """
    out = power(base, linspace(start, stop, num, endpoint, axis=axis))
    return out if dtype is None else cast(out, dtype)


@public("keras.ops.geomspace", "keras.ops.numpy.geomspace")
@checked("num:size")
def geomspace(
    start: TensorLike,
    stop: TensorLike,
    num: int = 50,
    endpoint: bool = True,
    dtype: DTypeLike = None,
    axis: int = 0,
) -> Tensor:
    """Numbers with a constant ratio.

    Args:
        start: The first number, or a tensor of them.
        stop: The last number, or a tensor of them, of the same sign.
        num: How many.
        endpoint: Whether ``stop`` is included.
        dtype: The dtype; by default that of the arguments together, a float.
        axis: Where the new axis goes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.geomspace(1.0, 8.0, 4)).tolist()
    [1.0, 2.0, 4.0, 8.0]
    """
    logs = linspace(log(absolute(start)), log(absolute(stop)), num, endpoint, axis=axis)
    signs = linspace(sign(start), sign(stop), num, endpoint, axis=axis)
    out = multiply(signs, exp(logs))
    return out if dtype is None else cast(out, dtype)


@public("keras.ops.vander", "keras.ops.numpy.vander")
@op("x:number N:size")
def vander(x: TensorLike, N: int | None = None, increasing: bool = False) -> Tensor:
    """The Vandermonde matrix: the powers of ``x``.

    Args:
        x: A 1-D tensor.
        N: The number of columns, by default that of the elements.
        increasing: Whether the powers go up.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.vander([1, 2, 3], 3)).tolist()
    [[1, 1, 1], [4, 2, 1], [9, 3, 1]]
    """
    if ndim_of(x) != 1:
        raise ValueError(f"Input tensor must be 1-D. Received: x.shape={native.static_shape(x)}")
    n = shape_of(x)[0]
    count = n if N is None else N
    if not count:
        return (
            p.reshape(slice_axis(x, 0, 0, 0), (n, 0))
            if n == 0
            else p.full((n, 0), 0, p.dtype_of(x))
        )
    column = p.reshape(x, (n, 1))
    wide = p.broadcast_to(column, (n, count))
    first = p.less(p.arange(0, count, 1, "int32"), native.convert(1, "int32"))
    out = p.cumprod(p.where(first, p.ones_like(wide), wide), 1)
    return out if increasing else flip(out, 1)
