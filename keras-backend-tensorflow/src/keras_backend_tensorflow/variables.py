"""A variable is a `tf.Variable`, mirrored in the scope of a strategy that has replicas."""

import re
from typing import Any

from keras_backend_tensorflow._engine import tf
from keras_backend_tensorflow.replicas import component, in_replica, replica_share


def create(value: Any, trainable: bool, name: str, aggregation: str = "none") -> Any:
    """A `tf.Variable`, lifted out of a function that is being traced."""
    options: dict[str, Any] = {}
    if tf.distribute.has_strategy():
        # All replicas assign the same to their copies, unless they are to differ until they are
        # read outside.
        options["aggregation"] = tf.VariableAggregation.ONLY_FIRST_REPLICA
        if aggregation in ("mean", "sum") and not trainable:
            options["aggregation"] = getattr(tf.VariableAggregation, aggregation.upper())
            options["synchronization"] = tf.VariableSynchronization.ON_READ
    plain = re.sub(r"[^\w./-]", "_", name)
    with tf.init_scope():
        return tf.Variable(value, trainable=trainable, name=plain, **options)


def read(handle: Any) -> Any:
    """The current value."""
    return handle.value()


def assign(handle: Any, value: Any) -> Any:
    """Store ``value``."""
    if value is not handle:
        held = component(handle) if in_replica() else handle
        share = replica_share()
        if share is not None and handle.aggregation == tf.VariableAggregation.SUM:
            value = tf.where(share > 0, value, held)  # one without samples has nothing to add
        held.assign(value, read_value=False)
    return handle
