"""Four images as one."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import bounds, images_of
from keras_core.layers.preprocessing.image.mixing import Mixing, as_floats, gathered
from keras_core.layers.preprocessing.image.windows import pixels_at
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor


@public("keras.layers.Mosaic")
class Mosaic(Mixing):
    """Puts parts of four images of the batch together, in training.

    The four meet at a random point: the image itself is above it at the left, and three others are
    at the right, below at the left, and below at the right. Each shows the part that is nearest to
    the point. See [Bochkovskiy et al., 2020](https://arxiv.org/abs/2004.10934).

    Args:
        offset: Two numbers, the ends of the range of the row and of the column of the point, as
            parts of the height and of the width; ``(0.25, 0.75)`` by default. From 0 to 1.
        seed: An int, to draw the same numbers in each run; random by default.
        bounding_box_format: Format of boxes, as in `keras.utils.bounding_boxes.convert_format`;
            boxes cannot be given by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``.

    Call arguments:
        data: A batch of images ``(n, height, width, channels)``; or a dict with these as
            ``"images"``; ``"segmentation_masks"``, which follow; ``"bounding_boxes"``, which become
            four times as many, those out of sight with the label -1; and ``"labels"``, one-hot or
            floats, which are mixed in the ratio of the areas.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.Mosaic(offset=(0.5, 0.5), seed=1)
    >>> mixed = layer({"images": np.ones((4, 8, 8, 3)), "labels": np.eye(4)})
    >>> float(mixed["labels"][2, 2]) >= 0.25
    True
    """

    def __init__(
        self,
        offset: float | Sequence[float] = (0.25, 0.75),
        seed: int | None = None,
        bounding_box_format: str | None = None,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            seed=seed, bounding_box_format=bounding_box_format, data_format=data_format, **kwargs
        )
        if not isinstance(offset, (tuple, list)):
            raise ValueError(
                f"`offset` must be two numbers from 0 to 1. Received: offset={offset!r}"
            )
        self.offset = bounds(offset, 0, 1, "offset")

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        low, high = map(float, self.offset)
        size = self.size_of(images_of(data))
        centres = [
            ops.round(ops.multiply(self.uniform(data, low, high, seed), ops.cast(d, "float32")))
            for d in size
        ]
        return {
            "permutation_order": ops.stack([self.order(data, seed) for _ in range(3)], axis=1),
            "mosaic_centers": ops.cast(ops.stack(centres, axis=1), "int32"),
            "input_shape": tuple(ops.shape(images_of(data))),
        }

    def _orders(self, transformation: Any) -> list[Any]:
        """Which images are in the four corners, row by row; None for the image itself."""
        return [None, *(transformation["permutation_order"][:, i] for i in range(3))]

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        corners = [
            images if order is None else ops.take(images, order, axis=0)
            for order in self._orders(transformation)
        ]
        # the point that the corners have in common comes from (0, 0) of each, around the edges
        places, beyond = [], []
        for i, axis in enumerate(self.axes[:2]):
            extent = ops.shape(images)[axis]
            line = ops.arange(extent, dtype="int32")
            centre = transformation["mosaic_centers"][:, i : i + 1]
            places.append(ops.mod(ops.subtract(line, centre), extent))
            shape = [ops.shape(images)[0], 1, 1, 1]
            shape[axis] = -1
            beyond.append(ops.reshape(ops.less(line, ops.subtract(extent, centre)), shape))
        below, right = beyond
        upper, lower = (ops.where(right, corners[i + 1], corners[i]) for i in (0, 2))
        x = ops.where(below, lower, upper)
        return pixels_at(x, places[0], places[1], self.data_format)

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self.transform_images(segmentation_masks, transformation, training)

    def _windows(self, transformation: Any) -> list[Any]:
        """For each axis and side: where images start, and the ends of what is seen of them."""
        found = []
        for i, d in enumerate(self.size_of(tuple(transformation["input_shape"]))):
            centre = ops.cast(transformation["mosaic_centers"][:, i], "float32")
            whole = ops.cast(d, "float32")
            near = (ops.subtract(centre, whole), ops.zeros_like(centre), centre)
            found.append([near, (centre, centre, ops.zeros_like(centre) + whole)])
        return found

    def transform_labels(
        self, labels: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return labels
        labels = as_floats(labels, self)
        size = self.size_of(tuple(transformation["input_shape"]))
        shares = [
            [
                ops.divide(ops.subtract(end, start), ops.cast(d, "float32"))
                for _, start, end in sides
            ]
            for d, sides in zip(size, self._windows(transformation), strict=True)
        ]
        total: Any = 0.0
        for i, order in enumerate(self._orders(transformation)):
            share = ops.cast(ops.multiply(shares[0][i // 2], shares[1][i % 2]), labels.dtype)
            corner = labels if order is None else ops.take(labels, order, axis=0)
            shape = (-1, *[1] * (len(labels.shape) - 1))
            total = ops.add(total, ops.multiply(corner, ops.reshape(share, shape)))
        return total

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        if transformation is None:
            return bounding_boxes
        size = self.size_of(tuple(transformation["input_shape"]))
        rows, columns = self._windows(transformation)
        corners = []
        for i, order in enumerate(self._orders(transformation)):
            (top, first, last), (left, start, end) = rows[i // 2], columns[i % 2]

            given = bounding_boxes if order is None else gathered(bounding_boxes, [order])
            sides = _sides(left, top), _sides(start, first), _sides(end, last)
            corners.append(self.move_boxes(given, partial(_moved, *sides), size))
        return {
            k: ops.concatenate([corner[k] for corner in corners], axis=1) for k in bounding_boxes
        }


def _moved(shift: Any, low: Any, high: Any, corners: Any) -> Any:
    return ops.minimum(ops.maximum(ops.add(corners, shift), low), high)


def _sides(x: Any, y: Any) -> Any:
    """Numbers of each image as they broadcast to ``xyxy`` boxes."""
    return ops.expand_dims(ops.stack([x, y, x, y], axis=1), 1)
