"""Boxes and masks drawn into pictures: `keras.visualization.draw_*`."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.data.images import pillow
from keras_core.layers.preprocessing.image.boxes.formats import convert_format
from keras_core.typing import TensorLike

_LETTER = 12
"""Height of letters in pixels, for a scale of 1."""


def as_pictures(
    images: Any, data_format: str | None, value_range: tuple[float, float] = (0, 255)
) -> np.ndarray[Any, Any]:
    """A batch of pictures as bytes, with channels last.

    Args:
        images: The batch.
        data_format: Where the channels are; `image_data_format()` if it is None.
        value_range: The values of black and of white.

    Raises:
        ValueError: If it is no batch.
    """
    x = native.to_numpy(images)
    if x.ndim != 4:
        raise ValueError(
            f"Expected a batch of images: an array of rank 4. Received: the shape {x.shape}"
        )
    if (data_format or config.image_data_format()) == "channels_first":
        x = np.moveaxis(x, 1, -1)
    low, high = value_range
    if (low, high) != (0, 255):
        x = (x.astype("float64") - low) * (255 / (high - low))
    return np.clip(np.round(x), 0, 255).astype("uint8")


@public("keras.visualization.draw_bounding_boxes")
def draw_bounding_boxes(
    images: TensorLike,
    bounding_boxes: Mapping[str, Any],
    bounding_box_format: str,
    class_mapping: Mapping[int, str] | None = None,
    color: tuple[int, int, int] = (128, 128, 128),
    line_thickness: int = 2,
    text_thickness: int = 1,
    font_scale: float = 1.0,
    data_format: str | None = None,
) -> np.ndarray[Any, Any]:
    """Draws boxes into pictures. It needs Pillow.

    Args:
        images: Pictures of shape ``(batch, height, width, 3)``, with values from 0 to 255.
        bounding_boxes: Dict of ``"boxes"``, of shape ``(batch, boxes, 4)``, ``"labels"``, of shape
            ``(batch, boxes)``, and perhaps ``"confidence"``, of the same shape. Boxes with the
            label -1 are not there.
        bounding_box_format: How boxes are given, such as ``"xyxy"`` or ``"xywh"``; see
            `keras.utils.bounding_boxes.convert_format`.
        class_mapping: Names of classes by their labels. Boxes of labels without a name, all by
            default, have no text.
        color: Red, green and blue, from 0 to 255; grey by default.
        line_thickness: Width of the lines in pixels; 2 by default.
        text_thickness: Width of the lines of letters in pixels; 1 by default.
        font_scale: Size of the letters, of which 1 (the default) is about 12 pixels.
        data_format: ``"channels_last"`` or ``"channels_first"``; `image_data_format()` by default.

    Returns:
        The pictures as an array of bytes, with channels last.

    Raises:
        ValueError: If the pictures are no batch, or boxes or labels are missing.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> boxes = {"boxes": np.array([[[2, 2, 8, 6]]]), "labels": np.array([[0]])}
    >>> images = np.zeros((1, 10, 10, 3), "uint8")
    >>> keras.visualization.draw_bounding_boxes(images, boxes, "xyxy").max().item()
    128
    """
    pictures = as_pictures(images, data_format)
    missing = {"boxes", "labels"} - set(bounding_boxes)
    if missing:
        raise ValueError(
            "`bounding_boxes` must be a dict with the keys 'boxes' and 'labels'. Missing: "
            f"{sorted(missing)}. Received the keys: {sorted(bounding_boxes)}"
        )
    height, width = pictures.shape[1:3]
    corners = native.to_numpy(
        convert_format(
            native.to_numpy(bounding_boxes["boxes"]).astype("float32"),
            source=bounding_box_format,
            target="xyxy",
            height=height,
            width=width,
        )
    )
    labels = native.to_numpy(bounding_boxes["labels"])
    confidence = bounding_boxes.get("confidence")
    scores = None if confidence is None else native.to_numpy(confidence)
    names = class_mapping or {}
    image = pillow()
    from PIL import ImageDraw, ImageFont

    font = ImageFont.load_default(_LETTER * font_scale)
    out = []
    for i, picture in enumerate(pictures):
        canvas = image.fromarray(picture)
        pen = ImageDraw.Draw(canvas)
        for j, label in enumerate(labels[i].tolist()):
            if label == -1:
                continue
            x0, y0, x1, y1 = (float(v) for v in np.round(corners[i, j]))
            pen.rectangle(
                (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)),
                outline=tuple(color),
                width=line_thickness,
            )
            if int(label) in names:
                text = names[int(label)]
                if scores is not None:
                    text += f" | {scores[i, j]:.2f}"
                pen.text(
                    (x0, max(y0 - 1.4 * _LETTER * font_scale, 0)),
                    text,
                    fill=tuple(color),
                    font=font,
                    stroke_width=text_thickness - 1,
                )
        out.append(np.asarray(canvas))
    return np.stack(out)


@public("keras.visualization.draw_segmentation_masks")
def draw_segmentation_masks(
    images: TensorLike,
    segmentation_masks: TensorLike,
    num_classes: int | None = None,
    color_mapping: Mapping[int, Any] | None = None,
    alpha: float = 0.8,
    blend: bool = True,
    ignore_index: int = -1,
    data_format: str | None = None,
) -> np.ndarray[Any, Any]:
    """Colours the pixels of pictures by their classes.

    Args:
        images: Pictures of shape ``(batch, height, width, 3)``, with values from 0 to 255.
        segmentation_masks: The class of each pixel: integers of shape ``(batch, height, width)``,
            with or without an axis of size 1 at the end.
        num_classes: Number of classes; by default one more than the largest in the masks.
        color_mapping: Red, green and blue, from 0 to 255, by class. By default colours that are
            far from one another; a class that has none is left as it is.
        alpha: How much of the colour there is, from 0 to 1; 0.8 by default.
        blend: Whether the colour is mixed with the picture, as it is by default, or takes its
            place.
        ignore_index: The class of pixels that are left as they are; -1 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; `image_data_format()` by default.

    Returns:
        The pictures as an array of bytes, with channels last.

    Raises:
        ValueError: If pictures and masks do not fit.

    Example:

    >>> import keras_core as keras
    >>> import numpy as np
    >>> images, masks = np.zeros((1, 8, 8, 3)), np.ones((1, 8, 8, 1), "int32")
    >>> keras.visualization.draw_segmentation_masks(images, masks, num_classes=2).shape
    (1, 8, 8, 3)
    """
    pictures = as_pictures(images, data_format)
    masks = native.to_numpy(segmentation_masks)
    if masks.ndim == 4:
        axis = 1 if (data_format or config.image_data_format()) == "channels_first" else -1
        masks = masks.squeeze(axis)
    if masks.shape != pictures.shape[:3]:
        raise ValueError(
            "`segmentation_masks` must have a class for each pixel of `images`. Received: masks of "
            f"the shape {masks.shape} for images of the shape {pictures.shape}"
        )
    count = int(masks.max(initial=0)) + 1 if num_classes is None else num_classes
    colors = colors_of(count) if color_mapping is None else color_mapping
    out = pictures.astype("float64")
    for label, color in colors.items():
        if label != ignore_index:
            there = masks == label
            share = alpha if blend else 1.0
            out[there] = (1 - share) * out[there] + share * np.asarray(color, "float64")
    return np.round(out).astype("uint8")


def colors_of(count: int) -> dict[int, tuple[int, ...]]:
    """Colours for classes, from all around the circle of hues."""
    hues = (np.arange(count) * 0.618034) % 1
    k = (np.array([5, 3, 1]) + hues[:, None] * 6) % 6
    values = 230 - 180 * np.clip(np.minimum(k, 4 - k), 0, 1)
    return {i: tuple(int(v) for v in row) for i, row in enumerate(values)}
