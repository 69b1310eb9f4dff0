"""Names of Keras 2, which are shown by the modules that had them, but are not part of the API.

They are defined in `keras_core.legacy`, marked by `legacy`, and found by the faces (see `public`)
of the modules that had them; the first use of each warns, and says what is used today.
"""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import keras_core_plugins

_T = TypeVar("_T")

_NAMES: dict[str, dict[str, tuple[Any, str]]] = {}
"""By module, the names with what they stand for, and what is used today."""

_TOLD: set[str] = set()
_INSIDE = (str(Path(__file__).parents[2]), str(Path(keras_core_plugins.__file__).parent), "<frozen")
"""Where files are that a warning is not about: ours, and the machinery of imports."""


def legacy(*names: str, today: str) -> Callable[[_T], _T]:
    """Mark something as known by names of Keras 2.

    Args:
        *names: Dotted names, such as ``"keras.backend.mean"``.
        today: What is used instead, as the rest of a sentence that begins with "use".
    """

    def mark(obj: _T) -> _T:
        for name in names:
            module, _, last = name.rpartition(".")
            _NAMES.setdefault(module, {})[last] = (obj, today)
        return obj

    return mark


def find(module: str, name: str) -> Any:
    """What a name of Keras 2 stands for; its first use warns.

    Args:
        module: The public module that had it, such as ``"keras.backend"``.
        name: A name that was marked by `legacy`.
    """
    obj, today = _NAMES[module][name]
    warn_of(f"{module}.{name}", today)
    return obj


def warn_of(name: str, today: str) -> None:
    """Warn once that something is of Keras 2.

    Args:
        name: What was used.
        today: What is used today, as the rest of a sentence that begins with "use".
    """
    if name in _TOLD:
        return
    _TOLD.add(name)
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_INSIDE):
        frame = frame.f_back
    warnings.warn_explicit(
        f"`{name}` is of Keras 2. Today, use {today}.",
        DeprecationWarning,
        frame.f_code.co_filename,
        frame.f_lineno,
        frame.f_globals.get("__name__", "unknown"),
        frame.f_globals.setdefault("__warningregistry__", {}),
    )
