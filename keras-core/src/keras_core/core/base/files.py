"""One way to write files: aside, to the disk, then in place."""

import errno
import functools
import os
import platform
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import IO

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


class _Process:
    """Whether this process writes what several that work together would all write."""

    writes = True


def set_writes(writes: bool) -> None:
    """Say whether this process writes, of several that work together.

    Args:
        writes: False for all but one.
    """
    _Process.writes = writes


def writes_here() -> bool:
    """Whether this process writes files and speaks for all that work together."""
    return _Process.writes


def log_path(path: str | os.PathLike[str]) -> str:
    """Where this process writes a log to: to the path, or nowhere if another one does it."""
    return os.fspath(path) if _Process.writes else os.devnull


@contextmanager
def atomic_path(target: Path, by_each: bool = False) -> Iterator[Path]:
    """A path to write to, which takes the place of ``target`` when the block ends well.

    At every moment ``target`` is the old file or the new one, whole. What processes that were
    killed have left of earlier attempts is removed. Of several processes that work together all
    but one write aside only: what is written may take all of them.

    Args:
        target: The path of the file.
        by_each: Whether each of several processes writes it.

    Raises:
        OSError: If it cannot be written, with the path and how much room there is.
    """
    target = Path(os.path.realpath(target))
    if target.is_dir():
        raise IsADirectoryError(
            f"Cannot save to {str(target)!r}: it is a folder. Give a file name."
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"Cannot save to {str(target)!r}: the folder {str(target.parent)!r} does not exist. "
            "Make it first."
        )
    if not (_Process.writes or by_each):
        with tempfile.TemporaryDirectory() as place:
            yield Path(place) / target.name
        return
    _remove_left_over(target)
    with _told_where(target):
        handle, name = tempfile.mkstemp(
            prefix=f"{_prefix(target)}{os.getpid()}.", suffix=_SUFFIX, dir=target.parent
        )
        os.close(handle)
        temporary = Path(name)
        try:
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
            yield temporary
            temporary.chmod(mode)
            with temporary.open("rb") as f:
                os.fsync(f.fileno())
            os.replace(temporary, target)
            _sync_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)


_SUFFIX = ".tmp"
_NO_ROOM = frozenset(
    getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO") if hasattr(errno, name)
)


@contextmanager
def _told_where(target: Path) -> Iterator[None]:
    """Errors of the disk say which file they are about, and what is free where it is full."""
    try:
        yield
    except OSError as e:
        if e.errno in _NO_ROOM:
            free = shutil.disk_usage(target.parent).free
            left = f" {free} bytes are free in {str(target.parent)!r}."
        elif e.filename is not None and _is_for(Path(os.fsdecode(e.filename)), target):
            left = ""
        else:
            raise
        raise type(e)(
            e.errno,
            f"Cannot save to {str(target)!r}: {e.strerror}.{left} What was there before is "
            "untouched",
        ) from e


def _is_for(path: Path, target: Path) -> bool:
    return path == target or (
        path.parent == target.parent and path.name.startswith(_prefix(target))
    )


@functools.cache
def _here() -> str:
    """What tells processes that this one can see from those of other machines and containers."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        space = 0
    return f"{zlib.crc32(f'{platform.node()} {space}'.encode()):08x}"


def _prefix(target: Path) -> str:
    return f".{target.name[:40]}.{_here()}-"


def _remove_left_over(target: Path) -> None:
    """Remove what processes of this machine that are no more have begun to write for a file."""
    prefix = _prefix(target)
    with os.scandir(target.parent) as entries:
        for entry in entries:
            if not (entry.name.startswith(prefix) and entry.name.endswith(_SUFFIX)):
                continue
            owner = entry.name[len(prefix) :].partition(".")[0]
            if owner.isdecimal() and not _runs(int(owner)):
                Path(entry.path).unlink(missing_ok=True)


def _runs(process: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 is not a question
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is another user's
        return True
    return True


@contextmanager
def new_folder(target: Path, by_each: bool = False) -> Iterator[Path]:
    """A folder to write to, which takes the place of ``target`` when the block ends well.

    Args:
        target: The path of the folder.
        by_each: Whether each of several processes writes it; see `atomic_path`.
    """
    target = Path(os.path.realpath(target))
    if target.is_file():
        raise FileExistsError(f"Cannot save to the folder {str(target)!r}: it is a file.")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"Cannot save to {str(target)!r}: the folder {str(target.parent)!r} does not exist. "
            "Make it first."
        )
    if not (_Process.writes or by_each):
        with tempfile.TemporaryDirectory() as place:
            yield Path(place)
        return
    with (
        _told_where(target),
        tempfile.TemporaryDirectory(prefix=".", suffix=_SUFFIX, dir=target.parent) as place,
    ):
        made = Path(place) / "new"
        made.mkdir()
        yield made
        if target.exists():
            os.replace(target, Path(place) / "old")
        os.replace(made, target)
        _sync_folder(target.parent)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # only there a folder can be opened
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


class OwnedFolder:
    """A folder that one owner at a time writes to, in all processes of this machine.

    The lock is the operating system's, which frees it when a process ends in any way. There is
    none where Python has no `fcntl`.

    Args:
        folder: The folder, which is made when it is taken.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "owner"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Become the owner.

        Raises:
            RuntimeError: If somebody else is.
        """
        if not _Process.writes:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        if fcntl is None:
            return
        while self._file is None:
            file = self._path.open("a+")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                    self._file = file
            except FileNotFoundError:  # the last owner has just removed it
                pass
            except OSError as e:
                file.seek(0)
                owner = file.read(100).strip() or "unknown"
                raise RuntimeError(
                    f"The folder {str(self._folder)!r} is in use by another run (process {owner}). "
                    "Give each run a folder of its own, or wait until the other one has ended."
                ) from e
            finally:
                if self._file is None:
                    file.close()
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Be the owner no more."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self._file.close()
            self._file = None
