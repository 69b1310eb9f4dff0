"""The primitives. What each of them does is said in `keras_core_plugins.protocol.primitives`.

Mostly `tf.raw_ops`: the functions around them cost an eager call two to five times as much.
"""

import builtins
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_backend_tensorflow._engine import (
    HALF_TO_SINGLE,
    HALVES,
    UNSIGNED,
    UNSIGNED_TO_INT64,
    dims,
    in_xla,
    ints,
    is_static,
    raw,
    tf,
    widened,
)
from keras_backend_tensorflow._engine import (
    cast as _cast,
)
from keras_backend_tensorflow.linalg import (
    eig,
    eigh,
    qr,
    svd,
    triangular_solve,
)
from keras_backend_tensorflow.windows import average_pool, conv, max_pool, pad

__all__ = [
    "average_pool",
    "conv",
    "eig",
    "eigh",
    "max_pool",
    "pad",
    "qr",
    "svd",
    "triangular_solve",
]


def _unary(op: Any) -> Callable[[Any], Any]:
    return lambda x: op(x=x)


def _binary(op: Any) -> Callable[[Any, Any], Any]:
    return lambda x1, x2: op(x=x1, y=x2)


# -- Elementwise, one argument -----------------------------------------------------------


def negative(x: Any) -> Any:
    if x.dtype in UNSIGNED:  # by hand: the graph optimizer makes `0 - x` a Neg, which is not there
        return raw.Invert(x=x) + tf.ones([], x.dtype)
    return raw.Neg(x=x)


def abs(x: Any) -> Any:
    if x.dtype.is_complex:
        return raw.ComplexAbs(x=x, Tout=x.dtype.real_dtype)
    return x if x.dtype in UNSIGNED else raw.Abs(x=x)


def sign(x: Any) -> Any:
    return (
        raw.Cast(x=raw.Cast(x=x, DstT=tf.bool), DstT=x.dtype)
        if x.dtype in UNSIGNED
        else raw.Sign(x=x)
    )


floor = _unary(raw.Floor)
ceil = _unary(raw.Ceil)
round = _unary(raw.Round)
exp = _unary(raw.Exp)
expm1 = _unary(raw.Expm1)
log = _unary(raw.Log)
log1p = _unary(raw.Log1p)
sqrt = _unary(raw.Sqrt)
sin = _unary(raw.Sin)
cos = _unary(raw.Cos)
tanh = _unary(raw.Tanh)
logical_not = _unary(raw.LogicalNot)
bitwise_not = _unary(raw.Invert)

# -- Elementwise, two arguments of one dtype ---------------------------------------------

add = _binary(raw.AddV2)
subtract = _binary(raw.Sub)
multiply = _binary(raw.Mul)
divide = _binary(raw.RealDiv)
floor_divide = _binary(raw.FloorDiv)
mod = _binary(raw.FloorMod)
power = widened(_binary(raw.Pow), UNSIGNED_TO_INT64)


def _keeping_nan(op: Any) -> Callable[[Any, Any], Any]:
    def extreme(x1: Any, x2: Any) -> Any:
        out = op(x=x1, y=x2)
        if not in_xla() or not x1.dtype.is_floating:
            return out
        out = tf.where(tf.math.is_nan(x1), x1, out)
        return tf.where(tf.math.is_nan(x2), x2, out)

    return extreme


maximum = _keeping_nan(raw.Maximum)
minimum = _keeping_nan(raw.Minimum)


def arctan2(x1: Any, x2: Any) -> Any:
    return raw.Atan2(y=x1, x=x2)


equal = _binary(raw.Equal)
less = _binary(raw.Less)
less_equal = _binary(raw.LessEqual)
logical_and = _binary(raw.LogicalAnd)
logical_or = _binary(raw.LogicalOr)
bitwise_and = _binary(raw.BitwiseAnd)
bitwise_or = _binary(raw.BitwiseOr)
bitwise_xor = _binary(raw.BitwiseXor)
left_shift = _binary(raw.LeftShift)
right_shift = _binary(raw.RightShift)

# -- Selection, types, creation ----------------------------------------------------------


def where(condition: Any, x1: Any, x2: Any) -> Any:
    return raw.SelectV2(condition=condition, t=x1, e=x2)


