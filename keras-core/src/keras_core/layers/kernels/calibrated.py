"""Kernels of small unsigned integers in groups, as GPTQ and AWQ make them."""

from typing import Any, ClassVar

import numpy as np

from keras_core import ops
from keras_core.layers.kernels.layouts import Layout
from keras_core.layers.kernels.plain import Contracting, Kernel
from keras_core.quantizers import awq, gptq
from keras_core.quantizers.grouped import Grouped
from keras_core.quantizers.packing import pack_int4, unpack_int4


class _Groups(Kernel):
    """Integers of 2 to 8 bits with a scale and a zero point for each group of a channel.

    They lie with a row for each output channel; those of 4 bits two in a byte.

    Args:
        layer: The layer.
        name: The name of the kernel.
        shape: Its shape.
        by: What multiplies with it.
        bits: How many bits a number has.
        group_size: How many numbers share a scale; -1: all of a channel.
    """

    leads = False

    @classmethod
    def names_in_files(cls, name: str, layout: Layout) -> list[str]:
        parts = [f"{name}_scale", f"{name}_zero", *cls._names_besides, "g_idx"]
        return [f"quantized_{name}", *parts]

    _names_besides: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        layer: Any,
        name: str,
        shape: tuple[int, ...],
        by: Contracting,
        bits: int,
        group_size: int,
    ) -> None:
        layout = by.kernel_layout
        assert layout is not None
        self.layout = layout
        self.bits = bits
        rows, self.columns = layout.stored_shape(shape)
        groups = -(-rows // group_size) if group_size > 0 else 1

        def add(part: str, shape: Any, initializer: str, dtype: Any = None) -> Any:
            return layer.add_weight(
                shape, initializer, dtype, trainable=False, autocast=False, name=part
            )

        packed = -(-self.columns // 2) if bits == 4 else self.columns
        super().__init__(layer, add(name, (packed, rows), "zeros", "uint8"), by)
        self.shape = shape
        self.scale = add(f"{name}_scale", (self.columns, groups), "ones")
        self.zero = add(layer.zero_points_name(name), (self.columns, groups), "zeros", "uint8")
        self._add_besides(add, rows)
        self.groups = add("g_idx", (rows,), "zeros")
        if group_size > 0:
            self.groups.assign(np.arange(rows) // group_size)

    def _add_besides(self, add: Any, rows: int) -> None:
        """Make what the mode needs besides."""

    @property
    def _besides(self) -> dict[str, Any]:
        return {}

    @property
    def parts(self) -> dict[str, Any]:
        first = {f"{self.name}_scale": self.scale, f"{self.name}_zero": self.zero}
        return {**first, **self._besides, "g_idx": self.groups}

    @property
    def variables(self) -> list[Any]:
        return [self.variable, *self.parts.values()]

    @property
    def value(self) -> Any:
        if self.bits != 4:
            return self.variable
        return unpack_int4(self.variable, self.columns, axis=0, dtype="uint8")

    @property
    def dense(self) -> Any:
        wide = self.scale.dtype
        of_row = ops.cast(self.groups, "int32")
        zero = ops.take(ops.cast(self.zero, wide), of_row, axis=1)
        steps = ops.subtract(ops.cast(self.value, wide), zero)
        matrix = ops.transpose(ops.multiply(steps, ops.take(self.scale, of_row, axis=1)))
        return self.layout.kernel_of(self._unstretched(matrix), self.shape)

    def _unstretched(self, matrix: Any) -> Any:
        return matrix

    def product(self, inputs: Any, bias: Any = None, by: Contracting | None = None) -> Any:
        kernel = ops.cast(self.dense, ops.dtype(inputs))
        return (by or self.by).contract(inputs, kernel, bias)

    def calibrated(self, kernel: Any, seen: Any) -> list[Any]:
        """What files hold for a kernel of floats, given what was seen of the inputs."""
        raise NotImplementedError

    def encoded(self, kernel: Any) -> list[Any]:
        return self.calibrated(kernel, None)

    def _matrix(self, kernel: Any) -> Any:
        return ops.convert_to_numpy(self.layout.stored(kernel)).astype("float64")

    def _values(self, made: Grouped, *besides: Any) -> list[Any]:
        ints: Any = made.integers.T.astype("uint8")
        if self.bits == 4:
            ints = pack_int4(ints, axis=0, dtype="uint8")[0]
        return [ints, made.scale.T, made.zero.T, *besides, made.groups]


class GPTQ(_Groups):
    """Integers that were rounded one input feature after the other.

    Args:
        layer: The layer.
        name: The name of the kernel.
        shape: Its shape.
        by: What multiplies with it.
        config: A `GPTQConfig`; None if the numbers come from a file.
        bits: How many bits a number has.
        group_size: How many numbers share a scale.
    """

    mode = "gptq"

    def __init__(
        self,
        layer: Any,
        name: str,
        shape: tuple[int, ...],
        by: Contracting,
        config: Any,
        bits: int,
        group_size: int,
    ) -> None:
        super().__init__(layer, name, shape, by, bits, group_size)
        self.options = gptq.Options.of(config, bits, group_size)

    def calibrated(self, kernel: Any, seen: Any) -> list[Any]:
        matrix = self._matrix(kernel)
        hessian = np.eye(len(matrix)) if seen is None else seen.hessian
        return self._values(gptq.quantize(matrix, hessian, self.options))


class AWQ(_Groups):
    """Integers of weights that were stretched where the inputs are large.

    Args:
        layer: The layer.
        name: The name of the kernel.
        shape: Its shape.
        by: What multiplies with it.
        config: An `AWQConfig`; None if the numbers come from a file.
        bits: How many bits a number has.
        group_size: How many numbers share a scale.
    """

    mode = "awq"
    _names_besides = ("awq_scales",)

    def __init__(
        self,
        layer: Any,
        name: str,
        shape: tuple[int, ...],
        by: Contracting,
        config: Any,
        bits: int,
        group_size: int,
    ) -> None:
        super().__init__(layer, name, shape, by, bits, group_size)
        self.options = awq.Options.of(config, bits, group_size)

    def _add_besides(self, add: Any, rows: int) -> None:
        self.stretch = add("awq_scales", (rows,), "ones")

    @property
    def _besides(self) -> dict[str, Any]:
        return {"awq_scales": self.stretch}

    def _unstretched(self, matrix: Any) -> Any:
        return ops.divide(matrix, ops.expand_dims(self.stretch, 1))

    def calibrated(self, kernel: Any, seen: Any) -> list[Any]:
        matrix = self._matrix(kernel)
        made, stretch = awq.quantize(matrix, seen, self.options)
        return self._values(made, stretch)
