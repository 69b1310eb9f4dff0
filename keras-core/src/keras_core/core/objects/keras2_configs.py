"""Objects as configs in the form of Keras 2: ``{"class_name": ..., "config": ...}``."""

from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import serialization


@public("keras.legacy.saving.serialize_keras_object", "keras.utils.legacy.serialize_keras_object")
def serialize_keras_object(instance: Any) -> Any:
    """The config of an object, or the name of a function.

    Args:
        instance: An object with a `get_config`, a function, or None.

    Returns:
        A dict with ``class_name`` and ``config``, a name, or None.

    Raises:
        ValueError: If it is none of these.

    Example:

    >>> import keras_core as keras
    >>> keras.legacy.saving.serialize_keras_object(keras.initializers.Ones())
    {'class_name': 'Ones', 'config': {}}
    """
    if instance is None:
        return None
    if hasattr(instance, "get_config"):
        return {
            "class_name": serialization.get_registered_name(type(instance)),
            "config": instance.get_config(),
        }
    if hasattr(instance, "__name__"):
        return serialization.get_registered_name(instance)
    raise ValueError(
        f"Cannot serialize {instance!r} because it doesn't implement `get_config()`. Expected an "
        "object with a config, or a function."
    )


@public(
    "keras.legacy.saving.deserialize_keras_object", "keras.utils.legacy.deserialize_keras_object"
)
def deserialize_keras_object(
    identifier: Any,
    module_objects: dict[str, Any] | None = None,
    custom_objects: dict[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """The object of a config in the form of Keras 2, or the function of a name.

    Args:
        identifier: A dict with ``class_name`` and ``config``, a name, a function, or None.
        module_objects: Classes and functions by name.
        custom_objects: As ``module_objects``, and first.
        printable_module_name: What is looked for, for messages.

    Raises:
        ValueError: If there is no class or function of that name, or this is no config.

    Example:

    >>> import keras_core as keras
    >>> config = {"class_name": "Dense", "config": {"units": 3}}
    >>> names = {"Dense": keras.layers.Dense}
    >>> keras.legacy.saving.deserialize_keras_object(config, names).units
    3
    """
    if identifier is None or callable(identifier):
        return identifier
    known = {**(module_objects or {}), **(custom_objects or {})}

    def find(name: str) -> Any:
        found = (custom_objects or {}).get(name) or serialization.get_registered_object(name)
        found = found or known.get(name)
        if found is None:
            raise ValueError(
                f"Unknown {printable_module_name}: {name!r}. Expected one of {sorted(known)}, or a "
                "name in a surrounding `keras.saving.custom_object_scope`."
            )
        return found

    if isinstance(identifier, str):
        found = find(identifier)
        return found() if isinstance(found, type) else found
    if not isinstance(identifier, dict):
        raise ValueError(f"Could not interpret serialized {printable_module_name}: {identifier!r}")
    if not {"class_name", "config"} <= set(identifier):
        raise ValueError(
            f"Improper config format for {identifier!r}. Expected a dict with `class_name` and "
            "`config`."
        )
    cls = find(identifier["class_name"])
    if not isinstance(cls, type):
        return cls
    config = identifier["config"]
    with serialization.custom_object_scope(custom_objects or {}):
        return cls.from_config(config) if hasattr(cls, "from_config") else cls(**config)


__all__ = ["deserialize_keras_object", "serialize_keras_object"]
