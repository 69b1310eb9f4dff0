"""The primitives. What each of them does is said in `keras_core_plugins.protocol.primitives`.

They are written over outputs of an OpenVINO graph; `graph.graph` makes them functions of
tensors. In a graph integers are i32 and floats are f32.
"""

import builtins
import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
from openvino import opset15 as op

from keras_backend_openvino.graph import (
    DTYPES,
    INTS,
    Tensor,
    const,
    element_type,
    integer,
    ints,
    is_float,
    sizes,
    wrap,
)
from keras_backend_openvino.program import graph
from keras_backend_openvino.windows import average_pool, conv, max_pool, pad, padded
from keras_core_plugins.errors import UnsupportedOpError, unsupported

__all__ = ["average_pool", "conv", "max_pool", "pad"]

# -- Elementwise, one argument -----------------------------------------------------------

negative = graph(lambda x: op.negative(x), wraps=True)
abs = graph(lambda x: op.abs(x), wraps=True)
sign = graph(lambda x: op.sign(x))
floor = graph(lambda x: op.floor(x))
ceil = graph(lambda x: op.ceiling(x))
round = graph(lambda x: op.round(x, "half_to_even"))
log = graph(lambda x: op.log(x))
sqrt = graph(lambda x: op.sqrt(x))
sin = graph(lambda x: op.sin(x))
cos = graph(lambda x: op.cos(x))
tanh = graph(lambda x: op.tanh(x))
logical_not = graph(lambda x: op.logical_not(x))
bitwise_not = graph(lambda x: op.bitwise_not(x), wraps=True)


def _exp(x: Any) -> Any:
    return op.select(op.not_equal(x, x), x, op.exp(x))  # the plugin's exp(NaN) is infinite


exp = graph(_exp)


@graph
def expm1(x: Any) -> Any:
    # 2 t / (1 - t) with t = tanh(x / 2) has no cancellation near 0.
    t = op.tanh(op.multiply(x, const(0.5)))
    small = op.divide(op.multiply(t, const(2)), op.subtract(const(1), t))
    return op.select(op.less(op.abs(x), const(1)), small, op.subtract(_exp(x), const(1)))


@graph
def log1p(x: Any) -> Any:
    # 2 atanh(x / (x + 2)) has none either; but it is inaccurate, and then NaN, for large x.
    small = op.multiply(const(2), op.atanh(op.divide(x, op.add(x, const(2)))))
    return op.select(op.less(x, const(1)), small, op.log(op.add(x, const(1))))


# -- Elementwise, two arguments of one dtype ---------------------------------------------

add = graph(lambda x1, x2: op.add(x1, x2), wraps=True)
subtract = graph(lambda x1, x2: op.subtract(x1, x2), wraps=True)
multiply = graph(lambda x1, x2: op.multiply(x1, x2), wraps=True)
divide = graph(lambda x1, x2: op.divide(x1, x2))
logical_and = graph(lambda x1, x2: op.logical_and(x1, x2))
logical_or = graph(lambda x1, x2: op.logical_or(x1, x2))
bitwise_and = graph(lambda x1, x2: op.bitwise_and(x1, x2))
bitwise_or = graph(lambda x1, x2: op.bitwise_or(x1, x2))
bitwise_xor = graph(lambda x1, x2: op.bitwise_xor(x1, x2))
left_shift = graph(lambda x1, x2: op.bitwise_left_shift(x1, x2), wraps=True)
right_shift = graph(lambda x1, x2: op.bitwise_right_shift(x1, x2))


@graph(dtype="bool")
def equal(x1: Any, x2: Any) -> Any:
    return _same(x1, x2) if x1.get_element_type() == element_type("int32") else op.equal(x1, x2)


def _same(x1: Any, x2: Any) -> Any:
    """Whether integers are equal. The plugin compares in f32, which is right for 0."""
    return op.equal(op.bitwise_xor(x1, x2), integer(0))


@graph(dtype="bool")
def less(x1: Any, x2: Any) -> Any:
    return op.less(x1, x2) if is_float(x1) else op.logical_not(_same(op.maximum(x1, x2), x1))


@graph(dtype="bool")
def less_equal(x1: Any, x2: Any) -> Any:
    return op.less_equal(x1, x2) if is_float(x1) else _same(op.maximum(x1, x2), x2)


_to_float = functools.partial(op.convert, destination_type="f32")
_to_int = functools.partial(op.convert, destination_type="i32")


