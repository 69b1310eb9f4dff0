"""A nest of values in one file, which is whole or refused."""

import io
import json
import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from keras_core.core.base.file_errors import CorruptFileError, ModelFileError
from keras_core.saving.files import MAX_TEXT, open_regular, parse_json

_TEXT = "state.json"
_MARK = "__array__"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, KeyError)


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Write a nest of dicts, lists, numbers, texts, None and arrays."""
    arrays: list[Any] = []

    def encode(x: Any) -> Any:
        if isinstance(x, dict):
            return {str(k): encode(v) for k, v in x.items()}
        if isinstance(x, (list, tuple)):
            return [encode(v) for v in x]
        if isinstance(x, np.generic) and x.dtype.isbuiltin:
            return x.item()
        if isinstance(x, np.ndarray):
            arrays.append(x)
            return {_MARK: len(arrays) - 1}
        return x

    text = json.dumps(encode(state))
    with zipfile.ZipFile(path, "w") as file:
        for i, array in enumerate(arrays):
            # NumPy's files know no dtypes of others
            array = array if array.dtype.isbuiltin else array.astype("float32")
            with file.open(f"{i}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array, order="C"), allow_pickle=False)
        file.writestr(_TEXT, text)


def read_state(path: Path) -> dict[str, Any]:
    """Read what `write_state` has written.

    Raises:
        ModelFileError: If it is anything else, or damaged.
    """
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            infos = {i.filename: i for i in archive.infolist()}
            size = path.stat().st_size
            stored = all(i.compress_type == zipfile.ZIP_STORED for i in infos.values())
            if not stored or sum(i.file_size for i in infos.values()) > size:
                raise ValueError("its members are larger than it is")
            if infos[_TEXT].file_size > MAX_TEXT:
                raise ValueError(f"{_TEXT} is longer than {MAX_TEXT} bytes")
            state = parse_json(archive.read(_TEXT), f"{_TEXT} of {str(path)!r}")

            def decode(x: Any) -> Any:
                if isinstance(x, dict):
                    if x.keys() == {_MARK}:
                        return _array(archive.read(f"{x[_MARK]}.npy"))
                    return {k: decode(v) for k, v in x.items()}
                return [decode(v) for v in x] if isinstance(x, list) else x

            decoded = decode(state)
            if not isinstance(decoded, dict):
                raise ValueError(f"{_TEXT} holds no object")
            return decoded
    except ModelFileError:
        raise
    except _DAMAGE as e:
        raise CorruptFileError(f"{str(path)!r} is truncated, damaged, or no backup: {e}.") from e


def _array(data: bytes) -> Any:
    """The array in the bytes of a ``.npy`` file, whose head says no more than what follows it."""
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read is None:
        raise ValueError(f"an array has the unknown version {version}")
    shape, fortran, dtype = read(file)
    if dtype.hasobject or fortran:
        raise ValueError(f"an array has the dtype {dtype}")
    if file.tell() + math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError("an array is not as large as it says")
    return np.frombuffer(data, dtype, offset=file.tell()).reshape(shape).copy()
