"""Normalisation by the root mean square of the features."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import axis_numbers, number
from keras_core.layers.base.layer import Layer
from keras_core.layers.normalization.base import in_dtype, sorted_axes, widened
from keras_core.typing import LayerOptions, Shape, Tensor


@public("keras.layers.RMSNormalization")
class RMSNormalization(Layer):
    """A root mean square of 1 over the features of each sample, times a trained scale.

    It is a layer normalisation that leaves out the mean, and the offset.

    See [Zhang and Sennrich, 2019](https://arxiv.org/abs/1910.07467).

    Args:
        axis: The axis, or a list of axes, of the features; the last by default.
        epsilon: Small number added to the mean square; 1e-6 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Output shape:
        That of the inputs.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.RMSNormalization()
    >>> [round(float(v), 1) for v in layer(keras.ops.array([[3.0, 3.0]]))[0]]
    [1.0, 1.0]
    """

    def __init__(
        self, axis: int | Sequence[int] = -1, epsilon: float = 1e-6, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**kwargs)
        self.axis: Any = axis_numbers("axis", axis)
        self.epsilon = number("epsilon", epsilon, 0.0)

    def build(self, input_shape: Shape) -> None:
        self.axis = sorted_axes(self.axis, len(input_shape))
        shape = tuple(input_shape[a] for a in self.axis)
        self.scale = self.add_weight(shape, "ones", name="scale", autocast=False)

    def call(self, x: Tensor) -> Tensor:
        x, dtype = widened(x, self.compute_dtype)
        return in_dtype(ops.rms_normalization(x, self.scale, tuple(self.axis), self.epsilon), dtype)
