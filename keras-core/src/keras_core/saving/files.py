"""How files are opened, read and written: only regular ones, once, and with a checksum."""

import io
import json
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keras_core.core.base.file_errors import (
    CorruptFileError,
    LimitExceededError,
    UnsafeFileError,
)

MAX_TEXT = 64 << 20
"""No config and no table is longer than this, in bytes."""

MAX_DEPTH = 256
"""No config is nested more deeply than this."""

MAX_VALUES = 4_000_000
"""No config has more values than this."""

_MARK = b"\nkeras-core crc32 "
TRAILER_SIZE = len(_MARK) + 9


@contextmanager
def open_regular(path: Path, follow_links: bool = True) -> Iterator[io.FileIO]:
    """A file to read, unbuffered. What is looked at through it is what is read.

    Args:
        path: The path. Opening it never waits, whatever it is.
        follow_links: Whether it may be a symbolic link.

    Raises:
        UnsafeFileError: If it is a pipe, a socket, a device, or a link where none may be.
    """
    if not follow_links and path.is_symlink():
        raise UnsafeFileError(f"{str(path)!r} is a symbolic link, which is not followed here.")
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow_links:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    require_regular(path)
    with os.fdopen(os.open(path, flags), "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _not_regular(path)
        yield file  # type: ignore[misc]  # `fdopen` without a buffer returns it


def require_regular(path: Path) -> None:
    """Refuse a path that is no regular file, without opening it: some devices act on that.

    Raises:
        UnsafeFileError: If it is a folder, a pipe, a socket or a device.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise _not_regular(path)


def _not_regular(path: Path) -> UnsafeFileError:
    return UnsafeFileError(
        f"{str(path)!r} is a folder, a pipe, a socket or a device. Give the path of a regular file."
    )


def first_bytes(path: Path) -> bytes:
    """What tells one kind of file from another."""
    with open_regular(path) as f:
        return f.read(8)


def read_text(path: Path, follow_links: bool = True) -> bytes:
    """The bytes of a file of text.

    Raises:
        LimitExceededError: If there are more of them than in any config.
    """
    with open_regular(path, follow_links) as f:
        return limited(f, f"{str(path)!r}")


def limited(file: Any, what: str) -> bytes:
    """All of an open file of text, which is not read any further than the limit.

    Raises:
        LimitExceededError: If there is more of it than in any config.
    """
    parts, size = [], 0
    while part := file.read(1 << 20):
        size += len(part)
        if size > MAX_TEXT:
            raise LimitExceededError(f"{what} is longer than {MAX_TEXT} bytes.")
        parts.append(part)
    return b"".join(parts)


def parse_json(data: bytes | str, what: str) -> Any:
    """JSON as a saver writes it: of a limited depth and size, and no key twice.

    Args:
        data: The text.
        what: What it is called in messages.

    Raises:
        CorruptFileError: If it is no JSON, or an object has a key twice.
        LimitExceededError: If it is nested too deeply, or has too many values.
    """
    comma = b"," if isinstance(data, bytes) else ","
    if len(data) > MAX_TEXT or data.count(comma) > MAX_VALUES:  # type: ignore[arg-type]  # of its type
        raise LimitExceededError(f"The {what} has more values than the config of any model.")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) != len(pairs):
            keys = [k for k, _ in pairs]
            twice = next(k for k in keys if keys.count(k) > 1)
            raise CorruptFileError(f"The {what} has an object with the key {twice!r} twice.")
        return out

    too_deep = LimitExceededError(f"The {what} is nested more than {MAX_DEPTH} levels deep.")
    try:
        value = json.loads(data, object_pairs_hook=unique)
    except CorruptFileError:
        raise
    except RecursionError:
        raise too_deep from None
    except ValueError as e:
        raise CorruptFileError(f"The {what} is no JSON: {e}") from e
    level = [value]
    for _ in range(MAX_DEPTH):
        nests = [x for x in level if isinstance(x, (dict, list))]
        if not nests:
            return value
        level = [y for x in nests for y in (x.values() if isinstance(x, dict) else x)]
    raise too_deep


class Window(io.RawIOBase):
    """A part of a file, as a file of its own.

    Args:
        file: The file, which is not buffered.
        start: Where the part begins.
        size: Its size in bytes; None for one that is written, and ends where the file does.
    """

    def __init__(self, file: Any, start: int, size: int | None = None) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0
        self.failure: OSError | None = None
        """The first error in writing. Whoever writes into the window asks for it at the end."""

    def readable(self) -> bool:
        """True."""
        return True

    def writable(self) -> bool:
        """Whether it was made without a size."""
        return self._size is None

    def seekable(self) -> bool:
        """True."""
        return True

    def place(self) -> tuple[int, int]:
        """The descriptor of the file, and where the part begins in it."""
        return self._file.fileno(), self._start

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
        """Write all of ``data``.

        It does not fail, because the HDF5 library ends the process if a file fails while it is
        closed. The first error is kept in `failure`, and nothing more is written.
        """
        view = memoryview(data).cast("B")
        count = 0
        try:
            self._file.seek(self._start + self._at)
            while count < len(view) and self.failure is None:
                count += self._file.write(view[count:])
        except OSError as e:
            self.failure = e
        self._at += len(view)
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Cut the file, or make it longer."""
        size = self._at if size is None else size
        try:
            if self.failure is None:
                self._file.truncate(self._start + size)
        except OSError as e:
            self.failure = e
        return size

    def checksum(self) -> int:
        """The CRC-32 of the bytes."""
        self.seek(0)
        crc, block = 0, memoryview(bytearray(1 << 20))
        while count := self.readinto(block):
            crc = zlib.crc32(block[:count], crc)
        return crc


def append_checksum(file: Any) -> None:
    """Write the CRC-32 of a file behind its end, where other readers of it do not look."""
    crc = Window(file, 0, file.seek(0, os.SEEK_END)).checksum()
    file.seek(0, os.SEEK_END)
    file.write(_MARK + b"%08x\n" % crc)


def checksum_text(crc: int) -> str:
    """A checksum as it is noted in metadata."""
    return f"crc32:{crc:08x}"


def stored_checksum(path: Path) -> str:
    """The checksum that was put behind the end of a file, as it is noted in metadata."""
    with open_regular(path) as file:
        file.seek(-9, os.SEEK_END)
        return checksum_text(int(file.read(8), 16))


def checked_window(file: Any, what: str) -> tuple[Window, str | None]:
    """The content of a file without its checksum, and the checksum; None if there is none.

    Raises:
        CorruptFileError: If the checksum is not that of the content.
    """
    size = file.seek(0, os.SEEK_END)
    if size >= TRAILER_SIZE:
        file.seek(size - TRAILER_SIZE)
        trailer = file.read(TRAILER_SIZE)
        if trailer.startswith(_MARK):
            window = Window(file, 0, size - TRAILER_SIZE)
            crc = window.checksum()
            if trailer != _MARK + b"%08x\n" % crc:
                raise CorruptFileError(
                    f"{what!r} is damaged: its content is not what was written (the checksum "
                    "differs). Get it again, or use an older one."
                )
            return window, checksum_text(crc)
    return Window(file, 0, size), None
