"""Special functions: the inverse of erf, and the gamma function's relatives."""

import math
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.ops.elementary import _erf, _gauss, _in_float32, polynomial
from keras_core.typing import Tensor, TensorLike

# Giles (2012), "Approximating the erfinv function".
_CENTRAL = (2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
            -0.00125372503, -0.00417768164, 0.246640727, 1.50140941)  # fmt: skip
_TAIL = (-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
         -0.0076224613, 0.00943887047, 1.00167406, 2.83297682)  # fmt: skip


def _c(value: float, x: Any) -> Any:
    return p.const(value, x)


def _erfinv(x: Any) -> Any:
    one = _c(1.0, x)
    inside = p.less(p.abs(x), one)
    safe = p.where(inside, x, _c(0.0, x))
    w = p.negative(p.log(p.multiply(p.subtract(one, safe), p.add(one, safe))))
    near = polynomial(_CENTRAL, p.subtract(w, _c(2.5, x)))
    far = polynomial(_TAIL, p.subtract(p.sqrt(p.maximum(w, _c(5.0, x))), _c(3.0, x)))
    y = p.multiply(p.where(p.less(w, _c(5.0, x)), near, far), safe)
    # two steps of Newton's method reach the precision of the dtype
    for _ in range(2):
        slope = p.maximum(_gauss(y), _c(1e-30, x))
        y = p.subtract(y, p.divide(p.subtract(_erf(y), safe), slope))
    # constants: a product with infinity would have NaN for its gradient
    edge = p.where(p.less(x, _c(0.0, x)), _c(float("-inf"), x), _c(float("inf"), x))
    outside = p.where(p.equal(p.abs(x), one), edge, _c(float("nan"), x))
    return p.where(inside, y, outside)


@public("keras.ops.erfinv")
@op("x:float", vjp=lambda g, y, x: p.divide(g, _gauss(y)))
def erfinv(x: TensorLike) -> Tensor:
    """The inverse of `erf`; NaN outside -1 to 1.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> round(float(ops.erfinv(0.5)), 4)
    0.4769
    """
    return _in_float32(_erfinv, x)


# Lanczos (1964), g = 7, with the coefficients of Godfrey (2001).
_LANCZOS = (
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
    1.5056327351493116e-7,
)  # fmt: skip


def _lgamma_positive(x: Any) -> Any:
    """For ``x >= 0.5``."""
    z = p.subtract(x, _c(1.0, x))
    total = p.add(p.zeros_like(z), _c(_LANCZOS[0], x))
    for i, coefficient in enumerate(_LANCZOS[1:], start=1):
        total = p.add(total, p.divide(_c(coefficient, x), p.add(z, _c(float(i), x))))
    t = p.add(z, _c(7.5, x))
    half_log_2pi = _c(0.5 * math.log(2 * math.pi), x)
    # (z + 0.5) log(t) - t, arranged so that huge arguments do not overflow
    main = p.multiply(p.add(z, _c(0.5, x)), p.subtract(p.log(t), _c(1.0, x)))
    return p.add(p.add(p.subtract(main, _c(7.0, x)), half_log_2pi), p.log(total))


def _lgamma(x: Any) -> Any:
    half = _c(0.5, x)
    reflect = p.less(x, half)
    safe = p.where(reflect, p.subtract(_c(1.0, x), x), x)
    positive = _lgamma_positive(safe)
    fraction = p.subtract(x, p.floor(x))
    sine = p.abs(p.sin(p.multiply(_c(math.pi, x), fraction)))
    mirrored = p.subtract(p.subtract(_c(math.log(math.pi), x), p.log(sine)), positive)
    out = p.where(reflect, mirrored, positive)
    infinite = p.equal(p.abs(x), _c(float("inf"), x))
    return p.where(infinite, _c(float("inf"), x), out)


@public("keras.ops.lgamma")
@op("x:float", vjp=lambda g, y, x: p.multiply(g, digamma(x)))
def lgamma(x: TensorLike) -> Tensor:
    """The logarithm of the absolute value of the gamma function.

    Args:
        x: A tensor of any shape.

    Example:

    >>> from keras_core import ops
    >>> round(float(ops.lgamma(5.0)), 4)
    3.1781
    """
    return _in_float32(_lgamma, x)


def _digamma(x: Any) -> Any:
    one = _c(1.0, x)
    reflect = p.less(x, _c(0.5, x))
    z = p.where(reflect, p.subtract(one, x), x)
    total = p.zeros_like(z)
    for _ in range(8):  # psi(z) = psi(z + 1) - 1 / z, up to where the series is exact
        small = p.less(z, _c(8.0, x))
        total = p.where(small, p.subtract(total, p.divide(one, z)), total)
        z = p.where(small, p.add(z, one), z)
    inverse = p.divide(one, p.multiply(z, z))
    series = polynomial(
        (-1 / 12, 691 / 32760, -1 / 132, 1 / 240, -1 / 252, 1 / 120, -1 / 12), inverse
    )
    out = p.add(p.subtract(p.log(z), p.divide(_c(0.5, x), z)), p.multiply(inverse, series))
    out = p.add(out, total)
    angle = p.multiply(_c(math.pi, x), p.subtract(x, p.floor(x)))
    cot = p.divide(p.cos(angle), p.sin(angle))
    return p.where(reflect, p.subtract(out, p.multiply(_c(math.pi, x), cot)), out)


@op("x:float")
def digamma(x: TensorLike) -> Any:
    """The derivative of `lgamma`.

    Args:
        x: A tensor of any shape.
    """
    return _in_float32(_digamma, x)
