"""Statistics: averages, counts, correlations, and reductions that skip NaN."""

import math
from collections.abc import Sequence
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.dispatch.options import checked
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.concrete import at_hand, check_range
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import KerasTensor, is_static
from keras_core.ops.arithmetic import multiply, subtract
from keras_core.ops.creation import linspace
from keras_core.ops.indexing import one_hot
from keras_core.ops.linear import matmul
from keras_core.ops.reductions import cumprod, cumsum, dimension_tensor, max, mean, min, prod, sum
from keras_core.ops.shaping import reshape, slice_axis
from keras_core.ops.sorting import searchsorted
from keras_core.typing import Axes, DTypeLike, Tensor, TensorLike


def _c(value: float, x: Any) -> Any:
    return p.const(value, x)


def _isnan(x: Any) -> Any:
    return p.logical_not(p.equal(x, x))


def _float(x: Any) -> bool:
    return p.dtype_of(x) in dtypes.FLOATS


def _weighted(x: Any, axis: tuple[int, ...], weights: Any) -> tuple[Any, tuple[int, ...], Any]:
    if weights is not None and ndim_of(weights) not in (ndim_of(x), len(axis)):
        raise ValueError(
            "`weights` must have the shape of `x`, or a size for each axis that is averaged over. "
            f"Received: weights of shape {native.static_shape(weights)}, x.shape="
            f"{native.static_shape(x)}, axis={axis}"
        )
    return x, axis, weights


@public("keras.ops.average", "keras.ops.numpy.average")
@op("x:float axis:axes weights:float?", prepare=_weighted)
def average(x: TensorLike, axis: Axes = None, weights: TensorLike | None = None) -> Tensor:
    """The weighted mean over axes.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        weights: The weights: of the shape of ``x``, or 1-D along the one axis.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.average([1.0, 2.0, 6.0], weights=[2.0, 1.0, 1.0])).tolist()
    2.5
    """
    if weights is None:
        return mean(x, axis)
    if ndim_of(weights) != ndim_of(x):
        line = [1] * ndim_of(x)
        for a, d in zip(axis, shape_of(weights), strict=True):
            line[a] = d
        weights = p.reshape(weights, line)
    weights = p.add(weights, p.zeros_like(x))
    return p.divide(p.sum(p.multiply(x, weights), axis, False), p.sum(weights, axis, False))


# -- Reductions without NaN --------------------------------------------------------------


def _filled(x: Any, value: float) -> Any:
    return p.where(_isnan(x), _c(value, x), x) if _float(x) else x


@public("keras.ops.nansum", "keras.ops.numpy.nansum")
@op("x:promote axis:axes")
def nansum(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The sum of the elements that are not NaN.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nansum([1.0, float("nan"), 3.0])).tolist()
    4.0
    """
    return sum(_filled(x, 0.0), axis, keepdims)


@public("keras.ops.nanprod", "keras.ops.numpy.nanprod")
@op("x:promote axis:axes")
def nanprod(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The product of the elements that are not NaN.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanprod([2.0, float("nan"), 3.0])).tolist()
    6.0
    """
    return prod(_filled(x, 1.0), axis, keepdims)


@public("keras.ops.nancumsum", "keras.ops.numpy.nancumsum")
@op("x:promote axis:axis? dtype:dtype")
def nancumsum(x: TensorLike, axis: int | None = None, dtype: DTypeLike = None) -> Tensor:
    """The running sum, NaN counted as 0.

    Args:
        x: A tensor.
        axis: The axis; by default the tensor is flattened.
        dtype: The dtype of the result.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nancumsum([2.0, float("nan"), 3.0])).tolist()
    [2.0, 2.0, 5.0]
    """
    return cumsum(_filled(x, 0.0), axis, dtype)


