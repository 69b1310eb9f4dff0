"""`tf.SparseTensor`."""

from typing import Any

from keras_backend_tensorflow._engine import tf


def is_sparse(x: Any) -> bool:
    """Whether ``x`` is a sparse tensor."""
    return isinstance(x, tf.SparseTensor)


def parts(x: Any) -> tuple[Any, Any]:
    """Its indices and values."""
    return x.indices, x.values


def from_parts(indices: Any, values: Any, shape: tuple[Any, ...]) -> Any:
    """In the order that TensorFlow's own operations ask for."""
    sizes = tf.stack([tf.cast(d, "int64") for d in shape])
    return tf.sparse.reorder(tf.SparseTensor(tf.cast(indices, "int64"), values, sizes))


def coalesce(indices: Any, values: Any, shape: tuple[Any, ...]) -> tuple[Any, Any]:
    """By the places in the flat tensor, which 64 bits hold."""
    sizes = tf.stack([tf.cast(d, "int64") for d in shape])
    strides = tf.math.cumprod(sizes, exclusive=True, reverse=True)
    places = tf.reduce_sum(tf.cast(indices, "int64") * strides, -1)
    unique, group = tf.unique(places)
    values = tf.math.unsorted_segment_sum(values, group, tf.size(unique))
    return unique[:, None] // tf.maximum(strides, 1) % tf.maximum(sizes, 1), values


def matmul(x1: Any, x2: Any) -> Any:
    """The product; TensorFlow has a kernel for that of a sparse and a dense matrix."""
    if is_sparse(x2):
        return tf.sparse.from_dense(tf.sparse.sparse_dense_matmul(x1, tf.sparse.to_dense(x2)))
    return tf.sparse.sparse_dense_matmul(x1, x2)
