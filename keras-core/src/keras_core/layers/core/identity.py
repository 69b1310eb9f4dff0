"""A layer that changes nothing."""

from typing import Any, Unpack

from keras_core.core.base.public import public
from keras_core.layers.base.layer import Layer
from keras_core.typing import LayerOptions


@public("keras.layers.Identity")
class Identity(Layer):
    """Returns its inputs as they are: a placeholder where a layer is expected.

    Args:
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.Identity()(keras.ops.ones((2, 3))))
    (2, 3)
    """

    _weightless = True

    def __init__(self, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        return inputs
