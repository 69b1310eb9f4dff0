"""Pooling to a size of the outputs, whatever that of the inputs."""

from collections.abc import Sequence
from typing import Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.spatial import Spatial
from keras_core.ops.convolution import tuple_of
from keras_core.typing import LayerOptions, Shape, Tensor


class AdaptivePooling(Spatial):
    """The base of the layers that pool to a given size."""

    def __init__(
        self,
        output_size: int | Sequence[int],
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.output_size = tuple_of(output_size, self.rank, "output_size")

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return self._shape_with(input_shape, self.output_size, input_shape[self._channel_axis])


class AdaptiveMaxPooling(AdaptivePooling):
    """Adaptive max pooling over ``rank`` spatial axes; see `AdaptiveMaxPooling2D`."""

    def call(self, inputs: Tensor) -> Tensor:
        return ops.adaptive_max_pool(inputs, self.output_size, self.data_format)


class AdaptiveAveragePooling(AdaptivePooling):
    """Adaptive average pooling over ``rank`` spatial axes; see `AdaptiveAveragePooling2D`."""

    def call(self, inputs: Tensor) -> Tensor:
        return ops.adaptive_average_pool(inputs, self.output_size, self.data_format)


@public("keras.layers.AdaptiveMaxPooling1D")
class AdaptiveMaxPooling1D(AdaptiveMaxPooling, rank=1):
    """Max pooling over sequences to a given size: the largest element of each window.

    The windows lie as evenly as they can, and overlap where sizes do not divide.

    Args:
        output_size: Size of the outputs: an int.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_steps, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AdaptiveMaxPooling1D(4)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 7, 3))))
    (1, 4, 3)
    """


@public("keras.layers.AdaptiveMaxPooling2D")
class AdaptiveMaxPooling2D(AdaptiveMaxPooling, rank=2):
    """Max pooling over images to a given size: the largest element of each window.

    The windows lie as evenly as they can, and overlap where sizes do not divide.

    Args:
        output_size: Size of the outputs: an int, or one for each spatial axis.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_height, new_width, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AdaptiveMaxPooling2D(4)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 7, 7, 3))))
    (1, 4, 4, 3)
    """


@public("keras.layers.AdaptiveMaxPooling3D")
class AdaptiveMaxPooling3D(AdaptiveMaxPooling, rank=3):
    """Max pooling over volumes to a given size: the largest element of each window.

    The windows lie as evenly as they can, and overlap where sizes do not divide.

    Args:
        output_size: Size of the outputs: an int, or one for each spatial axis.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_depth, new_height, new_width, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AdaptiveMaxPooling3D(4)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 7, 7, 7, 3))))
    (1, 4, 4, 4, 3)
    """


@public("keras.layers.AdaptiveAveragePooling1D")
class AdaptiveAveragePooling1D(AdaptiveAveragePooling, rank=1):
    """Average pooling over sequences to a given size: the mean of each window.

    The windows lie as evenly as they can, and overlap where sizes do not divide.

    Args:
        output_size: Size of the outputs: an int.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_steps, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AdaptiveAveragePooling1D(4)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 7, 3))))
    (1, 4, 3)
    """


@public("keras.layers.AdaptiveAveragePooling2D")
class AdaptiveAveragePooling2D(AdaptiveAveragePooling, rank=2):
    """Average pooling over images to a given size: the mean of each window.

    The windows lie as evenly as they can, and overlap where sizes do not divide.

    Args:
        output_size: Size of the outputs: an int, or one for each spatial axis.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_height, new_width, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AdaptiveAveragePooling2D(4)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 7, 7, 3))))
    (1, 4, 4, 3)
    """


@public("keras.layers.AdaptiveAveragePooling3D")
class AdaptiveAveragePooling3D(AdaptiveAveragePooling, rank=3):
    """Average pooling over volumes to a given size: the mean of each window.

    The windows lie as evenly as they can, and overlap where sizes do not divide.

    Args:
        output_size: Size of the outputs: an int, or one for each spatial axis.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_depth, new_height, new_width, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AdaptiveAveragePooling3D(4)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 7, 7, 7, 3))))
    (1, 4, 4, 4, 3)
    """
