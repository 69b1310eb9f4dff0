"""Activation functions beyond those of `keras_core.ops`."""

from typing import Any

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.execution.rematerialization import ACTIVATIONS, call_again
from keras_core.ops.casting import as_tensor
from keras_core.typing import T, Tensor, TensorLike


@public("keras.activations.relu")
def relu(
    x: TensorLike,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> Tensor:
    """``max(x, 0)``, with three variations.

    Args:
        x: A tensor.
        negative_slope: The slope below the threshold.
        max_value: The largest result, None for no bound.
        threshold: The value above which ``x`` passes.

    Example:

    >>> import keras_core as keras
    >>> from keras_core import ops
    >>> ops.convert_to_numpy(
    ...     keras.activations.relu(ops.array([-1.0, 0.5, 8.0]), max_value=6.0)
    ... ).tolist()
    [0.0, 0.5, 6.0]
    """
    if negative_slope == 0.0 and max_value is None and threshold == 0.0:
        return ops.relu(x)
    if negative_slope == 0.0 and max_value == 6 and threshold == 0.0:
        return ops.relu6(x)
    x = as_tensor(x)
    out = ops.where(ops.greater(x, threshold), x, ops.zeros_like(x))
    if threshold == 0.0:
        out = ops.relu(x)
    if max_value is not None:
        out = ops.minimum(out, max_value)
    if negative_slope != 0.0:
        below = ops.multiply(ops.subtract(x, threshold), negative_slope)
        out = ops.where(ops.less(x, threshold), below, out)
    return out


@public("keras.activations.gelu")
def gelu(x: TensorLike, approximate: bool = False) -> Tensor:
    """``x * Phi(x)`` with the normal distribution's Phi (Hendrycks and Gimpel, 2016).

    Args:
        x: A tensor.
        approximate: Whether Phi is approximated by tanh.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.gelu([-1.0, 0.0, 1.0])).tolist()
    [-0.1588..., 0.0, 0.8411...]
    """
    return ops.gelu(x, approximate=approximate)


@public("keras.activations.mish")
def mish(x: TensorLike) -> Tensor:
    """``x * tanh(softplus(x))`` (Misra, 2019).

    Args:
        x: A tensor.

    Example:

    >>> import keras_core as keras
    >>> from keras_core import ops
    >>> ops.convert_to_numpy(keras.activations.mish(ops.array([0.0, 1.0]))).tolist()
    [0.0, 0.8650...]
    """
    return ops.multiply(x, ops.tanh(ops.softplus(x)))


def apply(activation: Any, x: Any) -> Any:
    """``activation(x)``; ``x`` where it is None or `linear`, without a call.

    Args:
        activation: An activation function or None.
        x: A tensor.
    """
    if activation is None or activation is linear:
        return x
    return call_again(activation, (x,), {}) if ACTIVATIONS.value else activation(x)


@public("keras.activations.linear")
def linear(x: T) -> T:
    """``x``.

    Args:
        x: A tensor.

    Example:

    >>> import keras_core as keras
    >>> from keras_core import ops
    >>> ops.convert_to_numpy(keras.activations.linear(ops.array([-1.0, 1.0]))).tolist()
    [-1.0, 1.0]
    """
    return x


@public("keras.activations.exponential")
def exponential(x: TensorLike) -> Tensor:
    """``e ** x``.

    Args:
        x: A tensor.

    Example:

    >>> import keras_core as keras
    >>> from keras_core import ops
    >>> ops.convert_to_numpy(keras.activations.exponential(ops.array([0.0, 1.0]))).tolist()
    [1.0, 2.7182...]
    """
    return ops.exp(x)