@public("keras.ops.nancumprod", "keras.ops.numpy.nancumprod")
@op("x:promote axis:axis? dtype:dtype")
def nancumprod(x: TensorLike, axis: int | None = None, dtype: DTypeLike = None) -> Tensor:
    """The running product, NaN counted as 1.

    Args:
        x: A tensor.
        axis: The axis; by default the tensor is flattened.
        dtype: The dtype of the result.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nancumprod([2.0, float("nan"), 3.0])).tolist()
    [2.0, 2.0, 6.0]
    """
    return cumprod(_filled(x, 1.0), axis, dtype)


def _nan_extremum(which: Any, x: Any, axis: Any, keepdims: bool, worst: float) -> Any:
    if not _float(x):
        return which(x, axis, keepdims)
    out = which(_filled(x, worst), axis, keepdims)
    return p.where(p.all(_isnan(x), axis, keepdims), _c(math.nan, out), out)


@public("keras.ops.nanmax", "keras.ops.numpy.nanmax")
@op("x:promote axis:axes")
def nanmax(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The largest element that is not NaN.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanmax([1.0, float("nan"), 3.0])).tolist()
    3.0
    """
    return _nan_extremum(max, x, axis, keepdims, -math.inf)


@public("keras.ops.nanmin", "keras.ops.numpy.nanmin")
@op("x:promote axis:axes")
def nanmin(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The smallest element that is not NaN.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanmin([1.0, float("nan"), 3.0])).tolist()
    1.0
    """
    return _nan_extremum(min, x, axis, keepdims, math.inf)


def _nan_arg(which: Any, x: Any, axis: int | None, keepdims: bool, worst: float) -> Any:
    x = p.cast(x, "int32") if p.dtype_of(x) == "bool" else x
    n, shape = ndim_of(x), shape_of(x)
    if axis is None:
        x, at = reshape(x, (-1,)), 0
        wide: Any = (1,) * n
    else:
        at = axis
        wide = (*shape[:axis], 1, *shape[axis + 1 :])
    out = which(_filled(x, worst), at)
    if _float(x):
        out = p.where(p.all(_isnan(x), (at,), False), _c(-1, out), out)
    return p.reshape(out, wide) if keepdims else out


@public("keras.ops.nanargmax", "keras.ops.numpy.nanargmax")
@op("x:promote axis:axis?")
def nanargmax(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The index of the largest element that is not NaN; -1 if there is none.

    Args:
        x: A tensor.
        axis: The axis; by default the tensor is flattened.
        keepdims: Whether the axis stays, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanargmax([1.0, float("nan"), 3.0])).tolist()
    2
    """
    return _nan_arg(p.argmax, x, axis, keepdims, -math.inf)


@public("keras.ops.nanargmin", "keras.ops.numpy.nanargmin")
@op("x:promote axis:axis?")
def nanargmin(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The index of the smallest element that is not NaN; -1 if there is none.

    Args:
        x: A tensor.
        axis: The axis; by default the tensor is flattened.
        keepdims: Whether the axis stays, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanargmin([1.0, float("nan"), 3.0])).tolist()
    0
    """
    return _nan_arg(p.argmin, x, axis, keepdims, math.inf)


def _present(x: Any, axis: Any, keepdims: bool) -> Any:
    return p.sum(p.cast(p.logical_not(_isnan(x)), p.dtype_of(x)), axis, keepdims)


@public("keras.ops.nanmean", "keras.ops.numpy.nanmean")
@op("x:float axis:axes")
def nanmean(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The mean of the elements that are not NaN.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanmean([1.0, float("nan"), 3.0])).tolist()
    2.0
    """
    return p.divide(p.sum(_filled(x, 0.0), axis, keepdims), _present(x, axis, keepdims))


@public("keras.ops.nanvar", "keras.ops.numpy.nanvar")
@op("x:float axis:axes")
def nanvar(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The variance of the elements that are not NaN.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanvar([1.0, float("nan"), 3.0])).tolist()
    1.0
    """
    centre = p.divide(p.sum(_filled(x, 0.0), axis, True), _present(x, axis, True))
    gap = p.where(_isnan(x), p.zeros_like(x), p.subtract(_filled(x, 0.0), centre))
    return p.divide(p.sum(p.multiply(gap, gap), axis, keepdims), _present(x, axis, keepdims))


