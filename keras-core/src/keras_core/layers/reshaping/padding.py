"""Zeros around sequences, images and volumes."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import int_pairs
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.spatial import Spatial
from keras_core.typing import LayerOptions, Tensor


class ZeroPadding(Spatial):
    """Zeros around ``rank`` spatial axes; see `ZeroPadding2D`."""

    _per_axis = ("padding",)
    _weightless = True

    def __init__(
        self,
        padding: int | Sequence[Any] = 1,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format, **kwargs)
        pairs = int_pairs("padding", padding, self.rank)
        self.padding = pairs if self.rank > 1 else pairs[0]
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        widths = [(0, 0)] * (self.rank + 2)
        pairs = self.padding if self.rank > 1 else (self.padding,)
        for axis, pair in zip(self._spatial_axes, pairs, strict=True):
            widths[axis] = pair
        return ops.pad(inputs, widths)


@public("keras.layers.ZeroPadding1D")
class ZeroPadding1D(ZeroPadding, rank=1):
    """Puts zeros around sequences.

    Args:
        padding: Number of zeros at either end: an int, or a pair of ints for the beginning and the
            end; 1 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        That of the inputs, with larger steps.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.ZeroPadding1D(2)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 4, 3))))
    (1, 8, 3)
    """


@public("keras.layers.ZeroPadding2D")
class ZeroPadding2D(ZeroPadding, rank=2):
    """Puts zeros around images.

    Args:
        padding: Number of zeros on each side: an int; one for each spatial axis; or a pair for each
            axis, for its beginning and its end. 1 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        That of the inputs, with larger height, width.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.ZeroPadding2D(2)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 4, 4, 3))))
    (1, 8, 8, 3)
    """


@public("keras.layers.ZeroPadding3D")
class ZeroPadding3D(ZeroPadding, rank=3):
    """Puts zeros around volumes.

    Args:
        padding: Number of zeros on each side: an int; one for each spatial axis; or a pair for each
            axis, for its beginning and its end. 1 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        That of the inputs, with larger depth, height, width.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.ZeroPadding3D(2)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 4, 4, 4, 3))))
    (1, 8, 8, 8, 3)
    """

    def __init__(
        self,
        padding: int | Sequence[Any] = ((1, 1), (1, 1), (1, 1)),
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(padding, data_format, **kwargs)
