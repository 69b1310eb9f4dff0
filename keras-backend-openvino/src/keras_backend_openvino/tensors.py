"""Conversion to and from `Tensor`."""

from typing import Any

import numpy as np

from keras_backend_openvino.graph import DTYPES, Array, Tensor


def is_tensor(x: Any) -> bool:
    """Whether ``x`` is a tensor."""
    return isinstance(x, Tensor)


def from_numpy(x: Array, dtype: str) -> Tensor:
    """A copy: whoever holds ``x`` may change it later."""
    return Tensor(dtype, np.array(x, DTYPES[dtype], order="C"))


def to_numpy(x: Tensor) -> Array:
    """The values, read-only."""
    return x.numpy()


def dtype(x: Tensor) -> str:
    """The dtype by its standard name."""
    return x.dtype


def shape(x: Tensor) -> tuple[Any, ...]:
    """The shape: ints, and scalar tensors in a compiled function."""
    return x.shape


def static_shape(x: Tensor) -> tuple[int | None, ...]:
    """The shape, None for what is not known."""
    return x.static_shape
