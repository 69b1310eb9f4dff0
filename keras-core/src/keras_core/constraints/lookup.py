"""Constraints by name and as configs."""

from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import described, resolve
from keras_core.typing import CustomObjects


@public("keras.constraints.get", in_files=False)
def get(identifier: Any) -> Any:
    """A constraint from a name, a config, an instance, a function or None.

    Args:
        identifier: Such as ``"non_neg"``.

    Raises:
        ValueError: If there is no such constraint.

    Example:

    >>> import keras_core as keras
    >>> keras.constraints.get("max_norm").max_value
    2
    """
    return resolve(identifier, "keras.constraints", "constraint")


@public("keras.constraints.serialize", in_files=False)
def serialize(constraint: object) -> Any:
    """A JSON-ready description of a constraint.

    Args:
        constraint: A constraint.

    Example:

    >>> import keras_core as keras
    >>> keras.constraints.serialize(keras.constraints.NonNeg())["class_name"]
    'NonNeg'
    """
    return serialization.serialize_keras_object(constraint)


@public("keras.constraints.deserialize", in_files=False)
def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Any:
    """The constraint that `serialize` described.

    Args:
        config: What `serialize` returned: a name or a config.
        custom_objects: Classes by name that are not registered; none by default.

    Example:

    >>> import keras_core as keras
    >>> keras.constraints.deserialize("NonNeg").__class__.__name__
    'NonNeg'
    """
    return described(config, "keras.constraints", "constraint", custom_objects)
