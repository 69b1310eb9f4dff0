"""Linear algebra: `keras.ops.linalg`. Matrices are the last two axes, leading axes a batch."""

from typing import Any, Literal, overload

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import Dim, is_static, shapes_agree
from keras_core.ops.autodiff import jvp
from keras_core.ops.control_flow import fori_loop
from keras_core.ops.creation import eye
from keras_core.ops.diagonals import diagonal
from keras_core.ops.linear import matmul, norm
from keras_core.ops.matrices import (
    DEFINITE,
    REGULAR,
    TRIANGULAR,
    check_matrix,
    finite,
    has_zero,
    is_indefinite,
    is_singular,
    matrix,
    square,
    verified,
)
from keras_core.typing import Tensor, TensorLike

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eig",
    "eigh",
    "inv",
    "jvp",
    "lstsq",
    "lu_factor",
    "matrix_power",
    "matrix_rank",
    "norm",
    "pinv",
    "qr",
    "solve",
    "solve_triangular",
    "svd",
]


def _diagonal(x: Any) -> Any:
    return diagonal(x, 0, -2, -1)


def _last(x: Any) -> tuple[int, ...]:
    return (ndim_of(x) - 1,)


def _half(x: Any) -> tuple[Any, str]:
    """Half precision is computed in float32."""
    dtype = p.dtype_of(x)
    return (p.cast(x, "float32") if dtype in ("float16", "bfloat16") else x), dtype


def _back(x: Any, dtype: str) -> Any:
    return x if p.dtype_of(x) == dtype else p.cast(x, dtype)


def _at(x: Any, i: Any, axis: int) -> Any:
    """The slice of ``x`` at ``i``, a scalar tensor; the axis stays."""
    return p.take(x, p.reshape(i, (1,)), axis)


def _range(n: Any) -> tuple[Any, Any]:
    """The numbers below ``n`` as a row and as a column."""
    row = p.arange(0, n, 1, "int32")
    return row, p.reshape(row, (n, 1))


def _cholesky_vjp(g: Any, y: Any, x: Any, upper: bool) -> Any:
    """Murray (2016), "Differentiation of the Cholesky decomposition"."""
    g, y = _half(g)[0], _half(y)[0]
    if upper:
        g, y = p.swap_last(g), p.swap_last(y)
    transposed = p.swap_last(y)
    inner = p.matmul(transposed, g)
    inner = p.add(p.lower(inner), p.lower(inner, -1))  # twice what it says there
    left = p.triangular_solve(transposed, inner, False)
    out = p.triangular_solve(transposed, p.swap_last(left), False)
    return _back(p.multiply(p.const(0.25, out), p.add(out, p.swap_last(out))), p.dtype_of(x))


@public("keras.ops.cholesky", "keras.ops.linalg.cholesky")
@op(
    "x:float",
    vjp=_cholesky_vjp,
    prepare=finite("cholesky", square),
    verify=verified("cholesky", DEFINITE, is_indefinite),
)
def cholesky(x: TensorLike, upper: bool = False) -> Tensor:
    """The Cholesky factor of symmetric positive definite matrices.

    Args:
        x: Matrices ``(..., n, n)``.
        upper: Whether the upper factor is returned instead of the lower one.

    Raises:
        numpy.linalg.LinAlgError: If one is not positive definite, or holds inf or NaN; where values
            are at hand. Elsewhere the result is unspecified.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cholesky([[4.0, 2.0], [2.0, 10.0]])).tolist()
    [[2.0, 0.0], [1.0, 3.0]]
    """
    wide, dtype = _half(x)
    n, last = shape_of(wide)[-1], ndim_of(wide) - 1
    if 0 in native.static_shape(wide)[-2:]:
        return x
    places, rows = _range(n)

    def step(j: Any, rest: Any) -> Any:
        """Turn column ``j`` into that of the factor, and take it off the columns behind it."""
        column = _at(rest, j, last)
        column = p.divide(column, p.sqrt(_at(column, j, last - 1)))
        column = p.where(p.less(rows, j), p.zeros_like(column), column)
        reduced = p.subtract(rest, p.multiply(column, p.swap_last(column)))
        return p.where(p.equal(places, j), column, reduced)

    out = p.lower(fori_loop(0, n, step, wide))
    return _back(p.swap_last(out) if upper else out, dtype)


