"""Exponentials, logarithms, trigonometry and special functions."""

import math
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.typing import Tensor, TensorLike


def _c(value: float, x: Any) -> Any:
    return p.const(value, x)


@public("keras.ops.exp", "keras.ops.numpy.exp")
@op("x:float")
def exp(x: TensorLike) -> Tensor:
    """``e ** x``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.exp([0.0, 1.0])).tolist()
    [1.0, 2.7182...]
    """
    return p.exp(x)


@public("keras.ops.expm1", "keras.ops.numpy.expm1")
@op("x:float")
def expm1(x: TensorLike) -> Tensor:
    """``e ** x - 1``, accurate near 0.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.expm1([0.0, 1.0])).tolist()
    [0.0, 1.7182...]
    """
    return p.expm1(x)


@public("keras.ops.log", "keras.ops.numpy.log")
@op("x:float")
def log(x: TensorLike) -> Tensor:
    """The natural logarithm; ``-inf`` at 0, NaN below.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.log([1.0, 2.0])).tolist()
    [0.0, 0.6931...]
    """
    return p.log(x)


@public("keras.ops.log1p", "keras.ops.numpy.log1p")
@op("x:float")
def log1p(x: TensorLike) -> Tensor:
    """``log(1 + x)``, accurate near 0.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.log1p([0.0, 1.0])).tolist()
    [0.0, 0.6931...]
    """
    return p.log1p(x)


@public("keras.ops.sin", "keras.ops.numpy.sin")
@op("x:float")
def sin(x: TensorLike) -> Tensor:
    """The sine of radians.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sin([0.0, 1.0])).tolist()
    [0.0, 0.8414...]
    """
    return p.sin(x)


@public("keras.ops.cos", "keras.ops.numpy.cos")
@op("x:float")
def cos(x: TensorLike) -> Tensor:
    """The cosine of radians.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cos([0.0, 1.0])).tolist()
    [1.0, 0.5403...]
    """
    return p.cos(x)


@public("keras.activations.tanh", "keras.ops.tanh", "keras.ops.numpy.tanh")
@op("x:float")
def tanh(x: TensorLike) -> Tensor:
    """The hyperbolic tangent.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.tanh([0.0, 1.0])).tolist()
    [0.0, 0.7615...]
    """
    return p.tanh(x)


@public("keras.ops.exp2", "keras.ops.numpy.exp2")
@op("x:float")
def exp2(x: TensorLike) -> Tensor:
    """``2 ** x``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.exp2([0.0, 3.0])).tolist()
    [1.0, 8.0]
    """
    return p.exp(p.multiply(x, _c(math.log(2.0), x)))


@public("keras.ops.log2", "keras.ops.numpy.log2")
@op("x:float")
def log2(x: TensorLike) -> Tensor:
    """The logarithm to base 2.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.log2([1.0, 3.0])).tolist()
    [0.0, 1.5849...]
    """
    return p.multiply(p.log(x), _c(1.0 / math.log(2.0), x))


@public("keras.ops.log10", "keras.ops.numpy.log10")
@op("x:float")
def log10(x: TensorLike) -> Tensor:
    """The logarithm to base 10.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.log10([1.0, 2.0])).tolist()
    [0.0, 0.3010...]
    """
    return p.multiply(p.log(x), _c(1.0 / math.log(10.0), x))


@public("keras.ops.tan", "keras.ops.numpy.tan")
@op("x:float")
def tan(x: TensorLike) -> Tensor:
    """The tangent of radians.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.tan([0.0, 1.0])).tolist()
    [0.0, 1.5574...]
    """
    return p.divide(p.sin(x), p.cos(x))


