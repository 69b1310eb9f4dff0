"""Weights in HDF5, in the layout of Keras: a group for each layer, by attribute names."""

import contextlib
import functools
import json
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keras_core.core.base.files import atomic_path
from keras_core.core.base.names import to_snake_case
from keras_core.core.base.trackable import Trackable, is_container, is_saveable, members
from keras_core.core.tensors import dtypes, native
from keras_core.layers.base.layer import Layer
from keras_core.saving.files import CorruptFileError


def walk(root: Any, skip: Iterable[Any] = ()) -> Iterator[tuple[str, Any]]:
    """All that has variables of its own below ``root``, each once, with its path in the file.

    Args:
        root: The model.
        skip: Objects that are left out, with all that only they hold.
    """
    seen: set[int] = {id(x) for x in skip}

    def visit(obj: Any, path: str) -> Iterator[tuple[str, Any]]:
        seen.add(id(obj))
        yield path, obj
        for name, value in obj.saved_children() if isinstance(obj, Trackable) else ():
            inner = f"{path}/{name}" if path else name
            if is_container(value):
                yield from container(value, inner)
            elif id(value) not in seen:
                yield from visit(value, inner)

    def container(values: Any, path: str) -> Iterator[tuple[str, Any]]:
        seen.add(id(values))
        used: dict[str, int] = {}
        for value in members(values):
            if is_saveable(value):
                kind = to_snake_case(type(value).__name__)
            elif is_container(value):
                # Keras looks into lists, tuples and dicts; others do not count among those
                kind = "container" if isinstance(value, (list, tuple, dict)) else "collection"
            else:
                continue
            count = used.get(kind, 0)
            used[kind] = count + 1
            name = f"{kind}_{count}" if count else kind
            if id(value) not in seen:  # one that is elsewhere too takes a name all the same
                yield from (visit if is_saveable(value) else container)(value, f"{path}/{name}")

    yield from visit(root, "")


class _Writer(dict[str, Any]):
    """What `save_own_variables` writes into.

    Args:
        group_for: The group for an array of a size in bytes.
    """

    def __init__(self, group_for: Callable[[int], h5py.Group]) -> None:
        super().__init__()
        self._group_for = group_for

    def __setitem__(self, key: str, value: Any) -> None:
        array = np.asarray(native.to_numpy(value))
        group = self._group_for(array.nbytes)
        if array.dtype == dtypes.numpy_dtype("bfloat16"):
            dataset = group.create_dataset(key, data=array.astype("float32"))
            dataset.attrs["dtype"] = "bfloat16"
        else:
            group.create_dataset(key, data=array)
        super().__setitem__(key, None)


class _Reader(dict[str, Any]):
    """What `load_own_variables` reads from: arrays by key, read when they are asked for."""

    def __init__(self, groups: Iterable[h5py.Group]) -> None:
        super().__init__()
        for group in groups:
            for key in plain_members(group):
                super().__setitem__(key, group[key])

    def __getitem__(self, key: str) -> Any:
        return read_array(super().__getitem__(key))


def read_array(dataset: Any) -> np.ndarray[Any, Any]:
    """The values of a dataset.

    Raises:
        CorruptFileError: If it is no array of numbers, or its data lie in another file.
    """
    if not isinstance(dataset, h5py.Dataset):
        raise CorruptFileError(f"{dataset.name!r} in the weights file is no array.")
    if dataset.dtype.kind not in "biuf" or dataset.external or dataset.is_virtual:
        raise CorruptFileError(
            f"The array {dataset.name!r} in the weights file has the dtype {dataset.dtype}, or "
            "its data lie in another file."
        )
    return np.asarray(dataset)


def open_h5(file: Any, what: str) -> h5py.File:
    """An HDF5 file to read.

    Raises:
        CorruptFileError: If it is none.
    """
    try:
        return h5py.File(file, "r")
    except OSError as e:
        raise CorruptFileError(f"Cannot read {what!r} as an HDF5 file: {e}") from e


def plain_members(group: h5py.Group) -> list[str]:
    """The names in a group; links that lead anywhere but to its own members are refused."""
    names = list(group)
    for name in names:
        _check_link(group, name)
    return names


def _check_link(group: h5py.Group, name: str) -> None:
    """Look at a link without following it."""
    if group.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
        raise CorruptFileError(
            f"The file holds a link at {group.name}/{name}, which is not followed."
        )


def find(group: h5py.Group, path: str) -> Any:
    """What is at a path, one step at a time, or None; no link is followed."""
    here: Any = group["/"] if isinstance(group, h5py.File) else group
    for part in path.split("/"):
        if not isinstance(here, h5py.Group):
            raise CorruptFileError(f"{here.name!r} in the file is no group.")
        if not here.id.links.exists(part.encode()):
            return None
        _check_link(here, part)
        here = here[part]
    return here


