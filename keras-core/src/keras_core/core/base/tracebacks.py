"""Tracebacks without the frames of this package, where only those of the user tell something."""

import functools
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, TypeVar

from keras_core.core.base import config

_F = TypeVar("_F", bound=Callable[..., Any])


def _is_ours(frame: FrameType) -> bool:
    # Functions that are made from a source of ours have no module.
    name = frame.f_globals.get("__name__", "keras_core")
    package, _, module = str(name).partition(".")
    return package == "keras_core" and not module.startswith("conformance")


def trim(error: BaseException) -> None:
    """Leave out of the traceback the frames of this package but the one that raised the error."""
    if not config.is_traceback_filtering_enabled():
        return
    entries: list[TracebackType] = []
    entry = error.__traceback__
    while entry is not None:
        entries.append(entry)
        entry = entry.tb_next
    kept: TracebackType | None = None
    for i, entry in enumerate(reversed(entries)):
        if i == 0 or not _is_ours(entry.tb_frame):
            kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    error.__traceback__ = kept


def trimmed(function: _F) -> _F:
    """``function``, whose errors have tracebacks without the frames of this package."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            trim(error)
            raise

    return call  # type: ignore[return-value]
