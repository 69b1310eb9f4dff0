"""The primitives on torch."""

import builtins
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from keras_backend_torch import devices, rng
from keras_backend_torch.forms import SIGNED, bits, compares, key, ordered, reduction, wide
from keras_backend_torch.tensors import DTYPES

# -- Elementwise, one argument -----------------------------------------------------------

negative = bits(torch.neg)
floor = torch.floor
ceil = torch.ceil
round = torch.round
exp = torch.exp
expm1 = torch.expm1
log = torch.log
log1p = torch.log1p
sqrt = torch.sqrt
sin = torch.sin
cos = torch.cos
tanh = torch.tanh
logical_not = torch.logical_not
bitwise_not = bits(torch.bitwise_not)


def abs(x: Tensor) -> Tensor:
    return x if x.dtype in SIGNED else torch.abs(x)


def sign(x: Tensor) -> Tensor:
    if x.dtype in SIGNED:
        return (x != 0).to(x.dtype)
    y = torch.sign(x)  # 0 for NaN
    return torch.where(x == x, y, x) if x.is_floating_point() else y


# -- Elementwise, two arguments of one dtype ---------------------------------------------

add = bits(torch.add)
subtract = bits(torch.sub)
multiply = torch.mul
divide = torch.div
power = bits(torch.pow)
maximum = ordered(torch.maximum)
minimum = ordered(torch.minimum)
arctan2 = torch.atan2
equal = torch.eq
less = compares(torch.lt)
less_equal = compares(torch.le)
logical_and = torch.logical_and
logical_or = torch.logical_or
bitwise_and = torch.bitwise_and
bitwise_or = torch.bitwise_or
bitwise_xor = torch.bitwise_xor
left_shift = bits(torch.bitwise_left_shift)


def _halved(x: Tensor) -> Tensor:
    """Unsigned ``x // 2`` of the bits in an int64."""
    return (x >> 1) & torch.iinfo(torch.int64).max


