"""Padding, convolution and pooling."""

import functools
from collections.abc import Sequence
from typing import Any

from keras_backend_tensorflow._engine import (
    HAS_GPU,
    UNSIGNED_TO_INT64,
    dims,
    ints,
    is_static,
    raw,
    tf,
    widened,
)

Padding = Sequence[tuple[Any, Any]]

_HALF: dict[Any, Any] = {} if HAS_GPU else {tf.float16: tf.float32}


def pad(x: Any, pad_width: Padding, value: Any) -> Any:
    widths = [d for pair in pad_width for d in pair]
    if is_static(widths) and not any(widths):
        return x
    paddings = raw.Reshape(tensor=ints(widths), shape=ints((len(pad_width), 2)))
    y = raw.Pad(input=x, paddings=paddings)
    if value == 0:
        return y
    # PadV2 has a value, for which `tf.vectorized_map` takes 0.
    inside = raw.Pad(input=tf.ones_like(x, tf.bool), paddings=paddings)
    return tf.where(inside, y, tf.constant(value, x.dtype))


def _padded(
    x: Any, span: Sequence[int], strides: Sequence[int], padding: Padding, value: Any
) -> tuple[Any, str]:
    """What to give to a kernel: ``x``, padded if the kernel cannot do it, and its mode."""
    if all(
        s == 1 and (a, b) == ((w - 1) // 2, w // 2)
        if d is None or s == 1
        else (a, b) == (total // 2, total - total // 2)
        for d, w, s, (a, b) in zip(x.shape[1:-1], span, strides, padding, strict=True)
        for total in [max((-(-(d or 0) // s) - 1) * s + w - (d or 0), 0)]
    ):
        return x, "SAME"
    return pad(x, ((0, 0), *padding, (0, 0)), value), "VALID"


# -- Convolution -------------------------------------------------------------------------


def _conv(
    x: Any,
    kernel: Any,
    strides: tuple[int, ...],
    padding: Padding,
    dilation: tuple[int, ...],
    groups: int,
) -> Any:
    n = len(strides)
    if x.shape[0] == 0:  # oneDNN returns such an input as it is
        one = tf.zeros((1, *dims(x)[1:]), x.dtype)
        return _conv(one, kernel, strides, padding, dilation, groups)[:0]
    if n == 1:  # the kernels are for 2 and 3 axes
        padding, dilation = ((0, 0), *padding), (1, *dilation)
        return _conv(x[:, None], kernel[None], (1, *strides), padding, dilation, groups)[:, 0]
    *window, per_group, filters = dims(kernel)
    if groups > 1 and n == 2 and per_group == 1 and strides[0] == strides[1] and dilation == (1, 1):
        depthwise = raw.Reshape(tensor=kernel, shape=ints((*window, groups, filters // groups)))
        x, mode = _padded(x, window, strides, padding, 0)
        return raw.DepthwiseConv2dNative(
            input=x, filter=depthwise, strides=[1, *strides, 1], padding=mode
        )
    if groups > 1 and not (n == 2 and _has_kernels(kernel.dtype)):
        parts = zip(tf.split(x, groups, -1), tf.split(kernel, groups, -1), strict=True)
        return tf.concat([_conv(a, b, strides, padding, dilation, 1) for a, b in parts], -1)
    if max(dilation) > 1 and not _knows_dilation(n, kernel.dtype):
        if max(strides) == 1:
            return _by_phases(pad(x, ((0, 0), *padding, (0, 0)), 0), kernel, dilation)
        for axis, rate in enumerate(dilation):
            kernel = _dilated(kernel, axis, rate)
        dilation = (1,) * n
    span = [(w - 1) * r + 1 for w, r in zip(dims(kernel), dilation, strict=False)]
    x, mode = _padded(x, span, strides, padding, 0)
    return (raw.Conv2D if n == 2 else raw.Conv3D)(
        input=x, filter=kernel, strides=[1, *strides, 1], padding=mode, dilations=[1, *dilation, 1]
    )


@functools.cache
def _has_kernels(dtype: Any) -> bool:
    """Whether convolutions of images know groups and dilation, gradients included.

    On CPUs that depends on the processor and on settings of oneDNN, so it is tried.
    """
    if HAS_GPU:
        return True
    settings = {"strides": [1] * 4, "padding": "VALID", "dilations": [1, 2, 2, 1]}
    with tf.init_scope():
        x, kernel = tf.zeros((1, 3, 3, 2), dtype), tf.zeros((2, 2, 1, 2), dtype)
        try:
            y = raw.Conv2D(input=x, filter=kernel, **settings)
            raw.Conv2DBackpropFilter(input=x, filter_sizes=[2, 2, 1, 2], out_backprop=y, **settings)
            raw.Conv2DBackpropInput(
                input_sizes=[1, 3, 3, 2], filter=kernel, out_backprop=y, **settings
            )
        except tf.errors.OpError:
            return False
    return True


def _knows_dilation(n: int, dtype: Any) -> bool:
    return HAS_GPU or (n == 2 and _has_kernels(dtype))


def _by_phases(x: Any, kernel: Any, dilation: tuple[int, ...]) -> Any:
    """A dilated convolution as an undilated one of every so many-th element of the inputs."""
    rest = [(0, -d % r) for d, r in zip(dims(x)[1:-1], dilation, strict=True)]
    n = len(dilation)
    y = (raw.Conv2D if n == 2 else raw.Conv3D)(
        input=raw.SpaceToBatchND(input=x, block_shape=ints(dilation), paddings=tf.stack(rest)),
        filter=kernel,
        strides=[1] * (n + 2),
        padding="VALID",
    )
    return raw.BatchToSpaceND(input=y, block_shape=ints(dilation), crops=tf.stack(rest))


def _dilated(kernel: Any, axis: int, rate: int) -> Any:
    """``kernel`` with zeros between its elements along ``axis``."""
    if rate == 1:
        return kernel
    shape = dims(kernel)
    apart = tf.stack([kernel, *[tf.zeros_like(kernel)] * (rate - 1)], axis + 1)
    together = tf.reshape(apart, (*shape[:axis], shape[axis] * rate, *shape[axis + 1 :]))
    kept: Any = tuple(slice((d - 1) * rate + 1 if i == axis else None) for i, d in enumerate(shape))
    return together[kept]


def _conv_transpose(
    x: Any,
    kernel: Any,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int, ...] | None,
    dilation: tuple[int, ...],
) -> Any:
    """The gradient of a convolution by its input, in the terms of `keras_core.ops`."""
    n = len(strides)
    if n == 1:
        extra = None if output_padding is None else (0, *output_padding)
        x, kernel, strides, dilation = x[:, None], kernel[None], (1, *strides), (1, *dilation)
        return _conv_transpose(x, kernel, strides, padding, extra, dilation)[:, 0]
    if max(dilation) > 1 and not _knows_dilation(n, kernel.dtype):
        for axis, rate in enumerate(dilation):
            kernel = _dilated(kernel, axis, rate)
        dilation = (1,) * n
    batch, *spatial, _ = dims(x)
    *window, filters, _ = dims(kernel)
    span = [(w - 1) * r + 1 for w, r in zip(window, dilation, strict=True)]
    full = [(d - 1) * s + w for d, s, w in zip(spatial, strides, span, strict=True)]
    if output_padding is not None:
        size = full
    elif padding == "same":
        size = [d * s for d, s in zip(spatial, strides, strict=True)]
    else:
        size = [f + max(s - w, 0) for f, s, w in zip(full, strides, span, strict=True)]
    op = raw.Conv2DBackpropInput if n == 2 else raw.Conv3DBackpropInputV2
    y = op(
        input_sizes=ints((batch, *size, filters)),
        filter=kernel,
        out_backprop=x,
        strides=[1, *strides, 1],
        padding="SAME" if padding == "same" and output_padding is None else "VALID",
        dilations=[1, *dilation, 1],
    )
    if output_padding is None:
        return y
    y = pad(y, ((0, 0), *((0, o) for o in output_padding), (0, 0)), 0)
    cuts = [2 * (w // 2) if padding == "same" else 0 for w in span]
    lows = [max(c - o, 0) // 2 for c, o in zip(cuts, output_padding, strict=True)]
    sizes = [f - c + o for f, c, o in zip(full, cuts, output_padding, strict=True)]
    ends = [low + size for low, size in zip(lows, sizes, strict=True)]
    return y[(slice(None), *map(slice, lows, ends))]


# -- Pooling -----------------------------------------------------------------------------


def _pool(kind: str, x: Any, window: Sequence[int], strides: Sequence[int], mode: str) -> Any:
    n = len(window)
    if n == 1:
        return _pool(kind, x[:, None], (1, *window), (1, *strides), mode)[:, 0]
    if n == 3 and (x.dtype == tf.float64 or x.dtype.is_integer):
        # no such kernel: first over the last two axes, then over the first
        b, d1, d2, d3, c = dims(x)
        x = tf.reshape(x, (b * d1, d2, d3, c))
        x = _pool(kind, x, window[1:], strides[1:], mode)
        _, d2, d3, _ = dims(x)
        x = tf.reshape(x, (b, d1, d2 * d3, c))
        x = _pool(kind, x, (window[0], 1), (strides[0], 1), mode)
        return tf.reshape(x, (b, -1 if x.shape[1] is None else x.shape[1], d2, d3, c))
    settings = {"ksize": [1, *window, 1], "strides": [1, *strides, 1], "padding": mode}
    if kind == "max":
        return (raw.MaxPool if n == 2 else raw.MaxPool3D)(input=x, **settings)
    return raw.AvgPool(value=x, **settings) if n == 2 else raw.AvgPool3D(input=x, **settings)


def _max_pool(x: Any, window: tuple[int, ...], strides: tuple[int, ...], padding: Padding) -> Any:
    lowest = x.dtype.min if x.dtype.is_integer else float("-inf")
    x, mode = _padded(x, window, strides, padding, lowest)
    return _pool("max", x, window, strides, mode)


def _average_pool(
    x: Any, window: tuple[int, ...], strides: tuple[int, ...], padding: Padding
) -> Any:
    padded, mode = _padded(x, window, strides, padding, 0)
    out = _pool("average", padded, window, strides, mode)
    if mode == "SAME" or padded is x:
        return out
    inside = tf.ones((1, *dims(x)[1:-1], 1), x.dtype)
    inside = pad(inside, ((0, 0), *padding, (0, 0)), 0)
    return out / _pool("average", inside, window, strides, mode)


conv = widened(_conv, _HALF)
conv_transpose = widened(_conv_transpose, _HALF)
max_pool = widened(_max_pool, UNSIGNED_TO_INT64 | _HALF)
average_pool = widened(_average_pool, _HALF)
