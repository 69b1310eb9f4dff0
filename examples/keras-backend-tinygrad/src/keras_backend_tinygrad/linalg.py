"""Decompositions, on the host: tinygrad has no exact ones of its own."""

from typing import Any

import numpy as np
from tinygrad import Tensor

from keras_backend_tinygrad.tensors import HostNeeded, dtype, from_numpy, is_tracing, to_numpy, view


def on_host(x: Tensor) -> np.ndarray[Any, Any]:
    """The values of ``x``, for a primitive that tinygrad does not compute itself."""
    if is_tracing():
        raise HostNeeded
    return to_numpy(x)


def _wide(x: Tensor) -> np.ndarray[Any, Any]:
    array = on_host(x)
    return array if array.dtype == np.float64 else array.astype(np.float32)


def _back(x: Tensor, *results: np.ndarray[Any, Any]) -> tuple[Tensor, ...]:
    dt = "float64" if dtype(x) == "float64" else "float32"
    return tuple(view(from_numpy(r.astype(dt), dt).cast(x.dtype).realize()) for r in results)


def triangular_solve(a: Tensor, b: Tensor, lower: bool) -> Tensor:
    triangle = np.tril if lower else np.triu
    left, right = _wide(a), _wide(b)
    return _back(b, np.linalg.solve(triangle(left), right))[0]


def qr(x: Tensor, full: bool) -> tuple[Tensor, ...]:
    return _back(x, *np.linalg.qr(_wide(x), mode="complete" if full else "reduced"))


def svd(x: Tensor, full_matrices: bool) -> tuple[Tensor, ...]:
    return _back(x, *np.linalg.svd(_wide(x), full_matrices=full_matrices))


def eigh(x: Tensor) -> tuple[Tensor, ...]:
    return _back(x, *np.linalg.eigh(_wide(x)))


def _inv(x: Tensor) -> Tensor:
    return _back(x, np.linalg.inv(_wide(x)))[0]


def _solve(a: Tensor, b: Tensor) -> Tensor:
    left, right = _wide(a), _wide(b)
    if b.ndim == a.ndim - 1:
        return _back(b, np.linalg.solve(left, right[..., None])[..., 0])[0]
    return _back(b, np.linalg.solve(left, right))[0]


OVERRIDES = {"inv": _inv, "solve": _solve}