def cast(x: Any, dtype: str) -> Any:
    target = tf.as_dtype(dtype)
    if x.dtype.is_complex and not target.is_complex:
        if target.is_bool:
            return raw.NotEqual(x=x, y=tf.zeros_like(x))
        x = real(x)
    return _cast(x, target)


def bitcast(x: Any, dtype: str) -> Any:
    return raw.Bitcast(input=x, type=dtype)


def full(shape: Sequence[Any], fill_value: Any, dtype: str) -> Any:
    target = tf.as_dtype(dtype)
    if target.is_floating and target.size == 1:  # TensorFlow fills no float8
        is_tensor = isinstance(fill_value, tf.Tensor)
        value = _cast(fill_value, tf.float32) if is_tensor else fill_value
        return _cast(full(shape, value, "float32"), target)
    value = fill_value if isinstance(fill_value, tf.Tensor) else tf.constant(fill_value, target)
    return raw.Fill(dims=ints(shape), value=value)


_FEW = 1024
"""How many numbers a graph may hold as they are."""


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Any:
    target = tf.as_dtype(dtype)
    if any_tensor := [v for v in (start, stop, step) if isinstance(v, tf.Tensor)]:
        kind = target if target.is_floating and target not in HALVES else any_tensor[0].dtype
        bounds = [_cast(tf.convert_to_tensor(v), kind) for v in (start, stop, step)]
        return _cast(raw.Range(start=bounds[0], limit=bounds[1], delta=bounds[2]), target)
    # `Range` adds up the steps, and so the rounding errors; and it lacks most dtypes.
    size = builtins.max(0, math.ceil((stop - start) / step))
    if size <= _FEW:  # one constant in place of ten operations
        wide = np.arange(size, dtype="float64" if target.is_floating else "int64") * step + start
        return tf.constant(wide.astype(target.as_numpy_dtype))
    kind = tf.float64 if target.is_floating else tf.int64
    places = raw.Range(start=0, limit=size, delta=1)
    return _cast(_cast(places, kind) * tf.constant(step, kind) + tf.constant(start, kind), target)


# -- Reductions --------------------------------------------------------------------------


def _reduction(op: Any) -> Callable[[Any, tuple[int, ...], bool], Any]:
    return lambda x, axis, keepdims: op(input=x, axis=ints(axis), keep_dims=keepdims) if axis else x


sum = _reduction(raw.Sum)
prod = widened(_reduction(raw.Prod), HALF_TO_SINGLE)