def _quotient(x1: Any, x2: Any) -> Any:
    """The floored quotient of integers, which the plugin would divide in f32."""
    q = _to_int(op.floor(op.divide(_to_float(x1), _to_float(x2))))
    for _ in range(2):  # what was rounded away is made up for, then its last digit
        rest = op.subtract(x1, op.multiply(q, x2))
        q = op.add(q, _to_int(op.floor(op.divide(_to_float(rest), _to_float(x2)))))
    return q


@graph(wraps=True)
def floor_divide(x1: Any, x2: Any) -> Any:
    return op.floor(op.divide(x1, x2)) if is_float(x1) else _quotient(x1, x2)


@graph(wraps=True)
def mod(x1: Any, x2: Any) -> Any:
    if is_float(x1):
        return op.floor_mod(x1, x2)
    return op.subtract(x1, op.multiply(_quotient(x1, x2), x2))


@graph(wraps=True)
def power(x1: Any, x2: Any) -> Any:
    if is_float(x1):
        return op.power(x1, x2)
    out = integer(1)
    for i in range(31):  # by squaring: the plugin would do it in f32
        out = op.multiply(out, op.select(_bit(x2, i), x1, integer(1)))
        x1 = op.multiply(x1, x1)
    return out


def _bit(x: Any, i: int) -> Any:
    return op.not_equal(op.bitwise_and(x, integer(1 << i)), integer(0))


def _keeping_nan(pick: Callable[[Any, Any], Any], x1: Any, x2: Any) -> Any:
    """The better of the two. The kernels return their second argument where either is NaN."""
    if _is_number(x2):
        x1, x2 = x2, x1
    out = pick(x1, x2)
    is_safe = _is_number(x1) or not is_float(x1)
    return out if is_safe else op.select(op.not_equal(x1, x1), x1, out)


def _is_number(x: Any) -> bool:
    """Whether ``x`` is known not to be NaN."""
    node = x.get_node()
    return node.get_type_name() == "Constant" and not np.isnan(node.get_data()).any()


maximum = graph(lambda x1, x2: _keeping_nan(op.maximum, x1, x2))
minimum = graph(lambda x1, x2: _keeping_nan(op.minimum, x1, x2))


def _is_negative(x: Any) -> Any:
    """Whether the sign bit is set."""
    return op.less(op.select(op.equal(x, const(0)), op.divide(const(1), x), x), const(0))


@graph
def arctan2(x1: Any, x2: Any) -> Any:
    y, x = op.abs(x1), op.abs(x2)
    # The sign is for 0 / 0 and inf / inf.
    angle = op.atan(op.select(op.equal(y, x), op.sign(y), op.divide(y, x)))
    angle = op.select(_is_negative(x2), op.subtract(const(math.pi), angle), angle)
    return op.select(_is_negative(x1), op.negative(angle), angle)


# -- Selection, types, creation ----------------------------------------------------------


@graph(like=1)
def where(condition: Any, x1: Any, x2: Any) -> Any:
    if x1.get_element_type() == element_type("bool"):
        # of which the plugin's compiler cannot make a selection
        other = op.logical_and(op.logical_not(condition), x2)
        return op.logical_or(op.logical_and(condition, x1), other)
    return op.select(condition, x1, x2)


def _cast(x: Any, dtype: str) -> Any:
    source, wanted = x.get_element_type(), element_type(dtype)
    if dtype == "bool":
        return op.not_equal(x, const(0, source.to_dtype()))
    x = x if source == wanted else op.convert(x, wanted)
    if dtype in INTS:
        return wrap(x, dtype)
    if dtype == "bfloat16":
        return op.convert(op.convert(x, "bf16"), "f32")
    if dtype == "float16":
        # OpenVINO drops such a pair for f16. This rounds to 11 digits (Veltkamp, 1968).
        high = op.multiply(x, const(2**13 + 1))
        rounded = op.subtract(high, op.subtract(high, x))
        infinite = op.multiply(op.sign(x), const(math.inf))
        fits = op.less(op.abs(x), const(65520))
        return op.select(fits, rounded, op.select(op.is_nan(x), x, infinite))
    return x


_CASTS = {d: graph(functools.partial(_cast, dtype=d), dtype=d) for d in DTYPES}


def cast(x: Tensor, dtype: str) -> Tensor:
    return x if x.dtype == dtype else _CASTS[dtype](x)


def bitcast(x: Tensor, dtype: str) -> Tensor:
    if x.dtype != dtype and not (x.dtype in INTS and dtype in INTS):
        raise UnsupportedOpError("bitcast", "OpenVINO cannot read the bits of a float")
    return cast(x, dtype)