@public("keras.ops.nanstd", "keras.ops.numpy.nanstd")
@op("x:float axis:axes")
def nanstd(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The standard deviation of the elements that are not NaN.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nanstd([1.0, float("nan"), 3.0])).tolist()
    1.0
    """
    return p.sqrt(nanvar(x, axis, keepdims))


# -- Differences and integrals -----------------------------------------------------------


@public("keras.ops.ptp", "keras.ops.numpy.ptp")
@op("x:promote axis:axes")
def ptp(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The largest minus the smallest element.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.ptp([1, 5, 3])).tolist()
    4
    """
    return subtract(max(x, axis, keepdims), min(x, axis, keepdims))


@public("keras.ops.diff", "keras.ops.numpy.diff")
@op("a:promote n:size axis:axis")
def diff(a: TensorLike, n: int = 1, axis: int = -1) -> Tensor:
    """The differences of neighbours along an axis.

    Args:
        a: A tensor.
        n: How often.
        axis: The axis.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.diff([1, 4, 9])).tolist()
    [3, 5]
    """
    for _ in range(n):
        after, before = _neighbours(a, axis)
        if p.dtype_of(a) == "bool":
            a = p.logical_not(p.equal(after, before))
        else:
            a = p.subtract(after, before)
    return a


def _neighbours(x: Any, axis: int) -> tuple[Any, Any]:
    """All elements along an axis but the first, and all but the last."""
    d = shape_of(x)[axis]
    if is_static(d) and not d:
        return x, x
    return slice_axis(x, axis, 1, d), slice_axis(x, axis, 0, d - 1)


def _at_places(y: Any, x: Any, dx: float, axis: int) -> tuple[Any, Any, float, int]:
    if x is not None and ndim_of(x) != ndim_of(y):
        native.check_shapes("trapezoid", x=(x, native.static_shape(y)[axis : axis + 1]))
    return y, x, dx, axis


@public("keras.ops.trapezoid", "keras.ops.numpy.trapezoid")
@op("y:float x:float? axis:axis", prepare=_at_places)
def trapezoid(
    y: TensorLike, x: TensorLike | None = None, dx: float = 1.0, axis: int = -1
) -> Tensor:
    """The integral along an axis by the trapezoidal rule.

    Args:
        y: The values.
        x: The places: of the shape of ``y``, or 1-D along the axis.
        dx: The distance of the places, if ``x`` is not given.
        axis: The axis.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.trapezoid([1.0, 2.0, 3.0])).tolist()
    4.0
    """
    heights = p.add(*_neighbours(y, axis))
    step = _c(dx, y) if x is None else diff(x, 1, axis if ndim_of(x) == ndim_of(y) else -1)
    if x is not None and ndim_of(x) == 1 and ndim_of(y) > 1:
        line = [1] * ndim_of(y)
        line[axis] = -1
        step = reshape(step, line)
    return p.sum(p.multiply(p.multiply(heights, step), _c(0.5, y)), (axis,), False)


# -- Counting ----------------------------------------------------------------------------


def _top(x: Any) -> int:
    values = native.to_numpy(x)
    return int(values.max()) + 1 if values.size else 0


def _counted(x: Any, *rest: Any) -> tuple[Any, ...]:
    check_range("bincount", "x", at_hand(x), 0)
    return x, *rest


