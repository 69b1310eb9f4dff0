"""The backend of this process. Importing this module chooses, loads and locks it."""

import os
from typing import Any

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
