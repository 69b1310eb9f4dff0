"""What all tests share."""

import os
import sys
import zlib
from collections import Counter
from pathlib import Path

import pytest

# `import blackbox`, and what is in `tools`, from wherever the tests are started
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tools")]


BACKENDS = ("torch", "jax", "tensorflow", "numpy", "openvino")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another change runs, of files marked with ``one_in(N)``.

    ``TEST_SLICE``, such as the hash of a commit, says which N-th of their tests is run; without it
    all are. Backends run different ones, so that all five together run a file of
    ``one_in(15)`` whole in three changes.
    """
    seed = os.environ.get("TEST_SLICE")
    if not seed:
        return
    backend = os.environ.get("KERAS_BACKEND")
    start = zlib.crc32(seed.encode()) + (BACKENDS.index(backend) if backend in BACKENDS else 0)
    seen: Counter[object] = Counter()
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        mark = item.get_closest_marker("one_in")
        number = seen[item.path]
        seen[item.path] += 1
        runs = mark is None or (number + start) % mark.args[0] == 0
        (kept if runs else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def pytest_report_header() -> str:
    """Which part of the tests that share their turns is run."""
    seed = os.environ.get("TEST_SLICE")
    return f"tests of files with `one_in`: those of {seed}" if seed else ""
