"""HDF5 files, read without following what leads out of them."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keras_core.saving.files import CorruptFileError, first_bytes


def is_hdf5(path: Path) -> bool:
    """Whether a file begins as HDF5 files do."""
    return not path.is_dir() and first_bytes(path).startswith(b"\x89HDF")


def read_array(dataset: Any) -> np.ndarray[Any, Any]:
    """The values of a dataset.

    Raises:
        CorruptFileError: If it is no array of numbers, or its data lie in another file.
    """
    if not isinstance(dataset, h5py.Dataset):
        raise CorruptFileError(f"{dataset.name!r} in the weights file is no array.")
    if dataset.dtype.kind not in "biuf" or dataset.external or dataset.is_virtual:
        raise CorruptFileError(
            f"The array {dataset.name!r} in the weights file has the dtype {dataset.dtype}, or "
            "its data lie in another file."
        )
    return np.asarray(dataset)


def open_h5(file: Any, what: str) -> h5py.File:
    """An HDF5 file to read.

    Raises:
        CorruptFileError: If it is none.
    """
    try:
        return h5py.File(file, "r")
    except OSError as e:
        raise CorruptFileError(f"Cannot read {what!r} as an HDF5 file: {e}") from e


def plain_members(group: h5py.Group) -> list[str]:
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


def find(group: h5py.Group, path: str) -> Any:
    """What is at a path, one step at a time, or None; no link is followed."""
    here: Any = group["/"] if isinstance(group, h5py.File) else group
    for part in path.split("/"):
        if not isinstance(here, h5py.Group):
            raise CorruptFileError(f"{here.name!r} in the file is no group.")
        if not here.id.links.exists(part.encode()):
            return None
        _check_link(here, part)
        here = here[part]
    return here
