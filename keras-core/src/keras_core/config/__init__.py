"""Settings: `keras.config`."""

from keras_core.dtype_policies import dtype_policy, set_dtype_policy
from keras_core.engine.config import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from keras_core.engine.runtime import NAME as _NAME
from keras_core.engine.serialization import enable_unsafe_deserialization


def backend() -> str:
    """The name of the backend of this process.

    Example:

    >>> import keras_core as keras
    >>> keras.config.backend() in ("numpy", "jax", "torch", "tensorflow", "openvino")
    True
    """
    return _NAME


__all__ = [
    "backend",
    "dtype_policy",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
]