@public("keras.ops.arctan2", "keras.ops.numpy.arctan2")
@op("x1:float x2:float")
def arctan2(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The angle of the point ``(x2, x1)``, in radians between -pi and pi.

    Args:
        x1: The ordinates.
        x2: The abscissas; broadcasts with ``x1``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.arctan2([1.0, 1.0], [1.0, -1.0])).tolist()
    [0.7853..., 2.3561...]
    """
    return p.arctan2(x1, x2)


def _one_minus_square(x: Any) -> Any:
    one = _c(1.0, x)
    return p.multiply(p.subtract(one, x), p.add(one, x))


@public("keras.ops.arcsin", "keras.ops.numpy.arcsin")
@op("x:float", vjp=lambda g, y, x: p.divide(g, p.sqrt(_one_minus_square(x))))
def arcsin(x: TensorLike) -> Tensor:
    """The inverse of the sine, in radians between -pi/2 and pi/2.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.arcsin([0.0, 1.0])).tolist()
    [0.0, 1.5707...]
    """
    return p.arctan2(x, p.sqrt(_one_minus_square(x)))


@public("keras.ops.arccos", "keras.ops.numpy.arccos")
@op("x:float", vjp=lambda g, y, x: p.negative(p.divide(g, p.sqrt(_one_minus_square(x)))))
def arccos(x: TensorLike) -> Tensor:
    """The inverse of the cosine, in radians between 0 and pi.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.arccos([1.0, 0.0])).tolist()
    [0.0, 1.5707...]
    """
    return p.arctan2(p.sqrt(_one_minus_square(x)), x)


@public("keras.ops.arctan", "keras.ops.numpy.arctan")
@op("x:float")
def arctan(x: TensorLike) -> Tensor:
    """The inverse of the tangent, in radians between -pi/2 and pi/2.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.arctan([0.0, 1.0])).tolist()
    [0.0, 0.7853...]
    """
    return p.arctan2(x, p.ones_like(x))


@public("keras.ops.sinh", "keras.ops.numpy.sinh")
@op("x:float", vjp=lambda g, y, x: p.multiply(g, cosh(x)))
def sinh(x: TensorLike) -> Tensor:
    """The hyperbolic sine.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sinh([0.0, 1.0])).tolist()
    [0.0, 1.1752...]
    """
    # expm1 keeps the digits near 0, and halving before the product avoids an early overflow
    e = p.expm1(p.abs(x))
    half = p.multiply(_c(0.5, x), p.add(e, p.divide(e, p.add(e, _c(1.0, x)))))
    large = p.exp(p.subtract(p.abs(x), _c(math.log(2.0), x)))
    return p.multiply(p.sign(x), p.where(p.less(p.abs(x), _c(10.0, x)), half, large))


@public("keras.ops.cosh", "keras.ops.numpy.cosh")
@op("x:float", vjp=lambda g, y, x: p.multiply(g, sinh(x)))
def cosh(x: TensorLike) -> Tensor:
    """The hyperbolic cosine.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cosh([0.0, 1.0])).tolist()
    [1.0, 1.5430...]
    """
    log2 = _c(math.log(2.0), x)
    return p.add(p.exp(p.subtract(x, log2)), p.exp(p.subtract(p.negative(x), log2)))


@public("keras.ops.arcsinh", "keras.ops.numpy.arcsinh")
@op("x:float", vjp=lambda g, y, x: p.divide(g, p.sqrt(p.add(p.multiply(x, x), _c(1.0, x)))))
def arcsinh(x: TensorLike) -> Tensor:
    """The inverse of the hyperbolic sine.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.arcsinh([0.0, 1.0])).tolist()
    [0.0, 0.8813...]
    """
    a = p.abs(x)
    big = p.less(_c(1e4 if p.dtype_of(x) != "float16" else 100.0, x), a)
    safe = p.where(big, _c(1.0, x), a)
    square = p.multiply(safe, safe)
    one = _c(1.0, x)
    near = p.log1p(p.add(safe, p.divide(square, p.add(one, p.sqrt(p.add(one, square))))))
    far = p.add(p.log(p.where(big, a, one)), _c(math.log(2.0), x))
    return p.multiply(p.sign(x), p.where(big, far, near))


@public("keras.ops.arccosh", "keras.ops.numpy.arccosh")
@op(
    "x:float",
    vjp=lambda g, y, x: p.divide(
        g, p.multiply(p.sqrt(p.subtract(x, _c(1.0, x))), p.sqrt(p.add(x, _c(1.0, x))))
    ),
)
def arccosh(x: TensorLike) -> Tensor:
    """The inverse of the hyperbolic cosine; NaN below 1.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.arccosh([1.0, 2.0])).tolist()
    [0.0, 1.3169...]
    """
    one = _c(1.0, x)
    d = p.subtract(x, one)
    root = p.multiply(p.sqrt(d), p.sqrt(p.add(x, one)))
    return p.log1p(p.add(d, root))


@public("keras.ops.arctanh", "keras.ops.numpy.arctanh")
@op("x:float", vjp=lambda g, y, x: p.divide(g, _one_minus_square(x)))
def arctanh(x: TensorLike) -> Tensor:
    """The inverse of the hyperbolic tangent; NaN outside -1 to 1.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.arctanh([0.0, 0.5])).tolist()
    [0.0, 0.5493...]
    """
    return p.multiply(_c(0.5, x), p.subtract(p.log1p(x), p.log1p(p.negative(x))))


# Cody (1969), "Rational Chebyshev approximations for the error function".
_ERF_SMALL = (
    (1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2,
     3.77485237685302021e2, 3.20937758913846947e3),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
     2.84423683343917062e3),
)  # fmt: skip
_ERFC_MIDDLE = (
    (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0,
     6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2,
     1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3),
    (1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
     1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
     3.43936767414372164e3, 1.23033935480374942e3),
)  # fmt: skip
_ERFC_LARGE = (
    (1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
     1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4),
    (1.0, 2.56852019228982242e0, 1.87295284992346047e0, 5.27905102951428412e-1,
     6.05183413124413191e-2, 2.33520497626869185e-3),
)  # fmt: skip


def polynomial(coefficients: Any, x: Any) -> Any:
    """A polynomial by Horner's rule, the highest power first."""
    out = _c(coefficients[0], x)
    for c in coefficients[1:]:
        out = p.add(p.multiply(out, x), _c(c, x))
    return out


