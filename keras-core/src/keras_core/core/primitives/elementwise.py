"""Elementwise primitives: shapes broadcast, gradients are products of local derivatives."""

from typing import Any

from keras_core.core.dispatch.op import primitive, spec
from keras_core.core.primitives._rules import (
    broadcast,
    broadcast_bool,
    broadcast_shapes,
    const,
    dtype_of,
    same,
    static_shape,
)
from keras_core.core.primitives.shaping import full
from keras_core.core.tensors.native import shape_of

_COMPLEX = ("complex64", "complex128")


def _unary(name: str, vjp: Any = None, rule: Any = same) -> Any:
    return primitive("x", rule, vjp, name)


def _binary(name: str, vjp: Any = None, rule: Any = broadcast) -> Any:
    return primitive("x1 x2", rule, vjp, name)


def _abs_rule(x: Any) -> Any:
    dtype = {"complex64": "float32", "complex128": "float64"}.get(dtype_of(x), dtype_of(x))
    return spec(static_shape(x), dtype)


def _abs_vjp(g: Any, y: Any, x: Any) -> Any:
    if dtype_of(x) in _COMPLEX:
        zero = const(0, y)
        safe = where(equal(y, zero), const(1, y), y)
        scale = where(equal(y, zero), zero, divide(g, safe))
        return multiply(complex(scale, zeros_like(scale)), x)
    return multiply(g, sign(x))


def _halve(g: Any, chosen: Any, equal_mask: Any) -> Any:
    """``g`` where chosen, half of it where both are equal, else 0."""
    half = multiply(g, const(0.5, g)) if dtype_of(g) not in _INTS else g
    return where(equal_mask, half, where(chosen, g, zeros_like(g)))


_INTS = frozenset(["uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"])

negative = _unary("negative", lambda g, y, x: negative(g))
abs = _unary("abs", _abs_vjp, _abs_rule)
sign = _unary("sign")
floor = _unary("floor")
ceil = _unary("ceil")
round = _unary("round")
exp = _unary("exp", lambda g, y, x: multiply(g, conj(y)))
expm1 = _unary("expm1", lambda g, y, x: multiply(g, add(y, const(1, y))))
log = _unary("log", lambda g, y, x: divide(g, conj(x)))
log1p = _unary("log1p", lambda g, y, x: divide(g, add(x, const(1, x))))
sqrt = _unary("sqrt", lambda g, y, x: divide(g, multiply(conj(y), const(2, y))))
sin = _unary("sin", lambda g, y, x: multiply(g, conj(cos(x))))
cos = _unary("cos", lambda g, y, x: negative(multiply(g, conj(sin(x)))))
tanh = _unary("tanh", lambda g, y, x: multiply(g, conj(subtract(const(1, y), multiply(y, y)))))
logical_not = _unary("logical_not")
bitwise_not = _unary("bitwise_not")


def _divide_vjp(g: Any, y: Any, x1: Any, x2: Any) -> Any:
    gx1 = divide(g, conj(x2))
    return gx1, negative(multiply(gx1, conj(y)))


def _power_vjp(g: Any, y: Any, x1: Any, x2: Any) -> Any:
    one, zero = const(1, x1), const(0, x1)
    gx1 = multiply(g, multiply(x2, power(x1, subtract(x2, one))))
    gx1 = where(equal(x2, zero), zeros_like(gx1), gx1)
    # d/dx2 x1**x2 = y log x1, which is taken as 0 where x1 is not positive
    if dtype_of(x1) in _COMPLEX:
        return gx1, multiply(g, multiply(y, log(x1)))
    positive = less(zero, x1)
    safe = where(positive, x1, one)
    gx2 = where(positive, multiply(g, multiply(y, log(safe))), zeros_like(g))
    return gx1, gx2


def _mod_vjp(g: Any, y: Any, x1: Any, x2: Any) -> Any:
    return g, negative(multiply(g, floor(divide(x1, x2))))


