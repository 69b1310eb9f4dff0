"""Decompositions. The gradients follow Giles (2008), "An extended collection of matrix
derivative results for forward and reverse mode automatic differentiation", and
Walter and Lehmann (2012) for QR."""

from typing import Any

from keras_core.core.dispatch.op import primitive, spec
from keras_core.core.primitives._rules import const, dtype_of, same, static_shape
from keras_core.core.primitives.contraction import matmul
from keras_core.core.primitives.elementwise import (
    add,
    divide,
    equal,
    less_equal,
    multiply,
    negative,
    ones_like,
    subtract,
    where,
    zeros_like,
)
from keras_core.core.primitives.shaping import (
    arange,
    broadcast_to,
    reshape,
    swap_last,
)
from keras_core.core.tensors.native import shape_of

_COMPLEX_OF = {"float64": "complex128"}


def _grid(x: Any, compare: Any, k: int = 0) -> Any:
    """A bool matrix of the size of ``x``: ``compare(row, column - k)``."""
    rows, columns = shape_of(x)[-2:]
    i = reshape(arange(0, rows, 1, "int32"), (rows, 1))
    j = reshape(arange(-k, columns - k, 1, "int32"), (1, columns))
    return compare(i, j)


def lower(x: Any, k: int = 0) -> Any:
    """The part of ``x`` on and below diagonal ``k``."""
    return where(_grid(x, lambda i, j: less_equal(j, i), k), x, zeros_like(x))


def upper(x: Any, k: int = 0) -> Any:
    """The part of ``x`` on and above diagonal ``k``."""
    return where(_grid(x, less_equal, k), x, zeros_like(x))


def diagonal_matrix(d: Any) -> Any:
    """Matrices with the last axis of ``d`` on their diagonals."""
    shape = shape_of(d)
    row = reshape(d, (*shape[:-1], 1, shape[-1]))
    full = broadcast_to(row, (*shape, shape[-1]))
    return where(_grid(full, equal), full, zeros_like(full))


def _half_sum(x: Any) -> Any:
    return multiply(add(x, swap_last(x)), const(0.5, x))


def _solve_transposed(a: Any, b: Any, is_lower: bool) -> Any:
    return triangular_solve(swap_last(a), b, not is_lower)


def _triangular_solve_vjp(g: Any, y: Any, a: Any, b: Any, is_lower: bool) -> Any:
    gb = _solve_transposed(a, g, is_lower)
    ga = negative(matmul(gb, swap_last(y)))
    return (lower if is_lower else upper)(ga), gb


def _qr_rule(x: Any, full: bool) -> Any:
    *batch, m, n = static_shape(x)
    k = m if full else None if m is None or n is None else min(m, n)
    return spec((*batch, m, k), dtype_of(x)), spec((*batch, k, n), dtype_of(x))


def _qr_vjp(g: Any, y: Any, x: Any, full: bool) -> Any:
    q, r = y
    gq, gr = g
    m, n = shape_of(x)[-2:]
    if m < n or (full and m != n):
        raise NotImplementedError(
            f"The gradient of `qr` is known for matrices with at least as many rows as columns "
            f"in reduced mode. Received: a matrix of shape {(m, n)}, full={full}"
        )
    core = subtract(matmul(r, swap_last(gr)), matmul(swap_last(gq), q))
    low = add(lower(core), swap_last(lower(core, -1)))
    rhs = add(gq, matmul(q, low))
    return swap_last(triangular_solve(r, swap_last(rhs), False))


def _svd_rule(x: Any, full_matrices: bool) -> Any:
    *batch, m, n = static_shape(x)
    k = None if m is None or n is None else min(m, n)
    dtype = dtype_of(x)
    u = spec((*batch, m, m if full_matrices else k), dtype)
    v = spec((*batch, n if full_matrices else k, n), dtype)
    return u, spec((*batch, k), dtype), v


def _reciprocal_differences(w: Any) -> Any:
    """``F[i, j] = 1 / (w[j] - w[i])``, 0 where they are equal."""
    shape = shape_of(w)
    d = subtract(reshape(w, (*shape[:-1], 1, shape[-1])), reshape(w, (*shape, 1)))
    zero = equal(d, const(0, d))
    return where(zero, zeros_like(d), divide(ones_like(d), where(zero, ones_like(d), d)))


def _svd_vjp(g: Any, y: Any, x: Any, full_matrices: bool) -> Any:
    u, s, vh = y
    gu, gs, gvh = g
    m, n = shape_of(x)[-2:]
    if full_matrices and m != n:
        raise NotImplementedError(
            "The gradient of `svd` is known for full_matrices=False or square matrices. "
            f"Received: a matrix of shape {(m, n)}"
        )
    k = min(m, n)
    v, gv = swap_last(vh), swap_last(gvh)
    f = _reciprocal_differences(multiply(s, s))
    utgu, vtgv = matmul(swap_last(u), gu), matmul(vh, gv)
    row = reshape(s, (*shape_of(s)[:-1], 1, k))
    column = reshape(s, (*shape_of(s), 1))
    inner = add(
        multiply(multiply(f, subtract(utgu, swap_last(utgu))), row),
        multiply(column, multiply(f, subtract(vtgv, swap_last(vtgv)))),
    )
    out = matmul(matmul(u, add(inner, diagonal_matrix(gs))), vh)
    if m > k:
        rest = subtract(gu, matmul(u, utgu))
        out = add(out, matmul(divide(rest, row), vh))
    if n > k:
        rest = subtract(gv, matmul(v, vtgv))
        out = add(out, matmul(u, swap_last(divide(rest, row))))
    return out


def _eigh_rule(x: Any) -> Any:
    shape = static_shape(x)
    return spec(shape[:-1], dtype_of(x)), spec(shape, dtype_of(x))


def _eigh_vjp(g: Any, y: Any, x: Any) -> Any:
    w, v = y
    gw, gv = g
    inner = multiply(matmul(swap_last(v), gv), _reciprocal_differences(w))
    inner = add(inner, diagonal_matrix(gw))
    return _half_sum(matmul(matmul(v, inner), swap_last(v)))


def _eig_rule(x: Any) -> Any:
    shape, dtype = static_shape(x), _COMPLEX_OF.get(dtype_of(x), "complex64")
    return spec(shape[:-1], dtype), spec(shape, dtype)


triangular_solve = primitive(
    "a b [lower]", lambda a, b, _: same(b), _triangular_solve_vjp, "triangular_solve"
)
qr = primitive("x [full]", _qr_rule, _qr_vjp, "qr")
svd = primitive("x [full_matrices]", _svd_rule, _svd_vjp, "svd")
eigh = primitive("x", _eigh_rule, _eigh_vjp, "eigh")
eig = primitive("x", _eig_rule, None, "eig")
