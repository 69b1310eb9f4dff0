"""The primitives. What each of them does is said in `keras_core_plugins.protocol.primitives`.

Each returns a new `numpy.ndarray`, possibly a view, never one of its arguments: the core's
autodiff knows tensors by their identity.
"""

import builtins
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy import asarray

from keras_backend_numpy.linalg import (
    eig,
    eigh,
    qr,
    svd,
    triangular_solve,
)
from keras_backend_numpy.support import (
    FLOAT32,
    QUIET,
    Array,
    accumulator,
    comparable,
    narrowed,
    widened,
)
from keras_backend_numpy.tensors import DTYPES
from keras_backend_numpy.windows import average_pool, conv, max_pool, padded

__all__ = [
    "average_pool",
    "conv",
    "eig",
    "eigh",
    "max_pool",
    "qr",
    "svd",
    "triangular_solve",
]

# -- Elementwise, one argument -----------------------------------------------------------


def negative(x: Array) -> Array:
    return asarray(np.negative(x))


def abs(x: Array) -> Array:
    return asarray(QUIET.run(np.abs, x))


def sign(x: Array) -> Array:
    return asarray(QUIET.run(np.sign, x))


def floor(x: Array) -> Array:
    return asarray(QUIET.run(np.floor, x))


def ceil(x: Array) -> Array:
    return asarray(QUIET.run(np.ceil, x))


def round(x: Array) -> Array:
    return asarray(QUIET.run(np.rint, x))


def exp(x: Array) -> Array:
    return asarray(QUIET.run(np.exp, x))


def expm1(x: Array) -> Array:
    return asarray(QUIET.run(np.expm1, x))


def log(x: Array) -> Array:
    return asarray(QUIET.run(np.log, x))


def log1p(x: Array) -> Array:
    return asarray(QUIET.run(np.log1p, x))


def sqrt(x: Array) -> Array:
    return asarray(QUIET.run(np.sqrt, x))


def sin(x: Array) -> Array:
    return asarray(QUIET.run(np.sin, x))


def cos(x: Array) -> Array:
    return asarray(QUIET.run(np.cos, x))


def tanh(x: Array) -> Array:
    return asarray(QUIET.run(np.tanh, x))


def logical_not(x: Array) -> Array:
    return asarray(np.logical_not(x))


def bitwise_not(x: Array) -> Array:
    return asarray(np.bitwise_not(x))


# -- Elementwise, two arguments of one dtype ---------------------------------------------


def add(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.add, x1, x2))


def subtract(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.subtract, x1, x2))


def multiply(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.multiply, x1, x2))


def divide(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.divide, x1, x2))


def floor_divide(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.floor_divide, x1, x2))


def mod(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.remainder, x1, x2))


def power(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.power, x1, x2))


def maximum(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.maximum, x1, x2))


def minimum(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.minimum, x1, x2))


def arctan2(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.arctan2, x1, x2))


def equal(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.equal, x1, x2))


def less(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.less, x1, x2))


def less_equal(x1: Array, x2: Array) -> Array:
    return asarray(QUIET.run(np.less_equal, x1, x2))


def logical_and(x1: Array, x2: Array) -> Array:
    return asarray(np.logical_and(x1, x2))


def logical_or(x1: Array, x2: Array) -> Array:
    return asarray(np.logical_or(x1, x2))


def bitwise_and(x1: Array, x2: Array) -> Array:
    return asarray(np.bitwise_and(x1, x2))


def bitwise_or(x1: Array, x2: Array) -> Array:
    return asarray(np.bitwise_or(x1, x2))


def bitwise_xor(x1: Array, x2: Array) -> Array:
    return asarray(np.bitwise_xor(x1, x2))


def left_shift(x1: Array, x2: Array) -> Array:
    return asarray(np.left_shift(x1, x2))


def right_shift(x1: Array, x2: Array) -> Array:
    return asarray(np.right_shift(x1, x2))


# -- Selection, types, creation ----------------------------------------------------------


def where(condition: Array, x1: Array, x2: Array) -> Array:
    return np.where(condition, x1, x2)