def _ratio(tables: Any, x: Any) -> Any:
    return p.divide(polynomial(tables[0], x), polynomial(tables[1], x))


def _erfc_positive(a: Any) -> Any:
    """The complement for ``a >= 0.46875``."""
    mid = p.minimum(a, _c(4.0, a))
    middle = p.multiply(p.exp(p.negative(p.multiply(mid, mid))), _ratio(_ERFC_MIDDLE, mid))
    far = p.maximum(a, _c(4.0, a))
    inverse = p.divide(_c(1.0, a), p.multiply(far, far))
    tail = p.subtract(
        _c(1.0 / math.sqrt(math.pi), a), p.multiply(inverse, _ratio(_ERFC_LARGE, inverse))
    )
    large = p.multiply(p.divide(p.exp(p.negative(p.multiply(far, far))), far), tail)
    return p.where(p.less(a, _c(4.0, a)), middle, large)


def _erf_small(x: Any) -> Any:
    limit = _c(0.46875, x)
    near = p.maximum(p.minimum(x, limit), p.negative(limit))
    return p.multiply(near, _ratio(_ERF_SMALL, p.multiply(near, near)))


def _in_float32(fn: Any, x: Any) -> Any:
    """Half precision has too few digits for the coefficients."""
    dtype = p.dtype_of(x)
    if dtype in ("float16", "bfloat16"):
        return p.cast(fn(p.cast(x, "float32")), dtype)
    return fn(x)


def _gauss(x: Any) -> Any:
    return p.multiply(_c(2.0 / math.sqrt(math.pi), x), p.exp(p.negative(p.multiply(x, x))))


def _erf(x: Any) -> Any:
    a = p.maximum(p.abs(x), _c(0.46875, x))
    far = p.multiply(p.sign(x), p.subtract(_c(1.0, x), _erfc_positive(a)))
    out = p.where(p.less(_c(0.46875, x), p.abs(x)), far, _erf_small(x))
    return p.where(p.equal(x, x), out, x)


def _erfc(x: Any) -> Any:
    a = p.maximum(p.abs(x), _c(0.46875, x))
    tail = _erfc_positive(a)
    far = p.where(p.less(x, _c(0.0, x)), p.subtract(_c(2.0, x), tail), tail)
    out = p.where(p.less(_c(0.46875, x), p.abs(x)), far, p.subtract(_c(1.0, x), _erf_small(x)))
    return p.where(p.equal(x, x), out, x)


@public("keras.ops.erf")
@op("x:float", vjp=lambda g, y, x: p.multiply(g, _gauss(x)))
def erf(x: TensorLike) -> Tensor:
    """The error function: ``2 / sqrt(pi) * integral of exp(-t**2) from 0 to x``.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.erf([0.0, 1.0])).tolist()
    [0.0, 0.8427...]
    """
    return _in_float32(_erf, x)


@public("keras.ops.erfc")
@op("x:float", vjp=lambda g, y, x: p.negative(p.multiply(g, _gauss(x))))
def erfc(x: TensorLike) -> Tensor:
    """The complement of the error function, accurate where it is small.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.erfc([0.0, 1.0])).tolist()
    [1.0, 0.1572...]
    """
    return _in_float32(_erfc, x)
