"""A penalty on what passes."""

from typing import Any, Unpack

from keras_core import regularizers
from keras_core.core.base.public import public
from keras_core.layers.base.layer import Layer
from keras_core.typing import PlainLayerOptions, Tensor


@public("keras.layers.ActivityRegularization")
class ActivityRegularization(Layer):
    """Passes its inputs on, and adds a penalty on them to the loss.

    The penalty is ``l1 * sum(abs(x)) + l2 * sum(x ** 2)``, divided by the batch size.

    Args:
        l1: Factor of the sum of absolute values, at least 0; 0 by default.
        l2: Factor of the sum of squares, at least 0; 0 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.ActivityRegularization(l2=0.5)
    >>> x = layer(keras.ops.ones((1, 4)))
    >>> float(layer.losses[0])
    2.0
    """

    _weightless = True

    def __init__(
        self, l1: float = 0.0, l2: float = 0.0, **kwargs: Unpack[PlainLayerOptions]
    ) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.l1, self.l2 = l1, l2
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        return inputs

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["activity_regularizer"]  # which the two factors say
        return config
