"""Pooling over windows."""

from collections.abc import Sequence
from typing import Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.spatial import Spatial
from keras_core.ops.convolution import tuple_of
from keras_core.typing import LayerOptions, Tensor, UnnamedLayerOptions


class Pooling(Spatial):
    """The base of the layers that pool over windows."""

    _per_axis = ("pool_size",)
    _weightless = True

    def __init__(
        self,
        pool_size: int | Sequence[int],
        strides: int | Sequence[int] | None,
        padding: str,
        data_format: str | None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.pool_size = tuple_of(pool_size, self.rank, "pool_size")
        self.strides = tuple_of(pool_size if strides is None else strides, self.rank, "strides")
        self.padding = str(padding).lower()
        if self.padding not in ("valid", "same"):
            raise ValueError(f"`padding` must be 'valid' or 'same'. Received: {padding!r}")
        self.input_spec = InputSpec(ndim=self.rank + 2)


class MaxPooling(Pooling):
    """Max pooling over ``rank`` spatial axes; see `MaxPooling2D`."""

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Unpack[UnnamedLayerOptions],
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name=name, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.max_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class AveragePooling(Pooling):
    """Average pooling over ``rank`` spatial axes; see `AveragePooling2D`."""

    def __init__(
        self,
        pool_size: int | Sequence[int],
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Unpack[UnnamedLayerOptions],
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name=name, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.average_pool(
            inputs, self.pool_size, self.strides, self.padding, self.data_format
        )


@public("keras.layers.MaxPooling1D", "keras.layers.MaxPool1D")
class MaxPooling1D(MaxPooling, rank=1):
    """Max pooling over sequences: the largest element of each window.

    Args:
        pool_size: Size of the windows: an int; 2 by default.
        strides: Step between windows: an int; by default
            ``pool_size``, so that they do not overlap.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: the inputs are
            padded, so that with strides of 1 the outputs have their size. ``"valid"`` by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        name: Name of the layer; made from the class by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_steps, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.MaxPooling1D()
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 3))))
    (1, 4, 3)
    """


@public("keras.layers.MaxPooling2D", "keras.layers.MaxPool2D")
class MaxPooling2D(MaxPooling, rank=2):
    """Max pooling over images: the largest element of each window.

    Args:
        pool_size: Size of the windows: an int, or one for each spatial axis; 2 by default.
        strides: Step between windows: an int, or one for each spatial axis; by default
            ``pool_size``, so that they do not overlap.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: the inputs are
            padded, so that with strides of 1 the outputs have their size. ``"valid"`` by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        name: Name of the layer; made from the class by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_height, new_width, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.MaxPooling2D()
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 3))))
    (1, 4, 4, 3)
    """


@public("keras.layers.MaxPooling3D", "keras.layers.MaxPool3D")
class MaxPooling3D(MaxPooling, rank=3):
    """Max pooling over volumes: the largest element of each window.

    Args:
        pool_size: Size of the windows: an int, or one for each spatial axis; 2 by default.
        strides: Step between windows: an int, or one for each spatial axis; by default
            ``pool_size``, so that they do not overlap.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: the inputs are
            padded, so that with strides of 1 the outputs have their size. ``"valid"`` by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        name: Name of the layer; made from the class by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_depth, new_height, new_width, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.MaxPooling3D()
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 8, 3))))
    (1, 4, 4, 4, 3)
    """


@public("keras.layers.AveragePooling1D", "keras.layers.AvgPool1D")
class AveragePooling1D(AveragePooling, rank=1):
    """Average pooling over sequences: the mean of each window.

    Args:
        pool_size: Size of the windows: an int.
        strides: Step between windows: an int; by default
            ``pool_size``, so that they do not overlap.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: the inputs are
            padded, so that with strides of 1 the outputs have their size. ``"valid"`` by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        name: Name of the layer; made from the class by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_steps, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AveragePooling1D(2)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 3))))
    (1, 4, 3)
    """


@public("keras.layers.AveragePooling2D", "keras.layers.AvgPool2D")
class AveragePooling2D(AveragePooling, rank=2):
    """Average pooling over images: the mean of each window.

    Args:
        pool_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows: an int, or one for each spatial axis; by default
            ``pool_size``, so that they do not overlap.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: the inputs are
            padded, so that with strides of 1 the outputs have their size. ``"valid"`` by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        name: Name of the layer; made from the class by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_height, new_width, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AveragePooling2D(2)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 3))))
    (1, 4, 4, 3)
    """


@public("keras.layers.AveragePooling3D", "keras.layers.AvgPool3D")
class AveragePooling3D(AveragePooling, rank=3):
    """Average pooling over volumes: the mean of each window.

    Args:
        pool_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows: an int, or one for each spatial axis; by default
            ``pool_size``, so that they do not overlap.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: the inputs are
            padded, so that with strides of 1 the outputs have their size. ``"valid"`` by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        name: Name of the layer; made from the class by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_depth, new_height, new_width, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AveragePooling3D(2)
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 8, 3))))
    (1, 4, 4, 4, 3)
    """
