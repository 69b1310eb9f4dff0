"""Quantiles and medians."""

import math
from collections.abc import Callable
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.concrete import at_hand
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.indexing import take_along_axis
from keras_core.ops.reductions import dimension_tensor
from keras_core.ops.shaping import reshape, slice_axis
from keras_core.typing import Axes, Tensor, TensorLike


def _c(value: float, x: Any) -> Any:
    return p.const(value, x)


def _isnan(x: Any) -> Any:
    return p.logical_not(p.equal(x, x))


_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def _quantile(
    x: Any, q: Any, axes: tuple[int, ...], method: str, keepdims: bool, skip_nan: bool
) -> Any:
    if method not in _METHODS:
        raise ValueError(f"`method` must be one of {_METHODS}. Received: method={method!r}")
    if any(native.static_shape(x)[a] == 0 for a in axes):
        raise ValueError(
            "There is no quantile of no elements. Received: a tensor of shape "
            f"{native.static_shape(x)}, axis={axes}"
        )
    out_dtype = p.dtype_of(x)
    if out_dtype in ("float16", "bfloat16"):
        x, q = p.cast(x, "float32"), p.cast(q, "float32")
    shape, n = shape_of(x), ndim_of(x)
    rest = tuple(i for i in range(n) if i not in axes)
    kept = tuple(shape[i] for i in rest)
    total: Any = 1
    for a in axes:
        total = total * shape[a]
    flat = p.sort(p.reshape(p.transpose(x, (*rest, *axes)), (*kept, total)), len(rest))
    missing = _isnan(flat)
    last = (len(rest),)
    if skip_nan:
        present = p.cast(p.logical_not(missing), p.dtype_of(x))
        count = p.sum(present, last, True)
    else:
        count = dimension_tensor(total, p.dtype_of(x))
    levels = reshape(q, (-1,)) if ndim_of(q) else p.reshape(q, (1,))
    steps = p.maximum(p.subtract(count, _c(1.0, count)), _c(0.0, count))
    place = p.multiply(p.add(levels, p.zeros_like(slice_axis(flat, len(rest), 0, 1))), steps)
    # zeros_like(NaN) is 0, so the line above only broadcasts
    if method == "nearest":
        low = high = p.round(place)
    else:
        low, high = p.floor(place), p.ceil(place)
    below = take_along_axis(flat, p.cast(low, "int32"), len(rest))
    above = take_along_axis(flat, p.cast(high, "int32"), len(rest))
    if method in ("lower", "nearest"):
        out = below
    elif method == "higher":
        out = above
    else:
        weight = _c(0.5, place) if method == "midpoint" else p.subtract(place, low)
        same = p.equal(below, above)
        gap = p.where(same, p.zeros_like(below), p.subtract(above, below))
        out = p.add(below, p.multiply(weight, gap))
    bad = p.equal(count, p.zeros_like(count)) if skip_nan else p.any(missing, last, True)
    out = p.where(bad, _c(math.nan, out), out)
    k = shape_of(out)[-1]
    wide = tuple(1 if i in axes else d for i, d in enumerate(shape)) if keepdims else kept
    if ndim_of(q):
        out = p.transpose(out, (len(rest), *range(len(rest))))
        out = p.reshape(out, (k, *wide))
    else:
        out = p.reshape(out, wide)
    return out if p.dtype_of(out) == out_dtype else p.cast(out, out_dtype)


def _levels(name: str, top: int) -> Callable[..., tuple[Any, ...]]:
    """Numbers from 0 to ``top``, one or a 1-D tensor, in the second place."""

    def prepare(x: Any, q: Any, *rest: Any) -> tuple[Any, ...]:
        values = at_hand(q)
        if ndim_of(q) > 1 or (values is not None and not ((values >= 0) & (values <= top)).all()):
            raise ValueError(
                f"`{name}` expected numbers from 0 to {top} for the argument `q`, one or a 1-D "
                f"tensor. Received: {q}"
            )
        return x, q, *rest

    return prepare


@public("keras.ops.quantile", "keras.ops.numpy.quantile")
@op("x:float q:float axis:axes", prepare=_levels("quantile", 1))
def quantile(
    x: TensorLike, q: TensorLike, axis: Axes = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """The values below which fractions of the elements lie.

    Args:
        x: A tensor.
        q: The fractions from 0 to 1: a number or a 1-D tensor.
        axis: The axis or axes; all of them by default.
        method: ``"linear"``, ``"lower"``, ``"higher"``, ``"midpoint"`` or ``"nearest"``.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        A tensor whose first axis is that of ``q``, if it has one.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.quantile([1.0, 2.0, 3.0], 0.25)).tolist()
    1.5
    """
    return _quantile(x, q, axis, method, keepdims, False)


@public("keras.ops.nanquantile", "keras.ops.numpy.nanquantile")
@op("x:float q:float axis:axes", prepare=_levels("nanquantile", 1))
def nanquantile(
    x: TensorLike, q: TensorLike, axis: Axes = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """`quantile` of the elements that are not NaN.

    Args:
        x: A tensor.
        q: The fractions from 0 to 1: a number or a 1-D tensor.
        axis: The axis or axes; all of them by default.
        method: As in `quantile`.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanquantile([1.0, float("nan"), 3.0], 0.5)).tolist()
    2.0
    """
    return _quantile(x, q, axis, method, keepdims, True)


@public("keras.ops.percentile", "keras.ops.numpy.percentile")
@op("x:float q:float axis:axes", prepare=_levels("percentile", 100))
def percentile(
    x: TensorLike, q: TensorLike, axis: Axes = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """`quantile` with percentages.

    Args:
        x: A tensor.
        q: The percentages from 0 to 100: a number or a 1-D tensor.
        axis: The axis or axes; all of them by default.
        method: As in `quantile`.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.percentile([1.0, 2.0, 3.0], 50)).tolist()
    2.0
    """
    return _quantile(x, p.divide(q, _c(100.0, q)), axis, method, keepdims, False)


@public("keras.ops.nanpercentile", "keras.ops.numpy.nanpercentile")
@op("x:float q:float axis:axes", prepare=_levels("nanpercentile", 100))
def nanpercentile(
    x: TensorLike, q: TensorLike, axis: Axes = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """`percentile` of the elements that are not NaN.

    Args:
        x: A tensor.
        q: The percentages from 0 to 100: a number or a 1-D tensor.
        axis: The axis or axes; all of them by default.
        method: As in `quantile`.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanpercentile([1.0, float("nan"), 3.0], 50)).tolist()
    2.0
    """
    return _quantile(x, p.divide(q, _c(100.0, q)), axis, method, keepdims, True)


@public("keras.ops.median", "keras.ops.numpy.median")
@op("x:float axis:axes")
def median(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The middle of the sorted elements.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> float(ops.median([3.0, 1.0, 7.0]))
    3.0
    """
    return _quantile(x, _c(0.5, x), axis, "linear", keepdims, False)


@public("keras.ops.nanmedian", "keras.ops.numpy.nanmedian")
@op("x:float axis:axes")
def nanmedian(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The median of the elements that are not NaN.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanmedian([1.0, float("nan"), 3.0])).tolist()
    2.0
    """
    return _quantile(x, _c(0.5, x), axis, "linear", keepdims, True)
