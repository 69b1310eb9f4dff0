"""Ways to write a bounding box as four numbers."""

from collections.abc import Mapping
from typing import Any, overload

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.typing import DTypeLike, Tensor, TensorLike

FORMATS = (
    "xyxy",
    "yxyx",
    "xywh",
    "center_xywh",
    "center_yxhw",
    "rel_xyxy",
    "rel_yxyx",
    "rel_xywh",
    "rel_center_xywh",
)


def check_format(name: str) -> None:
    """Raise an error if there is no format of this name."""
    if name not in FORMATS:
        raise ValueError(
            f"Invalid source or target format. Supported formats: {FORMATS}. Received: {name!r}"
        )


@overload
def convert_format(
    boxes: TensorLike,
    source: str,
    target: str,
    height: TensorLike | None = None,
    width: TensorLike | None = None,
    dtype: DTypeLike = "float32",
) -> Tensor: ...


@overload
def convert_format(
    boxes: Mapping[str, Any],
    source: str,
    target: str,
    height: TensorLike | None = None,
    width: TensorLike | None = None,
    dtype: DTypeLike = "float32",
) -> dict[str, Any]: ...


@public("keras.utils.bounding_boxes.convert_format")
def convert_format(
    boxes: Any,
    source: str,
    target: str,
    height: TensorLike | None = None,
    width: TensorLike | None = None,
    dtype: DTypeLike = "float32",
) -> Any:
    """Writes bounding boxes in another format.

    The formats are ``"xyxy"`` (left, top, right, bottom), ``"yxyx"`` (top, left, bottom, right),
    ``"xywh"`` (left, top, width, height), ``"center_xywh"`` and ``"center_yxhw"`` (with the
    centre in place of the corner), in pixels; and ``"rel_xyxy"``, ``"rel_yxyx"``, ``"rel_xywh"``
    and ``"rel_center_xywh"``, in parts of the width and the height of the image.

    Args:
        boxes: Boxes of shape ``(..., 4)``; or a dict that has them as ``"boxes"``, whose other
            entries stay.
        source: Format of the boxes.
        target: Format of the result.
        height: Height of the image in pixels; needed between relative and absolute formats.
        width: Width of the image in pixels; needed between relative and absolute formats.
        dtype: Dtype of the result, ``"float32"`` by default.

    Returns:
        The boxes, in a dict if they were in one.

    Raises:
        ValueError: If a format is not known, or the size of the image is needed and not given.

    Example:

    >>> import keras_core as keras
    >>> boxes = keras.utils.bounding_boxes.convert_format([[1.0, 2, 5, 8]], "xyxy", "center_xywh")
    >>> keras.ops.convert_to_numpy(boxes).tolist()
    [[3.0, 5.0, 4.0, 6.0]]
    """
    if isinstance(boxes, dict):
        return {
            **boxes,
            "boxes": convert_format(boxes["boxes"], source, target, height, width, dtype),
        }
    check_format(source)
    check_format(target)
    x = ops.cast(ops.convert_to_tensor(boxes), dtype)
    if not x.shape or x.shape[-1] != 4:
        raise ValueError(
            "`boxes` must be a tensor with the last dimension of 4. Received: boxes.shape="
            f"{tuple(x.shape)}"
        )
    if source == target:
        return x
    relative = [name.startswith("rel_") for name in (source, target)]
    if relative[0] != relative[1] and (height is None or width is None):
        raise ValueError(
            "convert_format() must receive `height` and `width` transforming between relative and "
            f"absolute formats. Received: source={source!r}, target={target!r}, height={height}, "
            f"width={width}"
        )
    corners = _corners(x, source.removeprefix("rel_"))
    if relative[0] != relative[1]:
        edges: tuple[Any, ...] = (width, height, width, height)
        sizes = [ops.cast(size, dtype) for size in edges]
        change = ops.multiply if relative[0] else ops.divide
        corners = [change(c, size) for c, size in zip(corners, sizes, strict=True)]
    return ops.stack(_written(corners, target.removeprefix("rel_")), axis=-1)


def _corners(x: Any, name: str) -> list[Any]:
    """Left, top, right and bottom."""
    a, b, c, d = (x[..., i] for i in range(4))
    if name.startswith(("yx", "center_yx")):
        a, b, c, d = b, a, d, c
    if name.startswith("center"):
        a, b = ops.subtract(a, ops.divide(c, 2)), ops.subtract(b, ops.divide(d, 2))
    return [a, b, c, d] if name in ("xyxy", "yxyx") else [a, b, ops.add(a, c), ops.add(b, d)]


def _written(corners: list[Any], name: str) -> list[Any]:
    """The four numbers of a format."""
    left, top, c, d = corners
    if name not in ("xyxy", "yxyx"):
        c, d = ops.subtract(c, left), ops.subtract(d, top)
    if name.startswith("center"):
        left, top = ops.add(left, ops.divide(c, 2)), ops.add(top, ops.divide(d, 2))
    return [top, left, d, c] if name.startswith(("yx", "center_yx")) else [left, top, c, d]
