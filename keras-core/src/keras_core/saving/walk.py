"""What of a model is saved, under which paths, and how it is set again."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from keras_core.core.base.file_errors import ModelFileError
from keras_core.core.base.names import to_snake_case
from keras_core.core.base.trackable import (
    Trackable,
    is_container,
    is_saveable,
    members,
    own_variables,
)
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import dtypes
from keras_core_plugins.errors import listed


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


@contextmanager
def saving(obj: Any) -> Iterator[None]:
    """Errors while an object writes its variables say which object it is."""
    try:
        yield
    except Exception as e:
        e.add_note(f"while {getattr(obj, 'name', None) or type(obj).__name__!r} was saved")
        raise


class Known(Protocol):
    """What is known of an array before it is read."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...


class Stored(Protocol):
    """What is stored of one object: a mapping from its keys to arrays."""

    def __getitem__(self, key: str, /) -> Any: ...

    def keys(self) -> Iterable[str]:
        """The keys."""
        ...

    def about(self, key: str) -> Known | None:
        """What is known of an array without reading it; None if there is none for the key."""
        ...


class Arrays(dict[str, np.ndarray[Any, Any]]):
    """`Stored` arrays that are at hand."""

    def about(self, key: str) -> Known | None:
        """The array, or None if there is none for the key."""
        return self.get(key)


class _Fitting(Mapping[str, Any]):
    """What is stored of one object, which refuses values that its variables cannot hold.

    Args:
        stored: What is stored.
        variables: The variables by key.
        not_finite: Takes the paths of those whose values are not all finite.
    """

    def __init__(
        self, stored: Stored, variables: dict[str, Variable], not_finite: list[str]
    ) -> None:
        self._stored, self._variables, self._not_finite = stored, variables, not_finite

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored.keys())

    def __len__(self) -> int:
        return len(list(self._stored.keys()))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._stored.about(key) is not None

    def __getitem__(self, key: str) -> Any:
        values = self._stored[key]
        variable = self._variables.get(key)
        if variable is not None:
            check_values(variable, values)
            if not _is_finite(values):
                self._not_finite.append(variable.path)
        return values


def _is_finite(values: np.ndarray[Any, Any]) -> bool:
    if values.dtype.kind != "f":
        return True
    with np.errstate(over="ignore", invalid="ignore"):  # the sum alone is the quicker question
        return bool(np.isfinite(values.sum()) or np.isfinite(values).all())


def check_kind(variable: Variable, known: Known) -> None:
    """Refuse an array by its shape and dtype, before anything of it is read."""
    if known.shape != tuple(variable.shape):
        raise ValueError(
            f"The variable {variable.path!r} has the shape {tuple(variable.shape)}, but the file "
            f"holds {known.shape}"
        )
    here, there = _kind(dtypes.numpy_dtype(variable.stored_dtype)), _kind(known.dtype)
    if here != there:
        raise ValueError(
            f"The variable {variable.path!r} is of the dtype {variable.stored_dtype}, but the file "
            f"holds {known.dtype}"
        )


def _kind(dtype: np.dtype[Any]) -> str:
    return {"b": "bool", "i": "integer", "u": "integer"}.get(dtype.kind, "float")


def check_values(variable: Variable, values: np.ndarray[Any, Any]) -> None:
    """Hold values against the dtype of a variable.

    Raises:
        ValueError: If it cannot hold them, or only as infinities.
    """
    here = dtypes.numpy_dtype(variable.stored_dtype)
    if values.dtype == here or not values.size:
        return
    if _kind(here) == "float":
        with np.errstate(over="ignore"):
            lost = np.isfinite(values.astype(here)) != np.isfinite(values)
    elif _kind(here) == "integer":
        lost = values.astype(here) != values
    else:
        return
    if lost.any():
        raise ValueError(
            f"The variable {variable.path!r} of the dtype {variable.stored_dtype} cannot hold the "
            f"value {values[lost].flat[0]} of the dtype {values.dtype} in the file"
        )


