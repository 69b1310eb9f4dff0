"""What a plugin says of a kind of data that ``fit`` should take."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class DataAdapter:
    """A kind of data; what `keras_core_data_adapters` returns."""

    name: str
    """What the data are called, such as ``"tf.data"``."""

    accepts: Callable[[Any], bool]
    """Whether an object is of this kind. Asked of everything that a user passes as ``x``.

    It imports nothing: an object of a library that is not imported is not of its kind.
    """

    batches: Callable[[Any], Iterable[Any]]
    """The batches of such an object: ``x``, ``(x, y)`` or ``(x, y, sample_weight)`` of arrays.

    It is iterated once an epoch, and has a ``len`` if the number of batches is known.
    """

    get_order: Callable[[Any], Any] | None = None
    """Where the generators are that such an object draws the order of its next pass from.

    A nest of dicts and lists of numbers, texts and NumPy arrays, for a training that is taken up
    after an interruption; None if there is nothing to tell.
    """

    set_order: Callable[[Any, Any], None] | None = None
    """Put these generators where `get_order` has said that they were."""

    counts_passes: bool = False
    """Whether the order of a pass depends on how many there were before.

    Then a training that is taken up begins as many passes as the one that was interrupted.
    """

    worker_seed: Callable[[], int | None] | None = None
    """The seed that such a loader gave this process, None if it is none of its workers.

    Layers in workers mix their seeds with it, so it has to differ from worker to worker, and from
    epoch to epoch where workers do not live on. It imports nothing. Asked in child processes only.
    """


@dataclass(frozen=True, kw_only=True)
class ArraySpec:
    """What is known of the arrays of a dataset before there is one."""

    shape: tuple[int | None, ...]
    """None stands for a size that varies."""

    dtype: str
    """A NumPy name, or ``"string"``."""

    ragged: bool = False
    """Whether they are ragged tensors of the engine: all axes after the first vary."""


@dataclass(frozen=True, kw_only=True)
class DatasetFormat:
    """A kind of dataset to make of ours; what `keras_core_dataset_formats` returns."""

    name: str
    """What users ask for, such as ``"tf"``."""

    build: Callable[[Any, Any], Any]
    """``build(elements, spec)`` makes one.

    ``elements`` can be iterated again and again, has a ``len``, and can be indexed from several
    threads; it yields nests (tuples, dicts) of NumPy arrays, strings as arrays of objects; what the
    spec calls ragged are ragged tensors of the engine.
    ``spec`` is such a nest of `ArraySpec`.
    """

    by_default: bool = False
    """Whether it is what users expect of the backend without asking for it."""