def _nan_reduction(op: Any) -> Callable[[Any, tuple[int, ...], bool], Any]:
    reduction = _reduction(op)

    def extreme(x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
        out = reduction(x, axis, keepdims)
        if not in_xla() or not x.dtype.is_floating:
            return out
        nan = tf.constant(math.nan, x.dtype)
        return tf.where(any(tf.math.is_nan(x), axis, keepdims), nan, out)

    return extreme


max = _nan_reduction(raw.Max)
min = _nan_reduction(raw.Min)
any = _reduction(raw.Any)
all = _reduction(raw.All)


def argmax(x: Any, axis: int) -> Any:
    if x.dtype.is_floating:
        x = _nan_beyond(x, math.inf, tf.minimum, x.dtype.max)
    return raw.ArgMax(input=x, dimension=axis, output_type=tf.int32)


def argmin(x: Any, axis: int) -> Any:
    if x.dtype.is_floating:
        x = _nan_beyond(x, -math.inf, tf.maximum, x.dtype.min)
    return raw.ArgMin(input=x, dimension=axis, output_type=tf.int32)


def _nan_beyond(x: Any, beyond: float, bound: Any, limit: Any) -> Any:
    """With infinity for NaN, which the kernels skip, and the last number for infinity."""
    return tf.where(
        tf.math.is_nan(x), tf.constant(beyond, x.dtype), bound(x, tf.constant(limit, x.dtype))
    )


# Integers are modulo a power of two, so wider ones give the same bits.
WIDE_INTS: dict[Any, Any] = {
    **dict.fromkeys((tf.uint8, tf.int8, tf.uint16, tf.int16, tf.uint32), tf.int32),
    tf.uint64: tf.int64,
}
cumsum = widened(lambda x, axis: raw.Cumsum(x=x, axis=axis), HALF_TO_SINGLE | WIDE_INTS)


def _cumprod(x: Any, axis: int) -> Any:
    size = x.shape[axis]
    if x.dtype.is_integer or size is None:
        return raw.Cumprod(x=x, axis=axis)
    # The kernel's gradient is wrong where there are zeros: products over windows of doubling
    # width have the right one.
    width = 1
    while width < size:
        start, stop = [0] * x.shape.rank, [None] * x.shape.rank
        stop[axis] = size - width
        front = [(width if i == axis else 0, 0) for i in range(x.shape.rank)]
        x = x * pad(slice(x, start, stop, (1,) * x.shape.rank), front, 1)
        width *= 2
    return x


cumprod = widened(_cumprod, HALF_TO_SINGLE | WIDE_INTS)

# -- Shape -------------------------------------------------------------------------------


def reshape(x: Any, shape: Sequence[Any]) -> Any:
    return raw.Reshape(tensor=x, shape=ints(shape))


def transpose(x: Any, axes: tuple[int, ...]) -> Any:
    return raw.Transpose(x=x, perm=ints(axes))


def broadcast_to(x: Any, shape: Sequence[Any]) -> Any:
    return raw.BroadcastTo(input=x, shape=ints(shape))


def concatenate(xs: Sequence[Any], axis: int) -> Any:
    return raw.ConcatV2(values=list(xs), axis=axis) if len(xs) > 1 else xs[0]


def slice(x: Any, start: Sequence[Any], stop: Sequence[Any], step: tuple[int, ...]) -> Any:
    to_end = builtins.sum(1 << i for i, v in enumerate(stop) if v is None)
    return raw.StridedSlice(
        input=x,
        begin=ints(start),
        end=ints([0 if v is None else v for v in stop]),
        strides=ints(step),
        end_mask=to_end,
    )


def flip(x: Any, axis: tuple[int, ...]) -> Any:
    return raw.ReverseV2(tensor=x, axis=ints(axis))


# -- Indexing, sorting -------------------------------------------------------------------

_INDEX_DTYPES = {
    **dict.fromkeys((tf.int8, tf.int16, tf.uint8, tf.uint16), tf.int32),
    **dict.fromkeys((tf.uint32, tf.uint64), tf.int64),
}


def _indices(x: Any) -> Any:
    return _cast(x, _INDEX_DTYPES.get(x.dtype, x.dtype))


def _is_empty(x: Any) -> bool:
    return 0 in x.shape.as_list()


def wrapped(indices: Any, size: Any) -> Any:
    """Indices as the kernels take them: int32 or int64, none of them negative."""
    unsigned = indices.dtype in UNSIGNED
    indices = _indices(indices)
    if unsigned:
        return indices
    shifted = indices + _cast(tf.convert_to_tensor(size), indices.dtype)
    return raw.SelectV2(condition=indices < 0, t=shifted, e=indices)


def take(x: Any, indices: Any, axis: int) -> Any:
    return raw.GatherV2(params=x, indices=wrapped(indices, dims(x)[axis]), axis=axis)


def gather_nd(x: Any, indices: Any) -> Any:
    k = indices.shape[-1]
    if _is_empty(x):  # the kernel refuses, though the result has no element either
        return tf.zeros((*dims(indices)[:-1], *dims(x)[k:]), x.dtype)
    return raw.GatherNd(params=x, indices=_indices(indices))


def scatter_nd(x: Any, indices: Any, updates: Any, reduction: str) -> Any:
    if _is_empty(x):
        return x
    indices = _indices(indices)
    if indices.shape.rank == 1:  # the kernels want several places
        indices, updates = indices[None], updates[None]
    if reduction != "multiply":
        return _SCATTER[reduction](tensor=x, indices=indices, updates=updates)
    # No such kernel: multiply by the product of the updates of each place.
    shape = dims(x)
    rows = tf.zeros(tf.shape(indices)[:-1], indices.dtype)
    for i in range(k := indices.shape[-1]):
        rows = rows * _cast(tf.convert_to_tensor(shape[i]), rows.dtype) + indices[..., i]
    size = math.prod(shape[:k]) if is_static(shape[:k]) else tf.reduce_prod(ints(shape[:k]))
    factors = raw.UnsortedSegmentProd(data=updates, segment_ids=rows, num_segments=size)
    return x * reshape(factors, shape)


_SCATTER = {
    "set": raw.TensorScatterUpdate,
    "add": raw.TensorScatterAdd,
    "max": raw.TensorScatterMax,
    "min": raw.TensorScatterMin,
}


def descending_keys(x: Any) -> Any:
    """Integers in the opposite order of ``x``, NaN being the largest."""
    if x.dtype in (tf.bool, tf.uint16):  # XLA cannot sort the latter
        x = _cast(x, tf.int32)
    if x.dtype.is_floating:
        # Read as integers, floats of one sign are in order; -0.0 and NaN are made positive.
        # (A graph leaves out what adds zero.)
        x = tf.where(x == 0, tf.zeros([], x.dtype), x)
        x = tf.where(tf.math.is_nan(x), tf.constant(math.nan, x.dtype), x)
        x = bitcast(x, f"int{x.dtype.size * 8}")
        x = tf.where(x < 0, x ^ x.dtype.max, x)
    return ~x


def _ordered(x: Any, axis: int) -> tuple[Any, Any, tuple[int, ...]]:
    """``x`` with ``axis`` last, the stable ascending order there, and how to undo the first."""
    n = x.shape.rank
    swap = tuple(axis if i == n - 1 else n - 1 if i == axis else i for i in range(n))
    last = transpose(x, swap) if axis != n - 1 else x
    keys = descending_keys(last)
    return last, raw.TopKV2(input=keys, k=dims(last)[-1]).indices, swap


def sort(x: Any, axis: int) -> Any:
    last, order, swap = _ordered(x, axis)
    out = tf.gather(last, order, batch_dims=last.shape.rank - 1)
    return transpose(out, swap) if axis != x.shape.rank - 1 else out


def argsort(x: Any, axis: int) -> Any:
    _, order, swap = _ordered(x, axis)
    return transpose(order, swap)


def nonzero(x: Any) -> tuple[Any, ...]:
    return tuple(tf.unstack(_cast(raw.Where(condition=x), tf.int32), num=x.shape.rank, axis=1))


# -- Contractions and windows ------------------------------------------------------------

_matmul = widened(lambda x1, x2: raw.MatMul(a=x1, b=x2), WIDE_INTS)
_batch_matmul = widened(_binary(raw.BatchMatMulV2), WIDE_INTS)


def matmul(x1: Any, x2: Any) -> Any:
    # The gradient of a batch of products works out what was broadcast, and sums over it; that
    # of one product is two products.
    if x2.shape.rank > 2:
        return _batch_matmul(x1, x2)
    if x1.shape.rank == 2:
        return _matmul(x1, x2)
    sizes = dims(x1)
    flat = _matmul(reshape(x1, (math.prod(sizes[:-1]), sizes[-1])), x2)
    return reshape(flat, (*sizes[:-1], dims(x2)[-1]))


# -- Random numbers ----------------------------------------------------------------------


def philox(seed: Any) -> dict[str, Any]:
    """The state of the generator for a seed, as `tf.random.stateless_uniform` makes it.

    That takes 40 operations, if it is told what generator to use.
    """
    key, counter = raw.StatelessRandomGetKeyCounter(seed=bitcast(seed, "int32"))
    return {"key": key, "counter": counter, "alg": 1}


def random_uniform(seed: Any, shape: Sequence[Any], dtype: str) -> Any:
    return raw.StatelessRandomUniformV2(shape=ints(shape), **philox(seed), dtype=dtype)


# -- Complex numbers and Fourier transforms ----------------------------------------------


def complex(real: Any, imag: Any) -> Any:
    return raw.Complex(
        real=real, imag=imag, Tout="complex64" if real.dtype == tf.float32 else "complex128"
    )


def real(x: Any) -> Any:
    return raw.Real(input=x, Tout=x.dtype.real_dtype)


def imag(x: Any) -> Any:
    return raw.Imag(input=x, Tout=x.dtype.real_dtype)


def fft(x: Any, inverse: bool) -> Any:
    return raw.IFFT(input=x) if inverse else raw.FFT(input=x)
