"""Files of weights, looked at and changed without a model."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keras_core.core.base.files import atomic_path
from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.saving.archives import open_archive
from keras_core.saving.hdf5 import Contents, opened, write_array, written
from keras_core.saving.walk import saving, walk
from keras_core.saving.weights_h5 import group_path
from keras_core.typing import FilePath, Saveable

_WEIGHTS = "model.weights.h5"
_ROOT = "vars"
_Weights = dict[str, np.ndarray[Any, Any]]


@public("keras.saving.KerasFileEditor")
class KerasFileEditor:
    """Shows and changes what weights a file holds, without the model that they belong to.

    An object, such as a layer, has a path like ``"layers/dense"`` and weights by name (``"0"``,
    ``"1"``). Where a method takes the name of an object, its path will do, and so will the last
    part of it if no other object has the same. All changes are made in memory until `save`.

    The file is read as every file of weights is: what is damaged, or holds what no saver writes,
    is refused.

    Args:
        filepath: A path that ends in ``.keras`` or ``.weights.h5``.

    Raises:
        ModelFileError: If the file is damaged or not safe to read.
        ValueError: For another suffix.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    >>> model.save_weights("old.weights.h5")
    >>> editor = keras.saving.KerasFileEditor("old.weights.h5")
    >>> editor.rename_object("layers/dense", "head")
    >>> editor.summary()
    Weights structure
    layers
      head
        0: shape=(3, 2), dtype=float32
        1: shape=(2,), dtype=float32
    >>> editor.save("new.weights.h5")
    """

    def __init__(self, filepath: FilePath) -> None:
        self.filepath = os.fspath(filepath)
        self._objects: dict[str, _Weights] = {}
        """The weights of each object by its path; an object may have none of its own."""
        self._names: dict[str, str] = {}
        with _contents_of(Path(filepath)) as contents:
            for group in contents.groups:
                arrays = contents.arrays_in(group) or {}
                if group != _ROOT and not group.endswith("/" + _ROOT):
                    if arrays:
                        raise ValueError(
                            f"{self.filepath!r} holds weights at {group!r}, and no saver of this "
                            "layout does: it may be a file of Keras 2. Load it into its model."
                        )
                    continue
                path = group.removesuffix(_ROOT).removesuffix("/")
                self._objects[path] = {k: contents.read(f"{group}/{k}") for k in arrays}
                name = contents.attribute(group, "name")
                if isinstance(name, str):
                    self._names[path] = name

    def summary(self) -> None:
        """Print the objects and the shapes and dtypes of their weights."""
        print("Weights structure")
        shown: set[str] = set()
        for path, weights in self._objects.items():
            parts = path.split("/") if path else []
            for depth, part in enumerate(parts):
                if (above := "/".join(parts[: depth + 1])) not in shown:
                    shown.add(above)
                    if self._within(above):
                        print(f"{'  ' * depth}{part}")
            for name, array in weights.items():
                print(f"{'  ' * len(parts)}{name}: {_described(array)}")

    def compare(self, reference_model: Saveable) -> dict[str, Any]:
        """Compare the weights with those of a model, and print what differs.

        Args:
            reference_model: A model that is built.

        Returns:
            ``status``, ``"success"`` or ``"error"``, with ``error_count`` and ``match_count``, the
            numbers of weights that do not fit or are missing on one side, and of those that fit.
        """
        expected = {}
        for place, obj in walk(reference_model):
            store: dict[str, Any] = {}
            with saving(obj):
                obj.save_own_variables(store)
            for name, value in store.items():
                expected[place, name] = np.asarray(native.to_numpy(value)).shape
        found = {
            (place, name): array.shape
            for place, weights in self._objects.items()
            for name, array in weights.items()
        }
        errors = 0
        for place, name in dict.fromkeys([*expected, *found]):
            wanted, held = expected.get((place, name)), found.get((place, name))
            if wanted != held:
                errors += 1
                print(
                    f"Weight {place}/{name}: in the reference model {_shape(wanted)}, "
                    f"in the file {_shape(held)}."
                )
        matches = len(set(expected) | set(found)) - errors
        print(
            f"The file fits the reference model: {matches} weights match."
            if not errors
            else f"The file does not fit the reference model: {errors} weights differ."
        )
        return {
            "status": "error" if errors else "success",
            "error_count": errors,
            "match_count": matches,
        }

    def rename_object(self, object_name: str, new_name: str) -> None:
        """Rename an object; what is below it moves along.

        Args:
            object_name: Its name or path.
            new_name: Its new name, without a slash.

        Raises:
            ValueError: If there is no such object, several have the name, or the new one is taken.
        """
        path = self._path_of(object_name)
        if not new_name or "/" in new_name or new_name == _ROOT:
            raise ValueError(
                "Argument `new_name` should be a name, not a path, and not 'vars'. "
                f"Received: new_name={new_name!r}"
            )
        above = path.rpartition("/")[0]
        target = f"{above}/{new_name}" if above else new_name
        if target != path and any(_is_below(p, target) for p in self._objects):
            raise ValueError(f"There is an object {target!r} already.")

        def moved(p: str) -> str:
            return target + p[len(path) :] if _is_below(p, path) else p

        self._objects = {moved(p): weights for p, weights in self._objects.items()}
        self._names = {moved(p): name for p, name in self._names.items() if p != path}

    def delete_object(self, object_name: str) -> None:
        """Delete an object, and what is below it.

        Args:
            object_name: Its name or path.

        Raises:
            ValueError: If there is no such object, or several have the name.
        """
        path = self._path_of(object_name)
        self._objects = {p: w for p, w in self._objects.items() if not _is_below(p, path)}

    def add_object(self, object_path: str, weights: Mapping[str, Any]) -> None:
        """Add an object.

        Args:
            object_path: Its path, such as ``"layers/dense_2"``.
            weights: Its weights by name.

        Raises:
            ValueError: If there is an object of that path, or it is no path.
        """
        parts = object_path.split("/")
        if not all(parts) or {".", "..", _ROOT} & set(parts):
            raise ValueError(
                "Argument `object_path` should be a path such as 'layers/dense'. "
                f"Received: object_path={object_path!r}"
            )
        if object_path in self._objects:
            raise ValueError(f"There is an object {object_path!r} already; see `add_weights`.")
        self._objects[object_path] = _checked(weights)

    def add_weights(self, object_name: str, weights: Mapping[str, Any]) -> None:
        """Add weights to an object, or replace some.

        Args:
            object_name: Its name or path.
            weights: The weights by name.

        Raises:
            ValueError: If there is no such object, or several have the name.
        """
        self._objects.setdefault(self._path_of(object_name), {}).update(_checked(weights))

    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Delete a weight of an object.

        Args:
            object_name: The name or path of the object.
            weight_name: The name of the weight, such as ``"0"``.

        Raises:
            ValueError: If there is no such object or weight, or several objects have the name.
        """
        path = self._path_of(object_name)
        weights = self._objects.get(path, {})
        if weight_name not in weights:
            raise ValueError(
                f"The object {path!r} has no weight {weight_name!r}. It has: {list(weights)}"
            )
        del weights[weight_name]

    def save(self, filepath: FilePath) -> None:
        """Write the weights; a file that is there is replaced once the new one is whole.

        Args:
            filepath: A path that ends in ``.weights.h5``.

        Raises:
            ValueError: For another suffix.
        """
        path = Path(filepath)
        if not path.name.endswith(".weights.h5"):
            raise ValueError(
                "Invalid `filepath` argument: expected a `.weights.h5` extension. "
                f"Received: filepath={filepath}"
            )
        with atomic_path(path) as temporary, written(temporary) as file:
            for place, weights in self._objects.items():
                group = file.create_group(group_path(place))
                if place in self._names:
                    group.attrs["name"] = self._names[place]
                for name, array in weights.items():
                    write_array(group, name, array)

    def resave_weights(self, filepath: FilePath) -> None:
        """The same as `save`."""
        self.save(filepath)

    def _within(self, path: str) -> bool:
        """Whether an object at ``path``, or below it, has weights."""
        return any(w for p, w in self._objects.items() if _is_below(p, path))

    def _path_of(self, name: str) -> str:
        paths: dict[str, None] = {}
        for path in self._objects:
            parts = path.split("/")
            paths.update(("/".join(parts[: i + 1]), None) for i in range(len(parts)))
        if (exact := name.strip("/")) in paths:
            return exact
        found = [path for path in paths if path.rpartition("/")[2] == name]
        if len(found) > 1:
            raise ValueError(f"The name {name!r} occurs more than once: give a path of {found}.")
        if not found:
            raise ValueError(f"There is no object {name!r}. `summary()` lists all.")
        return found[0]


@contextlib.contextmanager
def _contents_of(path: Path) -> Iterator[Contents]:
    """The weights of a file, by the one way in which files are read."""
    if path.name.endswith(".weights.h5"):
        with opened(path, str(path)) as contents:
            yield contents
    elif path.suffix == ".keras":
        with (
            open_archive(path) as archive,
            archive.file_of(_WEIGHTS) as window,
            opened(window, str(path)) as contents,
        ):
            yield contents
    else:
        raise ValueError(
            "Invalid filename: expected a `.keras` or `.weights.h5` extension. "
            f"Received: filepath={path}"
        )


def _checked(weights: Mapping[str, Any]) -> _Weights:
    out = {str(name): np.asarray(native.to_numpy(value)) for name, value in weights.items()}
    if bad := [name for name in out if not name or "/" in name]:
        raise ValueError(f"Weights have names without a slash. Received: {bad}")
    return out


def _is_below(path: str, above: str) -> bool:
    return path == above or path.startswith(f"{above}/")


def _described(array: np.ndarray[Any, Any]) -> str:
    return f"shape={array.shape}, dtype={array.dtype}"


def _shape(shape: tuple[int, ...] | None) -> str:
    return "missing" if shape is None else f"of shape {shape}"
