"""Sparse data, kept sparse on the host and cut into batches of rows."""

from typing import Any

import numpy as np

from keras_core.core.base import config
from keras_core.core.tensors import native, sparse


class SparseRows:
    """A sparse array on the host whose entries are sorted by rows."""

    def __init__(
        self,
        indices: np.ndarray[Any, Any],
        values: np.ndarray[Any, Any],
        shape: tuple[int, ...],
    ) -> None:
        self.shape = shape
        self._indices, self._values = indices, values
        self._starts = np.searchsorted(indices[:, 0], np.arange(shape[0] + 1))

    @classmethod
    def of(cls, x: Any) -> "SparseRows | None":
        """From an array of scipy.sparse or a sparse tensor of the engine; None for others."""
        if native.is_sparse(x):
            coo = sparse.take_apart(x)
            indices, values = native.to_numpy(coo.indices), native.to_numpy(coo.values)
        elif type(x).__module__.startswith("scipy.sparse") and hasattr(x, "tocoo"):
            coo = x.tocoo(copy=True)
            coo.sum_duplicates()
            indices, values = np.stack(coo.coords, -1), coo.data
        else:
            return None
        if values.dtype == np.float64:
            values = values.astype(config.floatx())
        order = np.argsort(indices[:, 0], kind="stable")
        return cls(indices[order], values[order], tuple(map(int, x.shape)))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the values."""
        return self._values.dtype

    def __getitem__(self, rows: Any) -> "SparseRows":
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(self.shape[0]))
        starts = self._starts[rows]
        counts = self._starts[rows + 1] - starts
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        taken = np.arange(total) - np.repeat(ends - counts - starts, counts)
        indices = self._indices[taken].copy()
        indices[:, 0] = np.repeat(np.arange(len(rows)), counts)
        return SparseRows(indices, self._values[taken], (len(rows), *self.shape[1:]))

    def tensor(self) -> Any:
        """A sparse tensor, or a dense one on engines without."""
        return sparse.batch(sparse.Coo(self._indices, self._values, self.shape))
