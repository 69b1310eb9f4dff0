"""Public names: each is written once, at the definition of what it names.

The modules that users import from, such as `keras_core.layers`, are written by
`tools/faces.py` from these marks. The registry of what files may name follows from them too.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")

# Modules whose classes a file may name, and those whose functions it may name.
_CLASSES = frozenset(
    "keras.constraints keras.distillation keras.dtype_policies keras.initializers keras.layers "
    "keras.losses keras.metrics keras.models keras.optimizers keras.optimizers.schedules "
    "keras.quantizers keras.random keras.regularizers keras.utils keras".split()
)
_FUNCTIONS = frozenset(["keras.activations", "keras.losses", "keras.metrics"])

OBJECTS: dict[str, dict[str, Any]] = {}
"""What files and strings may name: module, name, object."""

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
                    OBJECTS.setdefault(module, {})[name] = obj
                    HOME.setdefault(id(obj), (module, name, obj))
                    MODULES.setdefault(id(obj), set()).add(module)
        return obj

    return mark


def part_of(module: str) -> None:
    """Say that importing a public module runs this one too, which registers something there.

    Args:
        module: The public module, such as ``"keras.ops"``.
    """


def _in_files(module: str, obj: object) -> bool:
    if inspect.isclass(obj):
        return hasattr(obj, "from_config") and (
            module in _CLASSES or module.startswith("keras.src.")
        )
    return callable(obj) and module in _FUNCTIONS
