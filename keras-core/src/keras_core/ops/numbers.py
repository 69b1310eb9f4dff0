"""More elementwise functions of numbers: signs, roots, divisors, extended sums."""

import math
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes
from keras_core.core.tensors.native import fresh_scalar
from keras_core.ops.comparison import isclose
from keras_core.ops.control_flow import while_loop
from keras_core.ops.elementary import _in_float32, polynomial
from keras_core.ops.special import lgamma
from keras_core.typing import DTypeLike, Tensor, TensorLike


def _c(value: float, x: Any) -> Any:
    return p.const(value, x)


def _is_float(x: Any) -> bool:
    return p.dtype_of(x) in dtypes.FLOATS


def _never(x: Any) -> Any:
    """False of the shape of ``x``."""
    return p.cast(p.zeros_like(x), "bool")


def _isnan(x: Any) -> Any:
    return p.logical_not(p.equal(x, x))


def _is_value(x: Any, value: float) -> Any:
    return p.equal(x, _c(value, x)) if _is_float(x) else _never(x)


@public("keras.ops.isposinf", "keras.ops.numpy.isposinf")
@op("x:promote")
def isposinf(x: TensorLike) -> Tensor:
    """Where ``x`` is positive infinity.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.isposinf([1.0, float("-inf"), float("inf")])).tolist()
    [False, False, True]
    """
    return _is_value(x, math.inf)


@public("keras.ops.isneginf", "keras.ops.numpy.isneginf")
@op("x:promote")
def isneginf(x: TensorLike) -> Tensor:
    """Where ``x`` is negative infinity.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.isneginf([1.0, float("-inf"), float("inf")])).tolist()
    [False, True, False]
    """
    return _is_value(x, -math.inf)


@public("keras.ops.cbrt", "keras.ops.numpy.cbrt")
@op("x:float")
def cbrt(x: TensorLike) -> Tensor:
    """The real cube root.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cbrt([8.0, 2.0])).tolist()
    [2.0, 1.2599...]
    """
    return p.multiply(p.sign(x), p.power(p.abs(x), _c(1.0 / 3.0, x)))


@public("keras.ops.deg2rad", "keras.ops.numpy.deg2rad")
@op("x:float")
def deg2rad(x: TensorLike) -> Tensor:
    """Degrees as radians.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.deg2rad([0.0, 180.0])).tolist()
    [0.0, 3.1415...]
    """
    return p.multiply(x, _c(math.pi / 180.0, x))


@public("keras.ops.rad2deg", "keras.ops.numpy.rad2deg")
@op("x:float")
def rad2deg(x: TensorLike) -> Tensor:
    """Radians as degrees.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.rad2deg([0.0, 1.0])).tolist()
    [0.0, 57.295...]
    """
    return p.multiply(x, _c(180.0 / math.pi, x))


@public("keras.ops.fabs", "keras.ops.numpy.fabs")
@op("x:float")
def fabs(x: TensorLike) -> Tensor:
    """The absolute value as a float.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.fabs([-1.5, 2.0])).tolist()
    [1.5, 2.0]
    """
    return p.abs(x)


@public("keras.ops.float_power", "keras.ops.numpy.float_power")
@op("x1:float x2:float")
def float_power(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1 ** x2`` in floats.

    Args:
        x1: The bases.
        x2: The exponents.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.float_power([2, 3], 2)).tolist()
    [4.0, 9.0]
    """
    return p.power(x1, x2)


def _ignoring_nan(which: Any, x1: Any, x2: Any) -> Any:
    if not _is_float(x1):
        return which(x1, x2)
    return which(p.where(_isnan(x1), x2, x1), p.where(_isnan(x2), x1, x2))


@public("keras.ops.fmax", "keras.ops.numpy.fmax")
@op("x1:number x2:number")
def fmax(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The larger, or the one that is not NaN.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.fmax([1.0, float("nan")], [0.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    return _ignoring_nan(p.maximum, x1, x2)


@public("keras.ops.fmin", "keras.ops.numpy.fmin")
@op("x1:number x2:number")
def fmin(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The smaller, or the one that is not NaN.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.fmin([1.0, float("nan")], [0.0, 2.0])).tolist()
    [0.0, 2.0]
    """
    return _ignoring_nan(p.minimum, x1, x2)


