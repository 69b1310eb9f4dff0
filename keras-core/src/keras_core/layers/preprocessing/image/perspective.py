"""Images seen from random sides."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import bounds, images_of
from keras_core.layers.preprocessing.image.geometry import ProjectiveLayer
from keras_core.ops.image.sampling import homography
from keras_core.typing import LayerOptions, Mode, SeedLike


@public("keras.layers.RandomPerspective")
class RandomPerspective(ProjectiveLayer):
    """Moves the corners of some of the images to random places, in training.

    The corner at the top left stays, and those at the top right and at the bottom left move along
    the edges there.

    Args:
        factor: Two numbers, the ends of the range of the probability that an image is changed; or
            one, the upper end, with 0 as the lower. 1 by default, so that it is half of them.
        scale: The most that a corner moves, as a part of half of the width and of the height, from
            0 to 1; 1 by default.
        interpolation: ``"bilinear"`` (the default) or ``"nearest"``.
        fill_value: What is outside of the image, 0 by default.
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
    >>> layer = keras.layers.RandomPerspective(scale=0.3, seed=1)
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            "constant", interpolation, fill_value, seed=seed, data_format=data_format, **kwargs
        )
        self.factor = bounds(factor, 0, 1)
        if isinstance(scale, bool) or not isinstance(scale, (int, float)) or not 0 <= scale <= 1:
            raise ValueError(
                "The `scale` argument should be a number in the range [0,1]. Received: "
                f"scale={scale}"
            )
        self.scale = scale

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        if not training:
            return None
        h, w = (ops.subtract(ops.cast(d, "float32"), 1.0) for d in self.size_of(images_of(data)))
        zero = ops.zeros_like(h)
        corners = [[zero, zero], [w, zero], [zero, h], [w, h]]
        start = ops.stack([ops.stack(corner) for corner in corners])
        growth = self.uniform(data, 1.0 - self.scale / 2, 1.0 + self.scale / 2, seed, 4, 2)
        return {
            "apply_perspective": self.is_met(data, self.factor, seed),
            "start_points": ops.broadcast_to(start, ops.shape(growth)),
            "end_points": ops.multiply(start, growth),
            "input_shape": tuple(ops.shape(images_of(data))),
        }

    def matrix_of(self, transformation: Any) -> tuple[Any, tuple[Any, Any]]:
        start = transformation["start_points"]
        moves = ops.reshape(transformation["apply_perspective"], (-1, 1, 1))
        end = ops.where(moves, transformation["end_points"], start)
        size = self.size_of(tuple(transformation["input_shape"]))
        return homography(start, end), size
