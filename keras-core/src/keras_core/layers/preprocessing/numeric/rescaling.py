"""A linear map of numbers."""

from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.layers.preprocessing.data_layer import DataLayer
from keras_core.typing import CustomObjects, LayerOptions, Tensor, TensorLike


@public("keras.layers.Rescaling")
class Rescaling(DataLayer):
    """Scales and shifts its inputs: ``inputs * scale + offset``.

    Args:
        scale: Factor: a number, or a list with one for each channel.
        offset: What is added: a number, or a list with one for each channel; 0 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Rescaling(1 / 127.5, offset=-1)
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([0.0, 255.0]))).tolist()
    [-1.0, 1.0]
    """

    _weightless = True

    def __init__(
        self, scale: TensorLike, offset: TensorLike = 0.0, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset
        self.supports_masking = True

    def call(self, inputs: TensorLike) -> Tensor:
        x = ops.cast(inputs, self.compute_dtype)
        scale, offset = (self._of_channels(v, len(x.shape)) for v in (self.scale, self.offset))
        return ops.add(ops.multiply(x, scale), offset)

    def _of_channels(self, value: Any, ndim: int) -> Any:
        if isinstance(value, (int, float)):
            return value
        value = ops.cast(value, self.compute_dtype)
        if len(value.shape) == 1 and config.image_data_format() == "channels_first":
            value = ops.reshape(value, (-1, *(1,) * (ndim - 2)))
        return value

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> "Rescaling":
        numbers = {
            k: serialization.deserialize_keras_object(v, custom_objects)
            for k, v in config.items()
            if k in ("scale", "offset")
        }
        return cls(**{**config, **numbers})
