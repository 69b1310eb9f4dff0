"""Convolution and pooling."""

from collections.abc import Sequence
from operator import index
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import Dim, is_static, shapes_agree
from keras_core.typing import ShapeLike, Tensor, TensorLike
from keras_core_plugins.errors import shown


def tuple_of(value: Any, n: int, name: str, allow_zero: bool = False) -> tuple[int, ...]:
    """An int or a tuple of ints as a tuple of ``n``.

    Raises:
        ValueError: If it has another length, or an entry is no positive int.
    """
    least = 0 if allow_zero else 1
    try:
        values = tuple(map(index, value if hasattr(value, "__iter__") else (value,) * n))
        if any(isinstance(v, bool) for v in (value, *values)):
            values = ()
    except TypeError:
        values = ()
    if len(values) != n or any(v < least for v in values):
        raise ValueError(
            f"The `{name}` argument must be an int of at least {least}, or a tuple of {n} of them. "
            f"Received: {name}={shown(value)}"
        )
    return values


def _to_last(x: Any) -> Any:
    n = ndim_of(x)
    return p.transpose(x, (0, *range(2, n), 1))


def _to_first(x: Any) -> Any:
    n = ndim_of(x)
    return p.transpose(x, (0, n - 1, *range(1, n - 1)))


def same_padding(d: Any, window: int, stride: int, dilation: int) -> tuple[Any, Any]:
    """The padding with which ``ceil(d / stride)`` windows fit, the odd one at the end."""
    span = (window - 1) * dilation
    if stride == 1:
        return span // 2, span - span // 2
    if not is_static(d):
        if isinstance(d, Dim):
            return d, d
        out = (d + stride - 1) // stride
        total = (out - 1) * stride + span + 1 - d
        if stride > span + 1:  # otherwise it cannot be negative
            total = p.maximum(total, native.convert(0, p.dtype_of(d)))
        return total // 2, total - total // 2
    out = -(-d // stride)
    total = max((out - 1) * stride + span + 1 - d, 0)
    return total // 2, total - total // 2


def _check_padding(padding: Any, allowed: tuple[str, ...] = ("valid", "same")) -> str:
    if not isinstance(padding, str) or padding.lower() not in allowed:
        raise ValueError(f"`padding` must be one of {allowed}. Received: padding={padding!r}")
    return padding.lower()


def _paddings(
    x: Any, window: Any, strides: Any, dilation: Any, padding: str
) -> tuple[tuple[Any, Any], ...]:
    spatial = shape_of(x)[1:-1]
    if padding == "valid":
        return ((0, 0),) * len(spatial)
    return tuple(
        same_padding(d, w, s, r)
        for d, w, s, r in zip(spatial, window, strides, dilation, strict=True)
    )


def _rank(x: Any, name: str) -> int:
    n = ndim_of(x) - 2
    if n not in (1, 2, 3):
        raise ValueError(
            f"`{name}` takes inputs with a batch, 1 to 3 spatial axes and channels. Received: "
            f"inputs.shape={native.static_shape(x)}"
        )
    return n


def _kernel_shape(kernel: Any, n: int) -> tuple[int | None, ...]:
    """The shape of a kernel, whose windows must have ``n`` axes, and elements."""
    shape = native.static_shape(kernel)
    if len(shape) != n + 2:
        raise ValueError(
            f"The kernel of a convolution over {n} spatial axes must have {n + 2} axes. "
            f"Received: kernel.shape={shape}"
        )
    if 0 in shape:
        raise ValueError(
            f"The kernel of a convolution must have elements. Received: kernel.shape={shape}"
        )
    return shape


def _conv_args(
    inputs: Any, kernel: Any, strides: Any, padding: Any, data_format: Any, dilation_rate: Any
) -> Any:
    n = _rank(inputs, "conv")
    per_group, filters = _kernel_shape(kernel, n)[-2:]
    data_format = config.standardize_data_format(data_format)
    channels = native.static_shape(inputs)[-1 if data_format == "channels_last" else 1]
    if channels is not None and per_group and channels % per_group:
        raise ValueError(
            "The number of input channels must be evenly divisible by the kernel's. Received: "
            f"input channels {channels}, kernel channels {per_group}"
        )
    if channels is not None and per_group and filters and filters % (channels // per_group):
        raise ValueError(
            "The number of filters must be evenly divisible by the number of groups. Received: "
            f"filters {filters}, groups {channels // per_group}"
        )
    return (
        inputs,
        kernel,
        tuple_of(strides, n, "strides"),
        _check_padding(padding),
        data_format,
        tuple_of(dilation_rate, n, "dilation_rate"),
    )


@public("keras.ops.conv", "keras.ops.nn.conv")
@op("inputs:float kernel:float", prepare=_conv_args)
def conv(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: ShapeLike = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: ShapeLike = 1,
) -> Tensor:
    """Convolution over 1 to 3 spatial axes.

    Args:
        inputs: A tensor of shape ``(batch, *spatial, channels)``, or with the channels first.
        kernel: A tensor of shape ``(*window, channels // groups, filters)``.
        strides: The step of the windows.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.conv(ops.ones((1, 8, 8, 3)), ops.ones((3, 3, 3, 4)), padding="same"))
    (1, 8, 8, 4)
    """
    x = _to_last(inputs) if data_format == "channels_first" else inputs
    y = p.conv(x, kernel, *_windows(x, kernel, strides, padding, dilation_rate))
    return _to_first(y) if data_format == "channels_first" else y


def _windows(x: Any, kernel: Any, strides: Any, padding: Any, dilation_rate: Any) -> Any:
    """The remaining arguments of the primitive: strides, padding, dilation, groups."""
    window = native.shape_of(kernel)
    channels, per_group = native.static_shape(x)[-1], window[-2]
    groups = 1 if channels is None else channels // per_group
    pads = _paddings(x, window[:-2], strides, dilation_rate, padding)
    return strides, pads, dilation_rate, groups


def _biased_conv_args(inputs: Any, kernel: Any, bias: Any, *rest: Any) -> Any:
    inputs, kernel, *rest = _conv_args(inputs, kernel, *rest)
    return (inputs, kernel, bias, *rest)


@op("inputs:float kernel:float bias:float", prepare=_biased_conv_args)
def biased_conv(
    inputs: TensorLike,
    kernel: TensorLike,
    bias: TensorLike,
    strides: ShapeLike = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: ShapeLike = 1,
) -> Any:
    """`conv` and a bias for each filter, of shape ``(filters,)``: one kernel in many engines."""
    x = _to_last(inputs) if data_format == "channels_first" else inputs
    y = conv_and_bias(x, kernel, bias, *_windows(x, kernel, strides, padding, dilation_rate))
    return _to_first(y) if data_format == "channels_first" else y


@op("x:float kernel:float bias:float")
def conv_and_bias(
    x: TensorLike,
    kernel: TensorLike,
    bias: TensorLike,
    strides: ShapeLike,
    padding: Any,
    dilation: ShapeLike,
    groups: int,
) -> Any:
    """The primitive ``conv`` plus a bias; its arguments."""
    return p.add(p.conv(x, kernel, strides, padding, dilation, groups), bias)


@public("keras.ops.depthwise_conv", "keras.ops.nn.depthwise_conv")
@op("inputs:float kernel:float")
def depthwise_conv(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: ShapeLike = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: ShapeLike = 1,
) -> Tensor:
    """Convolution of each channel with filters of its own.

    Args:
        inputs: A tensor of shape ``(batch, *spatial, channels)``, or with the channels first.
        kernel: A tensor of shape ``(*window, channels, multiplier)``.
        strides: The step of the windows.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.

    Example:

    >>> from keras_core import ops
    >>> x, kernel = ops.ones((1, 4, 4, 3)), ops.ones((2, 2, 3, 1))
    >>> tuple(ops.depthwise_conv(x, kernel).shape)
    (1, 3, 3, 3)
    """
    _kernel_shape(kernel, _rank(inputs, "depthwise_conv"))
    shape = shape_of(kernel)
    k = p.reshape(kernel, (*shape[:-2], 1, shape[-2] * shape[-1]))
    return conv(inputs, k, strides, padding, data_format, dilation_rate)


@public("keras.ops.separable_conv", "keras.ops.nn.separable_conv")
@op("inputs:float depthwise_kernel:float pointwise_kernel:float")
def separable_conv(
    inputs: TensorLike,
    depthwise_kernel: TensorLike,
    pointwise_kernel: TensorLike,
    strides: ShapeLike = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: ShapeLike = 1,
) -> Tensor:
    """A depthwise convolution followed by one with windows of size 1.

    Args:
        inputs: A tensor of shape ``(batch, *spatial, channels)``, or with the channels first.
        depthwise_kernel: A tensor of shape ``(*window, channels, multiplier)``.
        pointwise_kernel: A tensor of shape ``(*ones, channels * multiplier, filters)``.
        strides: The step of the windows.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.

    Example:

    >>> from keras_core import ops
    >>> x = ops.ones((1, 4, 4, 3))
    >>> tuple(ops.separable_conv(x, ops.ones((2, 2, 3, 1)), ops.ones((1, 1, 3, 5))).shape)
    (1, 3, 3, 5)
    """
    x = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(x, pointwise_kernel, 1, "valid", data_format, 1)


def transposed_length(
    d: Any, window: int, stride: int, padding: str, output_padding: int | None, dilation: int
) -> Any:
    """The size of an axis after a transposed convolution."""
    span = (window - 1) * dilation + 1
    if output_padding is None:
        return d * stride + max(span - stride, 0) if padding == "valid" else d * stride
    crop = 0 if padding == "valid" else span // 2
    return (d - 1) * stride + span - 2 * crop + output_padding


def output_padding_of(value: Any, strides: tuple[int, ...]) -> tuple[int, ...]:
    """``output_padding`` as a tuple.

    Raises:
        ValueError: If an entry is not below the stride of its axis.
    """
    out = tuple_of(value, len(strides), "output_padding", allow_zero=True)
    if any(o >= s for o, s in zip(out, strides, strict=True)):
        raise ValueError(
            "`output_padding` must be less than `strides` along each axis. "
            f"Received: output_padding={out}, strides={strides}"
        )
    return out


def _transposed_args(
    inputs: Any,
    kernel: Any,
    strides: Any,
    padding: Any,
    output_padding: Any,
    data_format: Any,
    dilation_rate: Any,
) -> Any:
    n = _rank(inputs, "conv_transpose")
    kernel_shape = _kernel_shape(kernel, n)
    data_format = config.standardize_data_format(data_format)
    channels = native.static_shape(inputs)[-1 if data_format == "channels_last" else 1]
    if not shapes_agree((channels,), kernel_shape[-1:]):
        raise ValueError(
            "The last axis of the kernel of a transposed convolution must have the size of the "
            f"input channels. Received: input channels {channels}, kernel.shape={kernel_shape}"
        )
    strides = tuple_of(strides, n, "strides")
    if output_padding is not None:
        output_padding = output_padding_of(output_padding, strides)
    return (
        inputs,
        kernel,
        strides,
        _check_padding(padding),
        output_padding,
        data_format,
        tuple_of(dilation_rate, n, "dilation_rate"),
    )


@public("keras.ops.conv_transpose", "keras.ops.nn.conv_transpose")
@op("inputs:float kernel:float", prepare=_transposed_args)
def conv_transpose(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: ShapeLike = 1,
    padding: str = "valid",
    output_padding: int | Sequence[int] | None = None,
    data_format: str | None = None,
    dilation_rate: ShapeLike = 1,
) -> Tensor:
    """Transposed convolution: the gradient of a convolution by its input.

    Args:
        inputs: A tensor of shape ``(batch, *spatial, channels)``, or with the channels first.
        kernel: A tensor of shape ``(*window, filters, channels)``.
        strides: The step of the windows in the result.
        padding: ``"valid"`` or ``"same"``.
        output_padding: What is added at the end of each axis; by default such that ``"same"``
            multiplies the size by the stride.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.

    Example:

    >>> from keras_core import ops
    >>> x, kernel = ops.ones((1, 4, 4, 3)), ops.ones((2, 2, 5, 3))
    >>> tuple(ops.conv_transpose(x, kernel, strides=2).shape)
    (1, 8, 8, 5)
    """
    x = _to_last(inputs) if data_format == "channels_first" else inputs
    window = native.shape_of(kernel)[:-2]
    spatial, pads = [], []
    extra = output_padding or (None,) * len(window)
    for d, w, s, r, o in zip(shape_of(x)[1:-1], window, strides, dilation_rate, extra, strict=True):
        out = transposed_length(d, w, s, padding, o, r)
        spatial.append(out)
        # half of what the whole result is cut by goes in front
        span = (w - 1) * r + 1
        cut = max(span - s if o is None else 2 * (span // 2) - o, 0)
        pads.append((0 if padding == "valid" else cut // 2, 0))
    y = p.conv_input_gradient(x, kernel, spatial, strides, pads, dilation_rate, 1)
    return _to_first(y) if data_format == "channels_first" else y


def _pool_args(inputs: Any, pool_size: Any, strides: Any, padding: Any, data_format: Any) -> Any:
    n = _rank(inputs, "pooling")
    window = tuple_of(pool_size, n, "pool_size")
    return (
        inputs,
        window,
        window if strides is None else tuple_of(strides, n, "strides"),
        _check_padding(padding),
        config.standardize_data_format(data_format),
    )


def _pool(which: Any, x: Any, window: Any, strides: Any, padding: str, data_format: str) -> Any:
    if data_format == "channels_first":
        x = _to_last(x)
    pads = _paddings(x, window, strides, (1,) * len(window), padding)
    y = which(x, window, strides, pads)
    return _to_first(y) if data_format == "channels_first" else y


@public("keras.ops.max_pool", "keras.ops.nn.max_pool")
@op("inputs:number", prepare=_pool_args)
def max_pool(
    inputs: TensorLike,
    pool_size: ShapeLike,
    strides: ShapeLike | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The largest element of each window.

    Args:
        inputs: A tensor of shape ``(batch, *spatial, channels)``, or with the channels first.
        pool_size: The size of the windows.
        strides: Their step; by default their size.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> x = ops.reshape(ops.arange(4, dtype="float32"), (1, 4, 1))
    >>> ops.convert_to_numpy(ops.max_pool(x, 2, strides=2)[0, :, 0]).tolist()
    [1.0, 3.0]
    """
    return _pool(p.max_pool, inputs, pool_size, strides, padding, data_format)  # type: ignore[arg-type]


@public("keras.ops.average_pool", "keras.ops.nn.average_pool")
@op("inputs:float", prepare=_pool_args)
def average_pool(
    inputs: TensorLike,
    pool_size: ShapeLike,
    strides: ShapeLike | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The mean of each window; padding is not counted.

    Args:
        inputs: A tensor of shape ``(batch, *spatial, channels)``, or with the channels first.
        pool_size: The size of the windows.
        strides: Their step; by default their size.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> x = ops.reshape(ops.arange(4, dtype="float32"), (1, 4, 1))
    >>> ops.convert_to_numpy(ops.average_pool(x, 2, strides=2)[0, :, 0]).tolist()
    [0.5, 2.5]
    """
    return _pool(p.average_pool, inputs, pool_size, strides, padding, data_format)  # type: ignore[arg-type]
