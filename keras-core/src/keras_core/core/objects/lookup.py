"""The `get` of a package: from an identifier to an object."""

import difflib
import inspect
from collections.abc import Callable
from typing import Any

from keras_core.core.objects import serialization


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
        return serialization.deserialize_keras_object(identifier)
    obj = identifier
    if isinstance(identifier, str):
        obj = serialization.custom_object(identifier)
        if obj is None:
            obj = serialization.lookup(module, identifier)
        if obj is None:
            known = serialization.names_in(module)
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
