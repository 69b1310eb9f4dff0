"""Rows of linear algebra. Factors that are not unique are multiplied again."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.conformance.operations.rows import ALL, WIDE, Row, floats, ints, matrix
from keras_core.core.tensors.native import dtype_of


def _t(x: Any) -> Any:
    return ops.swapaxes(x, -1, -2)


def _eigh(fn: Any, values: list[Any]) -> Any:
    w, v = fn(values[0])
    return w, ops.matmul(v * ops.expand_dims(w, -2), _t(v))


def _eig(fn: Any, values: list[Any]) -> Any:
    w, v = fn(values[0])
    x = ops.cast(values[0], dtype_of(v))
    residual = ops.matmul(x, v) - v * ops.expand_dims(w, -2)
    return ops.sum(ops.real(w), -1), ops.abs(residual)


def _svd(fn: Any, values: list[Any], **options: Any) -> Any:
    u, s, vh = fn(values[0], **options)
    k = ops.shape(s)[-1]
    product = ops.matmul(u[..., :, :k] * ops.expand_dims(s, -2), vh[..., :k, :])
    return s, product, ops.matmul(_t(u), u)


def _qr(fn: Any, values: list[Any], **options: Any) -> Any:
    q, r = fn(values[0], **options)
    return ops.matmul(q, r), ops.matmul(_t(q), q), ops.abs(ops.tril(r, -1))


def _qr_products(fn: Any, values: list[Any]) -> Any:
    q, r = fn(values[0])
    return ops.matmul(q, _t(q)), ops.matmul(_t(r), r)


def _eigh_square(fn: Any, values: list[Any]) -> Any:
    x = values[0]
    w, v = fn(ops.multiply(ops.add(x, _t(x)), 0.5))
    return w, ops.matmul(v * ops.expand_dims(w * w, -2), _t(v))


def _symmetric(x: Any) -> Any:
    return (x + np.swapaxes(x, -1, -2)) / 2


def _svd_rotation(fn: Any, values: list[Any], **options: Any) -> Any:
    u, _, vh = fn(values[0], **options)
    return ops.matmul(u, vh)


def _rotation(x: Any) -> Any:
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return u @ vh


def _eye_like(x: Any, k: int) -> Any:
    return np.broadcast_to(np.eye(k), (*x.shape[:-2], k, k))


def _cholesky_rows() -> Iterator[Row]:
    def mean(x: Any) -> Any:
        """``x``, which is symmetric, and stays so where it is moved for a derivative."""
        return ops.multiply(ops.add(x, _t(x)), 0.5)

    for label, shape in {
        "": (2, 3, 3),
        "one": (1, 1),
        "batches": (2, 1, 3, 3),
        "none": (0, 3, 3),
        "large": (20, 20),
    }.items():
        for upper in (True, False):
            yield Row(
                "cholesky",
                (matrix(*shape, kind="definite"),),
                lambda x, upper=upper: np.linalg.cholesky(
                    (x + np.swapaxes(x, -1, -2)) / 2, upper=upper
                ),
                {"upper": upper},
                label="-".join(filter(None, (label, "upper" if upper else ""))),
                how=lambda fn, values, **options: fn(mean(values[0]), **options),
                tolerance=4,
            )


def _eliminated(x: Any) -> Any:
    """The factors in one matrix, and the pivots, by Gaussian elimination."""
    lu = np.array(x, "float64")
    k = min(lu.shape[-2:])
    pivots = np.zeros((*lu.shape[:-2], k), "int32")
    for index in np.ndindex(*lu.shape[:-2]):
        a = lu[index]
        for j in range(k):
            at = j + int(np.abs(a[j:, j]).argmax())
            pivots[(*index, j)] = at
            a[[j, at]] = a[[at, j]]
            a[j + 1 :, j] /= a[j, j] or 1.0
            a[j + 1 :, j + 1 :] -= np.outer(a[j + 1 :, j], a[j, j + 1 :])
    return lu, pivots


def _lu_rows() -> Iterator[Row]:
    for label, shape in {
        "": (3, 3),
        "one": (1, 1),
        "batches": (2, 1, 4, 4),
        "none": (0, 3, 3),
        "large": (20, 20),
        "wide": (2, 3, 4),
        "tall": (4, 3),
    }.items():
        yield Row(
            "lu_factor",
            (floats(*shape, low=0.5, high=3, spread=True),),
            _eliminated,
            label=label,
            differentiable=False,
            tolerance=20 if label == "large" else 4,
            dtypes=WIDE if label == "large" else ALL,
        )
    yield Row(
        "lu_factor",
        (floats(2, 3, 3, low=0.5, high=3, spread=True),),
        lambda x: _eliminated(x)[0],
        label="factors",
        how=lambda fn, values: fn(values[0])[0],
        tolerance=4,
    )
    yield Row("lu_factor", (ints(4, 4, low=-1, high=2),), _eliminated, label="ties")
    yield Row("lu_factor", (ints(2, 2, high=1),), _eliminated, label="zeros")


def rows() -> Iterator[Row]:
    """All rows of the family."""
    definite, regular = matrix(2, 3, 3, kind="definite"), matrix(2, 3, 3, kind="regular")
    wide, tall = floats(2, 3, 4, spread=True), floats(4, 3, spread=True)

    def row(name: str, arguments: Any, reference: Any, *more: Any, **options: Any) -> Row:
        return Row(name, arguments, reference, *more, tolerance=20, dtypes=WIDE, **options)

    yield from _cholesky_rows()
    yield row(
        "cholesky_inverse",
        (definite,),
        lambda x: np.linalg.inv(np.tril(x) @ np.swapaxes(np.tril(x), -1, -2)),
    )
    yield row("slogdet", (regular,), lambda x: tuple(np.linalg.slogdet(x)))
    yield row("logdet", (definite,), lambda x: np.linalg.slogdet(x)[1])
    yield row(
        "eigh", (definite,), lambda x: (np.linalg.eigvalsh(x), x), differentiable=False, how=_eigh
    )
    yield row(
        "eig",
        (regular,),
        lambda x: (np.trace(x, axis1=-2, axis2=-1), np.zeros_like(x)),
        differentiable=False,
        how=_eig,
        needs=("complex",),
    )
    for name, x in (("wide", wide), ("tall", tall)):
        k = min(x.shape[-2:])
        for full in (True, False):
            size = x.shape[-2] if full else k
            yield row(
                "svd",
                (x,),
                lambda v, n=size: (np.linalg.svd(v, compute_uv=False), v, _eye_like(v, n)),
                {"full_matrices": full},
                differentiable=False,
                how=_svd,
                label=f"{name}-full" if full else name,
            )
        yield row(
            "svd",
            (x,),
            lambda v: np.linalg.svd(v, compute_uv=False),
            {"compute_uv": False},
            label=f"{name}-values",
        )
        for mode in ("reduced", "complete"):
            n = x.shape[-2] if mode == "complete" else k
            yield row(
                "qr",
                (x,),
                lambda v, n=n: (v, _eye_like(v, n), np.zeros((*v.shape[:-2], n, v.shape[-1]))),
                {"mode": mode},
                differentiable=False,
                how=_qr,
                label=f"{name}-{mode}",
            )
        yield row("pinv", (x,), np.linalg.pinv, label=name, known=True)
        yield row(
            "matrix_rank", (x,), np.linalg.matrix_rank, differentiable=False, label=name, known=True
        )
    # What is the same for all signs has gradients that can be held against differences.
    yield row(
        "qr",
        (tall,),
        lambda x: (x @ np.linalg.pinv(x), x.T @ x),
        how=_qr_products,
        label="products",
    )
    yield row(
        "eigh",
        (definite,),
        lambda x: (np.linalg.eigvalsh(_symmetric(x)), _symmetric(x) @ _symmetric(x)),
        how=_eigh_square,
        label="square",
    )
    for name, x in (("wide", wide), ("tall", tall)):
        yield row(
            "svd",
            (x,),
            _rotation,
            {"full_matrices": False},
            how=_svd_rotation,
            label=f"{name}-rotation",
        )
    yield from _lu_rows()
    yield row("solve", (regular, floats(2, 3, 2)), np.linalg.solve)
    yield row("solve", (matrix(3, 3, kind="regular"), floats(3)), np.linalg.solve, label="vector")
    yield row(
        "solve_triangular", (regular, floats(2, 3, 2)), lambda a, b: np.linalg.solve(np.triu(a), b)
    )
    yield row(
        "solve_triangular",
        (regular, floats(2, 3)),
        lambda a, b: np.linalg.solve(np.tril(a), b[..., None])[..., 0],
        {"lower": True},
        label="lower",
    )
    yield row(
        "lstsq",
        (tall, floats(4, 2)),
        lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0],
        known=True,
    )
    for n in (3, 0, -2):
        yield row(
            "matrix_power",
            (regular,),
            lambda x, n=n: np.linalg.matrix_power(x, n),
            {"n": n},
            label=f"{n}",
            differentiable=n > 0,
        )
    matrix_orders: tuple[Any, ...] = (1, -1, 2, -2, "fro", "nuc", np.inf, -np.inf)
    for order in matrix_orders:
        yield row(
            "norm",
            (floats(3, 4, spread=True),),
            lambda x, o=order: np.linalg.norm(x, o),
            {"ord": order},
            label=f"matrix-{order}",
            differentiable=order == "fro",
        )
    for order in (0, 1, 2, 3, np.inf, -np.inf):
        yield row(
            "norm",
            (floats(3, 4, spread=True),),
            lambda x, o=order: np.linalg.norm(x, o, 1, True),
            {"ord": order, "axis": 1, "keepdims": True},
            label=f"vector-{order}",
            differentiable=order in (1, 2, 3),
        )
