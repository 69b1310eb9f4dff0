"""Reductions: sums, means, extrema, and running sums."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.execution.compiled import AUTODIFF
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import scalar, shape_of
from keras_core.core.tensors.symbolic import Dim, KerasTensor
from keras_core.typing import Axes, DTypeLike, Tensor, TensorLike


def count_of(x: Any, axis: tuple[int, ...]) -> Any:
    """The number of elements that a reduction over ``axis`` combines; a dimension."""
    shape = shape_of(x)
    n: Any = 1
    for a in axis:
        n = n * shape[a]
    return n


def dimension_tensor(d: Any, dtype: str) -> Any:
    """A 0-d tensor for a dimension, known or not."""
    if isinstance(d, int):
        return scalar(d, dtype)
    return KerasTensor((), dtype) if isinstance(d, Dim) else p.cast(d, dtype)


def _numbers(x: Any) -> Any:
    return p.cast(x, "int32") if p.dtype_of(x) == "bool" else x


@public("keras.ops.sum", "keras.ops.numpy.sum")
@op("x:promote axis:axes")
def sum(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The sum over axes; small integers are summed in 32 bits.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sum([[1, 2], [3, 4]], axis=0)).tolist()
    [4, 6]
    """
    dtype = p.dtype_of(x)
    total = dtypes.accumulator(dtype)
    return p.sum(x if total == dtype else p.cast(x, total), axis, keepdims)


@public("keras.ops.prod", "keras.ops.numpy.prod")
@op("x:promote axis:axes dtype:dtype")
def prod(
    x: TensorLike, axis: Axes = None, keepdims: bool = False, dtype: DTypeLike = None
) -> Tensor:
    """The product over axes; small integers are multiplied in 32 bits.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.
        dtype: The dtype of the result.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.prod([[1, 2], [3, 4]], axis=1)).tolist()
    [2, 12]
    """
    dtype = dtype or dtypes.accumulator(p.dtype_of(x))
    return p.prod(x if p.dtype_of(x) == dtype else p.cast(x, dtype), axis, keepdims)


@public("keras.ops.mean", "keras.ops.numpy.mean")
@op("x:float axis:axes")
def mean(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The mean over axes; integers give floats.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> float(ops.mean([1, 2]))
    1.5
    """
    dtype = p.dtype_of(x)
    # half precision runs out of digits, and of range, in long sums
    compute = "float32" if dtype in ("float16", "bfloat16") else dtype
    total = p.sum(x if dtype == compute else p.cast(x, compute), axis, keepdims)
    out = p.divide(total, dimension_tensor(count_of(x, axis), compute))
    return out if compute == dtype else p.cast(out, dtype)


@public("keras.ops.var", "keras.ops.numpy.var")
@op("x:float axis:axes")
def var(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The variance over axes; integers give floats.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.var([1.0, 3.0])).tolist()
    1.0
    """
    dtype = p.dtype_of(x)
    compute = "float32" if dtype in ("float16", "bfloat16") else dtype
    if dtype != compute:
        x = p.cast(x, compute)
    n = dimension_tensor(count_of(x, axis), compute)
    centred = p.subtract(x, p.divide(p.sum(x, axis, True), n))
    out = p.divide(p.sum(p.multiply(centred, centred), axis, keepdims), n)
    return out if compute == dtype else p.cast(out, dtype)


@public("keras.ops.std", "keras.ops.numpy.std")
@op("x:float axis:axes")
def std(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The standard deviation over axes; integers give floats.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.std([1.0, 3.0])).tolist()
    1.0
    """
    return p.sqrt(var(x, axis, keepdims))


def _extremum(which: Any, x: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
    static = p.static_shape(x)
    if initial is None and 0 not in static and p.dtype_of(x) != "bool":
        return which(x, axis, keepdims)
    empty = [a for a in axis if static[a] == 0] if 0 in static else ()
    if empty and initial is None:
        name = "max" if which is p.max else "min"
        raise ValueError(
            f"`{name}` of a tensor of shape {static} over axis {empty[0]} has no value. "
            "Give `initial`."
        )
    is_bool = p.dtype_of(x) == "bool"
    if is_bool:
        x = p.cast(x, "int32")
    if initial is None:
        out = which(x, axis, keepdims)
        return p.cast(out, "bool") if is_bool else out
    value = p.const(initial, x)
    if empty:
        out = p.full(shape_of(p.sum(x, axis, keepdims)), value, p.dtype_of(x))
    else:
        out = (p.maximum if which is p.max else p.minimum)(which(x, axis, keepdims), value)
    return p.cast(out, "bool") if is_bool else out


@public("keras.ops.max", "keras.ops.numpy.max", "keras.ops.amax", "keras.ops.numpy.amax")
@op("x:promote axis:axes")
def max(
    x: TensorLike, axis: Axes = None, keepdims: bool = False, initial: float | None = None
) -> Tensor:
    """The largest element over axes.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.
        initial: The least result; needed where an axis is empty.

    Raises:
        ValueError: If a reduced axis is empty and ``initial`` is not given.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.max([[1, 5], [7, 0]], axis=1)).tolist()
    [5, 7]
    """
    return _extremum(p.max, x, axis, keepdims, initial)


@public("keras.ops.min", "keras.ops.numpy.min", "keras.ops.amin", "keras.ops.numpy.amin")
@op("x:promote axis:axes")
def min(
    x: TensorLike, axis: Axes = None, keepdims: bool = False, initial: float | None = None
) -> Tensor:
    """The smallest element over axes.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.
        initial: The largest result; needed where an axis is empty.

    Raises:
        ValueError: If a reduced axis is empty and ``initial`` is not given.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.min([[1, 5], [7, 0]], axis=1)).tolist()
    [1, 0]
    """
    return _extremum(p.min, x, axis, keepdims, initial)


@public("keras.ops.any", "keras.ops.numpy.any")
@op("x:bool axis:axes")
def any(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Whether any element is true over axes.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.any([[True, False], [False, False]], axis=1)).tolist()
    [True, False]
    """
    return p.any(x, axis, keepdims)


