"""A kernel that is one variable; what every other way to hold one derives from."""

from typing import Any, ClassVar, Protocol

import numpy as np

from keras_core import ops
from keras_core.layers.kernels.layouts import Layout


class Contracting(Protocol):
    """What a kernel asks of the layer that it belongs to."""

    def contract(self, inputs: Any, kernel: Any, bias: Any) -> Any:
        """The product of inputs with a kernel, plus a bias if there is one."""

    def add_bias(self, outputs: Any, bias: Any) -> Any:
        """What `contract` returned without a bias, plus the bias if there is one."""

    @property
    def kernel_layout(self) -> Layout | None:
        """Which axes of the kernel are summed over; None where it cannot be quantised."""


class Kernel:
    """How a layer holds its kernel: as one variable, read as it is.

    A `KernelLayer` asks this object whenever it needs the kernel. Another way to hold it, such as
    low-rank updates or 8-bit integers, is a subclass in a file of its own: it overrides what
    differs, and the layers need not know. See ``docs/design/0005-layers.md``.

    Args:
        layer: The layer whose kernel it is, which makes the variables.
        variable: The kernel.
        by: What multiplies with it, if that is not the layer.
    """

    mode: ClassVar[str | None] = None
    """The name of the quantisation, None if there is none."""

    leads: ClassVar[bool] = True
    """Whether files hold it before the other variables of the layer, or all of it behind them."""

    @classmethod
    def names_in_files(cls, name: str, layout: Layout) -> list[str]:
        """What files hold of a kernel that is held in this way, in their order.

        Args:
            name: The name of the kernel.
            layout: Which of its axes are summed over.
        """
        return [name]

    def __init__(self, layer: Any, variable: Any, by: Contracting | None = None) -> None:
        self.layer = layer
        self.by: Contracting = layer if by is None else by
        self.variable = variable
        self.shape = tuple(variable.shape)

    @property
    def name(self) -> str:
        """What the variables are named after."""
        return self.variable.name

    @property
    def variables(self) -> list[Any]:
        """All variables that the kernel consists of, in the order in which they are made."""
        return [self.variable]

    @property
    def parts(self) -> dict[str, Any]:
        """The variables beside the kernel, by the attributes of the layer that show them."""
        return {}

    @property
    def value(self) -> Any:
        """The kernel as the layer shows it: a variable, or a tensor computed from several."""
        return self.variable

    @property
    def dense(self) -> Any:
        """The kernel as a tensor of floats, in the shape that `contract` takes."""
        return ops.convert_to_tensor(self.value)

    # In operations and calls of layers it stands for its value, as libraries that subclass layers
    # of Keras expect of what they find under the name of the attribute.

    def __keras_value__(self) -> Any:
        return self.dense

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(ops.convert_to_numpy(self.dense), dtype=dtype)

    def product(self, inputs: Any, bias: Any = None, by: Contracting | None = None) -> Any:
        """What the layer computes from its inputs and the kernel, plus the bias if there is one.

        Args:
            inputs: The inputs of the layer.
            bias: The bias, None if the layer has none or adds it itself.
            by: What multiplies, if the kernel is used in a second way.
        """
        return (by or self.by).contract(inputs, self.value, bias)

    def quantized(self, quantize: Any) -> "Kernel":
        """This kernel, held in fewer bits.

        Args:
            quantize: A function from a kernel of floats to one that is quantised.
        """
        return quantize(self)

    @property
    def stored(self) -> list[Any]:
        """The variables that files hold, that of the kernel first."""
        return self.variables

    def saved(self) -> list[Any]:
        """What is written into files: a value for each variable of `stored`."""
        return self.stored

    def encoded(self, kernel: Any) -> list[Any]:
        """What `saved` would return for a kernel of floats.

        Args:
            kernel: The kernel, in the shape that `contract` takes.
        """
        return [kernel]

    def load(self, values: list[Any]) -> None:
        """Take what `saved` returned.

        Args:
            values: As many arrays as `saved` returns, in its order.
        """
        for variable, value in zip(self.stored, values, strict=True):
            variable.assign(value)

    def config(self) -> dict[str, Any]:
        """What the config of the layer says of it, beside the arguments of the constructor."""
        return {}
