"""Public names whose modules are imported when they are first used."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def on_demand() -> None:
    """Say that a module is imported when one of its public names is used, not by its face.

    For modules that stand on a library which programs without them need not import.
    """


def lazily(face: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a face.

    Args:
        face: The name of the face.
        homes: For each name, the module that defines it.
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {face!r} has no attribute {name!r}")
        return getattr(importlib.import_module(homes[name]), name)

    return find
