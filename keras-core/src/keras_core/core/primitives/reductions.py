"""Reductions, and running sums and products."""

from typing import Any

from keras_core.core.dispatch.op import primitive, spec
from keras_core.core.primitives._rules import (
    const,
    dtype_of,
    ndim,
    reduced_shape,
    same,
    static_shape,
)
from keras_core.core.primitives.elementwise import cast as _cast
from keras_core.core.primitives.elementwise import (
    divide,
    equal,
    multiply,
    ones_like,
    where,
    zeros_like,
)
from keras_core.core.primitives.shaping import (
    broadcast_to,
    concatenate,
    flip,
    reshape,
    slice,
)
from keras_core.core.tensors.native import shape_of


def _reduce(x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    return spec(reduced_shape(static_shape(x), axis, keepdims), dtype_of(x))


def _reduce_bool(x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    return spec(reduced_shape(static_shape(x), axis, keepdims), "bool")


def _arg_rule(x: Any, axis: int) -> Any:
    return spec(reduced_shape(static_shape(x), (axis,), False), "int32")


def _expand(g: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """``g``, the result of a reduction, with axes of size 1 where ``axis`` was removed."""
    shape = tuple(1 if i in axis else d for i, d in enumerate(shape_of(x)))
    return reshape(g, shape)


def _sum_vjp(g: Any, y: Any, x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    return broadcast_to(_expand(g, x, axis), shape_of(x))


def _extremum_vjp(g: Any, y: Any, x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    # equal extrema share the gradient
    mask = _cast(equal(x, _expand(y, x, axis)), dtype_of(x))
    share = divide(_expand(g, x, axis), sum(mask, axis, True))
    return multiply(mask, share)


def _prod_vjp(g: Any, y: Any, x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """Products of all other elements, from the left and from the right: right at zeros too."""
    if not axis:
        return g
    n = ndim(x)
    kept = [i for i in range(n) if i not in axis]
    from keras_core.core.primitives.shaping import transpose

    order = (*kept, *axis)
    moved = transpose(x, order)
    shape = shape_of(moved)
    total = 1
    for d in shape[len(kept) :]:
        total = total * d
    flat = reshape(moved, (*shape[: len(kept)], total))
    others = multiply(_exclusive_cumprod(flat), _reversed_exclusive(flat))
    g = reshape(g, (*shape[: len(kept)], 1))
    back = [0] * n
    for i, a in enumerate(order):
        back[a] = i
    return transpose(reshape(multiply(g, others), shape), tuple(back))


def _exclusive_cumprod(x: Any) -> Any:
    shape = shape_of(x)
    last = len(shape) - 1
    head = slice(x, (0,) * len(shape), (*shape[:-1], shape[-1] - 1), (1,) * len(shape))
    one = ones_like(slice(x, (0,) * len(shape), (*shape[:-1], 1), (1,) * len(shape)))
    return cumprod(concatenate([one, head], last), last)


def _reversed_exclusive(x: Any) -> Any:
    last = ndim(x) - 1
    return flip(_exclusive_cumprod(flip(x, (last,))), (last,))


def _cumsum_vjp(g: Any, y: Any, x: Any, axis: int) -> Any:
    return flip(cumsum(flip(g, (axis,)), axis), (axis,))


def _cumprod_vjp(g: Any, y: Any, x: Any, axis: int) -> Any:
    """``sum_{k >= i} g_k y_k / x_i``; where x_i is 0, the product is taken without it."""
    zero = const(0, x)
    is_zero = equal(x, zero)
    safe = where(is_zero, ones_like(x), x)
    quotient = divide(_cumsum_vjp(multiply(g, y), y, x, axis), safe)
    # The first zero along the axis is the only one with a gradient: there the products of
    # everything but it are the running products with it replaced by 1.
    seen = cumsum(_cast(is_zero, dtype_of(x)), axis)
    first = equal(multiply(seen, _cast(is_zero, dtype_of(x))), const(1, x))
    without = cumprod(where(first, ones_like(x), x), axis)
    after = where(equal(seen, zero), zeros_like(x), multiply(g, without))
    at_zero = _cumsum_vjp(after, y, x, axis)
    return where(is_zero, where(first, at_zero, zeros_like(x)), quotient)


sum = primitive("x [axis] [keepdims]", _reduce, _sum_vjp, "sum")
prod = primitive("x [axis] [keepdims]", _reduce, _prod_vjp, "prod")
max = primitive("x [axis] [keepdims]", _reduce, _extremum_vjp, "max")
min = primitive("x [axis] [keepdims]", _reduce, _extremum_vjp, "min")
any = primitive("x [axis] [keepdims]", _reduce_bool, None, "any")
all = primitive("x [axis] [keepdims]", _reduce_bool, None, "all")
argmax = primitive("x [axis]", _arg_rule, None, "argmax")
argmin = primitive("x [axis]", _arg_rule, None, "argmin")
cumsum = primitive("x [axis]", same, _cumsum_vjp, "cumsum")
cumprod = primitive("x [axis]", same, _cumprod_vjp, "cumprod")
