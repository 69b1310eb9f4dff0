"""Decompositions. The gradients follow Giles (2008), "An extended collection of matrix
derivative results for forward and reverse mode automatic differentiation", and
Walter and Lehmann (2012) for QR."""

from typing import Any

from keras_core.engine.dispatch import primitive, spec
from keras_core.engine.primitives._rules import const, dtype_of, ndim, same, static_shape
from keras_core.engine.primitives.contraction import matmul
from keras_core.engine.primitives.elementwise import (
    add,
    cast,
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
from keras_core.engine.primitives.indexing import take
from keras_core.engine.primitives.reductions import sum as reduce_sum
from keras_core.engine.primitives.shaping import (
    arange,
    broadcast_to,
    reshape,
    swap_last,
)
from keras_core.engine.tensors import shape_of

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


def _cholesky_vjp(g: Any, y: Any, x: Any) -> Any:
    phi = lower(matmul(swap_last(y), g))
    half = where(_grid(phi, equal), multiply(phi, const(0.5, phi)), phi)
    left = _solve_transposed(y, half, True)  # L^-T phi
    return _half_sum(swap_last(_solve_transposed(y, swap_last(left), True)))


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


def _lu_rule(x: Any) -> Any:
    *batch, m, n = static_shape(x)
    k = None if m is None or n is None else min(m, n)
    return spec((*batch, m, n), dtype_of(x)), spec((*batch, k), "int32")


def permutation_of(pivots: Any, size: int) -> Any:
    """The rows' order ``[..., size]`` that the swaps of ``pivots`` lead to."""
    batch = shape_of(pivots)[:-1]
    order = broadcast_to(arange(0, size, 1, "int32"), (*batch, size))
    places = arange(0, size, 1, "int32")
    last = len(batch)
    for i in range(shape_of(pivots)[-1]):
        index = arange(i, i + 1, 1, "int32")
        target = take(pivots, index, last)
        here = take(order, index, last)
        is_target = equal(places, target)
        there = _sum_last(where(is_target, order, zeros_like(order)))
        order = where(is_target, here, order)
        order = where(equal(places, index), there, order)
    return order


def _sum_last(x: Any) -> Any:
    return reduce_sum(x, (ndim(x) - 1,), True)


def _lu_vjp(g: Any, y: Any, x: Any) -> Any:
    lu, pivots = y
    m, n = shape_of(x)[-2:]
    if m != n:
        raise NotImplementedError(
            "The gradient of `lu_factor` is known for square matrices. Received: a matrix of "
            f"shape {(m, n)}"
        )
    gl, gu = lower(g[0], -1), upper(g[0])
    eye = where(_grid(lu, equal), ones_like(lu), zeros_like(lu))
    low, up = add(lower(lu, -1), eye), upper(lu)
    core = add(lower(matmul(swap_last(low), gl), -1), upper(matmul(gu, swap_last(up))))
    left = _solve_transposed(low, core, True)
    out = swap_last(triangular_solve(up, swap_last(left), False))
    order = permutation_of(pivots, n)
    rows = reshape(order, (*shape_of(order)[:-1], n, 1))
    places = reshape(arange(0, n, 1, "int32"), (1, n))
    matrix = cast(equal(rows, places), dtype_of(x))
    return matmul(swap_last(matrix), out)


cholesky = primitive("x", same, _cholesky_vjp, "cholesky")
triangular_solve = primitive(
    "a b [lower]", lambda a, b, _: same(b), _triangular_solve_vjp, "triangular_solve"
)
qr = primitive("x [full]", _qr_rule, _qr_vjp, "qr")
svd = primitive("x [full_matrices]", _svd_rule, _svd_vjp, "svd")
eigh = primitive("x", _eigh_rule, _eigh_vjp, "eigh")
eig = primitive("x", _eig_rule, None, "eig")
lu_factor = primitive("x", _lu_rule, _lu_vjp, "lu_factor")
