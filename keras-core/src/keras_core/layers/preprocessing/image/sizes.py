"""Images brought to a size."""

from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import number
from keras_core.layers.preprocessing.image.base import (
    ImageLayer,
    RandomImageLayer,
    check_counts,
    images_of,
)
from keras_core.layers.preprocessing.image.windows import pixels_at
from keras_core.typing import LayerOptions, Mode, SeedLike, Tensor, UnnamedLayerOptions

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


def _move_by_resizing(
    corners: Any, size: Any, target: Any, crops: bool = False, pads: bool = False
) -> Any:
    """``xyxy`` boxes in images that `ops.image.resize` brings to a size."""
    h, w = size
    top = left = 0
    inner_h, inner_w = h, w
    if crops:
        inner_h = min(h, max(w * target[0] // target[1], 1))
        inner_w = min(w, max(h * target[1] // target[0], 1))
        top, left = (h - inner_h) // 2, (w - inner_w) // 2
    elif pads:
        top = -((max(h, w * target[0] // target[1]) - h) // 2)
        left = -((max(w, h * target[1] // target[0]) - w) // 2)
        inner_h, inner_w = h - 2 * top, w - 2 * left
    scale = [target[1] / inner_w, target[0] / inner_h] * 2
    offset = ops.convert_to_tensor([float(left), float(top)] * 2)
    return ops.multiply(ops.subtract(corners, offset), ops.convert_to_tensor(scale))


@public("keras.layers.Resizing")
class Resizing(ImageLayer):
    """Resizes images.

    Args:
        height: Height of the outputs.
        width: Width of the outputs.
        interpolation: ``"nearest"``, ``"bilinear"`` (the default), ``"bicubic"``, ``"lanczos3"``
            or ``"lanczos5"``.
        crop_to_aspect_ratio: Whether images are first cropped around their centre to the aspect
            ratio of the outputs, in place of being distorted. False by default.
        pad_to_aspect_ratio: Whether images are first padded to it at both sides. False by default.
        fill_mode: How to pad; ``"constant"`` is all there is.
        fill_value: What to pad with, 0 by default.
        antialias: Whether to smooth images before they get smaller. False by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and
            ``bounding_box_format``, as in `keras.utils.bounding_boxes.convert_format`.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, and ``"bounding_boxes"`` and ``"segmentation_masks"``, which follow.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.Resizing(4, 6)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    4
    """

    _keeps_ints = True

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        check_counts(height=height, width=width)
        if interpolation not in _INTERPOLATIONS:
            raise ValueError(
                f"Unknown `interpolation`. Expected one of {_INTERPOLATIONS}. Received: "
                f"interpolation={interpolation!r}"
            )
        if fill_mode != "constant":
            raise ValueError(
                f"Only `fill_mode='constant'` is supported. Received: fill_mode={fill_mode!r}"
            )
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ValueError(
                "Only one of `crop_to_aspect_ratio` & `pad_to_aspect_ratio` can be `True`. "
                "Received: both"
            )
        self.height, self.width = height, width
        self.interpolation, self.antialias = interpolation, antialias
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode, self.fill_value = fill_mode, number("fill_value", fill_value)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        return self.size_of(images_of(data))

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._resize(images, self.interpolation, self.antialias, self.fill_value)

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._resize(segmentation_masks, "nearest", False, 0)

    def _resize(self, x: Any, interpolation: str, antialias: bool, fill_value: float) -> Any:
        return ops.image.resize(
            x,
            (self.height, self.width),
            interpolation=interpolation,
            antialias=antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=fill_value,
            data_format=self.data_format,
        )

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any = None, training: Mode = True
    ) -> dict[str, Any]:
        target = (self.height, self.width)
        choice = (self.crop_to_aspect_ratio, self.pad_to_aspect_ratio)
        return self.move_boxes(
            bounding_boxes,
            lambda x: _move_by_resizing(x, transformation, target, *choice),
            transformation,
            target,
        )


class Cropping(ImageLayer):
    """A layer that cuts a window out of each image; smaller images are resized to its size."""

    height: int
    width: int

    def _fits(self, size: Any) -> bool:
        """Whether the window fits into images of this size, as far as that is known."""
        target = (self.height, self.width)
        return None not in size and all(
            not isinstance(d, int) or d >= s for d, s in zip(size, target, strict=True)
        )

    def _cut(self, x: Any, tops: Any, lefts: Any, size: Any, interpolation: str) -> Any:
        if tops is None:
            return ops.image.resize(
                x,
                (self.height, self.width),
                interpolation=interpolation,
                crop_to_aspect_ratio=True,
                data_format=self.data_format,
            )
        if isinstance(tops, int):
            where: list[Any] = [slice(None)] * 4
            rows, columns, _ = self.axes
            where[rows] = slice(tops, tops + self.height)
            where[columns] = slice(lefts, lefts + self.width)
            return x[tuple(where)]
        rows, columns = (
            ops.add(ops.reshape(start, (-1, 1)), ops.arange(count, dtype="int32"))
            for start, count in ((tops, self.height), (lefts, self.width))
        )
        return pixels_at(x, rows, columns, self.data_format)

    def _cut_boxes(self, boxes: Any, tops: Any, lefts: Any, size: Any) -> Any:
        target = (self.height, self.width)

        def move(x: Any) -> Any:
            if tops is None:
                return _move_by_resizing(x, size, target, crops=True)
            starts = [ops.cast(v, x.dtype) for v in (lefts, tops, lefts, tops)]
            starts = ops.stack([ops.reshape(v, (-1, 1)) for v in starts], axis=-1)
            return ops.subtract(x, starts)

        return self.move_boxes(boxes, move, size, target)

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._cut(images, *self._place(transformation), "bilinear")

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._cut(segmentation_masks, *self._place(transformation), "nearest")

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        return self._cut_boxes(bounding_boxes, *self._place(transformation))

    def _place(self, transformation: Any) -> tuple[Any, Any, Any]:
        """First rows, first columns (None where images are resized) and the size of the images."""
        raise NotImplementedError


@public("keras.layers.CenterCrop")
class CenterCrop(Cropping):
    """Cuts the centre out of images; those that are too small are resized to cover it.

    Args:
        height: Height of the outputs.
        width: Width of the outputs.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and
            ``bounding_box_format``, as in `keras.utils.bounding_boxes.convert_format`.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, and ``"bounding_boxes"`` and ``"segmentation_masks"``, which follow.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.CenterCrop(2, 2)
    >>> keras.ops.convert_to_numpy(layer(np.arange(16.0).reshape((4, 4, 1))))[..., 0].tolist()
    [[5.0, 6.0], [9.0, 10.0]]
    """

    def __init__(
        self,
        height: int,
        width: int,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        check_counts(height=height, width=width)
        self.height, self.width = height, width

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        return {"input_shape": tuple(ops.shape(images_of(data)))}

    def _place(self, transformation: Any) -> tuple[Any, Any, Any]:
        size = self.size_of(tuple(transformation["input_shape"]))
        if not self._fits(size):
            return None, None, size
        return (size[0] - self.height) // 2, (size[1] - self.width) // 2, size


@public("keras.layers.RandomCrop")
class RandomCrop(RandomImageLayer, Cropping):
    """Cuts a window out of each image, at a random place in training.

    Otherwise, and where images are smaller than the window, they are resized to it, cropped
    around their centre to its aspect ratio.

    Args:
        height: Height of the outputs.
        width: Width of the outputs.
        seed: An int, to draw the same places in each run; random by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        name: Name of the layer; made from the class by default.
        **kwargs: Arguments of every layer, such as ``dtype``; and ``bounding_box_format``, as in
            `keras.utils.bounding_boxes.convert_format`.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, and ``"bounding_boxes"`` and ``"segmentation_masks"``, which follow.
        training: Whether the places are random; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.RandomCrop(4, 6, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[2]
    6
    """

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Unpack[UnnamedLayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, name=name, **kwargs)
        check_counts(height=height, width=width)
        self.height, self.width = height, width

    def _transformed(self, parts: dict[str, Any], training: Any) -> dict[str, Any]:
        return ImageLayer._transformed(self, parts, training)

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        images = images_of(data)
        size = self.size_of(images)
        if not training or not self._fits(size):
            return None, None, *size
        starts = []
        for d, window in zip(size, (self.height, self.width), strict=True):
            room = ops.cast(d - window, "float32")
            places = ops.floor(self.uniform(data, 0.0, ops.add(room, 1.0), seed))
            starts.append(ops.cast(ops.minimum(places, room), "int32"))
        return *starts, *size

    def _place(self, transformation: Any) -> tuple[Any, Any, Any]:
        tops, lefts, *size = transformation
        return tops, lefts, tuple(size)
