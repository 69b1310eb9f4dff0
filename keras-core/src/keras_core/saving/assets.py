"""Files beside the weights, such as vocabularies: each object writes and reads its own."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keras_core.data.archives import FREE_BYTES, MAX_RATIO
from keras_core.saving.files import CorruptFileError
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


def read_assets(root: Any, archive: zipfile.ZipFile, what: str) -> None:
    """Let all objects below ``root`` read their files from an archive.

    Args:
        root: The model.
        archive: The archive, whose names have been checked.
        what: What it is called in messages.

    Raises:
        CorruptFileError: If the files are much larger than their part of the archive allows.
    """
    members = [i for i in archive.infolist() if i.filename.startswith(f"{FOLDER}/")]
    if not members:
        return
    packed = sum(i.compress_size for i in members)
    if sum(i.file_size for i in members) > max(FREE_BYTES, MAX_RATIO * packed):
        raise CorruptFileError(f"The assets in {what!r} are larger than those of any model.")
    with tempfile.TemporaryDirectory() as folder:
        for info in members:
            if info.is_dir():
                continue
            target = Path(folder, *info.filename.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, target.open("xb") as file:
                shutil.copyfileobj(source, file)
        read_asset_files(root, Path(folder))


def read_asset_files(root: Any, folder: Path) -> None:
    """Let all objects below ``root`` read their files from a folder."""
    for place, obj in _holders(root, "load_assets"):
        if (folder / place).is_dir():
            obj.load_assets(str(folder / place))
