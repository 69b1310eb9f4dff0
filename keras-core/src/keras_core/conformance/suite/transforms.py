"""Derivatives of functions: what is asked for, and what NumPy gives by the rules of calculus."""

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_core import ops, quantizers

X = np.linspace(-0.8, 1.2, 6).reshape(3, 2)
Y = np.linspace(1.4, 0.3, 6).reshape(3, 2)
W = np.linspace(-1.0, 1.0, 8).reshape(2, 4)


def f(x: Any) -> Any:
    """The sum of ``sin(x) x^2``."""
    return ops.sum(ops.multiply(ops.sin(x), ops.multiply(x, x)))


def df(x: Any) -> Any:
    """Its gradient."""
    return np.cos(x) * x**2 + 2 * x * np.sin(x)


def ddf(x: Any) -> Any:
    """The diagonal of its Hessian."""
    return 4 * x * np.cos(x) + (2 - x**2) * np.sin(x)


def hessian_of_f(x: Any) -> Any:
    """Its Hessian."""
    return np.diag(ddf(x).ravel()).reshape(x.shape * 2)


def g(x: Any) -> Any:
    """``sin(x) W``, of shape (3, 4)."""
    return ops.matmul(ops.sin(x), ops.convert_to_tensor(W, x.dtype))


def jacobian_of_g(x: Any) -> Any:
    """Its Jacobian, of shape (3, 4, 3, 2)."""
    return np.einsum("ik,kj,il->ijlk", np.cos(x), W, np.eye(3))


def _with_aux(x: Any, y: Any) -> tuple[Any, Any]:
    return ops.sum(ops.multiply(ops.multiply(x, x), y)), {"largest": ops.max(y)}


def _places(x: Any, y: Any) -> tuple[Any, Any]:
    return ops.multiply(x, y), {"at": ops.argmax(x, 0), "largest": (ops.max(ops.multiply(x, x)),)}


def _places_of(x: Any) -> Any:
    return {"at": x.argmax(0), "largest": ((x * x).max(),)}


def _of_nest(nest: Any) -> Any:
    a, (b,) = nest["a"], nest["b"]
    return ops.sum(ops.multiply(ops.exp(a), ops.multiply(b, b)))


def _pulled(x: Any, y: Any) -> Any:
    outputs, pullback = ops.vjp(
        lambda x, y: {"product": ops.multiply(x, y), "sine": ops.sin(x)}, x, y
    )
    return outputs, pullback({"product": y, "sine": x})


@ops.custom_gradient
def _tenfold(x: Any) -> Any:
    """``x^2``, with ten times its gradient."""

    def grad(upstream: Any) -> Any:
        return ops.multiply(upstream, ops.multiply(x, 20.0))

    return ops.multiply(x, x), grad


def _pulled_through(x: Any, y: Any) -> Any:
    """The gradients of fake quantisation, with limits for all and with limits for each column."""

    def pulled(low: Any, high: Any, **options: Any) -> Any:
        limits = [ops.convert_to_tensor(v, ops.dtype(x)) for v in (low, high)]
        return ops.grad(
            lambda *xs: ops.sum(
                ops.multiply(quantizers.fake_quant_with_min_max_vars(*xs, **options), y)
            ),
            argnums=(0, 1, 2),
        )(x, *limits)

    columns = np.array([-0.5, -0.3]), np.array([0.9, 0.5])
    return pulled(-0.5, 0.9, num_bits=4), pulled(*columns, narrow_range=True, axis=1)


def _straight_through(x: Any, y: Any) -> Any:
    # the ranges are moved a little, to hold 0: that changes for none of the values where it is
    columns = np.array([-0.5, -0.3]), np.array([0.9, 0.5])
    return tuple(
        (
            y * ((low <= x) & (x <= high)),
            (y * (x < low)).sum(axes),
            (y * (x > high)).sum(axes),
        )
        for (low, high), axes in (((-0.5, 0.9), (0, 1)), (columns, 0))
    )


def _in_a_loop(x: Any) -> Any:
    return ops.sum(ops.fori_loop(0, 3, lambda i, y: ops.multiply(y, x), x))


Transform = tuple[Callable[..., Any], Callable[..., Any]]

