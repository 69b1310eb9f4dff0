"""Fourier transforms and random numbers."""

from typing import Any

from keras_core.core.dispatch.op import primitive, spec
from keras_core.core.primitives._rules import const, known, same
from keras_core.core.primitives.elementwise import divide, multiply
from keras_core.core.tensors import runtime
from keras_core.core.tensors.native import shape_of
from keras_core.core.tensors.symbolic import Dim, KerasTensor


def _fft_vjp(g: Any, y: Any, x: Any, inverse: bool) -> Any:
    # The transform is n times unitary one way and 1/n the other.
    n = const(shape_of(x)[-1], g)
    return divide(fft(g, False), n) if inverse else multiply(fft(g, True), n)


fft = primitive("x [inverse]", same, _fft_vjp, "fft")

_random_uniform = runtime.PRIMITIVES.random_uniform


def random_uniform(seed: Any, shape: Any, dtype: str) -> Any:
    """See `keras_core_plugins.protocol.Primitives.random_uniform`."""
    if type(seed) is KerasTensor or any(isinstance(d, Dim) for d in shape):
        return spec(tuple(known(d) for d in shape), dtype)
    return _random_uniform(seed, shape, dtype)
