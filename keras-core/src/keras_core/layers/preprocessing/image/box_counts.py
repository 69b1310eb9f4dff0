"""Bounding boxes brought to a number."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import number_or_numbers
from keras_core.layers.preprocessing.image.base import ImageLayer, check_counts
from keras_core.typing import LayerOptions, Mode


@public("keras.layers.MaxNumBoundingBoxes")
class MaxNumBoundingBoxes(ImageLayer):
    """Brings the bounding boxes of each image to one number, so that they can be batched.

    Args:
        max_number: How many there are of each image after it: those beyond are left out, and
            missing ones are filled up.
        fill_value: What boxes and labels are filled up with, -1 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and
            ``bounding_box_format``, as in `keras.utils.bounding_boxes.convert_format`.

    Call arguments:
        data: A dict with ``"images"``, which stay, and ``"bounding_boxes"``: a dict with
            ``"boxes"`` and ``"labels"``, and whatever else there is of each box.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.MaxNumBoundingBoxes(3, bounding_box_format="xyxy")
    >>> boxes = {"boxes": np.ones((2, 4)), "labels": np.array([5, 6])}
    >>> out = layer({"images": np.ones((8, 8, 3)), "bounding_boxes": boxes})
    >>> keras.ops.convert_to_numpy(out["bounding_boxes"]["labels"]).tolist()
    [5, 6, -1]
    """

    _keeps_ints = True

    def __init__(
        self,
        max_number: int,
        fill_value: float | Sequence[float] = -1,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        check_counts(max_number=max_number)
        self.max_number = max_number
        self.fill_value = number_or_numbers("fill_value", fill_value)

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any = None, training: Mode = True
    ) -> dict[str, Any]:
        return {k: self._limited(v) for k, v in bounding_boxes.items()}

    def _limited(self, x: Any) -> Any:
        x = ops.convert_to_tensor(x)[:, : self.max_number]
        shape = list(ops.shape(x))
        shape[1] = self.max_number - shape[1]
        filling = ops.full(tuple(shape), self.fill_value, dtype=x.dtype)
        return ops.concatenate([x, filling], axis=1)
