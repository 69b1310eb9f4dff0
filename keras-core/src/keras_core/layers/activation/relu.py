"""Rectified linear units, leaky and exponential ones."""

from typing import Unpack

from keras_core import activations, ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import number
from keras_core.layers.base.layer import Layer
from keras_core.typing import LayerOptions, OldActivationOptions, Tensor


@public("keras.layers.ReLU")
class ReLU(Layer):
    """Rectified linear unit, with a slope, a threshold and a ceiling if wanted.

    Computes ``max_value`` where ``x >= max_value``, ``x`` where ``threshold <= x < max_value``,
    and ``negative_slope * (x - threshold)`` below.

    Args:
        max_value: Ceiling of the outputs, at least 0; none by default.
        negative_slope: Slope below the threshold, at least 0; 0 by default.
        threshold: Value at which inputs begin to pass, at least 0; 0 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.ReLU(max_value=10, negative_slope=0.5)
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([-10.0, 5.0, 15.0]))).tolist()
    [-5.0, 5.0, 10.0]
    """

    _weightless = True

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.max_value = None if max_value is None else number("max_value", max_value, 0.0)
        self.negative_slope = number("negative_slope", negative_slope, 0.0)
        self.threshold = number("threshold", threshold, 0.0)
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        return activations.relu(
            inputs,
            negative_slope=self.negative_slope,
            max_value=self.max_value,
            threshold=self.threshold,
        )


@public("keras.layers.LeakyReLU")
class LeakyReLU(Layer):
    """Rectified linear unit that is not flat below 0: ``max(x, negative_slope * x)``.

    Args:
        negative_slope: Slope below 0, at least 0; 0.3 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.LeakyReLU(negative_slope=0.5)
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([-10.0, 5.0]))).tolist()
    [-5.0, 5.0]
    """

    _weightless = True

    def __init__(self, negative_slope: float = 0.3, **kwargs: Unpack[OldActivationOptions]) -> None:
        negative_slope = kwargs.pop("alpha", negative_slope)  # its name in older versions of Keras
        super().__init__(**kwargs)
        self.negative_slope = number("negative_slope", negative_slope, 0.0)
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        return ops.leaky_relu(inputs, negative_slope=self.negative_slope)


@public("keras.layers.ELU")
class ELU(Layer):
    """Exponential linear unit: ``x`` above 0, ``alpha * (exp(x) - 1)`` below.

    See [Clevert et al., 2016](https://arxiv.org/abs/1511.07289).

    Args:
        alpha: The limit of the outputs for very negative inputs, negated; 1 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.convert_to_numpy(keras.layers.ELU()(keras.ops.array([0.0, 2.0]))).tolist()
    [0.0, 2.0]
    """

    _weightless = True

    def __init__(self, alpha: float = 1.0, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.alpha = number("alpha", alpha)
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        return ops.elu(inputs, alpha=self.alpha)