def floor_divide(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype not in SIGNED:
        return torch.floor_divide(x1, x2)
    n, d = (x.to(torch.int64) for x in (x1, x2))
    if x1.dtype is not torch.uint64:
        return torch.floor_divide(n, d).to(x1.dtype)
    # Hacker's Delight, 9-3: unsigned division by means of signed division.
    q = torch.floor_divide(_halved(n), d) << 1
    q = q + (key((n - q * d).view(x1.dtype)) >= key(x2))
    return torch.where(d < 0, (key(x1) >= key(x2)).long(), q).view(x1.dtype)


def mod(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype not in SIGNED:
        return torch.remainder(x1, x2)
    return subtract(x1, multiply(floor_divide(x1, x2), x2))


def right_shift(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype not in SIGNED:
        return torch.bitwise_right_shift(x1, x2)
    x, places = x1.to(torch.int64), x2.to(torch.int64)
    # The first place is moved by hand, so that what comes in from the left is 0.
    return torch.where(places == 0, x, _halved(x) >> (places - 1)).to(x1.dtype)


# -- Selection, types, creation ----------------------------------------------------------

where = torch.where


def cast(x: Tensor, dtype: str) -> Tensor:
    to = DTYPES[dtype]
    if x.is_complex() and not to.is_complex:
        x = x != 0 if to is torch.bool else x.real
    return x.to(to)


def bitcast(x: Tensor, dtype: str) -> Tensor:
    return x.view(DTYPES[dtype])


def full(shape: Sequence[int], fill_value: Any, dtype: str) -> Tensor:
    if isinstance(fill_value, Tensor):
        return fill_value.expand(tuple(shape)).clone()
    return torch.full(tuple(shape), fill_value, dtype=DTYPES[dtype], device=devices.current())


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    to = DTYPES[dtype]
    via = torch.int64 if to in SIGNED else to
    if (stop - start) * step < 0:  # empty, which torch takes for a mistake
        stop = start
    return torch.arange(start, stop, step, dtype=via, device=devices.current()).to(to)


# -- Reductions --------------------------------------------------------------------------


_sum_in_kind = bits(lambda x, axis, keepdims: torch.sum(x, axis, keepdims, dtype=x.dtype))


def _sum(x: Tensor, axis: Any, keepdims: bool) -> Tensor:
    if x.is_floating_point():
        return torch.sum(x, axis, keepdims)
    return _sum_in_kind(x, axis, keepdims)


def _prod(x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    for a in reversed(axis):
        x = torch.prod(x, a, keepdims, dtype=x.dtype)
    return x


sum = reduction(_sum)
prod = bits(_prod)
max = reduction(ordered(torch.amax))
min = reduction(ordered(torch.amin))
any = reduction(torch.any)
all = reduction(torch.all)
cumsum = bits(lambda x, axis: torch.cumsum(x, axis, dtype=x.dtype))
cumprod = bits(lambda x, axis: torch.cumprod(x, axis, dtype=x.dtype))


def argmax(x: Tensor, axis: int) -> Tensor:
    return torch.argmax(x if x.dtype not in SIGNED else key(x), axis).int()


def argmin(x: Tensor, axis: int) -> Tensor:
    return torch.argmin(x if x.dtype not in SIGNED else key(x), axis).int()


# -- Shape -------------------------------------------------------------------------------

reshape = torch.reshape
transpose = torch.permute
broadcast_to = torch.broadcast_to
concatenate = torch.cat
flip = bits(torch.flip)
_slice = builtins.slice


def slice(
    x: Tensor, start: Sequence[int], stop: Sequence[int | None], step: tuple[int, ...]
) -> Tensor:
    return x[tuple(map(_slice, start, stop, step))]


def _flat(widths: Sequence[tuple[int, int]]) -> list[int]:
    """``widths`` the way torch wants them: last axis first."""
    return [n for pair in reversed(widths) for n in pair]


def pad(x: Tensor, pad_width: Sequence[tuple[int, int]], value: Any) -> Tensor:
    widths = _flat(pad_width)
    if isinstance(value, builtins.complex):
        parts = (F.pad(x.real, widths, value=value.real), F.pad(x.imag, widths, value=value.imag))
        return torch.complex(*parts)
    return F.pad(x, widths, value=value)


# -- Indexing, sorting -------------------------------------------------------------------

_select = bits(torch.index_select)
_INDICES = frozenset({torch.int32, torch.int64})


def take(x: Tensor, indices: Tensor, axis: int) -> Tensor:
    if indices.dtype not in _INDICES:
        indices = indices.long()
    is_flat = indices.ndim == 1
    flat = indices if is_flat else indices.reshape(-1)
    if x.is_cpu and not torch.compiler.is_compiling():
        try:  # Negative indices are rare. On the CPU they are noticed while reading.
            out = _select(x, axis, flat)
        except (IndexError, RuntimeError):
            out = _select(x, axis, torch.where(flat < 0, flat + x.shape[axis], flat))
    else:
        out = _select(x, axis, torch.where(flat < 0, flat + x.shape[axis], flat))
    if is_flat:
        return out
    return out.view((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]))


def gather_nd(x: Tensor, indices: Tensor) -> Tensor:
    if indices.shape[-1] == 0:
        return x.expand(*indices.shape[:-1], *x.shape)
    return x[indices.long().unbind(-1)]


_REDUCTIONS = {"max": "amax", "min": "amin", "multiply": "prod"}


def scatter_nd(x: Tensor, indices: Tensor, updates: Tensor, reduction: str) -> Tensor:
    k = indices.shape[-1]
    inner = math.prod(x.shape[k:])
    rows = x.reshape(math.prod(x.shape[:k]), inner)
    if k == 0:
        place = torch.zeros(indices.shape[:-1], dtype=torch.int64, device=x.device)
    else:
        place = indices[..., 0].long()
    for i in range(1, k):
        place = place * x.shape[i] + indices[..., i].long()
    place = place.reshape(-1)
    updates = updates.reshape(place.shape[0], inner)
    if reduction in ("set", "add"):
        add_up = reduction == "add"
        put = bits(lambda x, updates: x.index_put((place,), updates, accumulate=add_up))
        return put(rows, updates).reshape(x.shape)
    index = place[:, None].expand_as(updates)
    family = bits if reduction == "multiply" else ordered
    reduce = family(lambda x, u: x.scatter_reduce(0, index, u, _REDUCTIONS[reduction]))
    return reduce(rows, updates).reshape(x.shape)


def sort(x: Tensor, axis: int) -> Tensor:
    return torch.sort(x, axis).values


def argsort(x: Tensor, axis: int) -> Tensor:
    return torch.argsort(x, dim=axis, stable=True).to(torch.int32)


def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    return tuple(i.to(torch.int32) for i in torch.nonzero(x, as_tuple=True))


# -- Contractions and windows ------------------------------------------------------------
#
# torch wants channels first; as a view, channels-last data is what it calls the
# "channels_last" memory format, so nothing is copied. One spatial axis is handled as two,
# since the one-dimensional functions know no such format.

matmul = bits(torch.matmul)
_TO_FIRST = {4: (0, 3, 1, 2), 5: (0, 4, 1, 2, 3)}
_TO_LAST = {4: (0, 2, 3, 1), 5: (0, 2, 3, 4, 1)}
_KERNEL = {4: (3, 2, 0, 1), 5: (4, 3, 0, 1, 2)}
_CONV = {4: F.conv2d, 5: F.conv3d}
_MAX_POOL = {4: F.max_pool2d, 5: F.max_pool3d}
_AVERAGE_POOL = {4: F.avg_pool2d, 5: wide(F.avg_pool3d)}


def conv(
    x: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
    dilation: tuple[int, ...],
    groups: int,
) -> Tensor:
    return conv_and_bias(x, kernel, None, strides, padding, dilation, groups)


def conv_and_bias(
    x: Tensor,
    kernel: Tensor,
    bias: Tensor | None,
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
    dilation: tuple[int, ...],
    groups: int,
) -> Tensor:
    if x.ndim == 3:
        y = conv_and_bias(
            x.unsqueeze(1), kernel.unsqueeze(0), bias, (1, *strides), [(0, 0), *padding],
            (1, *dilation), groups,
        )  # fmt: skip
        return y.squeeze(1)
    rank = x.ndim
    around: Any = [lo for lo, _ in padding]
    if builtins.any(lo != hi for lo, hi in padding):
        x = F.pad(x, [0, 0, *_flat(padding)])
        around = 0
    y = _CONV[rank](
        x.permute(_TO_FIRST[rank]), kernel.permute(_KERNEL[rank]), bias, strides, around, dilation,
        groups,
    )  # fmt: skip
    return y.permute(_TO_LAST[rank])


def _pool_padding(
    window: tuple[int, ...], padding: Sequence[tuple[int, int]]
) -> tuple[int, ...] | None:
    """The padding as torch's pooling takes it, None if it does not."""
    if builtins.all(lo == hi <= n // 2 for (lo, hi), n in zip(padding, window, strict=True)):
        return tuple(lo for lo, _ in padding)
    return None


def _lowest(dtype: torch.dtype) -> float:
    return -math.inf if dtype.is_floating_point else torch.iinfo(dtype).min


def _max_pool(
    x: Tensor,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Tensor:
    around = _pool_padding(window, padding)
    if around is None:
        x = F.pad(x, [0, 0, *_flat(padding)], value=_lowest(x.dtype))
    y = _MAX_POOL[x.ndim](x.permute(_TO_FIRST[x.ndim]), window, strides, around or 0)
    return y.permute(_TO_LAST[x.ndim])


def _average_pool(
    x: Tensor,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Tensor:
    around = _pool_padding(window, padding)
    pool, first, last = _AVERAGE_POOL[x.ndim], _TO_FIRST[x.ndim], _TO_LAST[x.ndim]
    if (
        around == (0, 0)
        and x.is_cpu
        and x.dtype is torch.float32
        and not torch.compiler.is_compiling()
    ):
        # On a CPU, kernels of convolutions are up to ten times as fast as that of pooling.
        share = x.new_full((x.shape[3], 1, *window), 1 / math.prod(window))
        y = F.conv2d(x.permute(first), share, None, strides, groups=x.shape[3])
        return y.permute(last)
    if around is not None:
        return pool(x.permute(first), window, strides, around, False, False).permute(last)
    ones = torch.ones((1, *x.shape[1:-1], 1), dtype=x.dtype, device=x.device)
    y, share = (
        pool(F.pad(t, [0, 0, *_flat(padding)]).permute(first), window, strides).permute(last)
        for t in (x, ones)
    )
    return y / share


def _pooling(pool: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def call(
        x: Tensor,
        window: tuple[int, ...],
        strides: tuple[int, ...],
        padding: Sequence[tuple[int, int]],
    ) -> Tensor:
        if x.ndim > 3:
            return pool(x, window, strides, padding)
        y = pool(x.unsqueeze(1), (1, *window), (1, *strides), [(0, 0), *padding])
        return y.squeeze(1)

    return call


max_pool = _pooling(ordered(_max_pool))
average_pool = _pooling(_average_pool)

# -- Random numbers ----------------------------------------------------------------------

random_uniform = rng.uniform

# -- Linear algebra ----------------------------------------------------------------------

qr = wide(lambda x, full: tuple(torch.linalg.qr(x, "complete" if full else "reduced")))
svd = wide(lambda x, full_matrices: tuple(torch.linalg.svd(x, full_matrices)))
eigh = wide(lambda x: tuple(torch.linalg.eigh(x)))
eig = wide(lambda x: tuple(torch.linalg.eig(x)))
triangular_solve = wide(lambda a, b, lower: torch.linalg.solve_triangular(a, b, upper=not lower))


# -- Complex numbers and Fourier transforms ----------------------------------------------

complex = torch.complex
real = torch.real
imag = torch.imag


def fft(x: Tensor, inverse: bool) -> Tensor:
    if x.numel() == 0:  # which MKL refuses
        return x
    return torch.fft.ifft(x) if inverse else torch.fft.fft(x)
