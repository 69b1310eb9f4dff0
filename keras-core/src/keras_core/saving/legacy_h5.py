"""Whole models in HDF5, the format of Keras 2."""

import json
import logging
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keras_core.core.base.file_errors import CorruptFileError, ModelFileError
from keras_core.core.base.trackable import own_variables
from keras_core.core.objects import serialization
from keras_core.core.tensors import native, runtime, scopes
from keras_core.layers.base.layer import Layer
from keras_core.saving.configs import described, parse_config
from keras_core.saving.files import parse_json
from keras_core.saving.hdf5 import NAMED, Contents, is_hdf5, opened, written
from keras_core.saving.walk import check_kind, check_values
from keras_core.saving.weights_h5 import set_contents
from keras_core_plugins.errors import shown
from keras_core_plugins.protocol import FileFormat

# The version of Keras whose file formats these are.
FORMAT_VERSION = "3.15.1"

_WEIGHTS, _OPTIMIZER = "model_weights", "optimizer_weights"
_TOP = "top_level_model_weights"
_LOG = logging.getLogger("keras_core")


def write_legacy(model: Any, path: Path, include_optimizer: bool = True) -> None:
    """Write architecture, weights and, if asked for, the optimizer with its state."""
    _LOG.warning(
        "`.h5` is the legacy format of whole models: it keeps less of them than `.keras`. "
        "Use `model.save('model.keras')` unless the reader of the file needs it."
    )
    with written(path) as f:
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
        _write_group(root, _TOP, own_variables(model))
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
        array = np.asarray(native.to_numpy(v))
        # of what HDF5 has no dtype for, Keras writes bytes here that it does not read
        group.create_dataset(
            v.path, data=array.astype("float32") if array.dtype in NAMED else array
        )


def _in_order(layer: Any) -> list[Any]:
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def read_legacy(path: Path, compile_model: bool) -> Any:
    """The model in a file.

    Raises:
        ValueError: If the file holds no model, or is damaged.
    """
    with opened(path, str(path)) as f:
        text = f.attribute("", "model_config")
        if text is None:
            raise ValueError(
                f"No model config found in {str(path)!r}: it holds weights only. Make the "
                "model and use `model.load_weights(filepath)`."
            )
        what = f"model_config of {str(path)!r}"
        config = _placed(parse_config(text, what), "keras.layers")
        with scopes.WeightsFollow(f.nbytes, str(path)):
            model = described(config, what)
            if not isinstance(model, Layer):
                raise CorruptFileError(f"The {what} describes no model: {shown(model)}")
            read_legacy_weights(model, f, False, False)
        training = f.attribute("", "training_config") if compile_model else None
        if training is not None:
            what = f"training_config of {str(path)!r}"
            training = parse_json(training, what) if isinstance(training, str) else None
            if not isinstance(training, dict):
                raise CorruptFileError(f"The {what} is none.")
            _compile(model, training, f)
    return model


def _placed(config: Any, module: str) -> Any:
    """A config with the module of each class, which this format leaves out."""
    if isinstance(config, dict):
        out = {k: _placed(v, module) for k, v in config.items()}
        if "class_name" in out and "config" in out and not out.get("module"):
            out["module"] = _place_of(out, module)
        return out
    return [_placed(v, module) for v in config] if isinstance(config, list) else config


def _place_of(config: dict[str, Any], module: str) -> str:
    if config["class_name"] == "function":
        return "builtins"
    if module == "keras.layers" and serialization.is_operation(config):
        return "keras.src.ops"
    return module


def _compile(model: Any, training: dict[str, Any], f: Contents) -> None:
    training = {
        "optimizer": _placed(training.pop("optimizer_config", None), "keras.optimizers"),
        **{
            key: _placed(value, "keras.losses" if key == "loss" else "keras.metrics")
            for key, value in training.items()
        },
    }
    try:
        model.compile_from_config(training)
    except (TypeError, ValueError, LookupError, AttributeError) as e:
        warnings.warn(
            f"The compile configuration of the legacy file could not be used: {e}\n"
            "Compile the model yourself.",
            stacklevel=5,
        )
        return
    if _OPTIMIZER not in f.groups or model.optimizer is None:
        return
    model.optimizer.build(model.trainable_variables)
    found, problem = _matched(model.optimizer.variables, f, _OPTIMIZER)
    if problem:
        warnings.warn(
            f"The state of the optimizer could not be loaded: {problem}. It starts anew.",
            stacklevel=5,
        )
    for variable, path in found:
        variable.assign(f.read(path))


