"""Channels first and last.

OpenVINO's kernels have the channels first, the protocol has them last. A convolution and what
follows it element by element stay in OpenVINO's order: the transposition moves behind each
operation, until it meets its inverse in front of the next convolution.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import openvino as ov
from openvino import opset15 as op

from keras_backend_openvino.graph import Output, ints, sizes


def _to_last(rank: int) -> tuple[int, ...]:
    return (0, *range(2, rank), 1)


def _source(x: Output) -> Output | None:
    """What ``x`` is with the channels first, if it was made by `last`."""
    node = x.get_node()
    if node.get_type_name() != "Transpose":
        return None
    order = node.input_value(1).get_node()
    if order.get_type_name() != "Constant" or len(order.get_data()) < 3:
        return None
    return node.input_value(0) if (*order.get_data(),) == _to_last(len(order.get_data())) else None


def is_last(x: Output) -> bool:
    """Whether ``x`` was made by `last`."""
    return _source(x) is not None


def first(x: Any) -> Output:
    """``x`` with the channels first."""
    x = x.output(0) if isinstance(x, ov.Node) else x
    rank = len(x.get_partial_shape())
    source = _source(x)
    if source is not None:
        return source
    return op.transpose(x, ints((0, rank - 1, *range(1, rank - 1)))).output(0)


def last(x: Any) -> Output:
    """``x`` with the channels last."""
    x = x.output(0) if isinstance(x, ov.Node) else x
    return op.transpose(x, ints(_to_last(len(x.get_partial_shape())))).output(0)


def _moved(args: Sequence[Any]) -> int:
    """The rank of the operands that have the channels first; 0 to leave things as they are."""
    outputs = [a for a in args if isinstance(a, Output)]
    rank = next((len(sizes(x)) for x in outputs if _source(x) is not None), 0)
    return rank if all(len(x.get_partial_shape()) <= rank for x in outputs) else 0


def pointwise(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A function that works element by element, on operands with the channels first."""

    @functools.wraps(fn)
    def call(*args: Any) -> Any:
        rank = _moved(args)
        if not rank:
            return fn(*args)
        return last(fn(*(_broadcast(a, rank) if isinstance(a, Output) else a for a in args)))

    return call


def _broadcast(x: Output, rank: int) -> Output:
    missing = rank - len(x.get_partial_shape())
    if missing == rank:
        return x
    return first(op.unsqueeze(x, ints(range(missing))) if missing else x)


def over_axes(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A function ``(x, axis, keepdims)`` that reduces axes, on an ``x`` with channels first."""

    @functools.wraps(fn)
    def call(x: Any, axis: Sequence[int], keepdims: bool) -> Any:
        rank = _moved([x])
        order = _to_last(rank)
        kept = [order[i] for i in range(rank) if i not in axis]
        if not rank or (not keepdims and kept != sorted(kept)):
            return fn(x, axis, keepdims)
        out = fn(first(x), sorted(order[a] for a in axis), keepdims)
        return last(out) if keepdims else out

    return call
