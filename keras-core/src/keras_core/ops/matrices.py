"""What operations of linear algebra expect of matrices."""

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np

from keras_core.core.tensors import native
from keras_core.core.tensors.concrete import Array, at_hand, check_finite, is_finite


def check_matrix(x: Any, square: bool = False) -> Any:
    """``x``, which has two axes or more, and as many rows as columns if it is to be ``square``.

    Raises:
        ValueError: If it has not.
    """
    shape = native.static_shape(x)
    if len(shape) < 2:
        raise ValueError(
            f"Expected input to have rank >= 2. Received scalar or vector input of shape {shape}."
        )
    if square and None not in shape[-2:] and shape[-1] != shape[-2]:
        raise ValueError(f"Expected a square matrix. Received non-square input with shape {shape}")
    return x


def square(x: Any, *rest: Any) -> tuple[Any, ...]:
    """The arguments, the first of which are square matrices."""
    return check_matrix(x, True), *rest


def matrix(x: Any, *rest: Any) -> tuple[Any, ...]:
    """The arguments, the first of which are matrices."""
    return check_matrix(x), *rest


def finite(name: str, prepare: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    """``prepare``, and the matrices hold neither inf nor NaN."""

    def check(x: Any, *rest: Any) -> tuple[Any, ...]:
        out = prepare(x, *rest)
        check_finite(name, x)
        return out

    return check


def verified(name: str, wanted: str, lacks: Callable[[Array], bool]) -> Callable[..., None]:
    """Where an engine fails, or its result is not finite, ``lacks`` tells if that is for ``x``."""

    def verify(out: Any, x: Any, *rest: Any) -> None:
        if out is not None and is_finite(out):
            return
        values = at_hand(x)
        if values is not None and np.isfinite(values).all() and lacks(values):
            raise np.linalg.LinAlgError(
                f"`{name}` expected {wanted}. Received: matrices of shape "
                f"{native.static_shape(x)}, one of which is not"
            )

    return verify


def _is_below(least: Any, most: Any, x: Array) -> bool:
    """Whether some ``least`` may be 0 but for rounding errors; asked where an engine failed."""
    return bool((least <= most * np.sqrt(float(ml_dtypes.finfo(x.dtype).eps))).any())


def is_singular(x: Array) -> bool:
    """Whether the least singular value of a matrix may be 0 but for rounding errors."""
    s = np.linalg.svd(x.astype("float64"), compute_uv=False)
    return _is_below(s[..., -1], s[..., 0], x)


def is_indefinite(x: Array) -> bool:
    """Whether the least eigenvalue of a symmetric matrix may be 0, or is below."""
    values = np.linalg.eigvalsh(x.astype("float64"))
    return _is_below(values[..., 0], np.abs(values).max(-1), x)


def has_zero(x: Array) -> bool:
    """Whether there is a 0 on a diagonal."""
    return bool((np.diagonal(x, axis1=-2, axis2=-1) == 0).any())


DEFINITE = "symmetric positive definite matrices"
REGULAR = "matrices that are not singular"
TRIANGULAR = "triangular matrices without 0 on the diagonal"
