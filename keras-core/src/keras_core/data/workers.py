"""Batches made ahead of their use, by threads or by processes, in order."""

import itertools
import multiprocessing
import os
import pickle
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from keras_core.core.execution.processes import begin_batch
from keras_core.core.execution.seeds import host_generator
from keras_core.core.tensors.scopes import HostScope
from keras_core_plugins import choice

_GRACE = 0.5
"""How long workers that are closed may go on with what they do, in seconds."""


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
        self._waiting: deque[tuple[int, Future[Any]]] = deque()
        self._pool: _Threads | _Processes = _Processes(count) if processes else _Threads(count)

    def read(self, order: Iterable[int]) -> Iterator[Any]:
        """The batches of these numbers, in this order.

        Whatever a worker raises is raised where its batch would have been used.
        """
        self._cancel()  # what the last reader has not used
        sent = None if self._sent is None else self._sent.update(self._dataset)
        epoch = 0 if sent is None else int(host_generator().integers(1, 2**31))
        numbers, waiting = iter(order), self._waiting

        def submit(index: int) -> None:
            if sent is None:
                waiting.append((index, self._pool.submit(_item, self._dataset, index)))
            else:
                waiting.append((index, self._pool.submit(_get, *sent, epoch, index)))

        try:
            for index in itertools.islice(numbers, self._ahead):
                submit(index)
            while waiting:
                made, future = waiting[0]
                with made_by(self._dataset, made):
                    batch = future.result()
                waiting.popleft()
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

    def _cancel(self) -> None:
        self._running = [f for _, f in self._waiting if not f.cancel() and not f.done()]
        self._waiting.clear()

    def close(self) -> None:
        """End the workers, whatever they do.

        Processes that do not end by themselves are ended. A thread cannot be: it ends when it
        returns from the dataset, or with the program, which does not wait for it.
        """
        self._cancel()
        wait(self._running, _GRACE)
        self._pool.close(any(not f.done() for f in self._running))
        if self._sent is not None:
            self._sent.close()

    def __del__(self) -> None:
        if hasattr(self, "_pool"):  # not if it could not be made
            self._pool.let_go()


@contextmanager
def made_by(dataset: Any, index: int) -> Iterator[None]:
    """Errors say which batch of a dataset they are from."""
    try:
        yield
    except Exception as e:
        e.add_note(f"It was raised for batch {index} of the dataset {type(dataset).__name__}.")
        raise


class _Threads:
    """Threads that a program does not wait for at its end, other than those of an `Executor`."""

    def __init__(self, count: int) -> None:
        self._tasks: SimpleQueue[Any] = SimpleQueue()
        self._threads = [
            threading.Thread(target=_work, args=(self._tasks,), name=f"keras-data_{i}", daemon=True)
            for i in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], *args: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._tasks.put((future, fn, args))
        return future

    def let_go(self) -> None:
        """Let the threads end when they have done what they do."""
        for _ in self._threads:
            self._tasks.put(None)

    def close(self, hangs: bool) -> None:
        self.let_go()
        if not hangs:
            for thread in self._threads:
                thread.join(_GRACE)


def _work(tasks: "SimpleQueue[Any]") -> None:
    while (task := tasks.get()) is not None:
        future, fn, args = task
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(fn(*args))
        except BaseException as e:
            future.set_exception(e)
        del task, future, fn, args  # nothing is held while waiting


class _Processes:
    """Processes that can be ended while they work."""

    def __init__(self, count: int) -> None:
        self._executor = ProcessPoolExecutor(
            count,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=choice().begin_worker,  # before anything else of ours is imported there
        )

    def submit(self, fn: Callable[..., Any], *args: Any) -> Future[Any]:
        return self._executor.submit(fn, *args)

    def let_go(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def close(self, hangs: bool) -> None:
        if hangs:
            # there is no public name for that before Python 3.14
            for process in list((self._executor._processes or {}).values()):
                process.kill()
        self._executor.shutdown(wait=True, cancel_futures=True)


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


def _get(path: str, version: int, epoch: int, index: int) -> Any:
    """In a worker process: one batch, with random numbers of its own whoever makes it."""
    global _held
    begin_batch(epoch, index)
    if _held[:2] != (path, version):
        with open(path, "rb") as file:  # written by the parent, in a folder that only we can read
            _held = (path, version, pickle.load(file))  # noqa: S301  # our own file
    return _item(_held[2], index)
