"""Level ``primitives`` of the suite, on the backend that KERAS_BACKEND names (or numpy)."""

import importlib
import os
from functools import lru_cache
from typing import Any

import pytest

from keras_core.conformance.primitives import Case, iter_cases, run_case
from keras_core_plugins.errors import UnsupportedOpError
from keras_core_plugins.protocol import PRIMITIVES, Backend, Capabilities

NAME = os.environ.get("KERAS_BACKEND", "numpy")
PLUGIN: Any = importlib.import_module(f"keras_backend_{NAME}.plugin")


@lru_cache
def backend() -> Backend:
    return PLUGIN.keras_core_load_backend()


def capabilities() -> Capabilities:
    return backend().capabilities or backend().info.capabilities


def params() -> list[Any]:
    return [pytest.param(c, id=c.id) for c in iter_cases(dtypes=capabilities().dtypes)]


def run(case: Case, jit: bool) -> None:
    try:
        run_case(backend(), case, jit=jit)
    except UnsupportedOpError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("case", params())
def test_eager(case: Case) -> None:
    if not capabilities().eager:
        pytest.skip("the backend does not run eagerly")
    run(case, jit=False)


@pytest.mark.parametrize("case", params() if capabilities().jit else [])
def test_compiled(case: Case) -> None:
    run(case, jit=True)


def test_cases_have_unique_ids_and_cover_all_primitives() -> None:
    cases = list(iter_cases())
    assert len({case.id for case in cases}) == len(cases)
    assert {case.primitive for case in cases} == set(PRIMITIVES)
