"""Pooling over all of a sequence, an image or a volume."""

from typing import Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.spatial import Spatial
from keras_core.typing import LayerOptions, Tensor


class GlobalPooling(Spatial):
    """The base of the layers that pool over all spatial axes."""

    _weightless = True

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)


class GlobalMaxPooling(GlobalPooling):
    """Global max pooling over ``rank`` spatial axes; see `GlobalMaxPooling2D`."""

    def call(self, inputs: Tensor) -> Tensor:
        return ops.max(inputs, axis=self._spatial_axes, keepdims=self.keepdims)


class GlobalAveragePooling(GlobalPooling):
    """Global average pooling over ``rank`` spatial axes; see `GlobalAveragePooling2D`."""

    def call(self, inputs: Tensor) -> Tensor:
        return ops.mean(inputs, axis=self._spatial_axes, keepdims=self.keepdims)


@public("keras.layers.GlobalMaxPooling1D", "keras.layers.GlobalMaxPool1D")
class GlobalMaxPooling1D(GlobalMaxPooling, rank=1):
    """Global max pooling over sequences: the largest element of each channel.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        keepdims: Whether the spatial axes are kept, with size 1; False by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        ``(batch, channels)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GlobalMaxPooling1D()
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 3))))
    (1, 3)
    """


@public("keras.layers.GlobalMaxPooling2D", "keras.layers.GlobalMaxPool2D")
class GlobalMaxPooling2D(GlobalMaxPooling, rank=2):
    """Global max pooling over images: the largest element of each channel.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        keepdims: Whether the spatial axes are kept, with size 1; False by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, channels)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GlobalMaxPooling2D()
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 3))))
    (1, 3)
    """


@public("keras.layers.GlobalMaxPooling3D", "keras.layers.GlobalMaxPool3D")
class GlobalMaxPooling3D(GlobalMaxPooling, rank=3):
    """Global max pooling over volumes: the largest element of each channel.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        keepdims: Whether the spatial axes are kept, with size 1; False by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, channels)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GlobalMaxPooling3D()
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 8, 3))))
    (1, 3)
    """


@public("keras.layers.GlobalAveragePooling1D", "keras.layers.GlobalAvgPool1D")
class GlobalAveragePooling1D(GlobalAveragePooling, rank=1):
    """Global average pooling over sequences: the mean of each channel.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        keepdims: Whether the spatial axes are kept, with size 1; False by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        inputs: The sequences.
        mask: Booleans of shape ``(batch, steps)``: which steps count.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        ``(batch, channels)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GlobalAveragePooling1D()
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 3))))
    (1, 3)
    """

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        axis = self._spatial_axes[0]
        if mask is None:
            return ops.mean(inputs, axis=axis, keepdims=self.keepdims)
        keep = ops.cast(mask, ops.dtype(inputs))
        keep = ops.expand_dims(keep, 2 if self.data_format == "channels_last" else 1)
        total = ops.sum(ops.multiply(inputs, keep), axis=axis, keepdims=self.keepdims)
        return ops.divide(total, ops.sum(keep, axis=axis, keepdims=self.keepdims))

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor | None:
        return None


@public("keras.layers.GlobalAveragePooling2D", "keras.layers.GlobalAvgPool2D")
class GlobalAveragePooling2D(GlobalAveragePooling, rank=2):
    """Global average pooling over images: the mean of each channel.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        keepdims: Whether the spatial axes are kept, with size 1; False by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, channels)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GlobalAveragePooling2D()
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 3))))
    (1, 3)
    """


@public("keras.layers.GlobalAveragePooling3D", "keras.layers.GlobalAvgPool3D")
class GlobalAveragePooling3D(GlobalAveragePooling, rank=3):
    """Global average pooling over volumes: the mean of each channel.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        keepdims: Whether the spatial axes are kept, with size 1; False by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, channels)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GlobalAveragePooling3D()
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 8, 3))))
    (1, 3)
    """
