"""Pickles of published data sets, read by an unpickler that knows numbers, lists and arrays only.

A pickle is a program, and the usual unpickler runs it. This one builds lists, tuples, dicts,
strings, numbers and NumPy arrays, and refuses everything else.
"""

import io
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keras_core_plugins import KerasCoreError


class DataFileError(KerasCoreError, ValueError):
    """A data file is damaged, or holds something else than data."""


def _reconstruct(kind: Any, shape: Any, dtype: Any) -> np.ndarray[Any, Any]:
    """The empty array that a pickled array begins with."""
    if kind is not np.ndarray or shape != (0,) or dtype not in (b"b", "b"):
        raise DataFileError("An array is not made as NumPy makes it.")
    return np.ndarray((0,), "b")


_KNOWN: Mapping[tuple[str, str], Any] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _KNOWN[(module, name)]
        except KeyError:
            raise DataFileError(
                f"A data file names {module}.{name}, which is neither a number nor a list nor an "
                "array. It is not loaded, since it could run code."
            ) from None

    def persistent_load(self, pid: Any) -> Any:
        raise DataFileError("A data file refers to an object outside of it.")


def load_pickle(file: Any, encoding: str = "ASCII") -> Any:
    """What a file holds, if that is data.

    Args:
        file: The open file.
        encoding: How strings of Python 2 are decoded; ``"bytes"`` keeps them as bytes.

    Raises:
        DataFileError: If it holds anything else, or is damaged.
    """
    try:
        return _Unpickler(file, encoding=encoding).load()
    except DataFileError:
        raise
    except Exception as e:  # whatever a damaged pickle makes of itself
        raise DataFileError(f"A data file is damaged: {type(e).__name__}: {e}") from e


def load_npz(path: str | Path) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays of an ``.npz`` file, those of lists included.

    Raises:
        DataFileError: If it holds anything else than arrays, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                name.removesuffix(".npy"): _load_array(archive.read(name))
                for name in archive.namelist()
            }
    except (zipfile.BadZipFile, EOFError, KeyError) as e:
        raise DataFileError(f"Cannot read {str(path)!r}: it is no `.npz` file ({e}).") from e


def _load_array(data: bytes) -> np.ndarray[Any, Any]:
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        header = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
        shape, _, dtype = header[version[0]](file)
        if not dtype.hasobject:
            return np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, KeyError) as e:
        raise DataFileError(f"An array of a data file is damaged: {e}") from e
    array = load_pickle(file)
    if not isinstance(array, np.ndarray) or array.shape != shape:
        raise DataFileError(f"An array of a data file should have the shape {shape}.")
    return array
