"""Datasets written in Python, one batch an index."""

import math
import queue
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any

from keras_core.core.base.public import public
from keras_core.core.execution.seeds import host_generator


@public("keras.utils.PyDataset", "keras.utils.Sequence")
class PyDataset:
    """Batches by index; a subclass defines ``__len__`` and ``__getitem__``.

    Args:
        workers: How many threads make batches ahead of their use.
        use_multiprocessing: Taken for compatibility; threads are used.
        max_queue_size: How many batches are made ahead.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> class Squares(keras.utils.PyDataset):
    ...     def __len__(self):
    ...         return 4
    ...     def __getitem__(self, index):
    ...         x = np.full((2, 1), float(index))
    ...         return x, x**2
    >>> Squares().num_batches
    4
    """

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ) -> None:
        self._workers = workers
        self._use_multiprocessing = use_multiprocessing
        self._max_queue_size = max_queue_size

    def _setting(self, name: str, default: Any) -> Any:
        # a subclass may not call the constructor
        return self.__dict__.get(f"_{name}", default)

    @property
    def workers(self) -> int:
        """How many threads make batches ahead of their use."""
        return self._setting("workers", 1)

    @workers.setter
    def workers(self, value: int) -> None:
        self._workers = value

    @property
    def use_multiprocessing(self) -> bool:
        """Taken for compatibility."""
        return self._setting("use_multiprocessing", False)

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        self._use_multiprocessing = value

    @property
    def max_queue_size(self) -> int:
        """How many batches are made ahead."""
        return self._setting("max_queue_size", 10)

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        self._max_queue_size = value

    def __iter__(self) -> Iterator[Any]:
        return self.iterate()

    def __getitem__(self, index: int) -> Any:
        """The batch number ``index``."""
        raise NotImplementedError(f"{type(self).__name__} must implement `__getitem__`.")

    def __len__(self) -> int:
        """The number of batches."""
        raise NotImplementedError(f"{type(self).__name__} must implement `__len__`.")

    @property
    def num_batches(self) -> int | None:
        """The number of batches, None for no end."""
        try:
            size = len(self)
        except (NotImplementedError, OverflowError):
            return None
        return None if math.isinf(size) else size

    def on_epoch_begin(self) -> None:
        """Called before each epoch."""

    def on_epoch_end(self) -> None:
        """Called after each epoch."""

    def iterate(self, shuffle: bool = False) -> Iterator[Any]:
        """All batches once, made ahead in threads if there are workers."""
        size = self.num_batches
        order: Any = range(size) if size is not None else None
        if shuffle and size is not None:
            order = host_generator().permutation(size).tolist()
        if order is None or self.workers <= 1:
            for i in order if order is not None else count():
                yield self[i]
            return
        yield from _ahead(self, list(order))


def _ahead(dataset: PyDataset, order: list[int]) -> Iterator[Any]:
    """Batches in order, made by threads that stop when the consumer does."""
    slots: list[queue.Queue[Any]] = [queue.Queue(1) for _ in order]
    room = threading.Semaphore(max(dataset.max_queue_size, dataset.workers))
    places = iter(range(len(order)))
    lock = threading.Lock()
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            if not room.acquire(timeout=0.1):
                continue
            with lock:
                i = next(places, None)
            if i is None:
                return
            try:
                slots[i].put((dataset[order[i]], None))
            except BaseException as e:  # it is raised where the batch is used
                slots[i].put((None, e))
                return

    threads = [threading.Thread(target=work, daemon=True) for _ in range(dataset.workers)]
    for thread in threads:
        thread.start()
    try:
        for slot in slots:
            batch, error = slot.get()
            room.release()
            if error is not None:
                raise error
            yield batch
    finally:
        stop.set()
        for thread in threads:
            thread.join()
