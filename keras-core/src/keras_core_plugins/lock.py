"""The backend of the process: resolved, loaded, checked and locked once.

Threads that ask at the same time wait for the first. A forked child has its parent's
backend. A spawned one starts anew and finds the same, as it inherits the environment and
reads the same configuration; where neither says so (a backend registered in the process, an
environment changed since), give the child the parent's `choice`::

    multiprocessing.get_context("spawn").Pool(initializer=choice().adopt)
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Final

from keras_core_plugins.discovery import Catalog, InstalledBackend, catalog
from keras_core_plugins.errors import (
    BackendChangedWarning,
    BackendError,
    BackendLockedError,
    BackendNotLockedError,
    shown,
    start_over,
)
from keras_core_plugins.loading import load
from keras_core_plugins.names import parse_request
from keras_core_plugins.protocol import Backend
from keras_core_plugins.selection import VARIABLE, Selection, Source, select

_OURS: Final = ("keras_core", "keras_core_plugins")
"""Packages whose frames are not where a lock "was taken": their caller is."""


@dataclass(frozen=True, kw_only=True)
class LockRecord:
    """The backend of the process, and how it came to be."""

    backend: Backend
    installed: InstalledBackend
    source: Source
    reason: str
    """Why this backend; completes "because"."""

    where: str
    """The file and line that imported Keras Core, or called for the backend."""

    when: float
    """Seconds since the epoch."""

    thread: str
    pid: int
    """The process that took the lock: that of the parent in a forked child."""

    others: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class BackendChoice:
    """A backend by name, small enough to be sent to another process."""

    name: str
    distribution: str

    def adopt(self) -> None:
        """Make this the backend of the running process, or fail if it has another.

        For the initializer of a worker process. Does not import the engine: a request is
        noted, and takes effect with the first import of ``keras_core``.
        """
        _LOCK.prefer(self)

    def begin_worker(self) -> None:
        """`adopt` in a worker process, which ends with its parent and leaves Ctrl-C to it.

        A parent that is killed can tell nobody, and its workers would wait for work for ever.
        """
        self.adopt()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_end_with_parent, name="keras-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class BackendLock:
    """A run-once that holds the backend. The process has one; tests make their own."""

    def __init__(
        self,
        *,
        get_catalog: Callable[[], Catalog] = catalog,
        select: Callable[..., Selection] = select,
        load: Callable[..., Backend] = load,
    ) -> None:
        self._get_catalog = get_catalog
        self._select = select
        self._load = load
        self._record: LockRecord | None = None
        self._environment: str | None = None
        self._preferred: BackendChoice | None = None
        self._warned = False
        self._loading = False
        self._guard = threading.RLock()

    @property
    def record(self) -> LockRecord | None:
        """The record of the lock, once it is taken."""
        return self._record

    def acquire(self, request: str | None = None) -> Backend:
        """The backend of the process; the first call decides which it is."""
        record = self._record
        if record is None:
            with self._guard:
                record = self._record
                if record is None:
                    return self._take(request).backend
        if request is not None:
            self._compare(request, record)
        return record.backend

    def prefer(self, choice: BackendChoice) -> None:
        """Let the first `acquire` without a request take ``choice``."""
        with self._guard:
            if self._record is None:
                self._preferred = choice
            else:
                self._compare(f"{choice.distribution}:{choice.name}", self._record)

    def check_environment(self) -> None:
        """Warn, once, if the environment now asks for another backend than the locked one."""
        record = self._record
        if record is None or self._warned:
            return
        now = os.environ.get(VARIABLE)
        if now == self._environment:
            return
        if now is None or not now.strip() or _means(now, record):
            self._environment = now  # harmless, and not to be looked at again
            return
        self._warned = True
        warnings.warn(
            f"{VARIABLE} is {shown(now)} now, and this process has backend "
            f"{record.installed.name!r}, locked at {record.where}, because {record.reason}. "
            f"{start_over(now)}",
            BackendChangedWarning,
            stacklevel=_stacklevel(),
        )

    def after_fork(self) -> None:
        """Repair the state in a forked child, where only the forking thread goes on."""
        self._guard = threading.RLock()
        self._loading = False

    def _take(self, request: str | None) -> LockRecord:
        if self._loading:
            raise BackendError(
                "the backend of the process was asked for while it was being loaded: a plugin, "
                "or the backend behind it, imports keras_core. It may only import "
                "keras_core_plugins."
            )
        # Before anything else: the plugin could change it.
        environment = os.environ.get(VARIABLE)
        if request is None and self._preferred is not None:
            request = f"{self._preferred.distribution}:{self._preferred.name}"
        self._loading = True
        try:
            known = self._get_catalog()
            selection = self._select(known, request=request)
            backend = self._load(selection.installed, others=known.others(selection.installed))
        finally:
            self._loading = False
        self._environment = environment
        record = LockRecord(
            backend=backend,
            installed=selection.installed,
            source=selection.source,
            reason=selection.reason,
            where=_caller(),
            when=time.time(),
            thread=threading.current_thread().name,
            pid=os.getpid(),
            others=selection.others,
            skipped=selection.skipped,
        )
        self._record = record
        _announce(selection)
        return record

    def _compare(self, request: str, record: LockRecord) -> None:
        if not _means(request, record):
            raise BackendLockedError(
                request, record.installed.name, reason=record.reason, where=record.where
            )


def _announce(selection: Selection) -> None:
    """Tell the user, on standard error, what he or she did not decide."""
    lines = list(selection.notices)
    if selection.source == "embedded" and selection.skipped:
        lines.append(
            f"using backend {selection.installed.name!r}, as others that are installed cannot "
            "be used" + "".join(f"\n  {reason}" for reason in selection.skipped)
        )
    if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]  # None under pythonw
        for line in lines:
            print(f"keras-core: {line}", file=sys.stderr)


def _means(request: str, record: LockRecord) -> bool:
    """Whether ``request`` asks for what is locked already."""
    parsed = parse_request(request)
    if parsed is None:
        return False
    distribution, name = parsed
    return name == record.installed.name and (
        distribution is None
        or (distribution, name) == parse_request(f"{record.installed.distribution}:{name}")
    )


def _is_ours(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__", ""))
    return name.startswith("importlib.") or name.partition(".")[0] in _OURS


def _caller() -> str:
    """The file and line outside our packages that led here."""
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # inspect.stack() reads source files
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    if frame is None:
        return "(the command line)"
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _stacklevel() -> int:
    """The level that makes `warnings.warn`, called by our caller, point out of our packages."""
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # as above
    level = 1
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
        level += 1
    return level


_LOCK: Final = BackendLock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_LOCK.after_fork)


def acquire_backend(request: str | None = None) -> Backend:
    """Resolve, load, check and lock the backend of the process, or return the locked one.

    Args:
        request: A name, to override environment and configuration. If the process has
            another backend, `BackendLockedError` is raised.
    """
    return _LOCK.acquire(request)


def current() -> LockRecord | None:
    """The record of the lock; None if it was not taken yet."""
    return _LOCK.record


def is_locked() -> bool:
    """Whether the process has its backend."""
    return _LOCK.record is not None


def check_environment_drift() -> None:
    """Warn, once a process, if ``KERAS_BACKEND`` was changed after the lock was taken."""
    _LOCK.check_environment()


def choice() -> BackendChoice:
    """The locked backend as something to send to a worker process."""
    record = _LOCK.record
    if record is None:
        raise BackendNotLockedError(
            "this process has no backend yet: import keras_core, or call acquire_backend(), first"
        )
    return BackendChoice(record.installed.name, record.installed.distribution)
