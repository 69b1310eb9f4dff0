"""A variable is a `tf.Variable`, mirrored in the scope of a strategy that has replicas."""

import re
from typing import Any

from keras_backend_tensorflow._engine import tf
from keras_backend_tensorflow.replicas import (
    adds,
    before_assignment,
    component,
    in_replica,
    joins_processes,
    replica_share,
)


def create(value: Any, trainable: bool, name: str, aggregation: str = "none") -> Any:
    """A `tf.Variable`, lifted out of a function that is being traced."""
    options: dict[str, Any] = {}
    differs = aggregation in ("mean", "sum") and not trainable
    together = joins_processes()
    if tf.distribute.has_strategy():
        # All replicas assign the same to their copies, unless they are to differ until they are
        # read outside.
        options["aggregation"] = tf.VariableAggregation.ONLY_FIRST_REPLICA
        if differs and not together:
            options["aggregation"] = getattr(tf.VariableAggregation, aggregation.upper())
            options["synchronization"] = tf.VariableSynchronization.ON_READ
    plain = re.sub(r"[^\w./-]", "_", name)
    with tf.init_scope():
        if not together or value.dtype in _SENT:
            handle = tf.Variable(value, trainable=trainable, name=plain, **options)
        else:  # it is held in a dtype in which its first process can send it to the others
            sent = tf.cast(value, tf.float32 if value.dtype.is_floating else tf.int64)
            handle = tf.Variable(sent, trainable=trainable, name=plain, **options)
            handle.keras_dtype = value.dtype
        if differs and together:  # to read would take all processes
            handle.keras_aggregation = aggregation
    return handle


_SENT = (tf.bool, tf.float16, tf.float32, tf.float64, tf.int32, tf.int64)
"""The dtypes that TensorFlow's collectives know."""


def read(handle: Any) -> Any:
    """The current value."""
    dtype = getattr(handle, "keras_dtype", None)
    return handle.value() if dtype is None else tf.cast(handle.value(), dtype)


def assign(handle: Any, value: Any) -> Any:
    """Store ``value``."""
    if value is not handle:
        if hasattr(handle, "keras_dtype"):
            value = tf.cast(value, handle.dtype)
        held = component(handle) if in_replica() else handle
        share = replica_share()
        if share is not None and adds(handle):
            value = tf.where(share > 0, value, held)  # one without samples has nothing to add
        if hasattr(handle, "keras_aggregation") and in_replica():
            value = before_assignment(handle, held, value)
        held.assign(value, read_value=False)
    return handle
