"""Padding, convolution and pooling. OpenVINO has the channels first, the protocol last."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from openvino import opset15 as op

from keras_backend_openvino.graph import const, ints, is_float, sizes
from keras_backend_openvino.layout import first, last
from keras_backend_openvino.program import graph

Padding = Sequence[Sequence[Any]]


@graph
def pad(x: Any, pad_width: Padding, value: Any) -> Any:
    return padded(x, pad_width, value) if pad_width else x


def padded(x: Any, pad_width: Padding, value: Any) -> Any:
    """An output with its axes padded."""
    before, after = (ints([pair[i] for pair in pad_width]) for i in (0, 1))
    filler = const(value, x.get_element_type().to_dtype())
    return op.pad(x, before, after, "constant", filler).output(0)


def _spatial(x: Any, padding: Padding, value: Any) -> tuple[Any, Any, Any]:
    """What to give to a kernel: ``x``, and its padding, or a padded ``x`` and none."""
    begin, end = zip(*padding, strict=True)
    if all(isinstance(v, int) for v in (*begin, *end)):
        return x, begin, end
    return padded(x, [(0, 0), *padding, (0, 0)], value), [0] * len(begin), [0] * len(end)


@graph
def conv(x: Any, kernel: Any, strides: Any, padding: Padding, dilation: Any, groups: int) -> Any:
    n = len(strides)
    x, begin, end = _spatial(x, padding, 0)
    kernel = op.transpose(kernel, ints((n + 1, n, *range(n))))
    if groups == 1:
        return last(op.convolution(first(x), kernel, strides, begin, end, dilation))
    filters, *rest = sizes(kernel)
    kernel = op.reshape(kernel, ints((groups, filters // groups, *rest)), False)
    return last(op.group_convolution(first(x), kernel, strides, begin, end, dilation))


def _batched(x: Any, fn: Callable[[Any], Any]) -> Any:
    """``fn`` with the channels first; it refuses a batch of nothing."""
    if sizes(x)[0] != 0:
        return last(fn(first(x)))
    one = padded(x, [(1, 0), *[(0, 0)] * (len(sizes(x)) - 1)], 0)
    return op.slice(last(fn(first(one))), ints([0]), ints([0]), ints([1]), ints([0]))


@graph
def max_pool(x: Any, window: Any, strides: Any, padding: Padding) -> Any:
    if is_float(x):
        x, begin, end = _spatial(x, padding, -np.inf)
        ones = [1] * len(window)
        return _batched(x, lambda v: op.max_pool(v, strides, ones, begin, end, window).output(0))
    # Integers would go through f32.
    x = padded(x, [(0, 0), *padding, (0, 0)], -(2**31))
    axes = ints(range(1, len(window) + 1))
    out: Any = None
    for offset in itertools.product(*map(range, window)):
        stop = [o - w + 1 or 2**31 - 1 for o, w in zip(offset, window, strict=True)]
        part = op.slice(x, ints(offset), ints(stop), ints(strides), axes)
        out = part if out is None else op.maximum(out, part)
    return out


@graph
def average_pool(x: Any, window: Any, strides: Any, padding: Padding) -> Any:
    def average(x: Any) -> Any:
        v, begin, end = _spatial(x, padding, 0)
        return _batched(v, lambda v: op.avg_pool(v, strides, begin, end, window, True))

    if all(isinstance(v, int) for pair in padding for v in pair):
        return average(x)
    inside = op.broadcast(const(1), ints([1, *sizes(x)[1:-1], 1])).output(0)
    return op.divide(average(x), average(inside))
