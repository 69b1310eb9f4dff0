"""Programs as their authors wrote them, under the alias, on the backend of this process."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_in(40)

HERE = Path(__file__).parent
BACKEND = os.environ.get("KERAS_BACKEND", "numpy")
# Most of the questions are about training, and nothing trains on openvino.
FILES = ("card",) if BACKEND == "openvino" else ("questions", "card")


def titles(file: str) -> list[str]:
    lines = (HERE / "samples" / f"{file}.py").read_text().splitlines()
    found = [line.removeprefix("# %% ") for line in lines if line.startswith("# %% ")]
    other = {"(tensorflow": "tensorflow", "(openvino": "openvino"}
    return [t for t in found if all(b == BACKEND or mark not in t for mark, b in other.items())]


@functools.cache
def results(file: str) -> dict[str, str | None]:
    command = [sys.executable, "-m", "keras_core_plugins", "run", str(HERE / "run_samples.py")]
    done = subprocess.run(
        [*command, str(HERE / "samples" / f"{file}.py")],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": BACKEND},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(("file", "title"), [(f, t) for f in FILES for t in titles(f)])
def test_sample(file: str, title: str) -> None:
    assert results(file)[title] is None, results(file)[title]
