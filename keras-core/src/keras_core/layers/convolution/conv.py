"""Convolution layers."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.convolution.base import BaseConv
from keras_core.ops.convolution import biased_conv
from keras_core.typing import (
    ActivationLike,
    ConstraintLike,
    InitializerLike,
    PlainLayerOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


class Conv(BaseConv):
    """Convolution over ``rank`` spatial axes; see `Conv2D`."""

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        groups: int = 1,
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
        self.groups = positive_int("groups", groups)
        if self.filters % self.groups:
            raise ValueError(
                "The number of filters must be evenly divisible by the number of groups. "
                f"Received: groups={groups}, filters={filters}."
            )
        self._declare_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)

    def build(self, input_shape: Shape) -> None:
        channels = self._channels(input_shape)
        if channels % self.groups:
            raise ValueError(
                "The number of input channels must be evenly divisible by the number of groups. "
                f"Received groups={self.groups}, but the input has {channels} channels "
                f"(full input shape is {input_shape})."
            )
        self._build_kernel("kernel", (*self.kernel_size, channels // self.groups, self.filters))
        self._build_bias(self.filters)
        self.compute_output_shape(input_shape)

    def contract(self, inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        if bias is None or type(self).convolution_op is not Conv.convolution_op:
            return self.add_bias(self.convolution_op(inputs, kernel), bias)
        inputs, *where = self._where(inputs)
        return biased_conv(inputs, kernel, bias, *where)

    def convolution_op(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        """The convolution without bias and activation, for subclasses to override.

        Args:
            inputs: A tensor of shape ``(batch, *spatial, channels)``, or with the channels first.
            kernel: The kernel, of shape ``(*kernel_size, channels // groups, filters)``.
        """
        inputs, *where = self._where(inputs)
        return ops.conv(inputs, kernel, *where)

    def _where(self, inputs: Any) -> tuple[Any, ...]:
        """The inputs, padded if they are causal, and the remaining arguments of `ops.conv`."""
        padding = self.padding
        if padding == "causal":
            widths = [(0, 0), (0, 0), (0, 0)]
            before = self.dilation_rate[0] * (self.kernel_size[0] - 1)
            widths[self._spatial_axes[0]] = (before, 0)
            inputs, padding = ops.pad(inputs, widths), "valid"
        return inputs, self.strides, padding, self.data_format, self.dilation_rate

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return self._output_shape(input_shape, self.filters)


@public("keras.layers.Conv1D", "keras.layers.Convolution1D")
class Conv1D(Conv, rank=1):
    """Convolution over sequences: ``activation(conv(inputs, kernel) + bias)``.

    Args:
        filters: Number of output channels, a positive int.
        kernel_size: Size of the windows: an int.
        strides: Step between windows: an int; 1 by default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around, so that with strides of 1 the outputs have the size of the inputs. ``"causal"``:
            zeros are added before only, so that no output depends on later steps. ``"valid"`` by
            default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window: an int; 1 by default.
        groups: Number of groups that the channels are cut into, each with filters of its own; 1 by
            default.
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
    >>> layer = keras.layers.Conv1D(4, 3, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 3))))
    (1, 8, 4)
    """

    _paddings = ("valid", "same", "causal")


@public("keras.layers.Conv2D", "keras.layers.Convolution2D")
class Conv2D(Conv, rank=2):
    """Convolution over images: ``activation(conv(inputs, kernel) + bias)``.

    Args:
        filters: Number of output channels, a positive int.
        kernel_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows: an int, or one for each spatial axis; 1 by default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around, so that with strides of 1 the outputs have the size of the inputs. ``"valid"``
            by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window: an int, or one for each spatial axis;
            1 by default.
        groups: Number of groups that the channels are cut into, each with filters of its own; 1 by
            default.
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
    >>> layer = keras.layers.Conv2D(4, 3, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 3))))
    (1, 8, 8, 4)
    """


@public("keras.layers.Conv3D", "keras.layers.Convolution3D")
class Conv3D(Conv, rank=3):
    """Convolution over volumes: ``activation(conv(inputs, kernel) + bias)``.

    Args:
        filters: Number of output channels, a positive int.
        kernel_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows: an int, or one for each spatial axis; 1 by default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around, so that with strides of 1 the outputs have the size of the inputs. ``"valid"``
            by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window: an int, or one for each spatial axis;
            1 by default.
        groups: Number of groups that the channels are cut into, each with filters of its own; 1 by
            default.
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
    >>> layer = keras.layers.Conv3D(4, 3, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 8, 3))))
    (1, 8, 8, 8, 4)
    """