@public("keras.ops.cholesky_inverse", "keras.ops.linalg.cholesky_inverse")
@op("x:float", prepare=square, verify=verified("cholesky_inverse", TRIANGULAR, has_zero))
def cholesky_inverse(x: TensorLike, upper: bool = False) -> Tensor:
    """The inverse of matrices whose Cholesky factor is given.

    Args:
        x: Cholesky factors ``(..., n, n)``.
        upper: Whether they are upper factors.

    Raises:
        numpy.linalg.LinAlgError: If there is a 0 on a diagonal; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cholesky_inverse([[2.0, 0.0], [0.0, 4.0]])).tolist()
    [[0.25, 0.0], [0.0, 0.0625]]
    """
    wide, dtype = _half(x)
    lower = p.swap_last(wide) if upper else wide
    root = p.triangular_solve(lower, _identity(lower), True)
    return _back(p.matmul(p.swap_last(root), root), dtype)


def _identity(x: Any) -> Any:
    """Identity matrices of the shape of ``x``."""
    shape = shape_of(x)
    return p.broadcast_to(eye(shape[-1], dtype=p.dtype_of(x)), shape)


def _lu_parts(x: Any) -> tuple[Any, Any]:
    """The diagonal of the upper factor, and the sign of the permutation."""
    lu, pivots = lu_factor(x)
    n = shape_of(pivots)[-1]
    stays = p.equal(pivots, p.arange(0, n, 1, "int32"))
    d = _diagonal(lu)
    one = p.ones_like(d)
    return d, p.prod(p.where(stays, one, p.negative(one)), _last(d), False)


@public("keras.ops.det", "keras.ops.linalg.det")
@op("x:float", prepare=square)
def det(x: TensorLike) -> Tensor:
    """The determinant.

    Args:
        x: Matrices ``(..., n, n)``.

    Example:

    >>> from keras_core import ops
    >>> round(float(ops.det([[1.0, 2.0], [3.0, 4.0]])), 4)
    -2.0
    """
    wide, dtype = _half(x)
    d, sign = _lu_parts(wide)
    return _back(p.multiply(sign, p.prod(d, _last(d), False)), dtype)


@public("keras.ops.slogdet", "keras.ops.numpy.slogdet")
@op("x:float", prepare=square)
def slogdet(x: TensorLike) -> tuple[Tensor, Tensor]:
    """The sign and the logarithm of the absolute value of the determinant.

    Args:
        x: Matrices ``(..., n, n)``.

    Returns:
        A pair of tensors.

    Example:

    >>> from keras_core import ops
    >>> sign, logarithm = ops.slogdet([[0.0, 2.0], [3.0, 0.0]])
    >>> float(sign)
    -1.0
    """
    wide, dtype = _half(x)
    d, sign = _lu_parts(wide)
    sign = p.multiply(sign, p.prod(p.sign(d), _last(d), False))
    return _back(sign, dtype), _back(p.sum(p.log(p.abs(d)), _last(d), False), dtype)


@public("keras.ops.logdet")
@op(
    "x:float",
    prepare=finite("logdet", square),
    verify=verified("logdet", DEFINITE, is_indefinite),
)
def logdet(x: TensorLike) -> Tensor:
    """The logarithm of the determinant of symmetric positive definite matrices.

    Args:
        x: Matrices ``(..., n, n)``.

    Raises:
        numpy.linalg.LinAlgError: If one is not positive definite, or holds inf or NaN; where values
            are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logdet([[2.0, 0.0], [0.0, 3.0]])).tolist()
    1.7917...
    """
    wide, dtype = _half(x)
    d = _diagonal(cholesky(wide))
    return _back(p.multiply(p.const(2.0, d), p.sum(p.log(d), _last(d), False)), dtype)


@public("keras.ops.eig", "keras.ops.linalg.eig")
@op("x:float", prepare=finite("eig", square))
def eig(x: TensorLike) -> tuple[Tensor, Tensor]:
    """The eigenvalues and right eigenvectors; complex.

    Args:
        x: Matrices ``(..., n, n)``.

    Returns:
        A pair: values ``(..., n)`` and vectors ``(..., n, n)`` in columns.

    Raises:
        numpy.linalg.LinAlgError: If a matrix holds inf or NaN; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> values, vectors = ops.eig([[2.0, 0.0], [0.0, 3.0]])
    >>> ops.convert_to_numpy(ops.real(values)).tolist()
    [2.0, 3.0]
    """
    return p.eig(_half(x)[0])


