"""Which source goes with what the user passed: a list of adapters, of which the first fits.

An adapter is a small object that recognises a kind of data and makes a `Source` of it. A new kind
is one more entry, here or, by the hook ``keras_core_data_adapters``, in another distribution.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import numpy as np

from keras_core.core.base import tree
from keras_core.data.arrays import (
    ArraySource,
    common_length,
    is_array_like,
    short,
    take_rows,
    to_arrays,
)
from keras_core.data.order import Order
from keras_core.data.pydataset import PyDataset
from keras_core.data.source import Batch, Request, Source, StagedSource
from keras_core.data.streams import DatasetSource, GeneratorSource, StreamSource, length
from keras_core_plugins import DataAdapter, catalog, current
from keras_core_plugins.contributions import gathered


class Adapter(Protocol):
    """A kind of data that `fit`, `evaluate` and `predict` take."""

    def accepts(self, x: Any) -> bool:
        """Whether ``x`` is of this kind."""
        ...

    def source(self, request: Request) -> Source:
        """The batches of ``request.x``, which is of this kind."""
        ...

    def elements(self, x: Any) -> Iterable[Any]:
        """What ``x``, which is of this kind, yields in an epoch."""
        ...


class Contributed:
    """What a plugin teaches: an iterable of batches, gone through once an epoch."""

    def __init__(self, adapter: DataAdapter) -> None:
        self._adapter = adapter

    def accepts(self, x: Any) -> bool:
        return self._adapter.accepts(x)

    def source(self, request: Request) -> Source:
        batches = self.elements(request.x)
        order = Order(self._adapter, request.x)
        return StreamSource(request, lambda: iter(batches), length(batches), order)

    def elements(self, x: Any) -> Iterable[Any]:
        return self._adapter.batches(x)


class Datasets:
    """A `PyDataset`."""

    def accepts(self, x: Any) -> bool:
        return isinstance(x, PyDataset)

    def source(self, request: Request) -> Source:
        return DatasetSource(request)

    def elements(self, x: Any) -> Iterable[Any]:
        return x


class Arrays:
    """Arrays, tensors, frames, and nests of them."""

    def accepts(self, x: Any) -> bool:
        return is_array_like(x) or tree.is_nested(x)

    def source(self, request: Request) -> Source:
        return ArraySource(request)

    def elements(self, x: Any) -> Iterable[Any]:
        return [x]


class Generators:
    """Anything that yields batches once."""

    def accepts(self, x: Any) -> bool:
        return hasattr(x, "__next__") and hasattr(x, "__iter__")

    def source(self, request: Request) -> Source:
        return GeneratorSource(request)

    def elements(self, x: Any) -> Iterable[Any]:
        return x


class Iterables:
    """Anything that yields batches again and again: loaders, pipelines of other libraries."""

    def accepts(self, x: Any) -> bool:
        return callable(getattr(x, "__iter__", None)) and not isinstance(x, (str, bytes))

    def source(self, request: Request) -> Source:
        return StreamSource(request, lambda: iter(request.x), length(request.x))

    def elements(self, x: Any) -> Iterable[Any]:
        return x


_HOOK = "keras_core_data_adapters"


@functools.cache
def _near() -> tuple[Adapter, ...]:
    """What the backend and the plugins without one teach."""
    record = current()
    if record is None:  # a backend that was handed over without being installed
        return ()
    return tuple(map(Contributed, gathered(catalog(), record.installed, _HOOK)))


@functools.cache
def _far() -> tuple[Adapter, ...]:
    """What the plugins of the other backends teach."""
    record = current()
    if record is None:
        return ()
    return tuple(map(Contributed, gathered(catalog(), record.installed, _HOOK, others=True)))


def adapters() -> Iterator[Adapter]:
    """All adapters in the order in which they are asked.

    The plugins of other backends are imported only for data that are none of the usual ones.
    """
    yield from _near()
    yield from (Datasets(), Arrays(), Generators())
    yield from _far()
    yield Iterables()


def adapter_for(x: Any) -> Adapter:
    """The first adapter that accepts ``x``.

    Raises:
        ValueError: If there is none.
    """
    for adapter in adapters():
        if adapter.accepts(x):
            return adapter
    raise ValueError(
        f"Unrecognized data type for the argument `x`: {type(x).__name__}. Expected NumPy arrays, "
        "tensors, pandas frames, a PyDataset, a generator, a torch DataLoader or a "
        f"tf.data.Dataset. Received: x={short(x)}"
    )


def make_source(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    steps: int | None = None,
    shuffle: bool = False,
    class_weight: dict[Any, float] | None = None,
    stage: Callable[[Batch], Batch] | None = None,
) -> Source:
    """A source for what `fit`, `evaluate` and `predict` take.

    With a ``stage`` each batch is put through it; its inputs are arrays, of strings too.

    Raises:
        ValueError: If the arguments do not go together, or the data cannot be used.
    """
    for name, value in (("batch_size", batch_size), ("steps", steps)):
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1
        ):
            raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")
    if x is None:
        raise ValueError(
            "No data was given: `x` is None. Expected arrays, tensors, a PyDataset, a generator, a "
            "torch DataLoader or a tf.data.Dataset."
        )
    raw = stage is not None
    request = Request(x, y, sample_weight, batch_size, steps, bool(shuffle), class_weight, raw)
    source = adapter_for(x).source(request)
    return source if stage is None else StagedSource(source, stage)


def train_validation_split(arrays: Any, validation_split: float) -> tuple[Any, Any]:
    """The first samples of arrays to train with, and the last to validate with.

    Raises:
        ValueError: If the share leaves no samples on one side, or the data cannot be cut.
    """
    if not isinstance(validation_split, (int, float)) or not 0 < validation_split < 1:
        raise ValueError(
            "`validation_split` must lie between 0 and 1. "
            f"Received: validation_split={validation_split!r}"
        )
    x = arrays[0]
    if not isinstance(adapter_for(x), Arrays) or not any(v is not None for v in tree.flatten(x)):
        raise ValueError(
            "Argument `validation_split` is only supported for tensors or NumPy arrays. Found an "
            f"incompatible type in the input: {type(x).__name__}"
        )
    parts = to_arrays(*arrays, strings=True)
    size = common_length(parts)
    cut = int(np.floor(size * (1.0 - validation_split)))
    if cut == 0 or cut == size:
        raise ValueError(
            f"Training data contains {size} samples, which is not sufficient to split it into a "
            f"validation and training set as specified by `validation_split={validation_split}`."
        )
    return take_rows(parts, slice(0, cut)), take_rows(parts, slice(cut, size))
