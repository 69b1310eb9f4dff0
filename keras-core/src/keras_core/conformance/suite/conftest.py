"""What the levels share."""

import pytest

from keras_core.engine import runtime
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
