"""`tf.RaggedTensor`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_backend_tensorflow._engine import tf


def is_ragged(x: Any) -> bool:
    """Whether ``x`` is a ragged tensor."""
    return isinstance(x, tf.RaggedTensor)


def ragged_spec(shape: Sequence[int | None], dtype: str, ragged: bool) -> Any:
    """The spec of a ragged tensor whose axes vary up to the last that is not known."""
    varying = [i for i, d in enumerate(shape) if i and d is None]
    return tf.RaggedTensorSpec(shape, dtype, varying[-1] if varying else 1)


def ragged_rank(x: Any) -> int:
    """How many axes after the first vary in size."""
    rank: int = x.ragged_rank
    return rank


def values(x: Any) -> Any:
    """What TensorFlow calls flat values."""
    return x.flat_values


def map_values(fn: Callable[..., Any], args: Sequence[Any]) -> Any:
    """That rows agree is checked as it runs."""
    return tf.ragged.map_flat_values(lambda *xs: tf.convert_to_tensor(fn(*xs)), *args)


def spread(x: Any, like: Any) -> Any:
    """For each value the number of its row, and from there that of the row around it."""
    rows = [like.value_rowids()]
    while isinstance(like.values, tf.RaggedTensor):
        like = like.values
        rows.append(like.value_rowids())
    places = rows.pop()
    while rows:
        places = tf.gather(rows.pop(), places)
    return tf.gather(x, places)


def from_rows(values: Any, lengths: Any) -> Any:
    """Rows cut from values."""
    return tf.RaggedTensor.from_row_lengths(values, lengths)


def row_lengths(x: Any) -> np.ndarray[Any, Any]:
    """Those of the axis after the first."""
    lengths: np.ndarray[Any, Any] = x.row_lengths().numpy()
    return lengths


def to_dense(x: Any) -> Any:
    """Rows are filled up at their ends."""
    return x.to_tensor()


def take(x: Any, rows: Any) -> Any:
    """Rows by their numbers."""
    return tf.gather(x, rows)


def reduce(kind: str, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """TensorFlow's reduction of that name, which takes ragged tensors."""
    return getattr(tf, f"reduce_{kind}")(x, axis=list(axes), keepdims=keepdims)


def expand_dims(x: Any, axis: int) -> Any:
    """An axis of size 1."""
    return tf.expand_dims(x, axis)


def concatenate(xs: Sequence[Any], axis: int) -> Any:
    """Along an axis of rows."""
    return tf.concat(xs, axis)
