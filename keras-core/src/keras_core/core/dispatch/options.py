"""Options of operations: arguments that are no tensors, checked against their annotations.

``bool``, ``int``, ``float`` and ``str``, sequences of them, and None where the annotation has
it; whatever else an annotation says is not checked. A ``float`` may be a tensor, too: then it is
the body of the operation that runs, which can do with one, and gives it a gradient.
"""

import functools
import inspect
import types
from collections.abc import Callable, Sequence
from operator import index
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from keras_core.core.tensors import native, runtime
from keras_core.core.tensors.symbolic import Dim, KerasTensor
from keras_core_plugins.errors import shown

LEAST = {"size": 0, "count": 1}
"""Kinds of options that are ints: the smallest."""

_WORDS = {bool: "a bool", int: "an int", float: "a number", str: "a str"}
_FAST = {
    bool: "({0} is True or {0} is False)",
    int: "{0}.__class__ is int",
    float: "({0}.__class__ is float or {0}.__class__ is int)",
    str: "{0}.__class__ is str",
}


class Option:
    """What an option of an operation may be.

    Args:
        single: Which of ``bool``, ``int``, ``float`` and ``str`` it may be.
        items: Which of them a sequence may hold; None if it may be no sequence.
        optional: Whether it may be None.
        least: The smallest that an int may be.
    """

    def __init__(
        self, single: tuple[type, ...], items: type | None, optional: bool, least: int | None
    ) -> None:
        self.single = single
        self.items = items
        self.optional = optional
        self.least = least

    def test(self, name: str) -> str:
        """Source that is true for everyday values of the argument ``name``."""
        if len(self.single) != 1 or self.items is not None:
            return f"FITS[{name!r}]({name})"
        out = _FAST[self.single[0]].format(name)
        if self.least is not None:
            out = f"{out} and {name} >= {self.least}"
        return f"({name} is None or {out})" if self.optional else out

    def fits(self, x: Any) -> bool:
        """Whether ``x`` need not be converted; slower than `test`."""
        try:
            return self.convert(x, "", "") is x
        except (TypeError, ValueError):
            return False

    def convert(self, x: Any, function: str, name: str) -> Any:
        """``x`` as a plain Python value; what has no value yet as it is.

        Raises:
            TypeError: If it is of another type.
            ValueError: If it is too small.
        """
        if x is None and self.optional:
            return x
        try:
            if self.items is not None and isinstance(x, (list, tuple, np.ndarray)):
                entries = tuple([_CONVERT[self.items](v) for v in x])
                out = x if type(x) is tuple and entries == x else entries
            else:
                out = self._converted(x)
                entries = (out,)
        except (TypeError, ValueError):
            raise TypeError(self._refusal(x, function, name)) from None
        if self.least is not None and not are_at_least(entries, self.least):
            raise ValueError(self._refusal(x, function, name))
        return out

    def _converted(self, x: Any) -> Any:
        for kind in self.single:
            try:
                out = _CONVERT[kind](x)
            except (TypeError, ValueError):
                continue
            if len(self.single) == 1 or not is_tensor(out):
                return out
        raise TypeError

    def _refusal(self, x: Any, function: str, name: str) -> str:
        return (
            f"`{function}` expected {self._words()} for the argument `{name}`. "
            f"Received: {name}={shown(x)}"
        )

    def _words(self) -> str:
        bound = "" if self.least is None else f" of at least {self.least}"
        words = [_WORDS[kind] + bound for kind in self.single]
        if self.items is not None:
            item = _WORDS[self.items].partition(" ")[2]
            words.append(f"a tuple of {item}s{bound}")
        if self.optional:
            words.append("None")
        return " or ".join(words)


def are_at_least(entries: Sequence[Any], least: int) -> bool:
    """Whether no plain number among these is less than ``least``."""
    return not any(isinstance(v, int) and v < least for v in entries)


