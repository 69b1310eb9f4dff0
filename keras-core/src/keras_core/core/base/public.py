"""Public names: each is written once, at the definition of what it names.

The modules that users import from, such as `keras_core.layers`, and the index of what is defined
where are written by `tools/faces.py` from these marks. A module is imported when one of its names
is first used, and what files may name is registered as it is imported: `look_up` does both.
"""

import importlib
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from keras_core.core.base.index import HIDDEN, PUBLIC

_T = TypeVar("_T")

_PACKAGE = __name__.partition(".")[0]

# Modules whose classes a file may name, in the order in which a class without a module is looked
# for, and those whose functions it may name.
_CLASSES = (
    "keras keras.random keras.initializers keras.dtype_policies keras.regularizers "
    "keras.constraints keras.layers keras.quantizers keras.models keras.optimizers.schedules "
    "keras.optimizers keras.losses keras.metrics keras.distillation keras.utils"
).split()
_FUNCTIONS = ["keras.activations", "keras.losses", "keras.metrics"]

_OBJECTS: dict[str, dict[str, Any]] = {}
"""What files and strings may name, as far as it is imported: module, name, object."""

HOME: dict[int, tuple[str, str, Any]] = {}
"""By the object's id, the module and the name that are written into files, and the object."""

MODULES: dict[int, set[str]] = {}
"""By the object's id, all modules in which files may name it."""


def public(
    *names: str, also_known_as: tuple[str, ...] = (), in_files: bool = True
) -> Callable[[_T], _T]:
    """Mark a class or function as public.

    Args:
        *names: Dotted public names, such as ``"keras.layers.Conv2D"``; files name the object by the
            first that they can. A name below ``keras.src`` is for files only.
        also_known_as: Further names that are understood in files and strings, such as ``"mse"``: in
            the module of the first name unless they are dotted.
        in_files: Whether files may name it if the kind of object and its module allow it. False
            for functions about such objects, such as ``keras.losses.get``.

    Example:

    >>> from keras_core.core.base.public import public
    >>> @public("keras.layers.Doubled")
    ... class Doubled: ...
    """

    def mark(obj: _T) -> _T:
        if in_files:
            places = [name.rpartition(".")[::2] for name in names]
            for name in also_known_as:
                module, _, last = name.rpartition(".")
                places.append((module or places[0][0], last))
            for module, name in places:
                if _in_files(module, obj):
                    _OBJECTS.setdefault(module, {})[name] = obj
                    HOME.setdefault(id(obj), (module, name, obj))
                    MODULES.setdefault(id(obj), set()).add(module)
        return obj

    return mark


def part_of(module: str) -> None:
    """Say that this module registers something for what a public one has.

    It is run by `lazy.import_parts`, where what is registered is first needed.

    Args:
        module: The public module, such as ``"keras.ops"``.
    """


def modules_in_files() -> list[str]:
    """The modules whose classes files may name, in the order in which they are searched."""
    return [*_CLASSES, *(m for m in HIDDEN if m.startswith("keras.src."))]


def may_name(module: str) -> set[str]:
    """The names in a module that files and strings may use, and perhaps some more.

    Nothing is imported: whether one stands for an object of the right kind, `look_up` says.

    Args:
        module: The public module, such as ``"keras.layers"``.
    """
    return {*PUBLIC.get(module, ()), *HIDDEN.get(module, ()), *_OBJECTS.get(module, ())}


def look_up(module: str, name: str) -> Any:
    """What files and strings mean by a name in a module; None if they mean nothing.

    Args:
        module: The public module, such as ``"keras.layers"``.
        name: Such as ``"Conv2D"``.
    """
    found = _OBJECTS.get(module, {}).get(name)
    if found is not None or not (module in _FUNCTIONS or module in modules_in_files()):
        return found
    home = HIDDEN.get(module, {}).get(name) or PUBLIC.get(module, {}).get(name)
    if home is not None:
        importlib.import_module(f"{_PACKAGE}.{home.partition(':')[0]}")
        found = _OBJECTS.get(module, {}).get(name)
    return found


def objects_in(module: str) -> dict[str, Any]:
    """All that files and strings may name in a module; it is imported as a whole.

    Args:
        module: The public module, such as ``"keras.layers"``.
    """
    found = {name: look_up(module, name) for name in sorted(may_name(module))}
    return {name: obj for name, obj in found.items() if obj is not None}


def _in_files(module: str, obj: object) -> bool:
    if inspect.isclass(obj):
        return hasattr(obj, "from_config") and module in modules_in_files()
    return callable(obj) and module in _FUNCTIONS
