"""Decompositions. TensorFlow has them for float32 and float64."""

from typing import Any

from keras_backend_tensorflow._engine import HALF_TO_SINGLE, dims, is_static, raw, tf, widened


def _cholesky(x: Any, upper: bool) -> Any:
    root = raw.Cholesky(input=x)
    return tf.linalg.matrix_transpose(root) if upper else root


def _triangular_solve(a: Any, b: Any, lower: bool) -> Any:
    return raw.MatrixTriangularSolve(matrix=a, rhs=b, lower=lower, adjoint=False)


def _qr(x: Any, full: bool) -> tuple[Any, Any]:
    return tuple(raw.Qr(input=x, full_matrices=full))


def _svd(x: Any, full_matrices: bool) -> tuple[Any, Any, Any]:
    s, u, v = tf.linalg.svd(x, full_matrices)
    return u, s, tf.linalg.matrix_transpose(v)


def _eigh(x: Any) -> tuple[Any, Any]:
    return tuple(raw.SelfAdjointEigV2(input=x))


def _eig(x: Any) -> tuple[Any, Any]:
    return tuple(tf.linalg.eig(x))


def _lu_factor(x: Any) -> tuple[Any, Any]:
    # TensorFlow's own `lu` refuses singular and non-square matrices, and gives the
    # permutation instead of the swaps that lead to it.
    m, n = dims(x)[-2:]
    steps = min(m, n) if is_static((m, n)) else tf.minimum(m, n)
    row, column = tf.range(m), tf.range(n)

    def step(i: Any, lu: Any, pivots: Any) -> tuple[Any, Any, Any]:
        here = tf.gather(lu, i, axis=-1)
        size = tf.where(row >= i, tf.abs(here), -tf.ones([], x.dtype))
        pivot = tf.argmax(size, -1, tf.int32)[..., None]
        order = tf.where(row == pivot, i, tf.where(row == i, pivot, row))
        lu = tf.gather(lu, order, axis=-2, batch_dims=x.shape.rank - 2)
        top, left = tf.gather(lu, i, axis=-2), tf.gather(lu, i, axis=-1)
        factors = tf.where(row > i, tf.math.divide_no_nan(left, tf.gather(top, [i], axis=-1)), 0)
        below = tf.where(column > i, top, 0)
        lu = lu - factors[..., :, None] * below[..., None, :]
        lu = tf.where((column == i) & (row > i)[:, None], factors[..., None], lu)
        return i + 1, lu, tf.where(tf.range(steps) == i, pivot, pivots)

    pivots = tf.zeros(tf.concat([tf.shape(x)[:-2], [steps]], 0), tf.int32)
    _, lu, pivots = tf.while_loop(
        lambda i, *_: i < steps, step, (0, x, pivots), maximum_iterations=steps
    )
    return lu, pivots


cholesky = widened(_cholesky, HALF_TO_SINGLE)
triangular_solve = widened(_triangular_solve, HALF_TO_SINGLE)
qr = widened(_qr, HALF_TO_SINGLE)
svd = widened(_svd, HALF_TO_SINGLE)
eigh = widened(_eigh, HALF_TO_SINGLE)
eig = widened(_eig, HALF_TO_SINGLE)
lu_factor = widened(_lu_factor, HALF_TO_SINGLE)