def cast(x: Array, dtype: str) -> Array:
    target = DTYPES[dtype]
    if x.dtype == target:
        return x[...]
    if x.dtype.kind == "c" and target.kind not in "cb":
        x = np.real(x)
    return asarray(QUIET.run(x.astype, target))


def bitcast(x: Array, dtype: str) -> Array:
    return x.view(DTYPES[dtype])


def full(shape: Sequence[int], fill_value: Any, dtype: str) -> Array:
    return np.full(shape, fill_value, DTYPES[dtype])


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Array:
    target = DTYPES[dtype]
    if target.kind in "iu":
        integers: Array = np.arange(start, stop, step, dtype=target)
        return integers
    return np.arange(float(start), float(stop), float(step)).astype(target, copy=False)


# -- Reductions --------------------------------------------------------------------------


def _reduce(ufunc: np.ufunc, x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    result = QUIET.run(ufunc.reduce, x, axis, accumulator(x.dtype), None, keepdims)
    return narrowed(result, x.dtype)


def sum(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    return _reduce(np.add, x, axis, keepdims)


def prod(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    return _reduce(np.multiply, x, axis, keepdims)


def _extreme(ufunc: np.ufunc, x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    result = QUIET.run(ufunc.reduce, comparable(x), axis, None, None, keepdims)
    return narrowed(result, x.dtype)


def max(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    return _extreme(np.maximum, x, axis, keepdims)


def min(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    return _extreme(np.minimum, x, axis, keepdims)


def any(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    return asarray(x.any(axis, keepdims=keepdims))


def all(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    return asarray(x.all(axis, keepdims=keepdims))


def argmax(x: Array, axis: int) -> Array:
    return asarray(comparable(x).argmax(axis), np.int32)


def argmin(x: Array, axis: int) -> Array:
    return asarray(comparable(x).argmin(axis), np.int32)


def _accumulate(ufunc: np.ufunc, x: Array, axis: int) -> Array:
    result = QUIET.run(ufunc.accumulate, x, axis, accumulator(x.dtype))
    return narrowed(result, x.dtype)


def cumsum(x: Array, axis: int) -> Array:
    return _accumulate(np.add, x, axis)


def cumprod(x: Array, axis: int) -> Array:
    return _accumulate(np.multiply, x, axis)


# -- Shape -------------------------------------------------------------------------------


def reshape(x: Array, shape: Sequence[int]) -> Array:
    return x.reshape(shape)


def transpose(x: Array, axes: tuple[int, ...]) -> Array:
    return x.transpose(axes)


def broadcast_to(x: Array, shape: Sequence[int]) -> Array:
    return np.broadcast_to(x, shape)


def concatenate(xs: Sequence[Array], axis: int) -> Array:
    return np.concatenate(xs, axis)


def _view(x: Array, key: Iterable[Any]) -> Array:
    index: Any = (*key, ...)  # The ellipsis keeps a 0-d array an array.
    view: Array = x[index]
    return view


def slice(
    x: Array, start: Sequence[int], stop: Sequence[int | None], step: tuple[int, ...]
) -> Array:
    return _view(x, map(builtins.slice, start, stop, step))


def flip(x: Array, axis: tuple[int, ...]) -> Array:
    return _view(x, (builtins.slice(None, None, -1 if i in axis else 1) for i in range(x.ndim)))


def pad(x: Array, pad_width: Sequence[tuple[int, int]], value: Any) -> Array:
    return padded(x, pad_width, value)


# -- Indexing, sorting -------------------------------------------------------------------


def take(x: Array, indices: Array, axis: int) -> Array:
    return asarray(np.take(x, indices.astype(np.intp, copy=False), axis))


def gather_nd(x: Array, indices: Array) -> Array:
    depth = indices.shape[-1]
    if depth == 0:
        return np.broadcast_to(x, indices.shape[:-1] + x.shape)
    if depth == 1:
        return take(x, indices.reshape(indices.shape[:-1]), 0)
    components: Any = tuple(np.moveaxis(indices.astype(np.intp, copy=False), -1, 0))
    return asarray(x[components])


@np.errstate(all="ignore")
def scatter_nd(x: Array, indices: Array, updates: Array, reduction: str) -> Array:
    # As rows of a matrix: NumPy's `at` is an order of magnitude faster on flat arrays.
    out = np.array(x if reduction == "set" else widened(x), order="C")
    if updates.size == 0:
        return narrowed(out, x.dtype)
    depth = indices.shape[-1]
    width = math.prod(x.shape[depth:])
    rows: Array = np.zeros(math.prod(indices.shape[:-1]), np.intp)
    if depth:
        components = indices.reshape(-1, depth).astype(np.intp, copy=False).T
        rows = asarray(np.ravel_multi_index(tuple(components), x.shape[:depth]))
    if reduction == "set":
        out.reshape(-1, width)[rows] = updates.reshape(-1, width)
        return out
    flat = rows if width == 1 else (rows[:, None] * width + np.arange(width)).reshape(-1)
    _COMBINE[reduction].at(out.reshape(-1), flat, widened(updates).reshape(-1))
    return narrowed(out, x.dtype)


_COMBINE: dict[str, np.ufunc] = {
    "add": np.add,
    "max": np.maximum,
    "min": np.minimum,
    "multiply": np.multiply,
}


def sort(x: Array, axis: int) -> Array:
    return narrowed(np.sort(comparable(x), axis), x.dtype)


def argsort(x: Array, axis: int) -> Array:
    return np.argsort(comparable(x), axis, kind="stable").astype(np.int32)


def nonzero(x: Array) -> tuple[Array, ...]:
    if x.ndim == 0:
        return ()
    return tuple(index.astype(np.int32) for index in np.nonzero(x))


# -- Contractions ------------------------------------------------------------------------

_EXACT = 2.0**53
"""Below this, float64 holds every integer."""


def matmul(x1: Array, x2: Array) -> Array:
    dtype = x1.dtype
    if dtype.kind in "iu":
        return _integer_matmul(x1, x2)
    x1, x2 = widened(x1), widened(x2)
    if x2.ndim == 2 < x1.ndim:  # One large product instead of a batch of small ones.
        flat = QUIET.run(np.matmul, x1.reshape(-1, x1.shape[-1]), x2)
        result = flat.reshape(*x1.shape[:-1], x2.shape[-1])
    else:
        result = QUIET.run(np.matmul, x1, x2)
    return narrowed(result, dtype)


def _integer_matmul(x1: Array, x2: Array) -> Array:
    """In float64, which has a fast product, where that is exact."""
    if x1.size and x2.size:
        bound = float(np.abs(x1.astype(np.float64)).max() * np.abs(x2.astype(np.float64)).max())
        if bound * x1.shape[-1] < _EXACT:
            product = asarray(np.matmul(x1.astype(np.float64), x2.astype(np.float64)))
            return product.astype(np.int64).astype(x1.dtype)
    return asarray(np.matmul(x1, x2))


# -- Random numbers ----------------------------------------------------------------------


def random_uniform(seed: Array, shape: Sequence[int], dtype: str) -> Array:
    target = DTYPES[dtype]
    wide = accumulator(target)
    generator = np.random.Generator(np.random.Philox(key=seed.astype(np.uint64)))
    numbers = generator.random(tuple(shape), dtype=wide.type)
    if wide is not target:
        # Rounding must not reach 1.
        below_one = np.nextafter(target.type(1), target.type(0))
        numbers = np.minimum(numbers.astype(target), below_one)
    return asarray(numbers)


# -- Complex numbers and Fourier transforms ----------------------------------------------


def complex(real: Array, imag: Array) -> Array:
    shape = np.broadcast_shapes(real.shape, imag.shape)
    out = np.empty(shape, np.complex64 if real.dtype == FLOAT32 else np.complex128)
    out.real = real
    out.imag = imag
    return out


def real(x: Array) -> Array:
    return np.real(x)


def imag(x: Array) -> Array:
    return np.imag(x)


def fft(x: Array, inverse: bool) -> Array:
    if x.size == 0:
        return x.copy()
    transform = np.fft.ifft if inverse else np.fft.fft
    return narrowed(transform(x), x.dtype)
