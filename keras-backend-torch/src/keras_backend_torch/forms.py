"""Functions of torch for dtypes and axes that they do not take by themselves."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

# torch hardly computes with uint16, uint32 and uint64. Their bits are read as the signed
# integers of the same width instead: for arithmetic that wraps around, and for moving
# data, the results are the same bits. Where order matters, the top bit is flipped first.

SIGNED = {
    torch.uint16: torch.int16,
    torch.uint32: torch.int32,
    torch.uint64: torch.int64,
}


def bits(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn`` of signed integers for unsigned ones too, where only the bits matter."""

    def call(x: Tensor, /, *args: Any) -> Any:
        if x.dtype not in SIGNED:
            return fn(x, *args)
        signed = SIGNED[x.dtype]
        given = [
            a.view(signed) if isinstance(a, Tensor) and a.dtype is x.dtype else a for a in args
        ]
        return fn(x.view(signed), *given).view(x.dtype)

    return call


def key(x: Tensor) -> Tensor:
    """A tensor in the same order as ``x``, of a dtype that torch compares."""
    signed = SIGNED.get(x.dtype)
    return x if signed is None else x.view(signed) ^ torch.iinfo(signed).min


def unkey(key: Tensor, dtype: torch.dtype) -> Tensor:
    """What `key` came from."""
    return key if key.dtype is dtype else (key ^ torch.iinfo(key.dtype).min).view(dtype)


def ordered(fn: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """``fn`` that picks among the elements of its first argument, for all numbers."""

    def call(x: Tensor, /, *args: Any) -> Tensor:
        if x.dtype not in SIGNED:
            return fn(x, *args)
        given = [key(a) if isinstance(a, Tensor) and a.dtype is x.dtype else a for a in args]
        return unkey(fn(key(x), *given), x.dtype)

    return call


def compares(fn: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """``fn`` that compares two tensors, for all numbers."""
    return lambda x1, x2: fn(key(x1), key(x2)) if x1.dtype in SIGNED else fn(x1, x2)


HALF = frozenset({torch.float16, torch.bfloat16})


def wide(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn`` computed in float32 for narrower floats, for which it has no kernel."""

    def back(y: Tensor, dtype: torch.dtype) -> Tensor:
        return y.to(dtype) if y.dtype is torch.float32 else y

    def call(x: Tensor, /, *args: Any) -> Any:
        if x.dtype not in HALF:
            return fn(x, *args)
        y = fn(x.float(), *(a.float() if isinstance(a, Tensor) else a for a in args))
        return back(y, x.dtype) if isinstance(y, Tensor) else tuple(back(e, x.dtype) for e in y)

    return call


def reduction(fn: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """``fn`` over some axes: torch takes an empty tuple of them for all of them."""

    def call(x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        if len(axis) == 1:  # torch reads an int faster than a tuple
            return fn(x, axis[0], keepdims)
        return fn(x, axis, keepdims) if axis else x

    return call
