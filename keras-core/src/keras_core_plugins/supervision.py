"""Runs the conformance suite to its end, whatever a case does to the process that runs it.

A case that hangs is ended from outside: what hangs is often the engine, deep in code that no
exception reaches. It counts as failed, as does one that crashed the process, and the suite goes
on behind it in a new process.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from keras_core_plugins.journal import LENGTH, VARIABLE, Journal, JournalWriter, Work

PERIOD: Final = 0.2
"""How often the journal is read, in seconds."""

DEATHS: Final = 10
"""How many processes may be lost before the run ends: an engine that hangs does so often."""

_ABORT: Final = getattr(signal, "SIGABRT", signal.SIGTERM)

INTERRUPTED: Final = 2
"""The exit status of pytest after Ctrl-C."""


def run_to_the_end(
    command: Sequence[str], environment: Mapping[str, str], *, deaths: int = DEATHS
) -> int:
    """Run the suite, again behind each case that ended the process.

    Args:
        command: What to run.
        environment: Its environment.
        deaths: After how many lost processes the rest is not run.

    Returns:
        The exit status of the last process, which knows all results.
    """
    with tempfile.TemporaryDirectory(prefix="keras-core-conformance-") as folder:
        path = os.path.join(folder, "journal")
        journal, writer = Journal(path), JournalWriter(path)
        while True:
            length = str(os.path.getsize(path))
            settings = {**environment, VARIABLE: path, LENGTH: length}
            status, ended = _run(command, settings, journal, writer)
            journal.read_on()
            lost = list(journal.in_work.values())
            if status == INTERRUPTED or not (ended or lost) or journal.stopped:
                return status
            for work in lost:
                _judge(work, _ending(status), writer)
            journal.read_on()
            deaths -= 1
            if deaths <= 0:
                writer.stop()
                print("Too many cases end the process: the rest is not run.", file=sys.stderr)
            else:
                print("The suite goes on in a new process.", file=sys.stderr)


def _run(
    command: Sequence[str], environment: Mapping[str, str], journal: Journal, writer: JournalWriter
) -> tuple[int, bool]:
    """Run one process, and end it if it takes too long, or those of its workers that do.

    Returns:
        Its exit status, and whether it was ended.
    """
    ended = False
    with subprocess.Popen(command, env=environment) as process:
        while process.poll() is None:
            with contextlib.suppress(KeyboardInterrupt):  # the process has got it, too
                time.sleep(PERIOD)
                journal.read_on()
                for number, work in journal.overdue().items():
                    _judge(work, f"took longer than {work.limit:g} s, and was ended", writer)
                    if number == process.pid:
                        ended = True
                        _end(process)
                    else:  # pytest-xdist starts another worker
                        os.kill(number, _ABORT)
                journal.read_on()
    return process.returncode, ended


def _judge(work: Work, how: str, writer: JournalWriter) -> None:
    """Note a case that ended its process: failed, or one of those that it was run with."""
    if len(work.together) > 1:
        words = f"{work.case} and {len(work.together) - 1} more, compiled together, {how}"
        print(f"\n{words}; each is run by itself.", file=sys.stderr)
        writer.apart(work.together)
        return
    print(f"\n{work.case} {how}.", file=sys.stderr)
    result: dict[str, Any] = {"id": work.case, "outcome": "failed", "message": f"the case {how}"}
    writer.end(work.case, result)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that hangs: it shows where it is, since pytest enables `faulthandler`."""
    process.send_signal(_ABORT)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()


def _ending(status: int) -> str:
    if status < 0:
        try:
            return f"ended the process by {signal.Signals(-status).name}"
        except ValueError:
            return f"ended the process by signal {-status}"
    return f"ended the process with status {status}"
