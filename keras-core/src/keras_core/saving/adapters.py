"""The low-rank updates of a model, in files of their own.

A file holds the two matrices of each layer, and what their product is scaled by, below
``<path of the layer>/lora``. It fits a model whose layers have such updates, whatever their kernels
are: floats, or integers.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from keras_core.core.tensors import native
from keras_core.saving.walk import Stored, check_kind, check_values, told, walk
from keras_core_plugins.errors import listed

_FOLDER, _ALPHA = "lora", "alpha"


def group_of(place: str) -> str:
    """Where a file holds the update of the layer with this path."""
    return f"{place}/{_FOLDER}" if place else _FOLDER


def holds_updates(paths: Iterable[str]) -> bool:
    """Whether a file with arrays of these paths is one of low-rank updates."""
    groups = [path.rpartition("/")[0] for path in paths]
    return bool(groups) and all(g.rpartition("/")[2] == _FOLDER for g in groups)


def _adapted(root: Any, skip: Iterable[Any] = ()) -> Iterator[tuple[str, Any]]:
    """The layers with updates below ``root``, with their paths."""
    for place, obj in walk(root, skip):
        if getattr(obj, "lora_variables", None):
            yield place, obj


def updates(root: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is written: for each group the arrays by name.

    Args:
        root: The model.

    Raises:
        ValueError: If no layer has an update.
    """
    layers = list(_adapted(root))
    if not layers:
        raise ValueError(
            f"No layer of {getattr(root, 'name', root)!r} has a low-rank update, of which alone a "
            "file is to be written. Call `enable_lora(rank)` of the layers first."
        )
    for place, layer in layers:
        arrays = {k: np.asarray(native.to_numpy(v)) for k, v in layer.lora_variables.items()}
        yield group_of(place), {**arrays, _ALPHA: np.array(layer.lora_alpha, "float64")}


def set_updates(
    root: Any,
    read: Callable[[str], "Stored | None"],
    skip_mismatch: bool,
    what: str,
    objects_to_skip: Iterable[Any],
    groups: Iterable[str],
) -> None:
    """Set the updates of the layers below ``root``: all of them, or none.

    Args:
        root: The model.
        read: By group, what is stored there, or None if nothing is.
        skip_mismatch: Whether layers whose updates do not fit are left as they are.
        what: What the file is called in messages.
        objects_to_skip: Objects that are left as they are, with all that only they hold.
        groups: The groups of the file.

    Raises:
        ValueError: Naming all layers whose updates are missing or do not fit.
    """
    failed: list[tuple[Any, str]] = []
    fitting: list[tuple[Any, Any]] = []
    skipped = list(objects_to_skip)
    for place, layer in _adapted(root, skipped):
        try:
            fitting += _read(layer, read(group_of(place)))
        except ValueError as e:
            failed.append((layer, str(e)))
    without = set(groups) - {group_of(place) for place, _ in _adapted(root)}
    if without and not skip_mismatch:
        raise ValueError(
            f"{what or 'The file'} holds low-rank updates for {listed(sorted(without))}, and "
            f"{getattr(root, 'name', root)!r} has none there. Call `enable_lora(rank)` of these "
            "layers first, or load with `skip_mismatch=True`."
        )
    if failed and not skip_mismatch:
        raise ValueError(told(failed, what))
    for variable, value in fitting:
        variable.assign(value)
    if failed:
        warnings.warn(told(failed, what), stacklevel=5)


def _read(layer: Any, stored: Stored | None) -> list[tuple[Any, Any]]:
    if stored is None or stored.about(_ALPHA) is None:
        raise ValueError(f"there is no low-rank update for {layer.name!r} in the file")
    if float(stored[_ALPHA]) != float(layer.lora_alpha):
        raise ValueError(
            f"the update of {layer.name!r} was trained with lora_alpha={float(stored[_ALPHA])}, "
            f"and the layer has lora_alpha={layer.lora_alpha}"
        )
    pairs = []
    for key, variable in layer.lora_variables.items():
        known = stored.about(key)
        if known is None:
            raise ValueError(f"half of the update of {layer.name!r} is missing: {key!r}")
        check_kind(variable, known)
        value = stored[key]
        check_values(variable, value)
        pairs.append((variable, value))
    return pairs
