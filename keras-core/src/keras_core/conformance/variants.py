"""Rows made from the rows of the table: other axes, options and ranks, as a signature allows.

They have no reference: an override is held against the composite that it replaces. A call that
the composite refuses is no call.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from math import prod
from typing import Any, Final

from keras_core.conformance.operations import Argument, Row
from keras_core.conformance.operations.rows import added, as_list, one_by_one

LONG: Final = 4096
"""So many numbers of half precision, added up in half precision, are off by more than a tenth."""

_LARGEST: Final = 1 << 16
_DIRECT: Final = (one_by_one, as_list, added)


def variants(rows: list[Row]) -> list[Row]:
    """The rows of one operation with other options, axes and shapes."""
    direct = [row for row in rows if row.how in _DIRECT and row.compiles]
    found: dict[str, Row] = {}
    for row in direct:
        for other in _other_options(row, direct):
            found.setdefault(other.id, other)
    for row in direct[:1]:
        for shaped in (row, *_other_ranks(row)):
            for other in (shaped, *_other_axes(shaped)):
                found.setdefault(other.id, other)
    known = {row.id for row in rows}
    return [row for row in found.values() if row.id not in known]


def long_rows(rows: list[Row]) -> list[Row]:
    """The rows with axes of so many elements that adding them up in half precision shows."""
    return [
        longer
        for row in rows
        if row.how in _DIRECT and row.arguments and "float16" in row.dtypes
        for longer in _longer(row)
    ]


def _named(row: Row, what: str, **changes: Any) -> Row:
    return replace(row, label="-".join(filter(None, (row.label, what))), **changes)


def _parameters(row: Row) -> dict[str, inspect.Parameter]:
    """Those that are no tensors."""
    parameters = list(inspect.signature(row.function).parameters.values())
    tensors = {one_by_one: len(row.arguments), as_list: 1, added: 0}[row.how]
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return {each.name: each for each in parameters[tensors:] if each.kind not in several}


def _is_axis(name: str) -> bool:
    return name.startswith("axis") or name == "axes"


def _other_options(row: Row, rows: list[Row]) -> Iterator[Row]:
    """One option changed: to what another row has, and to what its type allows."""
    for name, parameter in _parameters(row).items():
        if _is_axis(name) or name == "dtype":
            continue
        given = row.options.get(name, parameter.default)
        values = [other.options[name] for other in rows if name in other.options]
        if "bool" in str(parameter.annotation) or isinstance(given, bool):
            values += [True, False]
        elif isinstance(given, float):
            values += [0.1, 0.5, 1.5]
        elif isinstance(given, int):
            values += [1, 2]
        for value in values:
            if not callable(value) and not _is_same(value, given):
                yield _named(row, f"{name}={value}", options={**row.options, name: value})


def _is_same(x: Any, y: Any) -> bool:
    return type(x) is type(y) and repr(x) == repr(y)


def _other_ranks(row: Row) -> Iterator[Row]:
    """An axis fewer, and one and two more: of the first argument, and of all."""
    if not row.arguments:
        return
    more: dict[str, Callable[[tuple[int, ...]], tuple[int, ...]]] = {
        "axis fewer": lambda shape: shape[1:],
        "axis more": lambda shape: (2, *shape),
        "axes more": lambda shape: (2, 1, *shape),
    }
    for label, change in more.items():
        for which, count in (("first", 1), ("all", len(row.arguments))):
            arguments = tuple(
                replace(a, shape=change(a.shape)) if i < count else a
                for i, a in enumerate(row.arguments)
            )
            if arguments != row.arguments:
                yield _named(row, f"{label}-{which}", arguments=arguments)


def _other_axes(row: Row) -> Iterator[Row]:
    """Every axis from the front and from the back, every two in both orders, none, and all."""
    rank = max((len(a.shape) for a in row.arguments), default=0)
    for name in filter(_is_axis, _parameters(row)):
        single = list(range(-rank, rank))
        several = list(combinations(range(rank), 2))
        several += [(b, a - rank) for a, b in several]
        for axis in (*single, None, *several, tuple(range(rank))):
            yield _named(row, f"{name}={axis}", options={**row.options, name: axis})


def _longer(row: Row) -> Iterator[Row]:
    """For the last axis of the first argument, and all axes that are as long."""
    shape = row.arguments[0].shape
    if not shape or shape[-1] < 2 or 0 in shape:
        return

    def longer(argument: Argument) -> Argument:
        sizes = tuple(LONG if n == shape[-1] else n for n in argument.shape)
        return replace(argument, shape=sizes)

    arguments = tuple(map(longer, row.arguments))
    if all(prod(a.shape) <= _LARGEST for a in arguments):
        yield _named(row, "long", arguments=arguments)
