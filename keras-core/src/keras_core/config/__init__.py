"""Settings: `keras.config`."""

from keras_core.core.base.config import (
    disable_flash_attention,
    disable_interactive_logging,
    disable_traceback_filtering,
    enable_flash_attention,
    enable_interactive_logging,
    enable_traceback_filtering,
    epsilon,
    floatx,
    image_data_format,
    is_flash_attention_enabled,
    is_interactive_logging_enabled,
    is_traceback_filtering_enabled,
    max_epochs,
    max_steps_per_epoch,
    set_epsilon,
    set_floatx,
    set_image_data_format,
    set_max_epochs,
    set_max_steps_per_epoch,
)
from keras_core.core.objects.serialization import enable_unsafe_deserialization
from keras_core.core.tensors.runtime import NAME as _NAME
from keras_core.dtype_policies import dtype_policy, set_dtype_policy
from keras_core_plugins import acquire_backend as _acquire_backend


def backend() -> str:
    """The name of the backend of this process.

    Example:

    >>> import keras_core as keras
    >>> keras.config.backend() in ("numpy", "jax", "torch", "tensorflow", "openvino")
    True
    """
    return _NAME


def set_backend(backend: str) -> None:
    """Make sure that ``backend`` is the backend of this process.

    A process has one backend, which is chosen when the package is imported: before that, set the
    environment variable ``KERAS_BACKEND``.

    Args:
        backend: A name, such as ``"torch"``.

    Raises:
        BackendLockedError: If the process has another one.
    """
    _acquire_backend(backend)


def is_nnx_enabled() -> bool:
    """Whether layers are modules of Flax's NNX; they are not."""
    return False


__all__ = [
    "backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]
