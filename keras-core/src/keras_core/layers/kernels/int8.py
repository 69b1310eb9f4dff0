"""Kernels of 8-bit integers."""

from typing import Any

from keras_core import ops
from keras_core.layers.kernels.layouts import Layout
from keras_core.layers.kernels.plain import Contracting, Kernel
from keras_core.ops.linear import int8_matmul
from keras_core.quantizers.configs import QuantizationConfig
from keras_core.quantizers.quantizer import AbsMaxQuantizer


class Int8(Kernel):
    """Integers with a scale for each output channel; the inputs become integers, too.

    Args:
        layer: The layer.
        name: The name of the kernel.
        shape: Its shape.
        by: What multiplies with it.
        config: The quantizers; those of the mode by default.
    """

    mode = "int8"

    @classmethod
    def names_in_files(cls, name: str, layout: Layout) -> list[str]:
        return [name, f"{name}_scale"]

    def __init__(
        self,
        layer: Any,
        name: str,
        shape: tuple[int, ...],
        by: Contracting,
        config: QuantizationConfig | None,
    ) -> None:
        layout = by.kernel_layout
        assert layout is not None
        self.layout = layout
        super().__init__(
            layer, layer.add_weight(shape, "zeros", "int8", trainable=False, name=name), by
        )
        self.scale = layer.add_weight(
            layout.scale_shape(shape),
            "ones",
            trainable=False,
            autocast=False,
            name=f"{name}_scale",
        )
        self.quantizer = QuantizationConfig.weight_quantizer_or_default(config, AbsMaxQuantizer())
        self.inputs_quantizer = QuantizationConfig.activation_quantizer_or_default(
            config, AbsMaxQuantizer()
        )

    @property
    def variables(self) -> list[Any]:
        return [self.variable, self.scale]

    @property
    def parts(self) -> dict[str, Any]:
        return {f"{self.name}_scale": self.scale}

    @property
    def dense(self) -> Any:
        ints = ops.cast(self.variable, self.scale.dtype)
        return ops.divide(ints, self.layout.onto_kernel(self.scale, self.shape))

    def encoded(self, kernel: Any) -> list[Any]:
        ints, scale = channelwise(self.quantizer, kernel, self.layout.reduced)
        return [ints, self.layout.onto_outputs(scale)]

    def product(self, inputs: Any, bias: Any = None, by: Contracting | None = None) -> Any:
        return scaled_product(
            by or self.by, inputs, self.variable, self.scale, bias, self.inputs_quantizer
        )


def channelwise(quantizer: Any, kernel: Any, reduced: tuple[int, ...]) -> tuple[Any, Any]:
    """Integers and their scale, which is the same along the axes that are summed over.

    Args:
        quantizer: A quantizer.
        kernel: The floats.
        reduced: The axes.

    Raises:
        ValueError: If the quantizer takes the largest values along other axes.
    """
    axis = None if getattr(quantizer, "axis", None) else reduced
    ints, scale = quantizer(kernel, axis=axis, to_numpy=True)
    expected = tuple(1 if i in reduced else d for i, d in enumerate(kernel.shape))
    if tuple(scale.shape) != expected:
        raise ValueError(
            f"`weight_quantizer` must take the largest values along the axes {reduced} of a kernel "
            f"of shape {tuple(kernel.shape)}, so that its scale has the shape {expected}. "
            f"Received: a quantizer with axis={quantizer.axis}"
        )
    return ints, scale


def scaled_product(by: Any, inputs: Any, kernel: Any, scale: Any, bias: Any, quantizer: Any) -> Any:
    """The product with a kernel of integers, divided by their scale, plus the bias.

    Args:
        by: What multiplies.
        inputs: Floats, or indices of rows.
        kernel: Integers.
        scale: Their scale, as it lies along the outputs.
        bias: The bias, or None.
        quantizer: A quantizer that makes integers of the inputs as well; None to leave them.
    """
    layout = by.kernel_layout
    if layout.looks_up:
        rows = ops.cast(by.contract(inputs, kernel, None), scale.dtype)
        return ops.divide(rows, by.contract(inputs, ops.expand_dims(scale, 1), None))
    kind = ops.dtype(inputs)
    if quantizer is None:
        outputs = by.contract(inputs, ops.cast(kernel, kind), None)
        along = layout.along_outputs(scale, len(outputs.shape))
        return by.add_bias(ops.cast(ops.divide(outputs, along), kind), bias)

    def product(x: Any) -> tuple[Any, Any]:
        ndim = len(x.shape)
        ints, steps = quantizer(x, axis=layout.input_axes(ndim))
        wide = scale.dtype  # sums of products of bytes are exact in it, up to 1,000 of them
        if layout.is_matrix_product and ops.dtype(kernel) == ops.dtype(ints) == "int8":
            outputs = ops.cast(int8_matmul(ints, kernel), wide)
        else:
            outputs = by.contract(ops.cast(ints, wide), ops.cast(kernel, wide), None)
        along = layout.along_outputs(scale, len(outputs.shape))
        outputs = ops.divide(outputs, ops.multiply(along, layout.from_inputs(steps, ndim)))

        def grad(*args: Any, upstream: Any = None) -> Any:
            """As if the inputs had not been rounded."""
            upstream = args[0] if upstream is None else upstream
            unit = layout.onto_kernel(scale, tuple(kernel.shape))
            dense = ops.cast(ops.divide(ops.cast(kernel, wide), unit), kind)
            return layout.transposed(upstream, dense)

        return ops.cast(outputs, kind), grad

    return by.add_bias(ops.custom_gradient(product)(inputs), bias)
