"""The primitives. What each of them does is said in `keras_core_plugins.protocol.primitives`.

They are written over outputs of an OpenVINO graph; `graph.graph` makes them functions of
tensors. In a graph integers are i32 and floats are f32.
"""

import builtins
import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
from openvino import opset15 as op

from keras_backend_openvino.graph import (
    DTYPES,
    FLOATS,
    INTS,
    Tensor,
    const,
    element_type,
    graph,
    ints,
    lift,
    sizes,
    wrap,
)
from keras_backend_openvino.layout import first, is_last, last, over_axes, pointwise
from keras_backend_openvino.linalg import cholesky, lu_factor
from keras_backend_openvino.windows import average_pool, conv, max_pool, pad
from keras_core_plugins.errors import UnsupportedOpError, unsupported

__all__ = ["average_pool", "cholesky", "conv", "lu_factor", "max_pool", "pad"]

_I32 = np.int32


def _map(fn: Callable[..., Any], **settings: Any) -> Callable[..., Any]:
    mapped: Callable[..., Any] = graph(pointwise(fn), **settings)
    return mapped


def _is_float(x: Any) -> bool:
    return bool(x.get_element_type().is_real())


# -- Elementwise, one argument -----------------------------------------------------------

negative = _map(lambda x: op.negative(x), wraps=True)
abs = _map(lambda x: op.abs(x), wraps=True)
sign = _map(lambda x: op.sign(x))
floor = _map(lambda x: op.floor(x))
ceil = _map(lambda x: op.ceiling(x))
round = _map(lambda x: op.round(x, "half_to_even"))
log = _map(lambda x: op.log(x))
sqrt = _map(lambda x: op.sqrt(x))
sin = _map(lambda x: op.sin(x))
cos = _map(lambda x: op.cos(x))
tanh = _map(lambda x: op.tanh(x))
logical_not = _map(lambda x: op.logical_not(x))
bitwise_not = _map(lambda x: op.bitwise_not(x), wraps=True)


def _exp(x: Any) -> Any:
    return op.select(op.not_equal(x, x), x, op.exp(x))  # the plugin's exp(NaN) is infinite


exp = _map(_exp)


@_map
def expm1(x: Any) -> Any:
    # 2 t / (1 - t) with t = tanh(x / 2) has no cancellation near 0.
    t = op.tanh(op.multiply(x, const(0.5)))
    small = op.divide(op.multiply(t, const(2)), op.subtract(const(1), t))
    return op.select(op.less(op.abs(x), const(1)), small, op.subtract(_exp(x), const(1)))


@_map
def log1p(x: Any) -> Any:
    # 2 atanh(x / (x + 2)) has none either; but it is inaccurate, and then NaN, for large x.
    small = op.multiply(const(2), op.atanh(op.divide(x, op.add(x, const(2)))))
    return op.select(op.less(x, const(1)), small, op.log(op.add(x, const(1))))


# -- Elementwise, two arguments of one dtype ---------------------------------------------

add = _map(lambda x1, x2: op.add(x1, x2), wraps=True)
subtract = _map(lambda x1, x2: op.subtract(x1, x2), wraps=True)
multiply = _map(lambda x1, x2: op.multiply(x1, x2), wraps=True)
divide = _map(lambda x1, x2: op.divide(x1, x2))
logical_and = _map(lambda x1, x2: op.logical_and(x1, x2))
logical_or = _map(lambda x1, x2: op.logical_or(x1, x2))
bitwise_and = _map(lambda x1, x2: op.bitwise_and(x1, x2))
bitwise_or = _map(lambda x1, x2: op.bitwise_or(x1, x2))
bitwise_xor = _map(lambda x1, x2: op.bitwise_xor(x1, x2))
left_shift = _map(lambda x1, x2: op.bitwise_left_shift(x1, x2), wraps=True)
right_shift = _map(lambda x1, x2: op.bitwise_right_shift(x1, x2))


@graph(dtype="bool")
def equal(x1: Any, x2: Any) -> Any:
    if x1.get_element_type() == element_type("int32"):  # the plugin compares in f32
        return op.equal(op.bitwise_xor(x1, x2), const(0, _I32))
    return op.equal(x1, x2)


def _less(x1: Any, x2: Any) -> Any:
    if x1.get_element_type() != element_type("int32"):
        return op.less(x1, x2)
    # The sign of the difference, put right where it overflows (Warren, Hacker's Delight).
    other = op.bitwise_and(x1, op.bitwise_not(x2))
    same = op.bitwise_not(op.bitwise_xor(x1, x2))
    sign = op.bitwise_or(other, op.bitwise_and(same, op.subtract(x1, x2)))
    return op.less(sign, const(0, _I32))


