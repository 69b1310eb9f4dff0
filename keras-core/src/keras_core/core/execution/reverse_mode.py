"""Reverse-mode differentiation by the tape: the `Autodiff` service for backends without one.

The gradient rules are written with recorded functions, so a tape around a tape gives
derivatives of higher order.
"""

from collections.abc import Callable, Sequence
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.tape import Tape, is_recording, mark, record_call, recording


def gradients(
    tape: Tape, ys: Sequence[Any], cotangents: Sequence[Any], xs: Sequence[Any]
) -> list[Any]:
    """The gradients of ``sum(ys * cotangents)`` by each of ``xs``; None if independent."""
    grads: dict[int, Any] = {}

    def accumulate(x: Any, g: Any) -> None:
        held = grads.get(id(x))
        grads[id(x)] = g if held is None else p.add(held, g)

    for y, g in zip(ys, cotangents, strict=True):
        if g is not None:
            accumulate(y, g)
    watched = {id(x) for x in xs}
    for entry in reversed(tape.entries):
        gs = [grads.get(id(y)) for y in entry.outputs]
        if all(g is None for g in gs):
            continue
        for y in entry.outputs:
            if id(y) not in watched:
                grads.pop(id(y), None)
        if entry.single:
            out_grad: Any = gs[0]
            out: Any = entry.outputs[0]
        else:
            out_grad = [
                p.zeros_like(y) if g is None else g for g, y in zip(gs, entry.outputs, strict=True)
            ]
            out = entry.outputs
        in_grads = entry.rule(out_grad, out, *entry.args)
        if not isinstance(in_grads, (tuple, list)):
            in_grads = (in_grads,)
        if len(in_grads) != len(entry.inputs):
            raise RuntimeError(
                f"The gradient rule {entry.rule.__qualname__} returned {len(in_grads)} "
                f"gradients for {len(entry.inputs)} tensor arguments."
            )
        for x, g in zip(entry.inputs, in_grads, strict=True):
            if g is not None and id(x) in tape.tracked:
                accumulate(x, fit(g, x))
    return [grads.get(id(x)) for x in xs]


def fit(g: Any, x: Any) -> Any:
    """The gradient ``g`` summed over what was broadcast, so that it has the shape of ``x``."""
    shape, wanted = native.shape_of_tensor(g), native.shape_of_tensor(x)
    if shape != wanted:
        extra = len(shape) - len(wanted)
        axes = tuple(range(extra)) + tuple(
            i + extra for i, d in enumerate(wanted) if d == 1 and shape[i + extra] != 1
        )
        if axes:
            g = p.sum(g, axes, False)
        if native.shape_of_tensor(g) != wanted:
            g = p.broadcast_to(p.reshape(g, wanted), wanted)
    dtype = native.dtype_of_tensor(x)
    g_dtype = native.dtype_of_tensor(g)
    if g_dtype != dtype:
        if g_dtype in dtypes.COMPLEX and dtype in dtypes.FLOATS:
            g = p.real(g)
        g = p.cast(g, dtype)
    return g


def _input(x: Any) -> Any:
    """``x`` as a new tensor to differentiate by: the same one given twice is two inputs."""
    x = p.identity(x)
    # While a tape around this one is active, it has recorded that very tensor, marked already.
    return x if is_recording() else mark(x)


def value_and_grad(
    fn: Callable[[Sequence[Any]], tuple[Any, Any]], xs: Sequence[Any]
) -> tuple[tuple[Any, Any], list[Any]]:
    """The `Autodiff` service's function of this name, by the tape."""
    xs = [_input(x) for x in xs]
    tape = Tape(xs)
    with recording(tape):
        loss, aux = fn(xs)
    seed = p.ones_like(loss)
    return (loss, aux), gradients(tape, [loss], [seed], xs)


def vjp(
    fn: Callable[..., list[Any]], xs: Sequence[Any]
) -> tuple[list[Any], Callable[[Sequence[Any]], list[Any]]]:
    """The `Autodiff` service's function of this name, by the tape."""
    xs = [_input(x) for x in xs]
    tape = Tape(xs)
    with recording(tape):
        ys = list(fn(*xs))
    return ys, lambda cotangents: gradients(tape, ys, cotangents, xs)


def stop_gradient(x: Any) -> Any:
    """``x`` as a new tensor that no tape has seen."""
    with recording(None):
        return p.identity(x)


def custom_gradient(
    fn: Callable[..., tuple[list[Any], Callable[..., list[Any]]]], xs: Sequence[Any]
) -> list[Any]:
    """The `Autodiff` service's function of this name, by the tape."""
    with recording(None):
        ys, pullback = fn(*xs)
        ys = [mark(p.identity(y)) for y in ys]
    if is_recording():
        record_call(lambda g: pullback(*g), xs, ys)
    return ys