def _vars(place: str) -> str:
    return f"{place}/vars" if place else "vars"


def _group(file: h5py.File, place: str, obj: Any) -> h5py.Group:
    group = file.create_group(_vars(place))
    name = getattr(obj, "name", None)
    if isinstance(name, str):
        group.attrs["name"] = name
    return group


def write_weights(root: Any, file: Any) -> None:
    """Write the variables below ``root`` into a new HDF5 file.

    Args:
        root: The model.
        file: A path, or a file that can be read, too.
    """
    with h5py.File(file, "w") as f:
        for place, obj in walk(root):
            group = _group(f, place, obj)
            obj.save_own_variables(_Writer(lambda _, group=group: group))


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
    with contextlib.ExitStack() as stack:
        files: list[tuple[str, h5py.File]] = []

        def start() -> None:
            nonlocal size
            name = f"{stem}_{len(files):05}.weights.h5"
            temporary = stack.enter_context(atomic_path(path.parent / name))
            files.append((name, stack.enter_context(h5py.File(temporary, "w"))))
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
            held = places.setdefault(f"/{_vars(place)}", [])
            if name not in held:
                held.append(name)
            return file[_vars(place)] if _vars(place) in file else _group(file, place, obj)

        start()
        for place, obj in walk(root):
            obj.save_own_variables(_Writer(functools.partial(group_for, place, obj)))
    table = {"metadata": {"total_size": total}, "weight_map": places}
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(table, indent=4))


def read_weights(
    root: Any,
    file: Any,
    skip_mismatch: bool = False,
    what: str = "",
    objects_to_skip: Iterable[Any] = (),
) -> None:
    """Set the variables below ``root`` from an HDF5 file.

    Args:
        root: The model.
        file: A path, or a file.
        skip_mismatch: Whether objects whose variables do not fit are left as they are.
        what: What the file is called in messages.
        objects_to_skip: Objects that are left as they are, with all that only they hold.

    Raises:
        ValueError: Naming all objects whose variables are missing or do not fit.
    """
    with open_h5(file, what) as f:

        def groups(place: str) -> list[Any]:
            return [g for g in [find(f, _vars(place))] if g is not None]

        _read(root, groups, skip_mismatch, what, objects_to_skip)


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
    try:
        places = json.loads(path.read_text())["weight_map"]
        names = {name for held in places.values() for name in held}
        bad = [n for n in names if Path(n).name != n or not n.endswith(".weights.h5")]
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise CorruptFileError(f"{str(path)!r} is no table of shards: {e}") from e
    if bad:
        raise CorruptFileError(f"{str(path)!r} names files that are no shards: {bad}")
    with contextlib.ExitStack() as stack:
        files = {
            n: stack.enter_context(open_h5(path.parent / n, str(path.parent / n))) for n in names
        }

        def groups(place: str) -> list[Any]:
            held = [find(files[n], _vars(place)) for n in places.get(f"/{_vars(place)}", [])]
            return [g for g in held if g is not None]

        _read(root, groups, skip_mismatch, str(path), objects_to_skip)


def _read(
    root: Any,
    groups: Callable[[str], list[Any]],
    skip_mismatch: bool,
    what: str,
    objects_to_skip: Iterable[Any],
) -> None:
    failed: list[tuple[Any, str]] = []
    for place, obj in walk(root, objects_to_skip):
        found = groups(place)
        reader = _Reader(found)
        try:
            if found or _has_variables(obj):
                _check_shapes(obj, reader)
                obj.load_own_variables(reader)
        except CorruptFileError:
            raise
        except (ValueError, KeyError) as e:
            failed.append((obj, str(e)))
    if not failed:
        return
    names = ", ".join(repr(getattr(o, "name", type(o).__name__)) for o, _ in failed)
    message = (
        f"A total of {len(failed)} objects could not be loaded from {what or 'the weights file'}: "
        f"{names}. The first: {failed[0][1]}"
    )
    if skip_mismatch:
        warnings.warn(message, stacklevel=5)
        return
    raise ValueError(message)


def _has_variables(obj: Any) -> bool:
    own = obj._own_variables if isinstance(obj, Trackable) else getattr(obj, "variables", ())
    return bool(own)


def _check_shapes(obj: Any, reader: _Reader) -> None:
    """Hold the shapes in the file against the variables before anything is read."""
    if not isinstance(obj, Layer):
        return
    for i, v in enumerate(obj._own_variables):
        dataset = dict.get(reader, str(i))
        if isinstance(dataset, h5py.Dataset) and tuple(dataset.shape) != tuple(v.shape):
            raise ValueError(
                f"The variable {v.path!r} has the shape {tuple(v.shape)}, but the file holds "
                f"{tuple(dataset.shape)}"
            )
