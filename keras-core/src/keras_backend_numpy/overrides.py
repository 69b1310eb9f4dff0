"""Composites that NumPy has natively: one ufunc or one view instead of several.

They are used where no tape is recording. Names and parameters are those of `keras_core.ops`.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy import asarray

from keras_backend_numpy.linalg import cholesky, inv, lu_factor, solve
from keras_backend_numpy.support import QUIET, Array, accumulator, widened


def _unary(ufunc: np.ufunc) -> Callable[[Array], Array]:
    def override(x: Array) -> Array:
        return asarray(QUIET.run(ufunc, x))

    override.__name__ = ufunc.__name__
    return override


def _binary(ufunc: np.ufunc) -> Callable[[Array, Array], Array]:
    def override(x1: Array, x2: Array) -> Array:
        return asarray(QUIET.run(ufunc, x1, x2))

    override.__name__ = ufunc.__name__
    return override


def _clip(x: Array, x_min: Any, x_max: Any) -> Array:
    # NumPy widens bfloat16 where a bound is a scalar.
    return asarray(QUIET.run(np.clip, x, x_min, x_max), x.dtype)


def _mean(x: Array, axis: tuple[int, ...] | None, keepdims: bool) -> Array:
    result = QUIET.run(np.mean, x, axis, accumulator(x.dtype), None, keepdims)
    return asarray(result, x.dtype)


def _var(x: Array, axis: tuple[int, ...] | None, keepdims: bool) -> Array:
    result = QUIET.run(np.var, x, axis, accumulator(x.dtype), None, 0, keepdims)
    return asarray(result, result.dtype if x.dtype.kind == "c" else x.dtype)


def _softmax(x: Array, axis: int | Sequence[int] | None) -> Array:
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    return asarray(QUIET.run(_exp_by_sum, x, axes), x.dtype)


def _exp_by_sum(x: Array, axes: int | tuple[int, ...] | None) -> Array:
    wide = widened(x)
    e = np.exp(wide - np.maximum.reduce(wide, axes, None, None, True))
    e /= np.add.reduce(e, axes, None, None, True)
    return e


def _expand_dims(x: Array, axis: int | tuple[int, ...]) -> Array:
    return np.expand_dims(x, axis)


def _squeeze(x: Array, axis: int | tuple[int, ...] | None) -> Array:
    return x.squeeze(axis)[...]


def _swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    return x.swapaxes(axis1, axis2)


def _stack(x: Sequence[Array], axis: int) -> Array:
    return np.stack(x, axis)


def _repeat(x: Array, repeats: Any, axis: int | None) -> Array:
    return np.repeat(x, repeats, axis)


def _tile(x: Array, repeats: Any) -> Array:
    return np.tile(x, repeats)


def _searchsorted(sorted_sequence: Array, values: Array, side: Literal["left", "right"]) -> Array:
    return asarray(sorted_sequence.searchsorted(values, side), np.int32)


OVERRIDES: dict[str, Callable[..., Any]] = {
    **{
        ufunc.__name__: _unary(ufunc)
        for ufunc in (
            np.arccos,
            np.arccosh,
            np.arcsin,
            np.arcsinh,
            np.arctan,
            np.arctanh,
            np.cbrt,
            np.cosh,
            np.exp2,
            np.isfinite,
            np.isinf,
            np.isnan,
            np.log10,
            np.log2,
            np.reciprocal,
            np.signbit,
            np.sinh,
            np.square,
            np.tan,
            np.trunc,
        )
    },
    **{
        ufunc.__name__: _binary(ufunc)
        for ufunc in (
            np.greater,
            np.greater_equal,
            np.hypot,
            np.logaddexp,
            np.logical_xor,
            np.not_equal,
        )
    },
    "cholesky": cholesky,
    "clip": _clip,
    "expand_dims": _expand_dims,
    "inv": inv,
    "lu_factor": lu_factor,
    "mean": _mean,
    "repeat": _repeat,
    "searchsorted": _searchsorted,
    "softmax": _softmax,
    "solve": solve,
    "squeeze": _squeeze,
    "stack": _stack,
    "swapaxes": _swapaxes,
    "tile": _tile,
    "var": _var,
}
"""Implementations by the name of the composite."""
