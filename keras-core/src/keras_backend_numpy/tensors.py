"""A tensor is an `numpy.ndarray`, also a 0-d one; never a NumPy scalar.

NumPy scalars are values without an identity (``np.True_`` is one object), and
``np.float64`` is a Python float. So the primitives return arrays only, and the core
converts scalars as it does Python's.
"""

from typing import Any

import ml_dtypes
import numpy as np

from keras_backend_numpy.support import Array
from keras_core_plugins.protocol import ALL_DTYPES

DTYPES: dict[str, np.dtype[Any]] = {
    name: np.dtype(getattr(ml_dtypes, name, name)) for name in sorted(ALL_DTYPES)
}
_NAMES: dict[np.dtype[Any], str] = {dtype: name for name, dtype in DTYPES.items()}


def is_tensor(x: Any) -> bool:
    """Whether ``x`` is an array."""
    return isinstance(x, np.ndarray)


def from_numpy(x: Array, dtype: str) -> Array:
    """A copy: whoever holds ``x`` may change it later."""
    return np.array(x, DTYPES[dtype], order="C")


def to_numpy(x: Array) -> Array:
    """A read-only view, as other engines give too: no copy, and tensors stay as they are."""
    view = x.view(np.ndarray)
    view.flags.writeable = False
    return view


def dtype(x: Array) -> str:
    """The dtype by its standard name."""
    # The look-up is fifty times faster than `dtype.name`.
    return _NAMES.get(x.dtype) or x.dtype.name


def shape(x: Array) -> tuple[int, ...]:
    """The shape."""
    return x.shape


def static_shape(x: Array) -> tuple[int, ...]:
    """The shape, all of which is known."""
    return x.shape
