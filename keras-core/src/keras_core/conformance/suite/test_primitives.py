"""Level ``primitives``: every primitive, with what the core may call it with."""

from typing import Any

import pytest

from keras_core.conformance.primitives import Case, iter_cases, run_case
from keras_core.engine import runtime
from keras_core_plugins.protocol import PRIMITIVES, Backend

CASES = sorted(
    iter_cases(dtypes=runtime.CAPABILITIES.dtypes), key=lambda c: PRIMITIVES.index(c.primitive)
)


def _params() -> list[Any]:
    return [pytest.param(case, id=f"{case.primitive}-{case.label}") for case in CASES]


@pytest.mark.needs("eager")
@pytest.mark.parametrize("case", _params())
def test_eager(backend: Backend, case: Case) -> None:
    """Called as it is."""
    run_case(backend, case)


@pytest.mark.needs("jit")
@pytest.mark.parametrize("case", _params())
def test_compiled(backend: Backend, case: Case) -> None:
    """Called within a function that the backend compiles."""
    run_case(backend, case, jit=True)
