"""Layers that only one engine can compute, such as one around a module of that engine."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class EngineLayer:
    """The implementation of such a layer; what `keras_core_engine_layers` returns."""

    name: str
    """The name that it has in ``keras.layers``, one of those that the core declares."""

    define: Callable[[type], type]
    """``define(base)`` returns the class, which derives from ``base``.

    ``base`` is a `Layer` with a few methods more, for what a plugin cannot import. Its constructor
    takes what that of every layer takes by name.
    """

    wraps: Callable[[Any], bool] | None = None
    """Whether an object stands for such a layer around it wherever a layer is expected.

    So it is for an attribute of a layer, and in a `Sequential`. Asked of every such object.
    """
