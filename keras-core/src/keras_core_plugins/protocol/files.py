"""File formats: how a plugin saves models, or their weights."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """A format of files of models; what `keras_core_file_formats` returns.

    The four functions get the model and a `pathlib.Path`. What a format cannot do is None. The
    core hands on a temporary path, and moves the file to its place when it is whole.
    """

    name: str
    """What the format is called in messages."""

    suffixes: tuple[str, ...]
    """What the names of its files end in, such as ``(".safetensors",)``."""

    recognizes: Callable[[Path], bool] | None = None
    """Whether a file, which exists, is of this format; by default its suffix decides."""

    write: Callable[..., None] | None = None
    """``write(model, path, **options)`` saves a whole model."""

    read: Callable[..., Any] | None = None
    """``read(path, compile, **options)`` returns a model, compiled as it was if asked for."""

    write_weights: Callable[..., None] | None = None
    """``write_weights(model, path, **options)`` saves the weights."""

    read_weights: Callable[..., None] | None = None
    """``read_weights(model, path, skip_mismatch, **options)`` sets them.

    The options of all four are what users give to `save_model` and its kin beyond what these
    name themselves; each has a default.
    """

    many_files: bool = False
    """Whether it writes more than one file or a folder.

    Such a format gets the path that the user gave, and itself leaves nothing half-written.
    """