def sizes(x: Any, function: str, name: str, least: int = 0) -> tuple[Any, ...]:
    """A shape, or other numbers of one kind, as a tuple; a number alone counts as one of them.

    Entries may be dimensions that are not known; with ``least=-1`` also None, which becomes -1.

    Raises:
        TypeError: If an entry is no int.
        ValueError: If one is less than ``least``.
    """
    if type(x) is tuple and {*map(type, x)} == {int} and min(x) >= least:
        return x
    entries = x
    if (native.is_engine_tensor(x) and not native.is_tracing()) or isinstance(x, np.ndarray):
        entries = native.to_numpy(x).reshape(-1)
    elif not isinstance(x, (tuple, list)) and (hasattr(x, "dtype") or not hasattr(x, "__iter__")):
        entries = (x,)  # no sequence, or a scalar tensor; an engine may have a class for shapes
    try:
        out = tuple([-1 if v is None and least < 0 else _int(v) for v in entries])
    except TypeError:
        raise TypeError(_refused(x, function, name, least)) from None
    if not are_at_least(out, least):
        raise ValueError(_refused(x, function, name, least))
    return out


def _refused(x: Any, function: str, name: str, least: int) -> str:
    bound = f" of at least {least}" if least >= 0 else ""
    return (
        f"`{function}` expected a tuple of ints{bound} for the argument `{name}`. "
        f"Received: {name}={shown(x)}"
    )


def _bool(x: Any) -> bool:
    if isinstance(x, (bool, np.bool_, int)):
        return bool(x)
    raise TypeError


def _int(x: Any) -> Any:
    if type(x) is int or isinstance(x, Dim):
        return x
    if native.is_size(x):
        return x
    if runtime.CAPABILITIES.dynamic_shapes and native.is_engine_tensor(x) and native.is_tracing():
        return x
    return index(x)


def _float(x: Any) -> Any:
    if type(x) in (float, int, complex):
        return x
    if isinstance(x, (bool, np.generic)):
        return x.item() if isinstance(x, np.generic) else int(x)
    if is_tensor(x) or isinstance(x, Dim) or native.is_size(x):
        return x
    if hasattr(x, "__keras_value__"):
        return x.__keras_value__()
    if isinstance(x, np.ndarray) and x.size == 1:
        return x.item()
    raise TypeError


def is_tensor(x: Any) -> bool:
    """Whether an option is a tensor, which it may be where a number is expected."""
    return isinstance(x, KerasTensor) or native.is_engine_tensor(x)


def _str(x: Any) -> str:
    if isinstance(x, str):
        return x
    raise TypeError


_CONVERT: dict[type, Callable[[Any], Any]] = {bool: _bool, int: _int, float: _float, str: _str}


def option(annotation: Any, kind: str = "") -> Option | None:
    """What an annotation, and ``"size"`` or ``"count"``, say; None if it says nothing."""
    optional = False
    single: list[type] = []
    items: type | None = None
    parts = (
        get_args(annotation)
        if get_origin(annotation) in (Union, types.UnionType)
        else (annotation,)
    )
    for part in parts:
        if part is type(None):
            optional = True
        elif part in _CONVERT:
            single.append(part)
        elif get_origin(part) in (Sequence, tuple, list) and get_args(part)[0] in _CONVERT:
            items = get_args(part)[0]
        else:
            return None
    return Option(tuple(single), items, optional, LEAST.get(kind))


def options_of(body: Callable[..., Any], kinds: dict[str, str]) -> dict[str, Option]:
    """What the options of a function may be, those that nothing is said of left out."""
    hints = get_type_hints(body)
    options = {
        p: option(hints.get(p, Any), kind) for p, kind in kinds.items() if not kind or kind in LEAST
    }
    return {p: found for p, found in options.items() if found is not None}


def checked(declaration: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Hold the options of a function that is no `op` against their annotations.

    Args:
        declaration: ``"parameter:size ..."``, for those that are declared so.
    """

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        names = list(inspect.signature(body).parameters)
        declared = dict(token.split(":") for token in declaration.split())
        found = options_of(body, {p: declared.get(p, "") for p in names})
        places = [(names.index(name), name, option) for name, option in found.items()]

        # no `Signature.bind`, at which compilers give up
        @functools.wraps(body)
        def front(*args: Any, **kwargs: Any) -> Any:
            given = list(args)
            for place, name, option in places:
                if place < len(given):
                    given[place] = option.convert(given[place], body.__name__, name)
                elif name in kwargs:
                    kwargs[name] = option.convert(kwargs[name], body.__name__, name)
            return body(*given, **kwargs)

        return front

    return decorate
