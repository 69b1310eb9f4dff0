"""Convolutions of each channel alone."""

from collections.abc import Sequence
from typing import Unpack

from keras_core import ops
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


class DepthwiseConv(BaseConv):
    """Depthwise convolution over ``rank`` spatial axes; see `DepthwiseConv2D`."""

    _strided_or_dilated = False

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        activation: ActivationLike = None,
        use_bias: bool = True,
        depthwise_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        depthwise_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        depthwise_constraint: ConstraintLike = None,
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
        self.depth_multiplier = positive_int("depth_multiplier", depth_multiplier)
        self._declare_weight(
            "depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint
        )

    def build(self, input_shape: Shape) -> None:
        channels = self._channels(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self._build_kernel("depthwise", shape, name="kernel")
        self._build_bias(channels * self.depth_multiplier)
        self.compute_output_shape(input_shape)

    def contract(self, inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        x = ops.depthwise_conv(
            inputs, kernel, self.strides, self.padding, self.data_format, self.dilation_rate
        )
        return self.add_bias(x, bias)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        channels = input_shape[self._channel_axis]
        filters = None if channels is None else channels * self.depth_multiplier
        return self._output_shape(input_shape, filters)


@public("keras.layers.DepthwiseConv1D")
class DepthwiseConv1D(DepthwiseConv, rank=1):
    """Convolution over sequences in which each channel has filters of its own.

    Args:
        kernel_size: Size of the windows: an int.
        strides: Step between windows: an int; 1 by default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around, so that with strides of 1 the outputs have the size of the inputs. ``"valid"``
            by default.
        depth_multiplier: Number of filters for each input channel; 1 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window: an int; 1 by default.
        activation: Activation function, or its name; none by default.
        use_bias: Whether to add a bias to each filter; True by default.
        depthwise_initializer: Initializer of the depthwise kernel; Glorot uniform by default.
        bias_initializer: Initializer of the bias; zeros by default.
        depthwise_regularizer: Penalty on the depthwise kernel that is added to the loss; none by
            default.
        bias_regularizer: Penalty on the bias that is added to the loss; none by default.
        activity_regularizer: Penalty on the outputs that is added to the loss, divided by the batch
            size; none by default.
        depthwise_constraint: Projection of the depthwise kernel after each update; none by default.
        bias_constraint: Projection of the bias after each update; none by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_steps, channels * depth_multiplier)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.DepthwiseConv1D(3, depth_multiplier=2, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 3))))
    (1, 8, 6)
    """


@public("keras.layers.DepthwiseConv2D")
class DepthwiseConv2D(DepthwiseConv, rank=2):
    """Convolution over images in which each channel has filters of its own.

    Args:
        kernel_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows: an int, or one for each spatial axis; 1 by default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around, so that with strides of 1 the outputs have the size of the inputs. ``"valid"``
            by default.
        depth_multiplier: Number of filters for each input channel; 1 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window: an int, or one for each spatial axis;
            1 by default.
        activation: Activation function, or its name; none by default.
        use_bias: Whether to add a bias to each filter; True by default.
        depthwise_initializer: Initializer of the depthwise kernel; Glorot uniform by default.
        bias_initializer: Initializer of the bias; zeros by default.
        depthwise_regularizer: Penalty on the depthwise kernel that is added to the loss; none by
            default.
        bias_regularizer: Penalty on the bias that is added to the loss; none by default.
        activity_regularizer: Penalty on the outputs that is added to the loss, divided by the batch
            size; none by default.
        depthwise_constraint: Projection of the depthwise kernel after each update; none by default.
        bias_constraint: Projection of the bias after each update; none by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_height, new_width, channels * depth_multiplier)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 3))))
    (1, 8, 8, 6)
    """