def _texts(f: Contents, group: str, name: str) -> list[str]:
    """A list of texts among the attributes of a group."""
    values = f.attribute(group, name)
    if values is None or not hasattr(values, "tolist"):
        raise CorruptFileError(f"The group {group!r} in {f.what!r} has no list {name!r}.")
    try:
        return [v.decode() if isinstance(v, bytes) else str(v) for v in values.reshape(-1).tolist()]
    except UnicodeDecodeError as e:
        raise CorruptFileError(
            f"The list {name!r} of the group {group!r} in {f.what!r} is damaged: {e}"
        ) from e


def _matched(
    variables: Sequence[Any], f: Contents, group: str
) -> tuple[list[tuple[Any, str]], str]:
    """Variables, each with the path of its array, and what is wrong if they do not fit.

    They are found by their paths if the file names just these: the order of the others depends on
    what was frozen when the file was written.
    """
    names = _texts(f, group, "weight_names")
    if len(variables) != len(names):
        return [], f"expected {len(variables)} weights, found {len(names)}"
    paths = [v.path for v in variables]
    if len(set(paths)) == len(paths) and set(paths) == set(names):
        names = paths
    found = [(v, f"{group}/{n}") for v, n in zip(variables, names, strict=True)]
    for variable, path in found:
        array = f.arrays.get(path)
        if array is None:
            raise CorruptFileError(f"{f.what!r} lists the array {path!r}, which it does not hold.")
        try:
            check_kind(variable, array)
            if array.offset is None or array.dtype != variable.stored_dtype:
                check_values(variable, f.read(path))
        except ModelFileError:
            raise
        except ValueError as e:
            return [], str(e)
    return found, ""


def legacy_root(f: Contents) -> str | None:
    """The group of the weights in a file of this format, None if it has another."""
    for group in ("", _WEIGHTS):
        if group in f.groups and f.attribute(group, "layer_names") is not None:
            return group
    return None


def read_legacy_weights(model: Any, f: Contents, by_name: bool, skip_mismatch: bool) -> None:
    """Set the weights of a model: all of them, or none.

    Args:
        model: The model.
        f: The file.
        by_name: Whether layers are found by name, not by their order.
        skip_mismatch: Whether layers whose weights do not fit are left as they are.

    Raises:
        ValueError: If weights are missing or do not fit.
    """
    root = legacy_root(f)
    if root is None:
        raise CorruptFileError(f"{f.what!r} holds no weights of layers.")
    prefix = f"{root}/" if root else ""
    listed = _texts(f, root, "layer_names")
    missing = [name for name in listed if prefix + name not in f.groups]
    if missing:
        raise CorruptFileError(f"The file lists layers that it does not hold: {missing}")
    names = [name for name in listed if _texts(f, prefix + name, "weight_names")]
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
    owned = [(layer.name, _in_order(layer), prefix + name) for layer, name in pairs]
    own = own_variables(model)
    if own and prefix + _TOP in f.groups:
        owned.append((model.name, own, prefix + _TOP))
    fitting: list[tuple[Any, str]] = []
    for name, variables, group in owned:
        found, problem = _matched(variables, f, group)
        fitting += found
        if problem and skip_mismatch:
            warnings.warn(
                f"Skipping the weights of layer {name!r} in {f.what!r}: {problem}", stacklevel=5
            )
        elif problem:
            raise ValueError(f"The weights of layer {name!r} in {f.what!r} do not fit: {problem}.")
    for variable, path in fitting:
        variable.assign(f.read(path))


def _read_weights(
    model: Any,
    path: Path,
    skip_mismatch: bool,
    by_name: bool | None = None,
    objects_to_skip: Iterable[Any] | None = None,
) -> None:
    """Set weights from an HDF5 file, of this format or of the newer one: what is in it tells."""
    with opened(path, str(path)) as f:
        legacy = legacy_root(f) is not None
        wrong = "objects_to_skip" if legacy else "by_name"
        if (objects_to_skip if legacy else by_name) is not None:
            raise ValueError(
                f"{str(path)!r} is {'' if legacy else 'not '}of the legacy format, for which there "
                f"is no `{wrong}`. Leave it out."
            )
        if legacy:
            read_legacy_weights(model, f, bool(by_name), skip_mismatch)
        else:
            set_contents(model, f, skip_mismatch, objects_to_skip or ())


FORMAT = FileFormat(
    name="h5",
    suffixes=(".h5", ".hdf5"),
    recognizes=is_hdf5,
    write=write_legacy,
    read=read_legacy,
    read_weights=_read_weights,
)
