"""Whole models in HDF5, the format of Keras 2."""

import json
import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keras_core.core.objects import serialization
from keras_core.core.tensors import native, runtime
from keras_core.saving.files import CorruptFileError
from keras_core.saving.hdf5 import find, is_hdf5, open_h5, read_array
from keras_core_plugins.protocol import FileFormat

# The version of Keras whose file formats these are.
FORMAT_VERSION = "3.15.1"

_TOP = "top_level_model_weights"
_LOG = logging.getLogger("keras_core")


def write_legacy(model: Any, path: Path, include_optimizer: bool = True) -> None:
    """Write architecture, weights and, if asked for, the optimizer with its state."""
    _LOG.warning(
        "`.h5` is the legacy format of whole models: it keeps less of them than `.keras`. "
        "Use `model.save('model.keras')` unless the reader of the file needs it."
    )
    with h5py.File(path, "w") as f:
        data = serialization.serialize_keras_object(model)
        f.attrs["keras_version"] = FORMAT_VERSION
        f.attrs["backend"] = runtime.NAME
        f.attrs["model_config"] = json.dumps(
            {"class_name": data["class_name"], "config": data["config"]}
        )
        root = f.create_group("model_weights")
        root.attrs["keras_version"] = FORMAT_VERSION
        root.attrs["backend"] = runtime.NAME
        root.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            _write_group(root, layer.name, _in_order(layer))
        _write_group(root, _TOP, model._own_variables)
        training = data.get("compile_config")
        if include_optimizer and training:
            training = dict(training)
            training["optimizer_config"] = training.pop("optimizer", None)
            f.attrs["training_config"] = json.dumps(training)
            optimizer = getattr(model, "optimizer", None)
            if optimizer is not None and optimizer.built:
                _write_group(f, "optimizer_weights", optimizer.variables)


def _write_group(root: h5py.Group, name: str, variables: Sequence[Any]) -> None:
    group = root.create_group(name)
    group.attrs["weight_names"] = [v.path.encode() for v in variables]
    for v in variables:
        group.create_dataset(v.path, data=native.to_numpy(v))


def _in_order(layer: Any) -> list[Any]:
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def read_legacy(path: Path, compile_model: bool) -> Any:
    """The model in a file.

    Raises:
        ValueError: If the file holds no model, or is damaged.
    """
    with open_h5(path, str(path)) as f:
        if "model_config" not in f.attrs:
            raise ValueError(
                f"No model config found in {str(path)!r}: it holds weights only. Make the "
                "model and use `model.load_weights(filepath)`."
            )
        config = parse_config(f.attrs["model_config"], f"model_config of {str(path)!r}")
        model = serialization.deserialize_keras_object(_placed(config, "keras.layers"))
        read_legacy_weights(model, find(f, "model_weights"), False, False)
        training = f.attrs.get("training_config")
        if compile_model and training is not None:
            _compile(model, json.loads(training), find(f, "optimizer_weights"))
    return model


def parse_config(data: Any, what: str) -> dict[str, Any]:
    """The config of a model from JSON.

    Raises:
        CorruptFileError: If it is none.
    """
    try:
        config = json.loads(data)
    except (ValueError, RecursionError) as e:
        raise CorruptFileError(f"The {what} is no JSON: {e}") from e
    if not isinstance(config, dict) or "class_name" not in config:
        raise CorruptFileError(f"The {what} describes no model.")
    return config


def _placed(config: Any, module: str) -> Any:
    """A config with the module of each class, which this format leaves out."""
    if isinstance(config, dict):
        out = {k: _placed(v, module) for k, v in config.items()}
        if "class_name" in out and "config" in out and not out.get("module"):
            out["module"] = "builtins" if out["class_name"] == "function" else module
        return out
    return [_placed(v, module) for v in config] if isinstance(config, list) else config


