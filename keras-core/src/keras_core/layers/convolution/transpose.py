"""Transposed convolutions, which enlarge their inputs."""

from collections.abc import Sequence
from typing import Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.convolution.base import BaseConv
from keras_core.ops.convolution import output_padding_of
from keras_core.typing import (
    ActivationLike,
    ConstraintLike,
    InitializerLike,
    PlainLayerOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


class ConvTranspose(BaseConv):
    """Transposed convolution over ``rank`` spatial axes; see `Conv2DTranspose`."""

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        output_padding: int | Sequence[int] | None = None,
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        activation: ActivationLike = None,
        use_bias: bool = True,
        kernel_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
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
        self._declare_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self.output_padding = (
            None if output_padding is None else output_padding_of(output_padding, self.strides)
        )

    def build(self, input_shape: Shape) -> None:
        channels = self._channels(input_shape)
        self._build_kernel("kernel", (*self.kernel_size, self.filters, channels))
        self._build_bias(self.filters)

    def contract(self, inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        x = ops.conv_transpose(
            inputs,
            kernel,
            self.strides,
            self.padding,
            self.output_padding,
            self.data_format,
            self.dilation_rate,
        )
        return self.add_bias(x, bias)


@public("keras.layers.Conv1DTranspose", "keras.layers.Convolution1DTranspose")
class Conv1DTranspose(ConvTranspose, rank=1):
    """Transposed convolution over sequences: the gradient of a convolution by its inputs.

    Args:
        filters: Number of output channels, a positive int.
        kernel_size: Size of the windows: an int.
        strides: Step between windows in the outputs: an int; 1 by default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around, so that with strides of 1 the outputs have the size of the inputs. ``"valid"``
            by default.
        output_padding: Size added at the end of each spatial axis: an int. By default such that
            ``"same"`` multiplies the sizes by the strides.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window: an int; 1 by default.
        activation: Activation function, or its name; none by default.
        use_bias: Whether to add a bias to each filter; True by default.
        kernel_initializer: Initializer of the kernel; Glorot uniform by default.
        bias_initializer: Initializer of the bias; zeros by default.
        kernel_regularizer: Penalty on the kernel that is added to the loss; none by default.
        bias_regularizer: Penalty on the bias that is added to the loss; none by default.
        activity_regularizer: Penalty on the outputs that is added to the loss, divided by the batch
            size; none by default.
        kernel_constraint: Projection of the kernel after each update; none by default.
        bias_constraint: Projection of the bias after each update; none by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_steps, filters)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Conv1DTranspose(4, 3, strides=2, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 3))))
    (1, 16, 4)
    """


@public("keras.layers.Conv2DTranspose", "keras.layers.Convolution2DTranspose")
class Conv2DTranspose(ConvTranspose, rank=2):
    """Transposed convolution over images: the gradient of a convolution by its inputs.

    Args:
        filters: Number of output channels, a positive int.
        kernel_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows in the outputs: an int, or one for each spatial axis; 1 by
            default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around, so that with strides of 1 the outputs have the size of the inputs. ``"valid"``
            by default.
        output_padding: Size added at the end of each spatial axis: an int, or one for each spatial
            axis. By default such that ``"same"`` multiplies the sizes by the strides.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window: an int, or one for each spatial axis;
            1 by default.
        activation: Activation function, or its name; none by default.
        use_bias: Whether to add a bias to each filter; True by default.
        kernel_initializer: Initializer of the kernel; Glorot uniform by default.
        bias_initializer: Initializer of the bias; zeros by default.
        kernel_regularizer: Penalty on the kernel that is added to the loss; none by default.
        bias_regularizer: Penalty on the bias that is added to the loss; none by default.
        activity_regularizer: Penalty on the outputs that is added to the loss, divided by the batch
            size; none by default.
        kernel_constraint: Projection of the kernel after each update; none by default.
        bias_constraint: Projection of the bias after each update; none by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_height, new_width, filters)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 3))))
    (1, 16, 16, 4)
    """


@public("keras.layers.Conv3DTranspose", "keras.layers.Convolution3DTranspose")
class Conv3DTranspose(ConvTranspose, rank=3):
    """Transposed convolution over volumes: the gradient of a convolution by its inputs.

    Args:
        filters: Number of output channels, a positive int.
        kernel_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows in the outputs: an int, or one for each spatial axis; 1 by
            default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around, so that with strides of 1 the outputs have the size of the inputs. ``"valid"``
            by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        output_padding: Size added at the end of each spatial axis: an int, or one for each spatial
            axis. By default such that ``"same"`` multiplies the sizes by the strides.
        dilation_rate: Step between the elements of a window: an int, or one for each spatial axis;
            1 by default.
        activation: Activation function, or its name; none by default.
        use_bias: Whether to add a bias to each filter; True by default.
        kernel_initializer: Initializer of the kernel; Glorot uniform by default.
        bias_initializer: Initializer of the bias; zeros by default.
        kernel_regularizer: Penalty on the kernel that is added to the loss; none by default.
        bias_regularizer: Penalty on the bias that is added to the loss; none by default.
        activity_regularizer: Penalty on the outputs that is added to the loss, divided by the batch
            size; none by default.
        kernel_constraint: Projection of the kernel after each update; none by default.
        bias_constraint: Projection of the bias after each update; none by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        ``(batch, new_depth, new_height, new_width, filters)``, or with the channels first.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Conv3DTranspose(4, 3, strides=2, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 8, 3))))
    (1, 16, 16, 16, 4)
    """

    def __init__(  # Keras has the two in another order here
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        output_padding: int | Sequence[int] | None = None,
        dilation_rate: int | Sequence[int] = 1,
        activation: ActivationLike = None,
        use_bias: bool = True,
        kernel_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        **kwargs: Unpack[PlainLayerOptions],
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, output_padding, data_format, dilation_rate,
            activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
            bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint, **kwargs,
        )  # fmt: skip
