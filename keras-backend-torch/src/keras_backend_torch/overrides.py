"""What torch does natively, by the names of the public operations.

Each replaces a composite of the core where torch is faster or more accurate.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils import _pytree as pytree

from keras_backend_torch import autodiff, primitives, rng
from keras_backend_torch.compiler import opaque
from keras_backend_torch.forms import (
    HALF,
    SIGNED,
    bits,
    compares,
    key,
    ordered,
    reduction,
    unkey,
    wide,
)
from keras_core_plugins import UnsupportedOpError

__all__ = [
    "adam_update",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "argmax",
    "argmin",
    "batch_normalization",
    "batch_normalization_training",
    "celu",
    "cholesky",
    "clip",
    "conv_and_bias",
    "conv_transpose",
    "copysign",
    "cosh",
    "dense",
    "det",
    "digamma",
    "dot_product_attention",
    "einsum",
    "elu",
    "erf",
    "erfc",
    "erfinv",
    "exp2",
    "gelu",
    "greater",
    "greater_equal",
    "gru",
    "hypot",
    "int8_matmul",
    "inv",
    "irfft",
    "isfinite",
    "isinf",
    "isnan",
    "layer_normalization",
    "leaky_relu",
    "lgamma",
    "log10",
    "log2",
    "log_sigmoid",
    "log_softmax",
    "logaddexp",
    "logaddexp2",
    "logical_xor",
    "logsumexp",
    "lstm",
    "lu_factor",
    "mean",
    "nextafter",
    "not_equal",
    "outer",
    "random_gamma",
    "random_normal",
    "random_randint",
    "reciprocal",
    "relu",
    "relu6",
    "rfft",
    "rms_normalization",
    "rmsprop_update",
    "rsqrt",
    "searchsorted",
    "selu",
    "sgd_update",
    "sigmoid",
    "silu",
    "sinh",
    "slogdet",
    "softmax",
    "softplus",
    "solve",
    "square",
    "stack",
    "take_along_axis",
    "tan",
    "tile",
    "top_k",
    "tril",
    "triu",
    "trunc",
    "var",
    "vectorized_map",
]

# -- Elementwise -------------------------------------------------------------------------

tan = torch.tan
arcsin = torch.asin
arccos = torch.acos
arctan = torch.atan
sinh = torch.sinh
cosh = torch.cosh
arcsinh = torch.asinh
arccosh = torch.acosh
arctanh = torch.atanh
rsqrt = torch.rsqrt
reciprocal = torch.reciprocal
square = bits(torch.square)
exp2 = torch.exp2
log2 = torch.log2
log10 = torch.log10
isnan = torch.isnan
isinf = torch.isinf
isfinite = torch.isfinite
erf = torch.erf
erfc = torch.erfc
erfinv = torch.erfinv
lgamma = torch.lgamma
digamma = torch.digamma
not_equal = torch.ne
greater = compares(torch.gt)
greater_equal = compares(torch.ge)
logical_xor = torch.logical_xor
logaddexp = torch.logaddexp
logaddexp2 = torch.logaddexp2
hypot = torch.hypot
copysign = torch.copysign
nextafter = torch.nextafter


@ordered
def clip(x: Tensor, x_min: Tensor | None, x_max: Tensor | None) -> Tensor:
    if x.dtype is torch.bool:
        x, x_min, x_max = (t if t is None else t.int() for t in (x, x_min, x_max))
    return x if x_min is x_max is None else torch.clamp(x, x_min, x_max)


# -- Activations -------------------------------------------------------------------------


def relu(x: Tensor) -> Tensor:
    return x if x.dtype in SIGNED else torch.relu(x)  # of unsigned integers, itself


def relu6(x: Tensor) -> Tensor:
    if x.dtype in SIGNED:  # torch cannot clamp them
        return F.relu6(x.to(torch.int64)).to(x.dtype)
    return F.relu6(x)


sigmoid = torch.sigmoid
log_sigmoid = F.logsigmoid
silu = F.silu
selu = torch.selu


def elu(x: Tensor, alpha: float) -> Tensor:
    return F.elu(x, alpha)


def celu(x: Tensor, alpha: float) -> Tensor:
    return F.celu(x, alpha)


def leaky_relu(x: Tensor, negative_slope: float) -> Tensor:
    return F.leaky_relu(x, negative_slope)


def gelu(x: Tensor, approximate: bool) -> Tensor:
    return F.gelu(x, approximate="tanh" if approximate else "none")


def softplus(x: Tensor) -> Tensor:
    # Above the threshold x is the answer; torch's own, 20, is for float32.
    return F.softplus(x, threshold=40 if x.dtype is torch.float64 else 20)


def _along(fn: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """``fn`` along one axis or several, which are brought together at the end."""

    def call(x: Tensor, axis: Any) -> Tensor:
        if isinstance(axis, int):
            return fn(x, axis)
        axis = tuple(range(x.ndim) if axis is None else axis)
        ends = tuple(range(-len(axis), 0))
        moved = x.movedim(axis, ends)
        return fn(moved.flatten(-len(axis)), -1).reshape(moved.shape).movedim(ends, axis)

    return call


softmax = _along(torch.softmax)
log_softmax = _along(torch.log_softmax)

# -- Reductions --------------------------------------------------------------------------

logsumexp = reduction(torch.logsumexp)


def _mean(x: Tensor, axis: Any, keepdims: bool) -> Tensor:
    return torch.mean(x if x.is_floating_point() else _floating(x), axis, keepdims)


_mean_over = reduction(_mean)


def mean(x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    return _mean_over(x, axis, keepdims) if axis else _floating(x)


def var(x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    x = _floating(x)
    if axis and axis[-1] == x.ndim - 1:
        return torch.var(x, axis, correction=0, keepdim=keepdims)
    # torch's own is slow along leading axes, those over which a batch is normalised.
    wide = x.float() if x.dtype in HALF else x
    centred = wide - mean(wide, axis, True)
    return mean(centred * centred, axis, keepdims).to(x.dtype)


def _position(fn: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def call(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
        if x.dtype in _UNORDERED:
            x = x.int() if x.dtype is torch.bool else key(x)
        try:
            return fn(x, axis, keepdims).int()
        except IndexError:
            raise ValueError(
                "`argmax` and `argmin` expect at least one element to point at. Received: a "
                f"tensor of shape {tuple(x.shape)} with axis={axis}"
            ) from None

    return call


_UNORDERED = frozenset({torch.bool, *SIGNED})


argmax = _position(torch.argmax)
argmin = _position(torch.argmin)


def _floating(x: Tensor) -> Tensor:
    return x if x.is_floating_point() or x.is_complex() else x.float()


# -- Shape -------------------------------------------------------------------------------


def stack(x: Sequence[Tensor], axis: int) -> Tensor:
    return torch.stack(tuple(x), axis)


def tile(x: Tensor, repeats: Any) -> Tensor:
    return torch.tile(x, (repeats,) if isinstance(repeats, int) else tuple(repeats))


tril = bits(torch.tril)
triu = bits(torch.triu)

# -- Indexing, sorting -------------------------------------------------------------------


def take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if axis is None:
        x, indices, axis = x.reshape(-1), indices.reshape(-1), 0
    indices = indices.long()
    indices = torch.where(indices < 0, indices + x.shape[axis], indices)
    return bits(torch.take_along_dim)(x, indices, axis)


def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Tensor:
    return torch.searchsorted(
        key(sorted_sequence), key(values).contiguous(), right=side == "right", out_int32=True
    )


def top_k(x: Tensor, k: int, sorted: bool, is_stable: bool) -> tuple[Tensor, Tensor]:
    keys = key(x)
    if is_stable:
        values, indices = (
            t[..., :k] for t in torch.sort(keys, dim=-1, descending=True, stable=True)
        )
    else:
        values, indices = torch.topk(keys, k, sorted=sorted)
    return unkey(values, x.dtype), indices.to(torch.int32)


# -- Linear algebra ----------------------------------------------------------------------

det = wide(torch.linalg.det)
inv = wide(torch.linalg.inv)
slogdet = wide(lambda x: tuple(torch.linalg.slogdet(x)))


@wide
def cholesky(x: Tensor, upper: bool) -> Tensor:
    root = torch.linalg.cholesky(x)
    return root.mT if upper else root


@wide
def lu_factor(x: Tensor) -> tuple[Tensor, Tensor]:
    lu, pivots, _ = torch.linalg.lu_factor_ex(x)  # `lu_factor` refuses singular ones
    return lu, pivots - 1


def einsum(operands: list[Tensor], subscripts: str) -> Tensor:
    out = torch.einsum(subscripts, *operands)
    return out if out.dtype == operands[0].dtype else out.to(operands[0].dtype)  # sums of one


def trunc(x: Tensor) -> Tensor:
    return x if x.dtype is torch.bool else torch.trunc(x)


def outer(x1: Tensor, x2: Tensor) -> Tensor:
    return torch.outer(x1.reshape(-1), x2.reshape(-1))


@wide
def solve(a: Tensor, b: Tensor) -> Tensor:
    if b.ndim == a.ndim - 1:
        return torch.linalg.solve(a, b.unsqueeze(-1)).squeeze(-1)
    return torch.linalg.solve(a, b)


def rfft(x: Tensor, fft_length: int | None) -> tuple[Tensor, Tensor]:
    x = x.float() if x.dtype in HALF else x
    if x.numel() == 0:  # which MKL refuses
        n = x.shape[-1] if fft_length is None else fft_length
        return (x.new_zeros((*x.shape[:-1], n // 2 + 1)),) * 2
    y = torch.fft.rfft(x, fft_length)
    return y.real, y.imag


def irfft(x: tuple[Tensor, Tensor], fft_length: int | None) -> Tensor:
    parts = [v.float() if v.dtype in HALF else v for v in x]
    if parts[0].numel() == 0:
        n = 2 * (parts[0].shape[-1] - 1) if fft_length is None else fft_length
        return parts[0].new_zeros((*parts[0].shape[:-1], n))
    return torch.fft.irfft(torch.complex(*parts), fft_length)


# -- Layers ------------------------------------------------------------------------------


def _trailing(x: Tensor, axis: Any) -> tuple[int, ...] | None:
    """The sizes along ``axis`` if those are the last axes, in order."""
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    return tuple(x.shape[a] for a in axes) if axes == tuple(range(x.ndim))[-len(axes) :] else None


def layer_normalization(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, axis: Any, epsilon: float
) -> Tensor:
    sizes = _trailing(x, axis)
    if sizes is not None:
        return F.layer_norm(x, sizes, gamma, beta, epsilon)
    axes = tuple(axis)
    y = (x - mean(x, axes, True)) * torch.rsqrt(var(x, axes, True) + epsilon)
    y = y if gamma is None else y * _broadcastable(gamma, x, axes)
    return y if beta is None else y + _broadcastable(beta, x, axes)


def rms_normalization(x: Tensor, scale: Tensor | None, axis: Any, epsilon: float) -> Tensor:
    sizes = _trailing(x, axis)
    if sizes is not None:
        return F.rms_norm(x, sizes, scale, epsilon)
    axes = tuple(axis)
    y = x * torch.rsqrt(mean(x * x, axes, True) + epsilon)
    return y if scale is None else y * _broadcastable(scale, x, axes)


def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor | None,
    scale: Tensor | None,
    epsilon: float,
) -> Tensor:
    # One pass over x: what is done to each channel is put together first.
    factor = torch.rsqrt(variance + epsilon)
    factor = factor if scale is None else factor * scale
    shift = -mean * factor if offset is None else offset - mean * factor
    if axis != x.ndim - 1:
        factor, shift = (_broadcastable(t, x, (axis,)) for t in (factor, shift))
    return torch.addcmul(shift, x, factor)


def batch_normalization_training(
    x: Tensor, axis: int, offset: Tensor | None, scale: Tensor | None, epsilon: float
) -> tuple[Tensor, Tensor, Tensor]:
    """The normalised batch, its mean and its variance, the latter two as constants."""
    y, mean, factor = torch.native_batch_norm(
        x.movedim(axis, 1), scale, offset, None, None, True, 0.0, epsilon
    )
    return y.movedim(1, axis), mean.detach(), (factor.detach() ** -2 - epsilon).clamp_min(0)


def dense(inputs: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    return (
        torch.addmm(bias, inputs, kernel)
        if inputs.ndim == 2
        else F.linear(inputs, kernel.t(), bias)
    )


def int8_matmul(inputs: Tensor, kernel: Tensor) -> Tensor:
    # Other devices ask for certain sizes, and no other format knows this function.
    if inputs.device.type != "cpu" or torch.compiler.is_exporting():
        return torch.matmul(inputs.to(torch.float32), kernel.to(torch.float32))
    rows = inputs.reshape(-1, inputs.shape[-1])
    sums: Tensor = torch.ops.aten._int_mm(rows, kernel)
    return sums.to(torch.float32).reshape(*inputs.shape[:-1], kernel.shape[-1])


conv_and_bias = primitives.conv_and_bias


def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int, ...] | None,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Tensor:
    x = inputs if data_format == "channels_first" else inputs.movedim(-1, 1)
    low, extra = [], []  # what is cut off at both ends, and what is put back at the far one
    for i, (w, s, r) in enumerate(zip(kernel.shape, strides, dilation_rate, strict=False)):
        span = (w - 1) * r + 1
        if output_padding is not None:
            cut = 0 if padding == "valid" else 2 * (span // 2)
            low.append(max(cut - output_padding[i], 0) // 2)
            extra.append(output_padding[i] + 2 * low[i] - cut)
        else:
            low.append(0 if padding == "valid" else max(span - s, 0) // 2)
            extra.append(max(s - span, 0) if padding == "valid" else s - span + 2 * low[i])
    y = getattr(F, f"conv_transpose{x.ndim - 2}d")(
        x, kernel.movedim((-1, -2), (0, 1)), None, strides, low, [max(n, 0) for n in extra], 1,
        dilation_rate,
    )  # fmt: skip
    for axis, n in enumerate(extra, start=2):
        y = y.narrow(axis, 0, y.shape[axis] + n) if n < 0 else y
    return y if data_format == "channels_first" else y.movedim(1, -1)


def dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None,
    mask: Tensor | None,
    scale: float | None,
    is_causal: bool,
    flash_attention: bool | None,
    attn_logits_soft_cap: float | None,
) -> Tensor:
    q, k, v = (t.transpose(1, 2) for t in (query, key, value))
    # Torch's kernels know no cap, and have no second derivative.
    by_hand = attn_logits_soft_cap is not None or autodiff.is_nested()
    if by_hand and flash_attention:
        raise UnsupportedOpError(
            "dot_product_attention",
            "torch's fused kernels know no cap of the scores, and have no second derivative. Leave "
            "out `flash_attention`, or set it to False.",
        )
    if is_causal and (by_hand or mask is not None or bias is not None):
        seen = torch.ones(q.shape[2], k.shape[2], dtype=torch.bool, device=q.device).tril()
        mask, is_causal = seen if mask is None else mask & seen, False
    if bias is not None:
        bias = bias.to(q.dtype)
    if mask is not None:
        # A query that sees no key takes the mean of all; torch would give zeros, or NaN.
        blind = ~mask.any(-1, keepdim=True)
        mask, q = mask | blind, q.masked_fill(blind, 0)
        if bias is not None or by_hand:
            bias = torch.zeros((), dtype=q.dtype, device=q.device) if bias is None else bias
            bias = bias.masked_fill(blind, 0).masked_fill(~mask, -math.inf)
    if not by_hand:
        return _fused_or_not(
            q,
            k,
            v,
            mask if bias is None else bias,
            is_causal,
            scale,
            flash_attention,
        ).transpose(1, 2)
    if q.shape[1] != k.shape[1]:
        k, v = (t.repeat_interleave(q.shape[1] // t.shape[1], 1) for t in (k, v))
    logits = q @ k.mT * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if attn_logits_soft_cap is not None:
        logits = torch.tanh(logits / attn_logits_soft_cap) * attn_logits_soft_cap
    return (torch.softmax(logits if bias is None else logits + bias, -1) @ v).transpose(1, 2)


_FUSED = [
    SDPBackend.FLASH_ATTENTION,
    SDPBackend.EFFICIENT_ATTENTION,
    SDPBackend.CUDNN_ATTENTION,
]


def _fused_or_not(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | None,
    is_causal: bool,
    scale: float | None,
    fused: bool | None,
) -> Tensor:
    """Attention by a fused kernel, by none, or, if that is left open, by what torch chooses."""

    def attend() -> Tensor:
        return F.scaled_dot_product_attention(
            q, k, v, mask, 0.0, is_causal, scale=scale, enable_gqa=bool(q.shape[1] != k.shape[1])
        )

    if fused is None:
        return attend()
    try:
        with sdpa_kernel(_FUSED if fused else [SDPBackend.MATH]):
            return attend()
    except RuntimeError as e:
        if not fused or "kernel" not in str(e):
            raise
        raise UnsupportedOpError(
            "dot_product_attention",
            f"torch has no fused kernel for queries of shape {tuple(q.shape)} and dtype {q.dtype} "
            f"on {q.device.type}{'' if mask is None else ' with a mask'}. Leave out "
            "`flash_attention`, or set it to False.",
        ) from e


@opaque  # traced, torch's kernel fails
def lstm(
    inputs: Tensor,
    h: Tensor,
    c: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None,
    go_backwards: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    x = inputs.flip(1) if go_backwards else inputs
    weights = [kernel.T, recurrent_kernel.T]
    if bias is not None:
        weights += [bias, torch.zeros_like(bias)]
    with _differentiable_kernels():
        y, h, c = torch.lstm(
            x, (h[None], c[None]), weights, bias is not None, 1, 0.0, True, False, True
        )
    return y, h[0], c[0]


@opaque  # traced, torch's kernel fails
def gru(
    inputs: Tensor,
    h: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None,
    go_backwards: bool,
) -> tuple[Tensor, Tensor]:
    x = inputs.flip(1) if go_backwards else inputs
    given = [kernel, recurrent_kernel] if bias is None else [kernel, recurrent_kernel, *bias]
    # Keras has the gates in the order update, reset; torch the other way round.
    gates = [t.chunk(3, -1) for t in given]
    weights = [torch.cat([r, z, new], -1).T for z, r, new in gates[:2]]
    weights += [torch.cat([r, z, new]) for z, r, new in gates[2:]]
    with _differentiable_kernels():
        y, h = torch.gru(x, h[None], weights, bias is not None, 1, 0.0, True, False, True)
    return y, h[0]


def _differentiable_kernels() -> AbstractContextManager[None]:
    """Where a second derivative may be wanted, cuDNN is not used, which has none."""
    nested = autodiff.is_nested()
    return torch.backends.cudnn.flags(enabled=False) if nested else nullcontext()


def _broadcastable(t: Tensor, x: Tensor, axes: Sequence[int]) -> Tensor:
    return t.reshape([d if a in axes else 1 for a, d in enumerate(x.shape)])


# -- Control flow ------------------------------------------------------------------------


def vectorized_map(function: Callable[..., Any], elements: Any) -> Any:
    try:
        return torch.func.vmap(function, randomness="same")(elements)
    except RuntimeError:  # it has no rule for some functions, and inside there are no values
        return _map(function, elements)


def _map(function: Callable[..., Any], elements: Any) -> Any:
    """``function`` of one slice after the other, stacked."""
    leaves, structure = pytree.tree_flatten(elements)
    rows = zip(*(x.unbind() for x in leaves), strict=True)
    results = [function(pytree.tree_unflatten(list(row), structure)) for row in rows]
    return pytree.tree_map(lambda *ys: None if ys[0] is None else torch.stack(ys), *results)


# -- Random numbers ----------------------------------------------------------------------

random_normal = rng.normal
random_randint = rng.randint
random_gamma = rng.gamma

# -- Updates of optimizers: lists of parameters, changed in place --------------------------

_Lists = tuple[list[Tensor], ...]


def _number(x: Any) -> Any:
    """A 0-d tensor as a number, if reading it does not wait for a device."""
    return x.item() if isinstance(x, Tensor) and x.is_cpu and not _compiling() else x


_compiling = torch.compiler.is_compiling
_LATE = 1e12  # a step at which Adam's corrections are 1


@opaque  # the kernel is as good as a compiled one, and torch cannot trace it
def adam_update(
    params: list[Tensor],
    grads: list[Tensor],
    m: list[Tensor],
    v: list[Tensor],
    vhat: list[Tensor],
    step: Tensor,
    learning_rate: Tensor,
    beta_1: float,
    beta_2: float,
    epsilon: float,
    weight_decay: Any,
    amsgrad: bool,
) -> _Lists:
    lr, t = _number(learning_rate), _number(step)
    alpha = lr * (1 - beta_2**t) ** 0.5 / (1 - beta_1**t)
    with torch.no_grad():
        _decay(params, lr, weight_decay)
        for p, g, m_, v_, top in _by_dtype(params, grads, m, v, vhat):
            # torch's kernel corrects m and v, Keras the learning rate: epsilon counts
            # differently. So the kernel is told that the corrections are over.
            steps = [torch.full((), _LATE, device=p[0].device)] * len(p)
            # It also takes all to lie alike in memory, which gradients of convolutions do not.
            g = [x.contiguous() for x in g]
            torch._fused_adam_(
                p, g, m_, v_, top, steps, lr=alpha, beta1=beta_1, beta2=beta_2, weight_decay=0.0,
                eps=epsilon, amsgrad=amsgrad, maximize=False,
            )  # fmt: skip
    return params, m, v, vhat


def _by_dtype(params: list[Tensor], *others: list[Tensor]) -> list[_Lists]:
    """The lists, cut into ones of a single dtype, as fused kernels want them."""
    if len({p.dtype for p in params}) < 2:
        return [(params, *others)]
    rows = list(zip(params, *(o or [None] * len(params) for o in others), strict=True))
    groups = [[r for r in rows if r[0].dtype is d] for d in {p.dtype for p in params}]
    return [tuple([t for t in c if t is not None] for c in zip(*g, strict=True)) for g in groups]


def _decay(params: list[Tensor], lr: Any, weight_decay: Any) -> None:
    """Decoupled weight decay by a number, or one for each parameter."""
    if isinstance(weight_decay, (list, tuple)):
        for p, decay in zip(params, weight_decay, strict=True):
            if decay:
                p.mul_(1 - lr * decay)
    elif weight_decay:
        torch._foreach_mul_(params, 1 - lr * weight_decay)


def sgd_update(
    params: list[Tensor],
    grads: list[Tensor],
    momenta: list[Tensor],
    learning_rate: Tensor,
    momentum: float,
    nesterov: bool,
) -> _Lists:
    lr = _number(learning_rate)
    with torch.no_grad():
        if not momentum:
            torch._foreach_sub_(params, torch._foreach_mul(grads, lr))
            return params, momenta
        steps = torch._foreach_mul(grads, lr)
        torch._foreach_mul_(momenta, momentum)
        torch._foreach_sub_(momenta, steps)
        if nesterov:
            torch._foreach_add_(params, momenta, alpha=momentum)
            torch._foreach_sub_(params, steps)
        else:
            torch._foreach_add_(params, momenta)
    return params, momenta


def rmsprop_update(
    params: list[Tensor],
    grads: list[Tensor],
    v: list[Tensor],
    momenta: list[Tensor],
    avg: list[Tensor],
    learning_rate: Tensor,
    rho: float,
    momentum: float,
    epsilon: float,
    centered: bool,
) -> _Lists:
    with torch.no_grad():
        torch._foreach_mul_(v, rho)
        torch._foreach_addcmul_(v, grads, grads, 1 - rho)
        scale = torch._foreach_add(v, epsilon)
        if centered:
            torch._foreach_lerp_(avg, grads, 1 - rho)
            torch._foreach_addcmul_(scale, avg, avg, -1)
        torch._foreach_sqrt_(scale)
        steps = torch._foreach_div(torch._foreach_mul(grads, _number(learning_rate)), scale)
        if momentum:
            torch._foreach_mul_(momenta, momentum)
            torch._foreach_add_(momenta, steps)
            steps = momenta
        torch._foreach_sub_(params, steps)
    return params, v, momenta, avg
