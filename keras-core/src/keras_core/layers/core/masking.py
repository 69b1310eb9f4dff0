"""Masks for padded sequences."""

from typing import Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.layer import Layer
from keras_core.typing import LayerOptions, Tensor


@public("keras.layers.Masking")
class Masking(Layer):
    """Masks the steps of a sequence at which all features have one value.

    Later layers that know masks skip those steps; here they are set to 0.

    Args:
        mask_value: The value that marks a step as padding; 0 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        That of the inputs.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Masking()
    >>> mask = layer.compute_mask(keras.ops.array([[[1.0, 2.0], [0.0, 0.0]]]))
    >>> keras.ops.convert_to_numpy(mask).tolist()
    [[True, False]]
    """

    _weightless = True

    def __init__(self, mask_value: float = 0.0, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.supports_masking = True

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor | None:
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Tensor) -> Tensor:
        keep = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        return ops.multiply(inputs, ops.cast(keep, ops.dtype(inputs)))
