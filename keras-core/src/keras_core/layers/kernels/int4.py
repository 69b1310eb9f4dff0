"""Kernels of 4-bit integers, two in a byte."""

from typing import Any

import numpy as np

from keras_core import ops
from keras_core.layers.kernels.int8 import channelwise, scaled_product
from keras_core.layers.kernels.layouts import Layout
from keras_core.layers.kernels.plain import Contracting, Kernel
from keras_core.quantizers.absmax import abs_max_quantize_grouped_with_zero_point
from keras_core.quantizers.configs import QuantizationConfig
from keras_core.quantizers.packing import pack_int4, unpack_int4
from keras_core.quantizers.quantizer import AbsMaxQuantizer


class Int4(Kernel):
    """Integers of 4 bits with a scale for each output channel, or for each block of it.

    Args:
        layer: The layer.
        name: The name of the kernel.
        shape: Its shape.
        by: What multiplies with it.
        config: The quantizers; those of the mode by default.
        block_size: How many numbers share a scale and a zero point; -1: all of a channel.
    """

    mode = "int4"

    @classmethod
    def names_in_files(cls, name: str, layout: Layout) -> list[str]:
        groups = ["g_idx"] if layout.zero_dtype == "int8" else []
        return [name, f"{name}_scale", f"{name}_zero", *groups]

    def __init__(
        self,
        layer: Any,
        name: str,
        shape: tuple[int, ...],
        by: Contracting,
        config: QuantizationConfig | None,
        block_size: int = -1,
    ) -> None:
        layout = by.kernel_layout
        assert layout is not None
        self.layout = layout
        self.block_size = block_size
        matrix = list(layout.stored_shape(shape))
        self.packed = matrix[layout.pack_axis]
        summed = matrix[layout.block_axis]
        groups = list(matrix)
        groups[layout.block_axis] = -(-summed // max(1, block_size))
        channels = matrix[1 + layout.block_axis]
        matrix[layout.pack_axis] = -(-self.packed // 2)

        def add(part: str, shape: Any, initializer: str, dtype: Any = None) -> Any:
            return layer.add_weight(
                shape, initializer, dtype, trainable=False, autocast=False, name=part
            )

        super().__init__(layer, add(name, tuple(matrix), "zeros", "int8"), by)
        self.shape = shape
        self.zero = self.groups = None
        if block_size > 0:
            self.scale = add(f"{name}_scale", tuple(groups), "ones")
            self.zero = add(f"{name}_zero", tuple(groups), "zeros", layout.zero_dtype)
            if layout.zero_dtype == "int8":
                self.groups = add("g_idx", (summed,), "zeros")
                self.groups.assign(np.arange(summed) // block_size)
        else:
            self.scale = add(f"{name}_scale", (channels,), "ones")
        self.quantizer = QuantizationConfig.weight_quantizer_or_default(
            config, AbsMaxQuantizer(value_range=(-8, 7))
        )
        self.inputs_quantizer = QuantizationConfig.activation_quantizer_or_default(config, None)

    @property
    def variables(self) -> list[Any]:
        return [v for v in (self.variable, self.scale, self.zero, self.groups) if v is not None]

    @property
    def parts(self) -> dict[str, Any]:
        named = {"scale": self.scale, "zero": self.zero}
        parts = {f"{self.name}_{k}": v for k, v in named.items() if v is not None}
        return parts if self.groups is None else {**parts, "g_idx": self.groups}

    @property
    def value(self) -> Any:
        return self.layout.kernel_of(self._unpacked(self.variable), self.shape)

    @property
    def dense(self) -> Any:
        matrix = self._floats(self.variable, self._steps, self.zero)
        return self.layout.kernel_of(matrix, self.shape)

    @property
    def _steps(self) -> Any:
        """The scale, with as many axes as the stored matrix."""
        blocks = self.zero is not None
        return self.scale if blocks else ops.expand_dims(self.scale, self.layout.block_axis)

    def _unpacked(self, packed: Any) -> Any:
        return unpack_int4(packed, self.packed, axis=self.layout.pack_axis)

    def _floats(self, packed: Any, scale: Any, zero: Any) -> Any:
        """The numbers of the stored matrix, or of rows of it."""
        wide = self.scale.dtype
        ints = ops.cast(self._unpacked(packed), wide)
        axis = self.layout.block_axis
        if zero is None:
            return ops.divide(ints, scale)
        if self.groups is None:
            of_row: Any = np.arange(ints.shape[axis]) // self.block_size
        else:
            of_row = ops.cast(self.groups, "int32")
        zero = ops.take(ops.cast(zero, wide), of_row, axis=axis)
        return ops.multiply(ops.subtract(ints, zero), ops.take(scale, of_row, axis=axis))

    def encoded(self, kernel: Any) -> list[Any]:
        matrix = self.layout.stored(kernel)
        axis = self.layout.block_axis
        if self.block_size > 0:
            turned = matrix if axis == 0 else ops.transpose(matrix)
            grouped = abs_max_quantize_grouped_with_zero_point(
                turned, self.block_size, to_numpy=True
            )
            ints, *rest = grouped if axis == 0 else [ops.transpose(x) for x in grouped]
            if self.groups is not None:
                rest.append(self.groups)
        else:
            ints, scale = channelwise(self.quantizer, matrix, (axis % 2,))
            rest = [ops.squeeze(scale, axis)]
        return [pack_int4(ints, axis=self.layout.pack_axis)[0], *rest]

    def product(self, inputs: Any, bias: Any = None, by: Contracting | None = None) -> Any:
        by = by or self.by
        layout = by.kernel_layout
        assert layout is not None
        if layout.looks_up:
            stored = (self.variable, self._steps, self.zero)
            rows = (None if v is None else by.contract(inputs, v, None) for v in stored)
            return self._floats(*rows)
        if self.inputs_quantizer is None:
            return by.contract(inputs, ops.cast(self.dense, ops.dtype(inputs)), bias)
        scale = layout.onto_outputs(layout.onto_kernel(self.scale, self.shape))
        return scaled_product(by, inputs, self.value, scale, bias, self.inputs_quantizer)
