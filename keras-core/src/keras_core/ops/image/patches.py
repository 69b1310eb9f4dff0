"""Patches of images."""

import math
from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.convolution import conv, same_padding, tuple_of
from keras_core.ops.linear import tensordot
from keras_core.ops.shaping import moveaxis
from keras_core.typing import ShapeLike, Tensor, TensorLike


def _patches(
    images: Any, size: tuple[int, ...], strides: Any, rate: Any, padding: str, data_format: Any
) -> Any:
    n = len(size)
    if ndim_of(images) not in (n + 1, n + 2):
        raise ValueError(
            f"Expected {n + 1} or {n + 2} axes for patches of size {size}. Received: shape "
            f"{native.static_shape(images)}"
        )
    data_format = config.standardize_data_format(data_format)
    single = ndim_of(images) == n + 1
    x = p.reshape(images, (1, *shape_of(images))) if single else images
    c = shape_of(x)[-1 if data_format == "channels_last" else 1]
    steps = size if strides is None else tuple_of(strides, n, "strides")
    count = math.prod(size) * c
    kernel = native.convert(np.eye(count).reshape((*size, c, count)), p.dtype_of(x))
    out = conv(x, kernel, steps, padding, data_format, rate)
    return p.reshape(out, shape_of(out)[1:]) if single else out


@public("keras.ops.image.extract_patches")
@op("images:float")
def extract_patches(
    images: TensorLike,
    size: ShapeLike,
    strides: ShapeLike | None = None,
    dilation_rate: ShapeLike = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The patches of images, their pixels along the channels.

    Args:
        images: An image or a batch of them; with three sizes, a volume or a batch of them.
        size: The size of a patch.
        strides: The distance of two patches, by default their size.
        dilation_rate: The distance of the pixels of a patch.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        A tensor ``(batch, rows, columns, height * width * channels)``, or with the channels
        first.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.image.extract_patches(ops.ones((1, 4, 6, 3)), (2, 2)))
    (1, 2, 3, 12)
    """
    n = 3 if isinstance(size, (tuple, list)) and len(size) == 3 else 2
    window = tuple_of(size, n, "size")
    return _patches(images, window, strides, dilation_rate, padding, data_format)


@public("keras.ops.image.extract_patches_3d")
@op("volumes:float")
def extract_patches_3d(
    volumes: TensorLike,
    size: ShapeLike,
    strides: ShapeLike | None = None,
    dilation_rate: ShapeLike = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The patches of volumes, their elements along the channels.

    Args:
        volumes: A volume or a batch of them.
        size: The size of a patch.
        strides: The distance of two patches, by default their size.
        dilation_rate: The distance of the elements of a patch.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> tuple(ops.image.extract_patches_3d(ops.ones((1, 4, 4, 4, 1)), 2).shape)
    (1, 2, 2, 2, 8)
    """
    window = tuple_of(size, 3, "size")
    return _patches(volumes, window, strides, dilation_rate, padding, data_format)


def _places(count: int, window: int, stride: int, extent: int | None, padding: str) -> Any:
    """One-hot ``(patches, window, extent)``: where the pixels of the patches of an axis lie."""
    if extent is None:
        extent = count * stride if padding == "same" else (count - 1) * stride + window
    start = same_padding(extent, window, stride, 1)[0] if padding == "same" else 0
    at = np.arange(count)[:, None] * stride + np.arange(window) - start
    return (at[..., None] == np.arange(extent)).astype("float64")


@public("keras.ops.image.reconstruct_patches")
@op("patches:float")
def reconstruct_patches(
    patches: TensorLike,
    size: ShapeLike,
    output_size: ShapeLike | None = None,
    strides: ShapeLike | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Images from their patches: the inverse of `extract_patches`.

    Where patches overlap, their mean is taken; pixels that belong to none are 0.

    Args:
        patches: A tensor ``(batch, rows, columns, height * width * channels)``, or with the
            channels first; without the batch for a single image.
        size: The height and the width of a patch.
        output_size: The height and the width of the images; by default what the patches cover.
        strides: The distance of two patches, by default their size.
        padding: ``"valid"`` or ``"same"``, as it was for the patches.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Raises:
        ValueError: If the shape of the patches does not fit.

    Example:

    >>> from keras_core import ops
    >>> x = ops.reshape(ops.arange(24, dtype="float32"), (1, 4, 6, 1))
    >>> y = ops.image.reconstruct_patches(ops.image.extract_patches(x, (2, 3)), (2, 3))
    >>> bool(ops.all(x == y))
    True
    """
    window = tuple_of(size, 2, "size")
    steps = window if strides is None else tuple_of(strides, 2, "strides")
    extents = (None, None) if output_size is None else tuple_of(output_size, 2, "output_size")
    if padding not in ("valid", "same"):
        raise ValueError(
            f"`padding` must be one of ('valid', 'same'). Received: padding={padding!r}"
        )
    last = config.standardize_data_format(data_format) == "channels_last"
    single = ndim_of(patches) == 3
    x = p.reshape(patches, (1, *shape_of(patches))) if single else patches
    if ndim_of(x) == 4 and not last:
        x = moveaxis(x, 1, -1)
    n, *counts, depth = shape_of(x) if ndim_of(x) == 4 else (None,) * 4
    if any(not isinstance(v, int) for v in (*counts, depth)):
        raise ValueError(
            "`reconstruct_patches` expects patches with three or four axes, all but the batch of "
            f"known size. Received: patches.shape={native.static_shape(patches)}"
        )
    if depth % math.prod(window):
        raise ValueError(
            f"The channels of the patches must be a multiple of {math.prod(window)}, as many as "
            f"a patch of size {window} has pixels. Received: "
            f"patches.shape={native.static_shape(patches)}"
        )
    places = [
        _places(*v, padding) for v in zip(counts, window, steps, extents, strict=True)
    ]  # fmt: skip
    y = p.reshape(x, (n, *counts, *window, depth // math.prod(window)))
    for hot, axes in zip(places, ([1, 3], [1, 2]), strict=True):
        # each patch's pixels are added to their places; the new axis goes to the end
        y = tensordot(y, native.convert(hot, p.dtype_of(y)), (axes, [0, 1]))
    y = p.transpose(y, (0, 2, 3, 1) if last else (0, 1, 2, 3))
    rows, columns = (np.maximum(hot.sum((0, 1)), 1) for hot in places)
    share = np.outer(1 / rows, 1 / columns)
    y = p.multiply(y, native.convert(share[:, :, None] if last else share, p.dtype_of(y)))
    return p.reshape(y, shape_of(y)[1:]) if single else y
