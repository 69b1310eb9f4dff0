"""Kernels of numbers that are -1, 0 or 1.

As in "Ternary Weight Networks" (Li et al., 2016, https://arxiv.org/abs/1605.04711).
"""

from typing import Any

from keras_core import ops
from keras_core.layers.kernels.layouts import Layout
from keras_core.layers.kernels.plain import Contracting, Kernel
from keras_core.quantizers.packing import pack_ternary, unpack_ternary


class TernaryTrained(Kernel):
    """A kernel of floats that is used as -1, 0 or 1 times a scale for each output channel.

    Gradients pass as if it were used as it is.

    Args:
        layer: The layer.
        variable: The floats.
        threshold: Which absolute values count as more than 0.
    """

    def __init__(self, layer: Any, variable: Any, threshold: float | None) -> None:
        super().__init__(layer, variable)
        self.threshold = threshold

    @property
    def dense(self) -> Any:
        signs, scale = ternary(self.variable, self.threshold)
        return ops.multiply(signs, scale)

    def product(self, inputs: Any, bias: Any = None, by: Contracting | None = None) -> Any:
        kernel = ops.convert_to_tensor(self.variable)
        step = ops.stop_gradient(ops.subtract(self.dense, kernel))
        return (by or self.by).contract(inputs, ops.add(kernel, step), bias)


class Ternary(Kernel):
    """Numbers that are -1, 0 or 1, five in a byte, with a scale for each output channel.

    Args:
        layer: The layer.
        name: The name of the kernel.
        shape: Its shape, a matrix.
        by: What multiplies with it.
        threshold: Which absolute values count as more than 0.
    """

    mode = "ternary"

    @classmethod
    def names_in_files(cls, name: str, layout: Layout) -> list[str]:
        return [name, f"{name}_scale"]

    def __init__(
        self,
        layer: Any,
        name: str,
        shape: tuple[int, ...],
        by: Contracting,
        threshold: float | None,
    ) -> None:
        rows, columns = shape
        bytes_ = (-(-rows // 5), columns)
        variable = layer.add_weight(bytes_, "zeros", "uint8", trainable=False, name=name)
        super().__init__(layer, variable, by)
        self.shape = shape
        self.threshold = threshold
        self.scale = layer.add_weight(
            (columns,), "ones", trainable=False, autocast=False, name=f"{name}_scale"
        )

    @property
    def variables(self) -> list[Any]:
        return [self.variable, self.scale]

    @property
    def parts(self) -> dict[str, Any]:
        return {f"{self.name}_scale": self.scale}

    @property
    def value(self) -> Any:
        return unpack_ternary(self.variable, self.shape[0], axis=0)

    @property
    def dense(self) -> Any:
        return ops.multiply(ops.cast(self.value, self.scale.dtype), self.scale)

    def encoded(self, kernel: Any) -> list[Any]:
        signs, scale = ternary(kernel, self.threshold)
        return [pack_ternary(ops.cast(signs, "int8"), axis=0)[0], ops.squeeze(scale, 0)]

    def product(self, inputs: Any, bias: Any = None, by: Contracting | None = None) -> Any:
        by = by or self.by
        kind = ops.dtype(inputs)
        outputs = by.contract(inputs, ops.cast(self.value, kind), None)
        return by.add_bias(ops.cast(ops.multiply(outputs, self.scale), kind), bias)


def ternary(kernel: Any, threshold: float | None) -> tuple[Any, Any]:
    """A matrix of -1, 0 and 1, and a scale for each column.

    Args:
        kernel: A matrix.
        threshold: Which absolute values count as more than 0; None: 0.7 times the mean of those
            in the column, which is close to the best for normal and uniform weights.
    """
    sizes = ops.abs(kernel)
    limit = threshold if threshold is not None else 0.7 * ops.mean(sizes, axis=0, keepdims=True)
    large = ops.cast(ops.greater(sizes, limit), ops.dtype(sizes))
    count = ops.maximum(ops.sum(large, axis=0, keepdims=True), 1)
    scale = ops.divide(ops.sum(ops.multiply(sizes, large), axis=0, keepdims=True), count)
    return ops.multiply(ops.sign(kernel), large), scale
