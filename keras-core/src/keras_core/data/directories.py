"""Which files are in a folder, of which classes they are, and which subset they belong to."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_core.core.base import console
from keras_core.data.dataset_formats import batched, built
from keras_core.data.pipeline import Pipeline
from keras_core_plugins import ArraySpec


@dataclass(frozen=True, kw_only=True)
class FolderOptions:
    """What all of the functions that read a folder take, checked."""

    directory: Any
    labels: Any
    label_mode: str | None
    class_names: Sequence[str] | None
    batch_size: int | None
    shuffle: bool
    seed: int | None
    validation_split: float | None
    subset: str | None
    follow_links: bool
    format: str
    verbose: bool

    def check(self) -> None:
        """Raise a `ValueError` for options that do not go together."""
        labels, mode = self.labels, self.label_mode
        if labels is not None and labels != "inferred" and not isinstance(labels, (list, tuple)):
            raise ValueError(
                "`labels` argument should be a list/tuple of integer labels, of the same size as "
                "the number of files in the target directory. If you wish to infer the labels "
                'from the subdirectory names in the target directory, pass `labels="inferred"`. If '
                "you wish to get a dataset that only contains samples (no labels), pass "
                f"`labels=None`. Received: labels={labels}"
            )
        if mode not in ("int", "categorical", "binary", None):
            raise ValueError(
                '`label_mode` argument must be one of "int", "categorical", "binary", or None. '
                f"Received: label_mode={mode}"
            )
        if self.class_names and labels != "inferred":
            raise ValueError(
                'You can only pass `class_names` if `labels="inferred"`. Received: '
                f"labels={labels}, and class_names={self.class_names}"
            )
        split, subset = self.validation_split, self.subset
        if split is not None and not 0 < split < 1:
            raise ValueError(f"`validation_split` must be between 0 and 1, received: {split}")
        if (split is None) != (subset is None):
            raise ValueError(
                "If `subset` is set, `validation_split` must be set, and inversely. Received: "
                f"subset={subset}, validation_split={split}"
            )
        if subset not in ("training", "validation", "both", None):
            raise ValueError(
                f'`subset` must be either "training", "validation" or "both", received: {subset}'
            )
        if split is not None and self.shuffle and self.seed is None:
            raise ValueError(
                "If using `validation_split` and shuffling the data, you must provide a `seed` "
                "argument, to make sure that there is no overlap between the training and "
                "validation subset."
            )
        size = self.batch_size
        if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 1):
            raise ValueError(
                f"`batch_size` must be a positive integer or None. Received: batch_size={size!r}"
            )


class Files(Pipeline):
    """Samples read from files, with labels if there are any.

    Args:
        paths: Paths of the files.
        labels: A label for each, or None.
        read: Function from a path to a sample.
        class_names: Names of the classes.
    """

    def __init__(
        self,
        paths: list[str],
        labels: np.ndarray[Any, Any] | None,
        read: Callable[[str], Any],
        class_names: list[str] | None,
    ) -> None:
        super().__init__()
        self.workers = min(8, os.cpu_count() or 1)
        self.file_paths, self.class_names = paths, class_names
        self._labels, self._read = labels, read

    def __len__(self) -> int:
        assert self.file_paths is not None
        return len(self.file_paths)

    def _get(self, index: int) -> Any:
        assert self.file_paths is not None
        sample = self._read(self.file_paths[index])
        return sample if self._labels is None else (sample, self._labels[index])


def dataset_from_folder(
    options: FolderOptions, suffixes: tuple[str, ...], read: Callable[[str], Any], spec: ArraySpec
) -> Any:
    """The dataset, or for both subsets the two datasets, of a folder.

    Args:
        options: What the user asked for.
        suffixes: Suffixes of the files that are read.
        read: Function from a path to a sample.
        spec: What samples look like.
    """
    options.check()
    labels = None if options.label_mode is None else options.labels
    paths, numbers, names = _index(options, labels, suffixes)
    if options.label_mode == "binary" and labels is not None and len(names or ()) != 2:
        raise ValueError(
            'When passing `label_mode="binary"`, there must be exactly 2 class_names. '
            f"Received: class_names={names}"
        )
    seed = options.seed
    if options.shuffle:
        seed = int(np.random.randint(10**6)) if seed is None else seed
        for held in (paths, numbers):
            np.random.RandomState(seed).shuffle(held)
    made = []
    for subset in {"both": ("training", "validation")}.get(options.subset or "", (options.subset,)):
        rows = _rows(len(paths), options.validation_split, subset, options.verbose)
        if not paths[rows]:
            raise ValueError(
                f"No files found in directory {options.directory}"
                f"{f' for the subset {subset!r}' if subset else ''}. "
                f"Allowed formats: {suffixes}"
            )
        codes = _encoded(numbers[rows], options.label_mode, names) if labels is not None else None
        elements: Pipeline = Files(paths[rows], codes, read, names)
        whole: Any = spec
        if codes is not None:
            whole = (spec, ArraySpec(shape=codes.shape[1:], dtype=str(codes.dtype)))
        if options.shuffle and subset != "validation":
            elements = elements.shuffle(seed=seed)
        if options.batch_size is not None:
            elements, whole = elements.batch(options.batch_size), batched(whole)
        made.append(built(elements, whole, options.format))
    return tuple(made) if options.subset == "both" else made[0]


def _index(
    options: FolderOptions, labels: Any, suffixes: tuple[str, ...]
) -> tuple[list[str], Any, list[str] | None]:
    """The files in order, their labels, and the names of the classes."""
    folder, names = os.fspath(options.directory), None
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"The directory {folder!r} does not exist, or is no directory.")
    if labels == "inferred":
        found = sorted(
            name
            for name in os.listdir(folder)
            if os.path.isdir(os.path.join(folder, name)) and not name.startswith(".")
        )
        names = list(options.class_names or found)
        if not set(names) <= set(found):
            raise ValueError(
                "The `class_names` passed did not match the names of the subdirectories of the "
                f"target directory. Expected some of: {found}, but received: {options.class_names}"
            )
        paths, numbers = [], []
        for i, name in enumerate(names):
            inside = walk(os.path.join(folder, name), suffixes, options.follow_links)
            paths += inside
            numbers += [i] * len(inside)
        if options.verbose:
            console.write(f"Found {len(paths)} files belonging to {len(names)} classes.")
        if not paths:
            raise ValueError(
                f"No files found in directory {folder}: `labels='inferred'` expects a folder with "
                f"files for each class. Found the classes {names}. Allowed formats: {suffixes}"
            )
    else:
        paths = walk(folder, suffixes, options.follow_links)
        if labels is not None and len(labels) != len(paths):
            raise ValueError(
                "Expected the lengths of `labels` to match the number of files in the target "
                f"directory. len(labels) is {len(labels)} while we found {len(paths)} files in "
                f"directory {folder}."
            )
        numbers = list(labels) if labels is not None else [0] * len(paths)
        if labels is not None:
            names = [str(label) for label in sorted(set(labels))]
        if options.verbose:
            belonging = "" if names is None else f" belonging to {len(names)} classes"
            console.write(f"Found {len(paths)} files{belonging}.")
    return paths, np.asarray(numbers, "int32"), names


def walk(folder: str, suffixes: tuple[str, ...], follow_links: bool) -> list[str]:
    """The files below a folder that end in one of the suffixes, in the order of Keras."""
    walk = sorted(os.walk(folder, followlinks=follow_links), key=lambda part: part[0])
    return [
        os.path.join(root, name)
        for root, _, names in walk
        for name in sorted(names)
        if name.lower().endswith(suffixes)
    ]


def _rows(size: int, split: float | None, subset: str | None, verbose: bool) -> slice:
    if split is None:
        return slice(size)
    held_out = int(split * size)
    rows = slice(size - held_out) if subset == "training" else slice(size - held_out, size)
    if verbose:
        console.write(f"Using {rows.stop - (rows.start or 0)} files for {subset}.")
    return rows


def _encoded(numbers: Any, mode: str | None, names: list[str] | None) -> Any:
    if mode == "binary":
        return numbers.astype("float32")[:, None]
    if mode == "categorical":
        return np.eye(len(names or ()), dtype="float32")[numbers]
    return numbers
