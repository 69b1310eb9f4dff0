"""Random numbers of processes that prepare data: copies of one layer draw other ones in each.

A process that was forked, or was sent a layer, has the seeds of its parent. Where it is the worker
of a loader, each of them is mixed with a number of its own: the seed that the loader gives it,
which is another one in each epoch, or that of the batch for the workers of a `PyDataset`.
"""

import functools
import multiprocessing
import random as python_random
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.tensors import native
from keras_core_plugins import catalog, current
from keras_core_plugins.contributions import gathered

_HOOK = "keras_core_data_adapters"


_number = 0
"""What the seeds of this process are mixed with; 0 for nothing."""


def number_of_worker() -> int:
    """The number of this process, 0 if it is no worker.

    Before a loader has begun a worker, it knows of none, so it is asked until it does.
    """
    global _number
    if not _number and multiprocessing.parent_process() is not None and current() is not None:
        seed = next(filter(None, (ask() for ask in _askers())), None)
        if seed is not None:
            _number = int(np.random.SeedSequence(seed).generate_state(1)[0])
    return _number


@functools.cache
def _askers() -> list[Callable[[], int | None]]:
    """Functions that say which seed a loader of an engine gave this process."""
    record = current()
    assert record is not None, "the core is imported with a backend"
    adapters = gathered(catalog(), record.installed, _HOOK)
    adapters += gathered(catalog(), record.installed, _HOOK, others=True)
    return [a.worker_seed for a in adapters if a.worker_seed is not None]


def begin_batch(epoch: int, index: int) -> None:
    """Let the random numbers of this process, a worker, be those of a batch.

    Args:
        epoch: A number that the epoch has for itself.
        index: The number of the batch.
    """
    global _number
    words = np.random.SeedSequence([epoch, index]).generate_state(3)
    _number = int(words[0])
    python_random.seed(int(words[1]))  # users' datasets draw from these
    np.random.seed(int(words[2]))


def own_seed(seed: Any) -> Any:
    """A seed, uint32 of shape ``[2]``, from which each worker draws other numbers."""
    number = number_of_worker()
    if not number:
        return seed
    return p.bitwise_xor(seed, native.convert(np.array([number, 0], "uint32"), "uint32"))
