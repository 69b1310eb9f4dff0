"""Any activation function as a layer."""

from typing import Unpack

from keras_core import activations
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base.public import public
from keras_core.layers.base.layer import Layer
from keras_core.typing import ActivationLike, LayerOptions, Tensor


@public("keras.layers.Activation")
class Activation(Layer):
    """Applies an activation function to each element.

    Args:
        activation: The function, or its name, such as ``"relu"``; see `keras.activations`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Activation("relu")
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([-3.0, 2.0]))).tolist()
    [0.0, 2.0]
    """

    _weightless = True

    def __init__(self, activation: ActivationLike, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.activation = activations.get(activation)

    def call(self, inputs: Tensor) -> Tensor:
        return apply_activation(self.activation, inputs)
