"""Colours of images."""

from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes, native
from keras_core.ops.casting import cast
from keras_core.ops.image.layout import apply_weights, spatial_axes
from keras_core.ops.shaping import slice_axis
from keras_core.typing import Tensor, TensorLike


@public("keras.ops.image.rgb_to_grayscale")
@op("images:any")
def rgb_to_grayscale(images: TensorLike, data_format: str | None = None) -> Tensor:
    """The brightness of RGB images.

    Args:
        images: An image or a batch of them.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Images of the same dtype with one channel.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.image.rgb_to_grayscale(ops.ones((4, 6, 3))))
    (4, 6, 1)
    """
    _, _, channels = spatial_axes(images, data_format, "rgb_to_grayscale")
    dtype = p.dtype_of(images)
    x = images if dtype in dtypes.FLOATS else cast(images, None)
    out = apply_weights(x, channels, np.array([[0.2989], [0.5870], [0.1140]]))
    return out if p.dtype_of(out) == dtype else p.cast(out, dtype)


def _three_channels(images: Any, data_format: Any, name: str) -> tuple[int, list[Any]]:
    """The axis of the channels, and each of them, the axis being kept."""
    _, _, axis = spatial_axes(images, data_format, name)
    if p.dtype_of(images) not in dtypes.FLOATS:
        raise ValueError(
            f"`{name}` expects images of a float dtype, with values between 0 and 1. Received: "
            f"images.dtype={p.dtype_of(images)}. Cast them, and divide by 255."
        )
    shape = native.static_shape(images)
    if shape[axis] not in (3, None):
        raise ValueError(f"`{name}` expects three channels. Received: images.shape={shape}")
    return axis, [slice_axis(images, axis, i, i + 1) for i in range(3)]


@public("keras.ops.image.rgb_to_hsv")
@op("images:any")
def rgb_to_hsv(images: TensorLike, data_format: str | None = None) -> Tensor:
    """Hue, saturation and value of RGB images, all between 0 and 1.

    Args:
        images: An image or a batch of them; floats between 0 and 1.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        A tensor of the shape and dtype of the images.

    Raises:
        ValueError: If the images are no floats or have not three channels.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.image.rgb_to_hsv([[[1.0, 0.5, 0.5]]])).tolist()
    [[[0.0, 0.5, 1.0]]]
    """
    axis, (r, g, b) = _three_channels(images, data_format, "rgb_to_hsv")
    value = p.maximum(p.maximum(r, g), b)  # engines fuse these, and no reductions
    chroma = p.subtract(value, p.minimum(p.minimum(r, g), b))
    one, zero = p.ones_like(value), p.zeros_like(value)
    divisor = p.where(p.equal(chroma, zero), one, chroma)

    def sector(start: float, x: Any, y: Any) -> Any:
        return p.add(p.divide(p.subtract(x, y), divisor), p.const(start, value))

    hue = p.where(
        p.equal(value, r),
        p.mod(sector(0.0, g, b), p.const(6.0, value)),
        p.where(p.equal(value, g), sector(2.0, b, r), sector(4.0, r, g)),
    )
    hue = p.divide(hue, p.const(6.0, value))
    saturation = p.divide(chroma, p.where(p.equal(value, zero), one, value))
    return p.concatenate([hue, saturation, value], axis)


@public("keras.ops.image.hsv_to_rgb")
@op("images:any")
def hsv_to_rgb(images: TensorLike, data_format: str | None = None) -> Tensor:
    """RGB images from their hue, saturation and value.

    Args:
        images: An image or a batch of them; floats between 0 and 1. Another hue is taken
            modulo 1.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        A tensor of the shape and dtype of the images.

    Raises:
        ValueError: If the images are no floats or have not three channels.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.image.hsv_to_rgb([[[0.0, 0.5, 1.0]]])).tolist()
    [[[1.0, 0.5, 0.5]]]
    """
    axis, (h, s, v) = _three_channels(images, data_format, "hsv_to_rgb")
    six, four, one = (p.const(n, h) for n in (6.0, 4.0, 1.0))
    chroma = p.multiply(v, s)

    def channel(start: float) -> Any:
        k = p.mod(p.add(p.multiply(six, h), p.const(start, h)), six)
        part = p.minimum(p.minimum(k, p.subtract(four, k)), one)
        return p.subtract(v, p.multiply(chroma, p.maximum(part, p.zeros_like(part))))

    return p.concatenate([channel(5.0), channel(3.0), channel(1.0)], axis)
