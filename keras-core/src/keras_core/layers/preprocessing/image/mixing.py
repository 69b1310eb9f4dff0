"""Images of a batch mixed with each other."""

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from keras_core import ops, random
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import (
    RandomImageLayer,
    bounds,
    dtype_of,
    images_of,
)
from keras_core.layers.preprocessing.image.windows import windows
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor

_EPSILON = 1e-3


class Mixing(RandomImageLayer):
    """A layer that mixes each image with others of its batch."""

    def order(self, data: Tensor | Mapping[str, Any], seed: SeedLike) -> Tensor:
        """A random order of the images."""
        count = ops.shape(images_of(data))[0]
        return random.shuffle(ops.arange(count, dtype="int32"), seed=seed or self.generator)

    def beta(
        self, data: Tensor | Mapping[str, Any], alpha: float | Tensor, seed: SeedLike
    ) -> Tensor:
        """A number for each image, of a beta distribution with two equal parameters."""
        shape = (ops.shape(images_of(data))[0],)
        return random.beta(shape, alpha, alpha, dtype="float32", seed=seed or self.generator)


def _mix(x: Any, others: Any, share: Any) -> Any:
    """Tensors with shares ``(n,)`` of the first."""
    share = ops.reshape(share, (-1, *[1] * (len(x.shape) - 1)))
    return ops.add(ops.multiply(x, share), ops.multiply(others, ops.subtract(1.0, share)))


def as_floats(labels: Any, layer: Any) -> Any:
    """Labels as they can be mixed."""
    labels = ops.convert_to_tensor(labels)
    dtype = dtype_of(labels)
    if len(labels.shape) < 2 and "float" not in dtype:
        raise ValueError(
            f"{type(layer).__name__} mixes labels, and numbers of classes cannot be mixed. "
            f"Received: labels of shape {tuple(labels.shape)} and dtype {dtype}. Give them to "
            "`keras.ops.one_hot` first."
        )
    return ops.cast(labels, layer.compute_dtype if "float" not in dtype else dtype)


def gathered(boxes: dict[str, Any], orders: list[Any]) -> dict[str, Any]:
    """The boxes of images together with those of others."""
    return {
        k: ops.concatenate([v if i is None else ops.take(v, i, axis=0) for i in orders], axis=1)
        for k, v in boxes.items()
    }


@public("keras.layers.MixUp")
class MixUp(Mixing):
    """Mixes each image, and its labels, with another image of the batch, in training.

    See [Zhang et al., 2018](https://arxiv.org/abs/1710.09412).

    Args:
        alpha: Both parameters of the beta distribution of the shares of the images, a positive
            number: the smaller it is, the more is left of one of them. 0.2 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        seed: An int, to draw the same numbers in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and
            ``bounding_box_format``, as in `keras.utils.bounding_boxes.convert_format`.

    Call arguments:
        data: A batch of images ``(n, height, width, channels)``; or a dict with these as
            ``"images"``; ``"labels"``, one-hot or floats, and ``"segmentation_masks"``, one-hot,
            which are mixed with the same shares; and ``"bounding_boxes"``: those of both images.
            A single image stays.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.MixUp(seed=1)
    >>> mixed = layer({"images": np.ones((2, 8, 8, 3)), "labels": np.eye(2)})
    >>> np.round(keras.ops.convert_to_numpy(mixed["labels"]).sum(axis=1), 4).tolist()
    [1.0, 1.0]
    """

    def __init__(
        self,
        alpha: float = 0.2,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not alpha > 0:
            raise ValueError(f"`alpha` must be a positive number. Received: alpha={alpha!r}")
        self.alpha = alpha

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        return {
            "mix_weight": self.beta(data, float(self.alpha), seed),
            "permutation_order": self.order(data, seed),
        }

    def _mixed(self, x: Any, transformation: Any) -> Any:
        others = ops.take(x, transformation["permutation_order"], axis=0)
        return _mix(x, others, ops.cast(transformation["mix_weight"], dtype_of(x)))

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return images if transformation is None else self._mixed(images, transformation)

    def transform_labels(
        self, labels: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return labels
        return self._mixed(as_floats(labels, self), transformation)

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self.transform_labels(segmentation_masks, transformation, training)

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        if transformation is None:
            return bounding_boxes
        return gathered(bounding_boxes, [None, transformation["permutation_order"]])


@public("keras.layers.CutMix")
class CutMix(Mixing):
    """Replaces a rectangle of each image by that of another image of the batch, in training.

    Labels are mixed in the ratio of the areas. See
    [Yun et al., 2019](https://arxiv.org/abs/1905.04899).

    Args:
        factor: Two numbers, the ends of the range of both parameters of the beta distribution of
            the share of the image that stays; or one, the upper end, with 0 as the lower. 1 by
            default. From 0 to 1.
        seed: An int, to draw the same numbers in each run; random by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``.

    Call arguments:
        data: A batch of images ``(n, height, width, channels)``; or a dict with these as
            ``"images"``; ``"segmentation_masks"``, which follow; and ``"labels"``, one-hot or
            floats, which are mixed. A single image stays.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.CutMix(seed=1)
    >>> mixed = layer({"images": np.ones((2, 8, 8, 3)), "labels": np.eye(2)})
    >>> np.round(keras.ops.convert_to_numpy(mixed["labels"]).sum(axis=1), 4).tolist()
    [1.0, 1.0]
    """

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = bounds(factor, 0, 1)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        alpha = self.uniform(data, float(self.factor[0]), float(self.factor[1]), seed)
        cut = ops.subtract(1.0, self.beta(data, ops.maximum(alpha, _EPSILON), seed))
        masks = windows(self, data, [ops.sqrt(cut)] * 2, seed)
        shares = ops.mean(ops.cast(masks, "float32"), axis=(1, 2, 3), keepdims=True)
        return {
            "permutation_order": self.order(data, seed),
            "batch_masks": masks,
            "mix_weight": ops.subtract(1.0, shares),
        }

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        others = ops.take(images, transformation["permutation_order"], axis=0)
        # the masks of real Keras have channels, as many as images have
        masks = ops.take(transformation["batch_masks"], [0], axis=self.axes[2])
        return ops.where(masks, others, images)

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self.transform_images(segmentation_masks, transformation, training)

    def transform_labels(
        self, labels: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return labels
        labels = as_floats(labels, self)
        others = ops.take(labels, transformation["permutation_order"], axis=0)
        return _mix(labels, others, ops.cast(transformation["mix_weight"], dtype_of(labels)))

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        raise NotImplementedError(
            "CutMix does not change bounding boxes: what is left of an object that is partly cut "
            "out has no box that follows from the old one. Use Mosaic or MixUp, or call CutMix "
            "without 'bounding_boxes'."
        )