@public("keras.ops.fmod", "keras.ops.numpy.fmod")
@op("x1:number x2:number")
def fmod(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The remainder with the sign of the dividend, as in C.

    Args:
        x1: The dividends.
        x2: The divisors.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.fmod([5.0, -5.0], 3.0)).tolist()
    [2.0, -2.0]
    """
    rest = p.mod(p.abs(x1), p.abs(x2))
    return p.where(p.less(x1, p.zeros_like(x1)), p.negative(rest), rest)


@public("keras.ops.gcd", "keras.ops.numpy.gcd")
@op("x1:int x2:int")
def gcd(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The greatest common divisor.

    Args:
        x1: Integers.
        x2: Integers.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.gcd([12, 9], [8, 6])).tolist()
    [4, 3]
    """
    return _gcd(*_joined(x1, x2))


def _joined(x1: Any, x2: Any) -> Any:
    dtype = dtypes.result_type(p.dtype_of(x1), p.dtype_of(x2))
    zero = p.zeros_like(p.add(p.cast(x1, dtype), p.cast(x2, dtype)))
    return p.add(p.abs(p.cast(x1, dtype)), zero), p.add(p.abs(p.cast(x2, dtype)), zero)


def _gcd(a: Any, b: Any) -> Any:
    axes = tuple(range(p.ndim(a)))

    def unfinished(a: Any, b: Any) -> Any:
        return p.any(p.less(p.zeros_like(b), b), axes, False)

    def step(a: Any, b: Any) -> Any:
        zero = p.equal(b, p.zeros_like(b))
        rest = p.mod(a, p.where(zero, p.ones_like(b), b))
        return p.where(zero, a, b), p.where(zero, b, rest)

    # Euclid's algorithm takes at most 1.44 steps for each bit.
    bits = 8 * dtypes.numpy_dtype(p.dtype_of(a)).itemsize
    return while_loop(unfinished, step, (a, b), maximum_iterations=3 * bits // 2)[0]


@public("keras.ops.lcm", "keras.ops.numpy.lcm")
@op("x1:int x2:int")
def lcm(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The least common multiple.

    Args:
        x1: Integers.
        x2: Integers.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.lcm([4, 6], [6, 9])).tolist()
    [12, 18]
    """
    a, b = _joined(x1, x2)
    d = _gcd(a, b)
    return p.multiply(p.floor_divide(a, p.maximum(d, p.ones_like(d))), b)


@public("keras.ops.heaviside", "keras.ops.numpy.heaviside")
@op("x1:float x2:float")
def heaviside(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The step function: 0 below 0, 1 above, ``x2`` at 0.

    Args:
        x1: A tensor.
        x2: The values at 0.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.heaviside([-1.0, 0.0, 1.0], 0.5)).tolist()
    [0.0, 0.5, 1.0]
    """
    zero = p.zeros_like(x1)
    step = p.where(p.less(zero, x1), p.ones_like(x1), zero)
    out = p.where(p.equal(x1, zero), x2, step)
    return p.where(_isnan(x1), x1, out)


@public("keras.ops.hypot", "keras.ops.numpy.hypot")
@op("x1:float x2:float")
def hypot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``sqrt(x1**2 + x2**2)`` without overflow.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hypot([3.0, 5.0], [4.0, 12.0])).tolist()
    [5.0, 13.0]
    """
    a, b = p.abs(x1), p.abs(x2)
    big, small = p.maximum(a, b), p.minimum(a, b)
    none = p.equal(big, p.zeros_like(big))
    infinite = p.equal(big, _c(math.inf, big))
    ratio = p.divide(
        p.where(infinite, p.zeros_like(small), small), p.where(none, p.ones_like(big), big)
    )
    return p.multiply(big, p.sqrt(p.add(_c(1.0, ratio), p.multiply(ratio, ratio))))


@public("keras.ops.logaddexp", "keras.ops.numpy.logaddexp")
@op("x1:float x2:float")
def logaddexp(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``log(exp(x1) + exp(x2))`` without overflow.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logaddexp([0.0, 1.0], [0.0, 1.0])).tolist()
    [0.6931..., 1.6931...]
    """
    return _log_add(x1, x2, 1.0)


