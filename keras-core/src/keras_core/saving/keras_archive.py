"""Whole models as ``.keras`` archives, and as folders of what is in one."""

import contextlib
import datetime
import json
import os
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from keras_core.core.base.file_errors import CorruptFileError
from keras_core.core.base.files import new_folder
from keras_core.core.objects import serialization
from keras_core.core.tensors import scopes
from keras_core.saving.archives import (
    noted_checksums,
    open_archive,
    write_metadata,
    written_member,
)
from keras_core.saving.assets import (
    check_asset_files,
    read_asset_files,
    read_assets,
    write_asset_files,
    write_assets,
)
from keras_core.saving.configs import model_of, parse_config
from keras_core.saving.files import (
    checked_window,
    checksum_text,
    first_bytes,
    open_regular,
    parse_json,
    read_text,
    stored_checksum,
)
from keras_core.saving.hdf5 import Contents, opened
from keras_core.saving.legacy_h5 import FORMAT_VERSION
from keras_core.saving.notes import KEY, noted
from keras_core.saving.weights_h5 import set_contents, write_weights
from keras_core_plugins.protocol import FileFormat

_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"


def _texts_of(model: Any) -> dict[str, str]:
    """What an archive holds beside the weights, by name."""
    if not model.built:
        warnings.warn(
            f"You are saving a model that has not yet been built: {model.name!r} has no weights. "
            "Build it, or call it on some data, before you save it.",
            stacklevel=5,
        )
    return {"config.json": json.dumps(serialization.serialize_keras_object(model))}


def _metadata() -> dict[str, Any]:
    return {
        "keras_version": FORMAT_VERSION,
        "date_saved": datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S"),
        **({KEY: noted()} if noted() else {}),
    }


def _write_folder(model: Any, path: Path) -> None:
    with new_folder(path) as folder:
        _fill(model, folder)


def _fill(model: Any, folder: Path) -> None:
    checksums = {}
    for name, text in _texts_of(model).items():
        data = text.encode()
        (folder / name).write_bytes(data)
        checksums[name] = checksum_text(zlib.crc32(data))
    write_weights(model, folder / _WEIGHTS)
    checksums[_WEIGHTS] = stored_checksum(folder / _WEIGHTS)
    write_asset_files(model, folder)
    (folder / _METADATA).write_text(json.dumps({**_metadata(), "checksums": checksums}))


def _write_archive(model: Any, path: Path) -> None:
    texts = _texts_of(model)
    with path.open("wb+", buffering=0) as file, zipfile.ZipFile(file, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        with written_member(archive, file, _WEIGHTS) as window:
            write_weights(model, window)
        write_assets(model, archive)
        write_metadata(archive, _metadata())


def _read_folder(path: Path, compile_model: bool) -> Any:
    what = str(path)
    text = read_text(path / _CONFIG, follow_links=False)
    checksums: dict[str, Any] = {}
    if (path / _METADATA).exists():
        data = read_text(path / _METADATA, follow_links=False)
        checksums = noted_checksums(parse_json(data, f"{_METADATA} of {what!r}"), what)
    if checksums.get(_CONFIG, own := checksum_text(zlib.crc32(text))) != own:
        raise CorruptFileError(f"config.json in {what!r} is not what was written.")
    check_asset_files(path)
    with contextlib.ExitStack() as stack:
        contents = None
        if os.path.lexists(path / _WEIGHTS):
            file = stack.enter_context(open_regular(path / _WEIGHTS, follow_links=False))
            window, found = checked_window(file, str(path / _WEIGHTS))
            if checksums.get(_WEIGHTS, found) != found:
                raise CorruptFileError(f"{_WEIGHTS} in {what!r} is not what was written.")
            contents = stack.enter_context(opened(window, str(path / _WEIGHTS)))
        model = _assemble(text, path, compile_model, contents)
    read_asset_files(model, path)
    return model


def _read_archive(path: Path, compile_model: bool) -> Any:
    with open_archive(path) as archive, contextlib.ExitStack() as stack:
        text = archive.read(_CONFIG)
        contents = None
        if _WEIGHTS in archive.members:
            window = stack.enter_context(archive.file_of(_WEIGHTS))
            contents = stack.enter_context(opened(window, f"{path}/{_WEIGHTS}"))
        model = _assemble(text, path, compile_model, contents)
        read_assets(model, archive)
        return model


def _assemble(text: bytes, path: Path, compile_model: bool, contents: Contents | None) -> Any:
    """A model from its config and, if there are any, its weights."""
    config = parse_config(text, f"config.json of {str(path)!r}")
    if not compile_model:
        config.pop("compile_config", None)
    with scopes.WeightsFollow(0 if contents is None else contents.nbytes, str(path)):
        model = model_of(config, path)
        if contents is not None:
            set_contents(model, contents)
        elif model.variables:
            raise CorruptFileError(
                f"{str(path)!r} has no {_WEIGHTS}, and {model.name!r} has "
                f"{len(model.variables)} variables. Make the model from its config if you want "
                "it without them."
            )
    return model


def _read_archived_weights(
    model: Any, path: Path, skip_mismatch: bool, objects_to_skip: Iterable[Any] | None = None
) -> None:
    with (
        open_archive(path) as archive,
        archive.file_of(_WEIGHTS) as window,
        opened(window, str(path)) as contents,
    ):
        set_contents(model, contents, skip_mismatch, objects_to_skip or ())


def _is_archive(path: Path) -> bool:
    return not path.is_dir() and (path.suffix == ".keras" or first_bytes(path).startswith(b"PK"))


def _is_folder(path: Path) -> bool:
    return os.path.lexists(path / _CONFIG)


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
