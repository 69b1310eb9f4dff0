"""Images turned, moved, scaled and mirrored at random."""

import math
from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import number
from keras_core.layers.preprocessing.image.base import (
    RandomImageLayer,
    bounds,
    dtype_of,
    images_of,
)
from keras_core.layers.preprocessing.image.boxes.formats import convert_format
from keras_core.layers.preprocessing.image.boxes.moves import around
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor

_MODES = {
    "horizontal": (True, False),
    "vertical": (False, True),
    "horizontal_and_vertical": (True, True),
}
FILL_MODES = ("reflect", "wrap", "constant", "nearest")
INTERPOLATIONS = ("nearest", "bilinear")


@public("keras.layers.RandomFlip")
class RandomFlip(RandomImageLayer):
    """Mirrors about half of the images, in training.

    Args:
        mode: ``"horizontal"``, ``"vertical"`` or ``"horizontal_and_vertical"`` (the default),
            which mirrors both ways at once.
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
    >>> layer = keras.layers.RandomFlip("horizontal", seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        if mode not in _MODES:
            raise ValueError(f"`mode` must be one of {tuple(_MODES)}. Received: mode={mode!r}")
        self.mode = mode

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        flips = ops.less_equal(self.uniform(data, 0.0, 1.0, seed, 1, 1, 1), 0.5)
        return {"flips": flips, "input_shape": tuple(ops.shape(images_of(data)))}

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        if transformation is None:
            return images
        chosen = [a for a, flips in zip(self.axes[1::-1], _MODES[self.mode], strict=True) if flips]
        return ops.where(transformation["flips"], ops.flip(images, axis=tuple(chosen)), images)

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self.transform_images(segmentation_masks, transformation, training)

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        if transformation is None:
            return bounding_boxes
        h, w = size = self.size_of(tuple(transformation["input_shape"]))
        name, (horizontal, vertical) = self.bounding_box_format or "xyxy", _MODES[self.mode]
        corners = convert_format(bounding_boxes["boxes"], name, "xyxy", *size)
        mirrored = around(
            corners,
            lambda x, y: (
                ops.subtract(ops.cast(w, x.dtype), x) if horizontal else x,
                ops.subtract(ops.cast(h, y.dtype), y) if vertical else y,
            ),
        )
        moved = ops.where(ops.squeeze(transformation["flips"], -1), mirrored, corners)
        return {**bounding_boxes, "boxes": convert_format(moved, "xyxy", name, *size)}


def check_modes(interpolation: Any, fill_mode: Any, fill_modes: tuple[str, ...]) -> None:
    """Raise an error unless there are an interpolation and a fill mode of these names."""
    for name, value, known in (
        ("fill_mode", fill_mode, fill_modes),
        ("interpolation", interpolation, INTERPOLATIONS),
    ):
        if value not in known:
            raise NotImplementedError(f"Unknown `{name}` {value}. Expected of one {known}.")


class ProjectiveLayer(RandomImageLayer):
    """A layer that samples images at places that a projective map of the pixels leads to."""

    _rows: Any
    _columns: Any

    def __init__(
        self, fill_mode: str = "reflect", interpolation: str = "bilinear", fill_value: float = 0.0,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        check_modes(interpolation, fill_mode, FILL_MODES)
        self.fill_mode, self.interpolation = fill_mode, interpolation
        self.fill_value = number("fill_value", fill_value)

    def matrix_of(self, transformation: Any) -> tuple[Any, tuple[Any, Any]]:
        """The eight numbers ``(n, 8)`` of `ops.image.affine_transform`, and the images' size."""
        raise NotImplementedError

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._sample(images, transformation, self.interpolation)

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._sample(segmentation_masks, transformation, "nearest")

    def _sample(self, x: Any, transformation: Any, interpolation: str) -> Any:
        if transformation is None:
            return x
        matrix, _ = self.matrix_of(transformation)
        # places of pixels are not exact in half precision
        moved = ops.image.affine_transform(
            ops.cast(x, "float32"),
            matrix,
            interpolation=interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )
        return ops.cast(moved, dtype_of(x))

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        if transformation is None:
            return bounding_boxes
        matrix, size = self.matrix_of(transformation)
        a, b, c, d, e, f, g, h = (ops.reshape(matrix[:, i], (-1, 1, 1)) for i in range(8))

        def back(x: Any, y: Any) -> tuple[Any, Any]:
            # the adjugate matrix: a common factor does not matter
            scale = (d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d)
            return (
                ((e - f * h) * x + (c * h - b) * y + (b * f - c * e)) / scale,
                ((f * g - d) * x + (a - c * g) * y + (c * d - a * f)) / scale,
            )

        return self.move_boxes(bounding_boxes, lambda corners: around(corners, back), size)


def matrix(rows: list[Any]) -> Any:
    """Eight numbers for each image, from columns of numbers; those that are 0 may be plain."""
    first = rows[0]
    columns = [
        ops.full_like(first, v) if isinstance(v, (int, float)) else v for v in [*rows, 0.0, 0.0]
    ]
    return ops.stack(columns, axis=1)


def _middle(size: tuple[Any, Any]) -> tuple[Any, Any]:
    """The column and the row in the middle."""
    h, w = (ops.divide(ops.subtract(ops.cast(d, "float32"), 1.0), 2.0) for d in size)
    return w, h


