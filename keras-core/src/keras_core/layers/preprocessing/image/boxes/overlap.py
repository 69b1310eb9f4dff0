"""How bounding boxes overlap, and the differences between them that detectors learn."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, overload

import numpy as np

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.boxes.formats import check_format, convert_format
from keras_core.typing import Tensor, TensorLike, Tensors

_ENCODINGS = ("center_xywh", "center_yxhw")
_EPSILON = 1e-7


def _size(image_shape: Any, name: str) -> tuple[Any, Any]:
    """The height and the width that a format needs."""
    check_format(name)
    if image_shape is None:
        if name.startswith("rel_"):
            raise ValueError(
                "When using relative bounding box formats (e.g. `rel_yxyx`) the `image_shape` "
                f"argument must be provided. Received `image_shape`: {image_shape}"
            )
        return None, None
    return image_shape[0], image_shape[1]


def _sides(boxes: Any, name: str, image_shape: Any) -> list[Any]:
    """Left, top, right and bottom in pixels."""
    corners = convert_format(boxes, name, "xyxy", *_size(image_shape, name))
    return [corners[..., i] for i in range(4)]


@public("keras.utils.bounding_boxes.compute_iou")
def compute_iou(
    boxes1: TensorLike,
    boxes2: TensorLike,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: TensorLike = -1,
    image_shape: Sequence[int] | None = None,
) -> Tensor:
    """The intersection over union of each box with each of others.

    Args:
        boxes1: Boxes of shape ``(n, 4)`` or ``(batch, n, 4)``.
        boxes2: Boxes of shape ``(m, 4)`` or ``(batch, m, 4)``.
        bounding_box_format: Format of both, as in `convert_format`.
        use_masking: Whether boxes of negative numbers, which fill up a batch, get `mask_val`
            with all others. False by default.
        mask_val: What these get, -1 by default.
        image_shape: Height and width (and channels) of the image; relative formats need it.

    Returns:
        A tensor of shape ``(n, m)`` or ``(batch, n, m)``.

    Example:

    >>> import keras_core as keras
    >>> iou = keras.utils.bounding_boxes.compute_iou([[0.0, 0, 2, 2]], [[1.0, 0, 3, 2]], "xyxy")
    >>> round(float(iou[0, 0]), 4)
    0.3333
    """
    a = [ops.expand_dims(v, -1) for v in _sides(boxes1, bounding_box_format, image_shape)]
    b = [ops.expand_dims(v, -2) for v in _sides(boxes2, bounding_box_format, image_shape)]
    iou = _iou(a, b, 0.0)[0]
    if not use_masking:
        return iou
    masked = ops.logical_or(_is_filler(a), _is_filler(b))
    return ops.where(masked, ops.cast(mask_val, iou.dtype), iou)


def _is_filler(sides: list[Any]) -> Any:
    return ops.less(ops.max(ops.stack(sides), axis=0), 0)


def _area(sides: list[Any]) -> Any:
    return ops.multiply(ops.subtract(sides[2], sides[0]), ops.subtract(sides[3], sides[1]))


def _iou(a: list[Any], b: list[Any], epsilon: float) -> tuple[Any, list[Any]]:
    """The intersection over union, and the sides of the least box around both."""
    inner = [ops.maximum(x, y) for x, y in zip(a[:2], b[:2], strict=True)]
    inner += [ops.minimum(x, y) for x, y in zip(a[2:], b[2:], strict=True)]
    outer = [ops.minimum(x, y) for x, y in zip(a[:2], b[:2], strict=True)]
    outer += [ops.maximum(x, y) for x, y in zip(a[2:], b[2:], strict=True)]
    shared = ops.multiply(
        ops.maximum(ops.subtract(inner[2], inner[0]), 0),
        ops.maximum(ops.subtract(inner[3], inner[1]), 0),
    )
    union = ops.subtract(ops.add(_area(a), _area(b)), shared)
    if epsilon:
        return ops.divide(shared, ops.add(union, epsilon)), outer
    is_empty = ops.equal(union, 0)
    ratio = ops.divide(shared, ops.where(is_empty, ops.ones_like(union), union))
    return ops.where(is_empty, ops.zeros_like(ratio), ratio), outer


@public("keras.utils.bounding_boxes.compute_ciou")
def compute_ciou(
    boxes1: TensorLike,
    boxes2: TensorLike,
    bounding_box_format: str,
    image_shape: Sequence[int] | None = None,
) -> Tensor:
    """The complete intersection over union of pairs of boxes.

    It takes off the intersection over union for the distance of the centres and for the
    difference of the aspect ratios: see [Zheng et al., 2021](https://arxiv.org/abs/2005.03572).

    Args:
        boxes1: Boxes of shape ``(..., 4)``.
        boxes2: Boxes of the same shape.
        bounding_box_format: Format of both, as in `convert_format`.
        image_shape: Height and width (and channels) of the image; relative formats need it.

    Returns:
        A number for each pair, at most 1.

    Example:

    >>> import keras_core as keras
    >>> box = [[0.0, 0, 2, 2]]
    >>> round(float(keras.utils.bounding_boxes.compute_ciou(box, box, "xyxy")[0]), 4)
    1.0
    """
    a = _sides(boxes1, bounding_box_format, image_shape)
    b = _sides(boxes2, bounding_box_format, image_shape)
    iou, outer = _iou(a, b, _EPSILON)
    diagonal = ops.add(
        ops.square(ops.subtract(outer[2], outer[0])), ops.square(ops.subtract(outer[3], outer[1]))
    )
    gaps = [ops.subtract(ops.add(b[i], b[i + 2]), ops.add(a[i], a[i + 2])) for i in (0, 1)]
    distance = ops.divide(ops.add(ops.square(gaps[0]), ops.square(gaps[1])), 4)
    angles = [
        ops.arctan(
            ops.divide(ops.subtract(s[2], s[0]), ops.add(ops.subtract(s[3], s[1]), _EPSILON))
        )
        for s in (a, b)
    ]
    v = ops.multiply(ops.square(ops.subtract(angles[1], angles[0])), 4 / math.pi**2)
    alpha = ops.divide(v, ops.add(ops.subtract(v, iou), 1 + _EPSILON))
    taken = ops.add(ops.divide(distance, ops.add(diagonal, _EPSILON)), ops.multiply(v, alpha))
    return ops.subtract(iou, taken)


def _variance(variance: Any) -> Any:
    if variance is None:
        return None
    values = np.asarray(variance, "float32")
    if values.shape[-1:] != (4,):
        raise ValueError(f"`variance` must be length 4, got {variance}")
    return ops.convert_to_tensor(values)


def _check_encoding(name: str, argument: str) -> None:
    if name not in _ENCODINGS:
        raise ValueError(
            f"`{argument}` should be one of 'center_xywh' or 'center_yxhw', got {name}"
        )


@public("keras.utils.bounding_boxes.encode_box_to_deltas")
def encode_box_to_deltas(
    anchors: TensorLike,
    boxes: TensorLike,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: TensorLike | None = None,
    image_shape: Sequence[int] | None = None,
) -> Tensor:
    """What is to be done to anchors to make boxes of them.

    Args:
        anchors: Anchors of shape ``(n, 4)``.
        boxes: A box for each: ``(n, 4)`` or ``(batch, n, 4)``.
        anchor_format: Format of the anchors, as in `convert_format`.
        box_format: Format of the boxes.
        encoding_format: Order of the results: ``"center_yxhw"`` (the default) or
            ``"center_xywh"``.
        variance: Four numbers by which the results are divided; None by default.
        image_shape: Height and width (and channels) of the image; relative formats need it.

    Returns:
        For each box, the shift of the centre in parts of the anchor's size, and the logarithm of
        the ratio of the sizes.

    Example:

    >>> import keras_core as keras
    >>> deltas = keras.utils.bounding_boxes.encode_box_to_deltas(
    ...     [[0.0, 0, 4, 4]], [[1.0, 0, 5, 4]], "xyxy", "xyxy"
    ... )
    >>> keras.ops.convert_to_numpy(deltas).tolist()
    [[0.0, 0.25, 0.0, 0.0]]
    """
    _check_encoding(encoding_format, "encoding_format")
    scale = _variance(variance)
    sizes = [_size(image_shape, name) for name in (anchor_format, box_format)]
    a = convert_format(anchors, anchor_format, encoding_format, *sizes[0])
    b = convert_format(boxes, box_format, encoding_format, *sizes[1])
    extent = ops.maximum(a[..., 2:], _EPSILON)
    shift = ops.divide(ops.subtract(b[..., :2], a[..., :2]), extent)
    growth = ops.log(ops.divide(ops.maximum(b[..., 2:], _EPSILON), extent))
    deltas = ops.concatenate([shift, growth], axis=-1)
    return deltas if scale is None else ops.divide(deltas, scale)


@overload
def decode_deltas_to_boxes(
    anchors: Tensors,
    boxes_delta: TensorLike,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: TensorLike | None = None,
    image_shape: Sequence[int] | None = None,
) -> Tensor: ...


@overload
def decode_deltas_to_boxes(
    anchors: Tensors,
    boxes_delta: Mapping[str, Any],
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: TensorLike | None = None,
    image_shape: Sequence[int] | None = None,
) -> dict[str, Any]: ...


@public("keras.utils.bounding_boxes.decode_deltas_to_boxes")
def decode_deltas_to_boxes(
    anchors: Tensors,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: TensorLike | None = None,
    image_shape: Sequence[int] | None = None,
) -> Any:
    """The boxes that changes of anchors make: the inverse of `encode_box_to_deltas`.

    Args:
        anchors: Anchors of shape ``(n, 4)``, or a dict of such, as the levels of a pyramid have.
        boxes_delta: Changes of shape ``(n, 4)`` or ``(batch, n, 4)``; a dict if the anchors are.
        anchor_format: Format of the anchors, as in `convert_format`.
        box_format: Format of the result.
        encoded_format: Order of the changes: ``"center_yxhw"`` (the default) or
            ``"center_xywh"``.
        variance: Four numbers by which the changes are multiplied; None by default.
        image_shape: Height and width (and channels) of the image; relative formats need it.

    Returns:
        The boxes, in a dict if the changes are.

    Example:

    >>> import keras_core as keras
    >>> boxes = keras.utils.bounding_boxes.decode_deltas_to_boxes(
    ...     [[0.0, 0, 4, 4]], [[0.0, 0.25, 0, 0]], "xyxy", "xyxy"
    ... )
    >>> keras.ops.convert_to_numpy(boxes).tolist()
    [[1.0, 0.0, 5.0, 4.0]]
    """
    _check_encoding(encoded_format, "encoded_format")
    scale = _variance(variance)
    sizes = [_size(image_shape, name) for name in (anchor_format, box_format)]

    def decoded(anchor: Any, delta: Any) -> Any:
        a = convert_format(anchor, anchor_format, encoded_format, *sizes[0])
        d = ops.cast(delta, "float32")
        d = d if scale is None else ops.multiply(d, scale)
        centre = ops.add(ops.multiply(d[..., :2], a[..., 2:]), a[..., :2])
        extent = ops.multiply(ops.exp(d[..., 2:]), a[..., 2:])
        boxes = ops.concatenate([centre, extent], axis=-1)
        return convert_format(boxes, encoded_format, box_format, *sizes[1])

    if isinstance(anchors, dict):
        return {key: decoded(anchors[key], boxes_delta[key]) for key in boxes_delta}
    return decoded(anchors, boxes_delta)
