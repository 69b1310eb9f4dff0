"""Archives: their directory is checked as a whole before anything in them is read."""

import json
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keras_core.core.base.file_errors import (
    CorruptFileError,
    LimitExceededError,
    ModelFileError,
    UnsafeFileError,
)
from keras_core.saving.files import (
    MAX_TEXT,
    Window,
    checksum_text,
    limited,
    open_regular,
    parse_json,
)

MAX_MEMBERS = 10_000
"""More members than this no archive of ours has."""

FREE_BYTES = 1 << 26
MAX_RATIO = 250
"""Unpacked members may be this many times larger than the archive, or take `FREE_BYTES`."""

_TEXTS = ("config.json", "metadata.json")
_WEIGHTS = "model.weights.h5"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


class Archive:
    """A ``.keras`` archive whose directory has been checked.

    Args:
        file: The file, which is not buffered.
        path: The path, for messages.

    Raises:
        ModelFileError: If it is no archive, or one that no saver writes.
    """

    def __init__(self, file: Any, path: Path) -> None:
        self._file, self.path = file, path
        try:
            self._zip = zipfile.ZipFile(file)
        except _DAMAGE as e:
            file.seek(0)
            is_hdf5 = file.read(4) == b"\x89HDF"
            what = "an HDF5 file" if is_hdf5 else "truncated, or not an archive"
            raise CorruptFileError(
                f"Cannot read {str(path)!r} as a `.keras` file: it is {what}."
            ) from e
        self.members = {info.filename: info for info in self._zip.infolist()}
        self._check()
        self._checksums = self._read_checksums()

    def close(self) -> None:
        """Close the archive, not the file."""
        self._zip.close()

    def _refused(self, kind: type[ModelFileError], problem: str) -> ModelFileError:
        return kind(f"Cannot read {str(self.path)!r} as a `.keras` file: {problem}.")

    def _check(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise self._refused(LimitExceededError, f"it has {len(infos)} members")
        if len({name.casefold() for name in self.members}) != len(infos):
            raise self._refused(CorruptFileError, "a member comes twice")
        for info in infos:
            self._check_member(info)
        if "config.json" not in self.members:
            raise self._refused(CorruptFileError, "it has no config.json")
        size = self._file.seek(0, os.SEEK_END)
        if sum(i.file_size for i in infos) > max(FREE_BYTES, MAX_RATIO * size):
            raise self._refused(
                LimitExceededError, f"its members are more than {MAX_RATIO} times as large as it is"
            )
        spans = sorted((i.header_offset, self._end(i), i.filename) for i in infos)
        if spans[0][0] != 0:
            raise self._refused(CorruptFileError, "there is something before its first member")
        ends = [start for start, _, _ in spans[1:]] + [self._zip.start_dir]
        for (_, end, name), limit in zip(spans, ends, strict=True):
            if end > limit:
                raise self._refused(CorruptFileError, f"the member {name!r} overlaps what follows")

    def _check_member(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        parts = name.split("/")
        if (
            name != info.orig_filename
            or name.startswith("/")
            or ".." in parts
            or any(c in name for c in "\\\0:")
        ):
            raise self._refused(
                UnsafeFileError, f"the member {info.orig_filename!r} would lie outside the archive"
            )
        if name not in (*_TEXTS, _WEIGHTS) and not name.startswith("assets/"):
            raise self._refused(CorruptFileError, f"it has an unexpected member {name!r}")
        if info.external_attr >> 28 not in (0, 0o4, 0o10):  # not said, a folder, a file
            raise self._refused(UnsafeFileError, f"the member {name!r} is a link or a device")
        if info.flag_bits & 1:
            raise self._refused(CorruptFileError, f"the member {name!r} is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._refused(
                CorruptFileError,
                f"the member {name!r} is compressed in a way that no saver uses "
                f"({info.compress_type})",
            )
        if info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
            raise self._refused(CorruptFileError, f"the member {name!r} has two sizes")
        if name in _TEXTS and info.file_size > MAX_TEXT:
            raise self._refused(
                LimitExceededError, f"the member {name!r} is longer than {MAX_TEXT} bytes"
            )

    def _start(self, info: zipfile.ZipInfo) -> int:
        """Where the data of a member begin, by what stands before them."""
        self._file.seek(info.header_offset)
        head = self._file.read(30)
        name = b""
        if len(head) == 30 and head[:4] == b"PK\3\4":
            name_size, more = struct.unpack("<HH", head[26:])
            name = self._file.read(name_size)
            coding = "utf-8" if info.flag_bits & 0x800 else "cp437"
            if name == info.orig_filename.encode(coding, "replace"):
                return info.header_offset + 30 + name_size + more
        raise self._refused(
            CorruptFileError, f"the member {info.filename!r} is not where the directory says"
        )

    def _end(self, info: zipfile.ZipInfo) -> int:
        return self._start(info) + info.compress_size

    def _read_checksums(self) -> dict[str, Any]:
        if "metadata.json" not in self.members:
            return {}
        metadata = parse_json(self.read("metadata.json"), f"metadata.json of {str(self.path)!r}")
        found = noted_checksums(metadata, str(self.path))
        for name in found:
            if name not in self.members:
                raise self._refused(
                    CorruptFileError, f"the member {name!r} was written and is missing"
                )
        for name, info in self.members.items():
            noted = found.get(name)
            if noted is not None and noted != checksum_text(info.CRC):
                raise self._refused(
                    CorruptFileError,
                    f"the member {name!r} is not what was written (the checksum differs). "
                    "If that was meant, take the `checksums` out of metadata.json",
                )
        return found

    def _damaged(self, name: str) -> CorruptFileError:
        return CorruptFileError(f"The member {name!r} of {str(self.path)!r} is damaged.")

    def read(self, name: str) -> bytes:
        """The bytes of a member that is text."""
        try:
            with self._zip.open(self.members[name]) as member:
                return limited(member, f"The member {name!r} of {str(self.path)!r}")
        except ModelFileError:
            raise
        except _DAMAGE as e:
            raise self._damaged(name) from e

    def copy(self, name: str, target: Any) -> None:
        """Copy a member into a file.

        Raises:
            CorruptFileError: If it is damaged.
        """
        try:
            member = self._zip.open(self.members[name])
        except _DAMAGE as e:
            raise self._damaged(name) from e
        with member:
            while True:
                try:
                    part = member.read(1 << 20)
                except _DAMAGE as e:
                    raise self._damaged(name) from e
                if not part:
                    return
                target.write(part)

    @contextmanager
    def file_of(self, name: str) -> Iterator[Any]:
        """A member as a file in which one can go back and forth, whose checksum was compared.

        Raises:
            CorruptFileError: If the member is missing or damaged.
        """
        info = self.members.get(name)
        if info is None:
            raise self._refused(CorruptFileError, f"it has no member {name!r}")
        if info.compress_type != zipfile.ZIP_STORED:  # no saver does that, but people do
            with tempfile.TemporaryFile(buffering=0) as copy:
                self.copy(name, copy)
                yield Window(copy, 0, info.file_size)
            return
        window = Window(self._file, self._start(info), info.file_size)
        if window.checksum() != info.CRC:
            raise self._damaged(name)
        yield window


def noted_checksums(metadata: Any, what: str) -> dict[str, Any]:
    """The checksums in the content of a ``metadata.json``, by file.

    Raises:
        CorruptFileError: If it is none.
    """
    found = metadata.get("checksums", {}) if isinstance(metadata, dict) else None
    if not isinstance(found, dict):
        raise CorruptFileError(f"The metadata.json of {what!r} is none.")
    return found


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """A ``.keras`` archive to read.

    Raises:
        ModelFileError: If it is no archive, or one that no saver writes.
    """
    with open_regular(path) as file:
        archive = Archive(file, path)
        try:
            yield archive
        finally:
            archive.close()


def write_metadata(archive: zipfile.ZipFile, metadata: dict[str, Any]) -> None:
    """Write ``metadata.json``, with the checksums of what was written before."""
    checksums = {i.filename: checksum_text(i.CRC) for i in archive.infolist()}
    archive.writestr("metadata.json", json.dumps({**metadata, "checksums": checksums}))


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
