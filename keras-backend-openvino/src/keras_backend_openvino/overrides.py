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


def _recurrent(
    kernel_of: Callable[..., Any],
    x: Any,
    states: Any,
    kernels: Any,
    bias: Any,
    order: Any,
    back: bool,
) -> list[Any]:
    """The outputs, and the last states, of OpenVINO's kernel for a recurrent layer."""
    batch, steps, _ = sizes(x)
    one, units = ints([1]), kernels[1].get_shape()[0]
    if back:
        x = op.slice(x, ints([-1]), ints([-(2**31)]), ints([-1]), one)
    if bias is None:
        bias = const(np.zeros((1, 4 * units)))
    node = kernel_of(
        x,
        *(op.unsqueeze(state, one) for state in states),
        op.broadcast(integer(steps), ints([batch])),
        *(_gates(kernel, len(order), order) for kernel in kernels),
        bias,
        units,
        "forward",
    )
    return [op.squeeze(y, one) for y in node.outputs()]


@graph
def _lstm(
    inputs: Any,
    h: Any,
    c: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    go_backwards: bool,
) -> Any:
    order = (1, 0, 2, 3)  # input, forget, cell, output there; forget first here
    b = None if bias is None else _gates(bias, 4, order)
    kernels = kernel, recurrent_kernel
    return _recurrent(op.lstm_sequence, inputs, (h, c), kernels, b, order, go_backwards)


@graph
def _gru(
    inputs: Any, h: Any, kernel: Any, recurrent_kernel: Any, bias: Any, go_backwards: bool
) -> Any:
    if bias is not None:  # those of two gates are added, those of the candidate kept apart
        parts = op.reshape(bias, ints((2, 3, -1)), False)
        own, other = (op.gather(parts, integer(i), integer(0)) for i in (0, 1))
        gates = op.gather(op.add(own, other), integer([0, 1]), integer(0))
        ends = [op.gather(v, integer([2]), integer(0)) for v in (own, other)]
        bias = op.reshape(op.concat([gates, *ends], 0), ints((1, -1)), False)
    fn = functools.partial(op.gru_sequence, linear_before_reset=True)
    kernels = kernel, recurrent_kernel
    return _recurrent(fn, inputs, [h], kernels, bias, (0, 1, 2), go_backwards)


@graph(dtype=(None, "int32"))
def _top_k(x: Any, k: int, sorted: bool, is_stable: bool) -> Any:
    axis = len(sizes(x)) - 1
    indices = p.order(x, axis, "max", k)
    return op.gather_elements(x, indices, axis), indices


# -- Convolution and linear algebra ------------------------------------------------------


@graph
def _conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Sequence[int],
    padding: str,
    output_padding: Sequence[int] | None,
    data_format: str,
    dilation_rate: Sequence[int],
) -> Any:
    n, ends = len(strides), []
    for w, s, r, o in zip(
        sizes(kernel), strides, dilation_rate, output_padding or [None] * n, strict=False
    ):
        span = (w - 1) * r + 1
        if o is not None:
            low = 0 if padding == "valid" else span // 2
            ends.append((low, low - o))
        elif padding == "valid":
            ends.append((0, min(span - s, 0)))
        else:
            low = max(span - s, 0) // 2
            ends.append((low, span - s - low))
    is_first = data_format == "channels_first"
    out = op.convolution_backprop_data(
        inputs if is_first else first(inputs),
        op.transpose(kernel, ints((n + 1, n, *range(n)))),
        strides,
        pads_begin=[low for low, _ in ends],
        pads_end=[max(high, 0) for _, high in ends],
        output_padding=[max(-high, 0) for _, high in ends],
        dilations=dilation_rate,
    )
    return out if is_first else last(out)


@graph
def _solve(a: Any, b: Any) -> Any:
    is_matrix = len(sizes(b)) == len(sizes(a))
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
