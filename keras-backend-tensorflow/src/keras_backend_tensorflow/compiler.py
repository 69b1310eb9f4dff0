"""The compiler: `tf.function`, with XLA on request."""

import functools
from collections.abc import Callable
from typing import Any

from keras_backend_tensorflow._engine import tf, xla_scope


def jit(
    fn: Callable[..., Any], *, donate_first: bool, options: dict[str, Any]
) -> Callable[..., Any]:
    """A `tf.function`. Shapes that vary become unknown ones, instead of one trace for each.

    ``{"xla": True}`` compiles with XLA; other options are arguments of `tf.function`.
    """
    settings: dict[str, Any] = {"reduce_retracing": True, "autograph": False, **options}
    if settings.pop("xla", False):
        settings["jit_compile"] = True
    compiled: Callable[..., Any] = tf.function(
        _marked(fn) if settings.get("jit_compile") else fn, **settings
    )
    return compiled


def _marked(fn: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    def traced(*args: Any, **kwargs: Any) -> Any:
        with xla_scope():
            return fn(*args, **kwargs)

    return traced


def is_tracing() -> bool:
    """Whether the caller is being traced."""
    tracing: bool = tf.inside_function()
    return tracing
