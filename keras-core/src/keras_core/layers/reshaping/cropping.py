"""Layers that cut off the borders of sequences, images and volumes."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core.core.base.public import public
from keras_core.layers.base.arguments import int_pairs
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.spatial import Spatial
from keras_core.typing import LayerOptions, Shape, Tensor


class Cropping(Spatial):
    """Cuts off the borders of ``rank`` spatial axes; see `Cropping2D`."""

    _weightless = True

    def __init__(
        self,
        cropping: int | Sequence[Any],
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format, **kwargs)
        pairs = int_pairs("cropping", cropping, self.rank)
        self.cropping = pairs if self.rank > 1 else pairs[0]
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _pairs(self) -> Any:
        return self.cropping if self.rank > 1 else (self.cropping,)

    def _left(self, shape: Any) -> tuple[int | None, ...]:
        """The spatial sizes that remain."""
        sizes = [shape[a] for a in self._spatial_axes]
        left = tuple(
            None if d is None else d - a - b for d, (a, b) in zip(sizes, self._pairs, strict=True)
        )
        if any(d is not None and d <= 0 for d in left):
            raise ValueError(
                f"Values in the `cropping` argument of layer {self.name!r} should be smaller than "
                f"the corresponding spatial dimension of the inputs. Received: inputs.shape="
                f"{tuple(shape)}, cropping={self.cropping}"
            )
        return left

    def compute_output_shape(self, input_shape: Shape) -> tuple[int | None, ...]:
        return self._shape_with(
            input_shape, self._left(input_shape), input_shape[self._channel_axis]
        )

    def call(self, inputs: Tensor) -> Tensor:
        self._left(inputs.shape)
        cuts = [slice(None)] * (self.rank + 2)
        for axis, (a, b) in zip(self._spatial_axes, self._pairs, strict=True):
            cuts[axis] = slice(a, -b or None)
        return inputs[tuple(cuts)]


@public("keras.layers.Cropping1D")
class Cropping1D(Cropping, rank=1):
    """Cuts steps off the ends of sequences.

    Args:
        cropping: How many steps are cut off: an int for both ends, or a pair for the start and
            the end. One at each end by default.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> tuple(keras.layers.Cropping1D((0, 1))(keras.ops.ones((2, 3, 2))).shape)
    (2, 2, 2)
    """

    _config_omits = frozenset({"data_format"})

    def __init__(
        self, cropping: int | Sequence[Any] = (1, 1), **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(cropping, "channels_last", **kwargs)


@public("keras.layers.Cropping2D")
class Cropping2D(Cropping, rank=2):
    """Cuts the borders off images.

    Args:
        cropping: How many rows and columns are cut off: an int for all four sides, a pair of ints
            for the rows and the columns, or ``((top, bottom), (left, right))``. None by default.
        data_format: ``"channels_last"`` for inputs of shape ``(batch, height, width, channels)``
            or ``"channels_first"``; `keras.config.image_data_format()` by default.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Cropping2D(((2, 2), (4, 4)))
    >>> tuple(layer(keras.ops.ones((2, 28, 28, 3))).shape)
    (2, 24, 20, 3)
    """

    def __init__(
        self,
        cropping: int | Sequence[Any] = ((0, 0), (0, 0)),
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)


@public("keras.layers.Cropping3D")
class Cropping3D(Cropping, rank=3):
    """Cuts the borders off volumes.

    Args:
        cropping: How much is cut off: an int for all six sides, an int for each axis, or a pair
            for each axis. One at each side by default.
        data_format: ``"channels_last"`` for inputs of shape ``(batch, *sizes, channels)`` or
            ``"channels_first"``; `keras.config.image_data_format()` by default.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Cropping3D(((2, 4), (2, 4), (2, 4)))
    >>> tuple(layer(keras.ops.ones((2, 28, 28, 10, 3))).shape)
    (2, 22, 22, 4, 3)
    """

    def __init__(
        self,
        cropping: int | Sequence[Any] = ((1, 1), (1, 1), (1, 1)),
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)
