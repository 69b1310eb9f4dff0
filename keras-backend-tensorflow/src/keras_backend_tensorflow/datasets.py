"""tf.data as data for any backend, and made of any data. TensorFlow is imported when it is used."""

import sys
from collections.abc import Iterator
from typing import Any

from keras_core_plugins import ArraySpec, DataAdapter, DatasetFormat, current


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


ADAPTERS = [
    DataAdapter(name="tf.data.Dataset", accepts=_is_dataset, batches=Batches, counts_passes=True)
]


def _build(elements: Any, spec: Any) -> Any:
    """A dataset whose elements are made in Python."""
    import tensorflow as tf

    def signature(s: Any) -> Any:
        if isinstance(s, ArraySpec):
            dtype = tf.as_dtype(s.dtype)
            if s.ragged:
                return tf.RaggedTensorSpec(s.shape, dtype, len(s.shape) - 1)
            return tf.TensorSpec(s.shape, dtype)
        if isinstance(s, dict):
            return {k: signature(v) for k, v in s.items()}
        return tuple(map(signature, s))

    dataset = tf.data.Dataset.from_generator(
        lambda: iter(elements), output_signature=signature(spec)
    )
    cardinality = tf.data.experimental.assert_cardinality(len(elements))
    return dataset.apply(cardinality).prefetch(tf.data.AUTOTUNE)


FORMATS = [DatasetFormat(name="tf", build=_build, by_default=True)]
