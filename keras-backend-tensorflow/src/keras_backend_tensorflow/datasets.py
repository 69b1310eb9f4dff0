"""tf.data as data for any backend. Light: TensorFlow is imported by whoever has a dataset."""

import sys
from collections.abc import Iterator
from typing import Any

from keras_core_plugins import DataAdapter, current


class Batches:
    """The batches of a dataset: as they are on TensorFlow, as NumPy arrays elsewhere."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset

    def __len__(self) -> int:
        return len(self._dataset)  # a TypeError where it is infinite or not known

    def __iter__(self) -> Iterator[Any]:
        record = current()
        if record is not None and record.installed.name == "tensorflow":
            return iter(self._dataset)
        tf = sys.modules["tensorflow"]
        return (tf.nest.map_structure(_to_numpy, batch) for batch in self._dataset)


def _to_numpy(x: Any) -> Any:
    tf = sys.modules["tensorflow"]
    if isinstance(x, tf.SparseTensor):
        x = tf.sparse.to_dense(x)
    return x.numpy() if hasattr(x, "numpy") else x


def _is_dataset(x: Any) -> bool:
    tf = sys.modules.get("tensorflow")
    data = getattr(tf, "data", None)  # absent while TensorFlow is being imported
    return data is not None and isinstance(x, data.Dataset)


ADAPTERS = [DataAdapter(name="tf.data.Dataset", accepts=_is_dataset, batches=Batches)]
