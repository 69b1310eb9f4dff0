"""Rows of elementwise operations."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core.conformance.operations.references import erf, erfc, lgamma, sigmoid
from keras_core.conformance.operations.rows import Row, bools, floats, ints


def _unary() -> Iterator[Row]:
    simple: dict[str, tuple[Callable[..., Any], float, float]] = {
        "exp": (np.exp, -2, 2),
        "exp2": (np.exp2, -2, 2),
        "expm1": (np.expm1, -2, 2),
        "log": (np.log, 0.1, 4),
        "log2": (np.log2, 0.1, 4),
        "log10": (np.log10, 0.1, 4),
        "log1p": (np.log1p, -0.9, 4),
        "sqrt": (np.sqrt, 0.1, 4),
        "rsqrt": (lambda x: 1 / np.sqrt(x), 0.1, 4),
        "reciprocal": (lambda x: 1 / x, 0.2, 4),
        "square": (np.square, -2, 2),
        "sin": (np.sin, -4, 4),
        "cos": (np.cos, -4, 4),
        "tan": (np.tan, -1.2, 1.2),
        "arcsin": (np.arcsin, -0.9, 0.9),
        "arccos": (np.arccos, -0.9, 0.9),
        "arctan": (np.arctan, -4, 4),
        "sinh": (np.sinh, -3, 3),
        "cosh": (np.cosh, -3, 3),
        "tanh": (np.tanh, -3, 3),
        "arcsinh": (np.arcsinh, -4, 4),
        "arccosh": (np.arccosh, 1.2, 5),
        "arctanh": (np.arctanh, -0.9, 0.9),
        "erf": (erf, -3, 3),
        "erfc": (erfc, -3, 3),
        "lgamma": (lgamma, 0.2, 8),
        "negative": (np.negative, -2, 2),
        "sigmoid": (sigmoid, -6, 6),
        "log_sigmoid": (lambda x: np.log(sigmoid(x)), -6, 6),
        "softplus": (lambda x: np.log1p(np.exp(x)), -6, 6),
        "softsign": (lambda x: x / (1 + np.abs(x)), -3, 3),
        "swish": (lambda x: x * sigmoid(x), -4, 4),
        "silu": (lambda x: x * sigmoid(x), -4, 4),
        "gelu": (
            lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
            -3,
            3,
        ),
        "tanh_shrink": (lambda x: x - np.tanh(x), -3, 3),
        "squareplus": (lambda x: (x + np.sqrt(x * x + 4)) / 2, -3, 3),
    }
    for name, (fn, low, high) in simple.items():
        yield Row(name, (floats(2, 3, low=low, high=high),), fn)
        yield Row(name, (floats(low=low, high=high),), fn, label="0d")
        yield Row(name, (floats(0, 3, low=low, high=high),), fn, label="empty")
    kinked: dict[str, Callable[..., Any]] = {
        "abs": np.abs,
        "absolute": np.abs,
        "relu": lambda x: np.maximum(x, 0),
        "relu6": lambda x: np.clip(x, 0, 6),
        "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
        "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
        "celu": lambda x: np.maximum(x, 0) + np.minimum(np.expm1(x), 0),
        "selu": lambda x: (
            1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0)))
        ),
        "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
        "hard_swish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
        "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
        "hard_tanh": lambda x: np.clip(x, -1, 1),
        "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
        "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
        "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x)),
        "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    }
    for name, fn in kinked.items():
        yield Row(name, (floats(4, 5, low=-3.1, high=3.3, spread=True),), fn)
    for name, fn in {
        "floor": np.floor,
        "ceil": np.ceil,
        "round": np.round,
        "sign": np.sign,
        "isnan": np.isnan,
        "isinf": np.isinf,
        "isfinite": np.isfinite,
    }.items():
        yield Row(name, (floats(2, 3),), fn, differentiable=False)
    yield Row(
        "gelu",
        (floats(2, 3),),
        lambda x: 0.5 * x * (1 + erf(x / math.sqrt(2))),
        {"approximate": False},
        label="exact",
    )
    yield Row(
        "round", (floats(2, 3),), lambda x: np.round(x, 1), {"decimals": 1}, False, label="decimals"
    )


def _binary() -> Iterator[Row]:
    two = (floats(2, 3, low=0.3, high=3), floats(2, 3, low=0.3, high=3))
    wide = (floats(2, 1, 3, low=0.3, high=3), floats(4, 1, low=0.3, high=3))
    for name, fn in {
        "add": np.add,
        "subtract": np.subtract,
        "multiply": np.multiply,
        "divide": np.divide,
        "true_divide": np.divide,
        "divide_no_nan": np.divide,
        "power": np.power,
        "arctan2": np.arctan2,
    }.items():
        yield Row(name, two, fn)
        yield Row(name, wide, fn, label="broadcast")
    apart = (floats(3, 4, spread=True), floats(3, 4, low=-1.9, high=2.1, spread=True))
    yield Row("maximum", apart, np.maximum)
    yield Row("minimum", apart, np.minimum)
    yield Row("floor_divide", two, np.floor_divide, differentiable=False)
    yield Row("mod", (floats(2, 3, low=0.1, high=5), floats(2, 3, low=5.5, high=7)), np.mod)
    for name, fn in {
        "equal": np.equal,
        "not_equal": np.not_equal,
        "less": np.less,
        "less_equal": np.less_equal,
        "greater": np.greater,
        "greater_equal": np.greater_equal,
    }.items():
        yield Row(name, (ints(3, 4), ints(3, 4)), fn, differentiable=False)
    flags = (bools(3, 4), bools(3, 4))
    yield Row("logical_and", flags, np.logical_and, differentiable=False)
    yield Row("logical_or", flags, np.logical_or, differentiable=False)
    yield Row("logical_xor", flags, np.logical_xor, differentiable=False)
    yield Row("logical_not", flags[:1], np.logical_not, differentiable=False)
    for name, fn in {
        "bitwise_and": np.bitwise_and,
        "bitwise_or": np.bitwise_or,
        "bitwise_xor": np.bitwise_xor,
        "left_shift": np.left_shift,
        "right_shift": np.right_shift,
    }.items():
        yield Row(name, (ints(3, 4, high=9), ints(3, 4)), fn, differentiable=False)
    yield Row("bitwise_not", (ints(3),), np.bitwise_not, differentiable=False)
    yield Row(
        "clip",
        (floats(4, 4, low=-3, high=3, spread=True),),
        lambda x: np.clip(x, -1.04, 1.06),
        {"x_min": -1.04, "x_max": 1.06},
    )
    yield Row("isclose", (floats(3), floats(3)), np.isclose, differentiable=False)
    yield Row("where", (bools(3, 1), floats(3, 2), floats(2)), np.where, label="broadcast")


def _numpy_names() -> Iterator[Row]:
    for name in ("cbrt", "deg2rad", "rad2deg", "fabs", "sinc", "i0", "conj", "conjugate", "real"):
        yield Row(name, (floats(3, 4, low=0.2, high=3),), getattr(np, name))
    for name in ("signbit", "trunc", "isposinf", "isneginf", "isreal", "angle"):
        yield Row(name, (floats(3, 4),), getattr(np, name), differentiable=False)
    two = (floats(2, 3, low=0.3, high=3, spread=True), floats(2, 3, low=0.4, high=3.1, spread=True))
    for name in ("float_power", "hypot", "logaddexp", "logaddexp2", "fmax", "fmin", "copysign"):
        yield Row(name, two, getattr(np, name))
    for name in ("gcd", "lcm"):
        yield Row(name, (ints(3, 4, high=20), ints(3, 4, high=20)), getattr(np, name), {}, False)
    yield Row("ldexp", (floats(3), ints(3)), np.ldexp)
    yield Row("nan_to_num", (floats(3),), np.nan_to_num)


def _erfinv(x: Any) -> Any:
    import scipy.special

    return scipy.special.erfinv(x)


def _gammainc(a: Any, x: Any) -> Any:
    import scipy.special

    return scipy.special.gammainc(a, x)


def _more() -> Iterator[Row]:
    yield Row("erfinv", (floats(3, 4, low=-0.95, high=0.95),), _erfinv, tolerance=5)
    yield Row(
        "gammainc",
        (floats(3, 4, low=0.3, high=5), floats(3, 4, low=0.1, high=8)),
        _gammainc,
        {},
        False,
        tolerance=5,
    )
    two = floats(3, 4, low=0.3, high=3, spread=True), floats(3, 4, low=0.4, high=3.1, spread=True)
    yield Row("fmod", (floats(3, 4, low=-5, high=5), two[1]), np.fmod, {}, False)
    yield Row("heaviside", (floats(3, 4, spread=True), floats(3, 4)), np.heaviside, {}, False)
    yield Row("nextafter", (floats(3), floats(3)), lambda a, b: a, {}, False)
    for name in ("bitwise_invert",):
        yield Row(name, (ints(3),), np.bitwise_not, {}, False)
    for name, fn in (
        ("bitwise_left_shift", np.left_shift),
        ("bitwise_right_shift", np.right_shift),
    ):
        yield Row(name, (ints(3, high=9), ints(3)), fn, {}, False)


def rows() -> Iterator[Row]:
    """All rows of the family."""
    yield from _unary()
    yield from _binary()
    yield from _numpy_names()
    yield from _more()
