"""Functions of jax as primitives: compiled, and for dtypes that they have no kernel for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array


def static(*positions: int) -> Callable[[Callable[..., Any]], Any]:
    """`op` as a decorator of functions with static arguments at ``positions``."""
    return lambda fn: op(fn, *positions)


def op(fn: Callable[..., Any], *positions: int) -> Any:
    """``fn`` compiled once for each value of its last arguments, those at ``positions``."""
    if not positions:
        return jax.jit(fn, inline=True)
    first = positions[0]
    variants: dict[Any, Any] = {}  # to look one up takes jax longer

    @wraps(fn)
    def call(*args: Any) -> Any:
        try:
            run = variants[args[first:]]
        except (KeyError, TypeError):
            options = _frozen(args[first:])
            if options not in variants:
                if len(variants) > 1000:
                    variants.clear()
                variants[options] = jax.jit(lambda *xs: fn(*xs, *options), inline=True)
            run = variants[options]
        return run(*args[:first])

    return call


def _frozen(x: Any) -> Any:
    """Lists as tuples, which can be keys."""
    return tuple(map(_frozen, x)) if type(x) in (list, tuple) else x


def wide(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn`` computed in float32 for narrower floats, for which it has no kernel."""

    @wraps(fn)
    def call(x: Array, *args: Any) -> Any:
        if x.dtype not in (jnp.float16, jnp.bfloat16):
            return fn(x, *args)
        wide = lambda t: t.astype(jnp.float32) if isinstance(t, Array) else t  # noqa: E731
        back = lambda y: y.astype(x.dtype) if y.dtype == jnp.float32 else y  # noqa: E731
        return jax.tree.map(back, fn(wide(x), *map(wide, args)))

    return call
