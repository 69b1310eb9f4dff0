"""Separable convolutions: one filter a channel, then a mixture of the channels."""

from typing import Any

from keras_core import constraints, initializers, ops, regularizers
from keras_core.core.base.public import public
from keras_core.layers.convolutional import BaseConv
from keras_core.layers.core import positive_int


class SeparableConv(BaseConv):
    """Separable convolution over ``rank`` spatial axes."""

    _strided_or_dilated = False

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, ...] = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = positive_int("filters", filters)
        self.depth_multiplier = positive_int("depth_multiplier", depth_multiplier)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.pointwise_initializer = initializers.get(pointwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.pointwise_regularizer = regularizers.get(pointwise_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)
        self.pointwise_constraint = constraints.get(pointwise_constraint)
        self._set_up(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            bias_initializer, bias_regularizer, bias_constraint,
        )  # fmt: skip

    def build(self, input_shape: Any) -> None:
        channels = self._channels(input_shape)
        self.depthwise_kernel = self.add_weight(
            name="depthwise_kernel",
            shape=(*self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self.pointwise_kernel = self.add_weight(
            name="pointwise_kernel",
            shape=(*(1,) * self.rank, channels * self.depth_multiplier, self.filters),
            initializer=self.pointwise_initializer,
            regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )
        self._add_bias(self.filters)

    def call(self, inputs: Any) -> Any:
        x = ops.separable_conv(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
        )
        return self._finish(x)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return self._output_shape(input_shape, self.filters)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "depth_multiplier": self.depth_multiplier,
            "filters": self.filters,
            **self._base_config(),
            **self._bias_config(("depthwise", "pointwise")),
        }


@public("keras.layers.SeparableConv1D", "keras.layers.SeparableConvolution1D")
class SeparableConv1D(SeparableConv):
    """Separable convolution over sequences; see `SeparableConv2D`.

    Args:
        filters: Positive int, the number of channels of the outputs.
        kernel_size: Length of the window, an int or a tuple of one.
        strides: Step between windows, an int or a tuple of one; 1 by default.
        padding: ``"valid"`` (none, the default) or ``"same"`` (zeros at the ends, so that the
            outputs are as long as the inputs divided by the stride).
        data_format: ``"channels_last"`` for inputs of shape ``(batch, steps, channels)`` or
            ``"channels_first"``; `keras.config.image_data_format()` by default.
        dilation_rate: Step between the elements of a window; 1 by default.
        depth_multiplier: Filters for each input channel in the first step; 1 by default.
        activation: Function of the outputs, or its name; None leaves them as they are.
        use_bias: Whether a bias of shape ``(filters,)`` is added; True by default.
        depthwise_initializer: Initial values of the kernel of the first step.
        pointwise_initializer: Initial values of the kernel of the second step.
        bias_initializer: Initial values of the bias; zeros by default.
        depthwise_regularizer: Penalty on the kernel of the first step; none by default.
        pointwise_regularizer: Penalty on the kernel of the second step; none by default.
        bias_regularizer: Penalty on the bias; none by default.
        activity_regularizer: Penalty on the outputs; none by default.
        depthwise_constraint: Applied to the first kernel after each update; none by default.
        pointwise_constraint: Applied to the second kernel after each update; none by default.
        bias_constraint: Applied to the bias after each update; none by default.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> x = keras.ops.ones((4, 10, 12))
    >>> keras.layers.SeparableConv1D(3, 4, strides=3, activation="relu")(x).shape
    (4, 3, 3)
    """

    rank = 1


@public("keras.layers.SeparableConv2D", "keras.layers.SeparableConvolution2D")
class SeparableConv2D(SeparableConv):
    """Separable convolution over images (Chollet, 2017).

    A depthwise convolution, which filters each channel on its own, is followed by a convolution
    with windows of size 1, which mixes the channels. This takes a fraction of the weights and of
    the work of `Conv2D`. There is no activation between the two.

    Args:
        filters: Positive int, the number of channels of the outputs.
        kernel_size: Height and width of the window, an int for both or a tuple.
        strides: Step between windows along each axis, an int or a tuple; 1 by default.
        padding: ``"valid"`` (none, the default) or ``"same"`` (zeros around the image, so that
            the outputs are as large as the inputs divided by the strides).
        data_format: ``"channels_last"`` for inputs of shape ``(batch, height, width, channels)``
            or ``"channels_first"``; `keras.config.image_data_format()` by default.
        dilation_rate: Step between the elements of a window along each axis; 1 by default.
        depth_multiplier: Filters for each input channel in the first step; 1 by default.
        activation: Function of the outputs, or its name; None leaves them as they are.
        use_bias: Whether a bias of shape ``(filters,)`` is added; True by default.
        depthwise_initializer: Initial values of the kernel of the first step.
        pointwise_initializer: Initial values of the kernel of the second step.
        bias_initializer: Initial values of the bias; zeros by default.
        depthwise_regularizer: Penalty on the kernel of the first step; none by default.
        pointwise_regularizer: Penalty on the kernel of the second step; none by default.
        bias_regularizer: Penalty on the bias; none by default.
        activity_regularizer: Penalty on the outputs; none by default.
        depthwise_constraint: Applied to the first kernel after each update; none by default.
        pointwise_constraint: Applied to the second kernel after each update; none by default.
        bias_constraint: Applied to the bias after each update; none by default.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> x = keras.ops.ones((4, 10, 10, 12))
    >>> layer = keras.layers.SeparableConv2D(3, 4, strides=3, activation="relu")
    >>> layer(x).shape
    (4, 3, 3, 3)
    """

    rank = 2

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, ...] = (1, 1),
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, data_format, dilation_rate, depth_multiplier,
            activation, use_bias, depthwise_initializer, pointwise_initializer, bias_initializer,
            depthwise_regularizer, pointwise_regularizer, bias_regularizer, activity_regularizer,
            depthwise_constraint, pointwise_constraint, bias_constraint, **kwargs,
        )  # fmt: skip


SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D
