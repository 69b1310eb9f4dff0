"""Conversion to and from `tf.Tensor`, eager or symbolic."""

from typing import Any

import numpy as np

from keras_backend_tensorflow._engine import dims, tf

shape = dims


def is_tensor(x: Any) -> bool:
    """Whether ``x`` is a tensor; a `tf.Variable` is not."""
    return isinstance(x, tf.Tensor)


def from_numpy(x: np.ndarray[Any, Any], dtype: str) -> Any:
    """A copy."""
    return tf.constant(x, dtype)


def to_numpy(x: Any) -> np.ndarray[Any, Any]:
    """A read-only view where the tensor is in the host's memory."""
    if not hasattr(x, "numpy"):
        raise TypeError(f"A tensor of a tf.function has no values while it is traced: {x!r}")
    # A view; but NumPy cannot make one of a scalar that is not a dtype of its own.
    array = np.asarray(x if x.shape.rank else x.numpy())
    array.flags.writeable = False
    return array


def dtype(x: Any) -> str:
    """The dtype by its standard name."""
    name: str = x.dtype.name
    return name


def static_shape(x: Any) -> tuple[int | None, ...]:
    """The shape, None for what is not known."""
    return tuple(x.shape.as_list())


def ndim(x: Any) -> int:
    """The number of axes."""
    rank: int = x.shape.rank
    return rank


def copy(x: Any) -> Any:
    """The same values in memory of their own."""
    return tf.identity(x)
