"""Level ``distribution``: several devices do what one does. For backends that declare the service.

The cases are `spread.CHECKS`, which run one after the other in a program of several devices, once.
How to get them is said in ``conformance.toml``, under ``[distribution]``.
"""

import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from keras_core.conformance.declarations import Devices
from keras_core.conformance.plugin import RUN
from keras_core.conformance.suite import spread
from keras_core.core.tensors import runtime
from keras_core_plugins.journal import JournalWriter

pytestmark = [pytest.mark.needs("distribution"), pytest.mark.needs("gradients")]

TIMEOUT = 300.0
"""How many seconds all checks together may take."""


@functools.lru_cache(maxsize=1)
def _results(
    processes: int, environment: tuple[tuple[str, str], ...]
) -> tuple[dict[str, str], str]:
    """What came of each check, the empty string if it was right; and what was written."""
    command = [sys.executable]
    if processes > 1:
        command += ["-m", "keras_core_plugins", "launch", "--processes", str(processes)]
    command += [spread.__file__]
    with tempfile.TemporaryDirectory() as folder:
        with JournalWriter().waiting(TIMEOUT):
            done = subprocess.run(
                [*command, folder],
                env={
                    **os.environ,
                    "KERAS_BACKEND": runtime.NAME,
                    "PYTHONWARNINGS": "ignore",
                    **dict(environment),
                },
                capture_output=True,
                text=True,
                check=False,
                timeout=TIMEOUT,
            )
        results: dict[str, str] = {}
        for path in sorted(Path(folder).glob("*.json")):
            for name, message in json.loads(path.read_text(encoding="utf-8")).items():
                results[name] = results.get(name) or message
        return results, done.stderr[-2000:]


@pytest.mark.parametrize("check", spread.CHECKS)
def test_spread(check: str, request: pytest.FixtureRequest) -> None:
    """A check of the program."""
    if check in spread.LAYOUTS and not hasattr(runtime.DISTRIBUTION, "layout"):
        pytest.skip("the service has no layouts")
    devices: Devices = request.config.stash[RUN].declared.devices
    results, written = _results(devices.processes, tuple(sorted(devices.environment.items())))
    if check not in results:
        failed = next((name for name, message in results.items() if message), None)
        ended = f"the program failed in {failed!r} before" if failed else "the program ended"
        pytest.fail(f"{ended}; it wrote:\n{written}", pytrace=False)
    if results[check]:
        pytest.fail(results[check], pytrace=False)