@public("keras.ops.logaddexp2", "keras.ops.numpy.logaddexp2")
@op("x1:float x2:float")
def logaddexp2(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``log2(2**x1 + 2**x2)`` without overflow.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logaddexp2([1.0, 2.0], [1.0, 2.0])).tolist()
    [2.0, 3.0]
    """
    return _log_add(x1, x2, math.log(2.0))


def _log_add(x1: Any, x2: Any, base: float) -> Any:
    same = p.equal(x1, x2)  # the difference of equal infinities is NaN
    gap = p.abs(
        p.subtract(p.where(same, p.zeros_like(x1), x1), p.where(same, p.zeros_like(x2), x2))
    )
    more = p.log1p(p.exp(p.multiply(gap, _c(-base, gap))))
    return p.add(p.maximum(x1, x2), p.multiply(more, _c(1.0 / base, more)))


@public("keras.ops.ldexp", "keras.ops.numpy.ldexp")
@op("x1:float x2:int")
def ldexp(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1 * 2**x2``.

    Args:
        x1: A tensor.
        x2: Integers.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.ldexp([1.0, 3.0], [2, 1])).tolist()
    [4.0, 6.0]
    """
    return p.multiply(x1, p.power(_c(2.0, x1), p.cast(x2, p.dtype_of(x1))))


@public("keras.ops.signbit", "keras.ops.numpy.signbit")
@op("x:promote")
def signbit(x: TensorLike) -> Tensor:
    """Where the sign is set, which it is for -0.0 too.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.signbit([-2.0, 3.0])).tolist()
    [True, False]
    """
    if p.dtype_of(x) == "bool":
        return _never(x)
    zero = p.zeros_like(x)
    below = p.less(x, zero)
    if not _is_float(x):
        return below
    reciprocal = p.divide(p.ones_like(x), p.where(p.equal(x, zero), x, p.ones_like(x)))
    return p.logical_or(below, p.less(reciprocal, zero))


@public("keras.ops.copysign", "keras.ops.numpy.copysign")
@op("x1:float x2:float")
def copysign(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The absolute value of ``x1`` with the sign of ``x2``.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.copysign([1.0, 2.0], [-1.0, 1.0])).tolist()
    [-1.0, 2.0]
    """
    a = p.abs(x1)
    return p.where(signbit(x2), p.negative(a), a)


_BITS = {"float16": "int16", "bfloat16": "int16", "float32": "int32", "float64": "int64"}


@public("keras.ops.nextafter", "keras.ops.numpy.nextafter")
@op("x1:float x2:float")
def nextafter(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The next number after ``x1`` towards ``x2``.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> bool(ops.nextafter(1.0, 2.0) > 1.0)
    True
    """
    dtype = p.dtype_of(x1)
    zero = p.zeros_like(x1)
    bits = p.bitcast(x1, _BITS[dtype])
    outward = p.equal(p.less(zero, x1), p.less(x1, x2))
    moved = p.bitcast(p.add(bits, p.where(outward, _c(1, bits), _c(-1, bits))), dtype)
    tiny = p.bitcast(p.ones_like(bits), dtype)
    from_zero = p.where(p.less(zero, x2), tiny, p.negative(tiny))
    out = p.where(p.equal(x1, zero), from_zero, moved)
    out = p.where(p.equal(x1, x2), x2, out)
    return p.where(p.logical_or(_isnan(x1), _isnan(x2)), _c(math.nan, x1), out)


