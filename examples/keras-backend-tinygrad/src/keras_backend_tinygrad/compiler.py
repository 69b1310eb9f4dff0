"""Whole functions as one list of kernels, by tinygrad's own `TinyJit`."""

from collections.abc import Callable
from itertools import repeat
from typing import Any

from tinygrad import Tensor, TinyJit

from keras_backend_tinygrad.tensors import HostNeeded, Tracing, is_tracing, plain, view
from keras_core_plugins.nest import Nests

__all__ = ["is_tracing", "jit", "trace"]

_NESTS = Nests(Tensor, lambda x: (x.shape, x.dtype))
_HOLE = Tensor(0)


def jit(
    fn: Callable[..., Any], *, donate_first: bool, options: dict[str, Any]
) -> Callable[..., Any]:
    """``fn`` recorded once for each structure, shape and dtype of its arguments.

    Where it needs values on the host it is run eagerly instead, from then on.
    """
    recorded: dict[Any, Callable[[list[Tensor]], list[Tensor]]] = {}
    eager: set[Any] = set()
    structures: dict[Any, Any] = {}

    def call(*args: Any) -> Any:
        key = _NESTS.signature(args)
        if key in eager:
            return fn(*args)
        if key not in recorded:

            def flat(values: list[Tensor]) -> list[Tensor]:
                with Tracing():
                    out = fn(*_NESTS.rebuild(args, map(view, values)))
                structures[key] = _NESTS.rebuild(out, repeat(_HOLE))  # keeps no memory alive
                # A result that is an argument, or given twice, is a result of its own.
                return [x.clone() for x in _NESTS.flatten(out)]

            recorded[key] = TinyJit(flat)
        try:
            results = recorded[key](_buffered(_NESTS.flatten(args)))
        except HostNeeded:
            eager.add(key)
            return fn(*args)
        # The next call writes into the same memory.
        kept = [view(x.clone()) for x in results]
        if kept:
            Tensor.realize(*kept)
        return _NESTS.rebuild(structures[key], kept)

    return call


def trace(fn: Callable[..., Any], *args: Any) -> None:
    """Run ``fn`` without computing anything, unless it needs values on the host."""
    try:
        with Tracing():
            fn(*args)
    except HostNeeded:
        fn(*args)


def _buffered(xs: list[Tensor]) -> list[Tensor]:
    """The tensors in memory of their own: `TinyJit` takes no constants, and no memory twice."""
    seen: set[Any] = set()
    ready: list[Tensor] = []
    copies: list[Tensor] = []
    for x in map(plain, xs):
        if x.uop.has_buffer_identity() and x.uop.base not in seen:
            seen.add(x.uop.base)
        else:
            x = x.clone()
            copies.append(x)
        ready.append(x)
    if copies:
        Tensor.realize(*copies)
    return ready
