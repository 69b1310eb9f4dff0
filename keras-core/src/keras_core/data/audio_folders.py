"""Sounds of a folder as a dataset."""

import functools
import wave
from collections.abc import Callable, Sequence
from typing import Any, Literal, overload

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.core.tensors.ragged import check_engine, from_rows
from keras_core.data.dataset_formats import DEFAULT
from keras_core.data.directories import FolderOptions, dataset_from_folder
from keras_core.data.resampling import resample
from keras_core.typing import Dataset, FilePath, Shaped
from keras_core_plugins import ArraySpec


@overload
def audio_dataset_from_directory(
    directory: FilePath,
    labels: Literal["inferred"] | Sequence[int] | Shaped | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
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
def audio_dataset_from_directory(
    directory: FilePath,
    labels: Literal["inferred"] | Sequence[int] | Shaped | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = DEFAULT,
    verbose: bool = True,
) -> Dataset: ...


@public("keras.utils.audio_dataset_from_directory")
def audio_dataset_from_directory(
    directory: FilePath,
    labels: Literal["inferred"] | Sequence[int] | Shaped | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = DEFAULT,
    verbose: bool = True,
) -> Any:
    """Makes a dataset of the sounds in a folder.

    With ``labels="inferred"`` there is a folder for each class, with files that end in ``.wav``.

    Args:
        directory: Path of the folder.
        labels: ``"inferred"`` (the default) for the numbers of the folders that the sounds are in;
            None for sounds without labels; or a list of integers, one for each file in the
            alphabetical order of their paths.
        label_mode: ``"int"`` (the default) for int32 labels, ``"categorical"`` for one-hot rows
            of float32, ``"binary"`` for 0 and 1 of float32 in shape ``(batch, 1)``, None for no
            labels.
        class_names: Names of the folders that are the classes, in the order of their numbers. By
            default all, in alphabetical order.
        batch_size: Sounds in a batch, 32 by default. None for single sounds.
        sampling_rate: Frames a second that sounds are resampled to. By default they are taken as
            they are.
        output_sequence_length: Frames that each sound is padded with zeros or cut to. By default
            the sounds of a batch are padded to the longest.
        ragged: Whether batches are ragged tensors of the engine, which tensorflow has, in which
            each sound keeps its length. False by default: they are padded to the longest.
        shuffle: Whether the sounds are shuffled, anew in each epoch. True by default; otherwise
            they are in alphabetical order.
        seed: Seed of the order, and of the split into subsets.
        validation_split: Fraction of the sounds that are for validation, between 0 and 1. By
            default there is no split.
        subset: ``"training"``, ``"validation"``, or ``"both"`` for a tuple of two datasets.
        follow_links: Whether links to folders are followed. False by default.
        format: ``"tf"`` for a ``tf.data.Dataset``, ``"grain"`` for a dataset of grain. By default
            it is a ``tf.data.Dataset`` on the backend tensorflow, and a `keras.utils.PyDataset`
            on the others.
        verbose: Whether to print how many files were found. True by default.

    Returns:
        A dataset of float32 sounds with values from -1 to 1, of shape ``(batch, frames,
        channels)``, or of pairs of these and labels, with the attributes ``class_names`` and
        ``file_paths``.

    Raises:
        ValueError: If arguments do not go together, there are no sounds, or a file is none.

    Example:

    ```python
    sounds = keras.utils.audio_dataset_from_directory(
        "speakers", output_sequence_length=16_000, seed=1
    )
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
    if ragged and output_sequence_length is not None:
        raise ValueError("Cannot set both `ragged` and `output_sequence_length`")
    if ragged:
        check_engine()
    if sampling_rate is not None and (not isinstance(sampling_rate, int) or sampling_rate < 1):
        raise ValueError(
            f"`sampling_rate` should be higher than 0. Received: sampling_rate={sampling_rate}"
        )
    length = output_sequence_length
    if length is not None and (not isinstance(length, int) or length < 1):
        raise ValueError(
            "`output_sequence_length` must be a positive integer or None. Received: "
            f"output_sequence_length={length!r}"
        )
    read: Callable[[str], Any] = functools.partial(
        read_wave, sampling_rate=sampling_rate, length=length
    )
    if ragged:
        read = functools.partial(_read_ragged, read)
    spec = ArraySpec(shape=(length, None), dtype="float32", ragged=ragged)
    return dataset_from_folder(options, (".wav",), read, spec)


def _read_ragged(read: Callable[[str], np.ndarray[Any, Any]], path: str) -> Any:
    """A sound as a ragged tensor of shape ``(frames, channels)``, so that sounds can be stacked."""
    x = read(path)
    return from_rows(native.convert(x.ravel()), np.full(len(x), x.shape[1]))


_WIDTHS: dict[int, Callable[[bytes], Any]] = {
    1: lambda data: (np.frombuffer(data, "uint8").astype("float32") - 128) / 128,
    2: lambda data: np.frombuffer(data, "<i2").astype("float32") / 2**15,
    3: lambda data: _of_three_bytes(data).astype("float32") / 2**31,
    4: lambda data: np.frombuffer(data, "<i4").astype("float32") / 2**31,
}
"""How the samples of a WAVE file are read, by their size in bytes."""


def _of_three_bytes(data: bytes) -> Any:
    wide = np.zeros((len(data) // 3, 4), "uint8")
    wide[:, 1:] = np.frombuffer(data, "uint8").reshape(-1, 3)
    return wide.view("<i4")[:, 0]


def read_wave(path: str, sampling_rate: int | None, length: int | None) -> np.ndarray[Any, Any]:
    """A WAVE file as an array of shape ``(frames, channels)``.

    Raises:
        ValueError: If it is no WAVE file of plain samples.
    """
    try:
        with wave.open(path) as file:
            channels, width, rate, frames, *_ = file.getparams()
            data = file.readframes(frames)
    except (wave.Error, EOFError) as e:
        raise ValueError(
            f"Cannot read {path} as a sound: {e}. Expected a WAVE file of uncompressed samples."
        ) from e
    x = _WIDTHS[width](data[: len(data) // (width * channels) * width * channels])
    x = x.reshape(-1, channels)
    if sampling_rate is not None and sampling_rate != rate:
        x = resample(x, round(len(x) * sampling_rate / rate))
    if length is None:
        return x
    return np.pad(x[:length], ((0, max(length - len(x), 0)), (0, 0)))
