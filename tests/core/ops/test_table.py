"""The table of operations has a row for every public operation."""

import types
from collections.abc import Iterator
from typing import Any

import pytest

from keras_core import ops
from keras_core.conformance.operations import iter_rows
from keras_core.conformance.suite.transforms import TRANSFORMS

ROWS = list(iter_rows())

DERIVATIVES = (
    "custom_gradient", "grad", "hessian", "jacobian", "jvp", "linalg.jvp", "value_and_grad", "vjp"
)  # fmt: skip

WITHOUT_ROWS = {
    "their results are no tensors": "convert_to_numpy dtype is_tensor ndim program shape size",
    "their values do not matter": "empty empty_like",
    "derivatives, which have a table of their own": " ".join(DERIVATIVES),
}


def public_operations() -> Iterator[tuple[str, Any]]:
    for prefix, module in (("", ops), ("image.", ops.image), ("linalg.", ops.linalg)):
        for name in module.__all__:
            value = getattr(module, name)
            if not isinstance(value, types.ModuleType):
                yield prefix + name, value


def _function(name: str) -> Any:
    fn: Any = ops
    for part in name.split("."):
        fn = getattr(fn, part)
    return fn


def test_every_operation_has_a_row():
    found = {id(row.function) for row in ROWS}
    excused = {name for names in WITHOUT_ROWS.values() for name in names.split()}
    missing = [
        name for name, fn in public_operations() if id(fn) not in found and name not in excused
    ]
    assert not missing


@pytest.mark.parametrize("name", DERIVATIVES)
def test_every_derivative_is_taken(name):
    assert name in TRANSFORMS


@pytest.mark.parametrize("name", [n for names in WITHOUT_ROWS.values() for n in names.split()])
def test_an_excuse_is_needed(name):
    assert _function(name)
    assert name not in {row.name for row in ROWS}


def test_rows_have_names_of_their_own():
    names = [row.id for row in ROWS]
    assert len(names) == len(set(names)), sorted({n for n in names if names.count(n) > 1})