@public("keras.ops.eigh", "keras.ops.linalg.eigh")
@op("x:float", prepare=finite("eigh", square))
def eigh(x: TensorLike) -> tuple[Tensor, Tensor]:
    """The eigenvalues, ascending, and eigenvectors of symmetric matrices.

    Args:
        x: Matrices ``(..., n, n)``.

    Returns:
        A pair: values ``(..., n)`` and vectors ``(..., n, n)`` in columns.

    Raises:
        numpy.linalg.LinAlgError: If a matrix holds inf or NaN; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> values, vectors = ops.eigh([[2.0, 0.0], [0.0, 3.0]])
    >>> ops.convert_to_numpy(values).tolist()
    [2.0, 3.0]
    """
    wide, dtype = _half(x)
    values, vectors = p.eigh(wide)
    return _back(values, dtype), _back(vectors, dtype)


@public("keras.ops.inv", "keras.ops.linalg.inv")
@op(
    "x:float",
    prepare=finite("inv", square),
    verify=verified("inv", REGULAR, is_singular),
)
def inv(x: TensorLike) -> Tensor:
    """The inverse.

    Args:
        x: Matrices ``(..., n, n)``.

    Raises:
        numpy.linalg.LinAlgError: If one is singular, or holds inf or NaN; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.inv([[2.0, 0.0], [0.0, 4.0]])).tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    wide, dtype = _half(x)
    return _back(_solved(wide, _identity(wide)), dtype)


def _smaller(a: Any, b: Any) -> Any:
    """The smaller of two dimensions."""
    if isinstance(a, Dim) or isinstance(b, Dim):
        return Dim()
    if is_static(a) and is_static(b):
        return min(a, b)
    return p.minimum(native.convert(a, "int32"), native.convert(b, "int32"))


def _swapped(x: Any, i: Any, pivots: Any) -> tuple[Any, Any]:
    """``x`` after the swap of row ``i`` with row ``pivots`` ``(..., 1)``, and the new row ``i``."""
    axis = ndim_of(x) - 2
    _, rows = _range(shape_of(x)[axis])
    there = p.equal(rows, p.reshape(pivots, (*shape_of(pivots), 1)))
    row = p.sum(p.where(there, x, p.zeros_like(x)), (axis,), True)
    return p.where(p.equal(rows, i), row, p.where(there, _at(x, i, axis), x)), row


def _lu_vjp(g: Any, y: Any, x: Any) -> Any:
    m, n = shape_of(x)[-2:]
    if m != n:
        raise NotImplementedError(
            "The gradient of `lu_factor` is known for square matrices. Received: a matrix of "
            f"shape {(m, n)}"
        )
    lu, pivots = _half(y[0])[0], y[1]
    g = _half(g[0])[0]
    lower, upper = p.add(p.lower(lu, -1), _identity(lu)), p.upper(lu)
    inner = p.add(
        p.lower(p.matmul(p.swap_last(lower), g), -1), p.upper(p.matmul(g, p.swap_last(upper)))
    )
    left = p.triangular_solve(p.swap_last(lower), inner, False)
    out = p.swap_last(p.triangular_solve(upper, p.swap_last(left), False))
    # back through the swaps
    one, last = p.arange(n - 1, n, 1, "int32"), ndim_of(pivots) - 1

    def step(i: Any, rows: Any) -> Any:
        i = p.subtract(one, i)
        return _swapped(rows, i, _at(pivots, i, last))[0]

    return _back(fori_loop(0, n, step, out), p.dtype_of(x))


@public("keras.ops.lu_factor", "keras.ops.linalg.lu_factor")
@op("x:float", vjp=_lu_vjp, prepare=matrix)
def lu_factor(x: TensorLike) -> tuple[Tensor, Tensor]:
    """The LU factors in one matrix, and the pivots.

    Args:
        x: Matrices ``(..., m, n)``.

    Returns:
        A pair: the factors, the unit diagonal of the lower one left out, and int32 pivots: row
        ``i`` was swapped with row ``pivots[i]``, that of the largest element below. A column
        of zeros is left as it is.

    Raises:
        NotImplementedError: By the core's gradient rule, for matrices that are not square.

    Example:

    >>> from keras_core import ops
    >>> lu, pivots = ops.lu_factor([[1.0, 3.0], [2.0, 4.0]])
    >>> ops.convert_to_numpy(lu).tolist(), ops.convert_to_numpy(pivots).tolist()
    ([[2.0, 4.0], [0.5, 1.0]], [1, 1])
    """
    wide, dtype = _half(x)
    *batch, m, n = shape_of(wide)
    last = ndim_of(wide) - 1
    k = _smaller(m, n)
    if 0 in native.static_shape(wide)[-2:]:
        return x, p.full((*batch, 0), 0, "int32")
    columns, rows = _range(n)[0], _range(m)[1]
    steps = p.arange(0, k, 1, "int32")

    def step(j: Any, state: Any) -> Any:
        """Swap the row with the largest element of column ``j`` up, and clear those below it."""
        lu, pivots = state
        size = p.abs(_at(lu, j, last))
        size = p.where(p.less(rows, j), p.const(-1, size), size)
        at = p.argmax(size, last - 1)
        lu, row = _swapped(lu, j, at)
        pivot = _at(row, j, last)
        pivot = p.where(p.equal(pivot, p.const(0, pivot)), p.ones_like(pivot), pivot)
        below, behind = p.less(j, rows), p.less(j, columns)
        column = p.divide(_at(lu, j, last), pivot)
        multiples = p.where(below, column, p.zeros_like(column))
        reduced = p.subtract(lu, p.multiply(multiples, p.where(behind, row, p.zeros_like(row))))
        here = p.logical_and(below, p.equal(columns, j))
        return p.where(here, multiples, reduced), p.where(p.equal(steps, j), at, pivots)

    pivots = p.broadcast_to(steps, (*batch, k))
    lu, pivots = fori_loop(0, k, step, (wide, pivots))
    return _back(lu, dtype), pivots


@public("keras.ops.qr", "keras.ops.linalg.qr")
@op("x:float", prepare=matrix)
def qr(x: TensorLike, mode: str = "reduced") -> tuple[Tensor, Tensor, Tensor]:
    """The factors of an orthogonal and an upper triangular matrix.

    Args:
        x: Matrices ``(..., m, n)``.
        mode: ``"reduced"``, or ``"complete"`` for a square orthogonal factor.

    Returns:
        A pair of tensors.

    Example:

    >>> from keras_core import ops
    >>> q, r = ops.qr([[1.0, 2.0], [3.0, 4.0]])
    >>> tuple(q.shape), tuple(r.shape)
    ((2, 2), (2, 2))
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(
            "`mode` argument value not supported. Expected one of {'reduced', 'complete'}. "
            f"Received: mode={mode}"
        )
    wide, dtype = _half(x)
    q, r = p.qr(wide, mode == "complete")
    return _back(q, dtype), _back(r, dtype)