@public("keras.ops.bincount", "keras.ops.numpy.bincount")
@op("x:int1+ weights:any? minlength:size", prepare=_counted)
def bincount(
    x: TensorLike, weights: TensorLike | None = None, minlength: int = 0, sparse: bool = False
) -> Tensor:
    """How often each integer occurs.

    Args:
        x: Non-negative integers with one axis, or two: a count for each row.
        weights: What each element counts, by default 1.
        minlength: The least length of the result.
        sparse: Whether a sparse tensor is returned, on backends that have them.

    Raises:
        ValueError: If an integer is negative; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.bincount(ops.array([0, 1, 1, 3]))).tolist()
    [1, 2, 0, 1]
    """
    native.check_shapes("bincount", weights=(weights, native.static_shape(x)))
    dtype = "int32" if weights is None else p.dtype_of(weights)
    shape = shape_of(x)
    if isinstance(x, KerasTensor) or isinstance(weights, KerasTensor):
        return KerasTensor((*native.static_shape(x)[:-1], None), dtype, sparse=sparse)
    length = minlength if native.is_tracing() and minlength else 0
    length = length or (_top(x) if _top(x) > minlength else minlength)
    if sparse:
        hot = one_hot(x, length, dtype=dtype, sparse=True)
        if weights is not None:
            hot = multiply(hot, reshape(weights, (*shape, 1)))
        return sum(hot, len(shape) - 1)
    rows: Any = 1
    for d in shape[:-1]:
        rows = rows * d
    ones = p.full(shape, 1, dtype) if weights is None else weights
    places = p.reshape(p.cast(x, "int32"), (rows, shape[-1]))
    offset = p.reshape(p.arange(0, rows, 1, "int32"), (rows, 1))
    places = p.add(places, p.multiply(offset, _c(length, offset)))
    flat = p.full((rows * length,), 0, dtype)
    count = rows * shape[-1]
    out = p.scatter_nd(flat, p.reshape(places, (count, 1)), p.reshape(ones, (count,)), "add")
    return p.reshape(out, (*shape[:-1], length))


@public("keras.ops.digitize", "keras.ops.numpy.digitize")
@op("x:promote bins:promote")
def digitize(x: TensorLike, bins: TensorLike) -> Tensor:
    """The index of the bin of each element, int32.

    Args:
        x: A tensor.
        bins: The rising borders of the bins, a 1-D tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.digitize([0.5, 1.5, 3.0], [1.0, 2.0])).tolist()
    [0, 1, 2]
    """
    return searchsorted(bins, x, "right")


@public("keras.ops.histogram", "keras.ops.numpy.histogram")
@checked()
def histogram(
    x: TensorLike, bins: int | TensorLike = 10, range: Sequence[float] | None = None
) -> tuple[Tensor, Tensor]:
    """How many elements lie in each of some bins.

    Args:
        x: A tensor.
        bins: The number of bins, or their borders.
        range: The lowest and the highest border; by default the extrema of ``x``.

    Returns:
        A pair: the counts, int32, and the borders.

    Example:

    >>> from keras_core import ops
    >>> counts, edges = ops.histogram([1.0, 1.0, 2.0, 4.0], bins=3)
    >>> ops.convert_to_numpy(counts).tolist()
    [2, 1, 1]
    """
    if isinstance(bins, int) and bins <= 0:
        raise ValueError(f"Argument `bins` should be a positive integer. Received: bins={bins}")
    if range is not None and (len(range) != 2 or range[1] < range[0]):
        raise ValueError(
            "Argument `range` should be a pair `(low, high)` with low <= high. Received: "
            f"range={range}"
        )
    return _histogram(x, bins, range)


@op("x:float", name="histogram")
def _histogram(x: TensorLike, bins: Any, range: Any) -> Any:
    flat = reshape(x, (-1,))
    if isinstance(bins, int):
        if range is None:
            low, high = p.min(flat, (0,), False), p.max(flat, (0,), False)
        else:
            low, high = (p.add(_c(float(v), x), _c(0.0, x)) for v in range)
        same = p.cast(p.equal(low, high), p.dtype_of(x))
        low = p.subtract(low, p.multiply(same, _c(0.5, x)))
        high = p.add(high, p.multiply(same, _c(0.5, x)))
        edges = linspace(low, high, bins + 1)
        count = bins
    else:
        edges = native.convert(bins, p.dtype_of(x))
        if ndim_of(edges) != 1 or 0 in native.static_shape(edges):
            raise ValueError(
                "Argument `bins` should be a positive integer or a 1-D tensor of borders. "
                f"Received: bins={bins!r}"
            )
        count = shape_of(edges)[0] - 1
        low = reshape(slice_axis(edges, 0, 0, 1), ())
        high = reshape(slice_axis(edges, 0, count, count + 1), ())
    place = p.subtract(searchsorted(edges, flat, "right"), native.convert(1, "int32"))
    place = p.minimum(place, _c(count - 1, place))
    inside = p.logical_and(p.less_equal(low, flat), p.less_equal(flat, high))
    place = p.where(inside, place, _c(count, place))
    n = shape_of(flat)[0]
    counts = p.scatter_nd(
        p.full((count + 1,), 0, "int32"),
        p.reshape(place, (n, 1)),
        p.full((n,), 1, "int32"),
        "add",
    )
    return slice_axis(counts, 0, 0, count), edges


