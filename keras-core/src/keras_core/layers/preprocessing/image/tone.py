"""Values of pixels inverted, coarsened and stretched."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import (
    ImageLayer,
    RandomImageLayer,
    as_bytes,
    bounds,
    dtype_of,
    of_bytes,
    per_image,
    value_range_of,
)
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor


@public("keras.layers.RandomInvert")
class RandomInvert(RandomImageLayer):
    """Inverts some of the images: values are taken from the greatest, in training.

    Args:
        factor: Two numbers, the ends of the range of the probability that an image is inverted; or
            one, the upper end, with 0 as the lower. 1 by default, so that it is half of them.
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
    >>> layer = keras.layers.RandomInvert(seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
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
        return {"apply_inversion": self.is_met(data, self.factor, seed)}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        inverted = ops.subtract(ops.cast(self.value_range[1], dtype_of(images)), images)
        return ops.where(per_image(transformation["apply_inversion"]), inverted, images)


@public("keras.layers.RandomPosterization")
class RandomPosterization(RandomImageLayer):
    """Keeps a random number of the eight bits of each image's values, in training.

    Args:
        factor: Two integers ``(low, high)``: from ``low`` to ``high - 1`` bits are kept; or the
            upper, with 1 as the lower. From 1 to 8.
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
    >>> layer = keras.layers.RandomPosterization(5, seed=1)
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
        low, high = bounds(factor, 1, 8)
        self.factor = (low, high) if isinstance(factor, (tuple, list)) else (1, high)
        self.value_range = value_range_of(value_range)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        low, high = map(float, self.factor)
        bits = ops.floor(self.uniform(data, low, max(high, low + 1), seed))
        bits = ops.minimum(bits, max(high - 1, low))
        return {"shift_factor": ops.cast(ops.subtract(8.0, bits), "uint8")}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        x = ops.clip(ops.cast(as_bytes(images, self.value_range), "int16"), 0, 255)
        shift = ops.cast(per_image(transformation["shift_factor"]), "float32")
        kept = ops.cast(ops.subtract(256, ops.power(2.0, shift)), "int16")
        x = ops.cast(ops.bitwise_and(x, kept), "float32")
        return of_bytes(x, self.value_range, dtype_of(images))


@public("keras.layers.Solarization")
class Solarization(RandomImageLayer):
    """Adds to the values of each image and inverts those above a threshold, in training.

    Args:
        addition_factor: Two numbers, the ends of the range of what is added, as parts of the
            whole range; or one, the upper end, with 0 as the lower. 0 by default. From 0 to 1.
        threshold_factor: The same for the threshold from which on values are inverted.
        value_range: Least and greatest value of the pixels; ``(0, 255)`` by default.
        seed: An int, to draw the same numbers in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and ``data_format``.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, whose other entries stay.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.Solarization(0.1, 0.5, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        addition_factor: float | Sequence[float] = 0.0,
        threshold_factor: float | Sequence[float] = 0.0,
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        self.addition_factor = bounds(addition_factor, 0, 1, "addition_factor")
        self.threshold_factor = bounds(threshold_factor, 0, 1, "threshold_factor")
        self.value_range = value_range_of(value_range)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        drawn = [
            self.uniform(data, 255.0 * ends[0], 255.0 * ends[1], seed, 1, 1, 1)
            for ends in (self.addition_factor, self.threshold_factor)
        ]
        return {"additions": drawn[0], "thresholds": drawn[1]}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        x = as_bytes(images, self.value_range)
        x = ops.clip(ops.add(x, transformation["additions"]), 0, 255)
        x = ops.where(ops.less(x, transformation["thresholds"]), x, ops.subtract(255, x))
        return of_bytes(x, self.value_range, dtype_of(images))


@public("keras.layers.AutoContrast")
class AutoContrast(ImageLayer):
    """Stretches the values of each channel of each image to the whole range.

    Args:
        value_range: Least and greatest value of the pixels; ``(0, 255)`` by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and ``data_format``.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, whose other entries stay.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.AutoContrast()
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self, value_range: Sequence[float] = (0, 255), **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**kwargs)
        self.value_range = value_range_of(value_range)

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        low, high = self.value_range
        x = ops.cast(images, "float32")
        least = ops.min(x, axis=self.axes[:2], keepdims=True)
        span = ops.subtract(ops.max(x, axis=self.axes[:2], keepdims=True), least)
        is_flat = ops.equal(span, 0)
        one = ops.ones_like(span)
        scale = ops.where(is_flat, one, ops.divide(high - low, ops.where(is_flat, one, span)))
        offset = ops.where(is_flat, 0.0, ops.subtract(low, ops.multiply(least, scale)))
        ends = (ops.where(is_flat, least, float(end)) for end in (low, high))
        x = ops.add(ops.multiply(x, scale), offset)
        return ops.cast(ops.clip(x, *ends), dtype_of(images))
