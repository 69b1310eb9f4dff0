"""Tables: dicts of columns by name, in whatever holds or yields them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core.data.adapters import adapter_for
from keras_core.data.texts import host_array

_SAMPLES_AT_ONCE = 32
"""How many single samples of a dataset make a batch."""


def column(x: Any, dtype: str) -> np.ndarray[Any, Any]:
    """A column as an array; integers of a column of floats as floats."""
    x = host_array(x)
    return x.astype(dtype) if dtype.startswith("float") and x.dtype.kind in "biuf" else x


def as_batch(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Values, or one value, as an array of shape ``(batch, 1)``."""
    return x.reshape(-1, 1) if x.ndim < 2 else x


def batches_of_columns(dataset: Any, names: list[str]) -> Iterator[dict[str, np.ndarray[Any, Any]]]:
    """Columns of shape ``(batch, 1)`` from a dataset; single samples are put together."""
    found = [dataset] if isinstance(dataset, dict) else adapter_for(dataset).elements(dataset)
    waiting: list[dict[str, Any]] = []

    def together() -> dict[str, np.ndarray[Any, Any]]:
        rows = {n: np.concatenate([as_batch(x[n]) for x in waiting]) for n in names}
        waiting.clear()
        return rows

    for batch in found:
        if not isinstance(batch, dict):
            raise ValueError(
                "Expected a dataset of dicts of columns. Received: a batch of type "
                f"{type(batch).__name__}. Take the targets out first: "
                "`dataset.map(lambda x, y: x)`."
            )
        missing = [n for n in names if n not in batch]
        if missing:
            raise ValueError(
                f"The columns {missing} are missing in the dataset, whose columns are "
                f"{sorted(map(str, batch))}."
            )
        columns = {n: host_array(batch[n]) for n in names}
        if columns and all(x.ndim == 0 for x in columns.values()):
            waiting.append(columns)
            if len(waiting) == _SAMPLES_AT_ONCE:
                yield together()
        else:
            yield {n: as_batch(x) for n, x in columns.items()}
    if waiting:
        yield together()
