"""Whole recurrent layers as one operation, which engines have kernels for."""

from collections.abc import Callable
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors.native import check_shapes, shape_of, static_shape
from keras_core.ops.activations import sigmoid
from keras_core.ops.control_flow import scan
from keras_core.ops.shaping import reshape, slice_axis, split
from keras_core.typing import Tensor, TensorLike


def _parts(x: Any, count: int) -> list[Any]:
    return split(x, count, len(shape_of(x)) - 1)


def _steps(
    inputs: Any, kernel: Any, recurrent_kernel: Any, bias: Any
) -> tuple[Any, Callable[[Any], Any]]:
    """The steps, as the first axis, and what makes the gates' share of one of them.

    The product with the kernel is one for all steps, and the share there already; but many rows
    that are no wider than the state cost less step by step than the gates of all steps do, which
    have to be written and read back.
    """

    def project(x: Any) -> Any:
        x = p.matmul(x, kernel)
        return x if bias is None else p.add(x, bias)

    batch, steps, _ = shape_of(inputs)
    features, gates = shape_of(kernel)
    x = p.transpose(inputs, (1, 0, 2))
    if type(batch) is int and batch >= 32 and features <= shape_of(recurrent_kernel)[0]:
        return x, project
    # A product of matrices and a bias right after it: what compilers make one kernel of.
    rows = project(reshape(x, (-1, features)))
    return reshape(rows, (steps, batch, gates)), lambda x_t: x_t


def _lstm_args(
    inputs: Any, h: Any, c: Any, kernel: Any, recurrent_kernel: Any, bias: Any, go_backwards: bool
) -> tuple[Any, ...]:
    batch, _, features = static_shape(inputs)
    units = static_shape(recurrent_kernel)[0]
    gates = None if units is None else 4 * units
    check_shapes(
        "lstm",
        h=(h, (batch, units)),
        c=(c, (batch, units)),
        kernel=(kernel, (features, gates)),
        recurrent_kernel=(recurrent_kernel, (units, gates)),
        bias=(bias, (gates,)),
    )
    return inputs, h, c, kernel, recurrent_kernel, bias, go_backwards


@public("keras.ops.lstm")
@op(
    "inputs:float3 h:float2 c:float2 kernel:float2 recurrent_kernel:float2 bias:float1?",
    prepare=_lstm_args,
)
def lstm(
    inputs: TensorLike,
    h: TensorLike,
    c: TensorLike,
    kernel: TensorLike,
    recurrent_kernel: TensorLike,
    bias: TensorLike | None = None,
    go_backwards: bool = False,
) -> tuple[Tensor, Tensor, Tensor]:
    """A layer of long short-term memory (Hochreiter and Schmidhuber, 1997).

    Args:
        inputs: ``(batch, steps, features)``.
        h: The first output, ``(batch, units)``.
        c: The first state, ``(batch, units)``.
        kernel: ``(features, 4 * units)``: for the input, forget, cell and output gates.
        recurrent_kernel: ``(units, 4 * units)``.
        bias: ``(4 * units,)`` or None.
        go_backwards: Whether to go from the last step to the first; the outputs come in that
            order.

    Returns:
        The outputs ``(batch, steps, units)``, the last output and the last state.

    Example:

    >>> from keras_core import ops
    >>> x, h, c = ops.ones((2, 5, 3)), ops.zeros((2, 4)), ops.zeros((2, 4))
    >>> outputs, h, c = ops.lstm(x, h, c, ops.ones((3, 16)), ops.ones((4, 16)))
    >>> tuple(outputs.shape)
    (2, 5, 4)
    """
    x, project = _steps(inputs, kernel, recurrent_kernel, bias)
    if go_backwards:
        x = p.flip(x, (0,))

    def step(state: Any, x_t: Any) -> Any:
        h, c = state
        i, f, g, o = _parts(p.add(project(x_t), p.matmul(h, recurrent_kernel)), 4)
        c = p.add(p.multiply(sigmoid(f), c), p.multiply(sigmoid(i), p.tanh(g)))
        h = p.multiply(sigmoid(o), p.tanh(c))
        return (h, c), h

    (h, c), ys = scan(step, (h, c), x)
    return p.transpose(ys, (1, 0, 2)), h, c


def _gru_args(
    inputs: Any, h: Any, kernel: Any, recurrent_kernel: Any, bias: Any, go_backwards: bool
) -> tuple[Any, ...]:
    batch, _, features = static_shape(inputs)
    units = static_shape(recurrent_kernel)[0]
    gates = None if units is None else 3 * units
    check_shapes(
        "gru",
        h=(h, (batch, units)),
        kernel=(kernel, (features, gates)),
        recurrent_kernel=(recurrent_kernel, (units, gates)),
        bias=(bias, (2, gates)),
    )
    return inputs, h, kernel, recurrent_kernel, bias, go_backwards


@public("keras.ops.gru")
@op(
    "inputs:float3 h:float2 kernel:float2 recurrent_kernel:float2 bias:float2?",
    prepare=_gru_args,
)
def gru(
    inputs: TensorLike,
    h: TensorLike,
    kernel: TensorLike,
    recurrent_kernel: TensorLike,
    bias: TensorLike | None = None,
    go_backwards: bool = False,
) -> tuple[Tensor, Tensor]:
    """A layer of gated recurrent units (Cho et al., 2014), the reset gate after the product.

    Args:
        inputs: ``(batch, steps, features)``.
        h: The first output, ``(batch, units)``.
        kernel: ``(features, 3 * units)``: for the update gate, the reset gate, the candidate.
        recurrent_kernel: ``(units, 3 * units)``.
        bias: ``(2, 3 * units)``, for the inputs and for the recurrence, or None.
        go_backwards: Whether to go from the last step to the first; the outputs come in that
            order.

    Returns:
        The outputs ``(batch, steps, units)`` and the last output.

    Example:

    >>> from keras_core import ops
    >>> x, h = ops.ones((2, 5, 3)), ops.zeros((2, 4))
    >>> outputs, h = ops.gru(x, h, ops.ones((3, 12)), ops.ones((4, 12)))
    >>> tuple(outputs.shape)
    (2, 5, 4)
    """
    own = recurrent = None
    if bias is not None:
        size = shape_of(bias)[1]
        own = p.reshape(slice_axis(bias, 0, 0, 1), (size,))
        recurrent = p.reshape(slice_axis(bias, 0, 1, 2), (size,))
    x, project = _steps(inputs, kernel, recurrent_kernel, own)
    if go_backwards:
        x = p.flip(x, (0,))

    def step(h: Any, x_t: Any) -> Any:
        inner = p.matmul(h, recurrent_kernel)
        if recurrent is not None:
            inner = p.add(inner, recurrent)
        xz, xr, xh = _parts(project(x_t), 3)
        hz, hr, hh = _parts(inner, 3)
        z, r = sigmoid(p.add(xz, hz)), sigmoid(p.add(xr, hr))
        new = p.tanh(p.add(xh, p.multiply(r, hh)))
        h = p.add(new, p.multiply(z, p.subtract(h, new)))
        return h, h

    h, ys = scan(step, h, x)
    return p.transpose(ys, (1, 0, 2)), h
