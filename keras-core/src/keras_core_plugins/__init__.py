"""The contract between Keras Core and its backends.

Who writes a backend needs these, and finds the road to them with ``keras-core new-backend NAME``:

* `BackendInfo`, `Capabilities`, `Engine`: what the light module says, in `hookimpl` functions.
* `Backend`: the parts that are handed over when the backend is loaded.
* `keras_core_plugins.protocol.primitives`: the functions that every backend has, with what they
  are given and what they return; `unsupported` for one that the engine cannot have.
* `keras_core_plugins.protocol.services`: the other parts, such as `Tensors`, `Autodiff`,
  `Compiler` and `Integration`.
* `keras_core_plugins.operators.add_operators`: Python's operators for tensors without any.
* `keras_core_plugins.nest.Nests`: nests of tensors flattened and rebuilt, for a compiler.
* `check_backend`: what a backend lacks.

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
    ExportError,
    InvalidBackendNameError,
    KerasCoreError,
    UnsupportedOpError,
    unsupported,
    unsupported_reason,
)
from keras_core_plugins.hooks import Remark, hookimpl
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
    ArraySpec,
    Backend,
    BackendInfo,
    Capabilities,
    DataAdapter,
    DatasetFormat,
    Engine,
    EngineLayer,
    ExportFormat,
    FileFormat,
    PipelineTensors,
)
from keras_core_plugins.selection import Selection, config_path, read_config, select

__all__ = [
    "PRIMITIVES",
    "PROTOCOL_VERSION",
    "ArraySpec",
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
    "DatasetFormat",
    "Description",
    "DuplicateBackendError",
    "Engine",
    "EngineLayer",
    "EngineVersionError",
    "ExportError",
    "ExportFormat",
    "FileFormat",
    "PipelineTensors",
    "InstalledBackend",
    "InvalidBackendNameError",
    "KerasCoreError",
    "LockRecord",
    "Remark",
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
