"""Weights in HDF5, in the layout of Keras: a group for each layer, by attribute names."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import h5py
import numpy as np

from keras_core.core.tensors import native
from keras_core.saving import adapters
from keras_core.saving.hdf5 import Array, Contents, write_array, written
from keras_core.saving.walk import saving, set_variables, walk
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
        write_array(self._group_for(array.nbytes), key, array)
        super().__setitem__(key, None)


class Reader(Mapping[str, Any]):
    """What `load_own_variables` reads from: arrays by key, read when they are asked for.

    Args:
        parts: Files and the path of a group in each, which together hold the arrays.
    """

    def __init__(self, parts: Iterable[tuple[Contents, str]]) -> None:
        self._held = {
            key: (contents, f"{group}/{key}", array)
            for contents, group in parts
            for key, array in (contents.arrays_in(group) or {}).items()
        }

    def __getitem__(self, key: str) -> Any:
        contents, path, _ = self._held[key]
        return contents.read(path)

    def __contains__(self, key: object) -> bool:
        return key in self._held  # without reading it

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def about(self, key: str) -> Array | None:
        """What is known of an array without reading it; None if there is no such array."""
        held = self._held.get(key)
        return None if held is None else held[2]


def group_path(place: str) -> str:
    return f"{place}/vars" if place else "vars"


def new_group(file: h5py.File, place: str, obj: Any) -> h5py.Group:
    group = file.create_group(group_path(place))
    name = getattr(obj, "name", None)
    if isinstance(name, str):
        group.attrs["name"] = name
    return group


def write_weights(root: Any, file: Any, lora_only: bool = False) -> None:
    """Write the variables below ``root`` into a new HDF5 file.

    Args:
        root: The model.
        file: A path, or a file that can be read, too.
        lora_only: Whether to write low-rank updates alone.
    """
    if lora_only:
        made = list(adapters.updates(root))
        with written(file) as f:
            for place, arrays in made:
                group = f.create_group(place)
                for key, array in arrays.items():
                    write_array(group, key, array)
        return
    with written(file) as f:
        for place, obj in walk(root):
            group = new_group(f, place, obj)
            with saving(obj):
                obj.save_own_variables(Writer(lambda _, group=group: group))


def set_contents(
    root: Any, contents: Contents, skip_mismatch: bool = False, objects_to_skip: Iterable[Any] = ()
) -> None:
    """Set the variables below ``root`` from an HDF5 file that was looked at.

    Args:
        root: The model.
        contents: The file.
        skip_mismatch: Whether objects whose variables do not fit are left as they are.
        objects_to_skip: Objects that are left as they are, with all that only they hold.

    Raises:
        ValueError: Naming all objects whose variables are missing or do not fit.
    """

    if adapters.holds_updates(contents.arrays):
        groups = {path.rpartition("/")[0] for path in contents.arrays}

        def update(group: str) -> Reader | None:
            return Reader([(contents, group)]) if group in groups else None

        adapters.set_updates(root, update, skip_mismatch, contents.what, objects_to_skip, groups)
        return

    def read(place: str) -> Reader | None:
        group = group_path(place)
        return None if contents.arrays_in(group) is None else Reader([(contents, group)])

    set_variables(
        root, read, skip_mismatch, contents.what, objects_to_skip, places_of(contents.arrays)
    )


def places_of(arrays: Iterable[str]) -> set[str]:
    """The paths of the objects that arrays belong to."""
    groups = {path.rpartition("/")[0] for path in arrays}
    return {g.removesuffix("vars").removesuffix("/") if g.endswith("vars") else g for g in groups}


FORMAT = FileFormat(name="weights.h5", suffixes=(".weights.h5",), write_weights=write_weights)
"""It is read as any HDF5 file is: see `legacy_h5`."""
