"""The contract between Keras Core and its backends.

This package imports no engine, and importing it neither chooses nor locks a backend:
listings, the command line and the light modules of plugins stand on it.
"""

from keras_core_plugins.check import check_backend, overrides_of
from keras_core_plugins.discovery import (
    Catalog,
    InstalledBackend,
    catalog,
    deregister,
    refresh,
    register,
)
from keras_core_plugins.errors import (
    BackendChangedWarning,
    BackendConformanceError,
    BackendError,
    BackendImportError,
    BackendLockedError,
    BackendNotFoundError,
    BackendNotLockedError,
    BackendProtocolError,
    CapabilityError,
    ConfigFileError,
    DuplicateBackendError,
    EngineVersionError,
    InvalidBackendNameError,
    KerasCoreError,
    UnsupportedOpError,
    unsupported,
    unsupported_reason,
)
from keras_core_plugins.hooks import hookimpl
from keras_core_plugins.loading import Description, describe, describe_all
from keras_core_plugins.lock import (
    BackendChoice,
    LockRecord,
    acquire_backend,
    check_environment_drift,
    choice,
    current,
    is_locked,
)
from keras_core_plugins.protocol import (
    PRIMITIVES,
    PROTOCOL_VERSION,
    Backend,
    BackendInfo,
    Capabilities,
    DataAdapter,
    Engine,
    ExportFormat,
)
from keras_core_plugins.selection import Selection, config_path, read_config, select

__all__ = [
    "PRIMITIVES",
    "PROTOCOL_VERSION",
    "Backend",
    "BackendChangedWarning",
    "BackendChoice",
    "BackendConformanceError",
    "BackendError",
    "BackendImportError",
    "BackendInfo",
    "BackendLockedError",
    "BackendNotFoundError",
    "BackendNotLockedError",
    "BackendProtocolError",
    "Capabilities",
    "CapabilityError",
    "Catalog",
    "ConfigFileError",
    "DataAdapter",
    "Description",
    "DuplicateBackendError",
    "Engine",
    "EngineVersionError",
    "ExportFormat",
    "InstalledBackend",
    "InvalidBackendNameError",
    "KerasCoreError",
    "LockRecord",
    "Selection",
    "UnsupportedOpError",
    "acquire_backend",
    "catalog",
    "check_backend",
    "check_environment_drift",
    "choice",
    "config_path",
    "current",
    "deregister",
    "describe",
    "describe_all",
    "hookimpl",
    "is_locked",
    "overrides_of",
    "read_config",
    "refresh",
    "register",
    "select",
    "unsupported",
    "unsupported_reason",
]
