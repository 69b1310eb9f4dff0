"""What the tables of operations are made of: rows and their arguments."""

import operator
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import keras_core as keras
from keras_core import ops
from keras_core.conformance.compare import COMPLEX_OF

ALL = ("float16", "bfloat16", "float32", "float64")
WIDE = ("float32", "float64")  # half precision is too coarse to compare


@dataclass(frozen=True)
class Argument:
    """A tensor argument: its shape, and the range that its values are drawn from.

    The values are floats; with ``kind`` ``"int"`` integers, with ``"bool"`` booleans, with
    ``"some"`` booleans of which the first along the last axis is true, with ``"definite"``
    positive definite matrices, with ``"regular"`` well-conditioned ones.
    ``spread`` keeps them apart, for functions with kinks where two are equal.
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
        if self.kind == "some":
            return (rng.random(self.shape) < 0.5) | (np.arange(self.shape[-1]) == 0)
        if self.spread:
            n = int(np.prod(self.shape))
            line = np.linspace(self.low, self.high, n + 2)[1:-1]
            return rng.permutation(line).reshape(self.shape).astype("float64")
        values = rng.uniform(self.low, self.high, self.shape)
        if self.kind == "definite":
            return values @ np.swapaxes(values, -1, -2) + self.shape[-1] * np.eye(self.shape[-1])
        if self.kind == "regular":
            return values + 2 * self.shape[-1] * np.eye(self.shape[-1])
        return values


def one_by_one(fn: Callable[..., Any], values: list[Any], **options: Any) -> Any:
    """Call with each tensor as an argument of its own."""
    return fn(*values, **options)


def as_nest(fn: Callable[..., Any], values: list[Any], **options: Any) -> Any:
    """Call what takes a nest of tensors, to which a list is no tensor."""
    return fn(*values, **options)


def as_list(fn: Callable[..., Any], values: list[Any], **options: Any) -> Any:
    """Call with the tensors as one list."""
    return fn(values, **options)


def added(fn: Callable[..., Any], values: list[Any], **options: Any) -> Any:
    """Call without tensors, and add the one tensor: for what makes a tensor of none."""
    return ops.add(fn(**options), values[0])


@dataclass(frozen=True)
class Row:
    """One way to call an operation."""

    name: str
    arguments: tuple[Argument, ...]
    reference: Callable[..., Any]
    options: dict[str, Any] = field(default_factory=dict)
    differentiable: bool = True
    label: str = ""
    """What tells this row from the others of the operation."""

    tolerance: float = 1.0
    """How many times the usual tolerance of the dtype is allowed."""

    how: Callable[..., Any] = one_by_one
    """How the function is called with the tensors and the options."""

    known: bool = False
    """Whether the size of the first axis has to be known for the shape of the result."""

    compiles: bool = True
    """Whether the shape of the result does not depend on values, so that it can be compiled."""

    branches: bool = False
    """Whether what is computed depends on values, for which compiled code needs control flow."""

    dtypes: tuple[str, ...] = ALL
    """The float dtypes in which results are compared, where the backend has them."""

    needs: tuple[str, ...] = ()
    """The dtypes that it works with, besides bool, int32 and that of the case.

    ``"complex"`` is the complex one of the case's precision.
    """

    unless: tuple[str, ...] = ()
    """Operations that ``needs`` is about: who overrides them needs none of it."""

    @property
    def id(self) -> str:
        """A stable name of the case."""
        return f"{self.name}-{self.label}" if self.label else self.name

    def needed(self, dtype: str, overrides: Collection[str]) -> list[str]:
        """The dtypes that a backend has to have, so that the row applies in ``dtype``."""
        if self.unless and all(name in overrides for name in self.unless):
            return []
        return [COMPLEX_OF[dtype] if need == "complex" else need for need in self.needs]

    def draw(self) -> list[Any]:
        """The values of the tensor arguments; the same each time."""
        rng = np.random.default_rng(zlib.crc32(self.id.encode()))
        return [a.draw(rng) for a in self.arguments]

    @property
    def path(self) -> str:
        """The public name: one in `keras.ops`, or else one in `keras`."""
        inside = hasattr(ops, self.name.partition(".")[0])
        return f"keras.ops.{self.name}" if inside else f"keras.{self.name}"

    @property
    def function(self) -> Any:
        """What the public name stands for."""
        return operator.attrgetter(self.path.removeprefix("keras."))(keras)

    @property
    def family(self) -> str:
        """The module of the function: what a compiler finds hard, a family shares."""
        return str(self.function.__module__.rpartition(".")[2])

    def call(self, values: list[Any]) -> Any:
        """The operation on these values."""
        return self.how(self.function, values, **self.options)

    def expected(self, values: list[Any]) -> Any:
        """What NumPy gives in float64."""
        return self.reference(*values)


def floats(*shape: int, low: float = -2.0, high: float = 2.0, spread: bool = False) -> Argument:
    """An argument of floats."""
    return Argument(shape, low, high, spread=spread)


def ints(*shape: int, low: int = 0, high: int = 5) -> Argument:
    """An argument of integers."""
    return Argument(shape, low, high, "int")


def matrix(*shape: int, kind: str) -> Argument:
    """An argument of matrices: ``"definite"`` or ``"regular"`` ones."""
    return Argument(shape, kind=kind)


def bools(*shape: int) -> Argument:
    """An argument of booleans."""
    return Argument(shape, kind="bool")
