"""Decompositions over the last two axes."""

import math
from typing import Any

import numpy as np

from keras_backend_numpy.support import Array, narrowed, widened

_BLOCK = 48
"""Triangular systems up to this size are solved row by row, larger ones by halves."""


def _as(dtype: np.dtype[Any], *results: Array) -> tuple[Array, ...]:
    return tuple(narrowed(result, dtype) for result in results)


def cholesky(x: Array, upper: bool) -> Array:
    """The lower factor, or that transposed."""
    root = narrowed(np.linalg.cholesky(widened(x)), x.dtype)
    return root.swapaxes(-1, -2) if upper else root


def inv(x: Array) -> Array:
    """The inverse; NumPy refuses singular matrices."""
    return narrowed(np.linalg.inv(widened(x)), x.dtype)


def solve(a: Array, b: Array) -> Array:
    """The solution for matrices or vectors ``b``."""
    if b.ndim == a.ndim - 1:
        return solve(a, b[..., None])[..., 0]
    return narrowed(np.linalg.solve(widened(a), widened(b)), b.dtype)


@np.errstate(all="ignore")
def triangular_solve(a: Array, b: Array, lower: bool) -> Array:
    """Substitution; a zero on the diagonal gives infinities, not an error."""
    wide = widened(a)
    if not lower:  # An upper system is a lower one read backwards.
        wide = wide[..., ::-1, ::-1]
    y = widened(b)[..., :: 1 if lower else -1, :].copy()
    _forward_substitution(wide, y)
    return narrowed(y if lower else y[..., ::-1, :], b.dtype)


def _forward_substitution(a: Array, y: Array) -> None:
    """Turn ``y`` from the right-hand side into the solution."""
    n = a.shape[-1]
    if n > _BLOCK:
        half = n // 2
        _forward_substitution(a[..., :half, :half], y[..., :half, :])
        y[..., half:, :] -= a[..., half:, :half] @ y[..., :half, :]
        _forward_substitution(a[..., half:, half:], y[..., half:, :])
        return
    for i in range(n):
        row = y[..., i : i + 1, :]
        if i:
            row -= a[..., i : i + 1, :i] @ y[..., :i, :]
        row /= a[..., i : i + 1, i : i + 1]


def qr(x: Array, full: bool) -> tuple[Array, ...]:
    """Orthogonal times upper triangular."""
    return _as(x.dtype, *np.linalg.qr(widened(x), mode="complete" if full else "reduced"))


def svd(x: Array, full_matrices: bool) -> tuple[Array, ...]:
    """Singular value decomposition."""
    return _as(x.dtype, *np.linalg.svd(widened(x), full_matrices=full_matrices))


def eigh(x: Array) -> tuple[Array, ...]:
    """Eigenvalues and eigenvectors of symmetric matrices."""
    return _as(x.dtype, *np.linalg.eigh(widened(x)))


def eig(x: Array) -> tuple[Array, ...]:
    """Eigenvalues and eigenvectors; complex also where NumPy finds them all real."""
    wide = widened(x)
    return _as(np.result_type(wide.dtype, np.complex64), *np.linalg.eig(wide))


@np.errstate(all="ignore")
def lu_factor(x: Array) -> tuple[Array, Array]:
    """Gaussian elimination with partial pivoting, for the whole batch at once."""
    *batch, m, n = x.shape
    lu = np.array(widened(x), order="C").reshape(math.prod(batch), m, n)
    pivots = np.zeros((len(lu), min(m, n)), np.int32)
    each = np.arange(len(lu))
    for k in range(min(m, n)):
        pivot = k + np.abs(lu[:, k:, k]).argmax(axis=1)
        pivots[:, k] = pivot
        upper = lu[each, pivot]
        lu[each, pivot] = lu[:, k]
        lu[:, k] = upper
        column = lu[:, k + 1 :, k : k + 1]
        # A zero pivot means a zero column: there is nothing to eliminate.
        column /= np.where(upper[:, None, k : k + 1] == 0, 1, upper[:, None, k : k + 1])
        lu[:, k + 1 :, k + 1 :] -= column * upper[:, None, k + 1 :]
    return narrowed(lu.reshape(x.shape), x.dtype), pivots.reshape(*batch, min(m, n))
