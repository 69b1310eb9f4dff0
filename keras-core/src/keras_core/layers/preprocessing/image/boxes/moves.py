"""What happens to bounding boxes when an image is cropped, padded or moved."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.boxes.formats import check_format, convert_format
from keras_core.typing import Tensor, TensorLike


def clipped(corners: Any, height: Any, width: Any) -> Any:
    """Boxes as ``xyxy`` within an image."""
    low, sizes = 0.0, ops.stack([ops.cast(s, corners.dtype) for s in (width, height) * 2])
    return ops.minimum(ops.maximum(corners, low), sizes)


def labelled(boxes: dict[str, Any], corners: Any) -> Any:
    """The labels of boxes, -1 for those that have no area; `corners` are ``xyxy``."""
    area = ops.multiply(
        ops.subtract(corners[..., 2], corners[..., 0]),
        ops.subtract(corners[..., 3], corners[..., 1]),
    )
    labels = ops.convert_to_tensor(boxes["labels"])
    return ops.where(ops.greater(area, 0), labels, ops.full_like(labels, -1))


def _in_corners(
    boxes: Any,
    change: Callable[[Any], Any],
    name: str,
    size: tuple[Any, Any],
    new_size: tuple[Any, Any] | None = None,
) -> Any:
    """Boxes of any format after a change of ``xyxy`` boxes in pixels."""
    if isinstance(boxes, dict):
        changed = _in_corners(boxes["boxes"], change, name, size, new_size)
        return {**boxes, "boxes": changed}
    corners = change(convert_format(boxes, name, "xyxy", *size))
    return convert_format(corners, "xyxy", name, *(new_size or size))


@public("keras.utils.bounding_boxes.clip_to_image_size")
def clip_to_image_size(
    bounding_boxes: Mapping[str, Any],
    height: int | Tensor | None = None,
    width: int | Tensor | None = None,
    bounding_box_format: str = "xyxy",
) -> dict[str, Any]:
    """Clips bounding boxes to the image.

    Args:
        bounding_boxes: Dict with ``"boxes"``, of shape ``(..., n, 4)``, and ``"labels"``, of
            shape ``(..., n)``.
        height: Height of the image in pixels; not needed for relative formats.
        width: Width of the image in pixels; not needed for relative formats.
        bounding_box_format: Format of the boxes, as in `convert_format`; ``"xyxy"`` by default.

    Returns:
        The dict with the boxes clipped, and -1 as the label of those that have no area.

    Raises:
        ValueError: If the format is not relative and there is no size, or if there are no labels.

    Example:

    >>> import keras_core as keras
    >>> boxes = {"boxes": [[-1.0, 2, 5, 20], [12, 1, 15, 3]], "labels": [1, 2]}
    >>> boxes = keras.utils.bounding_boxes.clip_to_image_size(boxes, height=10, width=10)
    >>> keras.ops.convert_to_numpy(boxes["labels"]).tolist()
    [1, -1]
    """
    check_format(bounding_box_format)
    if not isinstance(bounding_boxes, dict) or not {"boxes", "labels"} <= set(bounding_boxes):
        raise ValueError(
            "`bounding_boxes` should be a dict with the keys 'boxes' and 'labels'. Received: "
            f"{type(bounding_boxes).__name__}"
        )
    is_relative = bounding_box_format.startswith("rel_")
    if not is_relative and (height is None or width is None):
        raise ValueError(
            f"`height` and `width` must be set if `format={bounding_box_format!r}`. Received: "
            f"height={height}, width={width}"
        )
    corners_format = "rel_xyxy" if is_relative else "xyxy"
    corners = convert_format(bounding_boxes["boxes"], bounding_box_format, corners_format)
    corners = clipped(corners, 1.0, 1.0) if is_relative else clipped(corners, height, width)
    return {
        **bounding_boxes,
        "boxes": convert_format(corners, corners_format, bounding_box_format),
        "labels": labelled(bounding_boxes, corners),
    }


@public("keras.utils.bounding_boxes.crop")
def crop(
    boxes: TensorLike,
    top: TensorLike,
    left: TensorLike,
    height: TensorLike,
    width: TensorLike,
    bounding_box_format: str = "xyxy",
) -> Tensor:
    """Bounding boxes after a crop of the image, and within it.

    Args:
        boxes: Boxes of shape ``(..., 4)``, or a dict that has them as ``"boxes"``.
        top: First row of the crop, in pixels.
        left: First column of the crop, in pixels.
        height: Height of the crop, in pixels.
        width: Width of the crop, in pixels.
        bounding_box_format: Format of the boxes in pixels, as in `convert_format`; ``"xyxy"`` by
            default.

    Returns:
        The boxes, in pixels of the crop.

    Example:

    >>> import keras_core as keras
    >>> boxes = keras.utils.bounding_boxes.crop([[1.0, 2, 5, 6]], 1, 2, 4, 5)
    >>> keras.ops.convert_to_numpy(boxes).tolist()
    [[0.0, 1.0, 3.0, 4.0]]
    """
    _check_absolute(bounding_box_format, "crop")

    def change(x: Any) -> Any:
        return clipped(ops.subtract(x, _offsets(left, top, x.dtype)), height, width)

    return _in_corners(boxes, change, bounding_box_format, (None, None))


@public("keras.utils.bounding_boxes.pad")
def pad(
    boxes: TensorLike,
    top: TensorLike,
    left: TensorLike,
    height: TensorLike | None = None,
    width: TensorLike | None = None,
    bounding_box_format: str = "xyxy",
) -> Tensor:
    """Bounding boxes after rows and columns were put before the image.

    Args:
        boxes: Boxes of shape ``(..., 4)``, or a dict that has them as ``"boxes"``.
        top: Number of rows above the image.
        left: Number of columns left of the image.
        height: Height of the image before, in pixels; boxes of relative formats need it.
        width: Width of the image before, in pixels; boxes of relative formats need it.
        bounding_box_format: Format of the boxes, as in `convert_format`; ``"xyxy"`` by default.
            Relative boxes stay relative to the size before.

    Returns:
        The boxes, moved.

    Example:

    >>> import keras_core as keras
    >>> boxes = keras.utils.bounding_boxes.pad([[1.0, 2, 5, 6]], 1, 2)
    >>> keras.ops.convert_to_numpy(boxes).tolist()
    [[3.0, 3.0, 7.0, 7.0]]
    """

    def change(x: Any) -> Any:
        return ops.add(x, _offsets(left, top, x.dtype))

    return _in_corners(boxes, change, bounding_box_format, (height, width))


def _check_absolute(name: str, function: str) -> None:
    check_format(name)
    if name.startswith("rel_"):
        raise ValueError(
            f"`{function}` takes boxes in pixels, since it is not told the size of the image. "
            f"Received: bounding_box_format={name!r}. Convert them by `convert_format` first."
        )


def _offsets(left: Any, top: Any, dtype: Any) -> Any:
    return ops.stack([ops.cast(v, dtype) for v in (left, top, left, top)])


@public("keras.utils.bounding_boxes.affine_transform")
def affine_transform(
    boxes: TensorLike,
    angle: TensorLike,
    translate_x: TensorLike,
    translate_y: TensorLike,
    scale: TensorLike,
    shear_x: TensorLike,
    shear_y: TensorLike,
    height: TensorLike,
    width: TensorLike,
    center_x: TensorLike | None = None,
    center_y: TensorLike | None = None,
    bounding_box_format: str = "xyxy",
) -> Tensor:
    """The bounding boxes of moved bounding boxes.

    Each argument but the sizes and the format is a number, or has one for each image.

    Args:
        boxes: Boxes of shape ``(batch, n, 4)``, or a dict that has them as ``"boxes"``.
        angle: Rotation in degrees, counterclockwise.
        translate_x: Shift to the right, in parts of the width less one.
        translate_y: Shift down, in parts of the height less one.
        scale: Factor of the size.
        shear_x: Angle of the shear along rows, in degrees.
        shear_y: Angle of the shear along columns, in degrees.
        height: Height of the image in pixels.
        width: Width of the image in pixels.
        center_x: Column that stays where it is, in parts of the width less one; 0.5 by default.
        center_y: Row that stays where it is, in parts of the height less one; 0.5 by default.
        bounding_box_format: Format of the boxes, as in `convert_format`; ``"xyxy"`` by default.

    Returns:
        The boxes, not clipped to the image.

    Example:

    >>> import keras_core as keras
    >>> boxes = keras.utils.bounding_boxes.affine_transform(
    ...     [[[1.0, 2, 5, 6]]], 0, 0, 0, 2.0, 0, 0, height=8, width=10
    ... )
    >>> keras.ops.convert_to_numpy(boxes).tolist()
    [[[-2.5, 0.5, 5.5, 8.5]]]
    """

    def number(v: Any, unit: Any = 1.0) -> Any:
        return ops.multiply(ops.reshape(ops.cast(v, "float32"), (-1, 1, 1)), unit)

    last_x, last_y = ops.subtract(width, 1), ops.subtract(height, 1)
    cx = number(0.5 if center_x is None else center_x, last_x)
    cy = number(0.5 if center_y is None else center_y, last_y)
    radians = math.pi / 180
    cos, sin = (f(number(angle, radians)) for f in (ops.cos, ops.sin))
    tan_x, tan_y = (ops.tan(number(v, radians)) for v in (shear_x, shear_y))
    yx, yy = tan_y * cos - sin, cos + tan_y * sin
    # shears mix into a rotation with this sign in Keras
    xx, xy = cos - tan_x * yx, sin + tan_x * yy
    scaling = number(scale)

    def move(x: Any, y: Any) -> tuple[Any, Any]:
        x = x - cx + number(translate_x, last_x)
        y = y - cy + number(translate_y, last_y)
        return cx + scaling * (xx * x + xy * y), cy + scaling * (yx * x + yy * y)

    def change(corners: Any) -> Any:
        return around(corners, move)

    return _in_corners(boxes, change, bounding_box_format, (height, width))


def around(corners: Any, move: Callable[[Any, Any], tuple[Any, Any]]) -> Any:
    """The bounding boxes ``(batch, n, 4)`` of boxes whose corners a function moves."""
    xs = ops.stack([corners[..., i] for i in (0, 2, 0, 2)], axis=-1)
    ys = ops.stack([corners[..., i] for i in (1, 1, 3, 3)], axis=-1)
    points = move(xs, ys)
    ends = [f(p, axis=-1) for f in (ops.min, ops.max) for p in points]
    return ops.stack(ends, axis=-1)
