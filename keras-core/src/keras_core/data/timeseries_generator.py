"""Windows of time series in the way of Keras 2; see `timeseries_dataset_from_array`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.execution.seeds import host_generator
from keras_core.data.pydataset import PyDataset
from keras_core.typing import Array


@public("keras.preprocessing.sequence.TimeseriesGenerator", in_files=False)
class TimeseriesGenerator(PyDataset):
    """Batches of windows of a time series, each with the target of the step after it.

    Deprecated: use `keras.utils.timeseries_dataset_from_array`, where the target is that of the
    first step of a window.

    Args:
        data: Array or list whose first axis is time.
        targets: Array or list of the same length.
        length: Time steps in a window.
        sampling_rate: Time steps from one sample in a window to the next. 1 by default.
        stride: Time steps from one window to the next. 1 by default.
        start_index: Time steps before this one are not used. 0 by default.
        end_index: Time steps after this one are not used. By default all are.
        shuffle: Whether windows are drawn at random. False by default.
        reverse: Whether windows run backwards in time. False by default.
        batch_size: Windows in a batch, 128 by default.
        **kwargs: Arguments of `keras.utils.PyDataset`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> windows = keras.preprocessing.sequence.TimeseriesGenerator(
    ...     np.arange(5), np.arange(5), length=2, batch_size=2
    ... )
    >>> x, y = windows[0]
    >>> x.tolist(), y.tolist()
    ([[0, 1], [1, 2]], [2, 3])
    """

    def __init__(
        self,
        data: Sequence[Any] | Array,
        targets: Sequence[Any] | Array,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if len(data) != len(targets):
            raise ValueError(
                "Data and targets have to be of same length. "
                f"Data length is {len(data)} while target length is {len(targets)}"
            )
        self.data, self.targets, self.length = np.asarray(data), np.asarray(targets), length
        self.sampling_rate, self.stride, self.shuffle = sampling_rate, stride, shuffle
        self.reverse, self.batch_size = reverse, batch_size
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        if self.start_index > self.end_index:
            raise ValueError(
                f"`start_index+length={self.start_index} > end_index={self.end_index}` is "
                "disallowed, as no part of the sequence would be left to be used as current step."
            )

    def __len__(self) -> int:
        count = self.end_index - self.start_index + self.batch_size * self.stride
        return count // (self.batch_size * self.stride)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if self.shuffle:
            low, high = self.start_index, self.end_index + 1
            rows = host_generator().integers(low, high, self.batch_size)
        else:
            first = self.start_index + self.batch_size * self.stride * index
            last = min(first + self.batch_size * self.stride, self.end_index + 1)
            rows = np.arange(first, last, self.stride)
        offsets = np.arange(-self.length, 0, self.sampling_rate)
        samples = self.data[rows[:, None] + offsets]
        return (samples[:, ::-1] if self.reverse else samples), self.targets[rows]
