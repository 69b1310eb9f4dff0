"""The primitives on jax.

Each is compiled on its own, "inline" so that it leaves no call behind in a larger program:
that makes calls outside of one cheaper than those of the functions of `jax.numpy`, whose
checks and promotions are not needed here.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.core import Tracer
from jax.export import is_symbolic_dim

from keras_backend_jax.tensors import DTYPES, from_numpy
from keras_core_plugins import UnsupportedOpError


def _static(*static: int) -> Callable[[Callable[..., Any]], Any]:
    """`_op` as a decorator of functions with ``static`` arguments."""
    return lambda fn: _op(fn, *static)


def _op(fn: Callable[..., Any], *static: int) -> Any:
    """``fn`` compiled, once for each value of the arguments at ``static``, which are its last."""
    if not static:
        return jax.jit(fn, inline=True)
    first = static[0]
    variants: dict[Any, Any] = {}  # to look one up takes jax longer

    @wraps(fn)
    def call(*args: Any) -> Any:
        try:
            run = variants[args[first:]]
        except (KeyError, TypeError):
            options = _frozen(args[first:])
            if options not in variants:
                if len(variants) > 1000:
                    variants.clear()
                variants[options] = jax.jit(lambda *xs: fn(*xs, *options), inline=True)
            run = variants[options]
        return run(*args[:first])

    return call


def _frozen(x: Any) -> Any:
    """Lists as tuples, which can be keys."""
    return tuple(map(_frozen, x)) if type(x) in (list, tuple) else x


def _wide(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn`` computed in float32 for narrower floats, for which it has no kernel."""

    @wraps(fn)
    def call(x: Array, *args: Any) -> Any:
        if x.dtype not in (jnp.float16, jnp.bfloat16):
            return fn(x, *args)
        wide = lambda t: t.astype(jnp.float32) if isinstance(t, Array) else t  # noqa: E731
        back = lambda y: y.astype(x.dtype) if y.dtype == jnp.float32 else y  # noqa: E731
        return jax.tree.map(back, fn(wide(x), *map(wide, args)))

    return call


# -- Elementwise, one argument -----------------------------------------------------------

negative = _op(lax.neg)
abs = _op(jnp.abs)
sign = _op(jnp.sign)
floor = _op(lax.floor)
ceil = _op(lax.ceil)
round = _op(lambda x: lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN))
exp = _op(jnp.exp)
expm1 = _op(jnp.expm1)
log = _op(jnp.log)
log1p = _op(jnp.log1p)
sqrt = _op(jnp.sqrt)
sin = _op(jnp.sin)
cos = _op(jnp.cos)
tanh = _op(jnp.tanh)
logical_not = _op(jnp.logical_not)
bitwise_not = _op(jnp.bitwise_not)

# -- Elementwise, two arguments of one dtype ---------------------------------------------

add = _op(jnp.add)
subtract = _op(jnp.subtract)
multiply = _op(jnp.multiply)
divide = _op(jnp.divide)
floor_divide = _op(jnp.floor_divide)
mod = _op(jnp.mod)
power = _op(jnp.power)
maximum = _op(jnp.maximum)
minimum = _op(jnp.minimum)
arctan2 = _op(jnp.arctan2)
equal = _op(jnp.equal)
less = _op(jnp.less)
less_equal = _op(jnp.less_equal)
logical_and = _op(jnp.logical_and)
logical_or = _op(jnp.logical_or)
bitwise_and = _op(jnp.bitwise_and)
bitwise_or = _op(jnp.bitwise_or)
bitwise_xor = _op(jnp.bitwise_xor)
left_shift = _op(jnp.left_shift)
right_shift = _op(jnp.right_shift)

# -- Selection, types, creation ----------------------------------------------------------

where = _op(lambda condition, x1, x2: jnp.where(condition, x1, x2))


@_static(1)
def cast(x: Array, dtype: str) -> Array:
    to = DTYPES[dtype]
    if jnp.iscomplexobj(x) and not jnp.issubdtype(to, jnp.complexfloating):
        x = x != 0 if to.kind == "b" else x.real
    return lax.convert_element_type(x, to)


bitcast = _op(lambda x, dtype: lax.bitcast_convert_type(x, DTYPES[dtype]), 1)


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
    return _op(lambda x, axis, keepdims: fn(x, axis, keepdims=keepdims, **options), 1, 2)


