"""Conversion to and from jax arrays, and what is known of one."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.export import is_symbolic_dim

DTYPES: dict[str, np.dtype[Any]] = {
    name: jnp.dtype(name)
    for name in (
        "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 "
        "complex64 complex128 float8_e4m3fn float8_e5m2"
    ).split()
}
NAMES: dict[np.dtype[Any], str] = {dtype: name for name, dtype in DTYPES.items()}


def is_tensor(x: Any) -> bool:
    """Whether ``x`` is a jax array, or stands for one in a trace."""
    return isinstance(x, Array)


def from_numpy(x: np.ndarray[Any, Any], dtype: str) -> Array:
    """An array with the values of ``x``, whose memory it may use if nobody can write to it."""
    writeable = x.flags.writeable or (isinstance(x.base, np.ndarray) and x.base.flags.writeable)
    # Unlike jnp.asarray this compiles nothing, and copies at most once.
    return jax.device_put(x.copy() if writeable else x)


def to_numpy(x: Array) -> np.ndarray[Any, Any]:
    """The values as an array of the caller's own."""
    if not (x.is_fully_addressable or x.is_fully_replicated):  # other processes have parts of it
        from jax.experimental import multihost_utils  # takes a while to import

        return np.array(multihost_utils.process_allgather(x, tiled=True))
    return np.array(x)


def dtype(x: Array) -> str:
    """The dtype by its standard name."""
    return NAMES[x.dtype]


def shape(x: Array) -> tuple[Any, ...]:
    """The shape."""
    return x.shape


static_shape = shape


copy = jnp.copy


def ndim(x: Array) -> int:
    """The number of axes."""
    return x.ndim


def from_size(d: Any) -> Array | None:
    """A symbolic dimension of `jax.export` as a tensor."""
    return jnp.asarray(d, jnp.int32) if is_symbolic_dim(d) else None
