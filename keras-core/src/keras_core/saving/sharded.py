"""Weights in several HDF5 files of a limited size, with a table of what is where."""

import contextlib
import functools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import h5py

from keras_core.core.base.file_errors import CorruptFileError, UnsafeFileError
from keras_core.core.base.files import atomic_path
from keras_core.saving.files import parse_json, read_text, stored_checksum
from keras_core.saving.hdf5 import opened, written
from keras_core.saving.walk import saving, set_variables, walk
from keras_core.saving.weights_h5 import Reader, Writer, group_path, new_group, places_of
from keras_core_plugins.protocol import FileFormat


def write_shards(root: Any, path: Path, limit: float) -> None:
    """Write the variables below ``root`` into several files, and a table of what is where.

    Args:
        root: The model.
        path: The table, which ends in ``.weights.json``; the files are named after it.
        limit: The largest size of a file in bytes.

    Raises:
        ValueError: If a variable is larger than that.
    """
    places: dict[str, list[str]] = {}
    total = size = 0
    stem = path.name.removesuffix(".weights.json")
    files: list[tuple[str, h5py.File]] = []
    with contextlib.ExitStack() as stack:

        def start() -> None:
            nonlocal size
            name = f"{stem}_{len(files):05}.weights.h5"
            temporary = stack.enter_context(atomic_path(path.parent / name))
            files.append((name, stack.enter_context(written(temporary))))
            size = 0

        def group_for(place: str, obj: Any, nbytes: int) -> h5py.Group:
            nonlocal total, size
            if nbytes > limit:
                raise ValueError(
                    f"A variable of {obj.name!r} takes {nbytes} bytes, which is more than "
                    f"`max_shard_size` ({limit:.0f} bytes). Make it larger."
                )
            if size + nbytes > limit:
                start()
            size += nbytes
            total += nbytes
            name, file = files[-1]
            held = places.setdefault(f"/{group_path(place)}", [])
            if name not in held:
                held.append(name)
            return (
                file[group_path(place)]
                if group_path(place) in file
                else new_group(file, place, obj)
            )

        start()
        for place, obj in walk(root):
            with saving(obj):
                obj.save_own_variables(Writer(functools.partial(group_for, place, obj)))
    checksums = {name: stored_checksum(path.parent / name) for name, _ in files}
    table = {"metadata": {"total_size": total, "checksums": checksums}, "weight_map": places}
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(table, indent=4))


def read_shards(
    root: Any,
    path: Path,
    skip_mismatch: bool = False,
    objects_to_skip: Iterable[Any] = (),
) -> None:
    """Set the variables below ``root`` from what `write_shards` wrote.

    Raises:
        CorruptFileError: If the table is damaged.
        ValueError: Naming all objects whose variables are missing or do not fit.
    """
    what = f"table of shards {str(path)!r}"
    places, checksums = _parts_of(parse_json(read_text(path), what), what)
    with contextlib.ExitStack() as stack:
        files = {
            name: stack.enter_context(opened(path.parent / name, str(path.parent / name)))
            for name in sorted({name for held in places.values() for name in held})
        }
        for name, noted in checksums.items():
            if name in files and noted != files[name].checksum:
                raise CorruptFileError(
                    f"{str(path.parent / name)!r} is not the file that was written together with "
                    f"{str(path)!r}."
                )

        def read(place: str) -> Reader | None:
            inner = group_path(place)
            parts = [(files[n], inner) for n in places.get(f"/{inner}", [])]
            parts = [(f, g) for f, g in parts if f.arrays_in(g) is not None]
            return Reader(parts) if parts else None

        held = places_of(array for f in files.values() for array in f.arrays)
        set_variables(root, read, skip_mismatch, str(path), objects_to_skip, held)


def _parts_of(table: Any, what: str) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """The files by place, and what is noted of their checksums."""
    try:
        places = {place: list(held) for place, held in table["weight_map"].items()}
        checksums = table.get("metadata", {}).get("checksums", {})
        names = {name for held in places.values() for name in held}
        bad = [n for n in names if Path(n).name != n or not n.endswith(".weights.h5") or "\0" in n]
        checksums = dict(checksums)
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise CorruptFileError(f"The {what} is no shards' table: {e!r}") from e
    if bad:
        raise UnsafeFileError(f"The {what} names files that are no shards: {bad}")
    return places, checksums


def _read_files(
    model: Any, path: Path, skip_mismatch: bool, objects_to_skip: Iterable[Any] | None = None
) -> None:
    read_shards(model, path, skip_mismatch, objects_to_skip or ())


def _write_files(model: Any, path: Path, max_shard_size: float | None = None) -> None:
    if max_shard_size is None:
        raise ValueError(
            "`.weights.json` is the name of a table of several files: give `max_shard_size`, the "
            "largest size of a file in GiB."
        )
    write_shards(model, path, max_shard_size * 2**30)


FORMAT = FileFormat(
    name="weights.json",
    suffixes=(".weights.json",),
    write_weights=_write_files,
    read_weights=_read_files,
    many_files=True,
)