def set_variables(
    root: Any,
    read: Callable[[str], "Stored | None"],
    skip_mismatch: bool,
    what: str,
    objects_to_skip: Iterable[Any],
    held: Iterable[str] = (),
) -> None:
    """Set the variables below ``root``: all of them, or none.

    Whatever can be known is held against the variables before the first of them is set: that
    something is stored for each object, the keys, the shapes, the dtypes, and, where the dtype is
    another one, the values.

    Args:
        root: The model.
        read: By path, what is stored of one object, or None if nothing is.
        skip_mismatch: Whether objects whose variables do not fit are left as they are.
        what: What the file is called in messages.
        objects_to_skip: Objects that are left as they are, with all that only they hold.
        held: The paths of all for which something is stored.

    Raises:
        ValueError: Naming all objects whose variables are missing or do not fit.
    """
    failed: list[tuple[Any, str]] = []
    by_number: list[tuple[Any, _Fitting]] = []
    by_themselves: list[tuple[Any, Stored]] = []
    not_finite: list[str] = []
    skipped = list(objects_to_skip)
    for place, obj in walk(root, skipped):
        stored = read(place)
        if stored is None and not _has_variables(obj):
            continue
        stored = Arrays() if stored is None else stored
        variables = _numbered(obj)
        try:
            if variables is None:
                by_themselves.append((obj, stored))
            elif _fits(obj, stored, variables):
                by_number.append((obj, _Fitting(stored, variables, not_finite)))
        except ModelFileError:
            raise
        except (ValueError, KeyError) as e:
            failed.append((obj, str(e)))
    with _undone_if_it_fails() as keep:
        for obj, stored in by_themselves if skip_mismatch or not failed else ():
            values = [(v, v.numpy()) for v in getattr(obj, "variables", ())]
            try:
                obj.load_own_variables(stored)
            except (ValueError, KeyError) as e:
                failed.append((obj, str(e)))
                _set(values)
                if isinstance(e, ModelFileError):
                    raise
            else:
                keep.extend(values)
        if failed and not skip_mismatch:
            raise ValueError(told(failed, what))
    for obj, fitting in by_number:
        obj.load_own_variables(fitting)
    if failed:
        warnings.warn(told(failed, what), stacklevel=5)
    if not_finite:
        warnings.warn(
            f"The weights in {what or 'the file'} are not finite (NaN or infinity) in "
            f"{listed(not_finite[:5])}{', ...' if len(not_finite) > 5 else ''}.",
            stacklevel=5,
        )
    # Whoever only wants to predict has no place for the state of the optimizer.
    more = {p for p in held if p.partition("/")[0] != "optimizer"}
    if more := sorted(more - {place for place, _ in walk(root)}):
        warnings.warn(
            f"{what or 'The file'} holds weights that {getattr(root, 'name', root)!r} has no place "
            f"for: {listed(more[:5])}{', ...' if len(more) > 5 else ''}. They were not loaded.",
            stacklevel=5,
        )


@contextmanager
def _undone_if_it_fails() -> Iterator[list[tuple[Variable, Any]]]:
    """A list of variables and their values before, which are set again if the block fails."""
    before: list[tuple[Variable, Any]] = []
    try:
        yield before
    except BaseException:
        _set(before)
        raise


def _set(values: Iterable[tuple[Variable, Any]]) -> None:
    for variable, value in values:
        variable.assign(value)


def told(failed: list[tuple[Any, str]], what: str) -> str:
    """What to say of objects that could not be loaded, each with the reason."""
    names = ", ".join(repr(getattr(o, "name", type(o).__name__)) for o, _ in failed)
    return (
        f"A total of {len(failed)} objects could not be loaded from {what or 'the weights file'}: "
        f"{names}. The first: {failed[0][1]}"
    )


def _has_variables(obj: Any) -> bool:
    own = own_variables(obj) if isinstance(obj, Trackable) else getattr(obj, "variables", ())
    return bool(own)


def _numbered(obj: Any) -> dict[str, Variable] | None:
    """The variables of an object by their keys in a file; None if it has its own way to load."""
    for cls in type(obj).__mro__:
        if "variables_by_number" in vars(cls):
            variables = obj.variables_by_number()
            return None if variables is None else {str(i): v for i, v in enumerate(variables)}
        if "load_own_variables" in vars(cls):
            return None
    return None


def _fits(obj: Any, stored: Stored, variables: dict[str, Variable]) -> bool:
    """Hold what is stored of an object against its variables; False if it is left as it is.

    Raises:
        ValueError: If it does not fit.
    """
    keys = list(stored.keys())
    for key, variable in variables.items():
        known = stored.about(key)
        if known is not None:
            check_kind(variable, known)
    if len(keys) != len(variables):
        obj.load_own_variables(stored)  # says so in its own words
        return False
    if missing := [v.path for key, v in variables.items() if stored.about(key) is None]:
        raise ValueError(f"The file holds nothing for {listed(missing)}, but other keys: {keys}")
    for key, variable in variables.items():
        known = stored.about(key)
        same = known is not None and known.dtype == dtypes.numpy_dtype(variable.stored_dtype)
        if not same or getattr(known, "offset", 0) is None:  # whether it unpacks is not known
            check_values(variable, stored[key])
    return True
