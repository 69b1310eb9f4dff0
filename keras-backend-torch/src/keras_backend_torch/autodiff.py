"""Differentiation by torch's own autograd."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor

from keras_backend_torch.compiler import eager, opaque
from keras_backend_torch.layouts import gradients_as


class _Level(threading.local):
    """How many of the functions below are running in this thread."""

    def __init__(self) -> None:
        self.depth = 0


_level = _Level()

no_grad = torch.no_grad
"""A context in which nothing is recorded for derivatives."""


def is_nested() -> bool:
    """Whether derivatives of derivatives may be wanted."""
    return _level.depth > 1


@contextmanager
def _watching(xs: Sequence[Any]) -> Iterator[tuple[list[Any], bool]]:
    """``xs`` ready to be differentiated by, and whether someone outside differentiates too.

    Parameters are watched in place, since the function reads them itself. Others get a
    node of their own, so that uses of them elsewhere do not count.
    """
    outside = _level.depth > 0
    unfrozen, watched = [], []
    _level.depth += 1
    try:
        with torch.enable_grad():
            for x in xs:
                if not (x.is_floating_point() or x.is_complex()):
                    watched.append(x)
                elif isinstance(x, torch.nn.Parameter):
                    if not x.requires_grad:
                        unfrozen.append(x.requires_grad_(True))
                    watched.append(x)
                elif x.requires_grad:
                    outside = True
                    watched.append(x.view_as(x))
                else:
                    watched.append(x.detach().requires_grad_(True))
            yield watched, outside
    finally:
        _level.depth -= 1
        for x in unfrozen:
            x.requires_grad_(False)


# Under torch.compile the function to differentiate is compiled, and what is around it is not:
# torch does not compile calls of `torch.autograd.grad`.
_around = partial(opaque, recursive=False)


@_around
def _gradients(
    ys: Sequence[Tensor],
    xs: Sequence[Tensor],
    dys: Sequence[Tensor | None] | None,
    **options: bool,
) -> list[Tensor | None]:
    """`torch.autograd.grad`, where some of ``ys`` and ``xs`` may be no part of a graph."""
    live = [i for i, y in enumerate(ys) if y.requires_grad and (dys is None or dys[i] is not None)]
    inputs = [x for x in xs if x.requires_grad]
    if not live or not inputs:
        return [None] * len(xs)
    grads = torch.autograd.grad(
        [ys[i] for i in live],
        inputs,
        None if dys is None else [dys[i] for i in live],
        allow_unused=True,
        **options,
    )
    found = iter(gradients_as(grads, inputs))
    return [next(found) if x.requires_grad else None for x in xs]


# torch.func has transforms of its own, inside which tensors cannot be watched.
_inside_vmap = torch._C._are_functorch_transforms_active


@_around
def value_and_grad(
    fn: Callable[[Sequence[Tensor]], tuple[Tensor, Any]], xs: Sequence[Any]
) -> tuple[tuple[Tensor, Any], list[Tensor | None]]:
    """Call ``fn(xs) -> (loss, aux)`` and differentiate the loss by each of ``xs``."""
    if _inside_vmap():
        grads = torch.func.grad(lambda values: fn(list(values))[0])(tuple(xs))
        return fn(xs), list(grads)
    with _watching(xs) as (watched, outside):
        loss, aux = (eager(fn) if outside else fn)(watched)
        grads = _gradients([loss], watched, None, create_graph=outside)
    return (loss if outside else loss.detach(), aux), grads


@_around
def vjp(
    fn: Callable[..., list[Tensor]], xs: Sequence[Tensor]
) -> tuple[list[Tensor], Callable[[Sequence[Tensor]], list[Tensor | None]]]:
    """``fn(*xs)``, and the function from output to input cotangents."""
    if _inside_vmap():
        ys, pull = torch.func.vjp(lambda *xs: list(fn(*xs)), *xs)
        return ys, lambda dys: list(
            pull([torch.zeros_like(y) if dy is None else dy for y, dy in zip(ys, dys, strict=True)])
        )
    with _watching(xs) as (watched, outside):
        ys = list(eager(fn)(*watched))

    def pullback(dys: Sequence[Tensor]) -> list[Tensor | None]:
        again = (
            outside or _level.depth > 0 or any(dy is not None and dy.requires_grad for dy in dys)
        )
        return _gradients(ys, watched, dys, retain_graph=True, create_graph=again)

    return ys, pullback


@_around
def jvp(
    fn: Callable[..., list[Tensor]], xs: Sequence[Tensor], tangents: Sequence[Tensor]
) -> tuple[list[Tensor], list[Tensor]]:
    """``fn(*xs)``, and its derivative along ``tangents``.

    A pullback is linear, and the pullback of the pullback is the wanted map. It takes two
    reverse passes, and works wherever second derivatives do, `value_and_grad` inside included.
    """
    with _watching(xs) as (watched, outside):
        ys = list(eager(fn)(*watched))
        seeds = [torch.zeros_like(y, requires_grad=y.requires_grad) for y in ys]
        dxs = _gradients(ys, watched, seeds, create_graph=True)
        used = [(dx, t) for dx, t in zip(dxs, tangents, strict=True) if dx is not None]
        dys = _gradients([dx for dx, _ in used], seeds, [t for _, t in used], create_graph=outside)
    # An output that does not depend on the inputs does not move with them.
    return ys, [torch.zeros_like(y) if dy is None else dy for y, dy in zip(ys, dys, strict=True)]


def stop_gradient(x: Tensor) -> Tensor:
    """``x`` as a constant."""
    return x.detach()


class _Custom(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, fn: Callable[..., Any], record: bool, *xs: Tensor) -> tuple[Tensor, ...]:
        with torch.set_grad_enabled(record):
            ys, ctx.pullback = fn(*xs)
        return tuple(y.detach() for y in ys)

    @staticmethod
    def backward(ctx: Any, *dys: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]  # torch leaves the signature open
        return (None, None, *ctx.pullback(*dys))


def custom_gradient(
    fn: Callable[..., tuple[list[Tensor], Callable[..., list[Tensor | None]]]],
    xs: Sequence[Tensor],
) -> list[Tensor]:
    """Call ``fn(*xs) -> (ys, pullback)`` so that ``pullback(*dys) -> dxs`` is its gradient."""
    # What the pullback keeps has to know its own history if it is differentiated in turn.
    # Inside a single `value_and_grad` it is not; around user code nobody knows.
    record = torch.is_grad_enabled() and _level.depth != 1
    return list(_Custom.apply(fn, record, *xs))


def checkpoint(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn``, whose intermediate results are computed anew for the gradient, not kept."""
    from torch.utils import checkpoint as torch_checkpoint  # takes a while to import

    def call(*xs: Any) -> Any:
        # An error that ends the second run early would pass through code that explains errors.
        with torch_checkpoint.set_checkpoint_early_stop(False):
            return torch_checkpoint.checkpoint(fn, *xs, use_reentrant=False)

    return call
