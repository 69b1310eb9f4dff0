"""Images sheared at random."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import bounds, images_of
from keras_core.layers.preprocessing.image.geometry import ProjectiveLayer, matrix
from keras_core.typing import LayerOptions, Mode, SeedLike


@public("keras.layers.RandomShear")
class RandomShear(ProjectiveLayer):
    """Shears each image by random amounts, in training; the pixel at the top left stays.

    Args:
        x_factor: Two numbers, the ends of the range of the shift of a row for each row below, to
            either side; or one, for 0 up to this. 0 by default. From 0 to 1.
        y_factor: The same for the shift of a column for each column to the right.
        interpolation: ``"bilinear"`` (the default) or ``"nearest"``.
        fill_mode: What is outside of the image: ``"reflect"`` (the default, ``dcba|abcd|dcba``),
            ``"wrap"`` (``abcd|abcd|abcd``), ``"constant"``, or ``"nearest"`` (``aaaa|abcd|dddd``).
        fill_value: What is outside with ``"constant"``, 0 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        seed: An int, to draw the same numbers in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; and
            ``bounding_box_format``, as in `keras.utils.bounding_boxes.convert_format`.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, and ``"bounding_boxes"`` and ``"segmentation_masks"``, which follow.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.RandomShear(0.2, 0.1, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        x_factor: float | Sequence[float] = 0.0,
        y_factor: float | Sequence[float] = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs
        )
        self.x_factor = _ends(x_factor, "x_factor")
        self.y_factor = _ends(y_factor, "y_factor")

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        amounts = [
            self.uniform(data, float(ends[0]), float(ends[1]), seed)
            for ends in (self.x_factor, self.y_factor)
        ]
        side = ops.cast(ops.where(self.is_chosen(data, 0.5, seed), 1.0, -1.0), "float32")
        return {
            "shear_factor": ops.stack([ops.multiply(v, side) for v in amounts], axis=1),
            "input_shape": tuple(ops.shape(images_of(data))),
        }

    def matrix_of(self, transformation: Any) -> tuple[Any, tuple[Any, Any]]:
        x, y = (transformation["shear_factor"][:, i] for i in (0, 1))
        one = ops.ones_like(x)
        size = self.size_of(tuple(transformation["input_shape"]))
        return matrix([one, x, 0.0, y, one, 0.0]), size


def _ends(value: Any, name: str) -> tuple[Any, Any]:
    """The range; configs hold that of one number with its negative."""
    if isinstance(value, (tuple, list)) and len(value) == 2 and value[0] == -value[1]:
        value = value[1]
    return bounds(value, 0, 1, name, symmetric=True)
