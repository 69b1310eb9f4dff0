"""Activation functions."""

import math
import warnings
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axes
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors.native import static_shape
from keras_core.ops.elementary import erf
from keras_core.ops.reductions import logsumexp, stop_gradient_of
from keras_core.ops.shaping import slice_axis
from keras_core.typing import ShapeLike, Tensor, TensorLike


def _c(value: float, x: Any) -> Any:
    return p.const(value, x)


def _masked(g: Any, mask: Any) -> Any:
    return p.where(mask, g, p.zeros_like(g))


@public("keras.ops.relu", "keras.ops.nn.relu")
@op("x:number", vjp=lambda g, y, x: _masked(g, p.less(_c(0, x), x)))
def relu(x: TensorLike) -> Tensor:
    """``max(x, 0)``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.relu([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """
    return p.maximum(x, _c(0, x))


@public("keras.activations.relu6", "keras.ops.relu6", "keras.ops.nn.relu6")
@op("x:number")
def relu6(x: TensorLike) -> Tensor:
    """``min(max(x, 0), 6)``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.relu6([-1.0, 0.5, 8.0])).tolist()
    [0.0, 0.5, 6.0]
    """
    return p.minimum(p.maximum(x, _c(0, x)), _c(6, x))


@public("keras.activations.leaky_relu", "keras.ops.leaky_relu", "keras.ops.nn.leaky_relu")
@op("x:float")
def leaky_relu(x: TensorLike, negative_slope: float = 0.2) -> Tensor:
    """``x`` where it is positive, else ``negative_slope * x``.

    Args:
        x: A tensor of any shape.
        negative_slope: The slope below 0.

    Example:

    >>> import keras_core as keras
    >>> from keras_core import ops
    >>> ops.convert_to_numpy(
    ...     keras.activations.leaky_relu(ops.array([-1.0, 1.0]), negative_slope=0.5)
    ... ).tolist()
    [-0.5, 1.0]
    """
    return p.where(p.less(x, _c(0, x)), p.multiply(x, _c(negative_slope, x)), x)


@public("keras.activations.sigmoid", "keras.ops.sigmoid", "keras.ops.nn.sigmoid")
@op("x:float", vjp=lambda g, y, x: p.multiply(g, p.multiply(y, p.subtract(_c(1, y), y))))
def sigmoid(x: TensorLike) -> Tensor:
    """``1 / (1 + exp(-x))``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sigmoid([-2.0, 0.0, 2.0])).tolist()
    [0.1192..., 0.5, 0.8807...]
    """
    # through tanh there is no overflow on either side
    half = _c(0.5, x)
    return p.add(p.multiply(p.tanh(p.multiply(x, half)), half), half)


@public("keras.activations.softplus", "keras.ops.softplus", "keras.ops.nn.softplus")
@op("x:float", vjp=lambda g, y, x: p.multiply(g, sigmoid(x)))
def softplus(x: TensorLike) -> Tensor:
    """``log(1 + exp(x))``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.softplus([0.0, 2.0])).tolist()
    [0.6931..., 2.1269...]
    """
    return p.add(p.maximum(x, _c(0, x)), p.log1p(p.exp(p.negative(p.abs(x)))))


@public("keras.activations.log_sigmoid", "keras.ops.log_sigmoid", "keras.ops.nn.log_sigmoid")
@op("x:float")
def log_sigmoid(x: TensorLike) -> Tensor:
    """``log(sigmoid(x))``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.log_sigmoid([0.0, 2.0])).tolist()
    [-0.6931..., -0.1269...]
    """
    return p.negative(softplus(p.negative(x)))


@public("keras.activations.softsign", "keras.ops.softsign", "keras.ops.nn.softsign")
@op("x:float")
def softsign(x: TensorLike) -> Tensor:
    """``x / (1 + |x|)``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.softsign([-1.0, 0.0, 3.0])).tolist()
    [-0.5, 0.0, 0.75]
    """
    return p.divide(x, p.add(p.abs(x), _c(1, x)))


@public("keras.activations.silu", "keras.ops.silu", "keras.ops.nn.silu")
@op("x:float")
def silu(x: TensorLike) -> Tensor:
    """``x * sigmoid(x)``, also known as swish.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.silu([-1.0, 0.0, 1.0])).tolist()
    [-0.2689..., 0.0, 0.7310...]
    """
    return p.multiply(x, sigmoid(x))


