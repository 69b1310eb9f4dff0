"""Batches from what yields them: datasets, generators, loaders of the engines."""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.tensors import native
from keras_core.data.arrays import as_array, is_number_list
from keras_core.data.class_weight import class_weights
from keras_core.data.order import Order
from keras_core.data.packing import unpack_x_y_sample_weight
from keras_core.data.pydataset import PyDataset
from keras_core.data.source import Batch, Request, Source, bare
from keras_core.data.sparse_rows import SparseRows
from keras_core.data.workers import Workers


def length(x: Any) -> int | None:
    """The number of batches in an epoch of ``x``, None if it is not known."""
    try:
        return len(x)
    except TypeError:  # no length, or one that depends on the data
        return None


class StreamSource(Source):
    """Batches from something that can be iterated again and again."""

    def __init__(
        self,
        request: Request,
        make: Callable[[], Iterator[Any]],
        size: int | None,
        order: Order | None = None,
    ) -> None:
        for name, value in (("y", request.y), ("sample_weight", request.sample_weight)):
            if value is not None:
                raise ValueError(
                    f"When `x` is a {type(request.x).__name__}, it yields the targets and weights "
                    f"itself, so `{name}` should not be passed."
                )
        super().__init__(request.steps, size)
        self._make, self._class_weight = make, request.class_weight
        self._drawn = order
        self._raw = request.raw
        self._opened: Iterator[Any] | None = None
        self._first: Any = None

    def _begin(self) -> Iterator[Any]:
        if self._drawn is not None:
            self._drawn.note_pass()
        return self._make()

    def _pass(self, skip: int = 0) -> Iterator[Batch]:
        opened, self._opened = self._opened or self._begin(), None
        for _ in islice(opened, skip):
            pass
        return map(self._convert, opened)

    def get_state(self) -> dict[str, Any]:
        held = super().get_state()
        if self._drawn is None:
            return held
        return {**held, "drawn": self._drawn.get_state(within=bool(held))}

    def set_state(self, state: dict[str, Any], batch: int) -> None:
        place = dict(state)
        drawn = place.pop("drawn", None)
        if self._drawn is None or drawn is None:
            super().set_state(place, batch)
            return
        if not self._drawn.take_up(drawn, bool(place), self._make):
            self._opened = None
        super().set_state(place, batch)
        if place:
            self._drawn.go_on(drawn)

    def example(self) -> Batch | None:
        if self._opened is None:
            opened = self._begin()
            for self._first in opened:
                self._opened = chain([self._first], opened)
                break
            else:
                return None
        return self._convert(self._first)

    def _convert(self, data: Any) -> Batch:
        x, y, weight = unpack_x_y_sample_weight(data)
        if self._class_weight is not None:
            if weight is not None:
                raise ValueError(
                    "Arguments `sample_weight` and `class_weight` cannot be specified together."
                )
            weight = class_weights(y, self._class_weight)

        def convert(v: Any) -> Any:
            if v is None:
                return None
            array = as_array(v, "x")
            return array.tensor() if isinstance(array, SparseRows) else native.convert(array)

        def keep(v: Any) -> Any:
            return None if v is None else as_array(v, "x", strings=True)

        uses = (keep if self._raw else convert, convert, convert)
        parts = [x] if y is None else [x, y] if weight is None else [x, y, weight]
        batch = tuple(
            use(np.asarray(v)) if is_number_list(v) else tree.map_structure(use, v)
            for use, v in zip(uses, parts, strict=False)
        )
        # a dict that comes in a tuple is told from one that does not
        return batch if isinstance(parts[0], dict) and parts[0] is not data else bare(batch)


class DatasetSource(StreamSource):
    """Batches from a `PyDataset`, which is told of the epochs."""

    looks_ahead = False

    def __init__(self, request: Request) -> None:
        dataset: PyDataset = request.x
        super().__init__(request, self._make_pass, dataset.num_batches)
        self._dataset, self._shuffle = dataset, request.shuffle
        self._workers: Workers | None = None
        self._started = False

    def _pass(self, skip: int = 0) -> Iterator[Batch]:
        return map(self._convert, self._make_pass(skip))

    def _make_pass(self, skip: int = 0) -> Iterator[Any]:
        if not self._started:  # they are kept for all epochs
            self._workers, self._started = self._dataset.make_workers(), True
        return self._dataset.iterate(self._shuffle, self._workers, skip)

    def get_state(self) -> dict[str, Any]:
        return {**super().get_state(), "dataset": self._dataset.get_state()}

    def set_state(self, state: dict[str, Any], batch: int) -> None:
        place = dict(state)
        self._dataset.set_state(place.pop("dataset"))
        super().set_state(place, batch)

    def close(self) -> None:
        super().close()
        if self._workers is not None:
            self._workers.close()
        self._workers, self._started = None, False

    def begin_epoch(self) -> None:
        self._dataset.on_epoch_begin()

    def end_epoch(self) -> None:
        self._dataset.on_epoch_end()

    def example(self) -> Batch | None:
        # an epoch of its own: the dataset may draw other batches in the next one
        if self.num_batches == 0:
            return None
        self.begin_epoch()
        batch = self._convert(self._dataset[0])
        self.end_epoch()
        return batch


class GeneratorSource(StreamSource):
    """Batches from an iterator, of which all but the first ones can be had only once."""

    _KEPT = 2

    def __init__(self, request: Request) -> None:
        super().__init__(request, self._again, None)
        self._head: list[Any] = []
        self._used_up = False
        self._rest = self._watched(iter(request.x))

    def _watched(self, iterator: Iterator[Any]) -> Iterator[Any]:
        for data in iterator:
            if len(self._head) < self._KEPT:
                self._head.append(data)
            yield data
        self._used_up = True

    def _again(self) -> Iterator[Any]:
        return chain(tuple(self._head), self._rest)

    def batches(self) -> Iterator[Batch]:
        at_end = self._used_up
        yield from super().batches()
        self.ran_out |= at_end
