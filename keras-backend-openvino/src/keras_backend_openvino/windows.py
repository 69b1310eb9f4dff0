"""Padding, convolution and pooling. OpenVINO has the channels first, the protocol last."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from openvino import opset15 as op

from keras_backend_openvino.graph import Tensor, const, element_type, graph, ints, sizes
from keras_backend_openvino.layout import first, is_last, last

Padding = Sequence[Sequence[Any]]


def pad(x: Tensor, pad_width: Padding, value: Any) -> Tensor:
    return _pad(x, [tuple(pair) for pair in pad_width], value, x.dtype)


@graph
def _pad(x: Any, pad_width: Padding, value: Any, dtype: str) -> Any:
    return _padded(x, pad_width, value) if pad_width else x


def _padded(x: Any, pad_width: Padding, value: Any) -> Any:
    if is_last(x):
        return last(_padded(first(x), [pad_width[0], pad_width[-1], *pad_width[1:-1]], value))
    kind = x.get_element_type()
    filler = op.constant(np.array(value), kind) if kind.get_type_name() != "f32" else const(value)
    return op.pad(
        x, ints([a for a, _ in pad_width]), ints([b for _, b in pad_width]), "constant", filler
    ).output(0)


def _is_static(padding: Padding) -> bool:
    return all(isinstance(v, int) for pair in padding for v in pair)


def _spatial(x: Any, padding: Padding, value: Any) -> tuple[Any, list[list[int]]]:
    """What to give to a kernel: ``x``, and its padding, or a padded ``x`` and none."""
    if _is_static(padding):
        return x, [[p[0] for p in padding], [p[1] for p in padding]]
    return _padded(x, [(0, 0), *padding, (0, 0)], value), [[0] * len(padding)] * 2


@graph
def conv(
    x: Any,
    kernel: Any,
    strides: Sequence[int],
    padding: Padding,
    dilation: Sequence[int],
    groups: int,
) -> Any:
    n = len(strides)
    x, (begin, end) = _spatial(x, padding, 0.0)
    kernel = op.transpose(kernel, ints((n + 1, n, *range(n))))
    settings = list(strides), begin, end, list(dilation)
    if groups == 1:
        return last(op.convolution(first(x), kernel, *settings))
    filters, *rest = sizes(kernel)
    grouped = op.reshape(kernel, ints((groups, filters // groups, *rest)), False)
    return last(op.group_convolution(first(x), grouped, *settings))


def _batched(x: Any, fn: Callable[[Any], Any]) -> Any:
    """``fn`` with the channels first; it refuses a batch of nothing."""
    if sizes(x)[0] != 0:
        return last(fn(first(x)))
    one = op.pad(x, ints([1, *[0] * (len(sizes(x)) - 1)]), ints([0] * len(sizes(x))), "constant")
    return op.slice(last(fn(first(one))), ints([0]), ints([0]), ints([1]), ints([0]))


def max_pool(
    x: Tensor, window: tuple[int, ...], strides: tuple[int, ...], padding: Padding
) -> Tensor:
    return _max_pool(x, window, strides, padding)


@graph
def _max_pool(x: Any, window: Any, strides: Any, padding: Padding) -> Any:
    is_float = x.get_element_type() == element_type("float32")
    if is_float:
        x, (begin, end) = _spatial(x, padding, -np.inf)
        ones = [1] * len(window)
        return _batched(x, lambda v: op.max_pool(v, strides, ones, begin, end, window).output(0))
    # Integers would go through f32.
    x = _padded(x, [(0, 0), *padding, (0, 0)], -(2**31))
    out: Any = None
    counts = [
        (d - w) // s + 1 if isinstance(d, int) else None
        for d, w, s in zip(sizes(x)[1:-1], window, strides, strict=True)
    ]
    axes = ints(range(1, len(window) + 1))
    for offset in itertools.product(*map(range, window)):
        stop = [
            o + (c - 1) * s + 1 if c is not None else o - w + 1 or 2**31 - 1
            for o, c, s, w in zip(offset, counts, strides, window, strict=True)
        ]
        part = op.slice(x, ints(offset), ints(stop), ints(strides), axes)
        out = part if out is None else op.maximum(out, part)
    return out


@graph
def average_pool(x: Any, window: Any, strides: Any, padding: Padding) -> Any:
    if not _is_static(padding):
        inside = op.broadcast(const(1), ints([1, *sizes(x)[1:-1], 1])).output(0)
        total, count = (
            _average(
                _padded(v, [(0, 0), *padding, (0, 0)], 0.0),
                window,
                strides,
                [[0] * len(window)] * 2,
            )
            for v in (x, inside)
        )
        return op.divide(total, count)
    return _average(x, window, strides, [[p[0] for p in padding], [p[1] for p in padding]])


def _average(x: Any, window: Any, strides: Any, padding: Any) -> Any:
    return _batched(x, lambda v: op.avg_pool(v, strides, padding[0], padding[1], window, True))