@public("keras.layers.RandomRotation")
class RandomRotation(ProjectiveLayer):
    """Turns each image by a random angle, in training.

    Args:
        factor: Two numbers, the ends of the range of angles as parts of a full circle,
            counterclockwise where they are positive; or one for both directions, so that 0.2
            means up to 72 degrees to either side. From -1 to 1.
        fill_mode: What is outside of the image: ``"reflect"`` (the default, ``dcba|abcd|dcba``),
            ``"wrap"`` (``abcd|abcd|abcd``), ``"constant"``, or ``"nearest"`` (``aaaa|abcd|dddd``).
        interpolation: ``"bilinear"`` (the default) or ``"nearest"``.
        seed: An int, to draw the same numbers in each run; random by default.
        fill_value: What is outside with ``"constant"``, 0 by default.
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
    >>> layer = keras.layers.RandomRotation(0.1, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        factor: float | Sequence[float],
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs
        )
        self.factor = bounds(factor, -1, 1, symmetric=True)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        low, high = (360.0 * end for end in self.factor)
        angle = self.uniform(data, low, high, seed)
        h, w = size = self.size_of(images_of(data))
        radians = ops.multiply(angle, math.pi / 180)
        cos, sin = ops.cos(radians), ops.sin(radians)
        cx, cy = _middle(size)
        rows = [cos, -sin, cx - cos * cx + sin * cy, sin, cos, cy - sin * cx - cos * cy]
        return {
            "angle": angle, "rotation_matrix": matrix(rows), "image_height": h, "image_width": w,
            "batch_size": ops.shape(images_of(data))[0],
        }  # fmt: skip

    def matrix_of(self, transformation: Any) -> tuple[Any, tuple[Any, Any]]:
        size = (transformation["image_height"], transformation["image_width"])
        return transformation["rotation_matrix"], size


@public("keras.layers.RandomZoom")
class RandomZoom(ProjectiveLayer):
    """Scales each image by random factors, in training.

    Args:
        height_factor: Two numbers, the ends of the range: 0.2 makes what the image shows 20% less
            high, -0.2 makes it higher; or one for both directions. From -1 to 1.
        width_factor: The same for the width; by default that which was drawn for the height, so
            that the aspect ratio stays.
        fill_mode: What is outside of the image: ``"reflect"`` (the default, ``dcba|abcd|dcba``),
            ``"wrap"`` (``abcd|abcd|abcd``), ``"constant"``, or ``"nearest"`` (``aaaa|abcd|dddd``).
        interpolation: ``"bilinear"`` (the default) or ``"nearest"``.
        seed: An int, to draw the same numbers in each run; random by default.
        fill_value: What is outside with ``"constant"``, 0 by default.
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
    >>> layer = keras.layers.RandomZoom((-0.2, 0.1), seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        height_factor: float | Sequence[float],
        width_factor: float | Sequence[float] | None = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs
        )
        self.height_factor, self.width_factor = height_factor, width_factor
        self._keep(_rows=bounds(height_factor, -1, 1, "height_factor", symmetric=True))
        self._keep(
            _columns=None
            if width_factor is None
            else bounds(width_factor, -1, 1, "width_factor", symmetric=True)
        )

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        zooms = [
            None if ends is None else self.uniform(data, 1.0 + ends[0], 1.0 + ends[1], seed, 1)
            for ends in (self._rows, self._columns)
        ]
        return {
            "height_zoom": zooms[0],
            "width_zoom": zooms[0] if zooms[1] is None else zooms[1],
            "input_shape": tuple(ops.shape(images_of(data))),
        }

    def matrix_of(self, transformation: Any) -> tuple[Any, tuple[Any, Any]]:
        size = self.size_of(tuple(transformation["input_shape"]))
        high, wide = (ops.reshape(transformation[k], (-1,)) for k in ("height_zoom", "width_zoom"))
        cx, cy = _middle(size)
        return matrix([wide, 0.0, cx - wide * cx, 0.0, high, cy - high * cy]), size


@public("keras.layers.RandomTranslation")
class RandomTranslation(ProjectiveLayer):
    """Moves each image by random distances, in training.

    Args:
        height_factor: Two numbers, the ends of the range of the shift as a part of the height,
            down where they are positive; or one for both directions. From -1 to 1.
        width_factor: The same for the shift to the right, as a part of the width.
        fill_mode: What is outside of the image: ``"reflect"`` (the default, ``dcba|abcd|dcba``),
            ``"wrap"`` (``abcd|abcd|abcd``), ``"constant"``, or ``"nearest"`` (``aaaa|abcd|dddd``).
        interpolation: ``"bilinear"`` (the default) or ``"nearest"``.
        seed: An int, to draw the same numbers in each run; random by default.
        fill_value: What is outside with ``"constant"``, 0 by default.
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
    >>> layer = keras.layers.RandomTranslation(0.1, 0.2, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        height_factor: float | Sequence[float],
        width_factor: float | Sequence[float],
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs
        )
        self.height_factor, self.width_factor = height_factor, width_factor
        self._keep(_rows=bounds(height_factor, -1, 1, "height_factor", symmetric=True))
        self._keep(_columns=bounds(width_factor, -1, 1, "width_factor", symmetric=True))

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        size = self.size_of(images_of(data))
        shifts = [
            ops.multiply(
                self.uniform(data, float(ends[0]), float(ends[1]), seed), ops.cast(d, "float32")
            )
            for ends, d in zip((self._columns, self._rows), size[::-1], strict=True)
        ]
        return {
            "translations": ops.stack(shifts, axis=1),
            "input_shape": tuple(ops.shape(images_of(data))),
        }

    def matrix_of(self, transformation: Any) -> tuple[Any, tuple[Any, Any]]:
        shifts = transformation["translations"]
        dx, dy = -shifts[:, 0], -shifts[:, 1]
        one = ops.ones_like(dx)
        size = self.size_of(tuple(transformation["input_shape"]))
        return matrix([one, 0.0, dx, 0.0, one, dy]), size
