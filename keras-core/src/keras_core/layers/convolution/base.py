"""What all convolution layers share."""

from collections.abc import Sequence
from typing import Any, ClassVar, Unpack

from keras_core import activations, ops
from keras_core.activations.functions import apply as apply_activation
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.spatial import Spatial
from keras_core.layers.kernels.layer import KernelLayer
from keras_core.ops.convolution import tuple_of
from keras_core.typing import (
    ActivationLike,
    ConstraintLike,
    InitializerLike,
    LayerOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


class BaseConv(Spatial, KernelLayer):
    """The base of the convolution layers: windows, a bias and an activation.

    Args:
        kernel_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows: an int, or one for each spatial axis.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        dilation_rate: Step between the elements of a window: an int, or one for each spatial axis.
        activation: Activation function, or its name.
        use_bias: Whether to add a bias to each filter.
        bias_initializer: Initializer of the bias.
        bias_regularizer: Penalty on the bias that is added to the loss.
        bias_constraint: Projection of the bias after each update.
        **kwargs: Arguments of every layer; see `Layer`.
    """

    _per_axis = ("strides", "dilation_rate")
    _config_omits: ClassVar[frozenset[str]] = frozenset()
    _paddings: ClassVar[tuple[str, ...]] = ("valid", "same")
    _strided_or_dilated: ClassVar[bool] = True
    """Whether windows are either apart or dilated, not both."""

    bias: Any

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int],
        padding: str,
        data_format: str | None,
        dilation_rate: int | Sequence[int],
        activation: ActivationLike,
        use_bias: bool,
        bias_initializer: InitializerLike,
        bias_regularizer: RegularizerLike,
        bias_constraint: ConstraintLike,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.kernel_size = tuple_of(kernel_size, self.rank, "kernel_size")
        self.strides = tuple_of(strides, self.rank, "strides")
        self.dilation_rate = tuple_of(dilation_rate, self.rank, "dilation_rate")
        self.padding = str(padding).lower()
        if self.padding not in self._paddings:
            raise ValueError(
                f"The `padding` argument of {type(self).__name__} must be one of "
                f"{self._paddings}. Received: padding={padding!r}"
            )
        if self._strided_or_dilated and max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`. "
                f"Received: strides={self.strides} and dilation_rate={self.dilation_rate}"
            )
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self._declare_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)

    def _channels(self, input_shape: Any) -> int:
        """The number of channels of the inputs, which is demanded of them from now on."""
        axis = self._channel_axis
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

    def _output_shape(self, input_shape: Shape, filters: int | None) -> Shape:
        out: list[int | None] = []
        sizes = (input_shape[a] for a in self._spatial_axes)
        for d, w, s, r in zip(
            sizes, self.kernel_size, self.strides, self.dilation_rate, strict=True
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
        return self._shape_with(input_shape, out, filters)

    def _build_bias(self, size: int) -> None:
        self.bias = self._add_declared("bias", (size,)) if self.use_bias else None

    def add_bias(self, outputs: Tensor, bias: Tensor | None) -> Tensor:
        if bias is None:
            return outputs
        if self.data_format == "channels_first":
            bias = ops.reshape(bias, (1, -1, *(1,) * self.rank))
        return ops.add(outputs, bias)

    def call(self, inputs: Tensor) -> Tensor:
        return apply_activation(self.activation, self._kernel.product(inputs, self.bias))
