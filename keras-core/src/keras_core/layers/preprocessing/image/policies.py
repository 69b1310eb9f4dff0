"""Augmentations put together at random."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Unpack

from keras_core import ops, random
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import (
    ImageLayer,
    RandomImageLayer,
    bounds,
    check_counts,
    dtype_of,
    images_of,
    value_range_of,
)
from keras_core.layers.preprocessing.image.color import RandomColorDegeneration
from keras_core.layers.preprocessing.image.geometry import (
    INTERPOLATIONS,
    RandomRotation,
    RandomTranslation,
)
from keras_core.layers.preprocessing.image.histograms import Equalization
from keras_core.layers.preprocessing.image.lightness import RandomBrightness, RandomContrast
from keras_core.layers.preprocessing.image.sharpness import RandomSharpness
from keras_core.layers.preprocessing.image.shear import RandomShear
from keras_core.layers.preprocessing.image.tone import (
    AutoContrast,
    RandomPosterization,
    Solarization,
)
from keras_core.random.distributions import log_gamma
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor


class _Policy(RandomImageLayer):
    """A layer that chooses among others."""

    _choices: dict[str, ImageLayer]

    def __init__(
        self,
        value_range: Sequence[float],
        factor: float | Sequence[float],
        interpolation: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if interpolation not in INTERPOLATIONS:
            raise NotImplementedError(
                f"Unknown `interpolation` {interpolation}. Expected of one {INTERPOLATIONS}."
            )
        self.value_range = value_range_of(value_range)
        self.factor, self.interpolation = bounds(factor, 0, 1), interpolation

    def _made(self, changes_light: bool = True) -> dict[str, ImageLayer]:
        """The layers to choose from, by name."""
        ends, most = self.factor, self.factor[1]
        common: dict[str, Any] = {
            "data_format": self.data_format,
            "bounding_box_format": self.bounding_box_format,
            "dtype": self.dtype_policy,
        }
        sampled = {**common, "interpolation": self.interpolation}
        valued = {**common, "value_range": self.value_range}
        layers: dict[str, ImageLayer] = {
            "random_shear": RandomShear(ends, ends, **sampled),
            "random_translation": RandomTranslation(ends, ends, **sampled),
            "random_rotation": RandomRotation(ends, **sampled),
        }
        if changes_light:
            layers |= {
                "random_brightness": RandomBrightness(ends, **valued),
                "random_color_degeneration": RandomColorDegeneration(ends, **valued),
                "random_contrast": RandomContrast(ends, **valued),
                "random_sharpness": RandomSharpness(ends, **valued),
            }
        return layers | {
            "random_posterization": RandomPosterization(max(int(8 * most), 1), **valued),
            "solarization": Solarization(most, most, **valued),
            "auto_contrast": AutoContrast(**valued),
            "equalization": Equalization(**valued),
        }

    def _drawn(self, data: Any, seed: Any) -> dict[str, Any]:
        """A transformation by each of the layers."""
        return {
            name: layer.get_random_transformation(data, True, seed)
            for name, layer in self._choices.items()
        }

    def _drawn_index(self, count: int, seed: Any) -> Any:
        return random.randint((count,), 0, len(self._choices), seed=seed)

    def _applied(self, method: str, x: Any, index: Any, transforms: dict[str, Any]) -> Any:
        """What a method of the layer of an index makes of images, masks or boxes."""

        def run(name: str, layer: ImageLayer, x: Any) -> Any:
            return getattr(layer, method)(x, transforms[name], training=True)

        return ops.switch(index, [partial(run, *item) for item in self._choices.items()], x)


@public("keras.layers.RandAugment")
class RandAugment(_Policy):
    """Applies random layers one after the other to a batch, in training.

    They are chosen from `RandomShear`, `RandomTranslation`, `RandomRotation`, `RandomBrightness`,
    `RandomColorDegeneration`, `RandomContrast`, `RandomSharpness`, `RandomPosterization`,
    `Solarization`, `AutoContrast` and `Equalization`: the same for all images of a batch, each of
    which gets numbers of its own. See [Cubuk et al., 2020](https://arxiv.org/abs/1909.13719).

    Args:
        value_range: Least and greatest value of the pixels; ``(0, 255)`` by default.
        num_ops: How many layers are applied, a positive int; 2 by default.
        factor: Two numbers, the ends of the range of the strength of the layers; or one, the upper
            end, with 0 as the lower. 0.5 by default. From 0 to 1.
        interpolation: ``"bilinear"`` (the default) or ``"nearest"``.
        seed: An int, to draw the same numbers in each run; random by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and
            ``bounding_box_format``, as in `keras.utils.bounding_boxes.convert_format`.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, and ``"bounding_boxes"`` and ``"segmentation_masks"``, which follow.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.RandAugment(num_ops=1, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        num_ops: int = 2,
        factor: float | Sequence[float] = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            value_range, factor, interpolation, seed=seed, data_format=data_format, **kwargs
        )
        check_counts(num_ops=num_ops)
        self.num_ops = num_ops
        self._keep(_choices=self._made())

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        seed = seed or self.generator
        return {
            "transforms": self._drawn(data, seed),
            "layer_idxes": self._drawn_index(self.num_ops, seed),
        }

    def _in_turn(self, method: str, x: Any, transformation: Any) -> Any:
        if transformation is None:
            return x
        for i in range(self.num_ops):
            index = transformation["layer_idxes"][i]
            x = self._applied(method, x, index, transformation["transforms"])
        return x

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._in_turn("transform_images", images, transformation)

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._in_turn("transform_segmentation_masks", segmentation_masks, transformation)

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        return self._in_turn("transform_bounding_boxes", bounding_boxes, transformation)


@public("keras.layers.AugMix")
class AugMix(_Policy):
    """Mixes each image with several of its augmentations, in training.

    Each is made by a chain of random layers, those of `RandAugment`: the same for all images of a
    batch, each of which gets numbers and shares of its own. See
    [Hendrycks et al., 2020](https://arxiv.org/abs/1912.02781).

    Args:
        value_range: Least and greatest value of the pixels; ``(0, 255)`` by default.
        num_chains: Number of chains, 3 by default.
        chain_depth: Number of layers of each chain, 3 by default.
        factor: Two numbers, the ends of the range of the strength of the layers; or one, the upper
            end, with 0 as the lower. 0.3 by default. From 0 to 1.
        alpha: Parameter of the Dirichlet distribution of the shares of the chains, and of the beta
            distribution of the share of the image itself, a positive number; 1 by default, so
            that each share is as likely as others.
        all_ops: Whether brightness, colour degeneration, contrast and sharpness, which the usual
            benchmarks of robustness change too, are among the layers. True by default.
        interpolation: ``"bilinear"`` (the default) or ``"nearest"``.
        seed: An int, to draw the same numbers in each run; random by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and
            ``bounding_box_format``, as in `keras.utils.bounding_boxes.convert_format`.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``; ``"segmentation_masks"``, one-hot, which are mixed with the same shares;
            and ``"bounding_boxes"``, which stay, as the image itself does.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.AugMix(num_chains=2, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: float | Sequence[float] = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            value_range, factor, interpolation, seed=seed, data_format=data_format, **kwargs
        )
        check_counts(num_chains=num_chains, chain_depth=chain_depth)
        if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not alpha > 0:
            raise ValueError(f"`alpha` must be a positive number. Received: alpha={alpha!r}")
        self.num_chains, self.chain_depth = num_chains, chain_depth
        self.alpha, self.all_ops = alpha, all_ops
        self._keep(_choices=self._made(all_ops))

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        seed = seed or self.generator
        count, alpha = ops.shape(images_of(data))[0], float(self.alpha)
        shape = (count, self.num_chains)
        chains = []
        for _ in range(self.num_chains):
            index = self._drawn_index(self.chain_depth, seed)
            chains.append(
                [
                    {"layer_idx": index[i], "transforms": self._drawn(data, seed)}
                    for i in range(self.chain_depth)
                ]
            )
        return {
            "chain_mixing_weights": ops.softmax(log_gamma(shape, alpha, "float32", seed), axis=-1),
            "weight_sample": random.beta((count,), alpha, alpha, dtype="float32", seed=seed),
            "chain_transforms": chains,
        }

    def _mixed(self, method: str, x: Any, transformation: Any, dtype: str) -> Any:
        if transformation is None:
            return x
        shares = ops.reshape(transformation["chain_mixing_weights"], (-1, self.num_chains))
        own = ops.reshape(transformation["weight_sample"], (-1, 1, 1, 1))
        total: Any = 0.0
        for i, chain in enumerate(transformation["chain_transforms"]):
            y = x
            for step in chain:
                y = self._applied(method, y, step["layer_idx"], step["transforms"])
            share = ops.reshape(shares[:, i], (-1, 1, 1, 1))
            total = ops.add(total, ops.multiply(ops.cast(y, "float32"), share))
        rest = ops.multiply(total, ops.subtract(1.0, own))
        return ops.cast(ops.add(ops.multiply(ops.cast(x, "float32"), own), rest), dtype)

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._mixed("transform_images", images, transformation, dtype_of(images))

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._mixed(
            "transform_segmentation_masks", segmentation_masks, transformation, self.compute_dtype
        )
