"""Whole models as ``.keras`` archives, and as folders of what is in one."""

import contextlib
import datetime
import json
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from keras_core.core.base.files import new_folder
from keras_core.core.objects import serialization
from keras_core.core.tensors import scopes
from keras_core.saving.assets import (
    read_asset_files,
    read_assets,
    write_asset_files,
    write_assets,
)
from keras_core.saving.files import (
    CorruptFileError,
    first_bytes,
    open_archive,
    read_member,
    written_member,
)
from keras_core.saving.legacy_h5 import FORMAT_VERSION, parse_config
from keras_core.saving.weights_h5 import read_weights, write_weights
from keras_core_plugins.protocol import FileFormat

_WEIGHTS = "model.weights.h5"


def _texts_of(model: Any) -> dict[str, str]:
    """What an archive holds beside the weights, by name."""
    if not model.built:
        warnings.warn(
            f"You are saving a model that has not yet been built: {model.name!r} has no weights. "
            "Build it, or call it on some data, before you save it.",
            stacklevel=5,
        )
    metadata = {
        "keras_version": FORMAT_VERSION,
        "date_saved": datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S"),
    }
    return {
        "metadata.json": json.dumps(metadata),
        "config.json": json.dumps(serialization.serialize_keras_object(model)),
    }


def _write_folder(model: Any, path: Path) -> None:
    with new_folder(path) as folder:
        _fill(model, folder)


def _fill(model: Any, folder: Path) -> None:
    for name, text in _texts_of(model).items():
        (folder / name).write_text(text)
    write_weights(model, folder / _WEIGHTS)
    write_asset_files(model, folder)


def _write_archive(model: Any, path: Path) -> None:
    texts = _texts_of(model)
    with path.open("wb+", buffering=0) as file, zipfile.ZipFile(file, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        with written_member(archive, file, _WEIGHTS) as window:
            write_weights(model, window)
        write_assets(model, archive)


def _read_folder(path: Path, compile_model: bool) -> Any:
    text, weights = (path / "config.json").read_bytes(), path / _WEIGHTS
    source = weights if weights.is_file() else None
    model = _assemble(text, path, compile_model, contextlib.nullcontext(source))
    read_asset_files(model, path)
    return model


def _read_archive(path: Path, compile_model: bool) -> Any:
    with open_archive(path) as archive:
        there = _WEIGHTS in archive.namelist()
        source = read_member(archive, path, _WEIGHTS) if there else contextlib.nullcontext()
        model = _assemble(archive.read("config.json"), path, compile_model, source)
        read_assets(model, archive, str(path))
        return model


def _assemble(
    text: bytes, path: Path, compile_model: bool, source: contextlib.AbstractContextManager[Any]
) -> Any:
    """A model from its config and, if there are any, its weights."""
    config = parse_config(text, f"config.json of {str(path)!r}")
    if not compile_model:
        config.pop("compile_config", None)
    with source as weights:
        if weights is None:
            return _model(config, path)
        with scopes.WeightsFollow():
            model = _model(config, path)
            read_weights(model, weights, what=str(path))
    return model


def _model(config: dict[str, Any], path: Path) -> Any:
    model = serialization.deserialize_keras_object(config)
    if not hasattr(model, "load_own_variables"):
        raise CorruptFileError(f"The config of {str(path)!r} describes no model: {model!r}")
    return model


def _read_archived_weights(
    model: Any, path: Path, skip_mismatch: bool, objects_to_skip: Iterable[Any] | None = None
) -> None:
    with open_archive(path) as archive, read_member(archive, path, _WEIGHTS) as member:
        read_weights(model, member, skip_mismatch, str(path), objects_to_skip or ())


def _is_archive(path: Path) -> bool:
    return not path.is_dir() and (path.suffix == ".keras" or first_bytes(path).startswith(b"PK"))


def _is_folder(path: Path) -> bool:
    return (path / "config.json").is_file()


FORMAT = FileFormat(
    name="keras",
    suffixes=(".keras",),
    recognizes=_is_archive,
    write=_write_archive,
    read=_read_archive,
    read_weights=_read_archived_weights,
)

FOLDER = FileFormat(
    name="folder",
    suffixes=(),
    recognizes=_is_folder,
    write=_write_folder,
    read=_read_folder,
    many_files=True,
)
