"""Weights in HDF5, in the layout of Keras: a group for each layer, by attribute names."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keras_core.core.tensors import dtypes, native
from keras_core.saving.hdf5 import find, is_hdf5, open_h5, plain_members, read_array
from keras_core.saving.walk import set_variables, walk
from keras_core_plugins.protocol import FileFormat


class Writer(dict[str, Any]):
    """What `save_own_variables` writes into.

    Args:
        group_for: The group for an array of a size in bytes.
    """

    def __init__(self, group_for: Callable[[int], h5py.Group]) -> None:
        super().__init__()
        self._group_for = group_for

    def __setitem__(self, key: str, value: Any) -> None:
        array = np.asarray(native.to_numpy(value))
        group = self._group_for(array.nbytes)
        if array.dtype == dtypes.numpy_dtype("bfloat16"):
            dataset = group.create_dataset(key, data=array.astype("float32"))
            dataset.attrs["dtype"] = "bfloat16"
        else:
            group.create_dataset(key, data=array)
        super().__setitem__(key, None)


class Reader(dict[str, Any]):
    """What `load_own_variables` reads from: arrays by key, read when they are asked for."""

    def __init__(self, groups: Iterable[h5py.Group]) -> None:
        super().__init__()
        for group in groups:
            for key in plain_members(group):
                super().__setitem__(key, group[key])

    def __getitem__(self, key: str) -> Any:
        return read_array(super().__getitem__(key))

    def shape_of(self, key: str) -> tuple[int, ...] | None:
        """The shape of an array, without reading it; None if there is no such array."""
        dataset = self.get(key)
        return tuple(dataset.shape) if isinstance(dataset, h5py.Dataset) else None


def group_path(place: str) -> str:
    return f"{place}/vars" if place else "vars"


def new_group(file: h5py.File, place: str, obj: Any) -> h5py.Group:
    group = file.create_group(group_path(place))
    name = getattr(obj, "name", None)
    if isinstance(name, str):
        group.attrs["name"] = name
    return group


def write_weights(root: Any, file: Any) -> None:
    """Write the variables below ``root`` into a new HDF5 file.

    Args:
        root: The model.
        file: A path, or a file that can be read, too.
    """
    with h5py.File(file, "w") as f:
        for place, obj in walk(root):
            group = new_group(f, place, obj)
            obj.save_own_variables(Writer(lambda _, group=group: group))


def read_weights(
    root: Any,
    file: Any,
    skip_mismatch: bool = False,
    what: str = "",
    objects_to_skip: Iterable[Any] = (),
) -> None:
    """Set the variables below ``root`` from an HDF5 file.

    Args:
        root: The model.
        file: A path, or a file.
        skip_mismatch: Whether objects whose variables do not fit are left as they are.
        what: What the file is called in messages.
        objects_to_skip: Objects that are left as they are, with all that only they hold.

    Raises:
        ValueError: Naming all objects whose variables are missing or do not fit.
    """
    with open_h5(file, what) as f:

        def read(place: str) -> Reader | None:
            group = find(f, group_path(place))
            return None if group is None else Reader([group])

        set_variables(root, read, skip_mismatch, what, objects_to_skip)


def _read_file(
    model: Any, path: Path, skip_mismatch: bool, objects_to_skip: Iterable[Any] | None = None
) -> None:
    read_weights(model, path, skip_mismatch, str(path), objects_to_skip or ())


FORMAT = FileFormat(
    name="weights.h5",
    suffixes=(".weights.h5",),
    recognizes=is_hdf5,
    write_weights=write_weights,
    read_weights=_read_file,
)