@public("keras.activations.swish", "keras.ops.swish", "keras.ops.nn.swish")
@op("x:float")
def swish(x: TensorLike) -> Tensor:
    """``x * sigmoid(x)``; the same as `silu`.

    Args:
        x: A tensor of any shape.

    Example:

    >>> import keras_core as keras
    >>> from keras_core import ops
    >>> ops.convert_to_numpy(keras.activations.swish(ops.array([-1.0, 0.0, 1.0]))).tolist()
    [-0.2689..., 0.0, 0.7310...]
    """
    return silu(x)


@public("keras.ops.gelu", "keras.ops.nn.gelu")
@op("x:float")
def gelu(x: TensorLike, approximate: bool = True) -> Tensor:
    """``x * Phi(x)`` with the normal distribution's Phi (Hendrycks and Gimpel, 2016).

    Args:
        x: A tensor of any shape.
        approximate: Whether Phi is approximated by tanh.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.gelu([-1.0, 0.0, 1.0])).tolist()
    [-0.1588..., 0.0, 0.8411...]
    """
    half, one = _c(0.5, x), _c(1, x)
    if approximate:
        slope = math.sqrt(2.0 / math.pi)
        inner = p.add(_c(slope, x), p.multiply(_c(0.044715 * slope, x), p.multiply(x, x)))
        return p.multiply(p.multiply(half, x), p.add(one, p.tanh(p.multiply(x, inner))))
    phi = p.add(one, erf(p.multiply(x, _c(math.sqrt(0.5), x))))
    return p.multiply(p.multiply(half, x), phi)


@public("keras.activations.elu", "keras.ops.elu", "keras.ops.nn.elu")
@op("x:float")
def elu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """``x`` where it is positive, else ``alpha * (exp(x) - 1)``.

    Args:
        x: A tensor of any shape.
        alpha: The limit below 0, negated.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.elu([-1.0, 0.0, 1.0])).tolist()
    [-0.6321..., 0.0, 1.0]
    """
    low = p.multiply(_c(alpha, x), p.expm1(p.minimum(x, _c(0, x))))
    return p.where(p.less(_c(0, x), x), x, low)


@public("keras.activations.selu", "keras.ops.selu", "keras.ops.nn.selu")
@op("x:float")
def selu(x: TensorLike) -> Tensor:
    """The scaled `elu` that keeps mean and variance (Klambauer et al., 2017).

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.selu([-1.0, 0.0, 1.0])).tolist()
    [-1.1113..., 0.0, 1.0507...]
    """
    return p.multiply(_c(1.0507009873554805, x), elu(x, 1.6732632423543772))


def _celu_args(x: Any, alpha: Any) -> tuple[Any, Any]:
    if isinstance(alpha, (int, float)) and not alpha:
        raise ValueError(f"`celu` divides by `alpha`, so it must not be 0. Received: alpha={alpha}")
    return x, alpha


@public("keras.activations.celu", "keras.ops.celu", "keras.ops.nn.celu")
@op("x:float", prepare=_celu_args)
def celu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """``max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)`` (Barron, 2017).

    Args:
        x: A tensor of any shape.
        alpha: The limit below 0, negated; not 0.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.celu([-1.0, 0.0, 1.0])).tolist()
    [-0.6321..., 0.0, 1.0]
    """
    zero = _c(0, x)
    low = p.expm1(p.divide(p.minimum(x, zero), _c(alpha, x)))
    return p.add(p.maximum(x, zero), p.multiply(_c(alpha, x), low))