def _compile(model: Any, training: dict[str, Any], state: Any) -> None:
    training = {
        "optimizer": _placed(training.pop("optimizer_config", None), "keras.optimizers"),
        **{
            key: _placed(value, "keras.losses" if key == "loss" else "keras.metrics")
            for key, value in training.items()
        },
    }
    try:
        model.compile_from_config(training)
    except (TypeError, ValueError, KeyError) as e:
        warnings.warn(
            f"The compile configuration of the legacy file could not be used: {e}\n"
            "Compile the model yourself.",
            stacklevel=5,
        )
        return
    if state is None or model.optimizer is None:
        return
    model.optimizer.build(model.trainable_variables)
    problem = _assign(model.optimizer.variables, *_values(state))
    if problem:
        warnings.warn(
            f"The state of the optimizer could not be loaded: {problem}. It starts anew.",
            stacklevel=5,
        )


def _texts(values: Any) -> list[str]:
    return [v.decode() if isinstance(v, bytes) else str(v) for v in values]


def _values(group: h5py.Group) -> tuple[list[str], list[np.ndarray[Any, Any]]]:
    names = _texts(group.attrs["weight_names"])
    return names, [read_array(find(group, n)) for n in names]


def _assign(
    variables: Sequence[Any], names: Sequence[str], values: Sequence[np.ndarray[Any, Any]]
) -> str:
    """Set variables, and say what is wrong if they do not fit.

    They are found by their paths if the file names just these: the order of the others depends on
    what was frozen when the file was written.
    """
    if len(variables) != len(values):
        return f"expected {len(variables)} weights, found {len(values)}"
    by_name = dict(zip(names, values, strict=True))
    paths = [v.path for v in variables]
    if len(set(paths)) == len(paths) and set(paths) == set(by_name):
        values = [by_name[path] for path in paths]
    for v, value in zip(variables, values, strict=True):
        if tuple(v.shape) != value.shape:
            return f"expected the shape {v.shape} for {v.path!r}, found {value.shape}"
    for v, value in zip(variables, values, strict=True):
        v.assign(value)
    return ""


def legacy_root(f: h5py.File) -> Any:
    """The group of the weights in a file of this format, None if it has another."""
    if "layer_names" in f.attrs:
        return f["/"]
    root = find(f, "model_weights")
    return root if root is not None and "layer_names" in root.attrs else None


def read_legacy_weights(model: Any, root: h5py.Group, by_name: bool, skip_mismatch: bool) -> None:
    """Set the weights of a model.

    Args:
        model: The model.
        root: What `legacy_root` returned.
        by_name: Whether layers are found by name, not by their order.
        skip_mismatch: Whether layers whose weights do not fit are left as they are.

    Raises:
        ValueError: If weights are missing or do not fit.
    """
    groups = {name: find(root, name) for name in _texts(root.attrs["layer_names"])}
    missing = [name for name, group in groups.items() if group is None]
    if missing:
        raise CorruptFileError(f"The file lists layers that it does not hold: {missing}")
    names = [name for name, group in groups.items() if len(group.attrs["weight_names"])]
    layers = [layer for layer in model.layers if layer.weights]
    if by_name:
        pairs = [(layer, n) for n in names for layer in layers if layer.name == n]
    elif len(names) == len(layers):
        pairs = list(zip(layers, names, strict=True))
    else:
        raise ValueError(
            f"Layer count mismatch when loading weights from file. Model expected "
            f"{len(layers)} layers, found {len(names)} saved layers."
        )
    owned = [(layer.name, _in_order(layer), groups[name]) for layer, name in pairs]
    own, top = model._own_variables, find(root, _TOP)
    if own and top is not None:
        owned.append((model.name, own, top))
    for name, variables, group in owned:
        problem = _assign(variables, *_values(group))
        if problem and skip_mismatch:
            warnings.warn(f"Skipping the weights of layer {name!r}: {problem}", stacklevel=5)
        elif problem:
            raise ValueError(f"The weights of layer {name!r} do not fit: {problem}.")


def _is_legacy(path: Path) -> bool:
    if not is_hdf5(path):
        return False
    with open_h5(path, str(path)) as f:
        return "model_config" in f.attrs or legacy_root(f) is not None


def _read_weights(model: Any, path: Path, skip_mismatch: bool, by_name: bool | None = None) -> None:
    with open_h5(path, str(path)) as f:
        read_legacy_weights(model, legacy_root(f), bool(by_name), skip_mismatch)


FORMAT = FileFormat(
    name="h5",
    suffixes=(".h5", ".hdf5"),
    recognizes=_is_legacy,
    write=write_legacy,
    read=read_legacy,
    read_weights=_read_weights,
)
