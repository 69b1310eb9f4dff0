"""Composites that OpenVINO has natively: one kernel instead of several.

Names and parameters are those of `keras_core.ops`.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from openvino import opset15 as op

from keras_backend_openvino import control
from keras_backend_openvino import primitives as p
from keras_backend_openvino.graph import FLOATS, Tensor, const, graph, ints, lift, sizes
from keras_backend_openvino.layout import first, last, pointwise

_I32 = np.int32


def _unary(fn: Callable[[Any], Any]) -> Callable[[Tensor], Tensor]:
    return graph(pointwise(lambda x: fn(x)))  # type: ignore[no-any-return]


@graph
@pointwise
def _erf(x: Any) -> Any:
    # The kernel has no digits left near 0, where the series is short.
    square = op.multiply(x, x)
    series = const(0.0)
    for coefficient in (-1 / 42, 1 / 10, -1 / 3, 1.0):
        series = op.add(op.multiply(series, square), const(coefficient * 2 / math.sqrt(math.pi)))
    return op.select(op.less(op.abs(x), const(0.1)), op.multiply(x, series), op.erf(x))


def _test(fn: Callable[[Any], Any], of_integers: bool) -> Callable[[Tensor], Tensor]:
    on_floats = graph(lambda x: fn(x), dtype="bool")
    return lambda x: on_floats(x) if x.dtype in FLOATS else p.full(x.shape, of_integers, "bool")


def _clip(x: Tensor, x_min: Tensor | None, x_max: Tensor | None) -> Tensor:
    if x.dtype == "bool":
        x, x_min, x_max = (None if v is None else p.cast(v, "int32") for v in (x, x_min, x_max))  # type: ignore[assignment]
    return _between(x, x_min, x_max)  # type: ignore[no-any-return]


@graph
@pointwise
def _between(x: Any, low: Any, high: Any) -> Any:
    # The kernels return their second argument if either is NaN.
    x = x if low is None else op.maximum(low, x)
    return x if high is None else op.minimum(high, x)


# -- Neural networks ---------------------------------------------------------------------


def _along(fn: Callable[[Any, int], Any]) -> Callable[[Tensor, Any], Tensor]:
    """A function along one axis, which is last, for one along several."""

    def along(x: Tensor, axis: Any) -> Tensor:
        n = x.ndim
        axes = list(range(n)) if axis is None else [a % n for a in np.atleast_1d(axis)]
        if len(axes) == 1:
            return one(x, axes[0])
        order = (*(i for i in range(n) if i not in axes), *axes)
        y = p.transpose(x, order)
        flat = p.reshape(y, (*y.shape[: n - len(axes)], -1))
        out = p.reshape(one(flat, n - len(axes)), y.shape)
        return p.transpose(out, tuple(order.index(i) for i in range(n)))

    one = graph(lambda x, axis: fn(x, axis))
    return along


@graph
@pointwise
def _elu(x: Any, alpha: float) -> Any:
    return op.elu(x, alpha)


@graph
@pointwise
def _gelu(x: Any, approximate: bool) -> Any:
    return op.gelu(x, "TANH" if approximate else "ERF")


@graph
def _layer_normalization(x: Any, gamma: Any, beta: Any, axis: Sequence[int], epsilon: float) -> Any:
    out = op.mvn(x, ints(axis), True, epsilon, "inside_sqrt")
    shape = sizes(x)
    line = ints([d if i in axis else 1 for i, d in enumerate(shape)])
    for v, fn in ((gamma, op.multiply), (beta, op.add)):
        if v is not None:
            full = len(sizes(v)) == len(shape)
            out = fn(out, v if full else op.reshape(v, line, False))
    return out


@graph
def _logsumexp(x: Any, axis: Sequence[int], keepdims: bool) -> Any:
    axes = ints(axis)
    top = op.reduce_max(x, axes, True)
    huge = op.less(const(np.finfo(np.float32).max / 2), op.abs(top))
    top = op.select(huge, const(0), top)
    e = op.exp(op.subtract(x, top))
    e = op.select(op.is_nan(x), x, e)
    total = op.log(op.reduce_sum(e, axes, keepdims))
    return op.add(total, top if keepdims else op.squeeze(top, axes))


# -- Recurrent layers --------------------------------------------------------------------


def _gates(x: Any, count: int, order: Sequence[int]) -> Any:
    """``[..., count * units]`` as ``[1, count * units, ...]`` with the gates in ``order``."""
    *rest, size = sizes(x)
    if rest:
        x = op.transpose(x, ints(range(len(rest), -1, -1)))
    parts = op.reshape(x, ints((count, size // count, *rest)), False)
    parts = op.gather(parts, const(list(order), _I32), const(0, _I32))
    return op.reshape(parts, ints((1, size, *rest)), False)


def _steps(x: Any, go_backwards: bool) -> tuple[Any, Any]:
    """The inputs in the order of the steps, and the number of steps of each sequence."""
    batch, steps, _ = sizes(x)
    if go_backwards:
        x = op.slice(x, ints([-1]), ints([-(2**31)]), ints([-1]), ints([1]))
    length = const(steps, _I32) if isinstance(steps, int) else steps
    return x, op.broadcast(length, ints([batch]))


def _lstm(
    inputs: Tensor,
    h: Tensor,
    c: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None,
    go_backwards: bool,
) -> Any:
    xs = [inputs, h, c, kernel, recurrent_kernel] + ([] if bias is None else [bias])
    x, lengths = _steps(inputs.output, go_backwards)
    one = ints([1])
    units = kernel.static_shape[1] // 4  # type: ignore[operator]
    order = (1, 0, 2, 3)  # input, forget, cell, output there; forget first here
    b = const(np.zeros((1, 4 * units))) if bias is None else _gates(bias.output, 4, order)
    node = op.lstm_sequence(
        x, op.unsqueeze(h.output, one), op.unsqueeze(c.output, one), lengths,
        _gates(kernel.output, 4, order), _gates(recurrent_kernel.output, 4, order), b,
        units, "forward",
    )  # fmt: skip
    return lift([op.squeeze(node.output(i), one) for i in range(3)], inputs.dtype, xs)


def _gru(
    inputs: Tensor,
    h: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None,
    go_backwards: bool,
) -> Any:
    xs = [inputs, h, kernel, recurrent_kernel] + ([] if bias is None else [bias])
    x, lengths = _steps(inputs.output, go_backwards)
    one, order = ints([1]), (0, 1, 2)
    units = kernel.static_shape[1] // 3  # type: ignore[operator]
    if bias is None:
        b = const(np.zeros((1, 4 * units)))
    else:  # the biases of two gates are added, those of the candidate kept apart
        own, other = (op.gather(bias.output, const([i], _I32), const(0, _I32)) for i in (0, 1))
        gates = op.slice(op.add(own, other), ints([0]), ints([2 * units]), one, one)
        ends = [op.slice(v, ints([2 * units]), ints([3 * units]), one, one) for v in (own, other)]
        b = op.concat([gates, *ends], 1)
    node = op.gru_sequence(
        x, op.unsqueeze(h.output, one), lengths,
        _gates(kernel.output, 3, order), _gates(recurrent_kernel.output, 3, order), b,
        units, "forward", linear_before_reset=True,
    )  # fmt: skip
    return lift([op.squeeze(node.output(i), one) for i in range(2)], inputs.dtype, xs)


# -- Indexing ----------------------------------------------------------------------------


def _take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if axis is None:
        x, indices, axis = p.reshape(x, (-1,)), p.reshape(indices, (-1,)), 0
    if x.ndim != indices.ndim:
        raise ValueError(
            "`take_along_axis` expects `x` and `indices` of the same rank. Received: shapes "
            f"{x.static_shape} and {indices.static_shape}"
        )
    return _gather_along(x, indices, axis)  # type: ignore[no-any-return]


@graph
def _gather_along(x: Any, indices: Any, axis: int) -> Any:
    size, wanted = sizes(x), sizes(indices)
    length = const(size[axis], _I32) if isinstance(size[axis], int) else size[axis]
    behind = op.less(indices, const(0, _I32))
    indices = op.select(behind, op.add(indices, length), indices)
    both = [b if a == 1 and isinstance(a, int) else a for a, b in zip(size, wanted, strict=True)]
    if any(isinstance(d, int) and d == 1 for d in (*size, *wanted)):
        x = op.broadcast(x, ints([*both[:axis], size[axis], *both[axis + 1 :]]))
        indices = op.broadcast(indices, ints([*both[:axis], wanted[axis], *both[axis + 1 :]]))
    return op.gather_elements(x, indices, axis)


def _top_k(x: Tensor, k: int, sorted: bool, is_stable: bool) -> Any:
    order = graph(lambda x: p.order(x, x_rank - 1, "max", k), dtype="int32")
    x_rank = x.ndim
    indices = order(x)
    return _gather_along(x, indices, x_rank - 1), indices


# -- Convolution and linear algebra ------------------------------------------------------


def _conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int, ...] | None,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Tensor:
    ends = []
    extra = output_padding or (None,) * len(strides)
    for w, s, r, o in zip(kernel.static_shape, strides, dilation_rate, extra, strict=False):
        span = (w - 1) * r + 1  # type: ignore[operator]
        if padding == "valid":
            low, high = 0, -max(s - span, 0) if o is None else -o
        elif o is None:
            low = max(span - s, 0) // 2
            high = span - s - low
        else:
            low = span // 2
            high = low - o
        ends.append((low, high))
    return _deconvolution(inputs, kernel, strides, ends, data_format, dilation_rate)  # type: ignore[no-any-return]


@graph
def _deconvolution(
    x: Any, kernel: Any, strides: Any, ends: Any, data_format: str, dilation: Any
) -> Any:
    n = len(strides)
    is_first = data_format == "channels_first"
    out = op.convolution_backprop_data(
        x if is_first else first(x),
        op.transpose(kernel, ints((n + 1, n, *range(n)))),
        strides,
        pads_begin=[a for a, _ in ends],
        pads_end=[max(b, 0) for _, b in ends],
        output_padding=[max(-b, 0) for _, b in ends],
        dilations=dilation,
    )
    return out if is_first else last(out)


@graph
def _solve(a: Any, b: Any) -> Any:
    inverse = op.inverse(a, False)
    if len(sizes(b)) == len(sizes(a)):
        return op.matmul(inverse, b, False, False)
    column = op.matmul(inverse, op.unsqueeze(b, ints([len(sizes(b))])), False, False)
    return op.squeeze(column, ints([len(sizes(b))]))


# -- Fourier transforms, of pairs of tensors ---------------------------------------------


def _pair(z: Any) -> list[Any]:
    last_axis = const(len(sizes(z)) - 1, _I32)
    return [op.gather(z, const(i, _I32), last_axis) for i in (0, 1)]


def _complex(x: Sequence[Any]) -> Any:
    return op.concat([op.unsqueeze(v, ints([len(sizes(v))])) for v in x], len(sizes(x[0])))


def _fourier(inverse: bool, count: int) -> Callable[[Sequence[Tensor]], Any]:
    @graph(dtype="float32")
    def transform(x: Sequence[Any]) -> Any:
        rank = len(sizes(x[0]))
        fn = op.idft if inverse else op.dft
        return _pair(fn(_complex(x), ints(range(rank - count, rank))))

    return transform


def _at_least(x: Any, size: Any) -> Any:
    """``x`` with zeros at the end of its last axis, which the kernels would not add."""
    *rest, length = sizes(x)
    if not isinstance(size, int) or not isinstance(length, int) or size <= length:
        return x
    end = ints([*(0 for _ in rest), size - length])
    return op.pad(x, ints([0] * (len(rest) + 1)), end, "constant", const(0)).output(0)


@graph(dtype="float32")
def _rfft(x: Any, fft_length: int | None) -> Any:
    *rest, length = sizes(x)
    n = fft_length or length
    return _pair(op.rdft(_at_least(x, n), ints([len(rest)]), ints([n])))


@graph(dtype="float32")
def _irfft(x: Sequence[Any], fft_length: int | None) -> Any:
    axes = ints([len(sizes(x[0])) - 1])
    if fft_length is None:
        return op.irdft(_complex(x), axes)
    z = _complex([_at_least(v, fft_length // 2 + 1) for v in x])
    return op.irdft(z, axes, ints([fft_length]))


OVERRIDES: dict[str, Callable[..., Any]] = {
    "arccos": _unary(op.acos),
    "arccosh": _unary(op.acosh),
    "arcsin": _unary(op.asin),
    "arcsinh": _unary(op.asinh),
    "arctan": _unary(op.atan),
    "arctanh": _unary(op.atanh),
    "cosh": _unary(op.cosh),
    "erf": _erf,
    "sinh": _unary(op.sinh),
    "tan": _unary(op.tan),
    "clip": _clip,
    "isfinite": _test(op.is_finite, True),
    "isinf": _test(op.is_inf, False),
    "isnan": _test(op.is_nan, False),
    "logical_xor": graph(lambda x1, x2: op.logical_xor(x1, x2)),
    "logsumexp": _logsumexp,
    "elu": _elu,
    "gelu": _gelu,
    "log_softmax": _along(op.log_softmax),
    "relu": _unary(op.relu),
    "sigmoid": _unary(op.sigmoid),
    "silu": _unary(op.swish),
    "softmax": _along(op.softmax),
    "softplus": _unary(op.softplus),
    "swish": _unary(op.swish),
    "layer_normalization": _layer_normalization,
    "gru": _gru,
    "lstm": _lstm,
    "take_along_axis": _take_along_axis,
    "top_k": _top_k,
    "conv_transpose": _conv_transpose,
    "fft": _fourier(False, 1),
    "fft2": _fourier(False, 2),
    "ifft2": _fourier(True, 2),
    "irfft": _irfft,
    "rfft": _rfft,
    "inv": _unary(lambda x: op.inverse(x, False)),
    "solve": _solve,
    "cond": control.cond,
    "fori_loop": control.fori_loop,
    "scan": control.scan,
    "switch": control.switch,
    "while_loop": control.while_loop,
}
"""Implementations by the name of the composite."""
