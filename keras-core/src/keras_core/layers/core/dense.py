"""A fully connected layer."""

from typing import Unpack

from keras_core import activations, ops
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.kernels.layer import KernelLayer
from keras_core.layers.kernels.layouts import Contraction
from keras_core.ops.linear import dense
from keras_core.quantizers.configs import QuantizationConfig
from keras_core.typing import (
    ActivationLike,
    Config,
    ConstraintLike,
    InitializerLike,
    Mode,
    PlainLayerOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


@public("keras.layers.Dense")
class Dense(KernelLayer):
    """A fully connected layer: ``activation(inputs @ kernel + bias)``.

    Args:
        units: Size of the last axis of the outputs, a positive int.
        activation: Activation function, or its name; none by default.
        use_bias: Whether to add a bias vector; True by default.
        kernel_initializer: Initializer of the kernel; Glorot uniform by default.
        bias_initializer: Initializer of the bias; zeros by default.
        kernel_regularizer: Penalty on the kernel that is added to the loss; none by default.
        bias_regularizer: Penalty on the bias that is added to the loss; none by default.
        activity_regularizer: Penalty on the outputs that is added to the loss, divided by the
            batch size; none by default.
        kernel_constraint: Projection of the kernel after each update; none by default.
        bias_constraint: Projection of the bias after each update; none by default.
        lora_rank: Rank of a low-rank update that is trained instead of the kernel; by default
            the kernel is trained itself.
        lora_alpha: Scale of that update; ``lora_rank`` by default.
        quantization_config: How the kernel is quantised; not at all by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, ..., features)``.

    Output shape:
        ``(batch, ..., units)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Dense(4, activation="relu")
    >>> keras.ops.shape(layer(keras.ops.ones((2, 3))))
    (2, 4)
    """

    _config_omits = KernelLayer._config_omits | {"activity_regularizer"}
    kernel_layout = Contraction("...a,ab->...b")

    def __init__(
        self,
        units: int,
        activation: ActivationLike = None,
        use_bias: bool = True,
        kernel_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: "QuantizationConfig | Config | None" = None,
        **kwargs: Unpack[PlainLayerOptions],
    ) -> None:
        super().__init__(
            activity_regularizer=activity_regularizer,
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            **kwargs,
        )
        self.units = positive_int("units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self._declare_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self._declare_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        features = input_shape[-1]
        if features is None:
            raise ValueError(
                f"The last dimension of the inputs to layer {self.name!r} must be known. "
                f"Received: input_shape={input_shape}"
            )
        self._build_kernel("kernel", (features, self.units))
        self.bias = self._add_declared("bias", (self.units,)) if self.use_bias else None
        self.input_spec = InputSpec(min_ndim=2, axes={-1: features})

    def call(self, inputs: Tensor, training: Mode = None) -> Tensor:
        return apply_activation(self.activation, self._kernel.product(inputs, self.bias))

    def contract(self, inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        return ops.matmul(inputs, kernel) if bias is None else dense(inputs, kernel, bias)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], self.units)
