"""Python's operators on tensors, for dimensions in compiled functions and for people."""

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_backend_openvino import primitives as p
from keras_backend_openvino.graph import DTYPES, FLOATS, INTS, NAMES, Tensor

_ORDER = ("bool", *INTS, *FLOATS)


def _joined(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Two operands as tensors of one dtype. A Python number takes that of the tensor."""
    known = [x.dtype for x in (a, b) if isinstance(x, Tensor)]
    dtype = max(known, key=_ORDER.index)
    for x in (a, b):
        if isinstance(x, (np.ndarray, np.generic)):
            dtype = max(dtype, NAMES.get(x.dtype, "float32"), key=_ORDER.index)
        elif isinstance(x, float) and dtype not in FLOATS:
            dtype = "float32"
        elif isinstance(x, int) and dtype == "bool" and not isinstance(x, bool):
            dtype = "int32"
    return _tensor(a, dtype), _tensor(b, dtype)


def _tensor(x: Any, dtype: str) -> Tensor:
    if isinstance(x, Tensor):
        return p.cast(x, dtype)
    return Tensor(dtype, np.asarray(x).astype(DTYPES[dtype]))


def _binary(fn: Callable[[Tensor, Tensor], Tensor], swap: bool = False) -> Any:
    def operator(a: Any, b: Any) -> Any:
        if not isinstance(b, (Tensor, bool, int, float, np.ndarray, np.generic)):
            return NotImplemented
        x, y = _joined(a, b)
        return fn(y, x) if swap else fn(x, y)

    return operator


def _divide(x: Tensor, y: Tensor) -> Tensor:
    if x.dtype not in FLOATS:
        x, y = p.cast(x, "float32"), p.cast(y, "float32")
    return p.divide(x, y)


def _logical(on_bool: Any, on_int: Any) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda x, y: on_bool(x, y) if x.dtype == "bool" else on_int(x, y)


def _not_equal(x: Tensor, y: Tensor) -> Tensor:
    return p.logical_not(p.equal(x, y))


def _getitem(x: Tensor, key: Any) -> Tensor:
    """Integers, slices with positive steps, None and an ellipsis."""
    keys = list(key) if isinstance(key, tuple) else [key]
    used = sum(k is not None and k is not Ellipsis for k in keys)
    at = next((i for i, k in enumerate(keys) if k is Ellipsis), len(keys))
    keys[at : at + 1] = [slice(None)] * (x.ndim - used)
    axis = 0
    for k in keys:
        if k is None:
            shape = x.shape
            x = p.reshape(x, (*shape[:axis], 1, *shape[axis:]))
        elif isinstance(k, slice):
            if k != slice(None):
                x = _slice(x, k, axis)
        else:
            index = k if isinstance(k, Tensor) else Tensor("int32", np.asarray(k, np.int32))
            x = p.take(x, index, axis)
            axis += index.ndim - 1
        axis += 1
    return x


def _slice(x: Tensor, key: slice, axis: int) -> Tensor:
    size = x.shape[axis]
    if isinstance(size, int):
        start, stop, step = key.indices(size)
    else:
        start, stop, step = key.start or 0, key.stop, key.step or 1
        start = start if start >= 0 else size + start
        stop = stop if stop is None or stop >= 0 else size + stop
    if step < 1:
        raise ValueError("A slice of a tensor needs a positive step")
    n = x.ndim
    if isinstance(size, int):
        stop = max(start, stop)
    starts = [start if i == axis else 0 for i in range(n)]
    stops = [stop if i == axis else None for i in range(n)]
    return p.slice(x, starts, stops, tuple(step if i == axis else 1 for i in range(n)))


_BINARY: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "add": p.add,
    "sub": p.subtract,
    "mul": p.multiply,
    "truediv": _divide,
    "floordiv": p.floor_divide,
    "mod": p.mod,
    "pow": p.power,
    "matmul": p.matmul,
    "and": _logical(p.logical_and, p.bitwise_and),
    "or": _logical(p.logical_or, p.bitwise_or),
    "xor": _logical(_not_equal, p.bitwise_xor),
}
_COMPARISONS: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], bool]] = {
    "eq": (p.equal, False),
    "ne": (_not_equal, False),
    "lt": (p.less, False),
    "le": (p.less_equal, False),
    "gt": (p.less, True),
    "ge": (p.less_equal, True),
}


def add_to(cls: type) -> None:
    """Give ``cls`` the operators."""
    for name, fn in _BINARY.items():
        setattr(cls, f"__{name}__", _binary(fn))
        setattr(cls, f"__r{name}__", _binary(fn, swap=True))
    for name, (fn, swap) in _COMPARISONS.items():
        setattr(cls, f"__{name}__", _binary(fn, swap))
    members: dict[str, Any] = {
        "__neg__": p.negative,
        "__abs__": p.abs,
        "__invert__": lambda x: (p.logical_not if x.dtype == "bool" else p.bitwise_not)(x),
        "__getitem__": _getitem,
        "__hash__": object.__hash__,
    }
    for name, member in members.items():
        setattr(cls, name, member)
