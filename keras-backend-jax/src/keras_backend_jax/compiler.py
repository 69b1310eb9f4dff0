"""jax.jit."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer

from keras_core_plugins.compile_cache import compile_cache

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


is_converting: ContextVar[bool] = ContextVar("is_converting", default=False)
"""Whether what is traced goes to a converter, which knows no products of small integers."""


def keep_compiled() -> None:
    """Let jax keep what it compiles for the next start, unless the user has told it where."""
    config: Any = jax.config
    if config.jax_compilation_cache_dir is not None:
        return
    folder = compile_cache("jax", jax.__version__)
    if folder is None:
        return
    config.update("jax_compilation_cache_dir", str(folder))
    if config.jax_persistent_cache_min_compile_time_secs == 1.0:  # jax's default
        config.update("jax_persistent_cache_min_compile_time_secs", 0.1)


def trace(fn: Callable[..., Any], *args: Any) -> None:
    """Run ``fn`` on tracers, without compiling it."""
    jax.eval_shape(fn, *args)


def is_tracing() -> bool:
    """Whether a transformation of jax is running the caller."""
    return not _runs_eagerly()
