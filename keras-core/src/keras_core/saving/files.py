"""One way to write files: aside, to the disk, then in place; and one gate to read archives."""

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_MEMBERS = 10_000
"""More members than this no archive of ours has."""


class CorruptFileError(ValueError):
    """A file is truncated, damaged, or not what its name says."""


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


def first_bytes(path: Path) -> bytes:
    """What tells one kind of file from another."""
    with path.open("rb") as f:
        return f.read(8)


def open_archive(path: Path) -> zipfile.ZipFile:
    """A ``.keras`` archive whose directory has been checked.

    Raises:
        CorruptFileError: If it is no archive, or one that no saver writes.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as e:
        head = first_bytes(path)
        what = "an HDF5 file" if head.startswith(b"\x89HDF") else "truncated, or not an archive"
        raise CorruptFileError(
            f"Cannot read {str(path)!r} as a `.keras` file: it is {what}."
        ) from e
    infos = archive.infolist()
    names = [i.filename for i in infos]
    problem = ""
    if len(names) > MAX_MEMBERS:
        problem = f"it has {len(names)} members"
    elif len(set(names)) != len(names):
        problem = "a member comes twice"
    elif "config.json" not in names:
        problem = "it has no config.json"
    for name in names:
        parts = name.split("/")
        if name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or ":" in name:
            problem = f"the member {name!r} would lie outside the archive"
        elif name not in ("config.json", "metadata.json", "model.weights.h5") and not (
            name.startswith(("assets/", "model.weights")) or name.endswith("/")
        ):
            problem = f"it has an unexpected member {name!r}"
    if problem:
        archive.close()
        raise CorruptFileError(f"Cannot read {str(path)!r} as a `.keras` file: {problem}.")
    return archive
