"""Colours of images changed at random."""

from collections.abc import Callable, Sequence
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
from keras_core.layers.preprocessing.image.lightness import RandomBrightness, RandomContrast
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor

_EPSILON = 1e-7


class _OfColours(RandomImageLayer):
    """A layer that computes with pixels scaled to 0 to 1."""

    def __init__(self, value_range: Sequence[float], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_range = value_range_of(value_range)

    def _scaled(self, images: Any) -> Any:
        low, high = self.value_range
        return ops.divide(ops.subtract(ops.cast(images, "float32"), low), high - low)

    def _unscaled(self, x: Any, dtype: str) -> Any:
        low, high = self.value_range
        x = ops.add(ops.multiply(ops.clip(x, 0, 1), high - low), low)
        return ops.cast(x, dtype)


def _grey(x: Any, data_format: str) -> Any:
    return ops.image.rgb_to_grayscale(x, data_format=data_format)


@public("keras.layers.RandomHue")
class RandomHue(_OfColours):
    """Turns the hue of each image by a random amount, in training.

    Args:
        factor: Two numbers, the ends of the range of the amount, where 1 is half of the circle of
            hues, to either side; or one, the upper end, with 0 as the lower. From 0 to 1.
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
    >>> layer = keras.layers.RandomHue(0.2, seed=1)
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
        super().__init__(value_range, seed=seed, data_format=data_format, **kwargs)
        self.factor = bounds(factor, 0, 1)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        amount = self.uniform(data, float(self.factor[0]), float(self.factor[1]), seed)
        side = ops.where(self.is_chosen(data, 0.5, seed), 0.5, -0.5)
        return {"factor": ops.multiply(amount, ops.cast(side, "float32"))}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        x = ops.image.rgb_to_hsv(self._scaled(images), data_format=self.data_format)
        hue, saturation, value = ops.split(x, 3, axis=self.axes[2])
        hue = ops.mod(ops.add(hue, per_image(transformation["factor"])), 1.0)
        x = ops.concatenate([hue, saturation, value], axis=self.axes[2])
        x = ops.image.hsv_to_rgb(x, data_format=self.data_format)
        return self._unscaled(x, dtype_of(images))


@public("keras.layers.RandomSaturation")
class RandomSaturation(_OfColours):
    """Multiplies the saturation of each image by a random factor, in training.

    Args:
        factor: Two numbers, the ends of the range of what is drawn, or one for both directions,
            from -1 to 1: with ``v`` drawn, the factor is ``v / (1 - v)``, so that 0.5 leaves images
            as they are, and what is less than 0 takes all colour.
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
    >>> layer = keras.layers.RandomSaturation((0.4, 0.6), seed=1)
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
        super().__init__(value_range, seed=seed, data_format=data_format, **kwargs)
        self.factor = bounds(factor, -1, 1, symmetric=True)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        v = self.uniform(data, float(self.factor[0]), float(self.factor[1]), seed)
        return {"factor": ops.divide(v, ops.add(ops.subtract(1.0, v), _EPSILON))}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        # Hue and value stay, so each channel moves along the line to the largest of them.
        low, high = self.value_range
        x, axis = ops.cast(images, "float32"), self.axes[2]
        red, green, blue = ops.split(x, 3, axis=axis)
        value = ops.maximum(ops.maximum(red, green), blue)
        chroma = ops.subtract(value, ops.minimum(ops.minimum(red, green), blue))
        divisor = ops.where(ops.equal(chroma, 0), 1.0, chroma)
        most = ops.divide(ops.subtract(value, low), divisor)  # where the saturation is 1
        factor = ops.minimum(per_image(transformation["factor"]), most)
        reach = ops.multiply(ops.subtract(value, x), ops.maximum(factor, 0.0))
        return ops.cast(ops.clip(ops.subtract(value, reach), low, high), dtype_of(images))


@public("keras.layers.RandomColorDegeneration")
class RandomColorDegeneration(_OfColours):
    """Mixes each image with its own greys, by a random share, in training.

    Args:
        factor: Two numbers, the ends of the range of the share of the greys, or one for both
            directions: less than 0 makes colours stronger. From -1 to 1.
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
    >>> layer = keras.layers.RandomColorDegeneration((0, 0.5), seed=1)
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
        super().__init__(value_range, seed=seed, data_format=data_format, **kwargs)
        self.factor = bounds(factor, -1, 1, symmetric=True)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        low, high = map(float, self.factor)
        return {"factor": self.uniform(data, low, high, seed, 1, 1, 1)}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        x = ops.cast(images, "float32")
        grey = _grey(x, self.data_format)
        x = ops.add(x, ops.multiply(ops.subtract(grey, x), transformation["factor"]))
        return ops.cast(ops.clip(x, *self.value_range), dtype_of(images))


@public("keras.layers.RandomGrayscale")
class RandomGrayscale(RandomImageLayer):
    """Takes the colour from a random share of the images, in training.

    Args:
        factor: Share of the images that become grey, 0.5 by default. From 0 to 1.
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
    >>> layer = keras.layers.RandomGrayscale(0.3, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    _keeps_ints = True

    def __init__(
        self,
        factor: float = 0.5,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        if isinstance(factor, bool) or not isinstance(factor, (int, float)) or not 0 <= factor <= 1:
            raise ValueError(f"`factor` should be between 0 and 1. Received: factor={factor}")
        self.factor = factor

    # Keras's names of arguments, here and below.

    def get_random_transformation(  # type: ignore[override]
        self, images: Tensor, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        return per_image(self.is_chosen(images, self.factor, seed)) if training else None

    def transform_labels(  # type: ignore[override]
        self, labels: Tensor, transformations: Tensor | None = None, training: Mode = True
    ) -> Tensor:
        return super().transform_labels(labels, transformations, training)

    def transform_segmentation_masks(  # type: ignore[override]
        self,
        segmentation_masks: Tensor,
        transformations: Tensor | None = None,
        training: Mode = True,
    ) -> Tensor:
        return super().transform_segmentation_masks(segmentation_masks, transformations, training)

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        grey = ops.cast(_grey(ops.cast(images, "float32"), self.data_format), dtype_of(images))
        return ops.where(transformation, grey, images)


@public("keras.layers.RandomColorJitter")
class RandomColorJitter(RandomImageLayer):
    """Changes brightness, contrast, saturation and hue of each image, in training.

    Args:
        value_range: Least and greatest value of the pixels; ``(0, 255)`` by default.
        brightness_factor: That of `RandomBrightness`; by default the brightness stays.
        contrast_factor: That of `RandomContrast`; by default the contrast stays.
        saturation_factor: That of `RandomSaturation`; by default the saturation stays.
        hue_factor: That of `RandomHue`; by default the hue stays.
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
    >>> layer = keras.layers.RandomColorJitter(brightness_factor=0.2, hue_factor=0.1, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    _steps: list[RandomImageLayer]

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        brightness_factor: float | Sequence[float] | None = None,
        contrast_factor: float | Sequence[float] | None = None,
        saturation_factor: float | Sequence[float] | None = None,
        hue_factor: float | Sequence[float] | None = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.value_range = value_range_of(value_range)
        self.brightness_factor, self.contrast_factor = brightness_factor, contrast_factor
        self.saturation_factor, self.hue_factor = saturation_factor, hue_factor
        steps: list[tuple[Callable[..., Any], Any]] = [
            (RandomBrightness, brightness_factor),
            (RandomContrast, contrast_factor),
            (RandomSaturation, saturation_factor),
            (RandomHue, hue_factor),
        ]
        self._keep(
            _steps=[
                cls(
                    factor,
                    value_range=self.value_range,
                    data_format=self.data_format,
                    dtype=self.dtype_policy,
                )
                for cls, factor in steps
                if factor is not None
            ]
        )

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        seed = seed or self.generator
        return [step.get_random_transformation(data, training, seed) for step in self._steps]

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        for step, drawn in zip(self._steps, transformation or (), strict=False):
            images = step.transform_images(images, drawn, training)
        return images
