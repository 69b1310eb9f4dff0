"""Regularizers by name and as configs."""

from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import described, resolve
from keras_core.typing import CustomObjects


@public("keras.regularizers.get", in_files=False)
def get(identifier: Any) -> Any:
    """A regularizer from a name, a config, an instance, a function or None.

    Args:
        identifier: Such as ``"l2"``.

    Raises:
        ValueError: If there is no such regularizer.

    Example:

    >>> import keras_core as keras
    >>> keras.regularizers.get("l1").__class__.__name__
    'L1'
    """
    return resolve(identifier, "keras.regularizers", "regularizer")


@public("keras.regularizers.serialize", in_files=False)
def serialize(regularizer: object) -> Any:
    """A JSON-ready description of a regularizer.

    Args:
        regularizer: A regularizer.

    Example:

    >>> import keras_core as keras
    >>> keras.regularizers.serialize(keras.regularizers.L2(0.5))["class_name"]
    'L2'
    """
    return serialization.serialize_keras_object(regularizer)


@public("keras.regularizers.deserialize", in_files=False)
def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Any:
    """The regularizer that `serialize` described.

    Args:
        config: What `serialize` returned: a name or a config.
        custom_objects: Classes by name that are not registered; none by default.

    Example:

    >>> import keras_core as keras
    >>> keras.regularizers.deserialize("l2").__class__.__name__
    'L2'
    """
    return described(config, "keras.regularizers", "regularizer", custom_objects)
