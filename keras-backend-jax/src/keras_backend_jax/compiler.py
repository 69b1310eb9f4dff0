"""jax.jit."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer

try:
    # jax has no public name for it, and the public way below costs a dispatch.
    from jax._src.core import trace_state_clean as _runs_eagerly
except ImportError:

    def _runs_eagerly() -> bool:
        return not isinstance(jnp.zeros(()), Tracer)


def jit(
    fn: Callable[..., Any], *, donate_first: bool, options: dict[str, Any]
) -> Callable[..., Any]:
    """``fn`` compiled by XLA. Options other than ``"xla"`` go to `jax.jit`."""
    options = {k: v for k, v in options.items() if k != "xla"}  # there is no other compiler
    return jax.jit(fn, donate_argnums=(0,) if donate_first else (), **options)


def trace(fn: Callable[..., Any], *args: Any) -> None:
    """Run ``fn`` on tracers, without compiling it."""
    jax.eval_shape(fn, *args)


def is_tracing() -> bool:
    """Whether a transformation of jax is running the caller."""
    return not _runs_eagerly()
