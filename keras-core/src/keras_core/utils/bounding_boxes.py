"""`keras.utils.bounding_boxes`."""

from keras_core.layers.preprocessing.image.boxes.formats import convert_format
from keras_core.layers.preprocessing.image.boxes.moves import (
    affine_transform,
    clip_to_image_size,
    crop,
    pad,
)
from keras_core.layers.preprocessing.image.boxes.overlap import (
    compute_ciou,
    compute_iou,
    decode_deltas_to_boxes,
    encode_box_to_deltas,
)

__all__ = [
    "affine_transform",
    "clip_to_image_size",
    "compute_ciou",
    "compute_iou",
    "convert_format",
    "crop",
    "decode_deltas_to_boxes",
    "encode_box_to_deltas",
    "pad",
]
