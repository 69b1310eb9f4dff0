"""Datasets written in Python, one batch an index."""

import math
from collections.abc import Iterator
from itertools import count
from typing import Any

from keras_core.core.base.public import public
from keras_core.core.execution.seeds import host_generator
from keras_core.data.workers import Workers, made_by


@public("keras.utils.PyDataset", "keras.utils.Sequence")
class PyDataset:
    """Batches by index; a subclass defines ``__len__`` and ``__getitem__``.

    Args:
        workers: Number of threads or processes that make batches ahead of their use. With 1, the
            default, and without `use_multiprocessing` batches are made when they are used.
        use_multiprocessing: Whether the workers are processes rather than threads. They are
            spawned, so the dataset is pickled, and a program that uses them has to start under
            ``if __name__ == "__main__":``. False by default.
        max_queue_size: Number of batches that are made ahead, 10 by default.

    A dataset without ``__len__`` has no end: give `fit` ``steps_per_epoch``. Whatever a worker
    raises is raised where its batch is used.

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
        """Number of threads or processes that make batches ahead of their use."""
        return self._setting("workers", 1)

    @workers.setter
    def workers(self, value: int) -> None:
        self._workers = value

    @property
    def use_multiprocessing(self) -> bool:
        """Whether the workers are processes."""
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

    def get_state(self) -> dict[str, Any]:
        """What the batches to come depend on besides the arguments: a subclass may override it.

        A dataset that changes from epoch to epoch, such as one that shuffles in `on_epoch_end`,
        returns here what `set_state` needs, so that `keras.callbacks.BackupAndRestore` can go on
        with it. It is called between batches.

        Returns:
            A dict of numbers, strings, None and NumPy arrays, and of dicts and lists of these.
            Empty by default.
        """
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` returned, in a run that was interrupted."""

    def iterate(
        self, shuffle: bool = False, workers: Workers | None = None, skip: int = 0
    ) -> Iterator[Any]:
        """All batches once, made ahead by the workers if there are any.

        Args:
            shuffle: Whether the batches come in a random order.
            workers: Workers that are kept for the next time. By default there are new ones.
            skip: How many batches are left out at the beginning.
        """
        size = self.num_batches
        order: Any = count(skip) if size is None else range(skip, size)
        if shuffle and size is not None:
            order = host_generator().permutation(size)[skip:].tolist()
        return self._in_order(order, workers)

    def _in_order(self, order: Any, workers: Workers | None) -> Iterator[Any]:
        held = self.make_workers() if workers is None else workers
        if held is None:
            for index in order:
                with made_by(self, index):
                    batch = self[index]
                yield batch
            return
        try:
            yield from held.read(order)
        finally:
            if workers is None:
                held.close()

    def make_workers(self) -> Workers | None:
        """The workers that the settings ask for: none for a single thread."""
        count = max(self.workers, 1) if self.use_multiprocessing else self.workers
        if count <= 1 and not self.use_multiprocessing:
            return None
        return Workers(self, count, self.use_multiprocessing, self.max_queue_size)
