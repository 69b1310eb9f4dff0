"""The suite's own pytest plugin: which cases apply, in which order, and what came of them.

`keras_core_plugins.pytest_plugin` brings it in, once the process has its backend. A case is a
test of a module in ``suite``; the module's name is its level, and its id is
``level::test[parameters]``. A test says what it needs of the backend with
``@pytest.mark.needs("gradients")``, ``"jit"``, ``"eager"``, ``"native gradients"``, ``"sparse"``,
``"distribution"``, ``"control flow"`` (in compiled functions), or a dtype. `scope` has the marks
that say what it is about, `bundles` the one that says with what it is compiled.

Several processes can share a run (``--jobs``, which is pytest-xdist, or ``--shard``): each has a
report of its own, and levels are judged when the reports have been put together.

What a case gave stands in a journal, too, which `keras_core_plugins.supervision` reads along: the
run goes on behind a case that hangs or ends the process.
"""

import functools
import os
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pytest

import keras_core
from keras_core import ops
from keras_core.conformance.bundles import Bundle, bundles_of
from keras_core.conformance.declarations import Declarations, declarations_of
from keras_core.conformance.page import write_files, write_report
from keras_core.conformance.report import CaseResult, Outcome, Report, environment, to_text
from keras_core.conformance.scope import Scope
from keras_core.core.tensors import runtime
from keras_core_plugins.journal import LENGTH, VARIABLE, Journal, JournalWriter
from keras_core_plugins.levels import LEVELS
from keras_core_plugins.names import NUMPY
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
    "distribution": lambda c: c.distribution,
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


PERIOD: Final = 10.0
"""After how many seconds the report is written again, so that a run that is killed is not lost."""

IN_WORK: Final = "in work"
"""The fact of a report that was written while a case ran, or when it was interrupted."""


class Run:
    """The state of a run."""

    def __init__(
        self,
        subject: Subject,
        declared: Declarations,
        scope: Scope,
        *,
        shared: bool,
        limit: float,
    ) -> None:
        self.subject = subject
        self.declared = declared
        self.scope = scope
        self.report = Report({**_facts(subject), **scope.facts()})
        self.shared = shared
        """Whether other processes run other cases of the same run."""

        self.limit = limit
        """How many seconds a case may take; 0 is no limit."""

        path = os.environ.get(VARIABLE, "")
        self.journal = Journal(path)
        """What an earlier process of this run did, which ended before it came to the end."""

        self.journal.read_on(int(os.environ.get(LENGTH, "0")))
        self._done = dict(self.journal.results)
        """What was done before this run of pytest was started."""

        self.journal.read_on()
        self.writer = JournalWriter(path)
        self.failed_level: int | None = None
        self.written = -PERIOD
        """When the report was written last."""

        self._bundles: dict[tuple[str, str], Bundle] | None = None

    def bundle_of(self, item: pytest.Item) -> Bundle:
        """The bundle of a case; an empty one if it is to be compiled by itself."""
        if self._bundles is None:
            together = [
                each
                for each in item.session.items
                if (case := each.stash.get(CASE, None)) is not None
                and not self.scope.is_single(case)
                and self.declared.excuse(case) is None
            ]
            marks = (mark for each in together for mark in _bundle_marks(each))
            self._bundles = bundles_of(
                mark for mark in marks if _place(*mark) not in self.journal.separate
            )
        for name, subject in _bundle_marks(item):
            bundle = self._bundles.get((name, subject.id))
            if bundle is not None and self.declared.excuse(item.stash[CASE]) is None:
                if bundle.is_pending:
                    members = [_place(name, each) for each in bundle.members.values()]
                    self.writer.together(members, self.limit * len(members))
                return bundle
        return Bundle()

    def look_up(self) -> None:
        """Take results that no process has reported from the journal: it crashed, or was ended."""
        self.journal.read_on()
        for result in self.journal.results.values():
            self.report.add(CaseResult(**result))

    def resume(self, items: list[pytest.Item]) -> None:
        """Take out what an earlier process of this run did, and note what came of it."""
        done = self._done
        for result in done.values():
            self.report.add(CaseResult(**result))
            if result["outcome"] == "failed":
                level = level_of(result["id"])
                lowest = level if self.failed_level is None else min(level, self.failed_level)
                self.failed_level = lowest
        if done or self.journal.stopped:
            items[:] = [
                each for each in items if each.stash[CASE] not in done and not self.journal.stopped
            ]


def _place(name: str, subject: Any) -> str:
    """What tells a subject of a kind of bundle from those of others."""
    return f"{name}|{subject.id}"


def _bundle_marks(item: pytest.Item) -> list[tuple[str, Any]]:
    return [(mark.args[0], mark.args[1]) for mark in item.iter_markers("bundle")]


def case_id(name: str, path: Path) -> str | None:
    """The id of the case that a test is, such as ``ops::value[softmax]``; None for others."""
    level = path.stem.removeprefix("test_")
    return f"{level}::{name.removeprefix('test_')}" if level in LEVELS else None


def level_of(case: str) -> int:
    """The number of the level that a case is of."""
    return LEVELS.index(case.partition("::")[0])