@public("keras.ops.all", "keras.ops.numpy.all")
@op("x:bool axis:axes")
def all(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Whether all elements are true over axes.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.all([[True, False], [True, True]], axis=1)).tolist()
    [False, True]
    """
    return p.all(x, axis, keepdims)


def _arg(which: Any, x: Any, axis: int | None, keepdims: bool) -> Any:
    x = _numbers(x)
    static = p.static_shape(x)
    if axis is not None and static[axis] and not keepdims:
        return which(x, axis)
    shape = shape_of(x)
    if 0 in (static if axis is None else static[axis : axis + 1]):
        raise ValueError(
            "`argmax` and `argmin` expect at least one element to point at. Received: a tensor of "
            f"shape {static} with axis={axis}"
        )
    if axis is None:
        out = which(p.ravel(x), 0)
        return p.reshape(out, (1,) * len(shape)) if keepdims else out
    out = which(x, axis)
    return p.reshape(out, (*shape[:axis], 1, *shape[axis + 1 :])) if keepdims else out


@public("keras.ops.argmax", "keras.ops.numpy.argmax")
@op("x:promote axis:axis?")
def argmax(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The index of the first largest element, int32.

    Args:
        x: A tensor.
        axis: The axis to search; by default the tensor is flattened.
        keepdims: Whether the axis stays, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.argmax([[1, 5, 2], [7, 0, 3]], axis=1)).tolist()
    [1, 0]
    """
    return _arg(p.argmax, x, axis, keepdims)


@public("keras.ops.argmin", "keras.ops.numpy.argmin")
@op("x:promote axis:axis?")
def argmin(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The index of the first smallest element, int32.

    Args:
        x: A tensor.
        axis: The axis to search; by default the tensor is flattened.
        keepdims: Whether the axis stays, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.argmin([[1, 5, 2], [7, 0, 3]], axis=1)).tolist()
    [0, 1]
    """
    return _arg(p.argmin, x, axis, keepdims)


@public("keras.ops.count_nonzero", "keras.ops.numpy.count_nonzero")
@op("x:promote axis:axes")
def count_nonzero(x: TensorLike, axis: Axes = None) -> Tensor:
    """The number of elements that are not 0 over axes, int32.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.count_nonzero([[0, 1], [2, 3]], axis=1)).tolist()
    [1, 2]
    """
    zero = p.equal(x, p.const(0, x))
    return p.sum(p.cast(p.logical_not(zero), "int32"), axis, False)


def _running(which: Any, x: Any, axis: int | None, dtype: Any) -> Any:
    x = _numbers(x) if dtype is None else p.cast(x, dtype)
    if axis is None:
        x, axis = p.ravel(x), 0
    return which(x, axis)


@public("keras.ops.cumsum", "keras.ops.numpy.cumsum")
@op("x:promote axis:axis? dtype:dtype")
def cumsum(x: TensorLike, axis: int | None = None, dtype: DTypeLike = None) -> Tensor:
    """The running sum along an axis.

    Args:
        x: A tensor.
        axis: The axis; by default the tensor is flattened.
        dtype: The dtype of the result.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cumsum([1, 2, 3])).tolist()
    [1, 3, 6]
    """
    return _running(p.cumsum, x, axis, dtype)


@public("keras.ops.cumprod", "keras.ops.numpy.cumprod")
@op("x:promote axis:axis? dtype:dtype")
def cumprod(x: TensorLike, axis: int | None = None, dtype: DTypeLike = None) -> Tensor:
    """The running product along an axis.

    Args:
        x: A tensor.
        axis: The axis; by default the tensor is flattened.
        dtype: The dtype of the result.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cumprod([1, 2, 3])).tolist()
    [1, 2, 6]
    """
    return _running(p.cumprod, x, axis, dtype)


@public("keras.ops.logsumexp")
@op("x:float axis:axes")
def logsumexp(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """``log(sum(exp(x)))`` over axes, without overflow.

    Args:
        x: A tensor.
        axis: The axis or axes to reduce; all of them by default.
        keepdims: Whether the reduced axes stay, with size 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logsumexp([1.0, 2.0])).tolist()
    2.3132...
    """
    if 0 in native.static_shape(x):  # which has no maximum, but a sum
        return p.log(p.sum(p.exp(x), axis, keepdims))
    top = p.max(x, axis, True)
    # an infinite maximum would give NaN in the difference
    finite = p.less(p.abs(top), p.const(float("inf"), top))
    top = stop_gradient_of(p.where(finite, top, p.const(0, top)))
    total = p.log(p.sum(p.exp(p.subtract(x, top)), axis, keepdims))
    if not keepdims:
        top = p.reshape(top, shape_of(total))
    return p.add(total, top)


def stop_gradient_of(x: Any) -> Any:
    """``x`` as a constant; symbolic tensors as they are."""
    return x if AUTODIFF is None or isinstance(x, KerasTensor) else AUTODIFF.stop_gradient(x)
