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


def as_text(values: list[bytes]) -> list[str]:
    """Strings from UTF-8; what is none is replaced."""
    return [v.decode("utf-8", "replace") for v in values]


def text_array(values: list[bytes], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """An array of strings."""
    out = np.empty(len(values), object)
    out[:] = as_text(values)
    return out.reshape(shape)
