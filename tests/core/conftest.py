"""What tests of the core share.

Hypothesis has no deadline here: the first call of an operation compiles on some engines.
"""

import os
import zlib
from pathlib import Path

import pytest
from hypothesis import settings

# `make test` draws fewer, and others for each commit
examples = 20 if os.environ.get("TEST_SLICE") else 60
settings.register_profile("engines", deadline=None, max_examples=examples)
settings.load_profile("engines")

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `CORE_SLICE`, such as the hash of a commit, does not choose.

    No engine changes what these tests are about, so that numpy runs them. On other backends an
    eighth, another one for each, looks whether that is so.
    """
    seed = os.environ.get("CORE_SLICE")
    if not seed:
        return
    chosen = zlib.crc32((seed + os.environ["KERAS_BACKEND"]).encode()) % 8
    left = [
        item
        for item in items
        if item.path.is_relative_to(HERE) and zlib.crc32(item.nodeid.encode()) % 8 != chosen
    ]
    if left:
        config.hook.pytest_deselected(items=left)
        gone = set(left)
        items[:] = [item for item in items if item not in gone]
