"""Filters of images."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.convolution import depthwise_conv, tuple_of
from keras_core.ops.image.layout import as_batch, as_given, numbers_of, spatial_axes
from keras_core.ops.reductions import mean
from keras_core.ops.shaping import pad
from keras_core.typing import ShapeLike, Tensor, TensorLike


def gaussian(size: int, sigma: float) -> Any:
    """The weights of a line of pixels, their sum being 1.

    Raises:
        ValueError: If the standard deviation is not positive.
    """
    if not sigma > 0:
        raise ValueError(
            f"A Gaussian kernel expected a positive standard deviation. Received: sigma={sigma}"
        )
    e = np.exp(-0.5 * ((np.arange(size) - (size - 1) / 2) / sigma) ** 2)
    return e / e.sum()


def filter_channels(x: Any, kernels: Any, padding: str, data_format: str) -> Any:
    """A batch of images, each channel convolved with kernels ``(height, width, kernels)``."""
    c = shape_of(x)[-1 if data_format == "channels_last" else 1]
    wide = np.repeat(kernels[:, :, None], c, 2)
    return depthwise_conv(x, native.convert(wide, p.dtype_of(x)), 1, padding, data_format)


def blur(x: Any, size: tuple[int, ...], sigma: Any, padding: str, data_format: str) -> Any:
    """A batch of images convolved with a Gaussian kernel."""
    # one axis after the other: the kernel is the outer product of two lines
    for shape, width, s in (((-1, 1, 1), size[0], sigma[0]), ((1, -1, 1), size[1], sigma[1])):
        x = filter_channels(x, gaussian(width, s).reshape(shape), padding, data_format)
    return x


@public("keras.ops.image.gaussian_blur")
@op("images:float")
def gaussian_blur(
    images: TensorLike,
    kernel_size: ShapeLike = (3, 3),
    sigma: float | Sequence[float] = (1.0, 1.0),
    data_format: str | None = None,
) -> Tensor:
    """Images blurred with a Gaussian kernel; outside there are zeros.

    Args:
        images: An image or a batch of them.
        kernel_size: The width and the height of the kernel.
        sigma: The standard deviations along the width and the height.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.image.gaussian_blur(ops.ones((4, 6, 3)), (3, 5), (1.0, 2.0)))
    (4, 6, 3)
    """
    spatial_axes(images, data_format, "gaussian_blur")
    size = tuple_of(kernel_size, 2, "kernel_size")
    sigmas = numbers_of(sigma)
    if len(sigmas) not in (1, 2):
        raise ValueError(
            f"`sigma` must be a number, or a tuple of 2 of them. Received: sigma={sigma}"
        )
    x, single = as_batch(images)
    return as_given(
        blur(
            x,
            size[::-1],
            (sigmas[-1], sigmas[0]),
            "same",
            config.standardize_data_format(data_format),
        ),
        single,
    )


_SOBEL = np.array([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]])


@public("keras.ops.image.sobel_edges")
@op("images:float")
def sobel_edges(images: TensorLike, data_format: str | None = None) -> Tensor:
    """The derivatives of images by the operator of Sobel and Feldman (1968).

    The images are reflected at their borders.

    Args:
        images: An image or a batch of them.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        A tensor of the shape of the images with one more axis of size 2: along the rows, and
        along the columns.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.image.sobel_edges(ops.ones((4, 6, 3))))
    (4, 6, 3, 2)
    """
    spatial_axes(images, data_format, "sobel_edges")
    data_format = config.standardize_data_format(data_format)
    x, single = as_batch(images)
    rows, columns, _ = spatial_axes(x, data_format, "sobel_edges")
    width = [(0, 0)] * 4
    width[rows] = width[columns] = (1, 1)
    kernels = np.stack([_SOBEL, _SOBEL.T], -1)
    y = filter_channels(pad(x, width, "reflect"), kernels, "valid", data_format)
    if data_format == "channels_last":
        y = p.reshape(y, (*shape_of(x), 2))
    else:
        n, c, h, w = shape_of(x)
        y = p.transpose(p.reshape(y, (n, c, 2, h, w)), (0, 1, 3, 4, 2))
    return as_given(y, single)


@public("keras.ops.image.ssim")
@op("image1:float image2:float filter_size:count")
def ssim(
    image1: TensorLike,
    image2: TensorLike,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Tensor:
    """The structural similarity of images (Wang et al., 2004), 1 for equal ones.

    Args:
        image1: An image or a batch of them.
        image2: Images of the same shape.
        max_val: The largest possible value, 255 for images of that range.
        filter_size: The size of the Gaussian window.
        filter_sigma: Its standard deviation.
        k1: Keeps the comparison of the means stable.
        k2: Keeps the comparison of the variances stable.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        A number for each image.

    Raises:
        ValueError: If the shapes differ, or the images are smaller than the window.

    Example:

    >>> from keras_core import ops
    >>> x = ops.ones((16, 16, 3))
    >>> float(ops.image.ssim(x, x))
    1.0
    """
    shapes = native.static_shape(image1), native.static_shape(image2)
    fits = len(shapes[0]) == len(shapes[1]) and all(
        a == b or a is None or b is None for a, b in zip(*shapes, strict=True)
    )
    if not fits:
        raise ValueError(f"`ssim` compares images of one shape. Received: {shapes[0]}, {shapes[1]}")
    rows, columns, _ = spatial_axes(image1, data_format, "ssim")
    if any((shapes[0][axis] or filter_size) < filter_size for axis in (rows, columns)):
        raise ValueError(
            f"The images must be at least as large as the window, {filter_size} x {filter_size}. "
            f"Received: shape {shapes[0]}. Choose a smaller `filter_size`."
        )
    data_format = config.standardize_data_format(data_format)
    (x, single), (y, _) = as_batch(image1), as_batch(image2)

    def local_mean(v: Any) -> Any:
        size, sigma = (filter_size, filter_size), (filter_sigma, filter_sigma)
        return blur(v, size, sigma, "valid", data_format)

    def similarity(cross: Any, squares: Any, k: float) -> Any:
        c = p.const((k * max_val) ** 2, cross)
        return p.divide(p.add(p.add(cross, cross), c), p.add(squares, c))

    mx, my = local_mean(x), local_mean(y)
    cross, squares = p.multiply(mx, my), p.add(p.multiply(mx, mx), p.multiply(my, my))
    covariance = p.subtract(local_mean(p.multiply(x, y)), cross)
    variances = p.subtract(local_mean(p.add(p.multiply(x, x), p.multiply(y, y))), squares)
    out = p.multiply(similarity(cross, squares, k1), similarity(covariance, variances, k2))
    out = mean(out, tuple(range(1, ndim_of(out))))
    return p.reshape(out, ()) if single else out
