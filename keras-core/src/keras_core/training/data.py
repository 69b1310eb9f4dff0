"""Where batches come from: arrays, frames, generators, loaders of the engines."""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any, ClassVar

import numpy as np

from keras_core.core.base import config, tree
from keras_core.core.execution.seeds import host_generator
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.runtime import CAPABILITIES
from keras_core.training.sparse_rows import SparseRows
from keras_core.utils.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from keras_core.utils.pydataset import PyDataset
from keras_core_plugins import catalog, current
from keras_core_plugins.contributions import gathered

Batch = tuple[Any, ...]


class Source:
    """Batches, as many epochs of them as are asked for.

    An epoch of so many steps goes on where the last one stopped, and ends where the data ends;
    the next one begins the data anew.

    Attributes:
        num_batches: Number of batches in an epoch, None if it is not known.
        ran_out: Whether the last epoch had fewer batches than it should have had.
    """

    looks_ahead: ClassVar[bool] = True
    """Whether `example` costs no more than the first batch does anyway."""

    def __init__(self, steps: int | None, size: int | None) -> None:
        limit, wanted = config.max_steps_per_epoch(), size if steps is None else steps
        if limit is not None and (wanted is None or wanted > limit):
            steps = limit
        self._steps = steps
        self.num_batches = size if steps is None else steps
        self.ran_out = False
        self._current: Iterator[Batch] | None = None

    def _pass(self) -> Iterator[Batch]:
        """All batches once: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``."""
        raise NotImplementedError

    def batches(self) -> Iterator[Batch]:
        """The batches of the next epoch."""
        count = 0
        for _ in range(2):  # the data may have ended with the last epoch
            if self._current is None:
                self._current = self._pass()
            for batch in islice(self._current, self._steps):
                count += 1
                yield batch
            if count == self._steps:
                break
            self._current = None
            if count:
                break
        self.ran_out = self.num_batches is not None and count < self.num_batches

    def restart(self) -> None:
        """Let the next epoch begin the data anew."""
        self._current = None

    def begin_epoch(self) -> None:
        """Called before the batches of an epoch are asked for."""

    def end_epoch(self) -> None:
        """Called after an epoch."""

    def example(self) -> Batch | None:
        """The first batch, which is not used up; None if there is none."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop what runs in the background."""
        self._current = None


# -- Arrays --------------------------------------------------------------------------


def _as_array(x: Any, name: str) -> Any:
    """An array or a tensor of the engine for one input, target or weight."""
    if x is None:
        return None
    if native.is_engine_tensor(x) and not isinstance(x, np.ndarray):
        return x
    rows = x if isinstance(x, SparseRows) else SparseRows.of(x)
    if rows is not None:
        return rows
    module = type(x).__module__
    if module.startswith("pandas"):
        x = x.to_numpy()
        if x.ndim == 1:
            x = x[:, None] if name == "x" else x
    elif not isinstance(x, np.ndarray):
        x = native.to_numpy(x)
    if x.dtype.kind in "USOMmV" and x.dtype != dtypes.numpy_dtype("bfloat16"):
        if x.dtype == object:
            with contextlib.suppress(TypeError, ValueError):
                x = x.astype(config.floatx())
        if x.dtype.kind in "USOMm":
            raise ValueError(
                f"The argument `{name}` holds values of dtype {x.dtype}, but numbers are needed. "
                "Turn strings and categories into integers first, and make ragged lists even with "
                "`keras.utils.pad_sequences`."
            )
    if x.dtype == np.float64:
        x = x.astype(config.floatx())
    return x


def _check_leaf(x: Any, name: str) -> Any:
    if isinstance(x, (str, bytes)) or not (
        hasattr(x, "shape") or hasattr(x, "__array__") or isinstance(x, (list, tuple))
    ):
        raise ValueError(
            f"Unrecognized data type for the argument `{name}`: {type(x).__name__}. Expected NumPy "
            "arrays, tensors, pandas frames, a PyDataset, a generator, a torch DataLoader or a "
            f"tf.data.Dataset. Received: {name}={_short(x)}"
        )
    return x


def _short(x: Any) -> str:
    text = repr(x)
    return text if len(text) <= 100 else text[:100] + "..."


def _is_number_list(x: Any) -> bool:
    """Whether a list is one array written out, rather than a list of arrays."""
    return (
        isinstance(x, (list, tuple))
        and bool(x)
        and not any(
            hasattr(v, "shape")
            or isinstance(v, dict)
            or (isinstance(v, (list, tuple)) and any(hasattr(w, "shape") for w in v))
            for v in x
        )
    )


def _arrays(nest: Any, name: str) -> Any:
    if nest is None:
        return None
    if _is_number_list(nest):
        try:
            nest = np.asarray(nest)
        except ValueError as e:
            raise ValueError(
                f"The argument `{name}` is a ragged list: its rows differ in length. Make them "
                "even with `keras.utils.pad_sequences`."
            ) from e
    if type(nest).__module__.startswith("pandas"):
        return _as_array(nest, name)
    return tree.map_structure(
        lambda v: None if v is None else _as_array(_check_leaf(v, name), name), nest
    )