def full(shape: Sequence[Any], fill_value: Any, dtype: str) -> Tensor:
    if not isinstance(fill_value, Tensor):
        fill_value = Tensor(dtype, np.array(fill_value, DTYPES[dtype]))
    return broadcast_to(fill_value, shape)  # type: ignore[no-any-return]


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    if builtins.any(isinstance(v, Tensor) and v.trace is not None for v in (start, stop, step)):
        return cast(_range(start, stop, step), dtype)
    start, stop, step = (
        v.array.item() if isinstance(v, Tensor) else v for v in (start, stop, step)
    )
    places = np.arange(builtins.max(0, math.ceil((stop - start) / step)))
    return Tensor(dtype, (places * step + start).astype(DTYPES[dtype]))


@graph(dtype="int32")
def _range(start: Any, stop: Any, step: Any) -> Any:
    return op.range(integer(start), integer(stop), integer(step), "i32")


# -- Reductions --------------------------------------------------------------------------


def _reduction(fn: Callable[[Any, Any, bool], Any]) -> Callable[..., Any]:
    @graph(wraps=True)
    def reduce(x: Any, axis: Any, keepdims: bool) -> Any:
        return fn(x, axis, keepdims) if axis else x

    return reduce  # type: ignore[no-any-return]


def _sum(x: Any, axis: Sequence[int], keepdims: bool) -> Any:
    if is_float(x):
        return op.reduce_sum(x, ints(axis), keepdims)
    # The plugin sums integers in f32, but not running ones. The zero in front makes sure
    # that there is a last one.
    for a in axis:
        x = op.cumsum(padded(x, [(int(i == a), 0) for i in range(len(sizes(x)))], 0), integer(a))
        x = op.gather(x, integer([-1]), integer(a)).output(0)
    return x if keepdims else op.squeeze(x, ints(axis))


def _extreme(x: Any, axis: Sequence[int], keepdims: bool, mode: str) -> Any:
    axes = ints(axis)
    if is_float(x):
        # The plugin passes over NaN, and begins with the largest finite number.
        reduce, worst = (op.reduce_max, -math.inf) if mode == "max" else (op.reduce_min, math.inf)
        more = op.reduce_logical_or(op.not_equal(x, const(worst)), axes, keepdims)
        wrong = op.reduce_logical_or(op.is_nan(x), axes, keepdims)
        out = op.select(more, reduce(x, axes, keepdims), const(worst))
        return op.select(wrong, const(math.nan), out)
    for a in axis:  # not by the reduction, which goes through f32
        x = op.topk(x, integer(1), a, mode, "none", "i32").output(0)
    return x if keepdims else op.squeeze(x, axes)


sum = _reduction(_sum)
prod = _reduction(lambda x, axis, keepdims: op.reduce_prod(x, ints(axis), keepdims))
max = _reduction(lambda x, axis, keepdims: _extreme(x, axis, keepdims, "max"))
min = _reduction(lambda x, axis, keepdims: _extreme(x, axis, keepdims, "min"))
any = _reduction(lambda x, axis, keepdims: op.reduce_logical_or(x, ints(axis), keepdims))
all = _reduction(lambda x, axis, keepdims: op.reduce_logical_and(x, ints(axis), keepdims))


def _first(x: Any, axis: int, mode: str) -> Any:
    if x.get_element_type().is_real():  # NaN, which is skipped, is beyond infinity: make room
        sign = 1 if mode == "max" else -1
        most = np.finfo(np.float32).max
        bounded = op.minimum(x, const(most)) if sign == 1 else op.maximum(x, const(-most))
        x = op.select(op.is_nan(x), const(sign * math.inf), bounded)
    found = op.topk(x, integer(1), axis, mode, "value", "i32", True)
    return op.squeeze(found.output(1), integer([axis]))


argmax = graph(lambda x, axis: _first(x, axis, "max"), dtype="int32")
argmin = graph(lambda x, axis: _first(x, axis, "min"), dtype="int32")
cumsum = graph(lambda x, axis: op.cumsum(x, integer(axis)), wraps=True)


@graph(wraps=True)
def cumprod(x: Any, axis: int) -> Any:
    # Products over windows of doubling width, for OpenVINO only has the running sum.
    shape = sizes(x)
    if not isinstance(shape[axis], int):
        raise UnsupportedOpError("cumprod", "OpenVINO needs to know the size of the axis")
    width = 1
    while width < shape[axis]:
        ahead = [(width, -width) if i == axis else (0, 0) for i in range(len(shape))]
        x = op.multiply(x, padded(x, ahead, 1)).output(0)
        width *= 2
    return x


