"""Random numbers that operations and `keras.random` share."""

import math
from collections.abc import Sequence
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.tensors import runtime
from keras_core.core.tensors.symbolic import Dim, KerasTensor


def _box_muller(seed: Any, shape: Any, dtype: str) -> Any:
    """By the method of Box and Muller (1958)."""
    u = p.random_uniform(seed, (2, *shape), dtype)
    n = tuple(0 for _ in shape)
    ones = (1,) * (len(shape) + 1)
    first = p.reshape(p.slice(u, (0, *n), (1, *shape), ones), shape)
    second = p.reshape(p.slice(u, (1, *n), (2, *shape), ones), shape)
    one = p.const(1, first)
    radius = p.sqrt(p.multiply(p.const(-2, first), p.log(p.subtract(one, first))))
    return p.multiply(radius, p.cos(p.multiply(p.const(2 * math.pi, second), second)))


_drawn = runtime.OVERRIDES.get("random_normal", _box_muller)


def standard_normal(seed: Any, shape: Sequence[Any], dtype: str) -> Any:
    """Numbers of the normal distribution with mean 0 and variance 1."""
    known = type(seed) is not KerasTensor and Dim not in map(type, shape)
    return (_drawn if known else _box_muller)(seed, shape, dtype)
