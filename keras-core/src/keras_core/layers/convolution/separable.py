"""Separable convolutions: one filter a channel, then a mixture of the channels."""

from collections.abc import Sequence
from typing import Unpack

from keras_core import ops
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.convolution.base import BaseConv
from keras_core.typing import (
    ActivationLike,
    ConstraintLike,
    InitializerLike,
    PlainLayerOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


class SeparableConv(BaseConv):
    """Separable convolution over ``rank`` spatial axes."""

    _strided_or_dilated = False

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        depth_multiplier: int = 1,
        activation: ActivationLike = None,
        use_bias: bool = True,
        depthwise_initializer: InitializerLike = "glorot_uniform",
        pointwise_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        depthwise_regularizer: RegularizerLike = None,
        pointwise_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        depthwise_constraint: ConstraintLike = None,
        pointwise_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        **kwargs: Unpack[PlainLayerOptions],
    ) -> None:
        super().__init__(
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            use_bias=use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            bias_constraint=bias_constraint,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.filters = positive_int("filters", filters)
        self.depth_multiplier = positive_int("depth_multiplier", depth_multiplier)
        self._declare_weight(
            "depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint
        )
        self._declare_weight(
            "pointwise", pointwise_initializer, pointwise_regularizer, pointwise_constraint
        )

    def build(self, input_shape: Shape) -> None:
        channels = self._channels(input_shape)
        wide = channels * self.depth_multiplier
        self.depthwise_kernel = self._add_declared(
            "depthwise",
            (*self.kernel_size, channels, self.depth_multiplier),
            name="depthwise_kernel",
        )
        self.pointwise_kernel = self._add_declared(
            "pointwise", (*(1,) * self.rank, wide, self.filters), name="pointwise_kernel"
        )
        self._build_bias(self.filters)

    def call(self, inputs: Tensor) -> Tensor:
        x = ops.separable_conv(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
        )
        return apply_activation(self.activation, self.add_bias(x, self.bias))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return self._output_shape(input_shape, self.filters)


@public("keras.layers.SeparableConv1D", "keras.layers.SeparableConvolution1D")
class SeparableConv1D(SeparableConv, rank=1):
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
    >>> tuple(keras.layers.SeparableConv1D(3, 4, strides=3, activation="relu")(x).shape)
    (4, 3, 3)
    """


@public("keras.layers.SeparableConv2D", "keras.layers.SeparableConvolution2D")
class SeparableConv2D(SeparableConv, rank=2):
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
    >>> tuple(layer(x).shape)
    (4, 3, 3, 3)
    """
