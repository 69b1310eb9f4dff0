"""Rows of linear algebra. Factors that are not unique are multiplied again."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.conformance.operations.rows import WIDE, Row, floats, matrix
from keras_core.engine.tensors import dtype_of


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
    k = s.shape[-1]
    product = ops.matmul(u[..., :, :k] * ops.expand_dims(s, -2), vh[..., :k, :])
    return s, product, ops.matmul(_t(u), u)


def _qr(fn: Any, values: list[Any], **options: Any) -> Any:
    q, r = fn(values[0], **options)
    return ops.matmul(q, r), ops.matmul(_t(q), q), ops.abs(ops.tril(r, -1))


def _lu(fn: Any, values: list[Any]) -> Any:
    lu, pivots = fn(values[0])
    n = lu.shape[-1]
    return ops.matmul(ops.tril(lu, -1) + ops.eye(n, dtype=dtype_of(lu)), ops.triu(lu)), pivots


def _eye_like(x: Any, k: int) -> Any:
    return np.broadcast_to(np.eye(k), (*x.shape[:-2], k, k))


def _factored(x: Any) -> Any:
    import scipy.linalg

    lu, pivots = scipy.linalg.lu_factor(x)
    return (np.tril(lu, -1) + np.eye(len(x))) @ np.triu(lu), pivots


def rows() -> Iterator[Row]:
    """All rows of the family."""
    definite, regular = matrix(2, 3, 3, kind="definite"), matrix(2, 3, 3, kind="regular")
    wide, tall = floats(2, 3, 4, spread=True), floats(4, 3, spread=True)

    def row(name: str, arguments: Any, reference: Any, *more: Any, **options: Any) -> Row:
        return Row(name, arguments, reference, *more, tolerance=20, dtypes=WIDE, **options)

    yield row("cholesky", (definite,), np.linalg.cholesky, differentiable=False)
    yield row(
        "cholesky",
        (definite,),
        lambda x: np.swapaxes(np.linalg.cholesky(x), -1, -2),
        {"upper": True},
        label="upper",
        differentiable=False,
    )
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
        yield row("pinv", (x,), np.linalg.pinv, label=name, differentiable=False, known=True)
        yield row(
            "matrix_rank", (x,), np.linalg.matrix_rank, differentiable=False, label=name, known=True
        )
    yield row(
        "lu_factor", (matrix(3, 3, kind="regular"),), _factored, differentiable=False, how=_lu
    )
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
        differentiable=False,
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
