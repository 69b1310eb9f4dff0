"""A fully connected layer whose weights are -1, 0 or 1."""

from typing import Unpack

from keras_core.core.base.public import public
from keras_core.dtype_policies.quantized import QuantizedDTypePolicy
from keras_core.layers.core.dense import Dense
from keras_core.layers.kernels.plain import Kernel
from keras_core.layers.kernels.ternary import Ternary, TernaryTrained
from keras_core.quantizers.configs import QuantizationConfig
from keras_core.typing import (
    ActivationLike,
    ConstraintLike,
    InitializerLike,
    PlainLayerOptions,
    RegularizerLike,
    Shape,
)


@public("keras.layers.TernaryDense")
class TernaryDense(Dense):
    """A fully connected layer that computes with weights of -1, 0 or 1.

    The weights that are trained are floats. Each call uses ``scale * sign(kernel)`` where they are
    larger than the threshold and 0 elsewhere, with a scale for each unit; gradients pass as if the
    kernel were used as it is. After training, ``quantize("ternary")`` drops the floats: five
    weights are held in a byte, and the outputs stay the same.

    As in "Ternary Weight Networks" (Li et al., 2016, https://arxiv.org/abs/1605.04711).

    Args:
        units: Size of the last axis of the outputs, a positive int.
        threshold: Weights whose absolute value is at most this count as 0; a float that is not
            negative. By default 0.7 times the mean absolute weight of the unit.
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
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, ..., features)``.

    Output shape:
        ``(batch, ..., units)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.TernaryDense(4)
    >>> layer.build((None, 10))
    >>> layer.quantize("ternary")
    >>> layer.weights[1].shape, layer.weights[1].dtype
    ((2, 4), 'uint8')
    """

    _quantization_modes = ("ternary",)

    def __init__(
        self,
        units: int,
        threshold: float | None = None,
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
        if threshold is not None and threshold < 0:
            raise ValueError(f"`threshold` must not be negative. Received: threshold={threshold}")
        super().__init__(
            units,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            **kwargs,
        )
        self.threshold = threshold

    def build(self, input_shape: Shape) -> None:
        super().build(input_shape)
        if self._kernel.mode is None:
            self.hold(lambda old: TernaryTrained(self, old.variable, self.threshold))

    def empty_kernel(
        self, kernel: Kernel, policy: QuantizedDTypePolicy, config: "QuantizationConfig | None"
    ) -> Kernel:
        return Ternary(self, kernel.name, kernel.shape, self, self.threshold)
