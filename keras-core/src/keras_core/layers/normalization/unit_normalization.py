"""Vectors of norm 1."""

from collections.abc import Sequence
from typing import Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import axis_numbers
from keras_core.layers.base.layer import Layer
from keras_core.layers.normalization.base import as_float
from keras_core.typing import LayerOptions, Tensor


@public("keras.layers.UnitNormalization")
class UnitNormalization(Layer):
    """Divides vectors by their Euclidean norms.

    Args:
        axis: The axis, or a list of axes, of the vectors; the last by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.UnitNormalization()
    >>> [round(float(v), 2) for v in layer(keras.ops.array([[3.0, 4.0]]))[0]]
    [0.6, 0.8]
    """

    _weightless = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.axis = axis_numbers("axis", axis)
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        axis = tuple(self.axis) if isinstance(self.axis, list) else self.axis
        return ops.normalize(
            as_float(inputs, self.compute_dtype), axis=axis, order=2, epsilon=1e-12
        )
