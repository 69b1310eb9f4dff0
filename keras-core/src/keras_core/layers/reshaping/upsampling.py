"""Larger sequences, images and volumes."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer
from keras_core.layers.base.spatial import Spatial
from keras_core.ops.convolution import tuple_of
from keras_core.typing import LayerOptions, Tensor


@public("keras.layers.UpSampling1D")
class UpSampling1D(Layer):
    """Repeats each step of a sequence.

    Args:
        size: How many times, a positive int; 2 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        ``(batch, size * steps, features)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.UpSampling1D()(keras.ops.ones((1, 4, 3))))
    (1, 8, 3)
    """

    _weightless = True

    def __init__(self, size: int = 2, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.size = positive_int("size", size)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.repeat(inputs, self.size, axis=1)


@public("keras.layers.UpSampling2D")
class UpSampling2D(Spatial, rank=2):
    """Enlarges images, by repeating pixels or by interpolation.

    Args:
        size: Factor of the sizes: an int, or one for each spatial axis; 2 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        interpolation: ``"nearest"``, which is the default, ``"bilinear"``, ``"bicubic"``,
            ``"lanczos3"`` or ``"lanczos5"``.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, size[0] * height, size[1] * width, channels)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.UpSampling2D((1, 2))(keras.ops.ones((1, 4, 4, 3))))
    (1, 4, 8, 3)
    """

    _weightless = True

    def __init__(
        self,
        size: int | Sequence[Any] = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.size = tuple_of(size, 2, "size")
        known = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
        if interpolation.lower() not in known:
            raise ValueError(f"`interpolation` must be one of {known}. Received: {interpolation!r}")
        self.interpolation = interpolation.lower()
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs: Tensor) -> Tensor:
        rows, columns = self._spatial_axes
        if self.interpolation == "nearest":
            x = ops.repeat(inputs, self.size[0], axis=rows)
            return ops.repeat(x, self.size[1], axis=columns)
        shape = ops.shape(inputs)
        return ops.image.resize(
            inputs,
            (shape[rows] * self.size[0], shape[columns] * self.size[1]),
            interpolation=self.interpolation,
            data_format=self.data_format,
        )


@public("keras.layers.UpSampling3D")
class UpSampling3D(Spatial, rank=3):
    """Enlarges volumes by repeating their elements.

    Args:
        size: Factor of the sizes: an int, or one for each spatial axis; 2 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, size[0] * depth, size[1] * height, size[2] * width, channels)``, or with the
        channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.UpSampling3D((1, 2, 2))
    >>> keras.ops.shape(layer(keras.ops.ones((1, 4, 4, 4, 3))))
    (1, 4, 8, 8, 3)
    """

    _weightless = True

    def __init__(
        self,
        size: int | Sequence[Any] = (2, 2, 2),
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.size = tuple_of(size, 3, "size")
        self.input_spec = InputSpec(ndim=5)

    def call(self, inputs: Tensor) -> Tensor:
        for axis, times in zip(self._spatial_axes, self.size, strict=True):
            inputs = ops.repeat(inputs, times, axis=axis)
        return inputs