@public("keras.activations.hard_sigmoid", "keras.ops.hard_sigmoid", "keras.ops.nn.hard_sigmoid")
@op("x:float")
def hard_sigmoid(x: TensorLike) -> Tensor:
    """``min(max(x / 6 + 0.5, 0), 1)``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hard_sigmoid([-4.0, 0.0, 4.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    line = p.add(p.divide(x, _c(6, x)), _c(0.5, x))
    return p.minimum(p.maximum(line, _c(0, x)), _c(1, x))


@public("keras.activations.hard_silu", "keras.ops.hard_silu", "keras.ops.nn.hard_silu")
@op("x:float")
def hard_silu(x: TensorLike) -> Tensor:
    """``x * hard_sigmoid(x)``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hard_silu([-4.0, 0.0, 4.0])).tolist()
    [-0.0, 0.0, 4.0]
    """
    return p.multiply(x, hard_sigmoid(x))


@public("keras.activations.hard_swish", "keras.ops.hard_swish", "keras.ops.nn.hard_swish")
@op("x:float")
def hard_swish(x: TensorLike) -> Tensor:
    """``x * hard_sigmoid(x)``; the same as `hard_silu`.

    Args:
        x: A tensor of any shape.

    Example:

    >>> import keras_core as keras
    >>> from keras_core import ops
    >>> ops.convert_to_numpy(keras.activations.hard_swish(ops.array([-4.0, 0.0, 4.0]))).tolist()
    [-0.0, 0.0, 4.0]
    """
    return hard_silu(x)


@public("keras.activations.hard_tanh", "keras.ops.hard_tanh", "keras.ops.nn.hard_tanh")
@op("x:float")
def hard_tanh(x: TensorLike) -> Tensor:
    """``min(max(x, -1), 1)``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hard_tanh([-4.0, 0.5, 4.0])).tolist()
    [-1.0, 0.5, 1.0]
    """
    return p.minimum(p.maximum(x, _c(-1, x)), _c(1, x))


@public("keras.activations.tanh_shrink", "keras.ops.tanh_shrink", "keras.ops.nn.tanh_shrink")
@op("x:float")
def tanh_shrink(x: TensorLike) -> Tensor:
    """``x - tanh(x)``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.tanh_shrink([0.0, 1.0])).tolist()
    [0.0, 0.2384...]
    """
    return p.subtract(x, p.tanh(x))


@public("keras.activations.soft_shrink", "keras.ops.soft_shrink", "keras.ops.nn.soft_shrink")
@op("x:float")
def soft_shrink(x: TensorLike, threshold: float = 0.5) -> Tensor:
    """``x`` moved towards 0 by a threshold.

    Args:
        x: A tensor of any shape.
        threshold: How far.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.soft_shrink([-1.0, 0.2, 1.0])).tolist()
    [-0.5, 0.0, 0.5]
    """
    t = _c(threshold, x)
    above = _masked(p.subtract(x, t), p.less(t, x))
    return p.where(p.less(x, p.negative(t)), p.add(x, t), above)


@public("keras.activations.hard_shrink", "keras.ops.hard_shrink", "keras.ops.nn.hard_shrink")
@op("x:float")
def hard_shrink(x: TensorLike, threshold: float = 0.5) -> Tensor:
    """``x`` where it is further from 0 than a threshold, else 0.

    Args:
        x: A tensor of any shape.
        threshold: How far.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hard_shrink([-1.0, 0.2, 1.0])).tolist()
    [-1.0, 0.0, 1.0]
    """
    return _masked(x, p.less(_c(threshold, x), p.abs(x)))


@public("keras.activations.threshold", "keras.ops.threshold", "keras.ops.nn.threshold")
@op("x:float")
def threshold(x: TensorLike, threshold: float, default_value: float) -> Tensor:
    """``x`` where it is above a threshold, else another value.

    Args:
        x: A tensor of any shape.
        threshold: The threshold.
        default_value: The other value.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.threshold([0.5, 2.0], threshold=1.0, default_value=-1.0)).tolist()
    [-1.0, 2.0]
    """
    return p.where(p.less(_c(threshold, x), x), x, _c(default_value, x))


@public("keras.activations.squareplus", "keras.ops.squareplus", "keras.ops.nn.squareplus")
@op("x:float")
def squareplus(x: TensorLike, b: float = 4) -> Tensor:
    """``(x + sqrt(x**2 + b)) / 2`` (Barron, 2021).

    Args:
        x: A tensor of any shape.
        b: How smooth the bend is.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.squareplus([-2.0, 0.0, 2.0])).tolist()
    [0.4142..., 1.0, 2.4142...]
    """
    root = p.sqrt(p.add(p.multiply(x, x), _c(b, x)))
    return p.multiply(p.add(x, root), _c(0.5, x))


@public("keras.activations.sparse_plus", "keras.ops.sparse_plus", "keras.ops.nn.sparse_plus")
@op("x:float")
def sparse_plus(x: TensorLike) -> Tensor:
    """0 below -1, ``x`` above 1, ``(x + 1)**2 / 4`` between.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sparse_plus([-2.0, 0.0, 2.0])).tolist()
    [0.0, 0.25, 2.0]
    """
    one = _c(1, x)
    bend = p.multiply(_c(0.25, x), p.multiply(p.add(x, one), p.add(x, one)))
    low = _masked(bend, p.less(p.negative(one), x))
    return p.where(p.less(x, one), low, x)


@public(
    "keras.activations.sparse_sigmoid", "keras.ops.sparse_sigmoid", "keras.ops.nn.sparse_sigmoid"
)
@op("x:float")
def sparse_sigmoid(x: TensorLike) -> Tensor:
    """0 below -1, 1 above 1, ``(x + 1) / 2`` between.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sparse_sigmoid([-2.0, 0.0, 2.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    half = p.multiply(_c(0.5, x), p.add(x, _c(1, x)))
    return p.minimum(p.maximum(half, _c(0, x)), _c(1, x))


def _softmax_vjp(g: Any, y: Any, x: Any, axis: Any) -> Any:
    gy = p.multiply(g, y)
    return p.subtract(gy, p.multiply(y, p.sum(gy, _axes(y, axis), True)))


def _axes(x: Any, axis: Any) -> tuple[int, ...]:
    n = p.ndim(x)
    if axis is None:
        return tuple(range(n))
    axes = axis if isinstance(axis, (tuple, list)) else [axis]
    return tuple(sorted(a + n if a < 0 else a for a in axes))


def _checked_axes(x: Any, axis: Any) -> tuple[Any, Any]:
    canonical_axes(axis, p.ndim(x))
    return x, axis


def _softmax_args(x: Any, axis: Any) -> tuple[Any, Any]:
    x, axis = _checked_axes(x, axis)
    if isinstance(axis, int) and static_shape(x)[axis] == 1:
        warnings.warn(
            f"A softmax over axis {axis} of a tensor of shape {static_shape(x)} is always 1, "
            "since the axis has size 1. Did you mean to use a sigmoid?",
            stacklevel=4,
        )
    return x, axis


@public("keras.activations.softmax", "keras.ops.softmax", "keras.ops.nn.softmax")
@op("x:float", vjp=_softmax_vjp, prepare=_softmax_args)
def softmax(x: TensorLike, axis: ShapeLike = -1) -> Tensor:
    """``exp(x) / sum(exp(x))``.

    Args:
        x: A tensor.
        axis: The axis or axes that sum to 1; None for all.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.softmax([0.0, 0.0])).tolist()
    [0.5, 0.5]
    """
    axes = _axes(x, axis)
    e = p.exp(p.subtract(x, stop_gradient_of(p.max(x, axes, True))))
    return p.divide(e, p.sum(e, axes, True))


def _log_softmax_vjp(g: Any, y: Any, x: Any, axis: Any) -> Any:
    return p.subtract(g, p.multiply(p.exp(y), p.sum(g, _axes(y, axis), True)))


@public("keras.activations.log_softmax", "keras.ops.log_softmax", "keras.ops.nn.log_softmax")
@op("x:float", vjp=_log_softmax_vjp, prepare=_checked_axes)
def log_softmax(x: TensorLike, axis: ShapeLike = -1) -> Tensor:
    """``log(softmax(x))``, without overflow.

    Args:
        x: A tensor.
        axis: The axis or axes; None for all.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.log_softmax([0.0, 0.0])).tolist()
    [-0.6931..., -0.6931...]
    """
    return p.subtract(x, logsumexp(x, axis, keepdims=True))


@public("keras.activations.glu", "keras.ops.glu", "keras.ops.nn.glu")
@op("x:float axis:axis")
def glu(x: TensorLike, axis: int = -1) -> Tensor:
    """One half of ``x`` times the sigmoid of the other (Dauphin et al., 2017).

    Args:
        x: A tensor whose axis has an even size.
        axis: The axis that is cut in two.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.glu([1.0, 2.0, 0.0, 0.0])).tolist()
    [0.5, 1.0]
    """
    d = p.static_shape(x)[axis]
    if d is None or d % 2:
        raise ValueError(
            f"`glu` cuts axis {axis} in two, so its size must be even and known. "
            f"Received: x.shape={p.static_shape(x)}"
        )
    a, b = slice_axis(x, axis, 0, d // 2), slice_axis(x, axis, d // 2, d)
    return p.multiply(a, sigmoid(b))


@public("keras.activations.sparsemax", "keras.ops.sparsemax", "keras.ops.nn.sparsemax")
@op("x:float axis:axis")
def sparsemax(x: TensorLike, axis: int = -1) -> Tensor:
    """The closest point of the probability simplex (Martins and Astudillo, 2016).

    Args:
        x: A tensor.
        axis: The axis that sums to 1.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sparsemax([1.0, 0.5, -1.0])).tolist()
    [0.75, 0.25, 0.0]
    """
    n = p.ndim(x)
    d = p.static_shape(x)[axis]
    if d is None:
        raise ValueError("`sparsemax` needs an axis of known size.")
    ordered = p.flip(p.sort(x, axis), (axis,))
    total = p.cumsum(ordered, axis)
    line = [1] * n
    line[axis] = d
    k = p.reshape(p.arange(1, d + 1, 1, p.dtype_of(x)), line)
    inside = p.less(p.subtract(total, _c(1, x)), p.multiply(k, ordered))
    size = p.sum(p.cast(inside, p.dtype_of(x)), (axis,), True)
    chosen = p.sum(_masked(ordered, inside), (axis,), True)
    tau = p.divide(p.subtract(chosen, _c(1, x)), size)
    return p.maximum(p.subtract(x, tau), _c(0, x))
