"""Normalisation."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.axes import canonical_axes
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.execution import replicas
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import check_shapes, ndim_of
from keras_core.ops.linear import norm
from keras_core.ops.reductions import mean, stop_gradient_of, var
from keras_core.typing import Axes, ShapeLike, Tensor, TensorLike


def _half(x: Any) -> bool:
    return p.dtype_of(x) in ("float16", "bfloat16")


def _epsilon(epsilon: float | None) -> float:
    return config.epsilon() if epsilon is None else epsilon


def _batch_args(
    x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: float
) -> tuple[Any, ...]:
    line = (native.static_shape(x)[axis],)
    check_shapes(
        "batch_normalization",
        mean=(mean, line),
        variance=(variance, line),
        offset=(offset, line),
        scale=(scale, line),
    )
    return x, mean, variance, axis, offset, scale, epsilon


@public("keras.ops.batch_normalization", "keras.ops.nn.batch_normalization")
@op(
    "x:float mean:float variance:float axis:axis offset:float? scale:float?",
    prepare=_batch_args,
)
def batch_normalization(
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    axis: int,
    offset: TensorLike | None = None,
    scale: TensorLike | None = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """``(x - mean) / sqrt(variance + epsilon) * scale + offset`` along an axis.

    Args:
        x: A tensor.
        mean: 1-D, as long as the axis.
        variance: 1-D, as long as the axis.
        axis: The axis.
        offset: 1-D, added at the end; or None.
        scale: 1-D, multiplied at the end; or None.
        epsilon: Added to the variance.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(
    ...     ops.batch_normalization(
    ...         [[1.0], [3.0]], mean=[2.0], variance=[4.0], axis=-1, epsilon=0.0
    ...     )
    ... ).tolist()
    [[-0.5], [0.5]]
    """
    line = [1] * ndim_of(x)
    size = native.shape_of(x)[axis]
    line[axis] = size if isinstance(size, int) else -1

    factor = p.divide(p.const(1, variance), p.sqrt(p.add(variance, p.const(epsilon, variance))))
    if scale is not None:
        factor = p.multiply(factor, scale)
    shift = p.negative(p.multiply(mean, factor))
    if offset is not None:
        shift = p.add(shift, offset)
    return p.add(p.multiply(x, p.reshape(factor, line)), p.reshape(shift, line))


@op("x:float axis:axis offset:float? scale:float?")
def batch_normalization_training(
    x: TensorLike,
    axis: int,
    offset: TensorLike | None = None,
    scale: TensorLike | None = None,
    epsilon: float = 1e-3,
) -> Any:
    """`batch_normalization` with the moments of ``x`` itself (Ioffe and Szegedy, 2015).

    Args:
        x: A tensor.
        axis: The axis of the channels.
        offset: 1-D, added at the end; or None.
        scale: 1-D, multiplied at the end; or None.
        epsilon: Added to the variance.

    Returns:
        The outputs, the mean and the variance over the other axes, the latter two constants to
        the gradient.
    """
    others = tuple(i for i in range(ndim_of(x)) if i != axis)
    centre, spread = mean(x, others), var(x, others)
    y = batch_normalization(x, centre, spread, axis, offset, scale, epsilon)
    return y, stop_gradient_of(centre), stop_gradient_of(spread)


def _sizes(x: Any, axes: tuple[int, ...]) -> tuple[int | None, ...]:
    """The sizes of the axes."""
    shape = native.static_shape(x)
    return tuple([shape[a] for a in axes])


def _normalization_args(x: Any, gamma: Any, beta: Any, axis: Any, epsilon: Any) -> Any:
    axes = canonical_axes(axis, ndim_of(x))
    sizes = _sizes(x, axes)
    check_shapes("layer_normalization", gamma=(gamma, sizes), beta=(beta, sizes))
    return x, gamma, beta, axes, _epsilon(epsilon)


@public("keras.ops.layer_normalization", "keras.ops.nn.layer_normalization")
def layer_normalization(
    x: TensorLike,
    gamma: TensorLike | None = None,
    beta: TensorLike | None = None,
    axis: ShapeLike = -1,
    epsilon: float | None = None,
    **kwargs: bool,
) -> Tensor:
    """Mean 0 and variance 1 over axes of each sample (Ba et al., 2016).

    Args:
        x: A tensor.
        gamma: Multiplied at the end, of the shape of the axes; or None.
        beta: Added at the end, of the shape of the axes; or None.
        axis: The axis or axes.
        epsilon: Added to the variance.
        **kwargs: ``rms_scaling=True``: only divide by the standard deviation, and multiply by
            ``gamma``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.layer_normalization(ops.array([[1.0, 3.0]]), epsilon=0.0)).tolist()
    [[-1.0, 1.0]]
    """
    if kwargs.pop("rms_scaling", False):
        x = native.convert(x) if not hasattr(x, "shape") else x
        scale = p.sqrt(p.add(var(x, axis, keepdims=True), p.const(_epsilon(epsilon), x)))
        out = p.divide(x, scale)
        return out if gamma is None else p.multiply(out, native.convert(gamma))
    return _like(x, _layer_normalization(x, gamma, beta, axis, epsilon))


def _like(x: Any, out: Any) -> Any:
    """``out`` in the dtype of ``x``, whatever that of the weights, if it is one of floats."""
    given = getattr(x, "dtype", None)
    if given is None or given == out.dtype:
        return out
    dtype = native.natural_dtype(x)
    return p.cast(out, dtype) if dtypes.is_float(dtype) and p.dtype_of(out) != dtype else out


@op(
    "x:float gamma:float? beta:float?",
    name="layer_normalization",
    prepare=_normalization_args,
)
def _layer_normalization(
    x: TensorLike,
    gamma: TensorLike | None = None,
    beta: TensorLike | None = None,
    axis: Any = -1,
    epsilon: float | None = None,
) -> Any:
    dtype = p.dtype_of(x)
    if _half(x):
        x = p.cast(x, "float32")
        gamma, beta = (None if v is None else p.cast(v, "float32") for v in (gamma, beta))
    centred = p.subtract(x, mean(x, axis, keepdims=True))
    variance = mean(p.multiply(centred, centred), axis, keepdims=True)
    out = p.divide(centred, p.sqrt(p.add(variance, p.const(epsilon, x))))
    if gamma is not None:
        out = p.multiply(out, _along(gamma, x, axis))
    if beta is not None:
        out = p.add(out, _along(beta, x, axis))
    return out if p.dtype_of(out) == dtype else p.cast(out, dtype)


def _along(v: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """Weights of the shape of the axes, with axes of size 1 for the others."""
    n = ndim_of(x)
    if axis == tuple(range(n - len(axis), n)):
        return v
    sizes = iter(native.shape_of(v))
    return p.reshape(v, tuple(next(sizes) if i in axis else 1 for i in range(n)))


def _rms_args(x: Any, scale: Any, axis: Any, epsilon: Any) -> Any:
    axes = canonical_axes(axis, ndim_of(x))
    check_shapes("rms_normalization", scale=(scale, _sizes(x, axes)))
    return x, scale, axes, _epsilon(epsilon)


@public("keras.ops.rms_normalization", "keras.ops.nn.rms_normalization")
def rms_normalization(
    x: TensorLike,
    scale: TensorLike | None = None,
    axis: ShapeLike = -1,
    epsilon: float | None = None,
) -> Tensor:
    """A root mean square of 1 over axes of each sample (Zhang and Sennrich, 2019).

    Args:
        x: A tensor.
        scale: Multiplied at the end, of the shape of the axes; or None.
        axis: The axis or axes.
        epsilon: Added to the mean square.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.rms_normalization(ops.array([[3.0, 3.0]]), epsilon=0.0)).tolist()
    [[1.0, 1.0]]
    """
    return _like(x, _rms_normalization(x, scale, axis, epsilon))


@op("x:float scale:float?", name="rms_normalization", prepare=_rms_args)
def _rms_normalization(
    x: TensorLike, scale: TensorLike | None = None, axis: Any = -1, epsilon: float | None = None
) -> Any:
    dtype = p.dtype_of(x)
    wide = p.cast(x, "float32") if _half(x) else x
    square = mean(p.multiply(wide, wide), axis, keepdims=True)
    out = p.divide(wide, p.sqrt(p.add(square, p.const(epsilon, wide))))
    out = out if p.dtype_of(out) == dtype else p.cast(out, dtype)
    return out if scale is None else p.multiply(out, _along(scale, x, axis))


@public("keras.ops.moments", "keras.ops.nn.moments")
@op("x:float axes:axes")
def moments(
    x: TensorLike, axes: Axes, keepdims: bool = False, synchronized: bool = False
) -> tuple[Tensor, Tensor]:
    """The mean and the variance over axes.

    Args:
        x: A tensor.
        axes: The axis or axes.
        keepdims: Whether the axes stay, with size 1.
        synchronized: Whether the statistics are those of what all replicas have; see
            `keras.distribution`.

    Example:

    >>> from keras_core import ops
    >>> mean, variance = ops.moments(ops.array([1.0, 3.0]), axes=0)
    >>> float(mean), float(variance)
    (2.0, 1.0)
    """
    dtype = p.dtype_of(x)
    wide = p.cast(x, "float32") if _half(x) else x
    if synchronized and replicas.is_one_of_several():
        return tuple(_narrowed(f, dtype) for f in _moments_of_all(wide, axes, keepdims))
    return tuple(_narrowed(f(wide, axes, keepdims=keepdims), dtype) for f in (mean, var))


def _moments_of_all(x: Any, axes: Axes, keepdims: bool) -> tuple[Any, Any]:
    """The mean and the variance of what all replicas have."""
    total, size = replicas.sums_of_all([p.sum(v, axes, True) for v in (x, p.ones_like(x))])
    mean_of_all = p.divide(total, size)
    centred = p.subtract(x, mean_of_all)
    (square,) = replicas.sums_of_all([p.sum(p.multiply(centred, centred), axes, True)])
    moments = mean_of_all, p.divide(square, size)
    return moments if keepdims else tuple(p.sum(m, axes, False) for m in moments)


def _narrowed(x: Any, dtype: str) -> Any:
    """``x`` in another dtype; what float16 cannot hold becomes its largest number."""
    if p.dtype_of(x) == dtype:
        return x
    if dtype == "float16":
        most = p.const(65504.0, x)
        x = p.maximum(p.minimum(x, most), p.negative(most))
    return p.cast(x, dtype)


@public("keras.ops.normalize", "keras.ops.nn.normalize")
@op("x:float order:count")
def normalize(
    x: TensorLike, axis: ShapeLike = -1, order: int = 2, epsilon: float | None = None
) -> Tensor:
    """Vectors of norm 1 along an axis.

    Args:
        x: A tensor.
        axis: The axis or axes.
        order: The order of the norm.
        epsilon: The least norm that is divided by.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.normalize([[3.0, 4.0]])).tolist()
    [[0.6000..., 0.8000...]]
    """
    epsilon = _epsilon(epsilon)
    half = p.dtype_of(x) == "float16"
    if half:
        epsilon = max(epsilon, 1e-7)  # smaller numbers are 0
    axes = canonical_axes(axis, ndim_of(x))
    if order == 2:
        square = p.sum(p.multiply(x, x), axes, True)
        # the square root of 0 has no gradient, so the bound is put under it
        least = p.const(epsilon if half else epsilon * epsilon, x)
        return p.divide(x, p.sqrt(p.maximum(square, least)))
    size = norm(x, order, axes if len(axes) > 1 else axes[0], keepdims=True)
    return p.divide(x, p.maximum(size, p.const(epsilon, x)))
