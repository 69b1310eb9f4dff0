"""Files beside the weights, such as vocabularies: each object writes and reads its own."""

import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keras_core.core.base.file_errors import CorruptFileError, UnsafeFileError
from keras_core.saving.archives import Archive
from keras_core.saving.walk import walk

FOLDER = "assets"


def _holders(root: Any, hook: str) -> Iterator[tuple[str, Any]]:
    """The objects below ``root`` that have files of their own, with their folders."""
    for place, obj in walk(root):
        if callable(getattr(obj, hook, None)):
            yield f"{FOLDER}/{place}" if place else FOLDER, obj


def write_assets(root: Any, archive: zipfile.ZipFile) -> None:
    """Write the files of all objects below ``root`` into an archive."""
    with tempfile.TemporaryDirectory() as folder:
        for path in write_asset_files(root, Path(folder)):
            archive.write(path, path.relative_to(folder).as_posix())


def write_asset_files(root: Any, folder: Path) -> list[Path]:
    """Write the files of all objects below ``root`` into a folder, and return their paths."""
    for place, obj in _holders(root, "save_assets"):
        target = folder / place
        target.mkdir(parents=True, exist_ok=True)
        obj.save_assets(str(target))
    files = sorted(p for p in (folder / FOLDER).rglob("*") if p.is_file())
    for place in sorted((folder / FOLDER).rglob("*"), reverse=True):
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()
    return files


def read_assets(root: Any, archive: Archive) -> None:
    """Let all objects below ``root`` read their files from an archive.

    Raises:
        CorruptFileError: If one is damaged.
    """
    names = [n for n in archive.members if n.startswith(f"{FOLDER}/") and not n.endswith("/")]
    if not names:
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            target = Path(folder, *name.split("/"))
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    archive.copy(name, file)
            except (FileExistsError, NotADirectoryError) as e:
                raise CorruptFileError(
                    f"The members of {str(archive.path)!r} contradict each other: {name!r} is a "
                    "file and a folder."
                ) from e
        read_asset_files(root, Path(folder))


def check_asset_files(folder: Path) -> None:
    """Refuse what is neither a file nor a folder among the files of a saved folder.

    Raises:
        UnsafeFileError: If there is a link, a pipe, a socket or a device.
    """
    top = folder / FOLDER
    for path in [top, *top.rglob("*")] if os.path.lexists(top) else ():
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise UnsafeFileError(f"{str(path)!r} is neither a file nor a folder.")


def read_asset_files(root: Any, folder: Path) -> None:
    """Let all objects below ``root`` read their files from a folder."""
    for place, obj in _holders(root, "load_assets"):
        if (folder / place).is_dir():
            obj.load_assets(str(folder / place))
