"""Data that are looked at before they are used, batch by batch."""

from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.tensors import native, ragged
from keras_core.data.packing import unpack_x_y_sample_weight
from keras_core.data.source import Batch, Source, StagedSource

_ARGUMENTS = ("x", "y", "sample_weight")


def validated(source: Source) -> Source:
    """The batches of a source, each looked at first: NaN and infinite values are an error."""
    return _Validated(source)


class _Validated(StagedSource):
    def __init__(self, source: Source) -> None:
        super().__init__(source, self._look)
        self._epochs = 0
        self._batch = 0

    def batches(self) -> Any:
        self._epochs, self._batch = self._epochs + 1, 0
        return super().batches()

    def example(self) -> Batch | None:
        return self._source.example()

    def _look(self, batch: Batch) -> Batch:
        for name, part in zip(_ARGUMENTS, unpack_x_y_sample_weight(batch), strict=True):
            for path, x in tree.flatten_with_path(part):
                if x is not None:
                    self._look_at(name + "".join(f"[{p!r}]" for p in path), x)
        self._batch += 1
        return batch

    def _look_at(self, name: str, x: Any) -> None:
        values = native.to_numpy(ragged.values_of(x) if native.is_ragged(x) else x)
        if values.dtype.kind not in "fcV":
            return
        wrong = np.argwhere(~np.isfinite(values))
        if len(wrong):
            first = [int(i) for i in wrong[0]]
            column = f", column {', '.join(map(str, first[1:]))}" if len(first) > 1 else ""
            raise ValueError(
                f"`{name}` has {len(wrong)} values that are not finite in batch {self._batch} of "
                f"pass {self._epochs} (batches are counted from 0): the first, "
                f"{values[tuple(first)]}, is in row {first[0]}{column} of the batch. "
                "Clean or mask the data; without `validate_data=True` they are used as "
                "they are."
            )
