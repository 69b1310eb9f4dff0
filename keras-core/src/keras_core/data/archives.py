"""Archives unpacked: into a new folder, which holds all of it or does not come to be."""

import functools
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from keras_core.core.base.files import new_folder
from keras_core_plugins import KerasCoreError

MAX_MEMBERS = 5_000_000
MAX_RATIO = 250
FREE_BYTES = 1 << 28
"""An archive may hold this much whatever its ratio is."""

_BLOCK = 1 << 20
_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError)


class ArchiveError(KerasCoreError, ValueError):
    """An archive is damaged, or holds what must not be written."""


Member = tuple[str, bool, Callable[[], IO[bytes]]]
"""The name of a member, whether it is a folder, and how to open it."""


@contextmanager
def _tar(path: Path) -> Iterator[Iterable[Member]]:
    with tarfile.open(path) as archive:

        def members() -> Iterator[Member]:
            for info in archive:
                if not (info.isfile() or info.isdir()):
                    kind = "a link" if info.issym() or info.islnk() else "a special file"
                    raise ArchiveError(f"the member {info.name!r} is {kind}")
                yield info.name, info.isdir(), lambda info=info: _opened(archive, info)

        yield members()


def _opened(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(info)
    assert file is not None, "only files are opened"
    return file


@contextmanager
def _zip(path: Path) -> Iterator[Iterable[Member]]:
    with zipfile.ZipFile(path) as archive:

        def members() -> Iterator[Member]:
            for info in archive.infolist():
                kind = info.external_attr >> 28  # of the file system of Unix
                if kind not in (0, 0o4, 0o10):  # not said, a folder, a file
                    raise ArchiveError(f"the member {info.filename!r} is a link or a special file")
                if info.flag_bits & 1:
                    raise ArchiveError(f"the member {info.filename!r} is encrypted")
                yield info.filename, info.is_dir(), lambda info=info: archive.open(info)

        yield members()


@contextmanager
def _gzip(path: Path) -> Iterator[Iterable[Member]]:
    name = path.name.removesuffix(".gz").removesuffix("_archive")
    yield [(name, False, functools.partial(gzip.open, path, "rb"))]


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


FORMATS: dict[str, tuple[Callable[[Any], bool], Callable[[Path], Any]]] = {
    "tar": (tarfile.is_tarfile, _tar),
    "zip": (zipfile.is_zipfile, _zip),
    "gz": (_is_gzip, _gzip),
}
"""How an archive is recognised and opened, by format; ``"gz"`` is one compressed file."""


def formats_of(archive_format: Any) -> list[str]:
    """The formats that `get_file` was asked to try.

    Raises:
        ValueError: If one is not known.
    """
    if archive_format is None:
        return []
    if archive_format == "auto":
        return list(FORMATS)
    wanted = [archive_format] if isinstance(archive_format, str) else list(archive_format)
    for name in wanted:
        if name not in FORMATS:
            raise ValueError(
                f"`archive_format` should be 'auto', None, one of {list(FORMATS)}, or a list of "
                f"these. Received: archive_format={archive_format!r}"
            )
    return wanted


def unpack(path: Path, folder: Path, formats: list[str]) -> None:
    """Unpack an archive into a folder, which takes the place of the one before it.

    Args:
        path: The archive.
        folder: The folder. It holds all of the archive, or is as it was.
        formats: The formats to try, in this order.

    Raises:
        ArchiveError: If it is none of these, is damaged, or holds what must not be written: names
            outside the folder, links, special files, much more data than its size allows.
    """
    for name in formats:
        recognise, opened = FORMATS[name]
        if recognise(path):
            break
    else:
        raise ArchiveError(
            f"Cannot extract {str(path)!r}: it is no archive of the formats {formats}. Check that "
            "`origin` is the address of an archive, or leave out `extract`."
        )
    budget = max(FREE_BYTES, MAX_RATIO * path.stat().st_size)
    try:
        with opened(path) as members, new_folder(folder, by_each=True) as target:
            _write(members, target, budget)
    except ArchiveError as e:
        raise ArchiveError(f"Cannot extract {str(path)!r}: {e}. Nothing was written.") from e
    except _DAMAGED as e:
        if isinstance(e, OSError) and e.errno is not None:  # of the disk, not of the archive
            raise
        raise ArchiveError(
            f"Cannot extract {str(path)!r}: it is damaged or truncated ({e}). Delete it, and "
            "download it again."
        ) from e


def _write(members: Iterable[Member], target: Path, budget: int) -> None:
    left = budget
    for count, (name, is_folder, open_member) in enumerate(members):
        if count >= MAX_MEMBERS:
            raise ArchiveError(f"it has more than {MAX_MEMBERS} members")
        parts = _parts(name)
        if not parts:
            continue
        place = target.joinpath(*parts)
        try:
            if is_folder:
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            with open_member() as source, place.open("xb") as file:
                while block := source.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise ArchiveError(
                            f"it holds more than {budget} bytes, which no usual archive of its "
                            "size does"
                        )
                    file.write(block)
        except (FileExistsError, NotADirectoryError) as e:
            raise ArchiveError(f"the member {name!r} comes twice") from e


def _parts(name: str) -> tuple[str, ...]:
    """The folders and the name of a member below the target."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or any(c in name for c in "\\:\0"):
        raise ArchiveError(f"the member {name!r} would lie outside the folder")
    return path.parts
