"""A fully connected layer whose product is an einsum."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import activations, initializers, ops
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base.public import public
from keras_core.layers.kernels.layer import KernelLayer
from keras_core.layers.kernels.layouts import Contraction
from keras_core.quantizers.configs import QuantizationConfig
from keras_core.typing import (
    ActivationLike,
    Config,
    ConstraintLike,
    InitializerLike,
    LayerOptions,
    Mode,
    RegularizerLike,
    Shape,
    Tensor,
)


@public("keras.layers.EinsumDense")
class EinsumDense(KernelLayer):
    """A dense layer over any axes: ``activation(einsum(equation, inputs, kernel) + bias)``.

    Args:
        equation: Einsum equation of the inputs, the kernel and the outputs, such as
            ``"abc,cde->abde"``; the inputs and outputs may have an ellipsis.
        output_shape: Shape of the outputs without the batch and the ellipsis: an int, or a tuple
            with None for the sizes that are those of the inputs.
        activation: Activation function, or its name; none by default.
        bias_axes: Letters of the output axes that the bias has, such as ``"de"``; no bias by
            default.
        kernel_initializer: Initializer of the kernel; Glorot uniform by default.
        bias_initializer: Initializer of the bias; zeros by default.
        kernel_regularizer: Penalty on the kernel that is added to the loss; none by default.
        bias_regularizer: Penalty on the bias that is added to the loss; none by default.
        kernel_constraint: Projection of the kernel after each update; none by default.
        bias_constraint: Projection of the bias after each update; none by default.
        lora_rank: Rank of a low-rank update that is trained instead of the kernel; by default
            the kernel is trained itself.
        lora_alpha: Scale of that update; ``lora_rank`` by default.
        quantization_config: How the kernel is quantised; not at all by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.EinsumDense("abc,cd->abd", output_shape=(None, 64), bias_axes="d")
    >>> keras.ops.shape(layer(keras.ops.ones((2, 8, 16))))
    (2, 8, 64)
    """

    _config_adds = ("activity_regularizer",)
    kernel_initializer: Any

    def __init__(
        self,
        equation: str,
        output_shape: int | Sequence[int | None],
        activation: ActivationLike = None,
        bias_axes: str | None = None,
        kernel_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: "QuantizationConfig | Config | None" = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            **kwargs,
        )
        self.equation = equation
        self._output_shape = (
            (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        )
        self.partial_output_shape = self._output_shape
        self.bias_axes = bias_axes
        self.activation = activations.get(activation)
        self._declare_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self._declare_weight("bias", bias_initializer, bias_regularizer, bias_constraint)

    @property
    def kernel_layout(self) -> Contraction:  # type: ignore[override]
        """Which axes of the kernel are summed over, as the equation says."""
        return Contraction(self.equation)

    def zero_points_name(self, kernel: str) -> str:
        return "zero_point"

    def build(self, input_shape: Shape) -> None:
        kernel_shape, bias_shape = self._weight_shapes(input_shape)
        self._build_kernel("kernel", kernel_shape, initializer=self._initializer())
        self.bias = None if bias_shape is None else self._add_declared("bias", bias_shape)

    def _initializer(self) -> Any:
        """The initializer of the kernel, which knows what its axes are for."""
        initializer: Any = self.kernel_initializer
        if not isinstance(initializer, initializers.VarianceScaling):
            return initializer
        kernel, output = self.equation.replace(" ", "").split(",")[1].split("->")
        axes = range(len(kernel))
        return initializer.with_axes(
            tuple(i for i in axes if kernel[i] not in output),
            tuple(i for i in axes if kernel[i] in output),
        )

    def _weight_shapes(self, input_shape: Any) -> tuple[Any, Any]:
        text = self.equation.replace(" ", "")
        try:
            left, output = text.split("->")
            inputs, kernel = left.split(",")
        except ValueError:
            raise ValueError(
                f"Invalid einsum equation {self.equation!r}. Equations must be in the form "
                "[X],[Y]->[Z], ...[X],[Y]->...[Z], or [X]...,[Y]->[Z]...."
            ) from None
        sizes: dict[str, Any] = {}
        letters = inputs.replace("...", "")
        if inputs.startswith("..."):
            pairs = zip(letters, input_shape[len(input_shape) - len(letters) :], strict=True)
        else:
            pairs = zip(letters, input_shape[: len(letters)], strict=True)
        sizes.update(pairs)
        out_letters = output.replace("...", "")
        given = list(self.partial_output_shape)
        described = out_letters if output.startswith("...") else out_letters[1:]
        if len(described) != len(given):
            raise ValueError(
                f"`output_shape` must have a size, or None, for each of {described!r}: the output "
                f"axes of {self.equation!r} without the batch and the ellipsis. "
                f"Received: output_shape={self.partial_output_shape}"
            )
        for letter, d in zip(described, given, strict=True):
            if d is None:
                continue
            if letter in sizes and sizes[letter] is not None and sizes[letter] != d:
                raise ValueError(
                    "Input shape and output shape do not match at shared dimension "
                    f"{letter!r}. Input shape is {sizes[letter]}, and output shape is {d}."
                )
            sizes[letter] = d
        for letter in kernel:
            if sizes.get(letter) is None:
                raise ValueError(
                    f"The size of the weight dimension {letter!r} is not known: it appears neither "
                    f"in `output_shape` nor in the input shape {input_shape}. "
                    f"Received: equation={self.equation!r}"
                )
        kernel_shape = tuple(sizes[c] for c in kernel)
        if not self.bias_axes:
            return kernel_shape, None
        for c in self.bias_axes:
            if c not in out_letters:
                raise ValueError(
                    f"Bias dimension {c!r} was requested, but is not part of the output spec "
                    f"{output!r}"
                )
        first = min(out_letters.index(c) for c in self.bias_axes)
        shape = [sizes[c] if c in self.bias_axes else 1 for c in out_letters]
        bias = shape if output.endswith("...") else shape[first:]
        if output.endswith("..."):
            extra = len(input_shape) - len(letters)
            bias = shape[first:] + [1] * extra
        return kernel_shape, tuple(bias)

    def call(self, inputs: Tensor, training: Mode = None) -> Tensor:
        return apply_activation(self.activation, self._kernel.product(inputs, self.bias))

    def contract(self, inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        x = ops.einsum(self.equation, inputs, kernel)
        return x if bias is None else ops.add(x, bias)
