"""Weights in HDF5, in the layout of Keras: a group for each layer, by attribute names."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keras_core.engine import dtypes, tensors
from keras_core.engine.names import to_snake_case
from keras_core.engine.tracking import Trackable, is_container, is_saveable, members
from keras_core.layers.layer import Layer
from keras_core.saving.files import CorruptFileError, atomic_path


def walk(root: Any) -> Iterator[tuple[str, Any]]:
    """All that has variables of its own below ``root``, each once, with its path in the file."""
    seen: set[int] = set()

    def visit(obj: Any, path: str) -> Iterator[tuple[str, Any]]:
        seen.add(id(obj))
        yield path, obj
        for name, value in obj.saved_children() if isinstance(obj, Trackable) else ():
            inner = f"{path}/{name}" if path else name
            if is_container(value):
                yield from container(value, inner)
            elif id(value) not in seen:
                yield from visit(value, inner)

    def container(values: Any, path: str) -> Iterator[tuple[str, Any]]:
        seen.add(id(values))
        used: dict[str, int] = {}
        for value in members(values):
            if is_saveable(value):
                kind = to_snake_case(type(value).__name__)
            elif is_container(value):
                # Keras looks into lists, tuples and dicts; others do not count among those
                kind = "container" if isinstance(value, (list, tuple, dict)) else "collection"
            else:
                continue
            count = used.get(kind, 0)
            used[kind] = count + 1
            name = f"{kind}_{count}" if count else kind
            if id(value) not in seen:  # one that is elsewhere too takes a name all the same
                yield from (visit if is_saveable(value) else container)(value, f"{path}/{name}")

    yield from visit(root, "")


class _Writer(dict[str, Any]):
    """What `save_own_variables` writes into."""

    def __init__(self, group: h5py.Group) -> None:
        super().__init__()
        self._group = group

    def __setitem__(self, key: str, value: Any) -> None:
        array = np.asarray(tensors.to_numpy(value))
        if array.dtype == dtypes.numpy_dtype("bfloat16"):
            dataset = self._group.create_dataset(key, data=array.astype("float32"))
            dataset.attrs["dtype"] = "bfloat16"
        else:
            self._group.create_dataset(key, data=array)
        super().__setitem__(key, None)


class _Reader(dict[str, Any]):
    """What `load_own_variables` reads from: arrays by key, read when they are asked for."""

    def __init__(self, group: Any) -> None:
        super().__init__()
        for key in _plain_members(group):
            super().__setitem__(key, group[key])

    def __getitem__(self, key: str) -> Any:
        dataset = super().__getitem__(key)
        if not isinstance(dataset, h5py.Dataset):
            raise CorruptFileError(f"{key!r} in the weights file is no array.")
        if dataset.dtype.kind not in "biuf" or dataset.external:
            raise CorruptFileError(
                f"The array {dataset.name!r} in the weights file has the dtype {dataset.dtype}, or "
                "its data lie in another file."
            )
        return np.asarray(dataset)


def _plain_members(group: Any) -> list[str]:
    """The names in a group; links that lead anywhere but to its own members are refused."""
    names = list(group)
    for name in names:
        _check_link(group, name)
    return names


def _check_link(group: h5py.Group, name: str) -> None:
    """Look at a link without following it."""
    if group.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
        raise CorruptFileError(
            f"The file holds a link at {group.name}/{name}, which is not followed."
        )


def write_weights(root: Any, path: Path) -> None:
    """Write the variables below ``root`` into a new HDF5 file."""
    with h5py.File(path, "w") as f:
        for place, obj in walk(root):
            group = f.create_group(f"{place}/vars" if place else "vars")
            name = getattr(obj, "name", None)
            if isinstance(name, str):
                group.attrs["name"] = name
            obj.save_own_variables(_Writer(group))


def read_weights(root: Any, file: Any, skip_mismatch: bool = False, what: str = "") -> None:
    """Set the variables below ``root`` from an HDF5 file.

    Raises:
        ValueError: Naming all objects whose variables are missing or do not fit.
    """
    try:
        f = h5py.File(file, "r")
    except OSError as e:
        raise CorruptFileError(f"Cannot read {what or file!r} as a weights file: {e}") from e
    failed: list[tuple[Any, str]] = []
    with f:
        for place, obj in walk(root):
            group = _find(f, f"{place}/vars" if place else "vars")
            reader = _Reader(group) if group is not None else _Reader({})
            try:
                if group is not None or _has_variables(obj):
                    _check_shapes(obj, reader)
                    obj.load_own_variables(reader)
            except CorruptFileError:
                raise
            except (ValueError, KeyError) as e:
                failed.append((obj, str(e)))
    if not failed:
        return
    names = ", ".join(repr(getattr(o, "name", type(o).__name__)) for o, _ in failed)
    message = (
        f"A total of {len(failed)} objects could not be loaded from {what or 'the weights file'}: "
        f"{names}. The first: {failed[0][1]}"
    )
    if skip_mismatch:
        warnings.warn(message, stacklevel=3)
        return
    raise ValueError(message)


def _has_variables(obj: Any) -> bool:
    own = obj._own_variables if isinstance(obj, Trackable) else getattr(obj, "variables", ())
    return bool(own)


def _check_shapes(obj: Any, reader: _Reader) -> None:
    """Hold the shapes in the file against the variables before anything is read."""
    if not isinstance(obj, Layer):
        return
    for i, v in enumerate(obj._own_variables):
        dataset = dict.get(reader, str(i))
        if isinstance(dataset, h5py.Dataset) and tuple(dataset.shape) != tuple(v.shape):
            raise ValueError(
                f"The variable {v.path!r} has the shape {tuple(v.shape)}, but the file holds "
                f"{tuple(dataset.shape)}"
            )


def _find(f: Any, path: str) -> Any:
    """The group at a path, one step at a time, or None."""
    here = f["/"]
    for part in path.split("/"):
        if not here.id.links.exists(part.encode()):
            return None
        _check_link(here, part)
        here = here[part]
        if not isinstance(here, h5py.Group):
            raise CorruptFileError(f"{here.name!r} in the weights file is no group.")
    return here


def save_weights_file(
    model: Any, filepath: Any, overwrite: bool, confirm: Callable[[Path], bool]
) -> None:
    """The ``.weights.h5`` file of a model."""
    path = Path(filepath)
    if not str(path).endswith(".weights.h5"):
        raise ValueError(
            f"The filename must end in `.weights.h5`. Received: filepath={str(filepath)!r}"
        )
    if path.exists() and not overwrite and not confirm(path):
        return
    if not model.built and not model.variables:
        raise ValueError(
            f"Model {model.name!r} has no weights yet. Build it, or call it on some data, before "
            "you save its weights."
        )
    with atomic_path(path) as temporary:
        write_weights(model, temporary)
