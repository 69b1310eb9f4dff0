"""The state of the process."""

import gc

from keras_core.core.base.names import reset_names
from keras_core.core.base.public import public


@public("keras.backend.clear_session", "keras.utils.clear_session")
def clear_session(free_memory: bool = True) -> None:
    """Start counting automatic names again, and free what nobody uses.

    Args:
        free_memory: Whether the garbage collector runs.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.clear_session()
    >>> keras.layers.Dense(1).name
    'dense'
    """
    reset_names()
    if free_memory:
        gc.collect()
