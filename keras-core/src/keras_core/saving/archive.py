"""Whole models in files: the ``.keras`` archive, and the legacy ``.h5``."""

import datetime
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keras_core.engine import runtime, serialization, tensors
from keras_core.saving import weights as weights_module
from keras_core.saving.files import CorruptFileError, atomic_path, first_bytes, open_archive

# The version of Keras whose file formats these are.
FORMAT_VERSION = "3.15.1"


def _may_write(path: Path) -> bool:
    """Ask on the terminal whether a file may be replaced."""
    answer = input(f"[WARNING] {path} already exists - overwrite? [y/n] ").strip().lower()
    while answer not in ("y", "n"):
        answer = input('Enter "y" (overwrite) or "n" (cancel). ').strip().lower()
    return answer == "y"


def save_model(
    model: Any, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
) -> None:
    """Save a model: architecture, weights, state of the optimizer.

    The file takes the place of an older one at once, when it is whole.

    Args:
        model: The model.
        filepath: A path that ends in ``.keras``, or ``.h5`` for the legacy format.
        overwrite: Whether an existing file is replaced without asking.
        zipped: Whether the result is one file; False is not supported.
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
    if suffix not in (".keras", ".h5", ".hdf5"):
        raise ValueError(
            "Invalid filepath extension for saving. Please add either a `.keras` extension for the "
            "native Keras format (recommended) or a `.h5` extension for the legacy one. Use "
            f"`model.export(filepath)` for other formats. Received: filepath={str(filepath)!r}."
        )
    if zipped is False:
        raise ValueError("A model is saved as one file here. Leave out `zipped=False`.")
    if path.exists() and not overwrite and not _may_write(path):
        return
    with atomic_path(path) as temporary:
        if suffix == ".keras":
            _write_archive(model, temporary)
        else:
            _write_legacy(model, temporary, include_optimizer)


def _write_archive(model: Any, path: Path) -> None:
    if not model.built:
        warnings.warn(
            f"You are saving a model that has not yet been built: {model.name!r} has no weights. "
            "Build it, or call it on some data, before you save it.",
            stacklevel=4,
        )
    config = json.dumps(serialization.serialize_keras_object(model))
    metadata = json.dumps(
        {
            "keras_version": FORMAT_VERSION,
            "date_saved": datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S"),
        }
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", metadata)
        archive.writestr("config.json", config)
        with atomic_part(path) as part:
            weights_module.write_weights(model, part)
            archive.write(part, "model.weights.h5")


class atomic_part:  # a context manager, named like a function
    """A path beside ``path`` that is gone when the block ends."""

    def __init__(self, path: Path) -> None:
        self._part = path.with_name(path.name + ".h5")

    def __enter__(self) -> Path:
        return self._part

    def __exit__(self, *exc: object) -> None:
        self._part.unlink(missing_ok=True)


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
    if path.is_dir():
        raise ValueError(
            f"{str(filepath)!r} is a folder. A model is one file, which ends in `.keras` or `.h5`. "
            "TensorFlow SavedModels can be used with `keras.layers.TFSMLayer`."
        )
    head = first_bytes(path)
    with serialization.CustomObjectScope(custom_objects), serialization.safe_mode_scope(safe_mode):
        if head.startswith(b"\x89HDF"):
            return _read_legacy(path, compile)
        if not head.startswith(b"PK"):
            raise CorruptFileError(
                f"{str(filepath)!r} is neither a `.keras` archive nor an HDF5 file; it may be "
                "truncated."
            )
        return _read_archive(path, compile)


def _read_archive(path: Path, compile_model: bool) -> Any:
    with open_archive(path) as archive:
        config = _parse(archive.read("config.json"), f"config.json of {str(path)!r}")
        if not compile_model:
            config.pop("compile_config", None)
        model = serialization.deserialize_keras_object(config)
        if not hasattr(model, "load_own_variables"):
            raise CorruptFileError(f"The config of {str(path)!r} describes no model: {model!r}")
        if "model.weights.h5" in archive.namelist():
            with archive.open("model.weights.h5") as f:
                weights_module.read_weights(model, f, what=str(path))
    return model


def _parse(data: Any, what: str) -> dict[str, Any]:
    try:
        config = json.loads(data)
    except (ValueError, RecursionError) as e:
        raise CorruptFileError(f"The {what} is no JSON: {e}") from e
    if not isinstance(config, dict) or "class_name" not in config:
        raise CorruptFileError(f"The {what} describes no model.")
    return config


def save_weights(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    **kwargs: Any,
) -> None:
    """Save the weights of a model.

    Args:
        model: The model.
        filepath: A path that ends in ``.weights.h5``.
        overwrite: Whether an existing file is replaced without asking.
        max_shard_size: Not supported: the weights go into one file.
    """
    if kwargs:
        raise ValueError(f"Invalid keyword arguments: {list(kwargs)}")
    if max_shard_size is not None:
        raise ValueError("Weights are saved in one file here. Leave out `max_shard_size`.")
    weights_module.save_weights_file(model, filepath, overwrite, _may_write)


def load_weights(model: Any, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
    """Load the weights of a model from a ``.weights.h5``, ``.keras`` or legacy ``.h5`` file.

    Args:
        model: The model, built.
        filepath: The path.
        skip_mismatch: Whether layers whose weights do not fit are left as they are.
        **kwargs: ``by_name`` for the legacy format: layers are found by name.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If weights are missing or do not fit.
    """
    by_name = kwargs.pop("by_name", False)
    kwargs.pop("objects_to_skip", None)
    if kwargs:
        raise ValueError(f"Invalid keyword arguments: {list(kwargs)}")
    path = Path(filepath)
    if not path.is_file():
        raise FileNotFoundError(f"File not found: filepath={str(filepath)!r}.")
    if path.suffix == ".keras":
        with open_archive(path) as archive, archive.open("model.weights.h5") as f:
            weights_module.read_weights(model, f, skip_mismatch, str(path))
        return
    with _open_h5(path) as f:
        legacy = f.get("model_weights", f) if "layer_names" not in f.attrs else f
        if "layer_names" in legacy.attrs:
            _read_legacy_weights(model, legacy, by_name, skip_mismatch)
            return
    weights_module.read_weights(model, path, skip_mismatch, str(path))


def _open_h5(path: Path) -> h5py.File:
    try:
        return h5py.File(path, "r")
    except OSError as e:
        raise CorruptFileError(f"Cannot read {str(path)!r} as an HDF5 file: {e}") from e


# -- The legacy format ---------------------------------------------------------------


def _legacy_layers(model: Any) -> list[Any]:
    return [layer for layer in model.layers if layer.weights]


def _write_legacy(model: Any, path: Path, include_optimizer: bool) -> None:
    with h5py.File(path, "w") as f:
        data = serialization.serialize_keras_object(model)
        f.attrs["keras_version"] = FORMAT_VERSION
        f.attrs["backend"] = runtime.NAME
        f.attrs["model_config"] = json.dumps(
            {"class_name": data["class_name"], "config": data["config"]}
        )
        if include_optimizer and data.get("compile_config"):
            f.attrs["training_config"] = json.dumps(data["compile_config"])
        root = f.create_group("model_weights")
        root.attrs["keras_version"] = FORMAT_VERSION
        root.attrs["backend"] = runtime.NAME
        root.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = root.create_group(layer.name)
            names = [v.path for v in _legacy_order(layer)]
            group.attrs["weight_names"] = [n.encode() for n in names]
            for name, v in zip(names, _legacy_order(layer), strict=True):
                group.create_dataset(name, data=tensors.to_numpy(v))


def _legacy_order(layer: Any) -> list[Any]:
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _read_legacy(path: Path, compile_model: bool) -> Any:
    with _open_h5(path) as f:
        if "model_config" not in f.attrs:
            raise ValueError(
                f"No model config found in {str(path)!r}: it holds weights only. Make the "
                "model and use `model.load_weights(filepath)`."
            )
        config = _parse(f.attrs["model_config"], f"model_config of {str(path)!r}")
        model = serialization.deserialize_keras_object({"module": "keras", **config})
        _read_legacy_weights(model, f["model_weights"], False, False)
        training = f.attrs.get("training_config")
        if compile_model and training is not None:
            try:
                model.compile_from_config(json.loads(training))
            except (TypeError, ValueError, KeyError):
                warnings.warn(
                    "The compile configuration of the legacy file could not be used. Compile the "
                    "model yourself.",
                    stacklevel=4,
                )
    return model


def _texts(values: Any) -> list[str]:
    return [v.decode() if isinstance(v, bytes) else str(v) for v in values]


def _read_legacy_weights(model: Any, root: Any, by_name: bool, skip_mismatch: bool) -> None:
    names = [n for n in _texts(root.attrs["layer_names"]) if len(root[n].attrs["weight_names"])]
    layers = _legacy_layers(model)
    if by_name:
        pairs = [(layer, n) for n in names for layer in layers if layer.name == n]
    else:
        if len(names) != len(layers):
            raise ValueError(
                f"Layer count mismatch when loading weights from file. Model expected "
                f"{len(layers)} layers, found {len(names)} saved layers."
            )
        pairs = list(zip(layers, names, strict=True))
    for layer, name in pairs:
        group = root[name]
        values = [np.asarray(group[n]) for n in _texts(group.attrs["weight_names"])]
        own = _legacy_order(layer)
        problem = ""
        if len(own) != len(values):
            problem = f"expected {len(own)} weights, found {len(values)}"
        else:
            for v, value in zip(own, values, strict=True):
                if tuple(v.shape) != value.shape:
                    problem = f"expected the shape {v.shape} for {v.path!r}, found {value.shape}"
        if problem and skip_mismatch:
            warnings.warn(f"Skipping the weights of layer {layer.name!r}: {problem}", stacklevel=4)
            continue
        if problem:
            raise ValueError(f"The weights of layer {layer.name!r} do not fit: {problem}.")
        for v, value in zip(own, values, strict=True):
            v.assign(value)
