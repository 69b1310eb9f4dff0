"""Differentiation by jax.

Gradients by complex tensors point uphill, as torch's and TensorFlow's do; jax itself
returns the conjugates.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

stop_gradient = jax.lax.stop_gradient
checkpoint = jax.checkpoint


def _differentiable(x: Array) -> bool:
    return jnp.issubdtype(x.dtype, jnp.inexact)


def _conj(x: Array) -> Array:
    return jnp.conj(x) if jnp.iscomplexobj(x) else x


def _fill(xs: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """``values`` where ``xs`` are differentiable, None elsewhere."""
    given = iter(values)
    return [next(given) if _differentiable(x) else None for x in xs]


def value_and_grad(
    fn: Callable[[Sequence[Array]], tuple[Array, Any]], xs: Sequence[Any]
) -> tuple[tuple[Array, Any], list[Array | None]]:
    """Call ``fn(xs) -> (loss, aux)`` and differentiate the loss by each of ``xs``."""
    wanted = [x for x in xs if _differentiable(x)]

    def of_wanted(values: Sequence[Array]) -> tuple[Array, Any]:
        filled = _fill(xs, values)
        return fn([x if v is None else v for v, x in zip(filled, xs, strict=True)])

    result, grads = jax.value_and_grad(of_wanted, has_aux=True)(wanted)
    return result, _fill(xs, [_conj(g) for g in grads])


def vjp(
    fn: Callable[..., list[Array]], xs: Sequence[Array]
) -> tuple[list[Array], Callable[[Sequence[Array]], list[Array | None]]]:
    """``fn(*xs)``, and the function from output to input cotangents."""
    ys, pull = jax.vjp(lambda *xs: list(fn(*xs)), *xs)

    def pullback(dys: Sequence[Array]) -> list[Array | None]:
        dxs = pull([_tangent(y, dy) for y, dy in zip(ys, dys, strict=True)])
        return [_conj(dx) if _differentiable(x) else None for x, dx in zip(xs, dxs, strict=True)]

    return ys, pullback


def _tangent(x: Array, dx: Any) -> Any:
    """``dx`` as jax wants it: integers have tangents of a dtype of their own."""
    if not _differentiable(x):
        return np.zeros(x.shape, jax.dtypes.float0)
    return jnp.zeros_like(x) if dx is None else _conj(dx)


def jvp(
    fn: Callable[..., list[Array]], xs: Sequence[Array], tangents: Sequence[Array]
) -> tuple[list[Array], list[Array]]:
    """``fn(*xs)``, and its derivative along ``tangents``."""
    given = tuple(
        t if _differentiable(x) else _tangent(x, None) for x, t in zip(xs, tangents, strict=True)
    )
    ys, dys = jax.jvp(lambda *xs: list(fn(*xs)), tuple(xs), given)
    return ys, [
        dy if _differentiable(y) else jnp.zeros_like(y) for y, dy in zip(ys, dys, strict=True)
    ]


def custom_gradient(
    fn: Callable[..., tuple[list[Array], Callable[..., list[Array | None]]]],
    xs: Sequence[Array],
) -> list[Array]:
    """Call ``fn(*xs) -> (ys, pullback)`` so that ``pullback(*dys) -> dxs`` is its gradient."""

    @jax.custom_gradient
    def run(*xs: Array) -> Any:
        ys, pullback = fn(*xs)

        def pull(dys: Sequence[Array]) -> tuple[Any, ...]:
            dxs = pullback(*(_conj(dy) for dy in dys))
            return tuple(_tangent(x, dx) for x, dx in zip(xs, dxs, strict=True))

        return list(ys), pull

    return run(*xs)
