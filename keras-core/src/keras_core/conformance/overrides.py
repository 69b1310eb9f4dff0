"""Which rows and probes exercise an override, so that it can be held against its composite;
and which rows apply to the backend."""

import functools
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from keras_core.conformance.operations import Row, iter_rows
from keras_core.conformance.probes import Probe, iter_probes
from keras_core.conformance.variants import long_rows, variants
from keras_core.core.dispatch.op import all_operations
from keras_core.core.tensors import runtime


@functools.cache
def _uses() -> dict[str, list[Row | Probe]]:
    """Rows and probes by the names of the operations that they call."""
    found: dict[str, list[Row | Probe]] = {}
    for row in iter_rows():
        operation = getattr(row.function, "__wrapped_op__", None)
        names = {row.name.rpartition(".")[2], getattr(operation, "name", row.name)}
        for name in names:
            found.setdefault(name, []).append(row)
    for probe in iter_probes():
        found.setdefault(probe.override, []).append(probe)
    return found


def exercises(override: str) -> list[Row | Probe]:
    """The rows and probes that call the composite of this name."""
    return _uses().get(override, [])


def _rows(override: str) -> list[Row]:
    return [use for use in exercises(override) if isinstance(use, Row)]


@functools.cache
def variants_of(override: str) -> list[Row]:
    """The rows that call the composite with other axes, options and ranks."""
    return variants(_rows(override))


@functools.cache
def long_rows_of(override: str) -> list[Row]:
    """The rows that call the composite with long axes."""
    return long_rows(_rows(override))


def params(wanted: Callable[[Row | Probe], bool], bundle: str = "") -> list[Any]:
    """Parameters ``override, use`` for each override with each of its uses, maybe in a bundle."""
    return [
        pytest.param(
            name,
            use,
            id=use.id if use.id.startswith(name) else f"{name}-{use.id}",
            marks=[pytest.mark.bundle(bundle, use)] if bundle else [],
        )
        for name in runtime.OVERRIDES
        for use in exercises(name)
        if wanted(use)
    ]


def applying(
    rows: Iterable[Row],
    dtype: str = "float32",
    *,
    compiled: bool = False,
    marks: Callable[[Row], Iterable[pytest.MarkDecorator]] = lambda row: (),
) -> list[Any]:
    """Parameters ``row`` for each row, with ``marks``.

    Those whose dtypes the backend lacks do not apply; nor do those that branch on values, where
    they are compiled and the compiler has no control flow.
    """
    return [
        pytest.param(
            row,
            id=row.id,
            marks=[
                pytest.mark.needs(
                    *row.needed(dtype, runtime.OVERRIDES),
                    *(["control flow"] if compiled and row.branches else []),
                ),
                *marks(row),
            ],
        )
        for row in rows
    ]


def unexercised() -> list[str]:
    """The overrides that nothing calls, in words."""
    return [
        f"{name}: no row of the table of operations calls it"
        if name in all_operations()
        else f"{name}: the core has no composite of this name"
        for name in runtime.OVERRIDES
        if not exercises(name)
    ]