def _arctan2_vjp(g: Any, y: Any, x1: Any, x2: Any) -> Any:
    scale = divide(g, add(multiply(x1, x1), multiply(x2, x2)))
    return multiply(scale, x2), negative(multiply(scale, x1))


add = _binary("add", lambda g, y, x1, x2: (g, g))
subtract = _binary("subtract", lambda g, y, x1, x2: (g, negative(g)))
multiply = _binary("multiply", lambda g, y, x1, x2: (multiply(g, conj(x2)), multiply(g, conj(x1))))
divide = _binary("divide", _divide_vjp)
floor_divide = _binary("floor_divide")
mod = _binary("mod", _mod_vjp)
power = _binary("power", _power_vjp)
maximum = _binary(
    "maximum",
    lambda g, y, x1, x2: (
        _halve(g, less(x2, x1), equal(x1, x2)),
        _halve(g, less(x1, x2), equal(x1, x2)),
    ),
)
minimum = _binary(
    "minimum",
    lambda g, y, x1, x2: (
        _halve(g, less(x1, x2), equal(x1, x2)),
        _halve(g, less(x2, x1), equal(x1, x2)),
    ),
)
arctan2 = _binary("arctan2", _arctan2_vjp)
equal = _binary("equal", rule=broadcast_bool)
less = _binary("less", rule=broadcast_bool)
less_equal = _binary("less_equal", rule=broadcast_bool)
logical_and = _binary("logical_and", rule=broadcast_bool)
logical_or = _binary("logical_or", rule=broadcast_bool)
bitwise_and = _binary("bitwise_and")
bitwise_or = _binary("bitwise_or")
bitwise_xor = _binary("bitwise_xor")
left_shift = _binary("left_shift")
right_shift = _binary("right_shift")


def _where_rule(condition: Any, x1: Any, x2: Any) -> Any:
    shapes = (static_shape(condition), static_shape(x1), static_shape(x2))
    return spec(broadcast_shapes(*shapes), dtype_of(x1))


def _where_vjp(g: Any, y: Any, condition: Any, x1: Any, x2: Any) -> Any:
    zero = zeros_like(g)
    return None, where(condition, g, zero), where(condition, zero, g)


where = primitive("condition x1 x2", _where_rule, _where_vjp, "where")


def _cast_vjp(g: Any, y: Any, x: Any, dtype: str) -> Any:
    # the tape casts the gradient to the dtype of x; integers have none
    return g if dtype_of(x) not in _INTS and dtype_of(x) != "bool" else None


cast = primitive("x [dtype]", lambda x, dtype: spec(static_shape(x), dtype), _cast_vjp, "cast")
bitcast = primitive("x [dtype]", lambda x, dtype: spec(static_shape(x), dtype), None, "bitcast")


def zeros_like(x: Any) -> Any:
    """Zeros of the shape and dtype of ``x``."""
    return full(shape_of(x), 0, dtype_of(x))


def ones_like(x: Any) -> Any:
    """Ones of the shape and dtype of ``x``."""
    return full(shape_of(x), 1, dtype_of(x))


def _complex_rule(real: Any, imag: Any) -> Any:
    shape = broadcast_shapes(static_shape(real), static_shape(imag))
    return spec(shape, "complex128" if dtype_of(real) == "float64" else "complex64")


def _part_rule(x: Any) -> Any:
    return spec(static_shape(x), "float64" if dtype_of(x) == "complex128" else "float32")


# Gradients by complex numbers follow the convention of JAX without the conjugation: the
# gradient of a real loss L by z = a + ib is dL/da + i dL/db, as torch and TensorFlow have it.
complex = primitive("real imag", _complex_rule, lambda g, y, a, b: (real(g), imag(g)), "complex")
real = primitive("x", _part_rule, lambda g, y, x: complex(g, zeros_like(g)), "real")
imag = primitive("x", _part_rule, lambda g, y, x: complex(zeros_like(g), g), "imag")


def conj(x: Any) -> Any:
    """The complex conjugate; ``x`` itself if it is real."""
    return complex(real(x), negative(imag(x))) if dtype_of(x) in _COMPLEX else x
