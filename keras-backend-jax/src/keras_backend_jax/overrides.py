"""What jax does natively, by the names of the public operations.

XLA fuses the composites of the core, so that few are worth replacing: functions that it has
itself, better algorithms, and control flow, which has to be told to a tracer.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from keras_backend_jax import primitives
from keras_backend_jax.compiler import is_converting
from keras_backend_jax.forms import op, static, wide
from keras_backend_jax.tensors import DTYPES
from keras_core_plugins import UnsupportedOpError

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "cbrt",
    "cholesky",
    "cond",
    "conv_transpose",
    "copysign",
    "cosh",
    "det",
    "digamma",
    "dot_product_attention",
    "einsum",
    "erf",
    "erfc",
    "erfinv",
    "exp2",
    "fori_loop",
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
    "nextafter",
    "not_equal",
    "random_gamma",
    "random_normal",
    "random_randint",
    "relu",
    "relu6",
    "resample",
    "rfft",
    "rsqrt",
    "scan",
    "searchsorted",
    "selu",
    "sigmoid",
    "silu",
    "sinh",
    "slogdet",
    "softmax",
    "softplus",
    "solve",
    "square",
    "stack",
    "switch",
    "take_along_axis",
    "tan",
    "top_k",
    "tril",
    "triu",
    "vectorized_map",
    "while_loop",
]

# -- Elementwise -------------------------------------------------------------------------

tan = op(jnp.tan)
arcsin = op(jnp.arcsin)
arccos = op(jnp.arccos)
arctan = op(jnp.arctan)
sinh = op(jnp.sinh)
cosh = op(jnp.cosh)
arcsinh = op(jnp.arcsinh)
arccosh = op(jnp.arccosh)
arctanh = op(jnp.arctanh)
rsqrt = op(lax.rsqrt)
cbrt = op(jnp.cbrt)
square = op(jnp.square)
exp2 = op(jnp.exp2)
log2 = op(jnp.log2)
log10 = op(jnp.log10)
isnan = op(jnp.isnan)
isinf = op(jnp.isinf)
isfinite = op(jnp.isfinite)
erf = op(lax.erf)
erfc = op(lax.erfc)
erfinv = op(lax.erf_inv)
lgamma = op(lax.lgamma)
digamma = op(lax.digamma)
not_equal = op(jnp.not_equal)
greater = op(jnp.greater)
greater_equal = op(jnp.greater_equal)
logical_xor = op(jnp.logical_xor)
logaddexp = op(jnp.logaddexp)
logaddexp2 = op(jnp.logaddexp2)
hypot = op(jnp.hypot)
copysign = op(jnp.copysign)
nextafter = op(jnp.nextafter)

# -- Activations -------------------------------------------------------------------------

relu = op(jax.nn.relu)
relu6 = op(lambda x: jnp.minimum(jnp.maximum(x, 0), 6))  # of integers, integers
sigmoid = op(jax.nn.sigmoid)
log_sigmoid = op(jax.nn.log_sigmoid)
softplus = op(jax.nn.softplus)
silu = op(jax.nn.silu)
selu = op(jax.nn.selu)
softmax = op(lambda x, axis: jax.nn.softmax(x, axis), 1)
log_softmax = op(lambda x, axis: jax.nn.log_softmax(x, axis), 1)
logsumexp = op(lambda x, axis, keepdims: jax.nn.logsumexp(x, axis, keepdims=keepdims), 1, 2)


@wide
@static(3, 4)
def layer_normalization(
    x: Array, gamma: Array | None, beta: Array | None, axis: tuple[int, ...], epsilon: float
) -> Array:
    """XLA would store the difference that the variance and the result share: it is kept from
    seeing that they do.
    """
    mean, var = lax.optimization_barrier(
        (jnp.mean(x, axis, keepdims=True), jnp.var(x, axis, keepdims=True))
    )
    rest = [i for i in range(x.ndim) if i not in axis]
    gamma, beta = (
        v if v is None or v.ndim == x.ndim else jnp.expand_dims(v, rest) for v in (gamma, beta)
    )
    scale = lax.rsqrt(var + epsilon)
    y = (x - mean) * (scale if gamma is None else scale * gamma)
    return y if beta is None else y + beta


# -- Shape, indexing, sorting ------------------------------------------------------------

stack = op(lambda x, axis: jnp.stack(x, axis), 1)
tril = op(lambda x, k: jnp.tril(x, k), 1)
triu = op(lambda x, k: jnp.triu(x, k), 1)
take_along_axis = op(
    lambda x, indices, axis: (
        jnp.take_along_axis(x.reshape(-1), indices.reshape(-1), 0)
        if axis is None
        else jnp.take_along_axis(x, indices, axis)
    ),
    2,
)
searchsorted = op(
    lambda sorted_sequence, values, side: jnp.searchsorted(
        sorted_sequence, values, side=side
    ).astype(jnp.int32),
    2,
)


_METHODS = {"bilinear": "linear", "bicubic": "cubic"}  # Lanczos' kernels have the same names


def resample(x: Array, rows: int, weights: Sequence[Any], kernel: str) -> Array:
    """Jax multiplies by the matrices from the side that moves less."""
    shape = list(x.shape)
    for axis, matrix in enumerate(weights, start=rows):
        shape[axis] = shape[axis] if matrix is None else matrix.shape[1]
    method = kernel.removeprefix("antialiased ")
    return jax.image.resize(
        x, shape, _METHODS.get(method, method), antialias=kernel.startswith("antialiased")
    )


@static(1, 2, 3)
def top_k(x: Array, k: int, sorted: bool, is_stable: bool) -> tuple[Array, Array]:
    values, indices = lax.top_k(x, k)
    return values, indices


# -- Linear algebra ----------------------------------------------------------------------

einsum = op(lambda operands, subscripts: jnp.einsum(subscripts, *operands), 1)
det = wide(op(jnp.linalg.det))
inv = wide(op(jnp.linalg.inv))
slogdet = wide(op(lambda x: tuple(jnp.linalg.slogdet(x))))
lu_factor = wide(op(lambda x: lax.linalg.lu(x)[:2]))
cholesky = wide(op(lambda x, upper: jnp.linalg.cholesky(x, upper=upper), 1))


@wide
@op
def solve(a: Array, b: Array) -> Array:
    if b.ndim == a.ndim - 1:
        return jnp.linalg.solve(a, b[..., None])[..., 0]
    return jnp.linalg.solve(a, b)


@static(1)
def rfft(x: Array, fft_length: int | None) -> tuple[Array, Array]:
    y = jnp.fft.rfft(x, fft_length)
    return y.real, y.imag


@static(1)
def irfft(x: tuple[Array, Array], fft_length: int | None) -> Array:
    return jnp.fft.irfft(lax.complex(*x), fft_length)


# -- Layers ---------------------------------------------------------------------------


@static(2, 3, 4, 5, 6)
def conv_transpose(
    inputs: Array,
    kernel: Array,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int, ...] | None,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Array:
    x = jnp.moveaxis(inputs, 1, -1) if data_format == "channels_first" else inputs
    around = []
    for i, (w, s, r) in enumerate(zip(kernel.shape, strides, dilation_rate, strict=False)):
        span = (w - 1) * r + 1
        if output_padding is not None:
            cut = 0 if padding == "valid" else 2 * (span // 2)
            low = max(cut - output_padding[i], 0) // 2
            extra = output_padding[i] + 2 * low - cut
        else:
            low = 0 if padding == "valid" else max(span - s, 0) // 2
            extra = max(s - span, 0) if padding == "valid" else s - span + 2 * low
        around.append((span - 1 - low, span - 1 - low + extra))
    y = lax.conv_general_dilated(
        x,
        jnp.flip(kernel, range(kernel.ndim - 2)).swapaxes(-1, -2),
        (1,) * len(strides),
        around,
        lhs_dilation=strides,
        rhs_dilation=dilation_rate,
        dimension_numbers=primitives.CONV_LAYOUTS[x.ndim],
    )
    return jnp.moveaxis(y, -1, 1) if data_format == "channels_first" else y


def dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    bias: Array | None,
    mask: Array | None,
    scale: float | None,
    is_causal: bool,
    flash_attention: bool | None,
    attn_logits_soft_cap: float | None,
) -> Array:
    if flash_attention and jax.default_backend() != "gpu":
        raise UnsupportedOpError(
            "dot_product_attention",
            "flash attention needs a GPU. Leave out `flash_attention`, or set it to False.",
        )
    bias = bias if bias is None else bias.astype(query.dtype)
    options = (scale, bool(is_causal), bool(flash_attention), attn_logits_soft_cap)
    return _attend(query, key, value, bias, mask, *options)


@static(5, 6, 7, 8)
def _attend(
    q: Array,
    k: Array,
    v: Array,
    bias: Array | None,
    mask: Array | None,
    scale: float | None,
    causal: bool,
    flash: bool,
    cap: float | None,
) -> Array:
    if flash and cap is None:
        return jax.nn.dot_product_attention(
            q, k, v, bias, mask, scale=scale, is_causal=causal, implementation="cudnn"
        )
    batch, length, heads, size = q.shape
    # Heads that share a key are rows of one product, so that no key is copied.
    rows = q.reshape(batch, length, k.shape[2], -1, size).transpose(0, 2, 3, 1, 4)
    rows = rows.reshape(batch, k.shape[2], -1, size)
    wide = jnp.promote_types(q.dtype, jnp.float32)
    dims = (((3,), (3,)), ((0, 1), (0, 2)))
    logits = lax.dot_general(rows, k, dims, preferred_element_type=wide)
    logits = logits.reshape(batch, heads, length, -1)
    logits *= 1 / math.sqrt(size) if scale is None else scale
    if cap is not None:
        logits = cap * jnp.tanh(logits / cap)
    if bias is not None:
        logits += bias
    seen = jnp.tri(*logits.shape[-2:], dtype=bool) if causal else None
    if mask is not None:
        seen = mask if seen is None else mask & seen
    if seen is not None:
        logits = jnp.where(seen, logits, 0.7 * jnp.finfo(wide).min)
    weights = jax.nn.softmax(logits).astype(q.dtype)
    weights = weights.reshape(batch, k.shape[2], -1, weights.shape[-1])
    out = lax.dot_general(weights, v, (((3,), (1,)), ((0, 1), (0, 2))))
    return out.reshape(batch, heads, length, -1).transpose(0, 2, 1, 3)


# -- Control flow ------------------------------------------------------------------------


def cond(pred: Array, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    return lax.cond(pred, true_fn, false_fn)


def switch(index: Array, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    return lax.switch(index, branches, *operands)


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None,
) -> Any:
    several = isinstance(loop_vars, (list, tuple))

    def goes_on(state: tuple[Array, tuple[Any, ...]]) -> Any:
        i, values = state
        more = cond(*values)
        return more if maximum_iterations is None else (i < maximum_iterations) & more

    def step(state: tuple[Array, tuple[Any, ...]]) -> Any:
        i, values = state
        out = body(*values)
        return i + 1, tuple(out) if isinstance(out, (list, tuple)) else (out,)

    start = tuple(loop_vars) if several else (loop_vars,)
    _, out = lax.while_loop(goes_on, step, (jnp.zeros((), jnp.int32), start))
    return type(loop_vars)(out) if several else out[0]


def fori_loop(lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    return lax.fori_loop(lower, upper, body_fun, init_val)


def scan(
    f: Callable[..., Any], init: Any, xs: Any, length: int | None, reverse: bool, unroll: Any
) -> Any:
    return lax.scan(f, init, xs, length, reverse, unroll)


def vectorized_map(function: Callable[..., Any], elements: Any) -> Any:
    return jax.vmap(function)(elements)


def lstm(
    inputs: Array,
    h: Array,
    c: Array,
    kernel: Array,
    recurrent_kernel: Array,
    bias: Array | None,
    go_backwards: bool,
) -> tuple[Array, Array, Array]:
    # Both products in the step: XLA makes a slower loop of one over all steps before it.
    def step(state: tuple[Array, Array], x: Array) -> Any:
        h, c = state
        gates = x @ kernel + h @ recurrent_kernel
        i, f, g, o = jnp.split(gates if bias is None else gates + bias, 4, -1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    x = inputs.swapaxes(0, 1)
    (h, c), ys = lax.scan(step, (h, c), x[::-1] if go_backwards else x)
    return ys.swapaxes(0, 1), h, c


def gru(
    inputs: Array,
    h: Array,
    kernel: Array,
    recurrent_kernel: Array,
    bias: Array | None,
    go_backwards: bool,
) -> tuple[Array, Array]:
    own, recurrent = (0, 0) if bias is None else bias
    x = inputs.swapaxes(0, 1) @ kernel + own

    def step(h: Array, xs: list[Array]) -> Any:
        xz, xr, xh = xs
        hz, hr, hh = jnp.split(h @ recurrent_kernel + recurrent, 3, -1)
        z, r = jax.nn.sigmoid(xz + hz), jax.nn.sigmoid(xr + hr)
        new = jnp.tanh(xh + r * hh)
        h = new + z * (h - new)
        return h, h

    # An array for each gate: in a loop, XLA reads the parts of one element by element.
    h, ys = lax.scan(step, h, jnp.split(x[::-1] if go_backwards else x, 3, -1))
    return ys.swapaxes(0, 1), h


# -- Random numbers ----------------------------------------------------------------------

random_normal = op(
    lambda seed, shape, dtype: jax.random.normal(primitives.key(seed), shape, DTYPES[dtype]), 1, 2
)
_randint = op(
    lambda seed, low, high, shape, dtype: jax.random.randint(
        primitives.key(seed), shape, low, high, DTYPES[dtype]
    ),
    3,
    4,
)
_gamma = op(
    lambda seed, alpha, shape, dtype: jax.random.gamma(
        primitives.key(seed), alpha, shape, DTYPES[dtype]
    ),
    2,
    3,
)


def random_randint(seed: Array, shape: Sequence[int], low: Any, high: Any, dtype: str) -> Array:
    return _randint(seed, low, high, shape, dtype)


def random_gamma(seed: Array, shape: Sequence[int], alpha: Any, dtype: str) -> Array:
    return _gamma(seed, alpha, shape, dtype)


def int8_matmul(inputs: Array, kernel: Array) -> Array:
    if is_converting.get():
        return jnp.matmul(inputs.astype(jnp.float32), kernel.astype(jnp.float32))
    axes = (((inputs.ndim - 1,), (0,)), ((), ()))
    sums = lax.dot_general(inputs, kernel, axes, preferred_element_type=jnp.int32)
    return sums.astype(jnp.float32)
