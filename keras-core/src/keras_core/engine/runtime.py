"""The backend of this process. Importing this module chooses, loads and locks it."""

import os
from typing import Any

from keras_core.engine import dtypes
from keras_core_plugins import acquire_backend
from keras_core_plugins.protocol import Backend, Capabilities

BACKEND: Backend = acquire_backend()
NAME: str = BACKEND.info.name
CAPABILITIES: Capabilities = BACKEND.capabilities or BACKEND.info.capabilities

dtypes.set_available(CAPABILITIES.dtypes | {"string"})


def _functions(holder: Any) -> dict[str, Any]:
    if isinstance(holder, dict):
        return dict(holder)
    return {n: f for n, f in vars(holder).items() if callable(f) and not n.startswith("_")}


PRIMITIVES: Any = BACKEND.primitives

# KERAS_CORE_OVERRIDES=0 runs every composite on primitives alone; the conformance suite
# uses it to prove that they suffice.
OVERRIDES: dict[str, Any] = (
    {} if os.environ.get("KERAS_CORE_OVERRIDES") == "0" else _functions(BACKEND.overrides)
)


def has_override(name: str) -> bool:
    """Whether the backend replaces the composite ``name``."""
    return name in OVERRIDES