@public("keras.ops.trunc", "keras.ops.numpy.trunc")
@op("x:promote")
def trunc(x: TensorLike) -> Tensor:
    """The integer part.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.trunc([1.8, -1.8])).tolist()
    [1.0, -1.0]
    """
    if not _is_float(x):
        return x
    return p.where(p.less(x, p.zeros_like(x)), p.ceil(x), p.floor(x))


@public("keras.ops.nan_to_num", "keras.ops.numpy.nan_to_num")
@op("x:promote")
def nan_to_num(
    x: TensorLike, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """NaN and infinities replaced.

    Args:
        x: A tensor.
        nan: What replaces NaN.
        posinf: What replaces infinity, by default the largest number of the dtype.
        neginf: What replaces negative infinity, by default the lowest number.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.nan_to_num([1.0, float("nan")])).tolist()
    [1.0, 0.0]
    """
    if not _is_float(x):
        return x
    lowest, largest = dtypes.RANGE[p.dtype_of(x)]
    high = _c(largest if posinf is None else posinf, x)
    low = _c(lowest if neginf is None else neginf, x)
    out = p.where(_isnan(x), _c(nan, x), x)
    out = p.where(p.equal(x, _c(math.inf, x)), high, out)
    return p.where(p.equal(x, _c(-math.inf, x)), low, out)


@public("keras.ops.allclose", "keras.ops.numpy.allclose")
def allclose(
    x1: TensorLike,
    x2: TensorLike,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = False,
) -> Tensor:
    """Whether all elements are equal up to a tolerance.

    Args:
        x1: A tensor.
        x2: A tensor.
        rtol: The tolerance relative to ``x2``.
        atol: The absolute tolerance.
        equal_nan: Whether NaN equals NaN.

    Example:

    >>> from keras_core import ops
    >>> bool(ops.allclose([1.0, 2.0], [1.0, 2.0 + 1e-7]))
    True
    """
    return _all(isclose(x1, x2, rtol, atol, equal_nan))


@op("x:bool", name="allclose")
def _all(x: TensorLike) -> Any:
    return p.all(x, tuple(range(p.ndim(x))), False)


@public("keras.ops.saturate_cast")
@op("x:any dtype:dtype")
def saturate_cast(x: TensorLike, dtype: DTypeLike | None) -> Tensor:
    """``x`` as another dtype, out-of-range values becoming its lowest or largest.

    Args:
        x: A tensor.
        dtype: The dtype; None for that of ``x``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.saturate_cast([-1.0, 300.0], "uint8")).tolist()
    [0, 255]
    """
    source = p.dtype_of(x)
    dtype = dtype or source
    if source in ("bool", dtype):
        return p.cast(x, dtype)
    low, high = dtypes.RANGE[dtype]
    own_low, own_high = dtypes.RANGE[source]
    if source in dtypes.INTS:
        if dtype not in dtypes.INTS and dtype != "bool":
            return p.cast(x, dtype)
        inside = p.maximum(p.minimum(x, _c(min(high, own_high), x)), _c(max(low, own_low), x))
        return p.cast(inside, dtype)
    if dtype in dtypes.FLOATS:
        if own_high <= high:
            return p.cast(x, dtype)
        return p.cast(p.maximum(p.minimum(x, _c(high, x)), _c(low, x)), dtype)
    above = p.less_equal(_c(float(high), x), x)  # float(high) may round up out of the range
    below = p.less_equal(x, _c(float(low), x))
    out = p.cast(p.where(p.logical_or(above, below), p.zeros_like(x), x), dtype)
    if dtype == "bool":
        return p.logical_or(out, above)
    out = p.where(above, fresh_scalar(high, dtype), out)
    return p.where(below, fresh_scalar(low, dtype), out)


@public("keras.ops.sinc", "keras.ops.numpy.sinc")
@op("x:float")
def sinc(x: TensorLike) -> Tensor:
    """``sin(pi x) / (pi x)``, 1 at 0.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sinc([0.0, 0.5])).tolist()
    [1.0, 0.6366...]
    """
    zero = p.equal(x, p.zeros_like(x))
    y = p.multiply(p.where(zero, p.ones_like(x), x), _c(math.pi, x))
    return p.where(zero, p.ones_like(x), p.divide(p.sin(y), y))


_I0_SERIES = tuple(1.0 / math.factorial(k) ** 2 for k in range(48, -1, -1))
_I0_TAIL = tuple(
    math.prod((2 * j - 1) ** 2 for j in range(1, k + 1)) / (math.factorial(k) * 8.0**k)
    for k in range(20, -1, -1)
)


def _i0(x: Any) -> Any:
    a = p.abs(x)
    limit = _c(20.0, x)
    inside = p.less(a, limit)
    near = p.where(inside, x, p.zeros_like(x))
    series = polynomial(_I0_SERIES, p.multiply(p.multiply(near, near), _c(0.25, x)))
    far = p.where(inside, limit, a)
    scale = p.divide(p.exp(far), p.sqrt(p.multiply(far, _c(2.0 * math.pi, x))))
    tail = p.multiply(scale, polynomial(_I0_TAIL, p.divide(_c(1.0, x), far)))
    return p.where(inside, series, tail)


@public("keras.ops.i0", "keras.ops.numpy.i0")
@op("x:float")
def i0(x: TensorLike) -> Tensor:
    """The modified Bessel function of the first kind of order 0.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.i0([0.0, 1.0])).tolist()
    [1.0, 1.2660...]
    """
    return _in_float32(_i0, x)


def _gammainc(a: Any, x: Any) -> Any:
    one, zero = _c(1.0, x), _c(0.0, x)
    positive = p.less(zero, x)
    finite = p.less(x, _c(math.inf, x))
    safe = p.where(p.logical_and(positive, finite), x, one)
    scale = p.exp(p.subtract(p.subtract(p.multiply(a, p.log(safe)), safe), lgamma(a)))
    is_near = p.less(safe, p.add(a, one))
    # the power series where it converges fast
    z = p.where(is_near, safe, zero)
    term = p.divide(one, a)
    total = term
    for n in range(1, 128):
        term = p.multiply(term, p.divide(z, p.add(a, _c(float(n), x))))
        total = p.add(total, term)
    near = p.multiply(scale, total)
    # the continued fraction of the complement elsewhere
    w = p.where(is_near, p.add(a, _c(2.0, x)), safe)
    base = p.subtract(w, a)
    depth = 64
    f = p.add(base, _c(2.0 * depth + 1.0, x))
    for n in range(depth, 0, -1):
        factor = p.multiply(_c(float(n), x), p.subtract(_c(float(n), x), a))
        f = p.subtract(p.add(base, _c(2.0 * n - 1.0, x)), p.divide(factor, f))
    far = p.subtract(one, p.divide(scale, f))
    out = p.where(positive, p.where(is_near, near, far), p.multiply(zero, a))
    out = p.where(finite, out, one)
    bad = p.logical_or(p.less(x, zero), p.less_equal(a, zero))
    return p.where(p.logical_or(bad, _isnan(x)), _c(math.nan, x), out)


@public("keras.ops.gammainc")
@op("x1:float x2:float")
def gammainc(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The regularised lower incomplete gamma function.

    Args:
        x1: The positive parameters.
        x2: The upper ends of the integral.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.gammainc([1.0, 2.0], [1.0, 2.0])).tolist()
    [0.6321..., 0.5939...]
    """
    dtype = p.dtype_of(x1)
    if dtype in ("float16", "bfloat16"):
        return p.cast(_gammainc(p.cast(x1, "float32"), p.cast(x2, "float32")), dtype)
    zero = p.zeros_like(p.add(x1, x2))
    return _gammainc(p.add(x1, zero), p.add(x2, zero))
