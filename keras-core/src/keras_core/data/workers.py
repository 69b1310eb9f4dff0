"""Batches made ahead of their use, by threads or by processes, in order."""

import itertools
import multiprocessing
import os
import pickle
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from keras_core.core.tensors.scopes import HostScope
from keras_core_plugins import choice


class Workers:
    """Threads or processes that read a dataset; they live until they are closed.

    Args:
        dataset: What is read, by index.
        count: Number of workers.
        processes: Whether they are processes, which are spawned, and have the backend of this one.
        queue_size: Number of batches that are made ahead.
    """

    def __init__(self, dataset: Any, count: int, processes: bool, queue_size: int) -> None:
        self._dataset, self._processes = dataset, processes
        self._ahead = max(queue_size, count)
        self._sent = _Sent() if processes else None
        self._executor: Executor = (
            ProcessPoolExecutor(
                count,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=choice().adopt,  # before anything else of ours is imported there
            )
            if processes
            else ThreadPoolExecutor(count, thread_name_prefix="keras-data")
        )

    def read(self, order: Iterable[int]) -> Iterator[Any]:
        """The batches of these numbers, in this order.

        Whatever a worker raises is raised where its batch would have been used.
        """
        sent = None if self._sent is None else self._sent.update(self._dataset)
        numbers = iter(order)
        waiting: deque[Future[Any]] = deque()

        def submit(index: int) -> None:
            if sent is None:
                waiting.append(self._executor.submit(_item, self._dataset, index))
            else:
                waiting.append(self._executor.submit(_get, *sent, index))

        try:
            for index in itertools.islice(numbers, self._ahead):
                submit(index)
            while waiting:
                batch = waiting.popleft().result()
                for index in itertools.islice(numbers, 1):
                    submit(index)
                yield batch
        except BrokenProcessPool as e:
            raise RuntimeError(
                f"A worker process of the dataset {type(self._dataset).__name__} ended without a "
                "word: it may have run out of memory, or crashed. A program that uses "
                "`use_multiprocessing=True` has to start under `if __name__ == '__main__':`. Use "
                "threads to find out: `use_multiprocessing=False`."
            ) from e
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """Wait for what runs, and end the workers."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        if self._sent is not None:
            self._sent.close()

    def __del__(self) -> None:
        if hasattr(self, "_executor"):  # not if it could not be made
            self._executor.shutdown(wait=False, cancel_futures=True)


class _Sent:
    """The dataset as the processes get it: in a file, written anew when it has changed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="keras-dataset-")
        self._data, self._version = b"", 0

    def update(self, dataset: Any) -> tuple[str, int]:
        """The path of the file, and a number that grows when its contents change."""
        try:
            data = pickle.dumps(dataset)
        except Exception as e:
            raise ValueError(
                f"The dataset {type(dataset).__name__} cannot be sent to worker processes: {e}. "
                "Define its class in a module rather than in a function, and let it hold no open "
                "files and no lambdas; or use threads, with `use_multiprocessing=False`."
            ) from e
        if data != self._data:
            self._data, self._version = data, self._version + 1
            with open(self._path(), "wb") as file:
                file.write(data)
        return self._path(), self._version

    def _path(self) -> str:
        return os.path.join(self._folder.name, str(self._version))

    def close(self) -> None:
        self._folder.cleanup()


def _item(dataset: Any, index: int) -> Any:
    """In a worker: one batch. Layers that prepare data run on the host there."""
    with HostScope():
        return dataset[index]


_held: tuple[str, int, Any] = ("", 0, None)
"""In a worker process: the dataset that it has read last."""


def _get(path: str, version: int, index: int) -> Any:
    """In a worker process: one batch."""
    global _held
    if _held[:2] != (path, version):
        with open(path, "rb") as file:  # written by the parent, in a folder that only we can read
            _held = (path, version, pickle.load(file))  # noqa: S301  # our own file
    return _item(_held[2], index)
