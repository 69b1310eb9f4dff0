"""What the tables of operations are made of: rows and their arguments."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Argument:
    """A tensor argument: its shape, and the range that its values are drawn from.

    The values are floats; with ``kind`` ``"int"`` integers, with ``"bool"`` booleans. ``spread``
    keeps them apart, for functions with kinks where two are equal.
    """

    shape: tuple[int, ...]
    low: float = -2.0
    high: float = 2.0
    kind: str = "float"
    spread: bool = False

    def draw(self, rng: np.random.Generator) -> Any:
        """Values of the argument."""
        if self.kind == "int":
            return rng.integers(int(self.low), int(self.high), self.shape).astype("int32")
        if self.kind == "bool":
            return rng.random(self.shape) < 0.5
        if self.spread:
            n = int(np.prod(self.shape))
            line = np.linspace(self.low, self.high, n + 2)[1:-1]
            return rng.permutation(line).reshape(self.shape).astype("float64")
        return rng.uniform(self.low, self.high, self.shape)


@dataclass(frozen=True)
class Row:
    """One way to call an operation."""

    name: str
    arguments: tuple[Argument, ...]
    reference: Callable[..., Any]
    options: dict[str, Any] = field(default_factory=dict)
    differentiable: bool = True
    as_list: bool = False
    """Whether the tensors are given as one list."""

    label: str = ""
    tolerance: float = 1.0
    """How many times the usual tolerance of the dtype is allowed."""

    @property
    def id(self) -> str:
        """A stable name of the case."""
        return f"{self.name}[{self.label}]" if self.label else self.name

    def draw(self) -> list[Any]:
        """The values of the tensor arguments; the same each time."""
        rng = np.random.default_rng(zlib.crc32(self.id.encode()))
        return [a.draw(rng) for a in self.arguments]

    def call(self, ops: Any, values: list[Any]) -> Any:
        """The operation on these values."""
        fn = ops
        for part in self.name.split("."):
            fn = getattr(fn, part)
        if self.name == "einsum":
            return fn(self.options["subscripts"], *values)
        return fn(values, **self.options) if self.as_list else fn(*values, **self.options)

    def expected(self, values: list[Any]) -> Any:
        """What NumPy gives in float64."""
        return self.reference(*values)


def _a(*shape: int, low: float = -2.0, high: float = 2.0, **kw: Any) -> Argument:
    return Argument(shape, low, high, **kw)


def _i(*shape: int, low: int = 0, high: int = 5) -> Argument:
    return Argument(shape, low, high, "int")
