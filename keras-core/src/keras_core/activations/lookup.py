"""Activation functions by name and as configs."""

from typing import Any

from keras_core.activations.functions import linear
from keras_core.core.base.public import look_up, public
from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import described, resolve
from keras_core.typing import ActivationLike, CustomObjects


@public("keras.activations.get", in_files=False)
def get(identifier: Any) -> Any:
    """An activation function from a name, a config, a function or None (`linear`).

    Args:
        identifier: Such as ``"relu"``.

    Raises:
        ValueError: If there is no such function.

    Example:

    >>> import keras_core as keras
    >>> keras.activations.get("relu").__name__
    'relu'
    """
    if identifier is None:
        return linear
    return resolve(identifier, "keras.activations", "activation function", instantiate=True)


@public("keras.activations.serialize", in_files=False)
def serialize(activation: ActivationLike) -> Any:
    """The name of an activation function, or a JSON-ready description of another callable.

    Args:
        activation: An activation function.

    Example:

    >>> import keras_core as keras
    >>> keras.activations.serialize(keras.activations.relu)
    'relu'
    """
    name = getattr(activation, "__name__", None)
    if name is not None and look_up("keras.activations", name) is activation:
        return name
    return serialization.serialize_keras_object(activation)


@public("keras.activations.deserialize", in_files=False)
def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Any:
    """The function that `serialize` described.

    Args:
        config: What `serialize` returned: a name or a config.
        custom_objects: Functions and classes by name that are not registered; none by
            default.

    Example:

    >>> import keras_core as keras
    >>> keras.activations.deserialize("relu").__name__
    'relu'
    """
    if isinstance(config, str):
        with serialization.CustomObjectScope(custom_objects):
            return get(config)
    return described(config, "keras.activations", "activation function", custom_objects)
