"""One gate to read archives, and their members as files."""

import io
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MAX_MEMBERS = 10_000
"""More members than this no archive of ours has."""


class CorruptFileError(ValueError):
    """A file is truncated, damaged, or not what its name says."""


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


class Window(io.RawIOBase):
    """A part of a file, as a file of its own.

    Args:
        file: The file, which is not buffered.
        start: Where the part begins.
        size: Its size in bytes; None for one that is written, and ends where the file does.
    """

    def __init__(self, file: Any, start: int, size: int | None = None) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        """True."""
        return True

    def writable(self) -> bool:
        """Whether it was made without a size."""
        return self._size is None

    def seekable(self) -> bool:
        """True."""
        return True

    @property
    def size(self) -> int:
        """The size in bytes."""
        return self._file.seek(0, os.SEEK_END) - self._start if self._size is None else self._size

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to ``offset`` bytes from the start, from here or from the end."""
        self._at = offset + (0, self._at, self.size)[whence]
        return self._at

    def tell(self) -> int:
        """How many bytes from the start."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, as far as there are bytes."""
        view = memoryview(buffer).cast("B")[: max(self.size - self._at, 0)]
        self._file.seek(self._start + self._at)
        count = 0
        while count < len(view):
            got = self._file.readinto(view[count:])
            if not got:
                break
            count += got
        self._at += count
        return count

    def write(self, data: Any) -> int:
        """Write all of ``data``."""
        view = memoryview(data).cast("B")
        self._file.seek(self._start + self._at)
        count = 0
        while count < len(view):
            count += self._file.write(view[count:])
        self._at += count
        return count

    def truncate(self, size: int | None = None) -> int:
        """Cut the file, or make it longer."""
        size = self._at if size is None else size
        self._file.truncate(self._start + size)
        return size

    def checksum(self) -> int:
        """The CRC-32 of the bytes."""
        self.seek(0)
        crc, block = 0, memoryview(bytearray(1 << 20))
        while count := self.readinto(block):
            crc = zlib.crc32(block[:count], crc)
        return crc


@contextmanager
def written_member(archive: zipfile.ZipFile, file: Any, name: str) -> Iterator[Window]:
    """A window in which a new member of an archive is written in its place, not copied there.

    Args:
        archive: The archive.
        file: The file that the archive is written to, which is not buffered.
        name: The name of the member.
    """
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o600 << 16
    info.CRC = info.file_size = info.compress_size = 0
    info.header_offset = file.seek(archive.start_dir)
    file.write(info.FileHeader(zip64=True))
    window = Window(file, file.tell())
    yield window
    info.file_size = info.compress_size = window.size
    info.CRC = window.checksum()
    file.seek(info.header_offset)
    file.write(info.FileHeader(zip64=True))  # as long as before, now that the size is known
    archive.filelist.append(info)
    archive.NameToInfo[name] = info
    archive.start_dir = file.seek(0, os.SEEK_END)


@contextmanager
def read_member(archive: zipfile.ZipFile, path: Path, name: str) -> Iterator[Any]:
    """A member of an archive as a file in which one can go back and forth.

    Raises:
        CorruptFileError: If the member is damaged.
    """
    info = archive.getinfo(name)
    damaged = CorruptFileError(f"The member {name!r} of {str(path)!r} is damaged.")
    if info.compress_type != zipfile.ZIP_STORED:  # no saver does that, but people do
        with tempfile.TemporaryFile() as copy:
            try:
                with archive.open(info) as member:
                    shutil.copyfileobj(member, copy, 1 << 20)
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as e:
                raise damaged from e
            yield copy
        return
    with path.open("rb", buffering=0) as file:
        file.seek(info.header_offset)
        head = file.read(30)
        if len(head) != 30 or head[:4] != b"PK\3\4":
            raise damaged
        rest = sum(struct.unpack("<HH", head[26:]))  # the name, and fields for what is to come
        window = Window(file, info.header_offset + 30 + rest, info.file_size)
        if window.checksum() != info.CRC:
            raise damaged
        yield window
