"""Constraints by name and as configs."""

from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import described, resolve


@public("keras.constraints.get", in_files=False)
def get(identifier: Any) -> Any:
    """A constraint from a name, a config, an instance, a function or None.

    Args:
        identifier: Such as ``"non_neg"``.

    Raises:
        ValueError: If there is no such constraint.
    """
    return resolve(identifier, "keras.constraints", "constraint")


@public("keras.constraints.serialize", in_files=False)
def serialize(constraint: Any) -> Any:
    """A JSON-ready description of a constraint."""
    return serialization.serialize_keras_object(constraint)


@public("keras.constraints.deserialize", in_files=False)
def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """The constraint that `serialize` described."""
    return described(config, "keras.constraints", "constraint", custom_objects)