def _equations(a: Any, b: Any, *rest: Any) -> tuple[Any, ...]:
    """Matrices, and matrices or vectors with as many rows."""
    left, right = native.static_shape(a), native.static_shape(b)
    rows = right[-1 if len(right) == len(left) - 1 else -2 :][:1]
    if len(right) < len(left) - 1 or not shapes_agree(left[-2:-1], rows):
        raise ValueError(
            "`a` must be matrices, and `b` matrices or vectors with as many rows. Received: shapes "
            f"{left} and {right}"
        )
    return a, b, *rest


def _system(a: Any, b: Any, *rest: Any) -> tuple[Any, ...]:
    """Square matrices, and matrices or vectors with as many rows."""
    return _equations(check_matrix(a, True), b, *rest)


def _solvable(a: Any, b: Any) -> tuple[Any, Any, bool]:
    """Both as matrices with one batch shape; whether ``b`` were vectors."""
    vector = ndim_of(b) == ndim_of(a) - 1
    if vector:
        b = p.reshape(b, (*shape_of(b), 1))
    batch_a, batch_b = shape_of(a)[:-2], shape_of(b)[:-2]
    if native.static_shape(a)[:-2] != native.static_shape(b)[:-2]:
        batch = p.broadcast_shapes(tuple(batch_a), tuple(batch_b))
        a = p.broadcast_to(a, (*batch, *shape_of(a)[-2:]))
        b = p.broadcast_to(b, (*batch, *shape_of(b)[-2:]))
    return a, b, vector


