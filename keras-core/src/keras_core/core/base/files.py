"""One way to write files: aside, to the disk, then in place."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of ``target`` when the block ends well.

    At every moment ``target`` is the old file or the new one, whole.
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
    handle, name = tempfile.mkstemp(
        prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent
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


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write to, which takes the place of ``target`` when the block ends well."""
    target = Path(os.path.realpath(target))
    if target.is_file():
        raise FileExistsError(f"Cannot save to the folder {str(target)!r}: it is a file.")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"Cannot save to {str(target)!r}: the folder {str(target.parent)!r} does not exist. "
            "Make it first."
        )
    with tempfile.TemporaryDirectory(prefix=".", suffix=".tmp", dir=target.parent) as place:
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
