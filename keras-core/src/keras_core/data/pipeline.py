"""Datasets that are made of others: mapped, cut, shuffled, put in batches; each one can be indexed.

As a `PyDataset` each is read by the trainer in workers. An element is what the one below yields at
some index, so nothing is computed before it is asked for.
"""

import functools
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.core.base import tree
from keras_core.core.execution.seeds import host_generator
from keras_core.core.tensors import native
from keras_core.data.pydataset import PyDataset


class Pipeline(PyDataset):
    """A dataset of a known length; what `*_dataset_from_directory` return.

    Args:
        source: The dataset that this one is made of; None for one that is read from elsewhere.
    """

    class_names: list[str] | None = None
    """Names of the classes in the order of their numbers, where the dataset has classes."""

    file_paths: list[str] | None = None
    """The files that the samples come from, where the dataset is read from files."""

    def __init__(self, source: "Pipeline | None" = None) -> None:
        workers = 1 if source is None else source.workers
        queue = 10 if source is None else source.max_queue_size
        processes = source is not None and source.use_multiprocessing
        super().__init__(workers, processes, queue)
        self.source = source
        if source is not None:
            self.class_names, self.file_paths = source.class_names, source.file_paths

    def _get(self, index: int) -> Any:
        raise NotImplementedError

    def __getitem__(self, index: int) -> Any:
        """The element number ``index``; a negative one counts from the end."""
        size = len(self)
        if not -size <= index < size:
            raise IndexError(f"The dataset has {size} elements. Received: index={index}")
        return self._get(index % size)

    def __len__(self) -> int:
        """The number of elements."""
        assert self.source is not None, "a dataset without a source has a length of its own"
        return len(self.source)

    def __iter__(self) -> Iterator[Any]:
        """All elements once, each time in a new order if the dataset is shuffled."""
        self.on_epoch_begin()
        yield from self.iterate()
        self.on_epoch_end()

    def on_epoch_begin(self) -> None:
        """Draws a new order, if the dataset is shuffled."""
        if self.source is not None:
            self.source.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Called after each epoch."""
        if self.source is not None:
            self.source.on_epoch_end()

    def sizes(self) -> Sequence[int] | None:
        """The number of samples in each element, None if they are not known or not batches."""
        return None

    # -- Datasets made of this one ---------------------------------------------------

    def map(
        self, map_func: Callable[..., Any], num_parallel_calls: int | None = None, **kwargs: Any
    ) -> "Pipeline":
        """A dataset of the results of a function of the elements.

        Args:
            map_func: Function of an element; of a tuple it gets the entries.
            num_parallel_calls: Number of workers. By default, and if negative, as before.
            **kwargs: None; other options of ``tf.data`` have no meaning here.
        """
        if kwargs:
            raise TypeError(f"`map` takes no arguments {sorted(kwargs)}: this is no tf.data.")
        out = _Mapped(self, map_func)
        if num_parallel_calls is not None and num_parallel_calls > 0:
            out.workers = num_parallel_calls
        return out

    def take(self, count: int) -> "Pipeline":
        """A dataset of the first elements, all of them if `count` is negative."""
        return self if count < 0 else _Sliced(self, range(len(self))[:count])

    def skip(self, count: int) -> "Pipeline":
        """A dataset without the first elements, without any if `count` is negative."""
        return _Sliced(self, range(len(self))[len(self) if count < 0 else count :])

    def shuffle(
        self,
        buffer_size: int | None = None,
        seed: int | None = None,
        reshuffle_each_iteration: bool = True,
    ) -> "Pipeline":
        """A dataset in another order, drawn from all elements.

        Args:
            buffer_size: How far the order is mixed in ``tf.data``. Here it is mixed wholly.
            seed: Seed of the order. By default that of `keras.utils.set_random_seed`.
            reshuffle_each_iteration: Whether each epoch has an order of its own, which is the
                default.
        """
        return _Shuffled(self, seed, reshuffle_each_iteration)

    def batch(self, batch_size: int, drop_remainder: bool = False) -> "Pipeline":
        """A dataset of batches, with a new first axis.

        Args:
            batch_size: Number of elements in a batch.
            drop_remainder: Whether a last batch with fewer elements is left out. False by default.
        """
        if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
            raise ValueError(
                f"`batch_size` must be a positive integer. Received: batch_size={batch_size!r}"
            )
        return _Batched(self, batch_size, drop_remainder)

    def unbatch(self) -> "Pipeline":
        """A dataset of the single samples of batches.

        After `map`, whose function may change how many there are, all elements are read once to
        count them.
        """
        return _Unbatched(self)

    def ignore_errors(self) -> "Pipeline":
        """A dataset without the elements that cannot be read, which a warning names.

        All elements are read once.
        """
        places, problems = [], []
        for i in range(len(self)):
            try:
                self[i]
            except (OSError, ValueError) as e:
                problems.append(str(e))
            else:
                places.append(i)
        if problems:
            listed = "\n".join(problems[:10]) + ("\n..." if len(problems) > 10 else "")
            warnings.warn(f"{len(problems)} elements are left out:\n{listed}", stacklevel=2)
        return _Sliced(self, places)

    def cache(self, filename: str = "") -> "Pipeline":
        """A dataset that keeps in memory what was read once.

        Args:
            filename: Has to be empty: there is no cache on disk.
        """
        if filename:
            raise ValueError("Datasets are cached in memory only: leave out `filename`.")
        return _Cached(self)

    def prefetch(self, buffer_size: int | None = None) -> "Pipeline":
        """A dataset whose next elements are made while one is used.

        Args:
            buffer_size: How many elements are made ahead. By default, and if negative, 10.
        """
        out = _Sliced(self, range(len(self)))
        out.workers = max(self.workers, 2)
        if buffer_size is not None and buffer_size > 0:
            out.max_queue_size = buffer_size
        return out


class _Mapped(Pipeline):
    def __init__(self, source: Pipeline, function: Callable[..., Any]) -> None:
        super().__init__(source)
        self._function, self._source = function, source

    def _get(self, index: int) -> Any:
        element = self._source[index]
        return self._function(*element) if isinstance(element, tuple) else self._function(element)


class _Sliced(Pipeline):
    def __init__(self, source: Pipeline, places: Sequence[int]) -> None:
        super().__init__(source)
        self._source, self._places = source, places

    def __len__(self) -> int:
        return len(self._places)

    def _get(self, index: int) -> Any:
        return self._source[self._places[index]]

    def sizes(self) -> Sequence[int] | None:
        sizes = self._source.sizes()
        return None if sizes is None else [sizes[i] for i in self._places]


class _Shuffled(Pipeline):
    def __init__(self, source: Pipeline, seed: int | None, again: bool) -> None:
        super().__init__(source)
        self._source, self._again = source, again
        self._generator = None if seed is None else np.random.default_rng(seed)
        self._order: Any = None

    def on_epoch_begin(self) -> None:
        super().on_epoch_begin()
        if self._order is None or self._again:
            generator = host_generator() if self._generator is None else self._generator
            self._order = generator.permutation(len(self._source))

    def _get(self, index: int) -> Any:
        if self._order is None:
            self.on_epoch_begin()
        return self._source[int(self._order[index])]

    def sizes(self) -> Sequence[int] | None:
        sizes = self._source.sizes()
        return None if sizes is None or self._order is None else [sizes[i] for i in self._order]


class _Batched(Pipeline):
    def __init__(self, source: Pipeline, batch_size: int, drop_remainder: bool) -> None:
        super().__init__(source)
        self._source, self._batch_size = source, batch_size
        whole, rest = divmod(len(source), batch_size)
        self._size = whole + (rest > 0 and not drop_remainder)

    def __len__(self) -> int:
        return self._size

    def _get(self, index: int) -> Any:
        begin = index * self._batch_size
        rows = range(begin, min(begin + self._batch_size, len(self._source)))
        return tree.map_structure(stacked, *[self._source[i] for i in rows])

    def sizes(self) -> Sequence[int] | None:
        full, count = self._batch_size, len(self._source)
        return [min(full, count - i * full) for i in range(self._size)]


def stacked(*leaves: Any) -> Any:
    """The leaves of several elements as one array, padded with zeros if they differ in size."""
    if isinstance(leaves[0], (str, bytes)):
        out = np.empty(len(leaves), object)
        out[:] = leaves
        return out
    if native.is_ragged(leaves[0]):
        return ops.stack(leaves)
    arrays = [native.to_numpy(v) for v in leaves]
    shapes = {a.shape for a in arrays}
    if len(shapes) == 1 or len({len(s) for s in shapes}) > 1:
        return np.stack(arrays)  # or an error that names the shapes
    shape = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
    out = np.zeros((len(arrays), *shape), arrays[0].dtype)
    for row, a in zip(out, arrays, strict=True):
        row[tuple(map(slice, a.shape))] = a
    return out


class _Unbatched(Pipeline):
    def __init__(self, source: Pipeline) -> None:
        super().__init__(source)
        self._source = source
        sizes = source.sizes()
        if sizes is None:
            sizes = [len(tree.flatten(source[i])[0]) for i in range(len(source))]
        self._ends = np.cumsum(sizes)
        self._read = functools.lru_cache(2)(source.__getitem__)

    def on_epoch_begin(self) -> None:
        super().on_epoch_begin()
        self._read.cache_clear()

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def _get(self, index: int) -> Any:
        place = int(np.searchsorted(self._ends, index, "right"))
        row = index - (int(self._ends[place - 1]) if place else 0)
        return tree.map_structure(lambda v: v[row], self._read(place))


class _Cached(Pipeline):
    def __init__(self, source: Pipeline) -> None:
        super().__init__(source)
        self._source, self._held = source, dict[int, Any]()
        self._lock = threading.Lock()

    def on_epoch_begin(self) -> None:
        if not self._held:  # what is kept has the order that it was read in
            super().on_epoch_begin()

    def _get(self, index: int) -> Any:
        try:
            return self._held[index]
        except KeyError:
            element = self._source[index]
            with self._lock:
                return self._held.setdefault(index, element)

    def sizes(self) -> Sequence[int] | None:
        return self._source.sizes()