sum = _reduction(jnp.sum, promote_integers=False)
prod = _reduction(jnp.prod, promote_integers=False)
max = _reduction(jnp.max)
min = _reduction(jnp.min)
any = _reduction(jnp.any)
all = _reduction(jnp.all)
argmax = _op(lambda x, axis: lax.argmax(x, axis, jnp.int32), 1)
argmin = _op(lambda x, axis: lax.argmin(x, axis, jnp.int32), 1)
cumsum = _op(lambda x, axis: lax.cumsum(x, axis), 1)
cumprod = _op(lambda x, axis: lax.cumprod(x, axis), 1)

# -- Shape -------------------------------------------------------------------------------

reshape = _op(lambda x, shape: lax.reshape(x, shape), 1)
transpose = _op(lambda x, axes: lax.transpose(x, axes), 1)
broadcast_to = _op(lambda x, shape: jnp.broadcast_to(x, shape), 1)
concatenate = _op(lambda xs, axis: lax.concatenate(xs, axis), 1)
flip = _op(lambda x, axis: lax.rev(x, axis), 1)
pad = _op(
    lambda x, pad_width, value: lax.pad(
        x, jnp.asarray(value, x.dtype), [(lo, hi, 0) for lo, hi in pad_width]
    ),
    1,
    2,
)


@_static(1, 2, 3)
def slice(
    x: Array, start: Sequence[int], stop: Sequence[int | None], step: tuple[int, ...]
) -> Array:
    ends = [n if s is None else s for s, n in zip(stop, x.shape, strict=True)]
    return lax.slice(x, start, ends, step)


# -- Indexing, sorting -------------------------------------------------------------------


@_static(2)
def take(x: Array, indices: Array, axis: int) -> Array:
    # Flat, since jnp.take loses an axis when there is nothing to take and nothing to take from.
    shape = (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])
    return jnp.take(x, indices.reshape(-1), axis).reshape(shape)


def _places(indices: Array) -> tuple[Array, ...]:
    return tuple(indices[..., i] for i in range(indices.shape[-1]))


@_op
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


@_static(3)
def scatter_nd(x: Array, indices: Array, updates: Array, reduction: str) -> Array:
    if reduction == "multiply":
        return _scatter_multiply(x, indices, updates)
    return getattr(x.at[_places(indices)], reduction)(updates)


sort = _op(lambda x, axis: jnp.sort(x, axis), 1)
argsort = _op(lambda x, axis: jnp.argsort(x, axis, stable=True).astype(jnp.int32), 1)


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

matmul = _op(lambda x1, x2: jnp.matmul(x1, x2))
_LAYOUTS = {
    3: ("NWC", "WIO", "NWC"),
    4: ("NHWC", "HWIO", "NHWC"),
    5: ("NDHWC", "DHWIO", "NDHWC"),
}


@_static(2, 3, 4, 5)
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
        dimension_numbers=_LAYOUTS[x.ndim],
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


@_static(1, 2, 3)
def max_pool(
    x: Array,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Array:
    lowest = -np.inf if jnp.issubdtype(x.dtype, jnp.floating) else jnp.iinfo(x.dtype).min
    return _windows(x, lowest, lax.max, window, strides, padding)


@_wide
@_static(1, 2, 3)
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


random_uniform = _op(
    lambda seed, shape, dtype: jax.random.uniform(key(seed), shape, DTYPES[dtype]), 1, 2
)

# -- Linear algebra ----------------------------------------------------------------------

triangular_solve = _wide(
    _op(
        lambda a, b, lower: lax.linalg.triangular_solve(a, b, left_side=True, lower=lower),
        2,
    )
)
qr = _wide(_op(lambda x, full: tuple(jnp.linalg.qr(x, "complete" if full else "reduced")), 1))
svd = _wide(_op(lambda x, full_matrices: tuple(jnp.linalg.svd(x, full_matrices)), 1))
eigh = _wide(_op(lambda x: tuple(jnp.linalg.eigh(x))))
eig = _wide(_op(lambda x: tuple(jnp.linalg.eig(x))))

# -- Complex numbers and Fourier transforms ----------------------------------------------

complex = _op(lambda real, imag: lax.complex(*jnp.broadcast_arrays(real, imag)))
real = _op(lax.real)
imag = _op(lax.imag)
fft = _op(lambda x, inverse: jnp.fft.ifft(x) if inverse else jnp.fft.fft(x), 1)
