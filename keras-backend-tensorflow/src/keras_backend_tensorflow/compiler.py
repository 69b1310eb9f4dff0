"""The compiler: `tf.function`, with XLA on request."""

import contextlib
import functools
from collections.abc import Callable
from typing import Any

from keras_backend_tensorflow._engine import tf, xla_scope


def jit(
    fn: Callable[..., Any], *, donate_first: bool, options: dict[str, Any]
) -> Callable[..., Any]:
    """A `tf.function`. Shapes that vary become unknown ones, instead of one trace for each.

    Where the number of axes varies, there is a function for each.

    ``{"xla": True}`` compiles with XLA; other options are arguments of `tf.function`.
    """
    settings: dict[str, Any] = {"reduce_retracing": True, "autograph": False, **options}
    if settings.pop("xla", False):
        settings["jit_compile"] = True
    scope = xla_scope if settings.get("jit_compile") else contextlib.nullcontext

    @functools.wraps(fn)
    def traced(*args: Any, **kwargs: Any) -> Any:
        if None in _ranks(args, kwargs):
            raise _UnknownRankError
        with scope():
            return fn(*args, **kwargs)

    first = tf.function(traced, **settings)
    by_ranks: dict[tuple[int | None, ...], Any] = {}

    @functools.wraps(fn)
    def compiled(*args: Any, **kwargs: Any) -> Any:
        if not by_ranks:
            try:
                return first(*args, **kwargs)
            except _UnknownRankError:
                pass
        ranks = _ranks(args, kwargs)
        if ranks not in by_ranks:
            by_ranks[ranks] = tf.function(traced, **settings)
        return by_ranks[ranks](*args, **kwargs)

    return compiled


class _UnknownRankError(Exception):
    """Raised while a function is traced for tensors of any number of axes."""


def _ranks(args: Any, kwargs: Any) -> tuple[int | None, ...]:
    flat = tf.nest.flatten((args, kwargs))
    return tuple(x.shape.rank for x in flat if isinstance(x, tf.Tensor))


def is_tracing() -> bool:
    """Whether the caller is being traced."""
    tracing: bool = tf.inside_function()
    return tracing
