"""Level ``primitives``: every primitive, with what the core may call it with."""

import threading
from typing import Any

import numpy as np
import pytest

from keras_core.conformance.bundles import Bundle
from keras_core.conformance.compare import Array
from keras_core.conformance.primitives import Case, iter_cases, run_case, trials_together
from keras_core.core.tensors import runtime
from keras_core_plugins.protocol import PRIMITIVES, Backend, Capabilities

CASES = sorted(
    iter_cases(dtypes=runtime.CAPABILITIES.dtypes), key=lambda c: PRIMITIVES.index(c.primitive)
)


def _params(form: str) -> list[Any]:
    return [
        pytest.param(
            case,
            id=f"{case.primitive}-{case.label}",
            marks=[
                pytest.mark.dtypes(*case.dtypes),
                pytest.mark.form(form, case.primitive),
                *([pytest.mark.bundle("primitives", case)] if form == "compiled" else []),
            ],
        )
        for case in CASES
    ]


@pytest.mark.needs("eager")
@pytest.mark.parametrize("case", _params("eager"))
def test_eager(backend: Backend, case: Case) -> None:
    """Called as it is."""
    run_case(backend, case)


@pytest.mark.needs("jit")
@pytest.mark.parametrize("case", _params("compiled"))
def test_compiled(
    backend: Backend, case: Case, jit_options: dict[str, Any], bundle: Bundle
) -> None:
    """Called within a function that the backend compiles."""
    if not bundle.passes(
        case,
        lambda cases: trials_together(backend, cases, jit_options),
        lambda trial: run_case(backend, case, jit_options=jit_options, trial=trial),
    ):
        run_case(backend, case, jit_options=jit_options)


def test_threads(backend: Backend, capabilities: Capabilities) -> None:
    """Where operations may run in several threads, they give the same there."""
    if not (capabilities.thread_safe and capabilities.eager):
        pytest.skip("the backend runs in one thread at a time")
    tensors: Any = backend.tensors
    primitives: Any = backend.primitives
    arrays = [np.random.default_rng(i).normal(size=(16, 16)).astype("float32") for i in range(4)]
    problems: list[str] = []

    def work(array: Array) -> None:
        try:
            for _ in range(8):
                x = tensors.from_numpy(array, "float32")
                y = tensors.to_numpy(primitives.add(primitives.multiply(x, x), x))
                if not np.allclose(y, array * array + array, rtol=1e-5, atol=1e-5):
                    problems.append("a wrong result")
        except Exception as error:
            problems.append(repr(error))

    threads = [threading.Thread(target=work, args=(array,)) for array in arrays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, (
        f"x * x + x in four threads gave {problems[0]}; declare capabilities.thread_safe=False "
        "if the engine runs in one thread only"
    )