# -- Correlation -------------------------------------------------------------------------


def _covariance(x: Any) -> Any:
    if ndim_of(x) < 2:
        x = reshape(x, (1, -1))
    n = shape_of(x)[1]
    centred = p.subtract(x, mean(x, 1, True))
    total = matmul(centred, p.swap_last(centred))
    return p.divide(total, p.subtract(dimension_tensor(n, p.dtype_of(x)), _c(1.0, x)))


@public("keras.ops.cov", "keras.ops.numpy.cov")
@op("x:float")
def cov(x: TensorLike) -> Tensor:
    """The covariance matrix of variables in rows.

    Args:
        x: A tensor with one or two axes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cov([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    out = _covariance(x)
    return p.reshape(out, ()) if ndim_of(x) < 2 else out


@public("keras.ops.corrcoef", "keras.ops.numpy.corrcoef")
@op("x:float")
def corrcoef(x: TensorLike) -> Tensor:
    """The correlation coefficients of variables in rows.

    Args:
        x: A tensor with one or two axes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.corrcoef([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    c = _covariance(x)
    n = shape_of(c)[0]
    mask = p.equal(
        p.reshape(p.arange(0, n, 1, "int32"), (n, 1)), p.reshape(p.arange(0, n, 1, "int32"), (1, n))
    )
    spread = p.sqrt(p.sum(p.where(mask, c, p.zeros_like(c)), (1,), False))
    out = p.divide(p.divide(c, p.reshape(spread, (n, 1))), p.reshape(spread, (1, n)))
    return p.reshape(out, ()) if ndim_of(x) < 2 else out


@public("keras.ops.correlate", "keras.ops.numpy.correlate")
@op("x1:float1 x2:float1")
def correlate(x1: TensorLike, x2: TensorLike, mode: str = "valid") -> Tensor:
    """The cross-correlation of two 1-D tensors, as floats.

    Args:
        x1: A 1-D tensor.
        x2: A 1-D tensor.
        mode: ``"valid"``, ``"same"`` or ``"full"``, as in NumPy.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.correlate([1.0, 2.0, 3.0], [1.0, 1.0], mode="valid")).tolist()
    [3.0, 5.0]
    """
    if 0 in (*native.static_shape(x1), *native.static_shape(x2)):
        raise ValueError(
            "`x1` and `x2` must have elements. Received: shapes "
            f"{native.static_shape(x1)} and {native.static_shape(x2)}"
        )
    if mode not in ("valid", "same", "full"):
        raise ValueError(f"`mode` must be one of 'valid', 'same', 'full'. Received: mode={mode!r}")
    n, m = shape_of(x1)[0], shape_of(x2)[0]
    swapped = m > n
    if swapped:
        x1, x2, n, m = x2, x1, m, n
    padding = {"valid": (0, 0), "full": (m - 1, m - 1), "same": (m // 2, m - 1 - m // 2)}[mode]
    out = p.conv(p.reshape(x1, (1, n, 1)), p.reshape(x2, (m, 1, 1)), (1,), (padding,), (1,), 1)
    out = reshape(out, (-1,))
    return p.flip(out, (0,)) if swapped else out
