"""Strings on the host: whatever holds some as a flat list of bytes in UTF-8, and a shape."""

from typing import Any

import numpy as np

from keras_core.core.tensors import native


def is_string_dtype(dtype: Any) -> bool:
    """Whether an array of this dtype holds strings, or objects that may be some."""
    return dtype.kind in "OSUT"


def host_array(x: Any) -> np.ndarray[Any, Any]:
    """A NumPy array of whatever the user has: strings, lists, arrays, columns, tensors."""
    if isinstance(x, np.ndarray):
        return x
    if isinstance(x, (str, bytes)):
        return np.asarray(x, dtype=object)
    if type(x).__module__.partition(".")[0] in ("pandas", "polars"):
        return np.asarray(x.to_numpy())
    if isinstance(x, (list, tuple)):
        flat = x
        while isinstance(flat, (list, tuple)) and len(flat):
            flat = flat[0]
        return np.asarray(x, dtype=object if isinstance(flat, (str, bytes)) else None)
    return native.to_numpy(x)


def as_bytes(x: np.ndarray[Any, Any]) -> list[bytes]:
    """The elements of an array, flat: strings as UTF-8, numbers as they are written.

    Raises:
        ValueError: If an element is neither.
    """
    if x.dtype.kind in "biu":
        return [str(v).encode() for v in x.reshape(-1).astype("int64").tolist()]
    if x.dtype.kind == "S":
        return x.reshape(-1).tolist()
    if x.dtype.kind == "U":
        try:
            return x.reshape(-1).astype("S").tolist()
        except UnicodeEncodeError:  # more than ASCII
            return [v.encode("utf-8", "surrogatepass") for v in x.reshape(-1).tolist()]
    out: list[bytes] = []
    for v in x.reshape(-1).tolist():
        if isinstance(v, str):
            out.append(v.encode("utf-8", "surrogatepass"))
        elif isinstance(v, bytes):
            out.append(v)
        else:
            raise ValueError(
                f"Expected strings. Received: {v!r} of type {type(v).__name__}. Replace what is "
                "missing, such as None and NaN, by an empty string."
            )
    return out


def distinct(x: np.ndarray[Any, Any]) -> tuple[list[bytes], np.ndarray[Any, Any]]:
    """The different elements of an array, as of `as_bytes`, and for each element which one it is.

    Data repeat few strings many times, and to find them costs less than to make bytes of each.

    >>> values, places = distinct(np.array(["b", "a", "b"]))
    >>> [values[i] for i in places]
    [b'b', b'a', b'b']
    """
    flat = x.reshape(-1)
    if len(flat) < _FEW:
        return as_bytes(flat), np.arange(len(flat))
    if x.dtype.kind in "biu":
        found, places = np.unique(flat, return_inverse=True)
        return as_bytes(found), places
    if x.dtype.kind in "SU" and x.dtype.itemsize:
        first = _first_of_same(flat)
        is_first = np.zeros(len(flat), bool)
        is_first[first] = True
        numbers = np.empty(len(flat), "int64")
        numbers[is_first] = np.arange(np.count_nonzero(is_first))
        return as_bytes(flat[is_first]), numbers[first]
    elements = flat.tolist()
    try:
        numbers = {v: i for i, v in enumerate(dict.fromkeys(elements))}
    except TypeError:  # of something that is no string
        return as_bytes(x), np.arange(len(elements))
    places = np.fromiter(map(numbers.__getitem__, elements), "int64", len(elements))
    several = np.empty(len(numbers), object)
    several[:] = list(numbers)
    return as_bytes(several), places


def _first_of_same(flat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """For strings of a fixed width the place of one that stands for all that are the same."""
    rows = np.ascontiguousarray(flat).view("uint8").reshape(len(flat), -1)
    if flat.dtype.kind == "U":
        points = rows.view("uint32")
        rows = points.astype("uint8") if points.max() < 128 else rows
    words = np.zeros((len(flat), -(-rows.shape[1] // 8)), "uint64")
    words.view("uint8")[:, : rows.shape[1]] = rows
    keys = words[:, 0].copy()
    for word in words.T[1:]:
        keys *= _ODD
        keys ^= keys >> np.uint64(32)
        keys ^= word
    first = _first_of_same_keys(keys)
    # Two strings of several words may have one key: as good as never, but not never.
    if words.shape[1] > 1 and not np.array_equal(words[first], words):
        _, keys = np.unique(words, axis=0, return_inverse=True)
        first = _first_of_same_keys(keys.reshape(-1).astype("uint64"))
    return first


def _first_of_same_keys(keys: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same for integers, by a table of hashes; those that share a place in it are sorted."""
    bits = min(len(keys).bit_length() + 1, 22)
    places = (keys * _ODD) >> np.uint64(64 - bits)
    table = np.empty(1 << bits, "int64")
    table[places] = np.arange(len(keys))
    first = table[places]
    others = np.flatnonzero(keys[first] != keys)
    if len(others):
        _, places = np.unique(keys[others], return_inverse=True)
        table[places] = others
        first[others] = table[places]
    return first


_FEW = 512
"""So many strings are made bytes one by one."""

_ODD = np.uint64(0x9E3779B97F4A7C15)


def as_text(values: list[bytes]) -> list[str]:
    """Strings from UTF-8; what is none is replaced."""
    return [v.decode("utf-8", "replace") for v in values]


def text_array(values: list[bytes], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """An array of strings."""
    out = np.empty(len(values), object)
    out[:] = as_text(values)
    return out.reshape(shape)
