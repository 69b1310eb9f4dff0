"""A dataset cut in two."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.data.dataset_formats import DEFAULT, built
from keras_core.data.pipeline import Pipeline
from keras_core.typing import Data
from keras_core_plugins import ArraySpec

_FORMATS = {None: DEFAULT, "tensorflow": "tf", "torch": "torch"}


class _Elements(Pipeline):
    """A list of samples."""

    def __init__(self, samples: Sequence[Any]) -> None:
        super().__init__()
        self._samples = samples

    def __len__(self) -> int:
        return len(self._samples)

    def _get(self, index: int) -> Any:
        return self._samples[index]


@public("keras.utils.split_dataset")
def split_dataset(
    dataset: Data,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Any, Any]:
    """Splits a dataset into a left and a right part, such as for training and validation.

    Args:
        dataset: Arrays with one length, alone or in a list, tuple or dict; a `PyDataset`, a
            ``tf.data.Dataset``, a dataset of torch, or anything that yields samples.
        left_size: Size of the left part: a fraction from 0 to 1, or a number of samples. By
            default what `right_size` leaves.
        right_size: Size of the right part, likewise. By default what `left_size` leaves.
        shuffle: Whether the samples are shuffled first. False by default.
        seed: Seed of the order.
        preferred_backend: ``"tensorflow"`` for two ``tf.data.Dataset``, ``"torch"`` for two
            datasets of torch. By default they are ``tf.data.Dataset`` on the backend tensorflow,
            and `keras.utils.PyDataset` on the others.

    Returns:
        Two datasets of single samples.

    Raises:
        ValueError: If there are no samples, or the sizes do not fit.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> left, right = keras.utils.split_dataset(np.arange(10), left_size=0.8)
    >>> len(left), len(right)
    (8, 2)
    """
    if preferred_backend not in _FORMATS:
        raise ValueError(
            "`preferred_backend` should be 'tensorflow', 'torch' or None. "
            f"Received: preferred_backend={preferred_backend!r}"
        )
    if left_size is None and right_size is None:
        raise ValueError(
            "At least one of the `left_size` or `right_size` must be specified. "
            "Received: left_size=None and right_size=None"
        )
    samples = _samples(dataset)
    if not samples:
        raise ValueError("The dataset has no samples, so there is nothing to split.")
    left = _cut(len(samples), left_size, right_size)
    if shuffle:
        random.Random(seed).shuffle(samples)
    spec = tree.map_structure(_spec, samples[0])
    parts = (samples[:left], samples[left : _end(len(samples), left, left_size, right_size)])
    made = [built(_Elements(p), spec, _FORMATS[preferred_backend]) for p in parts]
    return made[0], made[1]


def _samples(dataset: Any) -> list[Any]:
    """The samples of whatever holds some."""
    if isinstance(dataset, (list, tuple, dict)) or hasattr(dataset, "shape"):
        if isinstance(dataset, list) and not any(hasattr(v, "shape") for v in dataset):
            return [tree.map_structure(np.asarray, v) for v in dataset]
        arrays = tree.map_structure(native.to_numpy, dataset)
        lengths = {len(a) for a in tree.flatten(arrays)}
        if len(lengths) != 1:
            raise ValueError(
                "Expected all arrays of the dataset to have one length. Received: arrays of the "
                f"lengths {sorted(lengths)}"
            )
        rows = range(lengths.pop())
        out = [tree.map_structure(lambda a: a[i], arrays) for i in rows]  # noqa: B023  # at once
        return [tuple(v) if isinstance(v, list) else v for v in out]
    if hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__"):
        found: Any = (dataset[i] for i in range(len(dataset)))
    elif hasattr(dataset, "__iter__"):
        found = iter(dataset)
    else:
        raise TypeError(
            "`dataset` should be arrays, a list, tuple or dict of these, or a dataset. "
            f"Received: dataset={dataset!r} of type {type(dataset).__name__}"
        )
    return [tree.map_structure(native.to_numpy, sample) for sample in found]


def _number(total: int, size: float, name: str) -> int:
    whole = isinstance(size, (int, np.integer)) and not isinstance(size, bool)
    if whole and 0 < size <= total:
        return int(size)
    if isinstance(size, float) and 0 < size < 1:
        return round(size * total)
    raise ValueError(
        f"`{name}` should be a fraction between 0 and 1, or a number of samples from 1 to {total}. "
        f"Received: {name}={size!r}"
    )


def _cut(total: int, left: float | None, right: float | None) -> int:
    count = None if left is None else _number(total, left, "left_size")
    other = None if right is None else _number(total, right, "right_size")
    if count is None:
        count = total - (other or 0)
    if count + (other or 0) > total:
        raise ValueError(
            f"The parts are larger than the dataset of {total} samples. "
            f"Received: left_size={left}, right_size={right}"
        )
    if not count or (other is None and count == total):
        raise ValueError(
            f"One part of the {total} samples would be empty. "
            f"Received: left_size={left}, right_size={right}"
        )
    return count


def _end(total: int, cut: int, left: float | None, right: float | None) -> int:
    if left is None or right is None:
        return total
    return cut + _number(total, right, "right_size")


def _spec(v: Any) -> ArraySpec:
    array = np.asarray(v)
    return ArraySpec(
        shape=array.shape, dtype="string" if array.dtype.kind in "OSU" else str(array.dtype)
    )
