"""What a run of the conformance suite did so far, line by line, in a file that outlives it.

The process that runs cases adds a line before and after each; the one that started it reads
along, and so knows which case is in work, for how long, and what to run again after a crash.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

VARIABLE: Final = "KERAS_CORE_JOURNAL"
"""The environment variable with the path of the journal, for the processes that run cases."""

LENGTH: Final = "KERAS_CORE_JOURNAL_LENGTH"
"""That with its length in bytes when the run was started: all its processes, whenever they start,
leave out the cases that were done by then, and so collect the same."""


class JournalWriter:
    """Adds lines to a journal; several processes may, to the same one.

    Args:
        path: Where the journal is; by default as the environment has it. If it has none, nothing
            is written.
    """

    def __init__(self, path: str | None = None) -> None:
        path = os.environ.get(VARIABLE, "") if path is None else path
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._descriptor = os.open(path, flags, 0o600) if path else None

    def _add(self, **line: Any) -> None:
        if self._descriptor is not None:
            text = json.dumps({"process": os.getpid(), **line}, default=str)
            os.write(self._descriptor, f"{text}\n".encode())

    def begin(self, case: str, limit: float) -> None:
        """A case begins, which may take ``limit`` seconds; 0 is no limit."""
        self._add(begin=case, limit=limit)

    def together(self, subjects: Iterable[str], limit: float) -> None:
        """The case in work is going to run these subjects in one go."""
        self._add(together=list(subjects), limit=limit)

    @contextlib.contextmanager
    def waiting(self, seconds: float) -> Generator[None]:
        """Meanwhile the case in work waits for something that has a limit of its own."""
        self._add(wait=seconds)
        try:
            yield
        finally:
            self._add(wait=0)

    def end(self, case: str, result: dict[str, Any]) -> None:
        """A case came to an end."""
        self._add(end=case, result=result)

    def apart(self, subjects: Iterable[str]) -> None:
        """These subjects ended the process together: run each by itself."""
        self._add(apart=list(subjects))

    def stop(self) -> None:
        """No further case is to be run."""
        self._add(stop=True)


@dataclass
class Work:
    """A case in work."""

    case: str
    since: float
    """When the line about it was read, by the monotonic clock."""

    limit: float
    together: list[str] = field(default_factory=list[str])


@dataclass
class Journal:
    """What a journal says."""

    path: str
    clock: Callable[[], float] = time.monotonic
    results: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """The results by case."""

    in_work: dict[int, Work] = field(default_factory=dict[int, Work])
    """The case that each process has in work."""

    separate: set[str] = field(default_factory=set[str])
    """The subjects that are to be run by themselves."""

    stopped: bool = False
    _place: int = 0

    def read_on(self, end: int | None = None) -> None:
        """Take in the lines that were added since the last call, those before ``end``."""
        if not os.path.exists(self.path):
            return
        with open(self.path, "rb") as file:
            file.seek(self._place)
            size = -1 if end is None else max(end - self._place, 0)
            whole, _, _ = file.read(size).rpartition(b"\n")
        if whole:
            self._place += len(whole) + 1
            for line in whole.splitlines():
                self._take(json.loads(line))

    def _take(self, line: dict[str, Any]) -> None:
        process, now = line["process"], self.clock()
        work = self.in_work.get(process)
        if "begin" in line:
            self.in_work[process] = Work(line["begin"], now, line["limit"])
        elif "end" in line:
            self.results[line["end"]] = line["result"]
            for process in [p for p, w in self.in_work.items() if w.case == line["end"]]:
                del self.in_work[process]
        elif "together" in line and work is not None:
            work.since, work.limit, work.together = now, line["limit"], line["together"]
        elif "wait" in line and work is not None:
            work.since = now + line["wait"]
        elif "apart" in line:
            self.separate.update(line["apart"])
            self.in_work = {p: w for p, w in self.in_work.items() if w.together != line["apart"]}
        elif "stop" in line:
            self.stopped = True

    def overdue(self) -> dict[int, Work]:
        """The processes whose case takes longer than it may, and the cases."""
        now = self.clock()
        return {p: w for p, w in self.in_work.items() if w.limit and now - w.since > w.limit}
