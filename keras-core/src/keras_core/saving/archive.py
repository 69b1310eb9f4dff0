"""Whole models in ``.keras`` archives, and the choice of a format by the name of a file."""

import contextlib
import datetime
import json
import logging
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from keras_core.core.base.files import atomic_path, new_folder
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors import scopes
from keras_core.saving.files import (
    CorruptFileError,
    first_bytes,
    open_archive,
    read_member,
    written_member,
)
from keras_core.saving.legacy_h5 import (
    FORMAT_VERSION,
    legacy_root,
    parse_config,
    read_legacy,
    read_legacy_weights,
    write_legacy,
)
from keras_core.saving.weights import (
    open_h5,
    read_shards,
    read_weights,
    write_shards,
    write_weights,
)

_WEIGHTS = "model.weights.h5"
_LOG = logging.getLogger("keras_core")


def _may_write(path: Path) -> bool:
    """Ask on the terminal whether a file may be replaced."""
    answer = input(f"[WARNING] {path} already exists - overwrite? [y/n] ").strip().lower()
    while answer not in ("y", "n"):
        answer = input('Enter "y" (overwrite) or "n" (cancel). ').strip().lower()
    return answer == "y"


@public("keras.models.save_model", "keras.saving.save_model")
def save_model(
    model: Any, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
) -> None:
    """Save a model: architecture, weights, state of the optimizer.

    The file takes the place of an older one at once, when it is whole.

    Args:
        model: The model.
        filepath: A path that ends in ``.keras``, or ``.h5`` for the legacy format; the path of a
            folder with ``zipped=False``.
        overwrite: Whether an existing file is replaced without asking.
        zipped: Whether the result is one file, which is the default, or a folder of what would
            be in it.
        **kwargs: ``include_optimizer`` for the legacy format.

    Raises:
        ValueError: For another suffix.
    """
    include_optimizer = kwargs.pop("include_optimizer", True)
    save_format = kwargs.pop("save_format", None)
    if kwargs:
        raise ValueError(f"The following argument(s) are not supported: {list(kwargs)}")
    del save_format
    path = Path(filepath)
    suffix = path.suffix.lower()
    if zipped is False:
        if suffix == ".keras":
            raise ValueError(
                "With `zipped=False` a folder is written, whose name should not end in `.keras`. "
                f"Received: filepath={str(filepath)!r}"
            )
    elif suffix not in (".keras", ".h5", ".hdf5"):
        raise ValueError(
            "Invalid filepath extension for saving. Please add either a `.keras` extension for the "
            "native Keras format (recommended) or a `.h5` extension for the legacy one. Use "
            f"`model.export(filepath)` for other formats. Received: filepath={str(filepath)!r}."
        )
    if path.exists() and not overwrite and not _may_write(path):
        return
    if zipped is False:
        with new_folder(path) as folder:
            _write_folder(model, folder)
        return
    with atomic_path(path) as temporary:
        if suffix == ".keras":
            _write_archive(model, temporary)
        else:
            _LOG.warning(
                "`.h5` is the legacy format of whole models: it keeps less of them than `.keras`. "
                "Use `model.save('model.keras')` unless the reader of the file needs it."
            )
            write_legacy(model, temporary, include_optimizer)


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


def _write_folder(model: Any, folder: Path) -> None:
    for name, text in _texts_of(model).items():
        (folder / name).write_text(text)
    write_weights(model, folder / _WEIGHTS)


def _write_archive(model: Any, path: Path) -> None:
    texts = _texts_of(model)
    with path.open("wb+", buffering=0) as file, zipfile.ZipFile(file, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        with written_member(archive, file, _WEIGHTS) as window:
            write_weights(model, window)


@public("keras.models.load_model", "keras.saving.load_model")
def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,  # its public name
    safe_mode: bool = True,
) -> Any:
    """Load a model that `save_model` wrote, here or with Keras.

    Args:
        filepath: The path.
        custom_objects: Classes and functions by name, for those that are not registered.
        compile: Whether the model is compiled as it was.
        safe_mode: Whether a file with Python code in it is refused.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no model, damaged, or refused in safe mode.
    """
    path = Path(filepath)
    if not path.exists():
        raise FileNotFoundError(f"File not found: filepath={str(filepath)!r}. Is it spelled right?")
    if path.is_dir() and not (path / "config.json").is_file():
        raise ValueError(
            f"The folder {str(filepath)!r} holds no model: there is no config.json in it. "
            "TensorFlow SavedModels can be used with `keras.layers.TFSMLayer`."
        )
    head = b"" if path.is_dir() else first_bytes(path)
    with serialization.CustomObjectScope(custom_objects), serialization.safe_mode_scope(safe_mode):
        if path.is_dir():
            return _read_folder(path, compile)
        if head.startswith(b"\x89HDF"):
            return read_legacy(path, compile)
        if not head.startswith(b"PK"):
            raise CorruptFileError(
                f"{str(filepath)!r} is neither a `.keras` archive nor an HDF5 file; it may be "
                "truncated."
            )
        return _read_archive(path, compile)


