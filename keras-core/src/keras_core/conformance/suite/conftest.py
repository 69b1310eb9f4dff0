"""What the levels share."""

from functools import partial
from typing import Any

import pytest

from keras_core import ops
from keras_core.conformance.bundles import Bundle
from keras_core.conformance.overrides import exercises, long_rows_of, variants_of
from keras_core.conformance.plugin import RUN
from keras_core.conformance.probes import Wrap
from keras_core.conformance.sidecar import Computed, compute
from keras_core.core.tensors import runtime
from keras_core_plugins.protocol import Backend, Capabilities
from keras_core_plugins.pytest_plugin import SUBJECT, Subject


@pytest.fixture(scope="session")
def subject(request: pytest.FixtureRequest) -> Subject:
    """The backend as it is installed, and why it could not be loaded, if so."""
    return request.config.stash[SUBJECT]


@pytest.fixture(scope="session")
def backend(subject: Subject) -> Backend:
    """The backend, as the protocol has it."""
    if subject.error is not None:
        pytest.skip("the backend could not be loaded")
    return runtime.BACKEND


@pytest.fixture(scope="session")
def capabilities() -> Capabilities:
    """What the backend can do."""
    return runtime.CAPABILITIES


@pytest.fixture(scope="session")
def jit_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """With what functions are to be compiled."""
    return request.config.stash[RUN].declared.jit_options


@pytest.fixture(scope="session")
def jit(jit_options: dict[str, Any]) -> Wrap:
    """`ops.jit` with these options."""
    return partial(ops.jit, options=jit_options)


@pytest.fixture
def bundle(request: pytest.FixtureRequest) -> Bundle:
    """What the case is compiled together with."""
    return request.config.stash[RUN].bundle_of(request.node)


@pytest.fixture(scope="session")
def composites() -> dict[str, Computed]:
    """What the composites give that the backend overrides, by row and probe, on numpy."""
    uses = [use for name in runtime.OVERRIDES for use in exercises(name)]
    return compute(
        list({use.id: use for use in uses}.values()),
        with_gradients=runtime.CAPABILITIES.autodiff == "native",
    )


@pytest.fixture(scope="session")
def composites_of_variants() -> dict[str, Computed]:
    """What they give for other axes, options and ranks, and for long rows."""
    names = list(runtime.OVERRIDES)
    rows = [row for name in names for row in (*variants_of(name), *long_rows_of(name))]
    return compute(list({row.id: row for row in rows}.values()), of=names)
