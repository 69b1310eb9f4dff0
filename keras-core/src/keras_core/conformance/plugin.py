"""The suite's own pytest plugin: which cases apply, in which order, and what came of them.

`keras_core_plugins.pytest_plugin` brings it in, once the process has its backend. A case is a
test of a module in ``suite``; the module's name is its level, and its id is
``level::test[parameters]``. A test says what it needs of the backend with
``@pytest.mark.needs("gradients")``, ``"jit"``, ``"eager"``, ``"native gradients"``, ``"sparse"``,
``"control flow"`` (in compiled functions), or a dtype.
"""

import functools
import json
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

import keras_core
from keras_core import ops
from keras_core.conformance.declarations import Declarations, declarations_of
from keras_core.conformance.page import to_badge, to_html
from keras_core.conformance.report import CaseResult, Outcome, Report, environment, to_text
from keras_core.engine import runtime
from keras_core_plugins.levels import LEVELS
from keras_core_plugins.protocol import Capabilities
from keras_core_plugins.pytest_plugin import SUBJECT, Subject

RUN = pytest.StashKey["Run"]()
CASE = pytest.StashKey[str]()

NEEDS: dict[str, Callable[[Capabilities], bool]] = {
    "gradients": lambda c: c.autodiff != "none",
    "native gradients": lambda c: c.autodiff == "native",
    "jit": lambda c: c.jit,
    "eager": lambda c: c.eager,
    "sparse": lambda c: c.sparse,
    "control flow": lambda c: _compiles_choices(),
}
"""What a test can need, and whether a backend of these capabilities has it."""


@functools.cache
def _compiles_choices() -> bool:
    """Whether compiled functions can depend on values: the engine has loops, or reads them."""
    if "while_loop" in runtime.OVERRIDES:
        return True
    run = ops.jit(lambda x: x if ops.convert_to_numpy(x) > 0 else ops.negative(x))
    try:
        run(ops.convert_to_tensor(1.0))
    except Exception:  # of the engine
        return False
    return True


class Run:
    """The state of a run."""

    def __init__(self, subject: Subject, declared: Declarations, report: Report) -> None:
        self.subject = subject
        self.declared = declared
        self.report = report
        self.failed_level: int | None = None


def case_id(name: str, path: Path) -> str | None:
    """The id of the case that a test is, such as ``ops::value[softmax]``; None for others."""
    level = path.stem.removeprefix("test_")
    return f"{level}::{name.removeprefix('test_')}" if level in LEVELS else None


def level_of(case: str) -> int:
    """The number of the level that a case is of."""
    return LEVELS.index(case.partition("::")[0])


def pytest_configure(config: pytest.Config) -> None:
    """Note what is going to be run."""
    config.addinivalue_line("markers", "needs(ability): what the backend must be able to do")
    if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        raise pytest.UsageError("The levels of the suite build on each other: run it without -n.")
    subject = config.stash[SUBJECT]
    config.stash[RUN] = Run(subject, declarations_of(subject.installed), Report(_facts(subject)))


def _facts(subject: Subject) -> dict[str, str]:
    installed = subject.installed
    facts = {"backend": installed.name, "distribution": installed.provider}
    if subject.error is None:
        facts["protocol"] = ".".join(map(str, runtime.BACKEND.info.protocol))
        facts["engine"] = runtime.BACKEND.engine_version or "unknown"
        facts["gradients"] = runtime.CAPABILITIES.autodiff
        facts["overrides"] = str(len(runtime.OVERRIDES))
    return {**facts, "keras-core": keras_core.__version__, **environment()}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even look at levels that were not asked for."""
    level = collection_path.stem.removeprefix("test_")
    unwanted = level in LEVELS and LEVELS.index(level) not in _wanted_levels(config.option)
    return True if unwanted else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the cases in order, and take out those that do not apply."""
    run = config.stash[RUN]
    if run.subject.error is not None and 0 not in _wanted_levels(config.option):
        raise pytest.UsageError(str(run.subject.error))
    cases = [(case_id(item.name, item.path), item) for item in items]
    found = sorted(
        ((case, item) for case, item in cases if case is not None), key=lambda c: level_of(c[0])
    )
    applying: list[tuple[str, pytest.Item]] = []
    for case, item in found:
        missing = _missing(item, runtime.CAPABILITIES)
        if missing and run.subject.error is None:
            message = f"the backend does not have what it needs: {', '.join(missing)}"
            run.report.add(CaseResult(case, "not applicable", message=message))
        else:
            applying.append((case, item))
    run.declared.check([case for case, _ in applying])
    for case, item in applying:
        item.stash[CASE] = case
        run.report.add(CaseResult(case, "not run"))
        if reason := run.declared.reason(case):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    items[:] = [item for _, item in applying]


def _missing(item: pytest.Item, capabilities: Capabilities) -> list[str]:
    needs = [need for mark in item.iter_markers("needs") for need in mark.args]
    return [need for need in needs if not _has(capabilities, need)]


def _has(capabilities: Capabilities, need: str) -> bool:
    return NEEDS[need](capabilities) if need in NEEDS else need in capabilities.dtypes


def _wanted_levels(options: Any) -> Sequence[int]:
    if options.only:
        return [LEVELS.index(options.only)]
    return range(LEVELS.index(options.level) + 1 if options.level else len(LEVELS))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Leave out what stands on a level that is not right yet."""
    run, case = item.config.stash[RUN], item.stash.get(CASE, None)
    if case is None or item.config.option.keep_going:
        return None
    level = level_of(case)
    blocked = run.failed_level is not None and level > run.failed_level
    return True if blocked or (run.subject.error and level) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note how a case went."""
    report = yield
    case = item.stash.get(CASE, None)
    if case is not None:
        run = item.config.stash[RUN]
        result = run.report.cases[case]
        result.seconds += report.duration
        result.properties.update(item.user_properties)
        outcome, message = _outcome(report)
        if outcome is not None:
            result.outcome, result.message = outcome, message
        if outcome == "failed" and run.failed_level is None:
            run.failed_level = level_of(case)
    return report


def _outcome(report: pytest.TestReport) -> tuple[Outcome | None, str]:
    """What a phase says of the case; None where that is nothing new."""
    if hasattr(report, "wasxfail") and report.skipped:
        return "excluded", report.wasxfail
    if report.failed:
        return "failed", _message(report)
    if report.skipped:
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        return "not applicable", text.removeprefix("Skipped: ")
    return ("passed", "") if report.when == "call" else (None, "")


def _message(report: pytest.TestReport) -> str:
    text = str(report.longrepr)
    if text.startswith("[XPASS(strict)] "):
        reason = text.removeprefix("[XPASS(strict)] ")
        return f"the case passes now: take its exclusion ({reason}) out of conformance.toml"
    crash = getattr(report.longrepr, "reprcrash", None)
    return text if crash is None else crash.message.removeprefix("AssertionError: ")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Show the levels, and what to mend first; write the files that were asked for."""
    report, options = config.stash[RUN].report, config.option
    terminalreporter.section("conformance")
    width = terminalreporter._tw.fullwidth
    for line in to_text(report, width):
        terminalreporter.write_line(line)
    for path, text in (
        (options.report, lambda: json.dumps(report.to_json(), indent=1, default=str) + "\n"),
        (options.html, lambda: to_html(report)),
        (options.badge, lambda: to_badge(report)),
    ):
        if path:
            Path(path).write_text(text(), encoding="utf-8")
            terminalreporter.write_line(f"written: {path}")
