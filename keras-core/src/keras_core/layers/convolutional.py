"""Convolution and pooling layers."""

from typing import Any

from keras_core import activations, constraints, initializers, ops, regularizers
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.layers.core import positive_int
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer
from keras_core.ops.convolution import biased_conv, output_padding_of, tuple_of


class BaseConv(Layer):
    """What the convolution layers share; ``rank`` is the number of spatial axes."""

    rank = 2
    _allows_causal = False
    _strided_or_dilated = True

    def _set_up(
        self,
        kernel_size: Any,
        strides: Any,
        padding: str,
        data_format: str | None,
        dilation_rate: Any,
        activation: Any,
        use_bias: bool,
        bias_initializer: Any,
        bias_regularizer: Any,
        bias_constraint: Any,
    ) -> None:
        self.kernel_size = tuple_of(kernel_size, self.rank, "kernel_size")
        self.strides = tuple_of(strides, self.rank, "strides")
        self.dilation_rate = tuple_of(dilation_rate, self.rank, "dilation_rate")
        self.data_format = config.standardize_data_format(data_format)
        allowed = ("valid", "same", "causal") if self._allows_causal else ("valid", "same")
        self.padding = str(padding).lower()
        if self.padding not in allowed:
            raise ValueError(
                f"The `padding` argument of {type(self).__name__} must be one of {allowed}. "
                f"Received: padding={padding!r}"
            )
        if self._strided_or_dilated and max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`. "
                f"Received: strides={self.strides} and dilation_rate={self.dilation_rate}"
            )
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.bias_initializer = initializers.get(bias_initializer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)

    def _channels(self, input_shape: Any) -> int:
        axis = -1 if self.data_format == "channels_last" else 1
        if len(input_shape) != self.rank + 2:
            raise ValueError(
                f"Layer {self.name!r} expects inputs with {self.rank + 2} axes: the batch, "
                f"{self.rank} spatial ones and the channels. Received: input_shape={input_shape}"
            )
        channels = input_shape[axis]
        if channels is None:
            raise ValueError(
                "The channel dimension of the inputs should be defined. Received: "
                f"input_shape={input_shape}, data_format={self.data_format!r}"
            )
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={axis: channels})
        return channels

    def _output_shape(self, input_shape: Any, filters: int) -> Any:
        first = self.data_format == "channels_first"
        spatial = input_shape[2:] if first else input_shape[1:-1]
        out = []
        for d, w, s, r in zip(
            spatial, self.kernel_size, self.strides, self.dilation_rate, strict=True
        ):
            if d is None:
                out.append(None)
                continue
            span = (w - 1) * r + 1
            n = -(-d // s) if self.padding in ("same", "causal") else (d - span) // s + 1
            if n <= 0:
                raise ValueError(
                    f"Computed output size would be negative or zero in layer {self.name!r}. "
                    f"Received: input_shape={input_shape}, kernel_size={self.kernel_size}, "
                    f"strides={self.strides}, dilation_rate={self.dilation_rate}, "
                    f"padding={self.padding!r}"
                )
            out.append(n)
        if first:
            return (input_shape[0], filters, *out)
        return (input_shape[0], *out, filters)

    def _add_bias(self, size: int) -> None:
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(size,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def _with_bias(self, x: Any) -> Any:
        if self.bias is not None:
            bias: Any = self.bias
            if self.data_format == "channels_first":
                bias = ops.reshape(bias, (1, -1, *(1,) * self.rank))
            x = ops.add(x, bias)
        return x

    def _finish(self, x: Any) -> Any:
        """Add the bias and apply the activation."""
        return apply_activation(self.activation, self._with_bias(x))

    def _base_config(self) -> dict[str, Any]:
        return {
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
        }

    def _bias_config(self, kernel: tuple[str, ...] = ("kernel",)) -> dict[str, Any]:
        out: dict[str, Any] = {
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
        }
        packages = (
            ("initializer", initializers),
            ("regularizer", regularizers),
            ("constraint", constraints),
        )
        for kind, package in packages:
            for weight in (*kernel, "bias"):
                key = f"{weight}_{kind}"
                out[key] = package.serialize(getattr(self, key))
            if kind == "regularizer":
                out["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return out


class Conv(BaseConv):
    """Convolution over ``rank`` spatial axes."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = positive_int("filters", filters)
        self.groups = positive_int("groups", groups)
        if self.filters % self.groups:
            raise ValueError(
                "The number of filters must be evenly divisible by the number of groups. "
                f"Received: groups={groups}, filters={filters}."
            )
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self._set_up(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            bias_initializer, bias_regularizer, bias_constraint,
        )  # fmt: skip

    def build(self, input_shape: Any) -> None:
        channels = self._channels(input_shape)
        if channels % self.groups:
            raise ValueError(
                "The number of input channels must be evenly divisible by the number of groups. "
                f"Received groups={self.groups}, but the input has {channels} channels "
                f"(full input shape is {input_shape})."
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, channels // self.groups, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self._add_bias(self.filters)
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        if self.bias is None or type(self).convolution_op is not Conv.convolution_op:
            return apply_activation(
                self.activation, self._with_bias(self.convolution_op(inputs, self.kernel))
            )
        inputs, *where = self._where(inputs)
        return apply_activation(
            self.activation, biased_conv(inputs, self.kernel, self.bias, *where)
        )

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """The convolution without bias and activation, to be overridden.

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
            before = self.dilation_rate[0] * (self.kernel_size[0] - 1)
            axis = 1 if self.data_format == "channels_last" else 2
            widths = [(0, 0), (0, 0), (0, 0)]
            widths[axis] = (before, 0)
            inputs, padding = ops.pad(inputs, widths), "valid"
        return inputs, self.strides, padding, self.data_format, self.dilation_rate

    def compute_output_shape(self, input_shape: Any) -> Any:
        return self._output_shape(input_shape, self.filters)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            **self._base_config(),
            "groups": self.groups,
            **self._bias_config(),
        }


@public("keras.layers.Conv1D", "keras.layers.Convolution1D")
class Conv1D(Conv):
    """Convolution over sequences.

    Args:
        filters: The number of channels of the outputs.
        kernel_size: The size of the windows.
        strides: Their step.
        padding: ``"valid"``, ``"same"`` or ``"causal"`` (no window sees what comes later).
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.
        groups: Into how many groups the channels are cut, each with filters of its own.
        activation: An activation function or its name; none by default.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernel.
        bias_constraint: For the bias.
        **kwargs: See `Layer`.

    Input shape:
        ``(batch, steps, channels)``.

    Output shape:
        ``(batch, new_steps, filters)``.
    """

    rank = 1
    _allows_causal = True


@public("keras.layers.Conv2D", "keras.layers.Convolution2D")
class Conv2D(Conv):
    """Convolution over images.

    Args:
        filters: The number of channels of the outputs.
        kernel_size: The size of the windows.
        strides: Their step.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.
        groups: Into how many groups the channels are cut, each with filters of its own.
        activation: An activation function or its name; none by default.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernel.
        bias_constraint: For the bias.
        **kwargs: See `Layer`.

    Input shape:
        ``(batch, height, width, channels)``.

    Output shape:
        ``(batch, new_height, new_width, filters)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Conv2D(4, 3, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 8, 8, 3))))
    (1, 8, 8, 4)
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, data_format, dilation_rate, groups,
            activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
            bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint, **kwargs,
        )  # fmt: skip


@public("keras.layers.Conv3D", "keras.layers.Convolution3D")
class Conv3D(Conv):
    """Convolution over volumes; see `Conv2D`.

    Args:
        filters: The number of channels of the outputs.
        kernel_size: The size of the windows.
        strides: Their step.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.
        groups: Into how many groups the channels are cut.
        activation: An activation function or its name; none by default.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernel.
        bias_constraint: For the bias.
        **kwargs: See `Layer`.
    """

    rank = 3

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1, 1),
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, data_format, dilation_rate, groups,
            activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
            bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint, **kwargs,
        )  # fmt: skip


class DepthwiseConv(BaseConv):
    """Depthwise convolution over ``rank`` spatial axes."""

    _strided_or_dilated = False

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.depth_multiplier = positive_int("depth_multiplier", depth_multiplier)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)
        self._set_up(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            bias_initializer, bias_regularizer, bias_constraint,
        )  # fmt: skip

    def build(self, input_shape: Any) -> None:
        channels = self._channels(input_shape)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self._add_bias(channels * self.depth_multiplier)
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        x = ops.depthwise_conv(
            inputs, self.kernel, self.strides, self.padding, self.data_format, self.dilation_rate
        )
        return self._finish(x)

    def compute_output_shape(self, input_shape: Any) -> Any:
        axis = -1 if self.data_format == "channels_last" else 1
        return self._output_shape(input_shape, input_shape[axis] * self.depth_multiplier)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "depth_multiplier": self.depth_multiplier,
            **self._base_config(),
            **self._bias_config(("depthwise",)),
        }


@public("keras.layers.DepthwiseConv1D")
class DepthwiseConv1D(DepthwiseConv):
    """Convolution over sequences, each channel with filters of its own; see `Conv1D`.

    Args:
        kernel_size: The size of the windows.
        strides: Their step.
        padding: ``"valid"`` or ``"same"``.
        depth_multiplier: The number of filters of each channel.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.
        activation: An activation function or its name; none by default.
        use_bias: Whether a bias is added.
        depthwise_initializer: For the kernel.
        bias_initializer: For the bias.
        depthwise_regularizer: For the kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        depthwise_constraint: For the kernel.
        bias_constraint: For the bias.
        **kwargs: See `Layer`.
    """

    rank = 1


@public("keras.layers.DepthwiseConv2D")
class DepthwiseConv2D(DepthwiseConv):
    """Convolution over images, each channel with filters of its own; see `Conv2D`.

    Args:
        kernel_size: The size of the windows.
        strides: Their step.
        padding: ``"valid"`` or ``"same"``.
        depth_multiplier: The number of filters of each channel.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.
        activation: An activation function or its name; none by default.
        use_bias: Whether a bias is added.
        depthwise_initializer: For the kernel.
        bias_initializer: For the bias.
        depthwise_regularizer: For the kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        depthwise_constraint: For the kernel.
        bias_constraint: For the bias.
        **kwargs: See `Layer`.
    """

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size, strides, padding, depth_multiplier, data_format, dilation_rate,
            activation, use_bias, depthwise_initializer, bias_initializer, depthwise_regularizer,
            bias_regularizer, activity_regularizer, depthwise_constraint, bias_constraint,
            **kwargs,
        )  # fmt: skip


class ConvTranspose(BaseConv):
    """Transposed convolution over ``rank`` spatial axes."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = positive_int("filters", filters)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self._set_up(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            bias_initializer, bias_regularizer, bias_constraint,
        )  # fmt: skip
        self.output_padding = (
            None if output_padding is None else output_padding_of(output_padding, self.strides)
        )

    def build(self, input_shape: Any) -> None:
        channels = self._channels(input_shape)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, self.filters, channels),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self._add_bias(self.filters)

    def call(self, inputs: Any) -> Any:
        x = ops.conv_transpose(
            inputs,
            self.kernel,
            self.strides,
            self.padding,
            self.output_padding,
            self.data_format,
            self.dilation_rate,
        )
        return self._finish(x)

    def get_config(self) -> dict[str, Any]:
        base = self._base_config()
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": base.pop("kernel_size"),
            "strides": base.pop("strides"),
            "padding": base.pop("padding"),
            "output_padding": self.output_padding,
            **base,
            **self._bias_config(),
        }


@public("keras.layers.Conv1DTranspose", "keras.layers.Convolution1DTranspose")
class Conv1DTranspose(ConvTranspose):
    """Transposed convolution over sequences; see `Conv2DTranspose`.

    Args:
        filters: The number of channels of the outputs.
        kernel_size: The size of the windows.
        strides: Their step in the outputs.
        padding: ``"valid"`` or ``"same"``.
        output_padding: What is added at the end of each axis of the outputs.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.
        activation: An activation function or its name; none by default.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernel.
        bias_constraint: For the bias.
        **kwargs: See `Layer`.
    """

    rank = 1


@public("keras.layers.Conv2DTranspose", "keras.layers.Convolution2DTranspose")
class Conv2DTranspose(ConvTranspose):
    """Transposed convolution over images: the gradient of a convolution by its inputs.

    Args:
        filters: The number of channels of the outputs.
        kernel_size: The size of the windows.
        strides: Their step in the outputs.
        padding: ``"valid"`` or ``"same"``.
        output_padding: What is added at the end of each axis of the outputs.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: The step inside the windows.
        activation: An activation function or its name; none by default.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernel.
        bias_constraint: For the bias.
        **kwargs: See `Layer`.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, output_padding, data_format, dilation_rate,
            activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
            bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint, **kwargs,
        )  # fmt: skip
