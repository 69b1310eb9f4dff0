"""A layer around another."""

from typing import Any, Self, Unpack

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.layers.base.layer import Layer
from keras_core.typing import CustomObjects, LayerOptions, Shapes


@public("keras.layers.Wrapper")
class Wrapper(Layer):
    """A layer around another: the base of `TimeDistributed` and the like.

    Args:
        layer: The inner layer.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> class Doubled(keras.layers.Wrapper):
    ...     def call(self, inputs):
    ...         return 2 * self.layer(inputs)
    >>> keras.ops.shape(Doubled(keras.layers.Dense(3))(keras.ops.ones((2, 4))))
    (2, 3)
    """

    def __init__(self, layer: Layer, **kwargs: Unpack[LayerOptions]) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"The layer of a {type(self).__name__} must be a Keras layer. "
                f"Received: layer={layer!r} of type {type(layer)}"
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Shapes | None = None) -> None:
        if not self.layer.built:
            self.layer.build(input_shape)
            self.layer.built = True

    def get_config(self) -> dict[str, Any]:
        data = serialization.serialize_keras_object(self.layer)
        data.pop("build_config", None)  # this layer builds it
        return {**self._base_config(), "layer": data}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> Self:
        config = dict(config)
        layer = serialization.deserialize_keras_object(config.pop("layer"), custom_objects)
        return cls(layer, **config)
