"""Whole functions as one list of kernels, by tinygrad's own `TinyJit`."""

from collections.abc import Callable
from typing import Any

from tinygrad import Tensor, TinyJit

from keras_backend_tinygrad.tensors import HostNeeded, Tracing, is_tracing, plain, view

__all__ = ["is_tracing", "jit", "trace"]


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
        leaves: list[Tensor] = []
        key = _signature(args, leaves)
        if key in eager:
            return fn(*args)
        if key not in recorded:

            def flat(values: list[Tensor]) -> list[Tensor]:
                results: list[Tensor] = []
                with Tracing():
                    out = fn(*_rebuilt(args, map(view, values)))
                structures[key] = _hollow(out, results)
                # A result that is an argument, or given twice, is a result of its own.
                return [x.clone() for x in results]

            recorded[key] = TinyJit(flat)
        try:
            results = recorded[key](_buffered(leaves))
        except HostNeeded:
            eager.add(key)
            return fn(*args)
        # The next call writes into the same memory.
        kept = [view(x.clone()) for x in results]
        if kept:
            Tensor.realize(*kept)
        return _rebuilt(structures[key], iter(kept))

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


def _signature(x: Any, leaves: list[Tensor]) -> Any:
    """The structure of a nest, as a key; its tensors are added to ``leaves``."""
    if isinstance(x, Tensor):
        leaves.append(x)
        return x.shape, x.dtype
    if isinstance(x, dict):
        return dict, tuple((k, _signature(v, leaves)) for k, v in x.items())
    if isinstance(x, (list, tuple)):
        return type(x), tuple(_signature(v, leaves) for v in x)
    return x


def _hollow(x: Any, leaves: list[Tensor]) -> Any:
    """A nest in which nothing keeps memory alive; its tensors are added to ``leaves``."""
    if isinstance(x, Tensor):
        leaves.append(x)
        return _HOLE
    return _mapped(x, lambda v: _hollow(v, leaves))


def _rebuilt(x: Any, values: Any) -> Any:
    """A nest with the next of ``values`` in the place of each tensor."""
    if isinstance(x, Tensor):
        return next(values)
    return _mapped(x, lambda v: _rebuilt(v, values))


_HOLE = Tensor(0)


def _mapped(x: Any, fn: Callable[[Any], Any]) -> Any:
    if isinstance(x, dict):
        return type(x)((k, fn(v)) for k, v in x.items())
    if isinstance(x, tuple):
        items = [fn(v) for v in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    return [fn(v) for v in x] if isinstance(x, list) else x
