"""Texts of a folder as a dataset."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, overload

from keras_core.core.base.public import public
from keras_core.data.dataset_formats import DEFAULT
from keras_core.data.directories import FolderOptions, dataset_from_folder
from keras_core.typing import Dataset, FilePath, Shaped
from keras_core_plugins import ArraySpec


@overload
def text_dataset_from_directory(
    directory: FilePath,
    labels: Literal["inferred"] | Sequence[int] | Shaped | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    *,
    subset: Literal["both"],
    follow_links: bool = False,
    format: str = DEFAULT,
    verbose: bool = True,
) -> tuple[Dataset, Dataset]: ...


@overload
def text_dataset_from_directory(
    directory: FilePath,
    labels: Literal["inferred"] | Sequence[int] | Shaped | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = DEFAULT,
    verbose: bool = True,
) -> Dataset: ...


@public(
    "keras.utils.text_dataset_from_directory", "keras.preprocessing.text_dataset_from_directory"
)
def text_dataset_from_directory(
    directory: FilePath,
    labels: Literal["inferred"] | Sequence[int] | Shaped | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = DEFAULT,
    verbose: bool = True,
) -> Any:
    """Makes a dataset of the text files in a folder.

    With ``labels="inferred"`` there is a folder for each class, with files that end in ``.txt``.

    Args:
        directory: Path of the folder.
        labels: ``"inferred"`` (the default) for the numbers of the folders that the texts are in;
            None for texts without labels; or a list of integers, one for each file in the
            alphabetical order of their paths.
        label_mode: ``"int"`` (the default) for int32 labels, ``"categorical"`` for one-hot rows
            of float32, ``"binary"`` for 0 and 1 of float32 in shape ``(batch, 1)``, None for no
            labels.
        class_names: Names of the folders that are the classes, in the order of their numbers. By
            default all, in alphabetical order.
        batch_size: Texts in a batch, 32 by default. None for single texts.
        max_length: Bytes that are kept of each text. By default all.
        shuffle: Whether the texts are shuffled, anew in each epoch. True by default; otherwise
            they are in alphabetical order.
        seed: Seed of the order, and of the split into subsets.
        validation_split: Fraction of the texts that are for validation, between 0 and 1. By
            default there is no split.
        subset: ``"training"``, ``"validation"``, or ``"both"`` for a tuple of two datasets.
        follow_links: Whether links to folders are followed. False by default.
        format: ``"tf"`` for a ``tf.data.Dataset``, ``"grain"`` for a dataset of grain. By default
            it is a ``tf.data.Dataset`` on the backend tensorflow, and a `keras.utils.PyDataset`
            on the others.
        verbose: Whether to print how many files were found. True by default.

    Returns:
        A dataset of arrays of strings, or of pairs of these and labels, with the attributes
        ``class_names`` and ``file_paths``.

    Raises:
        ValueError: If arguments do not go together, or there are no texts.

    Example:

    ```python
    texts = keras.utils.text_dataset_from_directory("reviews", seed=1)
    vectorize = keras.layers.TextVectorization(output_sequence_length=100)
    vectorize.adapt(texts.map(lambda x, y: x))
    model.fit(texts.map(lambda x, y: (vectorize(x), y)))
    ```
    """
    options = FolderOptions(
        directory=directory,
        labels=labels,
        label_mode=label_mode,
        class_names=class_names,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
        follow_links=follow_links,
        format=format,
        verbose=verbose,
    )
    if max_length is not None and (not isinstance(max_length, int) or max_length < 1):
        raise ValueError(
            f"`max_length` must be a positive integer or None. Received: max_length={max_length!r}"
        )
    read = functools.partial(read_text, max_length=max_length)
    return dataset_from_folder(options, (".txt",), read, ArraySpec(shape=(), dtype="string"))


def read_text(path: str, max_length: int | None) -> str:
    """The beginning of a text file; what is no UTF-8 is replaced."""
    return Path(path).read_bytes()[:max_length].decode("utf-8", "replace")
