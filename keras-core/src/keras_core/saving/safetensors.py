"""Weights as safetensors: arrays by name, without code, that other libraries read too."""

import zlib
from pathlib import Path
from typing import Any

import numpy as np

from keras_core.core.base.file_errors import CorruptFileError
from keras_core.core.tensors import native
from keras_core.saving import adapters
from keras_core.saving.files import checksum_text
from keras_core.saving.walk import Arrays, saving, set_variables, walk
from keras_core.saving.weights_h5 import group_path, places_of
from keras_core_plugins.protocol import FileFormat


class _Store(dict[str, Any]):
    """What `save_own_variables` writes into."""

    def __setitem__(self, key: str, value: Any) -> None:
        array = np.asarray(native.to_numpy(value))
        super().__setitem__(key, np.ascontiguousarray(array).reshape(array.shape))


def _library() -> Any:
    try:
        import safetensors.numpy
    except ImportError as e:
        raise ImportError(
            "Files that end in `.safetensors` need the package safetensors: "
            "pip install 'keras-core[safetensors]'"
        ) from e
    return safetensors


def _write(model: Any, path: Path, lora_only: bool = False) -> None:
    """Write the weights; each array is named by its path in a ``.weights.h5`` file.

    Args:
        model: The model.
        path: Where to.
        lora_only: Whether to write low-rank updates alone.
    """
    arrays: dict[str, Any] = {}
    for group, update in adapters.updates(model) if lora_only else ():
        arrays.update({f"{group}/{key}": array for key, array in update.items()})
    for place, obj in walk(model) if not lora_only else ():
        store = _Store()
        with saving(obj):
            obj.save_own_variables(store)
        arrays.update({f"{group_path(place)}/{key}": array for key, array in store.items()})
    metadata = {"format": "keras", _CHECKSUM: _checksum_of(arrays)}
    _library().numpy.save_file(arrays, path, metadata)


_CHECKSUM = "checksum"


def _checksum_of(arrays: dict[str, Any]) -> str:
    """The CRC-32 of names, dtypes, shapes and values."""
    crc = 0
    for name in sorted(arrays):
        array = arrays[name]
        crc = zlib.crc32(f"{name} {array.dtype} {array.shape};".encode(), crc)
        crc = zlib.crc32(np.ascontiguousarray(array).reshape(-1).view("u1").data, crc)
    return checksum_text(crc)


def _read(model: Any, path: Path, skip_mismatch: bool, objects_to_skip: Any = None) -> None:
    library = _library()
    try:
        arrays = library.numpy.load_file(path)
        with library.safe_open(path, "numpy") as file:
            metadata = file.metadata() or {}
    except (library.SafetensorError, ValueError, KeyError, TypeError, OSError) as e:
        raise CorruptFileError(f"Cannot read {str(path)!r} as safetensors: {e}") from e
    if metadata.get(_CHECKSUM, own := _checksum_of(arrays)) != own:
        raise CorruptFileError(
            f"{str(path)!r} is not what was written: the checksum of its arrays differs. If that "
            f"was meant, take {_CHECKSUM!r} out of its metadata."
        )
    places: dict[str, Arrays] = {}
    for name, array in arrays.items():
        place, _, key = name.rpartition("/")
        places.setdefault(place, Arrays())[key] = array

    skip = objects_to_skip or ()
    if adapters.holds_updates(arrays):
        adapters.set_updates(model, places.get, skip_mismatch, str(path), skip, places)
        return

    def read(place: str) -> Arrays | None:
        return places.get(group_path(place))

    held = places_of(arrays)
    set_variables(model, read, skip_mismatch, str(path), skip, held)


FORMAT = FileFormat(
    name="safetensors", suffixes=(".safetensors",), write_weights=_write, read_weights=_read
)