def pytest_configure(config: pytest.Config) -> None:
    """Note what is going to be run."""
    for line in (
        "needs(ability): what the backend must be able to do",
        "about(room): `core` if what the case proves does not depend on the backend",
        "dtypes(name): what the case is computed in",
        "sampled(group): other cases prove most of it; `--slice` runs an eighth of each group",
        "form(name, group): `eager` or `compiled`; another test runs the case in the other form",
        "bundle(name, subject): what the case is compiled together with",
    ):
        config.addinivalue_line("markers", line)
    subject = config.stash[SUBJECT]
    is_reference = subject.installed.name == NUMPY and subject.error is None
    scope = Scope.of(config.option, runtime.CAPABILITIES, is_reference=is_reference)
    shared = bool(getattr(config.option, "numprocesses", None)) or hasattr(config, "workerinput")
    config.stash[RUN] = Run(
        subject,
        declarations_of(subject.installed),
        scope,
        shared=shared or scope.shard is not None,
        limit=config.option.case_timeout,
    )


def _facts(subject: Subject) -> dict[str, str]:
    installed = subject.installed
    facts = {"backend": installed.name, "distribution": installed.provider}
    if subject.error is None:
        facts["protocol"] = ".".join(map(str, runtime.BACKEND.info.protocol))
        engine = runtime.BACKEND.info.engine
        version = runtime.BACKEND.engine_version or "unknown"
        facts["engine"] = version if engine is None else f"{engine.distribution} {version}"
        facts["dtypes"] = ", ".join(sorted(runtime.CAPABILITIES.dtypes))
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
    primitives = None if run.subject.error else runtime.BACKEND.primitives
    run.declared.check([case for case, _ in applying], primitives)
    marks = [mark for _, item in applying for mark in _bundle_marks(item)]
    names = {key: bundle.name for key, bundle in bundles_of(marks).items()}
    items[:] = []
    for case, item in applying:
        bundle = next((names[name, s.id] for name, s in _bundle_marks(item)), "")
        if reason := run.scope.reason_against(case, item, bundle):
            run.report.add(CaseResult(case, "left out", message=reason))
            continue
        item.stash[CASE] = case
        run.report.add(CaseResult(case, "not run"))
        if bundle and hasattr(config, "workerinput"):
            item.add_marker(pytest.mark.xdist_group(bundle))
        items.append(item)
    run.resume(items)


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
    if case is None:
        return None
    if run.subject.error and level_of(case):
        return True
    blocked = run.failed_level is not None and level_of(case) > run.failed_level
    if blocked and not (item.config.option.keep_going or run.shared):
        return True
    _begin(run, case, item.config)
    return None


def _begin(run: Run, case: str, config: pytest.Config) -> None:
    """Note the case in work; write the report, if that is due."""
    run.report.facts[IN_WORK] = case
    run.writer.begin(case, run.limit)
    path, now = config.option.report, time.monotonic()
    if path and now - run.written >= PERIOD and not hasattr(config, "workerinput"):
        write_report(run.report, path)
        run.written = now


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note how a case went."""
    report = yield
    case = item.stash.get(CASE, None)
    if case is not None:
        run = item.config.stash[RUN]
        _excuse(run.declared, case, report, call)
        result = run.report.cases[case]
        result.seconds += report.duration
        result.properties.update(item.user_properties)
        outcome, message = _outcome(report)
        if outcome is not None:
            result.outcome, result.message = outcome, message
        if outcome == "failed" and run.failed_level is None:
            run.failed_level = level_of(case)
        if report.when == "teardown":
            run.report.facts.pop(IN_WORK, None)
            run.writer.end(case, asdict(result))
    return report


def _excuse(
    declared: Declarations, case: str, report: pytest.TestReport, call: pytest.CallInfo[Any]
) -> None:
    """Take a failure for what was declared; and a success that was declared to fail for wrong."""
    excuse = declared.excuse(case)
    if report.failed and call.excinfo is not None:
        excuse = declared.lacking(call.excinfo.value) or excuse
        if excuse is not None and excuse.covers(call.excinfo.value):
            report.outcome = "skipped"
            report.wasxfail = str(excuse)
    elif report.passed and report.when == "call" and excuse is not None:
        report.outcome = "failed"
        report.longrepr = (
            f"the case passes now: take its exclusion ({excuse.reason}) out of conformance.toml"
        )


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
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(report.longrepr) if crash is None else crash.message.removeprefix("AssertionError: ")


# -- One run in several processes ------------------------------------------------------


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist hands its report over; nothing to do is no failure."""
    run = session.config.stash[RUN]
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["conformance"] = run.report.to_json()
    else:
        run.look_up()
    outcomes = {case.outcome for case in run.report.cases.values()}
    if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and "not run" not in outcomes:
        session.exitstatus = pytest.ExitCode.OK
    if session.exitstatus == pytest.ExitCode.OK and "failed" in outcomes:  # in a process before
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The process that started the workers puts their reports together."""
    found = getattr(node, "workeroutput", {}).get("conformance")
    if found is not None:
        run = node.config.stash[RUN]
        run.report = Report.merged([run.report, Report.from_json(found)])


# -- The end ---------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Show the levels, and what to mend first; write the files that were asked for."""
    config.stash[RUN].look_up()
    report = config.stash[RUN].report
    terminalreporter.section("conformance")
    _show_broken_modules(terminalreporter)
    for line in to_text(report, config.get_terminal_writer().fullwidth):
        terminalreporter.write_line(line)
    for line in write_files(report, config.option):
        terminalreporter.write_line(line)


def _show_broken_modules(terminalreporter: Any) -> None:
    """Errors at collection, which ``--tb=no`` hides: without them nothing else can be believed."""
    for report in terminalreporter.stats.get("error", []):
        if isinstance(report, pytest.CollectReport):
            terminalreporter.write_line(f"could not be collected: {report.nodeid}")
            terminalreporter.write_line(str(report.longrepr))