TRANSFORMS: dict[str, Transform] = {
    "grad": (lambda x, y: ops.grad(f)(x), lambda x, y: df(x)),
    "grad-argnums": (
        lambda x, y: ops.grad(lambda x, y: f(ops.multiply(x, y)), argnums=(1, 0))(x, y),
        lambda x, y: (df(x * y) * x, df(x * y) * y),
    ),
    "grad-nest": (
        lambda x, y: ops.grad(_of_nest)({"a": x, "b": (y,)}),
        lambda x, y: {"a": np.exp(x) * y**2, "b": (2 * np.exp(x) * y,)},
    ),
    "grad-unused": (
        lambda x, y: ops.grad(lambda x, y: f(x), argnums=(0, 1))(x, y),
        lambda x, y: (df(x), np.zeros_like(y)),
    ),
    "value_and_grad": (
        lambda x, y: ops.value_and_grad(f)(x),
        lambda x, y: ((np.sin(x) * x**2).sum(), df(x)),
    ),
    "value_and_grad-has_aux": (
        lambda x, y: ops.value_and_grad(_with_aux, has_aux=True)(x, y),
        lambda x, y: (((x * x * y).sum(), {"largest": y.max()}), 2 * x * y),
    ),
    "vjp": (
        _pulled,
        lambda x, y: ({"product": x * y, "sine": np.sin(x)}, (y * y + x * np.cos(x), x * y)),
    ),
    "jvp": (
        lambda x, y: ops.jvp(g, (x,), (y,)),
        lambda x, y: (np.sin(x) @ W, (np.cos(x) * y) @ W),
    ),
    "vjp-has_aux": (
        lambda x, y: (lambda out, pull, aux: (out, pull(x), aux))(
            *ops.vjp(_places, x, y, has_aux=True)
        ),
        lambda x, y: (x * y, (x * y, x * x), _places_of(x)),
    ),
    "jvp-has_aux": (
        lambda x, y: ops.jvp(_places, (x, y), (y, x), has_aux=True),
        lambda x, y: (x * y, y * y + x * x, _places_of(x)),
    ),
    "linalg.jvp": (
        lambda x, y: ops.linalg.jvp(ops.multiply, (x, y), (y, x)),
        lambda x, y: (x * y, y * y + x * x),
    ),
    "jacobian": (lambda x, y: ops.jacobian(g)(x), lambda x, y: jacobian_of_g(x)),
    "jacobian-argnums": (
        lambda x, y: ops.jacobian(lambda x, y: ops.multiply(x, y[0]), argnums=(0, 1))(x, y),
        lambda x, y: (
            np.einsum("ik,jl,l->ijkl", np.eye(3), np.eye(2), y[0]),
            np.einsum("ij,jl,k->ijkl", x, np.eye(2), np.eye(3)[0]),
        ),
    ),
    "hessian": (lambda x, y: ops.hessian(f)(x), lambda x, y: hessian_of_f(x)),
    "grad-grad": (
        lambda x, y: ops.grad(lambda x: ops.sum(ops.square(ops.grad(f)(x))))(x),
        lambda x, y: 2 * df(x) * ddf(x),
    ),
    "jvp-grad": (
        lambda x, y: ops.jvp(ops.grad(f), (x,), (y,)),
        lambda x, y: (df(x), ddf(x) * y),
    ),
    "grad-jvp": (
        lambda x, y: ops.grad(lambda x: ops.sum(ops.jvp(ops.sin, (x,), (y,))[1]))(x),
        lambda x, y: -np.sin(x) * y,
    ),
    "grad-loop": (
        lambda x, y: ops.grad(lambda x: ops.sum(ops.square(ops.grad(_in_a_loop)(x))))(x),
        lambda x, y: 2 * 4 * x**3 * 12 * x**2,
    ),
    "custom_gradient": (
        lambda x, y: ops.grad(lambda x: ops.sum(ops.multiply(_tenfold(x), y)))(x),
        lambda x, y: 20 * x * y,
    ),
    "fake_quant": (_pulled_through, _straight_through),
    "stop_gradient": (
        lambda x, y: ops.grad(lambda x: ops.sum(ops.multiply(x, ops.stop_gradient(x))))(x),
        lambda x, y: x,
    ),
    "jit": (lambda x, y: ops.grad(ops.jit(f))(x), lambda x, y: df(x)),
    "vectorized_map": (
        lambda x, y: ops.vectorized_map(ops.grad(f), x),
        lambda x, y: df(x),
    ),
}
"""Calls of ``x`` and ``y``, and what they give."""
