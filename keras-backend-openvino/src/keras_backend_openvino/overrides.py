"""Composites that OpenVINO has natively: one kernel instead of several.

Names and parameters are those of `keras_core.ops`.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from openvino import opset15 as op

from keras_backend_openvino import control
from keras_backend_openvino import primitives as p
from keras_backend_openvino.graph import Tensor, const, integer, ints, sizes
from keras_backend_openvino.layout import first, last
from keras_backend_openvino.program import graph


def _unary(fn: Callable[[Any], Any]) -> Callable[[Tensor], Tensor]:
    return graph(lambda x: fn(x))  # type: ignore[no-any-return]


# -- Neural networks ---------------------------------------------------------------------


@graph
def _softmax(x: Any, axis: Any) -> Any:
    n = len(sizes(x))
    axes = list(range(n)) if axis is None else [a % n for a in np.atleast_1d(axis)]
    if len(axes) == 1:
        return op.softmax(x, axes[0])
    e = op.exp(op.subtract(x, op.reduce_max(x, ints(axes), True)))
    return op.divide(e, op.reduce_sum(e, ints(axes), True))


# -- Recurrent layers --------------------------------------------------------------------


def _gates(x: Any, count: int, order: Sequence[int]) -> Any:
    """``[..., count * units]`` as ``[1, count * units, ...]`` with the gates in ``order``."""
    *rest, size = sizes(x)
    if rest:
        x = op.transpose(x, ints(range(len(rest), -1, -1)))
    parts = op.reshape(x, ints((count, size // count, *rest)), False)
    parts = op.gather(parts, integer(list(order)), integer(0))
    return op.reshape(parts, ints((1, size, *rest)), False)


def _sequence(
    kind: Any, x: Any, states: Any, kernels: Any, bias: Any, order: Any, backwards: bool
) -> Any:
    """The outputs, and the last states, of OpenVINO's kernel for a recurrent layer."""
    batch, steps, _ = sizes(x)
    one, units = ints([1]), kernels[1].get_shape()[0]
    if backwards:
        x = op.slice(x, ints([-1]), ints([-(2**31)]), ints([-1]), one)
    states = [op.unsqueeze(state, one) for state in states]
    lengths = op.broadcast(integer(steps), ints([batch]))
    weights = [_gates(kernel, len(order), order) for kernel in kernels]
    bias = const(np.zeros((1, 4 * units))) if bias is None else bias
    node = kind(x, *states, lengths, *weights, bias, units, "forward")
    return [op.squeeze(y, one) for y in node.outputs()]


@graph
def _lstm(x: Any, h: Any, c: Any, k: Any, r: Any, bias: Any, backwards: bool, /) -> Any:
    order = (1, 0, 2, 3)  # input, forget, cell, output there; forget first here
    bias = None if bias is None else _gates(bias, 4, order)
    return _sequence(op.lstm_sequence, x, (h, c), (k, r), bias, order, backwards)


@graph
def _gru(x: Any, h: Any, k: Any, r: Any, bias: Any, backwards: bool, /) -> Any:
    if bias is not None:  # those of two gates are added, those of the candidate kept apart
        parts = op.reshape(bias, ints((2, 3, -1)), False)
        own, other = (op.gather(parts, integer(i), integer(0)) for i in (0, 1))
        gates = op.gather(op.add(own, other), integer([0, 1]), integer(0))
        ends = [op.gather(v, integer([2]), integer(0)) for v in (own, other)]
        bias = op.reshape(op.concat([gates, *ends], 0), ints((1, -1)), False)
    kind = functools.partial(op.gru_sequence, linear_before_reset=True)
    return _sequence(kind, x, [h], (k, r), bias, (0, 1, 2), backwards)


@graph(dtype=(None, "int32"))
def _top_k(x: Any, k: int, sorted: bool, is_stable: bool) -> Any:
    axis = len(sizes(x)) - 1
    indices = p.order(x, axis, "max", k)
    return op.gather_elements(x, indices, axis), indices


# -- Convolution and linear algebra ------------------------------------------------------


@graph
def _conv_transpose(
    x: Any, kernel: Any, strides: Any, padding: str, extra: Any, layout: str, dilation: Any, /
) -> Any:
    n, ends, is_same = len(strides), [], padding == "same"
    for w, s, r, o in zip(sizes(kernel), strides, dilation, extra or [None] * n, strict=False):
        span = (w - 1) * r + 1
        if o is None:
            low = max(span - s, 0) // 2 if is_same else 0
            high = span - s - low if is_same else min(span - s, 0)
        else:
            cut = 2 * (span // 2) if is_same else 0
            low = max(cut - o, 0) // 2
            high = cut - o - low
        ends.append((low, high))
    out = op.convolution_backprop_data(
        x if layout == "channels_first" else first(x),
        op.transpose(kernel, ints((n + 1, n, *range(n)))),
        strides,
        pads_begin=[low for low, _ in ends],
        pads_end=[max(high, 0) for _, high in ends],
        output_padding=[max(-high, 0) for _, high in ends],
        dilations=dilation,
    )
    return out if layout == "channels_first" else last(out)


@graph
def _solve(a: Any, b: Any) -> Any:
    is_matrix = len(sizes(b)) >= len(sizes(a))
    columns = b if is_matrix else op.unsqueeze(b, ints([-1]))
    out = op.matmul(op.inverse(a, False), columns, False, False)
    return out if is_matrix else op.squeeze(out, ints([-1]))


@graph
def _fft(x: Sequence[Any]) -> Any:
    z = op.concat([op.unsqueeze(v, ints([-1])) for v in x], -1)
    z = op.dft(z, ints([-1]))
    return [op.gather(z, integer(i), integer(-1)) for i in (0, 1)]


OVERRIDES: dict[str, Callable[..., Any]] = {
    "elu": graph(lambda x, alpha: op.elu(x, alpha)),
    "gelu": graph(lambda x, approximate: op.gelu(x, "TANH" if approximate else "ERF")),
    "relu": _unary(op.relu),
    "sigmoid": _unary(op.sigmoid),
    "silu": _unary(op.swish),
    "softmax": _softmax,
    "softplus": _unary(op.softplus),
    "swish": _unary(op.swish),
    "gru": _gru,
    "lstm": _lstm,
    "top_k": _top_k,
    "conv_transpose": _conv_transpose,
    "fft": _fft,
    "inv": _unary(lambda x: op.inverse(x, False)),
    "solve": _solve,
    "cond": control.cond,
    "scan": control.scan,
    "while_loop": control.while_loop,
}
"""Implementations by the name of the composite."""
