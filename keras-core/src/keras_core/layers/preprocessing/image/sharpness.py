"""Images sharpened and softened at random."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import (
    RandomImageLayer,
    bounds,
    dtype_of,
    per_image,
    value_range_of,
)
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor


@public("keras.layers.RandomSharpness")
class RandomSharpness(RandomImageLayer):
    """Makes each image sharper or softer by a random amount, in training.

    Args:
        factor: Two numbers, the ends of the range of the amount, where 0 is soft, 0.5 leaves images
            as they are, and 1 is sharp; or one, the upper end, with 0 as the lower. From 0 to 1.
        value_range: Least and greatest value of the pixels; ``(0, 255)`` by default.
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
    >>> layer = keras.layers.RandomSharpness(0.5, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        factor: float | Sequence[float],
        value_range: Sequence[float] = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = bounds(factor, 0, 1)
        self.value_range = value_range_of(value_range)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        low, high = map(float, self.factor)
        return {"factor": self.uniform(data, low, high, seed)}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        x = ops.cast(images, "float32")
        width = [(0, 0)] * 4
        for axis in self.axes[:2]:
            width[axis] = (1, 1)
        around = ops.average_pool(
            ops.pad(x, width), 3, strides=1, padding="valid", data_format=self.data_format
        )
        # the soft image has weights of 1 around 5, their sum being 13
        amount = ops.multiply(per_image(transformation["factor"]), 2)
        rest = ops.divide(ops.subtract(1.0, amount), 13)
        own = ops.multiply(x, ops.add(amount, ops.multiply(rest, 4)))
        x = ops.add(own, ops.multiply(around, ops.multiply(rest, 9)))
        return ops.cast(ops.clip(x, *self.value_range), dtype_of(images))
