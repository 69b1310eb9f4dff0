"""Conversion to and from torch tensors, and what is known of one."""

import warnings
from typing import Any

import ml_dtypes
import numpy as np
import torch

from keras_backend_torch import devices

DTYPES: dict[str, torch.dtype] = {
    name: getattr(torch, name)
    for name in (
        "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 "
        "complex64 complex128 float8_e4m3fn float8_e5m2"
    ).split()
}
NAMES: dict[torch.dtype, str] = {dtype: name for name, dtype in DTYPES.items()}

# What NumPy has only through ml_dtypes travels as integers of the same width.
_CARRIERS = {
    "bfloat16": (np.int16, ml_dtypes.bfloat16),
    "float8_e4m3fn": (np.int8, ml_dtypes.float8_e4m3fn),
    "float8_e5m2": (np.int8, ml_dtypes.float8_e5m2),
}
_SIGNED = {1: torch.int8, 2: torch.int16}

# torch says, once a process, that it cannot protect read-only memory. Nothing here writes to
# tensors that come from outside, so the warning is spent where nobody sees it.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    torch.from_numpy(np.frombuffer(b"\0", np.int8))


def is_tensor(x: Any) -> bool:
    """Whether ``x`` is a torch tensor, fake and functional ones included."""
    return isinstance(x, torch.Tensor)


def _shareable(x: np.ndarray[Any, Any]) -> bool:
    """Whether nobody can change ``x``, so that a tensor may use its memory."""
    base = x.base
    return not (
        x.flags.writeable
        or (isinstance(base, np.ndarray) and base.flags.writeable)
        or min(x.strides, default=0) < 0  # torch has no negative strides
    )


def from_numpy(x: np.ndarray[Any, Any], dtype: str) -> torch.Tensor:
    """A tensor of ``dtype`` with the values of ``x``; read-only arrays are not copied."""
    device = devices.current()
    carrier = _CARRIERS.get(dtype)
    if carrier is not None:
        x = x.view(carrier[0])
    out = torch.from_numpy(x if device.type != "cpu" or _shareable(x) else x.copy())
    if carrier is not None:
        out = out.view(DTYPES[dtype])
    return out if device.type == "cpu" else out.to(device)


def constant(x: Any, dtype: str | None) -> torch.Tensor | None:
    """While torch.compile traces, numbers as a tensor: what NumPy does, it cannot follow."""
    if not torch.compiler.is_compiling():
        return None
    to = None if dtype is None else DTYPES[dtype]
    if isinstance(x, np.ndarray):
        return torch.as_tensor(x, dtype=to, device=devices.current())
    return torch.tensor(x, dtype=to, device=devices.current())


def to_numpy(x: torch.Tensor) -> np.ndarray[Any, Any]:
    """The values as an array of the caller's own."""
    if torch.compiler.is_compiling() or type(x).__name__ == "FakeTensor":
        raise TypeError("A tensor has no values while torch traces the function it is in.")
    gather = getattr(x, "full_tensor", None)  # of one that lies over several processes
    if gather is not None:
        x = gather()
    shared = x.device.type == "cpu"
    carrier = _CARRIERS.get(NAMES[x.dtype])
    x = x.detach().cpu()
    if carrier is not None:
        x = x.view(_SIGNED[x.dtype.itemsize])
    # force: conjugates, negatives and zeros that torch has not computed yet
    array = x.numpy(force=True)
    if shared:
        array = array.copy()
    return array if carrier is None else array.view(carrier[1])


def dtype(x: torch.Tensor) -> str:
    """The dtype by its standard name."""
    return NAMES[x.dtype]


def shape(x: torch.Tensor) -> tuple[Any, ...]:
    """The shape."""
    return tuple(x.shape)


static_shape = shape
ndim = torch.Tensor.dim


def from_size(d: Any) -> torch.Tensor | None:
    """A dimension that torch leaves open while it exports, as a tensor."""
    if not isinstance(d, torch.SymInt):
        return None
    return torch.scalar_tensor(d, dtype=torch.int32, device=devices.current())


def copy(x: torch.Tensor) -> torch.Tensor:
    """The same values in memory of their own."""
    return x.clone()
