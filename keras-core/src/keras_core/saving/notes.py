"""What is written into a file beside the model, for who writes the next one to the same place."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from keras_core.core.base.thread_value import Scoped

KEY = "keras_core_notes"
_NOTES: Scoped[dict[str, Any]] = Scoped({})


def noted() -> dict[str, Any]:
    """What is to be written, ready for JSON; empty if there is nothing."""
    return _NOTES.get()


@contextmanager
def noting(notes: dict[str, Any]) -> Iterator[None]:
    """A context in which files that are written hold ``notes``, which is ready for JSON."""
    before = _NOTES.set(notes)
    try:
        yield
    finally:
        _NOTES.reset(before)
