"""Images blurred at random."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import (
    RandomImageLayer,
    bounds,
    check_counts,
    dtype_of,
    per_image,
    value_range_of,
)
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor

_EPSILON = 1e-7


@public("keras.layers.RandomGaussianBlur")
class RandomGaussianBlur(RandomImageLayer):
    """Blurs some of the images with Gaussian kernels of random widths, in training.

    Outside of images there are zeros.

    Args:
        factor: Two numbers, the ends of the range of the probability that an image is changed; or
            one, the upper end, with 0 as the lower. 1 by default, so that it is half of them.
        kernel_size: Width and height of the kernel, odd integers; or one for both. 3 by default.
        sigma: Two numbers, the ends of the range of the standard deviations along the width and
            the height, in pixels; or one, the upper end, with 0 as the lower. 1 by default. From 0
            to 1.
        value_range: Least and greatest value of the pixels, to which results are clipped;
            ``(0, 255)`` by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        seed: An int, to draw the same numbers in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, whose other entries stay.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.RandomGaussianBlur(kernel_size=5, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        kernel_size: int | Sequence[int] = 3,
        sigma: float | Sequence[float] = 1.0,
        value_range: Sequence[float] = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = bounds(factor, 0, 1)
        self.sigma = bounds(sigma, 0, 1, "sigma")
        self.value_range = value_range_of(value_range)
        sizes: list[Any] = (
            [*kernel_size] if isinstance(kernel_size, (list, tuple)) else [kernel_size] * 2
        )
        if len(sizes) != 2:
            raise ValueError(
                "The `kernel_size` argument should be a number (or a list of two numbers). "
                f"Received: kernel_size={kernel_size}"
            )
        for size in sizes:
            check_counts(kernel_size=size)
            if size % 2 == 0:
                raise ValueError(
                    f"kernel_size must be an odd number. Received: kernel_size={kernel_size}"
                )
        self.kernel_size = tuple(sizes)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        low, high = map(float, self.sigma)
        return {
            "should_apply_blur": self.is_met(data, self.factor, seed),
            "blur_factor": self.uniform(data, low, high, seed, 2),
        }

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        x = blurred = ops.cast(images, "float32")
        sigmas = ops.reshape(transformation["blur_factor"], (-1, 2))
        rows, columns, _ = self.axes
        for axis, size, sigma in zip(
            (columns, rows), self.kernel_size, (sigmas[:, :1], sigmas[:, 1:]), strict=True
        ):
            blurred = _convolved(blurred, axis, _lines(size, sigma), size)
        x = ops.where(per_image(transformation["should_apply_blur"]), blurred, x)
        return ops.cast(ops.clip(x, *self.value_range), dtype_of(images))


def _lines(size: int, sigma: Any) -> Any:
    """Gaussian weights ``(n, size)``, whose sums are 1, of standard deviations ``(n, 1)``."""
    places = ops.subtract(ops.arange(size, dtype="float32"), size // 2)
    scaled = ops.divide(places, ops.add(sigma, _EPSILON))
    e = ops.exp(ops.multiply(ops.square(scaled), -0.5))
    return ops.divide(e, ops.sum(e, axis=1, keepdims=True))


def _convolved(x: Any, axis: int, weights: Any, size: int) -> Any:
    """Images convolved along an axis, each with a line of its own."""
    width = [(0, 0)] * 4
    width[axis] = (size // 2, size // 2)
    padded = ops.pad(x, width)
    extent = ops.shape(x)[axis]
    total: Any = None
    for i in range(size):
        where: list[Any] = [slice(None)] * 4
        where[axis] = slice(i, i + extent)
        part = ops.multiply(padded[tuple(where)], per_image(weights[:, i]))
        total = part if total is None else ops.add(total, part)
    return total