def _vectors(x: Any, vector: bool) -> Any:
    return p.reshape(x, shape_of(x)[:-1]) if vector else x


def _solved(a: Any, b: Any) -> Any:
    """``x`` with ``a @ x = b``, both matrices of one batch, by the LU factors."""
    lu, pivots = lu_factor(a)
    last = ndim_of(pivots) - 1
    rows = fori_loop(
        0, shape_of(a)[-1], lambda i, rows: _swapped(rows, i, _at(pivots, i, last))[0], b
    )
    lower = p.add(p.lower(lu, -1), _identity(lu))
    return p.triangular_solve(p.upper(lu), p.triangular_solve(lower, rows, True), False)


@public("keras.ops.solve", "keras.ops.linalg.solve")
@op(
    "a:float2+ b:float1+",
    prepare=finite("solve", _system),
    verify=verified("solve", REGULAR, is_singular),
)
def solve(a: TensorLike, b: TensorLike) -> Tensor:
    """``x`` with ``a @ x = b``.

    Args:
        a: Matrices ``(..., n, n)``.
        b: Matrices ``(..., n, k)`` or vectors ``(..., n)``.

    Raises:
        numpy.linalg.LinAlgError: If a matrix ``a`` is singular, or holds inf or NaN; where values
            are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0])).tolist()
    [1.0, 0.5]
    """
    dtype = p.dtype_of(a)
    a, b, vector = _solvable(_half(a)[0], _half(b)[0])
    return _back(_vectors(_solved(a, b), vector), dtype)


@public("keras.ops.solve_triangular", "keras.ops.linalg.solve_triangular")
@op(
    "a:float2+ b:float1+",
    prepare=_system,
    verify=verified("solve_triangular", TRIANGULAR, has_zero),
)
def solve_triangular(a: TensorLike, b: TensorLike, lower: bool = False) -> Tensor:
    """``x`` with ``a @ x = b`` for triangular ``a``.

    Args:
        a: Matrices ``(..., n, n)``; the other triangle is not read.
        b: Matrices ``(..., n, k)`` or vectors ``(..., n)``.
        lower: Whether ``a`` is lower triangular.

    Raises:
        numpy.linalg.LinAlgError: If there is a 0 on a diagonal; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(
    ...     ops.solve_triangular([[2.0, 0.0], [1.0, 1.0]], [2.0, 3.0], lower=True)
    ... ).tolist()
    [1.0, 2.0]
    """
    dtype = p.dtype_of(a)
    a, b, vector = _solvable(_half(a)[0], _half(b)[0])
    return _back(_vectors(p.triangular_solve(a, b, lower), vector), dtype)


@overload
def svd(
    x: TensorLike, full_matrices: bool = True, compute_uv: Literal[True] = True
) -> tuple[Tensor, Tensor, Tensor]: ...


@overload
def svd(x: TensorLike, full_matrices: bool = True, *, compute_uv: Literal[False]) -> Tensor: ...


