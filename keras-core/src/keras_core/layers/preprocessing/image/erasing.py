"""Parts of images erased at random."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops, random
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import number_or_numbers
from keras_core.layers.preprocessing.image.base import (
    RandomImageLayer,
    bounds,
    dtype_of,
    images_of,
    per_image,
    value_range_of,
)
from keras_core.layers.preprocessing.image.windows import windows
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor


@public("keras.layers.RandomErasing")
class RandomErasing(RandomImageLayer):
    """Erases a random rectangle of some of the images, in training.

    See [Zhong et al., 2020](https://arxiv.org/abs/1708.04896).

    Args:
        factor: Two numbers, the ends of the range of the probability that an image is changed; or
            one, the upper end, with 0 as the lower. 1 by default, so that it is half of them.
        scale: Two numbers, the ends of the ranges of the squares of the height and of the width of
            the rectangle, as parts of those of the image, so that they are the ends of the range of
            its area too; or one, the upper end. ``(0.02, 0.33)`` by default. From 0 to 1.
        fill_value: What erased pixels become: a number, or one for each channel; by default noise
            of a normal distribution, clipped to the range of the values.
        value_range: Least and greatest value of the pixels; ``(0, 255)`` by default.
        seed: An int, to draw the same numbers in each run; random by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, whose other entries stay.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.RandomErasing(fill_value=0, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        scale: float | Sequence[float] = (0.02, 0.33),
        fill_value: float | Sequence[float] | None = None,
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = bounds(factor, 0, 1)
        self.scale = bounds(scale, 0, 1, "scale")
        if fill_value is not None:
            number_or_numbers("fill_value", fill_value)
        self.fill_value = fill_value
        self.value_range = value_range_of(value_range)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        low, high = map(float, self.scale)
        sides = [ops.sqrt(self.uniform(data, low, high, seed)) for _ in range(2)]
        return {
            "apply_erasing": self.is_met(data, self.factor, seed),
            "batch_masks": windows(self, data, sides, seed),
            "fill_value": ops.clip(self._fill(data, seed), *self.value_range),
        }

    def _fill(self, data: Any, seed: Any) -> Any:
        low, high = self.value_range
        if self.fill_value is None:
            shape = ops.shape(images_of(data))
            seed = seed or self.generator
            return random.normal(shape, low, high - low, dtype="float32", seed=seed)
        shape = [1] * 4
        shape[self.axes[2]] = -1
        return ops.reshape(ops.convert_to_tensor(self.fill_value, "float32"), shape)

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        erased = ops.logical_and(
            per_image(transformation["apply_erasing"]), transformation["batch_masks"]
        )
        return ops.where(erased, ops.cast(transformation["fill_value"], dtype_of(images)), images)
