"""Level ``protocol``: the plugin, before any operation of it is called."""

import pytest

from keras_core.conformance.plugin import RUN
from keras_core_plugins.pytest_plugin import Subject


def test_loads(subject: Subject) -> None:
    """The plugin is imported, describes the backend, and loads one that keeps to the protocol."""
    if subject.error is not None:
        pytest.fail(str(subject.error), pytrace=False)


def test_exclusions(request: pytest.FixtureRequest) -> None:
    """``conformance.toml`` is well-formed, and each pattern in it has a case."""
    problems = request.config.stash[RUN].exclusions.problems
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
