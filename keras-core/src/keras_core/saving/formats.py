"""The formats of files of models: those of the core, and what plugins add."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from keras_core.core.base.file_errors import ModelFileError
from keras_core.core.base.files import atomic_path
from keras_core.saving import (
    checkpoints,
    keras_archive,
    legacy_h5,
    safetensors,
    sharded,
    weights_h5,
)
from keras_core.saving.archives import open_archive
from keras_core.saving.files import first_bytes, parse_json
from keras_core.saving.hdf5 import is_hdf5, opened
from keras_core.saving.notes import KEY
from keras_core_plugins import catalog, current
from keras_core_plugins.contributions import gathered
from keras_core_plugins.errors import listed
from keras_core_plugins.protocol import FileFormat

OWN = (
    keras_archive.FORMAT,
    keras_archive.FOLDER,
    checkpoints.FORMAT,
    sharded.FORMAT,
    safetensors.FORMAT,
    legacy_h5.FORMAT,
    weights_h5.FORMAT,
)
"""Of two that recognise a file, the first reads it."""


def _of_plugins() -> list[FileFormat]:
    record = current()
    if record is None:
        return []
    return gathered(catalog(), record.installed, "keras_core_file_formats")


def _first(fits: Callable[[FileFormat], bool]) -> FileFormat | None:
    for format in OWN:
        if fits(format):
            return format
    return next(filter(fits, _of_plugins()), None)


def format_to_write(path: Path, ability: str) -> FileFormat | None:
    """The format that a path is written in, by its suffix; None if there is none.

    Args:
        path: The path.
        ability: ``"write"`` or ``"write_weights"``.
    """
    name = path.name.lower()
    return _first(lambda f: getattr(f, ability) is not None and name.endswith(f.suffixes or "/"))


def suffixes(ability: str) -> list[str]:
    """What the names of files that can be written end in."""
    formats = [*OWN, *_of_plugins()]
    return [s for f in formats if getattr(f, ability) is not None for s in f.suffixes]


def format_to_read(path: Path, ability: str) -> FileFormat | None:
    """The format that a file is in, by its content or its name; None if there is none.

    Args:
        path: The path, of a file that exists.
        ability: ``"read"`` or ``"read_weights"``.
    """

    def fits(format: FileFormat) -> bool:
        if getattr(format, ability) is None:
            return False
        if format.recognizes is not None:
            return format.recognizes(path)
        return path.name.lower().endswith(format.suffixes)

    return _first(fits)


def run(format: FileFormat, ability: str, *args: Any, **options: Any) -> Any:
    """Use one of the four functions of a format, with the options that are not None.

    Raises:
        ValueError: If the format has no such option.
    """
    function = getattr(format, ability)
    options = {name: value for name, value in options.items() if value is not None}
    known = inspect.signature(function).parameters
    if unknown := [name for name in options if name not in known]:
        raise ValueError(
            f"The following argument(s) are not supported by the format {format.name!r}: "
            f"{listed(unknown)}. Received: {', '.join(f'{n}={options[n]!r}' for n in unknown)}"
        )
    return function(*args, **options)


def write(format: FileFormat, ability: str, model: Any, path: Path, **options: Any) -> None:
    """Write a file, which takes the place of an older one at once, when it is whole."""
    if format.many_files:
        run(format, ability, model, path, **options)
        return
    with atomic_path(path) as temporary:
        run(format, ability, model, temporary, **options)
        _look_at(temporary)


def _look_at(path: Path) -> None:
    """See that what was written has the structure of what is read, before it takes its place.

    Raises:
        CorruptFileError: If it has not: a disk that lost a part, or a writer with a fault.
    """
    if first_bytes(path).startswith(b"PK"):
        with open_archive(path):
            pass


def notes_in(path: Path) -> dict[str, Any]:
    """What `notes.noting` has put into a file; nothing if it is none of a model, or damaged."""
    try:
        if first_bytes(path).startswith(b"PK"):
            with open_archive(path) as archive:
                text = (
                    archive.read("metadata.json") if "metadata.json" in archive.members else b"{}"
                )
            found = parse_json(text, str(path)).get(KEY)
        elif is_hdf5(path):
            with opened(path, str(path)) as contents:
                text = contents.attribute("", KEY)
            found = None if text is None else parse_json(text, str(path))
        else:
            return {}
    except (ModelFileError, OSError, AttributeError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
