"""Images bent at random."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops, random
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import number
from keras_core.layers.preprocessing.image.base import (
    RandomImageLayer,
    bounds,
    dtype_of,
    images_of,
    value_range_of,
)
from keras_core.layers.preprocessing.image.geometry import FILL_MODES, check_modes
from keras_core.ops.image.sampling import sample_images
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor

_AMPLITUDE, _WIDTH = 0.03, 0.05
_EPSILON = 1e-4


@public("keras.layers.RandomElasticTransform")
class RandomElasticTransform(RandomImageLayer):
    """Moves the pixels of some of the images by smooth random fields, in training.

    See [Simard et al., 2003](https://doi.org/10.1109/ICDAR.2003.1227801).

    Args:
        factor: Two numbers, the ends of the range of the probability that an image is changed; or
            one, the upper end, with 0 as the lower. 1 by default, so that it is half of them.
        scale: Two numbers, the ends of the range of the strength; or one, the upper end, with 0 as
            the lower. 1 by default. From 0 to 1. At 1, pixels move by about 3% of the longer side
            of the image, and what is 5% of the shorter side apart moves together.
        interpolation: ``"bilinear"`` (the default) or ``"nearest"``.
        fill_mode: What is outside of the image: ``"reflect"`` (the default, ``dcba|abcd|dcba``),
            ``"wrap"`` (``abcd|abcd|abcd``), ``"constant"``, ``"nearest"`` (``aaaa|abcd|dddd``) or
            ``"mirror"`` (``dcb|abcd|cba``).
        fill_value: What is outside with ``"constant"``, 0 by default.
        value_range: Least and greatest value of the pixels, to which results are clipped;
            ``(0, 255)`` by default.
        seed: An int, to draw the same numbers in each run; random by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, and ``"segmentation_masks"``, which follow.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.RandomElasticTransform(seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        scale: float | Sequence[float] = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        check_modes(interpolation, fill_mode, (*FILL_MODES, "mirror"))
        self.factor, self.scale = bounds(factor, 0, 1), bounds(scale, 0, 1, "scale")
        self.interpolation, self.fill_mode = interpolation, fill_mode
        self.fill_value = number("fill_value", fill_value)
        self.value_range = value_range_of(value_range)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        images = images_of(data)
        strength = self.uniform(data, float(self.scale[0]), float(self.scale[1]), seed)
        applies = self.is_met(data, self.factor, seed)
        h, w = self.size_of(images)
        sides = [ops.cast(d, "float32") for d in (h, w)]
        used = ops.where(applies, strength, ops.zeros_like(strength))
        width = ops.multiply(strength, ops.multiply(ops.minimum(*sides), _WIDTH))
        reach = ops.multiply(used, ops.multiply(ops.maximum(*sides), _AMPLITUDE))
        noise = random.normal(
            (2, ops.shape(images)[0], h, w), dtype="float32", seed=seed or self.generator
        )
        field = ops.matmul(ops.matmul(_smoothing(h, width), noise), _smoothing(w, width))
        return {
            "apply_transform": applies,
            "distortion_factor": strength,
            "displacements": ops.multiply(field, ops.reshape(reach, (1, -1, 1, 1))),
        }

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        x = self._bent(images, transformation, self.interpolation)
        return ops.cast(ops.clip(x, *self.value_range), dtype_of(images))

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return segmentation_masks
        x = self._bent(segmentation_masks, transformation, "nearest")
        return ops.cast(x, dtype_of(segmentation_masks))

    def _bent(self, x: Any, transformation: Any, interpolation: str) -> Any:
        h, w = self.size_of(x)
        moves = transformation["displacements"]
        return sample_images(
            ops.cast(x, "float32"),
            ops.add(moves[0], ops.reshape(ops.arange(h, dtype="float32"), (-1, 1))),
            ops.add(moves[1], ops.arange(w, dtype="float32")),
            interpolation=interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        raise NotImplementedError(
            "RandomElasticTransform does not change bounding boxes: a bent object has no box that "
            "follows from the old one. Call it without 'bounding_boxes'."
        )


def _smoothing(extent: Any, width: Any) -> Any:
    """Matrices ``(n, extent, extent)`` that make noise smooth, and keep its variance, 1.

    Args:
        extent: Number of pixels.
        width: Standard deviation ``(n,)`` of the Gaussian kernel of each.
    """
    places = ops.arange(extent, dtype="float32")
    gaps = ops.subtract(ops.expand_dims(places, 1), places)
    scaled = ops.divide(gaps, ops.reshape(ops.add(width, _EPSILON), (-1, 1, 1)))
    kernel = ops.exp(ops.multiply(ops.square(scaled), -0.5))
    return ops.divide(kernel, ops.sqrt(ops.sum(ops.square(kernel), axis=1, keepdims=True)))
