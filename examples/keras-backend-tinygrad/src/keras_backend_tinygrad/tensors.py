"""A tensor is a `tinygrad.Tensor`. Outside the compiler it has been computed already."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import ml_dtypes
import numpy as np
from tinygrad import Tensor, dtypes
from tinygrad.dtype import DType

NAMES = (
    "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64"
).split()
DTYPES: dict[str, DType] = {name: getattr(dtypes, name) for name in NAMES}
_NAME_OF = {dtype: name for name, dtype in DTYPES.items()}
_BFLOAT16 = np.dtype(ml_dtypes.bfloat16)

_depth = 0


class Tracing:
    """A context in which nothing is computed: a function is being recorded."""

    def __enter__(self) -> None:
        global _depth
        _depth += 1

    def __exit__(self, *exc: object) -> None:
        global _depth
        _depth -= 1


def is_tracing() -> bool:
    """Whether a function is being recorded."""
    return _depth > 0


class HostNeeded(Exception):
    """A function that is being recorded has to be run eagerly: it needs values on the host."""


def is_tensor(x: Any) -> bool:
    """Whether ``x`` is tinygrad's."""
    return isinstance(x, Tensor)


def from_numpy(x: np.ndarray[Any, Any], dtype: str) -> Tensor:
    """A copy on the default device; bfloat16, which tinygrad cannot read, by way of float32."""
    if x.size == 0:
        return view(Tensor.zeros(*x.shape, dtype=DTYPES[dtype]))
    flat = np.array(x, np.float32 if dtype == "bfloat16" else None, order="C").reshape(-1)
    return view(Tensor(flat).cast(DTYPES[dtype]).realize().reshape(x.shape))  # 0-d: no constant


def to_numpy(x: Tensor) -> np.ndarray[Any, Any]:
    """The values."""
    if is_tracing():
        raise TypeError(
            "A tensor inside a compiled function has no values yet. Return it, or run the "
            "function eagerly (run_eagerly=True)."
        )
    if x.dtype == dtypes.bfloat16:
        return x.numpy().astype(_BFLOAT16)  # by way of float32
    return np.array(x.numpy())


def dtype(x: Tensor) -> str:
    """The dtype by its standard name."""
    return _NAME_OF[x.dtype]


def shape(x: Tensor) -> tuple[int, ...]:
    """The shape, all of which is known."""
    return x.shape  # type: ignore[return-value]


static_shape = shape


# -- What the primitives are made with ----------------------------------------------------


class EngineTensor(Tensor):
    """What the core gets to see: `integration` gives it operators that the core can follow."""

    __slots__ = ()


def view(x: Tensor) -> EngineTensor:
    """``x`` as a new object: the core's autodiff knows tensors by identity."""
    return EngineTensor(x.uop)


def plain(x: Any) -> Any:
    """``x`` as tinygrad's own class: it takes no subclass beside it."""
    if isinstance(x, Tensor):
        return Tensor(x.uop)
    return type(x)(map(plain, x)) if isinstance(x, (list, tuple)) else x


def computed(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, its result computed at once: an unread graph would only grow."""

    @wraps(function)
    def call(*args: Any) -> Any:
        result = function(*map(plain, args))
        if is_tracing():
            shape(result)  # tinygrad does not infer it, and find it impossible, before it is asked
        else:
            result.realize()
        return view(result)

    return call
