"""The primitives. What each of them does is said in `keras_core_plugins.protocol.primitives`."""

import builtins
import functools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tinygrad import Tensor, dtypes

from keras_backend_tinygrad.linalg import (
    eigh,
    on_host,
    qr,
    svd,
    triangular_solve,
)
from keras_backend_tinygrad.tensors import DTYPES, computed, from_numpy, view
from keras_core_plugins import unsupported

__all__ = ["eigh", "qr", "svd", "triangular_solve"]

Padding = Sequence[tuple[int, int]]

_NO_COMPLEX = "tinygrad has no complex numbers"
complex = unsupported("complex", _NO_COMPLEX)
real = unsupported("real", _NO_COMPLEX)
imag = unsupported("imag", _NO_COMPLEX)
fft = unsupported("fft", _NO_COMPLEX)
eig = unsupported("eig", _NO_COMPLEX)


def _is_float(x: Tensor) -> bool:
    return dtypes.is_float(x.dtype)


def _wide(x: Tensor) -> Tensor:
    """Half precision as float32, to compute in."""
    return x.cast(dtypes.float32) if x.dtype in (dtypes.float16, dtypes.bfloat16) else x


def _wide_unary(function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    @computed
    def call(x: Tensor) -> Tensor:
        return function(_wide(x)).cast(x.dtype)

    return call


def _nan_like(result: Tensor, *inputs: Tensor) -> Tensor:
    """NaN where an input is: tinygrad's comparisons and roundings lose it."""
    for x in inputs:
        if _is_float(x):
            result = x.isnan().where(x, result)
    return result


# -- Elementwise, one argument -----------------------------------------------------------


negative = computed(operator.neg)


@computed
def abs(x: Tensor) -> Tensor:
    return (x < 0).where(-x, x) if not _is_float(x) else x.ne(0).where((x < 0).where(-x, x), 0)


@computed
def sign(x: Tensor) -> Tensor:
    return _nan_like(x.sign(), x)


def _rounded(name: str) -> Callable[[Tensor], Tensor]:
    function = getattr(Tensor, name)

    @computed
    def call(x: Tensor) -> Tensor:
        # Beyond 2**52 every float is an integer, and tinygrad's truncation overflows.
        large = _wide(x)
        small = (large < 2**52) & (large > -(2**52))
        return small.where(function(small.where(large, 0)), large).cast(x.dtype)

    return call


floor = _rounded("floor")
ceil = _rounded("ceil")
round = _rounded("round")
exp = _wide_unary(Tensor.exp)
log = _wide_unary(Tensor.log)
sqrt = _wide_unary(Tensor.sqrt)
sin = _wide_unary(Tensor.sin)
cos = _wide_unary(Tensor.cos)


def _expm1(x: Tensor) -> Tensor:
    """By Kahan's correction: (u - 1) x / log(u) with u = exp(x) as it was rounded."""
    u = x.exp()
    near = (x < 1) & (x > -1)
    safe = near.where(u, 2)
    return (near & u.ne(1)).where((safe - 1) * x / safe.log(), near.where(x, u - 1))


def _log1p(x: Tensor) -> Tensor:
    """By Kahan's correction: log(u) x / (u - 1) with u = 1 + x as it was rounded."""
    u = 1 + x
    near = (x < 1) & (x > -0.5)
    safe = (near & u.ne(1)).where(u, 2)
    return (near & u.ne(1)).where(safe.log() * x / (safe - 1), near.where(x, u.log()))


def _tanh(x: Tensor) -> Tensor:
    t = _expm1(-2 * (x < 0).where(-x, x))
    return (x < 0).where(t, -t) / (t + 2)


expm1 = _wide_unary(_expm1)
log1p = _wide_unary(_log1p)
tanh = _wide_unary(_tanh)
logical_not = computed(Tensor.logical_not)
bitwise_not = computed(Tensor.bitwise_not)


# -- Elementwise, two arguments of one dtype ---------------------------------------------


add = computed(operator.add)
subtract = computed(operator.sub)
multiply = computed(operator.mul)


@computed
def divide(x1: Tensor, x2: Tensor) -> Tensor:
    return (_wide(x1) / _wide(x2)).cast(x1.dtype)


def _safe_divisor(x1: Tensor, x2: Tensor) -> Tensor:
    """A processor traps at ``n / 0`` and at ``lowest / -1``."""
    bad = x2.eq(0)
    if x2.dtype in dtypes.sints:
        bad = bad | (x2.eq(-1) & x1.eq(x1.dtype.min))
    return bad.where(1, x2).cast(x2.dtype)


@computed
def floor_divide(x1: Tensor, x2: Tensor) -> Tensor:
    if _is_float(x1):
        a, b = _wide(x1), _wide(x2)
        # From the remainder, which is exact where the quotient is rounded.
        quotient = (a - _float_mod(a, b)) / b
        return (b.eq(0)).where(a / b, quotient.round()).cast(x1.dtype)
    return x2.eq(0).where(0, x1 // _safe_divisor(x1, x2)).cast(x1.dtype)


def _float_mod(a: Tensor, b: Tensor) -> Tensor:
    r = a - (a / b).trunc() * b
    return (r.ne(0) & ((r < 0) ^ (b < 0))).where(r + b, r)


@computed
def mod(x1: Tensor, x2: Tensor) -> Tensor:
    if _is_float(x1):
        return _float_mod(_wide(x1), _wide(x2)).cast(x1.dtype)
    return x2.eq(0).where(0, x1 % _safe_divisor(x1, x2)).cast(x1.dtype)


@computed
def power(x1: Tensor, x2: Tensor) -> Tensor:
    if _is_float(x1):
        return _wide(x1).pow(_wide(x2)).cast(x1.dtype)
    # By squaring: floats would round, and wrap around in no way at all.
    result, base, rest = x1 * 0 + 1, x1, x2
    for _ in range(6):
        result = (rest % 2).ne(0).where(result * base, result)
        base, rest = base * base, rest // 2
    return result.cast(x1.dtype)


@computed
def maximum(x1: Tensor, x2: Tensor) -> Tensor:
    return _nan_like((x1 < x2).where(x2, x1), x2, x1)


@computed
def minimum(x1: Tensor, x2: Tensor) -> Tensor:
    return _nan_like((x2 < x1).where(x2, x1), x2, x1)


def _polynomial(x: Tensor, *coefficients: float) -> Tensor:
    return functools.reduce(lambda total, c: total * x + c, coefficients, x * 0)


def _arctan(x: Tensor) -> Tensor:
    """For ``0 <= x <= 1``, by the rational function of the Cephes library."""
    upper = x > 0.66
    x = upper.where((x - 1) / (x + 1), x)
    z = x * x
    p = _polynomial(
        z,
        -8.750608600031904122785e-1,
        -1.615753718733365076637e1,
        -7.500855792314704667340e1,
        -1.228866684490136173410e2,
        -6.485021904942025371773e1,
    )
    q = _polynomial(
        z,
        1.0,
        2.485846490142306297962e1,
        1.650270098316988542046e2,
        4.328810604912902668951e2,
        4.853903996359136964868e2,
        1.945506571482613964425e2,
    )
    return x + x * z * p / q + upper.where(math.pi / 4, 0)


@computed
def arctan2(x1: Tensor, x2: Tensor) -> Tensor:
    y, x = _wide(x1), _wide(x2)
    ay, ax = (y < 0).where(-y, y), (x < 0).where(-x, x)
    both = ay.isinf() & ax.isinf()
    steep = ax < ay
    top, bottom = steep.where(ax, ay), steep.where(ay, ax)
    ratio = both.where(1, top / (bottom.eq(0)).where(1, bottom))
    angle = _arctan(ratio)
    angle = steep.where(math.pi / 2 - angle, angle)
    # The sign of a zero is had by dividing by it.
    angle = ((x < 0) | (x.eq(0) & (1 / x < 0))).where(math.pi - angle, angle)
    angle = ((y < 0) | (y.eq(0) & (1 / y < 0))).where(-angle, angle)
    return _nan_like(angle, y, x).cast(x1.dtype)


equal = computed(Tensor.eq)
less = computed(operator.lt)


@computed
def less_equal(x1: Tensor, x2: Tensor) -> Tensor:
    return (x1 < x2) | x1.eq(x2)


logical_and = computed(operator.and_)
logical_or = computed(operator.or_)
bitwise_and = logical_and
bitwise_or = logical_or


bitwise_xor = computed(operator.xor)
left_shift = computed(operator.lshift)
right_shift = computed(operator.rshift)


# -- Selection, types, creation ----------------------------------------------------------


where = computed(Tensor.where)


@computed
def cast(x: Tensor, dtype: str) -> Tensor:
    target = DTYPES[dtype]
    if target == dtypes.bool:
        return x.ne(0)
    if _is_float(x) and target in dtypes.ints:
        # Through int64, so that what is out of range wraps around as integers do.
        return _wide(x).cast(dtypes.uint64 if dtype == "uint64" else dtypes.int64).cast(target)
    return x.cast(target)


@computed
def bitcast(x: Tensor, dtype: str) -> Tensor:
    return x.contiguous().bitcast(DTYPES[dtype])


@computed
def full(shape: Sequence[int], fill_value: Any, dtype: str) -> Tensor:
    if isinstance(fill_value, Tensor):
        return fill_value.cast(DTYPES[dtype]).expand(tuple(shape)).contiguous()
    return Tensor.full(tuple(shape), fill_value, dtype=DTYPES[dtype])


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    target = np.float32 if dtype in ("bfloat16", "float16") else np.dtype(dtype)
    values = np.arange(start, stop, step).astype(target)
    return cast(from_numpy(values, values.dtype.name), dtype)


# -- Reductions --------------------------------------------------------------------------


@computed
def sum(x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    if not axis:
        return view(x)
    return _wide(x).sum(axis, keepdim=keepdims, dtype=_wide(x).dtype).cast(x.dtype)


@computed
def prod(x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    if not axis:
        return view(x)
    return _wide(x).prod(axis, keepdim=keepdims, dtype=_wide(x).dtype).cast(x.dtype)


def _extreme(name: str) -> Callable[[Tensor, tuple[int, ...], bool], Tensor]:
    function = getattr(Tensor, name)

    @computed
    def call(x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        if not axis:
            return view(x)
        result = function(x, axis, keepdim=keepdims)
        if _is_float(x):
            nan = x.isnan().any(axis, keepdim=keepdims)
            result = nan.where(math.nan, result).cast(x.dtype)
        return result

    return call


max = _extreme("max")
min = _extreme("min")


@computed
def any(x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    return x.any(axis, keepdim=keepdims) if axis else view(x)


@computed
def all(x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    return x.all(axis, keepdim=keepdims) if axis else view(x)


def _first(x: Tensor, best: Tensor, axis: int) -> Tensor:
    """The first position along ``axis`` where ``x`` is ``best`` or, before all, NaN."""
    hit = x.eq(best)
    if _is_float(x):
        nan = x.isnan()
        hit = nan.any(axis, keepdim=True).where(nan, hit)
    size = x.shape[axis]
    places = Tensor.arange(size).reshape(*(size if i == axis else 1 for i in range(x.ndim)))
    return hit.where(places, size).min(axis).cast(dtypes.int32)


@computed
def argmax(x: Tensor, axis: int) -> Tensor:
    return _first(x, x.max(axis, keepdim=True), axis)


@computed
def argmin(x: Tensor, axis: int) -> Tensor:
    return _first(x, x.min(axis, keepdim=True), axis)


@computed
def cumsum(x: Tensor, axis: int) -> Tensor:
    return _wide(x).cumsum(axis).cast(x.dtype)


@computed
def cumprod(x: Tensor, axis: int) -> Tensor:
    return _wide(x).cumprod(axis).cast(x.dtype)


# -- Shape: views, which need no computation ---------------------------------------------


def reshape(x: Tensor, shape: Sequence[int]) -> Tensor:
    return view(x.reshape(tuple(shape)))


def transpose(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    return view(x.permute(axes) if axes else x)


def broadcast_to(x: Tensor, shape: Sequence[int]) -> Tensor:
    return view(x.reshape((1,) * (len(shape) - x.ndim) + x.shape).expand(tuple(shape)))


@computed
def concatenate(xs: Sequence[Tensor], axis: int) -> Tensor:
    return xs[0].cat(*xs[1:], dim=axis) if len(xs) > 1 else view(xs[0])


def slice(
    x: Tensor, start: Sequence[int], stop: Sequence[int | None], step: tuple[int, ...]
) -> Tensor:
    return view(x[tuple(map(builtins.slice, start, stop, step))] if x.ndim else x)


def flip(x: Tensor, axis: tuple[int, ...]) -> Tensor:
    return view(x.flip(axis) if axis else x)


@computed
def pad(x: Tensor, pad_width: Padding, value: Any) -> Tensor:
    return x.pad(tuple(pad_width), value=value).cast(x.dtype) if x.ndim else view(x)


# -- Indexing, sorting -------------------------------------------------------------------


@computed
def take(x: Tensor, indices: Tensor, axis: int) -> Tensor:
    size = x.shape[axis]
    wide = indices.cast(dtypes.int32)
    return x[(builtins.slice(None),) * axis + ((wide < 0).where(wide + size, wide),)]


def _rows(indices: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Positions in a flattened ``shape``, from the coordinates along the last axis."""
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    wide = indices.cast(dtypes.int32)
    if not shape:
        return Tensor.zeros(*indices.shape[:-1], dtype=dtypes.int32)
    return (wide * Tensor(strides, dtype=dtypes.int32)).sum(-1)


@computed
def gather_nd(x: Tensor, indices: Tensor) -> Tensor:
    depth = indices.shape[-1]
    lead, rest = x.shape[:depth], x.shape[depth:]
    where = _rows(indices, lead)
    if 0 in where.shape or 0 in rest:
        return Tensor.zeros(*where.shape, *rest, dtype=x.dtype)
    return x.reshape(math.prod(lead), *rest)[where]


_REDUCTIONS = {"add": "sum", "max": "amax", "min": "amin", "multiply": "prod"}


@computed
def scatter_nd(x: Tensor, indices: Tensor, updates: Tensor, reduction: str) -> Tensor:
    if 0 in updates.shape or 0 in x.shape:
        return view(x)
    depth = indices.shape[-1]
    flat = _wide(x).reshape(math.prod(x.shape[:depth]), -1)
    source = _wide(updates).reshape(-1, flat.shape[1])
    where = _rows(indices, x.shape[:depth]).reshape(-1, 1).expand(source.shape)
    if reduction == "set":
        result = flat.scatter(0, where, source)
    else:
        result = flat.scatter_reduce(0, where, source, _REDUCTIONS[reduction])
    return result.reshape(x.shape).cast(x.dtype)


def _keys(x: Tensor) -> Tensor:
    """Integers in the order of ``x``, NaN last: the bits, the negative ones reversed."""
    if not _is_float(x):
        return x.cast(dtypes.int32) if x.dtype == dtypes.bool else x
    x = x.isnan().where(math.nan, x.eq(0).where(0, _wide(x)))  # one NaN, one zero
    kind = dtypes.int64 if x.dtype == dtypes.float64 else dtypes.int32
    bits = x.contiguous().bitcast(kind)
    return (bits < 0).where(bits ^ kind.max, bits)


@computed
def argsort(x: Tensor, axis: int) -> Tensor:
    if 0 in x.shape:
        return Tensor.zeros(*x.shape, dtype=dtypes.int32)
    return _keys(x).contiguous().argsort(axis).cast(dtypes.int32)


@computed
def sort(x: Tensor, axis: int) -> Tensor:
    return x.gather(axis, argsort(x, axis)) if 0 not in x.shape else view(x)


def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    places = np.nonzero(on_host(x)) if x.ndim else ()
    return tuple(from_numpy(i.astype(np.int32), "int32") for i in places)


# -- Contractions and windows ------------------------------------------------------------


@computed
def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    a, b = _wide(x1), _wide(x2)
    return a.matmul(b, dtype=a.dtype).cast(x1.dtype)


def _channels_first(x: Tensor) -> Tensor:
    return x.permute(0, x.ndim - 1, *range(1, x.ndim - 1))


def _channels_last(x: Tensor) -> Tensor:
    return x.permute(0, *range(2, x.ndim), 1)


def _framed(x: Tensor, padding: Padding, value: Any) -> Tensor:
    return x.pad(((0, 0), (0, 0), *padding), value=value).cast(x.dtype)


@computed
def conv(
    x: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: Padding,
    dilation: tuple[int, ...],
    groups: int,
) -> Tensor:
    rank = len(strides)
    framed = _framed(_channels_first(_wide(x)), padding, 0)
    weights = _wide(kernel).permute(rank + 1, rank, *range(rank))
    out = framed.conv2d(weights, groups=groups, stride=strides, dilation=dilation)
    return _channels_last(out).cast(x.dtype)


@computed
def max_pool(
    x: Tensor, window: tuple[int, ...], strides: tuple[int, ...], padding: Padding
) -> Tensor:
    framed = _framed(_channels_first(x), padding, x.dtype.min)
    result = framed.max_pool2d(window, stride=strides)
    if _is_float(x):
        nan = framed.isnan().cast(dtypes.int32).max_pool2d(window, stride=strides)
        result = nan.ne(0).where(math.nan, result)
    return _channels_last(result).cast(x.dtype)


@computed
def average_pool(
    x: Tensor, window: tuple[int, ...], strides: tuple[int, ...], padding: Padding
) -> Tensor:
    wide = _channels_first(_wide(x))
    ones = Tensor.ones(1, 1, *wide.shape[2:], dtype=wide.dtype)
    total, count = (_framed(v, padding, 0).avg_pool2d(window, stride=strides) for v in (wide, ones))
    return _channels_last(total / count).cast(x.dtype)


# -- Random numbers ----------------------------------------------------------------------


@computed
def random_uniform(seed: Tensor, shape: Sequence[int], dtype: str) -> Tensor:
    target = DTYPES[dtype]
    counter = Tensor.zeros(2, dtype=dtypes.uint32)
    size = math.prod(shape)
    if size == 0:
        return Tensor.zeros(*shape, dtype=target)
    mantissa = dtypes.finfo(target)[1]
    if target == dtypes.float64:
        bits = Tensor.random_bits(seed, counter, 2 * size).cast(dtypes.uint64).reshape(2, size)
        whole = ((bits[0] << 32) | bits[1]) >> 11
        return (whole.cast(target) * 2.0**-53).reshape(tuple(shape))
    bits = Tensor.random_bits(seed, counter, size) >> (31 - mantissa)
    return (bits.cast(dtypes.float32) * 2.0 ** -(mantissa + 1)).cast(target).reshape(tuple(shape))
