"""The primitives on jax.

Each is compiled on its own, "inline" so that it leaves no call behind in a larger program:
that makes calls outside of one cheaper than those of the functions of `jax.numpy`, whose
checks and promotions are not needed here.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.core import Tracer
from jax.export import is_symbolic_dim

from keras_backend_jax.compiler import is_converting
from keras_backend_jax.forms import op, static, wide
from keras_backend_jax.tensors import DTYPES, from_numpy
from keras_core_plugins import UnsupportedOpError

# -- Elementwise, one argument -----------------------------------------------------------

negative = op(lax.neg)
abs = op(jnp.abs)
sign = op(jnp.sign)
floor = op(lax.floor)
ceil = op(lax.ceil)
round = op(lambda x: lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN))
exp = op(jnp.exp)
expm1 = op(jnp.expm1)
log = op(jnp.log)
log1p = op(jnp.log1p)
sqrt = op(jnp.sqrt)
sin = op(jnp.sin)
cos = op(jnp.cos)
tanh = op(jnp.tanh)
logical_not = op(jnp.logical_not)
bitwise_not = op(jnp.bitwise_not)

# -- Elementwise, two arguments of one dtype ---------------------------------------------

add = op(jnp.add)
subtract = op(jnp.subtract)
multiply = op(jnp.multiply)
divide = op(jnp.divide)
floor_divide = op(jnp.floor_divide)
mod = op(jnp.mod)
power = op(jnp.power)
maximum = op(jnp.maximum)
minimum = op(jnp.minimum)
arctan2 = op(jnp.arctan2)
equal = op(jnp.equal)
less = op(jnp.less)
less_equal = op(jnp.less_equal)
logical_and = op(jnp.logical_and)
logical_or = op(jnp.logical_or)
bitwise_and = op(jnp.bitwise_and)
bitwise_or = op(jnp.bitwise_or)
bitwise_xor = op(jnp.bitwise_xor)
left_shift = op(jnp.left_shift)
right_shift = op(jnp.right_shift)

# -- Selection, types, creation ----------------------------------------------------------

where = op(lambda condition, x1, x2: jnp.where(condition, x1, x2))


@static(1)
def cast(x: Array, dtype: str) -> Array:
    to = DTYPES[dtype]
    if jnp.iscomplexobj(x) and not jnp.issubdtype(to, jnp.complexfloating):
        x = x != 0 if to.kind == "b" else x.real
    return lax.convert_element_type(x, to)


bitcast = op(lambda x, dtype: lax.bitcast_convert_type(x, DTYPES[dtype]), 1)


def _symbolic(*sizes: Any) -> bool:
    """Whether one of them is not known, since a model is exported for any size."""
    return True in [is_symbolic_dim(d) for d in sizes]


def full(shape: Sequence[int], fill_value: Any, dtype: str) -> Array:
    if _symbolic(*shape):
        return jnp.broadcast_to(jnp.asarray(fill_value, DTYPES[dtype]), shape)
    if isinstance(fill_value, Array):
        return broadcast_to(fill_value, shape)
    # By way of NumPy, since jax would compile a program for each shape.
    array = np.full(shape, fill_value, DTYPES[dtype])
    array.flags.writeable = False
    return from_numpy(array, dtype)


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Array:
    if _symbolic(start, stop, step):
        return jnp.arange(start, stop, step).astype(DTYPES[dtype])
    return from_numpy(np.arange(start, stop, step).astype(DTYPES[dtype]), dtype)


# -- Reductions --------------------------------------------------------------------------


def _reduction(fn: Callable[..., Array], **options: Any) -> Any:
    return op(lambda x, axis, keepdims: fn(x, axis, keepdims=keepdims, **options), 1, 2)


sum = _reduction(jnp.sum, promote_integers=False)
prod = _reduction(jnp.prod, promote_integers=False)
max = _reduction(jnp.max)
min = _reduction(jnp.min)
any = _reduction(jnp.any)
all = _reduction(jnp.all)
argmax = op(lambda x, axis: lax.argmax(x, axis, jnp.int32), 1)
argmin = op(lambda x, axis: lax.argmin(x, axis, jnp.int32), 1)
cumsum = op(lambda x, axis: lax.cumsum(x, axis), 1)
cumprod = op(lambda x, axis: lax.cumprod(x, axis), 1)

# -- Shape -------------------------------------------------------------------------------

reshape = op(lambda x, shape: lax.reshape(x, shape), 1)
transpose = op(lambda x, axes: lax.transpose(x, axes), 1)
broadcast_to = op(lambda x, shape: jnp.broadcast_to(x, shape), 1)
concatenate = op(lambda xs, axis: lax.concatenate(xs, axis), 1)
flip = op(lambda x, axis: lax.rev(x, axis), 1)
pad = op(
    lambda x, pad_width, value: lax.pad(
        x, jnp.asarray(value, x.dtype), [(lo, hi, 0) for lo, hi in pad_width]
    ),
    1,
    2,
)


@static(1, 2, 3)
def slice(
    x: Array, start: Sequence[int], stop: Sequence[int | None], step: tuple[int, ...]
) -> Array:
    ends = [n if s is None else s for s, n in zip(stop, x.shape, strict=True)]
    return lax.slice(x, start, ends, step)


# -- Indexing, sorting -------------------------------------------------------------------


@static(2)
def take(x: Array, indices: Array, axis: int) -> Array:
    # Flat, since jnp.take loses an axis when there is nothing to take and nothing to take from.
    shape = (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])
    return jnp.take(x, indices.reshape(-1), axis).reshape(shape)


def _places(indices: Array) -> tuple[Array, ...]:
    return tuple(indices[..., i] for i in range(indices.shape[-1]))


@op
def gather_nd(x: Array, indices: Array) -> Array:
    if indices.shape[-1] == 0:
        return jnp.broadcast_to(x, (*indices.shape[:-1], *x.shape))
    return x[_places(indices)]


@jax.custom_jvp
def _scatter_multiply(x: Array, indices: Array, updates: Array) -> Array:
    return x.at[_places(indices)].multiply(updates)


@_scatter_multiply.defjvp
def _scatter_multiply_jvp(values: Any, tangents: Any) -> tuple[Array, Array]:
    # jax has no rule for indices that come twice. The product of the others is y / own.
    x, indices, updates = values
    y = _scatter_multiply(x, indices, updates)
    change = (tangents[0] / x).at[_places(indices)].add(tangents[2] / updates)
    return y, y * change


@static(3)
def scatter_nd(x: Array, indices: Array, updates: Array, reduction: str) -> Array:
    if reduction == "multiply":
        return _scatter_multiply(x, indices, updates)
    return getattr(x.at[_places(indices)], reduction)(updates)


sort = op(lambda x, axis: jnp.sort(x, axis), 1)
argsort = op(lambda x, axis: jnp.argsort(x, axis, stable=True).astype(jnp.int32), 1)


def nonzero(x: Array) -> tuple[Array, ...]:
    if isinstance(x, Tracer):
        raise UnsupportedOpError(
            "nonzero",
            "the size of its result depends on values, and jax compiles for fixed sizes. Call "
            "it outside of the compiled function, or use where() instead",
            backend="jax",
        )
    return tuple(i.astype(jnp.int32) for i in jnp.nonzero(x))


# -- Contractions and windows ------------------------------------------------------------

matmul = op(lambda x1, x2: jnp.matmul(x1, x2))
CONV_LAYOUTS = {
    3: ("NWC", "WIO", "NWC"),
    4: ("NHWC", "HWIO", "NHWC"),
    5: ("NDHWC", "DHWIO", "NDHWC"),
}


@static(2, 3, 4, 5)
def conv(
    x: Array,
    kernel: Array,
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
    dilation: tuple[int, ...],
    groups: int,
) -> Array:
    return lax.conv_general_dilated(
        x,
        kernel,
        strides,
        padding,
        rhs_dilation=dilation,
        dimension_numbers=CONV_LAYOUTS[x.ndim],
        feature_group_count=groups,
    )


def _windows(
    x: Array,
    start: Any,
    fn: Callable[..., Any],
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Array:
    start = np.asarray(start, x.dtype)[()]  # a constant, by which jax knows the gradient
    around = ((0, 0), *padding, (0, 0))
    return lax.reduce_window(x, start, fn, (1, *window, 1), (1, *strides, 1), around)


@static(1, 2, 3)
def _max_pool(
    x: Array,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Array:
    return _windows(x, _lowest(x), lax.max, window, strides, padding)


def _lowest(x: Array) -> Any:
    return -np.inf if jnp.issubdtype(x.dtype, jnp.floating) else jnp.iinfo(x.dtype).min


def max_pool(
    x: Array,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Array:
    if is_converting.get():
        return _max_of_slices(x, window, strides, padding)
    return _max_pool(x, window, strides, padding)


def _max_of_slices(
    x: Array,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Array:
    """`max_pool` for converters, which take its windows for ones over batch and channels, too."""
    sides = zip(window, strides, padding, strict=True)
    for axis, (size, stride, (low, high)) in enumerate(sides, 1):
        if low or high:  # `lax.pad` takes no batch of any size there
            edge = jnp.minimum(lax.slice_in_dim(x, 0, 1, 1, axis), np.asarray(_lowest(x), x.dtype))
            x = jnp.concatenate([*[edge] * low, x, *[edge] * high], axis)
        reach = (x.shape[axis] - size) // stride * stride + 1
        parts = [lax.slice_in_dim(x, k, k + reach, stride, axis) for k in range(size)]
        x = reduce(jnp.maximum, parts)
    return x


@wide
@static(1, 2, 3)
def average_pool(
    x: Array,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Array:
    ones = jnp.ones((1, *x.shape[1:-1], 1), x.dtype)
    total, count = (_windows(t, 0, lax.add, window, strides, padding) for t in (x, ones))
    return total / count


# -- Random numbers ----------------------------------------------------------------------


def key(seed: Array) -> Array:
    """``seed`` as a key of jax, of one generator whatever the user's default is."""
    if jnp.issubdtype(seed.dtype, jax.dtypes.prng_key):  # the user's own
        return seed
    return jax.random.wrap_key_data(seed, impl="threefry2x32")


random_uniform = op(
    lambda seed, shape, dtype: jax.random.uniform(key(seed), shape, DTYPES[dtype]), 1, 2
)

# -- Linear algebra ----------------------------------------------------------------------

triangular_solve = wide(
    op(
        lambda a, b, lower: lax.linalg.triangular_solve(a, b, left_side=True, lower=lower),
        2,
    )
)
qr = wide(op(lambda x, full: tuple(jnp.linalg.qr(x, "complete" if full else "reduced")), 1))
svd = wide(op(lambda x, full_matrices: tuple(jnp.linalg.svd(x, full_matrices)), 1))
eigh = wide(op(lambda x: tuple(jnp.linalg.eigh(x))))
eig = wide(op(lambda x: tuple(jnp.linalg.eig(x))))

# -- Complex numbers and Fourier transforms ----------------------------------------------

complex = op(lambda real, imag: lax.complex(*jnp.broadcast_arrays(real, imag)))
real = op(lax.real)
imag = op(lax.imag)
fft = op(lambda x, inverse: jnp.fft.ifft(x) if inverse else jnp.fft.fft(x), 1)