# -- Shape -------------------------------------------------------------------------------


reshape = graph(lambda x, shape: op.reshape(x, ints(shape), False))
transpose = graph(lambda x, axes: op.transpose(x, ints(axes)) if axes else x)
broadcast_to = graph(lambda x, shape: op.broadcast(x, ints(shape)) if shape else x)
concatenate = graph(lambda xs, axis: op.concat(xs, axis))

_END = 2**31 - 1


@graph
def slice(x: Any, start: Sequence[Any], stop: Sequence[Any], step: Sequence[int]) -> Any:
    if not step:
        return x
    stop = [_END if v is None else v for v in stop]
    return op.slice(x, ints(start), ints(stop), ints(step), ints(range(len(step))))


@graph
def flip(x: Any, axis: Sequence[int]) -> Any:
    back = ints([-1] * len(axis))
    return op.slice(x, back, ints([-_END] * len(axis)), back, ints(axis)) if axis else x


# -- Indexing, sorting -------------------------------------------------------------------


take = graph(lambda x, indices, axis: op.gather(x, indices, integer(axis)))
gather_nd = graph(lambda x, indices: op.gather_nd(x, indices))

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
    size = integer(sizes(x)[axis] if k is None else k)
    return op.topk(x, size, axis, mode, "value", "i32", True).output(1)


sort = graph(lambda x, axis: op.gather_elements(x, order(x, axis), axis))
argsort = graph(lambda x, axis: order(x, axis), dtype="int32")


@graph(dtype="int32")
def nonzero(x: Any) -> tuple[Any, ...]:
    shape = sizes(x)
    places = integer(np.zeros((len(shape), 0))) if 0 in shape else op.non_zero(x, "i32")
    return tuple(op.gather(places, integer(i), integer(0)) for i in range(len(shape)))


# -- Contractions and windows ------------------------------------------------------------


@graph(wraps=True)
def matmul(x1: Any, x2: Any) -> Any:
    if not is_float(x1):  # exact as long as sums stay below 2**24
        return _to_int(_matmul(_to_float(x1), _to_float(x2)))
    return _matmul(x1, x2)


def _matmul(x1: Any, x2: Any) -> Any:
    if sizes(x1)[-1] == 0:  # the plugin leaves the result as it finds it
        x1 = padded(x1, [(0, 0)] * (len(sizes(x1)) - 1) + [(0, 1)], 0)
        x2 = padded(x2, [(0, 0)] * (len(sizes(x2)) - 2) + [(0, 1), (0, 0)], 0)
    return op.matmul(x1, x2, False, False)


# -- Random numbers ----------------------------------------------------------------------


def random_uniform(seed: Tensor, shape: Sequence[Any], dtype: str) -> Tensor:
    # OpenVINO's own generator takes its seed when a graph is built. This is a hash of the
    # place and the seed, with constants by Wellons (2018), "Prospecting for Hash Functions".
    return cast(_uniform(seed, shape), dtype)


@graph(dtype="float32")
def _uniform(seed: Any, shape: Sequence[Any]) -> Any:
    size = op.reduce_prod(ints([1, *shape]), ints([0]), False)
    x = op.range(integer(0), size, integer(1), "i32").output(0)
    for i in (0, 1):
        word = op.gather(seed, integer(i), integer(0))
        x = _hash(op.bitwise_xor(op.multiply(x, integer(0x9E3779B9 - 2**32)), _hash(word)))
    unit = op.multiply(_to_float(_shifted(x, 8)), const(2.0**-24))
    return op.reshape(unit, ints(shape), False)


def _shifted(x: Any, by: int) -> Any:
    """``x`` moved right as an unsigned number."""
    moved = op.bitwise_right_shift(x, integer(by))
    return op.bitwise_and(moved, integer(2 ** (32 - by) - 1))


def _hash(x: Any) -> Any:
    for by, factor in ((16, 0x7FEB352D), (15, 0x846CA68B - 2**32)):
        x = op.multiply(op.bitwise_xor(x, _shifted(x, by)), integer(factor))
    return op.bitwise_xor(x, _shifted(x, 16))


# -- Linear algebra ----------------------------------------------------------------------


@graph
def triangular_solve(a: Any, b: Any, lower: bool) -> Any:
    places = op.range(integer(0), integer(sizes(a)[-1]), integer(1), "i32")
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