less = _map(lambda x1, x2: _less(x1, x2), dtype="bool")


@graph(dtype="bool")
def less_equal(x1: Any, x2: Any) -> Any:
    return op.less_equal(x1, x2) if _is_float(x1) else op.logical_not(_less(x2, x1))


def _to_float(x: Any) -> Any:
    return op.convert(x, "f32")


def _to_int(x: Any) -> Any:
    return op.convert(x, "i32")


def _quotient(x1: Any, x2: Any) -> Any:
    """The floored quotient of integers, which the plugin would divide in f32."""
    q = _to_int(op.floor(op.divide(_to_float(x1), _to_float(x2))))
    for _ in range(2):  # what was rounded away is made up for, then its last digit
        rest = op.subtract(x1, op.multiply(q, x2))
        q = op.add(q, _to_int(op.floor(op.divide(_to_float(rest), _to_float(x2)))))
    return q


@graph(wraps=True)
def floor_divide(x1: Any, x2: Any) -> Any:
    return op.floor(op.divide(x1, x2)) if _is_float(x1) else _quotient(x1, x2)


@graph(wraps=True)
def mod(x1: Any, x2: Any) -> Any:
    if _is_float(x1):
        return op.floor_mod(x1, x2)
    return op.subtract(x1, op.multiply(_quotient(x1, x2), x2))


def power(x1: Tensor, x2: Tensor) -> Tensor:
    return _power(x1, x2, {"int8": 7, "uint8": 8, "int16": 15, "uint16": 16}.get(x1.dtype, 31))


@graph(wraps=True)
def _power(x1: Any, x2: Any, bits: int) -> Any:
    if _is_float(x1):
        return op.power(x1, x2)
    out = const(1, _I32)
    for i in range(bits):  # by squaring: the plugin would do it in f32
        factor = op.select(_bit(x2, i), x1, const(1, _I32))
        out = op.multiply(out, factor)
        x1 = op.multiply(x1, x1)
    return out


def _bit(x: Any, i: int) -> Any:
    return op.not_equal(op.bitwise_and(x, const(1 << i, _I32)), const(0, _I32))


def _keeping_nan(x1: Any, x2: Any, pick: Any, is_better: Callable[[Any, Any], Any]) -> Any:
    """The better of the two. The kernels return their second argument where either is NaN."""
    if not _is_float(x1):
        return pick(x1, x2)
    for x, y in ((x1, x2), (x2, x1)):
        if (
            y.get_node().get_type_name() == "Constant"
            and not np.isnan(y.get_node().get_data()).any()
        ):
            return op.select(is_better(y, x), y, x)
    return op.select(op.not_equal(x1, x1), x1, pick(x1, x2))


maximum = _map(lambda x1, x2: _keeping_nan(x1, x2, op.maximum, op.greater))
minimum = _map(lambda x1, x2: _keeping_nan(x1, x2, op.minimum, op.less))


def _is_negative(x: Any) -> Any:
    """Whether the sign bit is set."""
    return op.less(op.select(op.equal(x, const(0)), op.divide(const(1), x), x), const(0))


@_map
def arctan2(x1: Any, x2: Any) -> Any:
    y, x = op.abs(x1), op.abs(x2)
    steep = op.less(x, y)
    low, high = op.minimum(x, y), op.maximum(x, y)
    ratio = op.divide(low, high)
    # 0 / 0 and inf / inf, where only the signs count
    ratio = op.select(
        op.equal(low, high), op.minimum(op.multiply(high, const(math.inf)), const(1)), ratio
    )
    ratio = op.select(op.equal(high, const(0)), const(0), ratio)
    angle = op.atan(ratio)
    angle = op.select(steep, op.subtract(const(math.pi / 2), angle), angle)
    angle = op.select(_is_negative(x2), op.subtract(const(math.pi), angle), angle)
    angle = op.select(_is_negative(x1), op.negative(angle), angle)
    return op.select(op.logical_or(op.is_nan(x1), op.is_nan(x2)), const(math.nan), angle)


# -- Selection, types, creation ----------------------------------------------------------


