"""Names of Keras 2, which are shown by the modules that had them, but are not part of the API.

They are defined in `keras_core.legacy`, marked by `legacy`. The faces (see `public`) that had some
find them by `names_of`; the first use of each warns, and says what is used today.
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


def names_of(face: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a module that had names which are not part of the API any more.

    Args:
        face: The module's ``__name__``.
    """
    module = "keras" + face.removeprefix("keras_core")

    def get(name: str) -> Any:
        if name not in _NAMES.get(module, ()):
            raise AttributeError(f"module {face!r} has no attribute {name!r}")
        obj, today = _NAMES[module][name]
        warn_of(f"{module}.{name}", today)
        return obj

    return get


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
