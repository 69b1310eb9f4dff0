"""The `get` of a package: from an identifier to an object."""

import difflib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from keras_core.core.base.public import MODULES, look_up, objects_in
from keras_core.core.objects import serialization
from keras_core_plugins.errors import shown

_ALSO = {
    "keras.losses": ("keras.metrics",),
    "keras.metrics": ("keras.losses",),
    "keras.activations": ("keras.layers",),
}
"""Modules whose objects stand in a place for those of another one, too."""


def described(
    config: Any, module: str, what: str, custom_objects: Mapping[str, Any] | None = None
) -> Any:
    """What a config describes, if it is of the kind that is wanted.

    Args:
        config: The config, or a name.
        module: The public module whose objects are wanted, such as ``"keras.initializers"``.
        what: What is wanted, for messages.
        custom_objects: Classes and functions by name.

    Raises:
        ConfigError: If it describes a class, or an object of another kind.
    """
    if isinstance(config, str):
        with serialization.CustomObjectScope(custom_objects):
            return resolve(config, module, what)
    found = serialization.deserialize_keras_object(config, custom_objects=custom_objects)
    if inspect.isclass(found):
        raise serialization.ConfigError(
            f"A config stands for {what}, and describes the class {found.__name__!r}, not an "
            "object of it.",
            config,
        )
    if not _is_at_home(found, (module, *_ALSO.get(module, ()))):
        raise serialization.ConfigError(
            f"A config stands for {what}, and describes {shown(found)}, which belongs elsewhere.",
            config,
        )
    return found


def _is_at_home(found: Any, wanted: tuple[str, ...]) -> bool:
    """Whether the first that is public of an object and its classes is so in a wanted module."""
    for x in (found, *type(found).__mro__):
        modules = MODULES.get(id(x), set()) - {"keras"}  # what is everywhere says nothing
        if modules:
            names = [module.rpartition(".")[2] for module in wanted]
            return any(m in wanted or any(n in m.split(".") for n in names) for m in modules)
    return True  # a class or a function of the user's own


def resolve(
    identifier: Any,
    module: str,
    what: str,
    *,
    instantiate: bool = True,
    accepts: Callable[[Any], bool] = callable,
) -> Any:
    """An object from None, a name, a config, a class or the object itself.

    Args:
        identifier: What the user gave.
        module: The public module whose names count, such as ``"keras.initializers"``.
        what: What is looked for, for messages.
        instantiate: Whether a class stands for an instance made without arguments.
        accepts: Whether an object can be used as it is.

    Raises:
        ValueError: If there is no such thing; close names are suggested.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return described(identifier, module, what)
    obj = identifier
    if isinstance(identifier, str):
        obj = serialization.custom_object(identifier)
        if obj is None:
            obj = look_up(module, identifier)
        if obj is None:
            known = sorted(objects_in(module))
            close = difflib.get_close_matches(identifier, known, 3, 0.6)
            hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
            raise ValueError(
                f"Could not interpret {what} identifier: {identifier!r}.{hint} Expected one of "
                f"{', '.join(known)}, an instance, a function, or a registered custom name."
            )
    if inspect.isclass(obj) and instantiate:
        return obj()
    if accepts(obj):
        return obj
    raise ValueError(
        f"Could not interpret {what} identifier: {identifier!r} (of type "
        f"{type(identifier).__name__}). Expected a name, an instance or a function."
    )
