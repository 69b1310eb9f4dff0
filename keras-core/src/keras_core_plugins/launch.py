"""Starts a program in several processes on this machine, which find each other by what is in their
environment. If one of them fails, the others are stopped.
"""

import collections
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import IO, Any, Final

PERIOD: Final = 0.1
"""How often the processes are looked at, in seconds."""

TOGETHER: Final = 0.5
"""How soon after the first failure another one is shown too: it may have been the cause."""

GRACE: Final = 10.0
"""How long a process has to end by itself after it was told to."""

LAST: Final = 30
"""How many of its last lines are shown of a process that failed."""


def launch(command: Sequence[str], processes: int) -> int:
    """Run a command in several processes, and return the exit status.

    The first process writes as it would alone; lines of the others have their number in front.

    Args:
        command: The program and its arguments.
        processes: How many.

    Returns:
        That of a process that failed; 0 if none did.
    """
    ports = free_ports(processes + 1)
    workers = [
        _Worker(command, i, environment(os.environ, i, processes, ports)) for i in range(processes)
    ]
    try:
        failed = _those_that_fail(workers)
        if not failed:
            return 0
        others = [w.number for w in workers if w.process.poll() is None]
        end_all(workers)
        for worker in failed:
            sys.stderr.write(worker.report(processes, others))
        return failed[0].status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        end_all(workers)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]


def environment(
    given: Mapping[str, str], number: int, processes: int, ports: Sequence[int]
) -> dict[str, str]:
    """What a process finds the others by: our names, those of torchrun and of TensorFlow.

    Args:
        given: The environment of this process.
        number: The number of the process, from 0.
        processes: How many there are.
        ports: One to meet at, and one for each process.
    """
    addresses = [f"127.0.0.1:{port}" for port in ports[1 : processes + 1]]
    threads = str(max((os.cpu_count() or 1) // processes, 1))
    return {
        "OMP_NUM_THREADS": threads,
        **given,
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": f"127.0.0.1:{ports[0]}",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": str(processes),
        "KERAS_DISTRIBUTION_PROCESS_ID": str(number),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(ports[0]),
        "RANK": str(number),
        "LOCAL_RANK": str(number),
        "WORLD_SIZE": str(processes),
        "LOCAL_WORLD_SIZE": str(processes),
        "TF_CONFIG": json.dumps(
            {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": number}}
        ),
    }


class _Worker:
    """A process, and threads that hand on what it writes."""

    def __init__(self, command: Sequence[str], number: int, variables: dict[str, str]) -> None:
        self.number = number
        self.last: collections.deque[str] = collections.deque(maxlen=LAST)
        self.process: subprocess.Popen[str] = subprocess.Popen(
            command,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self._threads = [
            threading.Thread(target=self._hand_on, args=pair, daemon=True)
            for pair in ((self.process.stdout, sys.stdout), (self.process.stderr, sys.stderr))
        ]
        for thread in self._threads:
            thread.start()

    def _hand_on(self, source: IO[str], target: Any) -> None:
        front = f"[{self.number}] " if self.number else ""
        for line in source:
            self.last.append(line)
            target.write(front + line)
            target.flush()

    @property
    def status(self) -> int:
        """The exit status as a shell gives it."""
        code = self.process.returncode
        return code if code >= 0 else 128 - code

    def finish(self) -> None:
        """Wait until all that was written has been handed on."""
        for thread in self._threads:
            thread.join(timeout=GRACE)

    def report(self, processes: int, stopped: Sequence[int]) -> str:
        """What happened, in words."""
        code = self.process.returncode
        how = f"with status {code}" if code >= 0 else f"by signal {-code}"
        others = f"; stopped: {', '.join(map(str, stopped))}" if stopped else ""
        lines = "".join(f"    {line.rstrip()}\n" for line in self.last)
        return (
            f"keras-core launch: process {self.number} of {processes} ended {how}{others}. "
            f"Its last lines:\n{lines}"
        )


def _those_that_fail(workers: Sequence[_Worker]) -> list[_Worker]:
    """Wait for all processes, or for the first that fails and those that go with it."""
    while True:
        codes = [w.process.poll() for w in workers]
        if None not in codes:
            break
        if any(codes):
            time.sleep(TOGETHER)
            break
        time.sleep(PERIOD)
    failed = [w for w in workers if w.process.poll()]
    for worker in failed or workers:
        worker.finish()
    return failed


def end_all(workers: Sequence[_Worker]) -> None:
    """End the processes that still run."""
    running = [w for w in workers if w.process.poll() is None]
    for worker in running:
        worker.process.terminate()
    until = time.monotonic() + GRACE
    for worker in running:
        try:
            worker.process.wait(max(until - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            worker.process.kill()
            worker.process.wait()
