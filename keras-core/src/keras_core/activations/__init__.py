"""Activation functions by name: `keras.activations`."""

from typing import Any

from keras_core import ops
from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import resolve
from keras_core.ops import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_swish,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    swish,
    tanh,
    tanh_shrink,
    threshold,
)
from keras_core.ops.casting import as_tensor


def relu(
    x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Any:
    """``max(x, 0)``, with three variations.

    Args:
        x: A tensor.
        negative_slope: The slope below the threshold.
        max_value: The largest result, None for no bound.
        threshold: The value above which ``x`` passes.
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


def gelu(x: Any, approximate: bool = False) -> Any:
    """``x * Phi(x)`` with the normal distribution's Phi (Hendrycks and Gimpel, 2016).

    Args:
        x: A tensor.
        approximate: Whether Phi is approximated by tanh.
    """
    return ops.gelu(x, approximate=approximate)


def mish(x: Any) -> Any:
    """``x * tanh(softplus(x))`` (Misra, 2019).

    Args:
        x: A tensor.
    """
    return ops.multiply(x, ops.tanh(ops.softplus(x)))


def apply(activation: Any, x: Any) -> Any:
    """``activation(x)``; ``x`` where it is None or `linear`, without a call.

    Args:
        activation: An activation function or None.
        x: A tensor.
    """
    return x if activation is None or activation is linear else activation(x)


def linear(x: Any) -> Any:
    """``x``.

    Args:
        x: A tensor.
    """
    return x


def exponential(x: Any) -> Any:
    """``e ** x``.

    Args:
        x: A tensor.
    """
    return ops.exp(x)


_ALL = (
    celu, elu, exponential, gelu, glu, hard_shrink, hard_sigmoid, hard_silu, hard_swish,
    hard_tanh, leaky_relu, linear, log_sigmoid, log_softmax, mish, relu, relu6, selu, sigmoid,
    silu, soft_shrink, softmax, softplus, softsign, sparse_plus, sparse_sigmoid, sparsemax,
    squareplus, swish, tanh, tanh_shrink, threshold,
)  # fmt: skip
serialization.expose("keras.activations", *_ALL)


def get(identifier: Any) -> Any:
    """An activation function from a name, a config, a function or None (`linear`).

    Args:
        identifier: Such as ``"relu"``.

    Raises:
        ValueError: If there is no such function.

    Example:

    >>> import keras_core as keras
    >>> keras.activations.get("relu").__name__
    'relu'
    """
    if identifier is None:
        return linear
    return resolve(identifier, "keras.activations", "activation function", instantiate=True)


def serialize(activation: Any) -> Any:
    """The name of an activation function, or a JSON-ready description of another callable."""
    name = getattr(activation, "__name__", None)
    if name is not None and serialization.lookup("keras.activations", name) is activation:
        return name
    return serialization.serialize_keras_object(activation)


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """The function that `serialize` described."""
    if isinstance(config, str):
        with serialization.CustomObjectScope(custom_objects):
            return get(config)
    return serialization.deserialize_keras_object(config, custom_objects=custom_objects)


__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]
