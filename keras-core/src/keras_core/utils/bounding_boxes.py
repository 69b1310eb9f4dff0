"""`keras.utils.bounding_boxes`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.layers.preprocessing.image.boxes.formats import convert_format as convert_format
    from keras_core.layers.preprocessing.image.boxes.moves import (
        affine_transform as affine_transform,
    )
    from keras_core.layers.preprocessing.image.boxes.moves import (
        clip_to_image_size as clip_to_image_size,
    )
    from keras_core.layers.preprocessing.image.boxes.moves import crop as crop
    from keras_core.layers.preprocessing.image.boxes.moves import pad as pad
    from keras_core.layers.preprocessing.image.boxes.overlap import compute_ciou as compute_ciou
    from keras_core.layers.preprocessing.image.boxes.overlap import compute_iou as compute_iou
    from keras_core.layers.preprocessing.image.boxes.overlap import (
        decode_deltas_to_boxes as decode_deltas_to_boxes,
    )
    from keras_core.layers.preprocessing.image.boxes.overlap import (
        encode_box_to_deltas as encode_box_to_deltas,
    )
else:
    __getattr__, __dir__ = lazily(__name__)

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
