"""The config of a layer, from the signature of its constructor."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from keras_core import activations, constraints, initializers, regularizers
from keras_core.core.base import tree
from keras_core.core.base.public import look_up
from keras_core.core.base.trackable import PLAIN_TYPES
from keras_core.core.objects import serialization

_KINDS: dict[str, Callable[[Any], Any]] = {
    "activation": activations.serialize,
    "constraint": constraints.serialize,
    "initializer": initializers.serialize,
    "regularizer": regularizers.serialize,
}
"""How an argument is written, by the last word of its name."""

_OF_ALL_LAYERS = ("name", "trainable", "dtype")
"""The arguments that every config has, whether the constructor names them or not."""


def declared_class(cls: type) -> type | None:
    """The class whose constructor says what the config holds: the nearest public layer, if any.

    A subclass of `keras.layers.Dense` has the config of a Dense, and adds to it what it takes
    besides. A subclass of `keras.layers.Layer` has nothing to begin with.
    """
    for c in cls.__mro__:
        if look_up("keras.layers", c.__name__) is c:
            return None if c.__name__ == "Layer" else c
    return None


def arguments_of(
    layer: Any, declared: type, omits: frozenset[str] = frozenset(), adds: Sequence[str] = ()
) -> dict[str, Any]:
    """The arguments of the constructor of ``declared``, as ``layer`` holds them, JSON-ready.

    Each is read from the attribute of its name, which may have been set since, or from that with
    an underscore before it. ``omits`` are left out, and ``adds`` come last.
    """
    omitted = {*_OF_ALL_LAYERS, *omits}
    parameters = list(inspect.signature(declared.__init__).parameters.values())[1:]  # type: ignore[misc]
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    names += adds
    return {name: _form(name, _held(layer, name)) for name in names if name not in omitted}


def _held(layer: Any, name: str) -> Any:
    return getattr(layer, name if hasattr(layer, name) else f"_{name}")


def _form(name: str, value: Any) -> Any:
    """An argument as it is written."""
    serialize = _KINDS.get(name.rpartition("_")[2])
    if serialize is not None:
        return serialize(value)
    if all(type(leaf) in PLAIN_TYPES for leaf in tree.flatten(value)):
        return value
    return serialization.serialize_keras_object(value)
