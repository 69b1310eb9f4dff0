"""Public names whose modules are imported when they are first used."""

import functools
import importlib
import sys
from collections.abc import Callable
from typing import Any

from keras_core.core.base import legacy
from keras_core.core.base.index import OLD, PARTS, PUBLIC

PACKAGE = __name__.partition(".")[0]


def lazily(face: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and the ``__dir__`` of a module that users import from.

    A name that was found once is an attribute like any other from then on.

    Args:
        face: The module's ``__name__``.
    """
    module = "keras" + face.removeprefix(PACKAGE)
    names = PUBLIC[module]
    below = {m.rpartition(".")[2] for m in PUBLIC if m.rpartition(".")[0] == module}
    contents = sys.modules[face].__dict__

    def find(name: str) -> Any:
        if name in names:
            home, _, defined = names[name].partition(":")
            value = getattr(importlib.import_module(f"{PACKAGE}.{home}"), defined or name)
        elif name in below:
            value = importlib.import_module(f"{face}.{name}")
        elif name in OLD.get(module, ()):
            importlib.import_module(f"{PACKAGE}.{OLD[module][name]}")
            return legacy.find(module, name)
        else:
            raise AttributeError(f"module {face!r} has no attribute {name!r}")
        contents[name] = value
        return value

    def listed() -> list[str]:
        return sorted({*contents, *contents["__all__"]})

    return find, listed


@functools.cache
def import_parts(module: str) -> None:
    """Run the modules that register something for a public one (see `public.part_of`).

    Args:
        module: The public module, such as ``"keras.ops"``.
    """
    for part in PARTS.get(module, ()):
        importlib.import_module(f"{PACKAGE}.{part}")