def _read_folder(path: Path, compile_model: bool) -> Any:
    text, weights = (path / "config.json").read_bytes(), path / _WEIGHTS
    source = weights if weights.is_file() else None
    return _assemble(text, path, compile_model, contextlib.nullcontext(source))


def _read_archive(path: Path, compile_model: bool) -> Any:
    with open_archive(path) as archive:
        there = _WEIGHTS in archive.namelist()
        source = read_member(archive, path, _WEIGHTS) if there else contextlib.nullcontext()
        return _assemble(archive.read("config.json"), path, compile_model, source)


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


@public("keras.saving.save_weights")
def save_weights(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    max_shard_size: float | None = None,
) -> None:
    """Save the weights of a model.

    Args:
        model: The model.
        filepath: A path that ends in ``.weights.h5``, or in ``.weights.json`` for several files.
        overwrite: Whether an existing file is replaced without asking.
        max_shard_size: The largest size of a file in GiB. The weights go into
            ``NAME_00000.weights.h5`` and so on, and ``NAME.weights.json`` says which are where.

    Raises:
        ValueError: For another suffix, for a model without weights, or if a variable is larger
            than ``max_shard_size``.
    """
    path = Path(filepath)
    sharded = max_shard_size is not None
    if not path.name.endswith((".weights.h5", ".weights.json") if sharded else ".weights.h5"):
        raise ValueError(
            "The filename must end in `.weights.h5`, or in `.weights.json` with `max_shard_size`. "
            f"Received: filepath={str(filepath)!r}"
        )
    if sharded:
        path = path.with_name(path.name.removesuffix(".h5").removesuffix(".json") + ".json")
    if path.exists() and not overwrite and not _may_write(path):
        return
    if not model.built and not model.variables:
        raise ValueError(
            f"Model {model.name!r} has no weights yet. Build it, or call it on some data, before "
            "you save its weights."
        )
    if max_shard_size is not None:
        write_shards(model, path, max_shard_size * 2**30)
        return
    with atomic_path(path) as temporary:
        write_weights(model, temporary)


@public("keras.saving.load_weights")
def load_weights(
    model: Any,
    filepath: Any,
    skip_mismatch: bool = False,
    by_name: bool | None = None,
    objects_to_skip: Iterable[Any] | None = None,
) -> None:
    """Load the weights of a model.

    Args:
        model: The model, built.
        filepath: A ``.weights.h5``, ``.weights.json``, ``.keras`` or legacy ``.h5`` file.
        skip_mismatch: Whether layers whose weights do not fit are left as they are.
        by_name: For the legacy format: whether layers are found by name, not by their order.
        objects_to_skip: For the other formats: layers that are left as they are, with all that
            only they hold.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If weights are missing or do not fit, or an argument is one for another format.
    """
    path = Path(filepath)
    if not path.is_file():
        raise FileNotFoundError(f"File not found: filepath={str(filepath)!r}.")
    skip = tuple(objects_to_skip or ())
    name = path.name.lower()
    if by_name and name.endswith((".keras", ".weights.h5", ".weights.json")):
        raise ValueError(
            "`by_name` is for legacy `.h5` files only: the others name weights by the layers that "
            f"hold them. Received: {str(filepath)!r}"
        )
    if name.endswith(".weights.json"):
        read_shards(model, path, skip_mismatch, skip)
    elif name.endswith(".keras"):
        with open_archive(path) as archive, read_member(archive, path, _WEIGHTS) as member:
            read_weights(model, member, skip_mismatch, str(path), skip)
    elif not _load_legacy(model, path, skip_mismatch, bool(by_name), objects_to_skip):
        read_weights(model, path, skip_mismatch, str(path), skip)


def _load_legacy(
    model: Any, path: Path, skip_mismatch: bool, by_name: bool, objects_to_skip: Any
) -> bool:
    with open_h5(path, str(path)) as f:
        root = legacy_root(f)
        if root is None:
            return False
        if objects_to_skip is not None:
            raise ValueError(
                "`objects_to_skip` is not for legacy `.h5` files. Give `by_name=True` to load the "
                f"layers whose names are in the file. Received: {str(path)!r}"
            )
        read_legacy_weights(model, root, by_name, skip_mismatch)
    return True
