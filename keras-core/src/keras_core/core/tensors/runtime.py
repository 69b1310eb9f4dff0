"""The backend of this process. Importing this module chooses, loads and locks it."""

import os
from typing import Any

from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes
from keras_core_plugins import acquire_backend
from keras_core_plugins.check import overrides_of
from keras_core_plugins.protocol import Backend, Capabilities

BACKEND: Backend = acquire_backend()
NAME: str = BACKEND.info.name
CAPABILITIES: Capabilities = BACKEND.capabilities or BACKEND.info.capabilities

dtypes.set_available(CAPABILITIES.dtypes | {"string"})


PRIMITIVES: Any = BACKEND.primitives

# KERAS_CORE_OVERRIDES=0 runs every composite on primitives alone; the conformance suite
# uses it to prove that they suffice.
OVERRIDES: dict[str, Any] = (
    {} if os.environ.get("KERAS_CORE_OVERRIDES") == "0" else dict(overrides_of(BACKEND))
)


@public("keras.backend.backend", "keras.config.backend")
def backend() -> str:
    """The name of the backend of this process.

    Example:

    >>> import keras_core as keras
    >>> keras.config.backend() in ("numpy", "jax", "torch", "tensorflow", "openvino")
    True
    """
    return NAME


@public("keras.config.set_backend")
def set_backend(backend: str) -> None:
    """Make sure that ``backend`` is the backend of this process.

    A process has one backend, which is chosen when the package is imported: before that, set the
    environment variable ``KERAS_BACKEND``.

    Args:
        backend: A name, such as ``"torch"``.

    Raises:
        BackendLockedError: If the process has another one.
    """
    acquire_backend(backend)
