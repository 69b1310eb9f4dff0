"""Initializers by name and as configs."""

from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import described, resolve
from keras_core.initializers.base import Constant
from keras_core.initializers.random_initializers import (
    RandomInitializer,
)
from keras_core.typing import CustomObjects, InitializerLike


@public("keras.initializers.get", in_files=False)
def get(identifier: Any) -> Any:
    """An initializer from a name, a config, an instance, an array, a function or None.

    Args:
        identifier: Such as ``"glorot_uniform"``.

    Raises:
        ValueError: If there is no such initializer.

    Example:

    >>> import keras_core as keras
    >>> type(keras.initializers.get("zeros")).__name__
    'Zeros'
    """
    found = (
        Constant(identifier)
        if hasattr(identifier, "__array__") and not callable(identifier)
        else resolve(identifier, "keras.initializers", "initializer")
    )
    if isinstance(found, RandomInitializer) and found is identifier and not found.is_seeded:
        # one instance given to several weights must not give them the same values
        return found.clone()
    return found


@public("keras.initializers.serialize", in_files=False)
def serialize(initializer: InitializerLike) -> Any:
    """A JSON-ready description of an initializer.

    Args:
        initializer: An initializer.

    Example:

    >>> import keras_core as keras
    >>> keras.initializers.serialize(keras.initializers.Ones())["class_name"]
    'Ones'
    """
    return serialization.serialize_keras_object(initializer)


@public("keras.initializers.deserialize", in_files=False)
def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Any:
    """The initializer that `serialize` described.

    Args:
        config: What `serialize` returned: a name or a config.
        custom_objects: Classes by name that are not registered; none by default.

    Example:

    >>> import keras_core as keras
    >>> keras.initializers.deserialize("he_normal").__class__.__name__
    'HeNormal'
    """
    return described(config, "keras.initializers", "initializer", custom_objects)