def where(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype == "bool":  # of which the plugin's compiler cannot make a selection
        chosen = logical_and(condition, x1), logical_and(logical_not(condition), x2)
        return logical_or(*chosen)
    return _select(x1, condition, x2)


_select = _map(lambda x1, condition, x2: op.select(condition, x1, x2))


def cast(x: Tensor, dtype: str) -> Tensor:
    if x.dtype == dtype:
        return x
    return lift(pointwise(_cast)(x.output, x.dtype, dtype), dtype, [x])


def _cast(x: Any, source: str, dtype: str) -> Any:
    if dtype == "bool":
        return op.not_equal(x, const(0, np.float32 if source in FLOATS else _I32))
    x = x if x.get_element_type() == element_type(dtype) else op.convert(x, element_type(dtype))
    if dtype in INTS:
        return wrap(x, dtype)
    if dtype == "bfloat16" and source != "bool":
        return op.convert(op.convert(x, "bf16"), "f32")
    if dtype == "float16" and source != "bool":
        # OpenVINO drops such a pair for f16. This rounds to 11 digits (Veltkamp, 1968).
        high = op.multiply(x, const(2**13 + 1))
        rounded = op.subtract(high, op.subtract(high, x))
        infinite = op.multiply(op.sign(x), const(math.inf))
        fits = op.less(op.abs(x), const(65520))
        return op.select(fits, rounded, op.select(op.is_nan(x), x, infinite))
    return x


def bitcast(x: Tensor, dtype: str) -> Tensor:
    if x.dtype not in INTS or dtype not in INTS:
        if x.dtype == dtype:
            return x
        raise UnsupportedOpError("bitcast", "OpenVINO cannot read the bits of a float")
    return lift(wrap(x.output, dtype), dtype, [x])


def full(shape: Sequence[Any], fill_value: Any, dtype: str) -> Tensor:
    if not isinstance(fill_value, Tensor):
        fill_value = Tensor(dtype, np.array(fill_value, DTYPES[dtype]))
    return broadcast_to(fill_value, shape)


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    bounds = (start, stop, step)
    if any_tensor := [v for v in bounds if isinstance(v, Tensor)]:
        if any_tensor[0].traced is None:
            return arange(
                *(v.numpy().item() if isinstance(v, Tensor) else v for v in bounds), dtype
            )
        return cast(_range(*bounds), dtype)
    size = builtins.max(0, math.ceil((stop - start) / step))
    number = np.float32 if dtype in FLOATS else _I32
    places = op.range(const(0, _I32), const(size, _I32), const(1, _I32), "i32")
    places = op.convert(places, element_type(dtype))
    out = op.add(op.multiply(places, const(step, number)), const(start, number))
    return lift(_cast(out, "int32", dtype) if dtype in INTS else out, dtype, [])


@graph(dtype="int32")
def _range(start: Any, stop: Any, step: Any) -> Any:
    return op.range(
        *(const(v, _I32) if isinstance(v, int) else v for v in (start, stop, step)), "i32"
    )


# -- Reductions --------------------------------------------------------------------------


def _reduction(fn: Callable[[Any, Any, bool], Any]) -> Callable[..., Any]:
    fn = over_axes(fn)

    @graph(wraps=True)
    def reduce(x: Any, axis: Any, keepdims: bool) -> Any:
        return fn(x, list(axis), keepdims) if axis else x

    return reduce


def _sum(x: Any, axis: list[int], keepdims: bool) -> Any:
    if _is_float(x):
        return op.reduce_sum(x, ints(axis), keepdims)
    # The plugin sums integers in f32, but not running ones. The zero in front makes sure
    # that there is a last one.
    rank = len(sizes(x))
    for a in axis:
        x = op.cumsum(_pad_front(x, a, rank), const(a, _I32))
        x = op.gather(x, const([-1], _I32), const(a, _I32)).output(0)
    return x if keepdims else op.squeeze(x, ints(axis))


def _pad_front(x: Any, axis: int, rank: int, value: int = 0) -> Any:
    widths = [int(i == axis) for i in range(rank)]
    return op.pad(x, ints(widths), ints([0] * rank), "constant", const(value, _I32))


def _extreme(x: Any, axis: list[int], keepdims: bool, sign: int) -> Any:
    """The largest for a ``sign`` of 1, the smallest for -1."""
    axes = ints(axis)
    reduce = op.reduce_max if sign == 1 else op.reduce_min
    if _is_float(x):
        out = reduce(x, axes, keepdims)
        # The plugin passes over NaN, and begins with the largest finite number.
        worst = op.equal(x, const(-sign * math.inf))
        kind = op.select(op.is_nan(x), const(2), op.select(worst, const(0), const(1)))
        kind = op.reduce_max(kind, axes, keepdims)
        out = op.select(op.less(kind, const(1)), const(-sign * math.inf), out)
        return op.select(op.less(const(1), kind), const(math.nan), out)
    # It goes through f32, which holds either half of an integer.
    high, low = op.bitwise_right_shift(x, const(16, _I32)), op.bitwise_and(x, const(0xFFFF, _I32))
    top = reduce(high, axes, True)
    low = op.select(op.equal(high, top), low, const(-1 if sign == 1 else 0x10000, _I32))
    low = reduce(low, axes, keepdims)
    top = top if keepdims else op.squeeze(top, axes)
    return op.add(op.multiply(top, const(2**16, _I32)), low)


sum = _reduction(_sum)
prod = _reduction(lambda x, axis, keepdims: op.reduce_prod(x, ints(axis), keepdims))
max = _reduction(lambda x, axis, keepdims: _extreme(x, axis, keepdims, 1))
min = _reduction(lambda x, axis, keepdims: _extreme(x, axis, keepdims, -1))
any = _reduction(lambda x, axis, keepdims: op.reduce_logical_or(x, ints(axis), keepdims))
all = _reduction(lambda x, axis, keepdims: op.reduce_logical_and(x, ints(axis), keepdims))


def _first(x: Any, axis: int, mode: str) -> Any:
    found = op.topk(x, const(1, _I32), axis, mode, "value", "i32", True)
    return op.squeeze(found.output(1), const([axis], _I32))


argmax = graph(lambda x, axis: _first(x, axis, "max"), dtype="int32")
argmin = graph(lambda x, axis: _first(x, axis, "min"), dtype="int32")
cumsum = graph(lambda x, axis: op.cumsum(x, const(axis, _I32)), wraps=True)


@graph(wraps=True)
def cumprod(x: Any, axis: int) -> Any:
    # Products over windows of doubling width, for OpenVINO only has the running sum.
    shape = sizes(x)
    size = shape[axis]
    if not isinstance(size, int):
        raise UnsupportedOpError("cumprod", "OpenVINO needs to know the size of the axis")
    one = const(1, np.float32 if _is_float(x) else _I32)
    width = 1
    while width < size:
        ahead = [width if i == axis else 0 for i in range(len(shape))]
        behind = [-v for v in ahead]
        x = op.multiply(x, op.pad(x, ints(ahead), ints(behind), "constant", one))
        width *= 2
    return op.multiply(x, one)


# -- Shape -------------------------------------------------------------------------------


@graph
def reshape(x: Any, shape: Sequence[Any]) -> Any:
    return op.reshape(x, ints(shape), False)


@graph
def transpose(x: Any, axes: Sequence[int]) -> Any:
    return op.transpose(x, ints(axes)) if axes else x


@graph
def broadcast_to(x: Any, shape: Sequence[Any]) -> Any:
    return op.broadcast(x, ints(shape)) if shape else x


@graph
def concatenate(xs: Sequence[Any], axis: int) -> Any:
    if axis == len(sizes(xs[0])) - 1 and is_last(xs[0]):
        return last(op.concat([first(x) for x in xs], 1))
    return op.concat(xs, axis)


_END = 2**31 - 1


@graph
def slice(x: Any, start: Sequence[Any], stop: Sequence[Any], step: Sequence[int]) -> Any:
    if not step:
        return x
    stop = [_END if v is None else v for v in stop]
    return op.slice(x, ints(start), ints(stop), ints(step), ints(range(len(step))))


@graph
def flip(x: Any, axis: Sequence[int]) -> Any:
    if not axis:
        return x
    n = len(axis)
    return op.slice(x, ints([-1] * n), ints([-_END] * n), ints([-1] * n), ints(axis))


# -- Indexing, sorting -------------------------------------------------------------------


@graph
def take(x: Any, indices: Any, axis: int) -> Any:
    return op.gather(x, indices, const(axis, _I32))


@graph
def gather_nd(x: Any, indices: Any) -> Any:
    return op.gather_nd(x, indices)


_REDUCTIONS = {"set": "none", "add": "sum", "multiply": "prod"}


@graph(wraps=True)
def scatter_nd(x: Any, indices: Any, updates: Any, reduction: str) -> Any:
    return op.scatter_nd_update(x, indices, updates, _REDUCTIONS.get(reduction, reduction))


def order(x: Any, axis: int, mode: str = "min", k: int | None = None) -> Any:
    """The indices that sort an output, equal elements in order; NaN is the largest."""
    kind = x.get_element_type()
    if kind.get_type_name() == "boolean":
        x = _to_int(x)
    elif kind.is_real():
        # There is nothing above infinity, so infinity makes room: it ties with the largest
        # finite number then.
        largest = const(np.finfo(np.float32).max)
        x = op.select(op.is_nan(x), const(math.inf), op.minimum(x, largest))
    size = sizes(x)[axis] if k is None else k
    size = const(size, _I32) if isinstance(size, int) else size
    return op.topk(x, size, axis, mode, "value", "i32", True).output(1)


@graph
def sort(x: Any, axis: int) -> Any:
    return op.gather_elements(x, order(x, axis), axis)


argsort = graph(lambda x, axis: order(x, axis), dtype="int32")


def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    rank = x.ndim
    if 0 in x.static_shape:
        return (Tensor("int32", np.zeros(0, _I32)),) * rank
    places = graph(lambda x: op.non_zero(x, "i32"), dtype="int32")(x)
    if places.traced is None:
        places.numpy()  # its shape depends on the values
    return tuple(take(places, Tensor("int32", np.array(i, _I32)), 0) for i in range(rank))


# -- Contractions and windows ------------------------------------------------------------


@graph(wraps=True)
def matmul(x1: Any, x2: Any) -> Any:
    if not _is_float(x1):  # exact as long as sums stay below 2**24
        return _to_int(_matmul(_to_float(x1), _to_float(x2)))
    return _matmul(x1, x2)


def _matmul(x1: Any, x2: Any) -> Any:
    if sizes(x1)[-1] == 0:  # the plugin leaves the result as it finds it
        n = len(sizes(x1)), len(sizes(x2))
        x1 = op.pad(x1, ints([0] * n[0]), ints([0] * (n[0] - 1) + [1]), "constant", const(0))
        x2 = op.pad(x2, ints([0] * n[1]), ints([0] * (n[1] - 2) + [1, 0]), "constant", const(0))
    return op.matmul(x1, x2, False, False)


# -- Random numbers ----------------------------------------------------------------------


def random_uniform(seed: Tensor, shape: Sequence[Any], dtype: str) -> Tensor:
    # OpenVINO's own generator takes its seed when a graph is built. This is a hash of the
    # place and the seed, with constants by Wellons (2018), "Prospecting for Hash Functions".
    return (
        cast(_uniform(seed, list(shape)), dtype)
        if dtype != "float32"
        else _uniform(seed, list(shape))
    )


@graph(dtype="float32")
def _uniform(seed: Any, shape: Sequence[Any]) -> Any:
    size = op.reduce_prod(ints([1, *shape]), ints([0]), False)
    x = op.range(const(0, _I32), size, const(1, _I32), "i32").output(0)
    for i in (0, 1):
        word = op.gather(seed, const(i, _I32), const(0, _I32))
        x = _hash(op.bitwise_xor(op.multiply(x, const(0x9E3779B9 - 2**32, _I32)), _hash(word)))
    places = _shifted(x, 8)
    unit = op.multiply(_to_float(places), const(2.0**-24))
    return op.reshape(unit, ints(shape), False)


def _shifted(x: Any, by: int) -> Any:
    """``x`` moved right as an unsigned number."""
    moved = op.bitwise_right_shift(x, const(by, _I32))
    return op.bitwise_and(moved, const(2 ** (32 - by) - 1, _I32))


def _hash(x: Any) -> Any:
    for by, factor in ((16, 0x7FEB352D), (15, 0x846CA68B - 2**32)):
        x = op.multiply(op.bitwise_xor(x, _shifted(x, by)), const(factor, _I32))
    return op.bitwise_xor(x, _shifted(x, 16))


# -- Linear algebra ----------------------------------------------------------------------


@graph
def triangular_solve(a: Any, b: Any, lower: bool) -> Any:
    n = sizes(a)[-1]
    last = n if not isinstance(n, int) else const(n, _I32)
    places = op.range(const(0, _I32), last, const(1, _I32), "i32")
    row, column = op.unsqueeze(places, ints([1])), op.unsqueeze(places, ints([0]))
    kept = op.less_equal(column, row) if lower else op.less_equal(row, column)
    return op.matmul(op.inverse(op.select(kept, a, const(0)), False), b, False, False)


def _lacking(name: str, what: str) -> Callable[..., NoReturn]:
    return unsupported(name, f"OpenVINO has no {what}")


qr = _lacking("qr", "QR decomposition")
svd = _lacking("svd", "singular value decomposition")
eigh = _lacking("eigh", "eigensolver")
eig = _lacking("eig", "eigensolver")
complex = _lacking("complex", "complex numbers")
real = _lacking("real", "complex numbers")
imag = _lacking("imag", "complex numbers")
fft = _lacking("fft", "complex numbers; `keras_core.ops.fft`, on pairs of tensors, works")
