"""Optimizers by name and as configs."""

from typing import Any

from keras_core.core.base.public import may_name, public
from keras_core.core.objects import lookup, serialization
from keras_core.optimizers.optimizer import Optimizer


def _class_name(name: str) -> str:
    """The name of an optimizer's class as it is written; names are understood in any case."""
    names = {n.lower(): n for n in may_name("keras.optimizers")}
    return names.get(name.lower(), name)


@public("keras.optimizers.get", in_files=False)
def get(identifier: Any) -> Any:
    """An optimizer from its name, a config, a class or itself.

    Args:
        identifier: Such as ``"adam"`` (in any case) or an `Optimizer`. None stays None.

    Raises:
        ValueError: If there is no such optimizer.

    Example:

    >>> import keras_core as keras
    >>> type(keras.optimizers.get("adam")).__name__
    'Adam'
    """
    if isinstance(identifier, str) and serialization.custom_object(identifier) is None:
        identifier = _class_name(identifier)
    if isinstance(identifier, dict) and isinstance(identifier.get("class_name"), str):
        identifier = {**identifier, "class_name": _class_name(identifier["class_name"])}
    return lookup.resolve(
        identifier, "keras.optimizers", "optimizer", accepts=lambda x: isinstance(x, Optimizer)
    )


@public("keras.optimizers.serialize", in_files=False)
def serialize(optimizer: object) -> Any:
    """The config of an optimizer.

    Args:
        optimizer: An `Optimizer`.

    Example:

    >>> import keras_core as keras
    >>> keras.optimizers.serialize(keras.optimizers.SGD(0.5))["config"]["learning_rate"]
    0.5
    """
    return serialization.serialize_keras_object(optimizer)


@public("keras.optimizers.deserialize", in_files=False)
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """An optimizer from what `serialize` returned.

    Args:
        config: A config.
        custom_objects: Classes by name.

    Example:

    >>> import keras_core as keras
    >>> keras.optimizers.deserialize("adam").__class__.__name__
    'Adam'
    """
    with serialization.custom_object_scope(custom_objects):
        return get(config)
