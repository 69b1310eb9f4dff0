"""Losses by name and as configs."""

from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import lookup, serialization
from keras_core.typing import Config, LossLike


@public("keras.losses.get", in_files=False)
def get(identifier: Any) -> Any:
    """A loss from its name, a config, a class, a function or itself.

    Args:
        identifier: Such as ``"mse"``, ``"MeanSquaredError"`` or a `Loss`. None stays None.

    Raises:
        ValueError: If there is no such loss.

    Example:

    >>> import keras_core as keras
    >>> keras.losses.get("mse").__name__
    'mean_squared_error'
    """
    return lookup.resolve(identifier, "keras.losses", "loss")


@public("keras.losses.serialize", in_files=False)
def serialize(loss: LossLike) -> Any:
    """The config of a loss.

    Args:
        loss: A `Loss` or a function.

    Example:

    >>> import keras_core as keras
    >>> keras.losses.serialize(keras.losses.MeanSquaredError())["class_name"]
    'MeanSquaredError'
    """
    return serialization.serialize_keras_object(loss)


@public("keras.losses.deserialize", in_files=False)
def deserialize(name: str | Config, custom_objects: dict[str, Any] | None = None) -> Any:
    """A loss from what `serialize` returned, or from its name.

    Args:
        name: A config or a name.
        custom_objects: Classes and functions by name.

    Example:

    >>> import keras_core as keras
    >>> keras.losses.deserialize("mse").__name__
    'mean_squared_error'
    """
    with serialization.custom_object_scope(custom_objects):
        return lookup.resolve(name, "keras.losses", "loss")
