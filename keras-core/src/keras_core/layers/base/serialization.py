"""Layers as configs: `keras.layers.serialize` and `keras.layers.deserialize`."""

from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.layers.base.layer import Layer


@public("keras.layers.serialize", in_files=False)
def serialize(layer: Layer) -> dict[str, Any]:
    """The config of a layer, with its class: what `deserialize` takes.

    Args:
        layer: A layer.

    Example:

    >>> import keras_core as keras
    >>> config = keras.layers.serialize(keras.layers.Dense(3, name="d"))
    >>> keras.layers.deserialize(config)
    <Dense name=d, built=False>
    """
    config: dict[str, Any] = serialization.serialize_keras_object(layer)
    return config


@public("keras.layers.deserialize", in_files=False)
def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Layer:
    """The layer of a config.

    Args:
        config: What `serialize` returned.
        custom_objects: Classes and functions by name, where they are not registered.

    Raises:
        ValueError: If the config is none of a layer.

    Example:

    >>> import keras_core as keras
    >>> config = keras.layers.serialize(keras.layers.Dense(3))
    >>> keras.layers.deserialize(config).units
    3
    """
    layer = serialization.deserialize_keras_object(config, custom_objects=custom_objects)
    if not isinstance(layer, Layer):
        raise ValueError(
            "`keras.layers.deserialize` was passed a `config` object that is not a "
            f"`keras.layers.Layer`. Received: {config!r}"
        )
    return layer


__all__ = ["deserialize", "serialize"]
