"""A kernel that is one variable; what every other way to hold one derives from."""

from typing import Any, ClassVar, Protocol


class Contracting(Protocol):
    """What a kernel asks of the layer that it belongs to."""

    def contract(self, inputs: Any, kernel: Any, bias: Any) -> Any:
        """The product of inputs with a kernel, plus a bias if there is one."""

    def add_weight(self, *args: Any, **kwargs: Any) -> Any:
        """Make a variable that belongs to the layer."""


class Kernel:
    """How a layer holds its kernel: as one variable, read as it is.

    A `KernelLayer` asks this object whenever it needs the kernel. Another way to hold it, such as
    low-rank updates or 8-bit integers, is a subclass in a file of its own: it overrides what
    differs, and the layers need not know. See ``docs/design/0005-layers.md``.

    Args:
        layer: The layer whose kernel it is.
        variable: The kernel.
    """

    mode: ClassVar[str | None] = None
    """The name of the quantisation, None if there is none."""

    def __init__(self, layer: Contracting, variable: Any) -> None:
        self.layer = layer
        self.variable = variable

    @property
    def variables(self) -> list[Any]:
        """All variables that the kernel consists of, in the order in which they are made."""
        return [self.variable]

    @property
    def value(self) -> Any:
        """The kernel as the layer shows it: a variable, or a tensor computed from several."""
        return self.variable

    def product(self, inputs: Any, bias: Any = None) -> Any:
        """What the layer computes from its inputs and the kernel, plus the bias if there is one.

        Args:
            inputs: The inputs of the layer.
            bias: The bias, None if the layer has none or adds it itself.
        """
        return self.layer.contract(inputs, self.value, bias)

    def saved(self) -> list[Any]:
        """What is written into files: the kernel first, then what is needed besides."""
        return [self.value]

    def load(self, values: list[Any]) -> None:
        """Take what `saved` returned.

        Args:
            values: As many arrays as `saved` returns, in its order.
        """
        self.variable.assign(values[0])

    def config(self) -> dict[str, Any]:
        """What the config of the layer says of it, beside the arguments of the constructor."""
        return {}