class _ArraySource(Source):
    def __init__(self, data: Batch, batch_size: int, steps: int | None, shuffle: bool) -> None:
        self._data = data
        self._leaves = [v for v in tree.flatten(data) if v is not None]
        self._size = _common_length(data)
        self._batch_size = batch_size
        self._shuffle = shuffle
        super().__init__(steps, -(-self._size // batch_size))

    def _cut(self, rows: Any) -> Batch:
        def cut(v: Any) -> Any:
            if v is None:
                return None
            if isinstance(v, SparseRows):
                return v[rows].tensor()
            if isinstance(v, np.ndarray):
                part = v[rows].copy() if isinstance(rows, slice) else v[rows]
                part.flags.writeable = False  # nobody else has it: engines may share its memory
                return part if CAPABILITIES.jit_takes_arrays else native.convert(part)
            if isinstance(rows, slice):
                return v[rows]
            return native.OPERATIONS["take"](v, rows, axis=0)

        return _bare(tree.map_structure(cut, self._data))

    def _orders(self) -> Iterator[Any]:
        n, size = self._size, self._batch_size
        order = host_generator().permutation(n) if self._shuffle else None
        for begin in range(0, n, size):
            end = min(begin + size, n)
            yield slice(begin, end) if order is None else order[begin:end]

    def _pass(self) -> Iterator[Batch]:
        return map(self._cut, self._orders())

    def example(self) -> Batch | None:
        if not self._size and not self._leaves:
            return None
        rows = slice(0, min(self._batch_size, self._size))

        def cut(v: Any) -> Any:
            if isinstance(v, SparseRows):
                return v[rows].tensor()
            return None if v is None else v[rows]

        return _bare(tree.map_structure(cut, self._data))


def _bare(data: Batch) -> Any:
    """A single input without its tuple, as a step that takes nothing else expects."""
    return data[0] if len(data) == 1 and not tree.is_nested(data[0]) else data


def _common_length(data: Any) -> int:
    lengths: dict[int, list[str]] = {}
    for name, part in zip(("x", "y", "sample_weight"), data, strict=False):
        for v in tree.flatten(part):
            if v is None:
                continue
            shape = tuple(v.shape)
            if not shape:
                raise ValueError(
                    f"The argument `{name}` must have a batch axis. Received: a scalar. Put it in "
                    "an array of one sample."
                )
            lengths.setdefault(int(shape[0]), []).append(f"{name} {shape}")
    if not lengths:
        raise ValueError("No data was given: `x` is None.")
    if len(lengths) > 1:
        found = "; ".join(", ".join(v) for v in lengths.values())
        raise ValueError(
            "Data cardinality is ambiguous. Make sure all arrays contain the same number of "
            f"samples. Received shapes: {found}"
        )
    return next(iter(lengths))


def _class_weights(y: Any, class_weight: dict[Any, float]) -> Any:
    """A weight for each sample, by its class."""
    if not isinstance(class_weight, dict):
        raise ValueError(
            f"`class_weight` must be a dict from class to weight. Received: {class_weight!r}"
        )
    if tree.is_nested(y):
        raise ValueError("`class_weight` is only supported for models with a single output.")
    classes = native.to_numpy(y)
    if classes.ndim > 1 and classes.shape[-1] != 1:
        classes = classes.argmax(-1)
    classes = classes.reshape(classes.shape[0], -1)[:, 0] if classes.ndim > 1 else classes
    classes = np.round(classes).astype("int64")
    out = np.ones(classes.shape, config.floatx())
    for key, weight in class_weight.items():
        out[classes == int(key)] = weight
    return out


# -- Iterators -----------------------------------------------------------------------


class _StreamSource(Source):
    """Batches from something that can be iterated again and again."""

    def __init__(
        self,
        make: Callable[[], Iterator[Any]],
        steps: int | None,
        size: int | None,
        class_weight: Any,
    ) -> None:
        super().__init__(steps, size)
        self._make, self._class_weight = make, class_weight
        self._opened: Iterator[Any] | None = None
        self._first: Any = None

    def _pass(self) -> Iterator[Batch]:
        opened, self._opened = self._opened or self._make(), None
        return map(self._convert, opened)

    def example(self) -> Batch | None:
        if self._opened is None:
            opened = self._make()
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
            weight = _class_weights(y, self._class_weight)

        def convert(v: Any) -> Any:
            if v is None:
                return None
            array = _as_array(v, "x")
            return array.tensor() if isinstance(array, SparseRows) else native.convert(array)

        parts = [x] if y is None else [x, y] if weight is None else [x, y, weight]
        return _bare(
            tuple(
                convert(np.asarray(v)) if _is_number_list(v) else tree.map_structure(convert, v)
                for v in parts
            )
        )


class _DatasetSource(_StreamSource):
    """Batches from a `PyDataset`, which is told of the epochs."""

    looks_ahead = False

    def __init__(
        self, dataset: PyDataset, steps: int | None, class_weight: Any, shuffle: bool
    ) -> None:
        super().__init__(lambda: dataset.iterate(shuffle), steps, dataset.num_batches, class_weight)
        self._dataset = dataset

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


class _GeneratorSource(_StreamSource):
    """Batches from an iterator, of which all but the first ones can be had only once."""

    _KEPT = 2

    def __init__(self, iterator: Iterator[Any], steps: int | None, class_weight: Any) -> None:
        super().__init__(self._again, steps, None, class_weight)
        self._head: list[Any] = []
        self._used_up = False
        self._rest = self._watched(iterator)

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


def make_source(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    steps: int | None = None,
    shuffle: bool = False,
    class_weight: Any = None,
) -> Source:
    """A source for what `fit`, `evaluate` and `predict` take.

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
    stream = _stream(x, steps, class_weight, shuffle)
    if stream is not None:
        for name, value in (("y", y), ("sample_weight", sample_weight)):
            if value is not None:
                raise ValueError(
                    f"When `x` is a {type(x).__name__}, it yields the targets and weights itself, "
                    f"so `{name}` should not be passed."
                )
        return stream
    if class_weight is not None and sample_weight is not None:
        raise ValueError(
            "You cannot specify both `class_weight` and `sample_weight`. Multiply the weights "
            "yourself."
        )
    x, y, sample_weight = (
        _arrays(v, name) for v, name in ((x, "x"), (y, "y"), (sample_weight, "sample_weight"))
    )
    if class_weight is not None:
        if y is None:
            raise ValueError("`class_weight` needs targets: `y` is None.")
        sample_weight = _class_weights(y, class_weight)
    data = (x,) if y is None else (x, y) if sample_weight is None else (x, y, sample_weight)
    return _ArraySource(data, batch_size or 32, steps, bool(shuffle))


def _stream(x: Any, steps: int | None, class_weight: Any, shuffle: bool) -> Source | None:
    """A source for anything that yields batches, None for arrays."""
    for adapter in _adapters():
        batches = adapter(x)
        if batches is not None:
            size = len(batches) if hasattr(batches, "__len__") else None
            return _StreamSource(functools.partial(iter, batches), steps, size, class_weight)
    if isinstance(x, PyDataset):
        return _DatasetSource(x, steps, class_weight, shuffle)
    torch_data = sys.modules.get("torch.utils.data")
    if torch_data is not None and isinstance(x, torch_data.DataLoader):
        try:
            size: int | None = len(x)
        except TypeError:  # over an iterable of unknown length
            size = None
        return _StreamSource(lambda: iter(x), steps, size, class_weight)
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and isinstance(x, tensorflow.data.Dataset):
        size = int(x.cardinality())
        return _StreamSource(
            lambda: (tree.map_structure(_of_tensorflow, b) for b in x),
            steps,
            size if size >= 0 else None,
            class_weight,
        )
    if hasattr(x, "__next__") and hasattr(x, "__iter__"):
        return _GeneratorSource(iter(x), steps, class_weight)
    if (
        callable(getattr(x, "__iter__", None))
        and not (hasattr(x, "shape") or isinstance(x, (list, tuple, dict, str, bytes)))
        and not type(x).__module__.startswith("pandas")
    ):
        size = len(x) if hasattr(x, "__len__") else None
        return _StreamSource(lambda: iter(x), steps, size, class_weight)
    return None


@functools.cache
def _adapters() -> list[Callable[[Any], Any]]:
    """The data adapters of the backend and of other plugins."""
    record = current()
    if record is None:  # a backend that was handed over without being installed
        return []
    return gathered(catalog(), record.installed, "keras_core_data_adapters")


def _of_tensorflow(v: Any) -> Any:
    return v if native.is_engine_tensor(v) else v.numpy() if hasattr(v, "numpy") else v


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
    x, y, weight = arrays
    if _stream(x, None, None, False) is not None or not any(v is not None for v in tree.flatten(x)):
        raise ValueError(
            "Argument `validation_split` is only supported for tensors or NumPy arrays. Found an "
            f"incompatible type in the input: {type(x).__name__}"
        )
    parts = [_arrays(v, n) for v, n in ((x, "x"), (y, "y"), (weight, "sample_weight"))]
    size = _common_length(parts)
    cut = int(np.floor(size * (1.0 - validation_split)))
    if cut == 0 or cut == size:
        raise ValueError(
            f"Training data contains {size} samples, which is not sufficient to split it into a "
            f"validation and training set as specified by `validation_split={validation_split}`."
        )

    def part(rows: slice) -> tuple[Any, ...]:
        return tuple(tree.map_structure(lambda v: None if v is None else v[rows], p) for p in parts)

    return part(slice(0, cut)), part(slice(cut, size))


__all__ = [
    "Source",
    "make_source",
    "pack_x_y_sample_weight",
    "train_validation_split",
    "unpack_x_y_sample_weight",
]
