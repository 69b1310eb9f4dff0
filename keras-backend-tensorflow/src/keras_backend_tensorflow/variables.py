"""A variable is a `tf.Variable`."""

import re
from typing import Any

from keras_backend_tensorflow._engine import tf


def create(value: Any, trainable: bool, name: str) -> Any:
    """A `tf.Variable`, lifted out of a function that is being traced."""
    with tf.init_scope():
        return tf.Variable(value, trainable=trainable, name=re.sub(r"[^\w./-]", "_", name))


def read(handle: Any) -> Any:
    """The current value."""
    return handle.value()


def assign(handle: Any, value: Any) -> Any:
    """Store ``value``."""
    if value is not handle:
        handle.assign(value, read_value=False)
    return handle