@public("keras.ops.svd", "keras.ops.linalg.svd")
@op("x:float", prepare=finite("svd", matrix))
def svd(x: TensorLike, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The singular value decomposition.

    Args:
        x: Matrices ``(..., m, n)``.
        full_matrices: Whether the orthogonal factors are square.
        compute_uv: Whether they are returned.

    Returns:
        ``u, s, vh``, or ``s`` alone; the singular values descend.

    Raises:
        numpy.linalg.LinAlgError: If a matrix holds inf or NaN; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> u, s, vh = ops.svd([[3.0, 0.0], [0.0, 2.0]])
    >>> ops.convert_to_numpy(s).tolist()
    [3.0, 2.0]
    """
    wide, dtype = _half(x)
    u, s, vh = p.svd(wide, full_matrices and compute_uv)
    if not compute_uv:
        return _back(s, dtype)
    return _back(u, dtype), _back(s, dtype), _back(vh, dtype)


def _eps(x: Any) -> float:
    return dtypes.EPSILON[p.dtype_of(x)]


def _pseudo_inverse(x: Any, rcond: Any) -> Any:
    m, n = shape_of(x)[-2:]
    u, s, vh = p.svd(x, False)
    ratio = _eps(x) * max(m, n) if rcond is None else rcond
    limit = p.multiply(p.max(s, _last(s), True), p.cast(native.convert(ratio), p.dtype_of(s)))
    kept = p.less(limit, s)
    one = p.ones_like(s)
    inverse = p.where(kept, p.divide(one, p.where(kept, s, one)), p.zeros_like(s))
    row = p.reshape(inverse, (*shape_of(s)[:-1], 1, shape_of(s)[-1]))
    return p.matmul(p.multiply(p.swap_last(vh), row), p.swap_last(u))


@public("keras.ops.pinv", "keras.ops.linalg.pinv")
@op("x:float", prepare=finite("pinv", matrix))
def pinv(x: TensorLike, rcond: TensorLike | None = None) -> Tensor:
    """The Moore-Penrose pseudo-inverse.

    Args:
        x: Matrices ``(..., m, n)``.
        rcond: Singular values up to this fraction of the largest count as 0.

    Raises:
        numpy.linalg.LinAlgError: If a matrix holds inf or NaN; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.pinv([[2.0, 0.0], [0.0, 4.0]])).tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    wide, dtype = _half(x)
    return _back(_pseudo_inverse(wide, rcond), dtype)


@public("keras.ops.lstsq", "keras.ops.linalg.lstsq")
@op("a:float2 b:float1+", prepare=finite("lstsq", _equations))
def lstsq(a: TensorLike, b: TensorLike, rcond: TensorLike | None = None) -> Tensor:
    """The shortest ``x`` that minimises the length of ``a @ x - b``.

    Args:
        a: A matrix ``(m, n)``.
        b: A matrix ``(m, k)`` or a vector ``(m,)``.
        rcond: Singular values up to this fraction of the largest count as 0.

    Raises:
        numpy.linalg.LinAlgError: If ``a`` holds inf or NaN; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.lstsq([[1.0, 0.0], [0.0, 2.0]], [1.0, 4.0])).tolist()
    [1.0, 2.0]
    """
    wide, dtype = _half(a)
    return _back(matmul(_pseudo_inverse(wide, rcond), _half(b)[0]), dtype)


@public("keras.ops.matrix_power", "keras.ops.linalg.matrix_power")
@op("x:float", prepare=square)
def matrix_power(x: TensorLike, n: int) -> Tensor:
    """The matrix multiplied by itself ``n`` times; by its inverse for a negative ``n``.

    Args:
        x: Matrices ``(..., n, n)``.
        n: The exponent.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.matrix_power([[1.0, 1.0], [0.0, 1.0]], 3)).tolist()
    [[1.0, 3.0], [0.0, 1.0]]
    """
    if n < 0:
        x, n = inv(x), -n
    if n == 0:
        return _identity(x)
    out = None
    while n:
        if n & 1:
            out = x if out is None else p.matmul(out, x)
        n >>= 1
        if n:
            x = p.matmul(x, x)
    return out


@public("keras.ops.matrix_rank", "keras.ops.linalg.matrix_rank")
@op("x:float", prepare=finite("matrix_rank", matrix))
def matrix_rank(x: TensorLike, tol: TensorLike | None = None) -> Tensor:
    """The number of singular values above a tolerance, int32.

    Args:
        x: Matrices ``(..., m, n)``.
        tol: The tolerance, by default the usual multiple of the largest singular value.

    Raises:
        numpy.linalg.LinAlgError: If a matrix holds inf or NaN; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.matrix_rank([[1.0, 0.0], [0.0, 0.0]])).tolist()
    1
    """
    wide, _ = _half(x)
    s = p.svd(wide, False)[1]
    if tol is None:
        m, n = shape_of(x)[-2:]
        limit = p.multiply(p.max(s, _last(s), True), p.const(_eps(wide) * max(m, n), s))
    else:
        limit = p.cast(native.convert(tol), p.dtype_of(s))
        if ndim_of(limit):
            limit = p.reshape(limit, (*shape_of(limit), 1))
    return p.sum(p.cast(p.less(limit, s), "int32"), _last(s), False)
