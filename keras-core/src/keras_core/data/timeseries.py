"""Windows of time series as a dataset."""

from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.data.dataset_formats import DEFAULT, batched, built
from keras_core.data.pipeline import Pipeline
from keras_core.typing import Dataset, TensorLike
from keras_core_plugins import ArraySpec


class _Windows(Pipeline):
    """Batches of windows, cut by one index."""

    def __init__(
        self,
        data: Any,
        targets: Any,
        starts: Any,
        offsets: Any,
        batch_size: int | None,
        shuffles: np.random.RandomState | None,
    ) -> None:
        super().__init__()
        self._data, self._targets, self._shuffles = data, targets, shuffles
        self._starts, self._offsets, self._batch_size = starts, offsets, batch_size
        self.on_epoch_begin()

    def on_epoch_begin(self) -> None:
        if self._shuffles is not None:
            self._shuffles.shuffle(self._starts)

    def __len__(self) -> int:
        return -(-len(self._starts) // (self._batch_size or 1))

    def _get(self, index: int) -> Any:
        size = self._batch_size
        rows = index if size is None else slice(index * size, (index + 1) * size)
        starts = self._starts[rows]
        x = self._data[starts[..., None] + self._offsets]
        return x if self._targets is None else (x, self._targets[starts])


@public(
    "keras.utils.timeseries_dataset_from_array", "keras.preprocessing.timeseries_dataset_from_array"
)
def timeseries_dataset_from_array(
    data: TensorLike,
    targets: TensorLike | None,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = DEFAULT,
) -> Dataset:
    """Makes a dataset of sliding windows over time series.

    Args:
        data: Array or tensor whose first axis is time.
        targets: Array or tensor of targets: ``targets[i]`` goes with the window that begins at
            time ``i``. None for windows without targets.
        sequence_length: Time steps in a window.
        sequence_stride: Time steps from the beginning of a window to that of the next one. 1 by
            default.
        sampling_rate: Time steps from one sample in a window to the next. 1 by default.
        batch_size: Windows in a batch, 128 by default. None for single windows.
        shuffle: Whether the windows are shuffled, anew in each epoch. False by default.
        seed: Seed of their order.
        start_index: Time steps before this one are not used. By default all are.
        end_index: Time steps from this one on are not used. By default all are.
        format: ``"tf"`` for a ``tf.data.Dataset``, ``"grain"`` for a dataset of grain. By default
            it is a ``tf.data.Dataset`` on the backend tensorflow, and a `keras.utils.PyDataset`
            on the others.

    Returns:
        A dataset of arrays of shape ``(batch, sequence_length, ...)``, or of pairs of these and
        targets.

    Raises:
        ValueError: If a length or an index is out of range.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> windows = keras.utils.timeseries_dataset_from_array(np.arange(6), None, sequence_length=3)
    >>> np.asarray(next(iter(windows))).tolist()
    [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]
    """
    x = native.to_numpy(data)
    y = None if targets is None else native.to_numpy(targets)
    size = len(x)
    for name, value in (("start_index", start_index), ("end_index", end_index)):
        if value is not None and not 0 <= value < size + (name == "end_index"):
            raise ValueError(
                f"`{name}` must be from 0 to the length of the data, {size}. "
                f"Received: {name}={value}"
            )
    start, end = start_index or 0, size if end_index is None else end_index
    if end <= start:
        raise ValueError(
            "`end_index` must be higher than `start_index`. Received: "
            f"start_index={start_index}, end_index={end_index}"
        )
    for name, value in (
        ("sequence_length", sequence_length),
        ("sequence_stride", sequence_stride),
        ("sampling_rate", sampling_rate),
    ):
        if not isinstance(value, (int, np.integer)) or not 0 < value < size + (size == 1):
            raise ValueError(
                f"`{name}` must be a positive integer, lower than the length of the data. "
                f"Received: {name}={value}, for data of length {size}"
            )
    count = end - start - (sequence_length - 1) * sampling_rate
    if y is not None:
        count = min(count, len(y) - start)
    if count <= 0:
        raise ValueError(
            f"There is no window of sequence_length={sequence_length} with "
            f"sampling_rate={sampling_rate} in {end - start} time steps"
            f"{'' if y is None else f' with {len(y)} targets'}."
        )
    starts = start + np.arange(0, count, sequence_stride)
    offsets = np.arange(0, sequence_length * sampling_rate, sampling_rate)
    shuffles = np.random.RandomState(seed) if shuffle else None
    elements = _Windows(x, y, starts, offsets, batch_size, shuffles)
    spec: Any = ArraySpec(shape=(sequence_length, *x.shape[1:]), dtype=str(x.dtype))
    if y is not None:
        spec = (spec, ArraySpec(shape=y.shape[1:], dtype=str(y.dtype)))
    return built(elements, spec if batch_size is None else batched(spec), format)
