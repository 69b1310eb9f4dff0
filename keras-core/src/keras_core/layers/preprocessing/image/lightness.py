"""The contrast and the brightness of images changed at random."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import (
    RandomImageLayer,
    bounds,
    dtype_of,
    value_range_of,
)
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor


@public("keras.layers.RandomContrast")
class RandomContrast(RandomImageLayer):
    """Changes the contrast of each image by a random factor, in training.

    Each channel becomes ``(x - mean) * factor + mean``, with its own mean.

    Args:
        factor: Two numbers ``(lower, upper)``: factors are between ``1 - lower`` and
            ``1 + upper``; or one, the upper, with 0 as the lower. From 0 to 1.
        value_range: Least and greatest value of the pixels, to which results are clipped;
            ``(0, 255)`` by default.
        seed: An int, to draw the same numbers in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and ``data_format``.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.RandomContrast(0.5, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        factor: float | Sequence[float],
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        self.factor = bounds(factor, 0, 1)
        self.value_range = value_range_of(value_range)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        low, high = 1.0 - self.factor[0], 1.0 + self.factor[1]
        return {"contrast_factor": self.uniform(data, low, high, seed, 1, 1, 1)}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        x = ops.cast(images, "float32")
        mean = ops.mean(x, axis=self.axes[:2], keepdims=True)
        factor = transformation["contrast_factor"]
        x = ops.add(ops.multiply(x, factor), ops.multiply(mean, ops.subtract(1.0, factor)))
        return ops.cast(ops.clip(x, *self.value_range), dtype_of(images))


@public("keras.layers.RandomBrightness")
class RandomBrightness(RandomImageLayer):
    """Makes each image brighter or darker by a random amount, in training.

    Args:
        factor: Two numbers, the ends of the range of what is added, as parts of the range of the
            values: 0.2 adds 51 to values from 0 to 255; or one for both directions. From -1 to 1.
        value_range: Least and greatest value of the pixels, to which results are clipped;
            ``(0, 255)`` by default.
        seed: An int, to draw the same numbers in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and ``data_format``.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them, of floats or integers,
            which stay so; or a dict with these as ``"images"``.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.RandomBrightness((0.2, 0.2), value_range=(0, 1))
    >>> round(float(layer(np.full((1, 1, 1), 0.5))[0, 0, 0]), 2)
    0.7
    """

    _keeps_ints = True

    def __init__(
        self,
        factor: float | Sequence[float],
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        self.factor = bounds(factor, -1, 1, symmetric=True)
        self.value_range = value_range_of(value_range)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        low, high = self.value_range
        least, most = (float(end * (high - low)) for end in self.factor)
        return {"rgb_delta": self.uniform(data, least, most, seed, 1, 1, 1)}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        x = ops.add(ops.cast(images, "float32"), transformation["rgb_delta"])
        return ops.cast(ops.clip(x, *self.value_range), dtype_of(images))
