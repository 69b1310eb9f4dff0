"""Ctrl-C and SIGTERM end everything, whatever the workers do."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from children import SCALE

SECONDS = 2
CASES = [
    ("fit", "alone", signal.SIGINT, "none"),
    ("fit", "threads", signal.SIGINT, "none"),
    ("fit", "processes", signal.SIGINT, "none"),
    ("fit", "threads", signal.SIGTERM, "raises"),
    ("fit", "processes", signal.SIGTERM, "raises"),
    ("fit", "processes", signal.SIGTERM, "none"),
    ("predict", "threads", signal.SIGINT, "none"),
    ("predict", "processes", signal.SIGINT, "none"),
    ("evaluate", "threads", signal.SIGINT, "none"),
    ("evaluate", "processes", signal.SIGTERM, "none"),
]
FEW = [CASES[1], CASES[4], CASES[5], CASES[6]]


def _runs(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # nobody need have asked how it ended


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc which processes run")
@pytest.mark.parametrize(("method", "kind", "number", "handler"), CASES if SCALE > 1 else FEW)
def test_a_signal_ends_all(method, kind, number, handler, tmp_path):
    script = Path(__file__).parent / "interrupted_workers.py"
    child = subprocess.Popen(
        [sys.executable, script, method, kind, handler, tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"KERAS_BACKEND": "numpy", **os.environ},
    )
    try:
        deadline = time.monotonic() + 60
        while not os.listdir(tmp_path) and time.monotonic() < deadline:
            assert child.poll() is None, child.communicate()
            time.sleep(0.02)
        time.sleep(0.3)
        processes = [int(name) for name in os.listdir(tmp_path)]
        began = time.monotonic()
        child.send_signal(number)
        out, err = child.communicate(timeout=30)
        while any(map(_runs, processes)) and time.monotonic() < began + 30:
            time.sleep(0.02)
        took = time.monotonic() - began
    finally:
        child.kill()
        for process in map(int, os.listdir(tmp_path)):
            if _runs(process):
                os.kill(process, signal.SIGKILL)
    assert took < SECONDS, took
    if handler == "raises":
        assert child.returncode == 3
    else:
        assert child.returncode == -number, err
    if handler == "raises" or number == signal.SIGINT:
        assert out == "end\n"
