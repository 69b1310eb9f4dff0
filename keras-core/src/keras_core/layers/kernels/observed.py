"""Kernels that take notes of the inputs they are multiplied with."""

from typing import Any

import numpy as np

from keras_core import ops
from keras_core.layers.kernels.plain import Contracting, Kernel


class Observed(Kernel):
    """A kernel as it was held, which notes what a quantisation asks of the inputs.

    Args:
        base: The kernel.
    """

    def __init__(self, base: Kernel) -> None:
        super().__init__(base.layer, base.variable, base.by)
        self.base = base
        layout = base.by.kernel_layout
        assert layout is not None
        rows = layout.stored_shape(base.shape)[0]
        self._products = np.zeros((rows, rows))
        self._sizes = np.zeros(rows)
        self._count = 0

    @property
    def variables(self) -> list[Any]:
        return self.base.variables

    @property
    def dense(self) -> Any:
        return self.base.dense

    def quantized(self, quantize: Any) -> Kernel:
        def with_notes(kernel: Kernel) -> Kernel:
            self.base = kernel
            return quantize(self)

        return self.base.quantized(with_notes)

    @property
    def hessian(self) -> Any:
        """The mean of the products of two features."""
        return self._products / max(1, self._count)

    @property
    def magnitude(self) -> Any:
        """The mean absolute value of each feature."""
        return self._sizes / max(1, self._count)

    def product(self, inputs: Any, bias: Any = None, by: Contracting | None = None) -> Any:
        layout: Any = (by or self.by).kernel_layout
        rows = layout.rows(ops.convert_to_numpy(inputs).astype("float64"))
        self._products += rows.T @ rows
        self._sizes += np.abs(rows).sum(0)
        self._count += len(rows)
        return self.base.product(inputs, bias, by)
