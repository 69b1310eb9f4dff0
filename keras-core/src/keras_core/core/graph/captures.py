"""Symbolic tensors and layers that a function uses without being given them.

A function that is given to a loop, a condition or a gradient may hold symbolic tensors of the graph
around it. They are found while the function is inferred, so that they become inputs of its call;
and while that call is run again, they stand for the values of these inputs.
"""

import operator
from collections.abc import Mapping
from typing import Any

from keras_core.core.base import tree
from keras_core.core.base.thread_value import ThreadScoped
from keras_core.core.tensors.native import shape_of
from keras_core.core.tensors.symbolic import Dim, KerasTensor, next_serial

_CAPTURES: "ThreadScoped[Captures | None]" = ThreadScoped(None)


class Captures:
    """A scope in which the symbolic tensors that were made before are found, or have values.

    Args:
        values: The values of the tensors by their serial numbers, which copies of a graph share
            with it; None to find out which tensors are used.
    """

    def __init__(self, values: Mapping[int, Any] | None = None) -> None:
        self.values = values
        self.found: dict[int, KerasTensor] = {}
        self.operations: dict[int, Any] = {}
        self._start = next_serial()
        self._tokens: list[Any] = []

    def __enter__(self) -> "Captures":
        self._tokens.append(_CAPTURES.set(self))
        return self

    def __exit__(self, *exc: object) -> None:
        _CAPTURES.reset(self._tokens.pop())

    def resolve(self, nest: Any) -> Any:
        """``nest`` with values for the symbolic tensors and dimensions that have one.

        Functions in it return their results with such values.
        """
        return tree.map_structure(self._resolve, nest)

    def _resolve(self, x: Any) -> Any:
        if isinstance(x, KerasTensor):
            if self.values is not None:
                return self.values.get(x.serial, x)
            if x.serial < self._start:
                self.found[x.serial] = x
        elif isinstance(x, (Dim, slice)):
            sources = sources_of(x)
            values = {t.serial: self._resolve(t) for t in sources}
            if any(values[t.serial] is not t for t in sources):
                return evaluate(x, values)
        elif callable(x) and not isinstance(x, type) and not hasattr(x, "dtype"):
            return lambda *args, **kwargs: self.resolve(x(*args, **kwargs))
        return x


def resolved(nest: Any) -> Any:
    """``nest`` in the innermost of these scopes; see `Captures.resolve`."""
    captures = _CAPTURES.get()
    return nest if captures is None else captures.resolve(nest)


def note(operation: Any) -> None:
    """Remember a layer that a function calls."""
    captures = _CAPTURES.get()
    if captures is not None:
        captures.operations[id(operation)] = operation


def has_values() -> bool:
    """Whether what functions hold has values, as a graph is run."""
    captures = _CAPTURES.get()
    return captures is not None and captures.values is not None


def sources_of(nest: Any) -> list[KerasTensor]:
    """The symbolic tensors that dimensions in ``nest`` were read from, each once."""
    found: dict[int, KerasTensor] = {}

    def visit(x: Any) -> None:
        if isinstance(x, slice):
            for bound in (x.start, x.stop, x.step):
                visit(bound)
        if not isinstance(x, Dim):
            return
        if x.fn in ("dim", "value"):
            found[x.args[0].serial] = x.args[0]
        else:
            for a in x.args:
                visit(a)

    for leaf in tree.flatten(nest):
        visit(leaf)
    return list(found.values())


def evaluate(x: Any, values: Mapping[int, Any]) -> Any:
    """The value of a dimension, or of those in a slice, when their sources have values."""
    if isinstance(x, slice):
        return slice(*(evaluate(bound, values) for bound in (x.start, x.stop, x.step)))
    if not isinstance(x, Dim):
        return x
    if x.fn == "value":
        return values[x.args[0].serial]
    if x.fn == "dim":
        return shape_of(values[x.args[0].serial])[x.args[1]]
    a, b = (evaluate(v, values) for v in x.args)
    return getattr(operator, x.fn)(a, b)
