"""What pytest finds of Keras Core: it does nothing, unless it is asked for one of two things.

``pytest --keras-core-alias`` runs tests in which ``import keras`` means Keras Core.

``pytest --pyargs keras_core.conformance --backend NAME`` has to choose the backend before
anything imports ``keras_core``. So the options are added here, the backend is loaded here, and
the rest is left to the suite's own plugin.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pytest

from keras_core_plugins.alias import switch
from keras_core_plugins.discovery import InstalledBackend, catalog
from keras_core_plugins.errors import KerasCoreError
from keras_core_plugins.levels import CASE_TIMEOUT, LEVELS
from keras_core_plugins.lock import acquire_backend
from keras_core_plugins.names import NUMPY
from keras_core_plugins.probe import describe_apart
from keras_core_plugins.selection import VARIABLE, select

SUITE: Final = "keras_core.conformance"


@dataclass(frozen=True)
class Subject:
    """The backend that is held against the suite."""

    installed: InstalledBackend
    error: KerasCoreError | None = None
    """Why it could not be loaded; the process then has numpy, and only ``protocol`` is run."""

    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """The environment before anything of the backend was imported."""


SUBJECT: Final = pytest.StashKey[Subject]()


def is_asked_for(args: Sequence[str]) -> bool:
    """Whether the command line names the suite, as a package or as a path."""
    return any(SUITE in arg.replace("/", ".").replace(os.sep, ".") for arg in args)


def add_options(parser: pytest.Parser) -> None:
    """The options of the suite."""
    group = parser.getgroup("keras-core", "Keras Core's conformance suite")
    group.addoption("--backend", metavar="NAME", help="the backend; default: as keras_core chooses")
    group.addoption("--level", choices=LEVELS, help="the last level to run; default: all")
    group.addoption("--only", choices=LEVELS, help="the one level to run")
    group.addoption(
        "--keep-going", action="store_true", help="do not stop after a level with failures"
    )
    group.addoption(
        "--primitives-only",
        action="store_true",
        help="switch the backend's overrides off: its primitives have to suffice",
    )
    group.addoption(
        "--everything",
        action="store_true",
        help="run also what is about the core, and compile one case in eight by itself",
    )
    group.addoption(
        "--slice",
        metavar="SEED",
        help="of the cases in less common dtypes run the eighth that SEED chooses, such as the "
        "hash of a commit; the same of those run eagerly that are run compiled as well",
    )
    group.addoption("--shard", metavar="K/N", help="run the K-th of N parts; see --merge")
    group.addoption(
        "--affected-by",
        metavar="REV",
        help="run what the changes since a revision of git can affect",
    )
    group.addoption(
        "--case-timeout",
        type=float,
        default=CASE_TIMEOUT,
        metavar="SECONDS",
        help="how long a case may take if `keras-core conformance` runs the suite, which then "
        f"ends it, counts it as failed, and goes on; default: {CASE_TIMEOUT:g}, 0 for no limit",
    )
    group.addoption("--report", metavar="FILE", help="write the results as JSON")
    group.addoption("--html", metavar="FILE", help="write the results as a page")
    group.addoption("--badge", metavar="FILE", help="write the level reached as an SVG badge")


def load_subject(request: str | None) -> Subject:
    """Give the process the backend to test, or numpy if that one cannot be loaded."""
    environment = dict(os.environ)
    try:
        installed = select(catalog(), request=request).installed
    except KerasCoreError as error:
        raise pytest.UsageError(str(error)) from error
    error: KerasCoreError | None = None
    if not installed.official:  # it may hang, or end the process
        error = describe_apart([installed])[0].error
    if error is None:
        try:
            acquire_backend(f"{installed.distribution}:{installed.name}")
        except KerasCoreError as problem:
            error = problem
    chosen = f"{installed.distribution}:{installed.name}"
    if error is not None:
        chosen = NUMPY
        try:
            acquire_backend(NUMPY)
        except KerasCoreError as problem:
            raise pytest.UsageError(str(problem)) from problem
    os.environ[VARIABLE] = chosen  # for the children of tests
    return Subject(installed, error, environment)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that any tests may be run with."""
    words = "`import keras` and `import tensorflow.keras` mean Keras Core"
    parser.getgroup("keras-core").addoption("--keras-core-alias", action="store_true", help=words)
    parser.addini("keras_core_alias", words, type="bool", default=False)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> None:
    """Choose the backend, before anything is collected."""
    if early_config.known_args_namespace.keras_core_alias or early_config.getini(
        "keras_core_alias"
    ):
        switch()
    if not is_asked_for(args):
        return
    add_options(parser)
    options = parser.parse_known_args(args)
    if options.primitives_only:
        os.environ["KERAS_CORE_OVERRIDES"] = "0"
    early_config.stash[SUBJECT] = load_subject(options.backend)
    early_config.pluginmanager.import_plugin("keras_core.conformance.plugin")
