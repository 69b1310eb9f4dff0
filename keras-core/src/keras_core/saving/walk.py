"""What of a model is saved, under which paths, and how it is set again."""

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import numpy as np

from keras_core.core.base.names import to_snake_case
from keras_core.core.base.trackable import Trackable, is_container, is_saveable, members
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


class Stored(Protocol):
    """What is stored of one object: a mapping from its keys to arrays."""

    def __getitem__(self, key: str, /) -> Any: ...

    def shape_of(self, key: str) -> tuple[int, ...] | None:
        """The shape of an array, None if there is none for the key."""


class Arrays(dict[str, np.ndarray[Any, Any]]):
    """`Stored` arrays that are at hand."""

    def shape_of(self, key: str) -> tuple[int, ...] | None:
        """The shape of an array, None if there is none for the key."""
        return self[key].shape if key in self else None


def set_variables(
    root: Any,
    read: Callable[[str], "Stored | None"],
    skip_mismatch: bool,
    what: str,
    objects_to_skip: Iterable[Any],
) -> None:
    """Set the variables below ``root``.

    Args:
        root: The model.
        read: By path, what is stored of one object, or None if nothing is.
        skip_mismatch: Whether objects whose variables do not fit are left as they are.
        what: What the file is called in messages.
        objects_to_skip: Objects that are left as they are, with all that only they hold.

    Raises:
        ValueError: Naming all objects whose variables are missing or do not fit.
    """
    failed: list[tuple[Any, str]] = []
    for place, obj in walk(root, objects_to_skip):
        stored = read(place)
        try:
            if stored is not None or _has_variables(obj):
                reader = Arrays() if stored is None else stored
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


def _check_shapes(obj: Any, reader: Stored) -> None:
    """Hold the shapes in the file against the variables before anything is read."""
    if not isinstance(obj, Layer):
        return
    for i, v in enumerate(obj._own_variables):
        shape = reader.shape_of(str(i))
        if shape is not None and shape != tuple(v.shape):
            raise ValueError(
                f"The variable {v.path!r} has the shape {tuple(v.shape)}, but the file holds "
                f"{shape}"
            )
