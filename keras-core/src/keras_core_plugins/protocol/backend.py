"""What a plugin hands to the core: a description that costs nothing, and the backend."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

from keras_core_plugins.protocol.checkpoints import Checkpoints
from keras_core_plugins.protocol.distribution import Distribution
from keras_core_plugins.protocol.primitives import Primitives
from keras_core_plugins.protocol.services import (
    Autodiff,
    Compiler,
    Devices,
    Integration,
    Ragged,
    Sparse,
    Tensors,
    Variables,
)

PROTOCOL_VERSION: tuple[int, int] = (1, 1)
"""Major and minor version of the protocol that this package speaks.

A plugin of another major version is refused. A plugin of an older minor version is served:
what it does not know yet falls back on composites.
"""

ALL_DTYPES: frozenset[str] = frozenset(
    "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 "
    "complex64 complex128 float8_e4m3fn float8_e5m2".split()
)
"""Numbers of 8 bits are for keeping and casting; no other primitive gets them to compute with."""


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a backend can do. The core asks before it starts, and answers in words.

    Common abilities default to yes, special ones to no, so that a plugin stays valid when a
    field is added.
    """

    autodiff: Literal["native", "core", "none"] = "core"
    """How gradients are had: by the engine, by the core's tape, or not at all."""

    stateful_variables: bool = False
    """Variables are mutable objects of the engine, which its compiler understands."""

    jit: bool = False
    """The backend has a `Compiler`."""

    jit_by_default: bool = False
    """Training steps are compiled unless the user says otherwise."""

    jit_takes_arrays: bool = False
    """Compiled functions take NumPy arrays, and sooner than tensors could be made of them."""

    dynamic_shapes: bool = False
    """Under the compiler a dimension may be a scalar tensor."""

    eager: bool = True
    """A tensor has a value as soon as an operation returns it."""

    checks_indices: bool = False
    """`Primitives.take` raises an error for an index out of range, if it runs at once on the CPU:
    then the core need not look at the indices first."""

    dtypes: frozenset[str] = ALL_DTYPES
    """The dtypes that tensors can have. The core narrows 64-bit ones that are not here."""

    int_dtype: str = "int32"
    """What ``"int"`` stands for, and what the steps of optimizers are counted in: in Keras,
    ``"int64"`` for TensorFlow."""

    sparse: bool = False
    """The backend has a `Sparse` service: sparse tensors of the engine work."""

    distribution: bool = False
    """The backend has a `Distribution` service: several devices and processes work together."""

    thread_safe: bool = True
    """Operations may run in several threads at once."""

    export_formats: tuple[str, ...] = ()
    """The names of what the hook ``keras_core_export_formats`` returns."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The library that a backend stands on."""

    distribution: str
    """What to ``pip install``, such as ``"torch"``."""

    module: str
    """What to import, such as ``"torch"``."""

    requires: str = ""
    """Versions that work, as in ``">=2.6,<3"``."""


@dataclass(frozen=True, kw_only=True)
class BackendInfo:
    """What is known of a backend without importing its engine."""

    name: str
    """What ``KERAS_BACKEND`` takes: ``[a-z][a-z0-9_]*``."""

    protocol: tuple[int, int]
    """The version of the protocol that the backend was written for."""

    capabilities: Capabilities
    engine: Engine | None = None
    """None for a backend that needs nothing but the core's own dependencies."""

    description: str = ""
    """One line for people."""


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A loaded backend. Its members are modules, or objects, that satisfy the protocols."""

    info: BackendInfo
    tensors: Tensors | ModuleType
    primitives: Primitives | ModuleType
    overrides: Mapping[str, Callable[..., Any]] | ModuleType = field(
        default_factory=dict[str, Callable[..., Any]]
    )
    """Native implementations of composites by name, with the composite's parameters.

    They get what the composite would get: tensors, of promoted dtypes, canonical axes.
    """

    variables: Variables | ModuleType | None = None
    autodiff: Autodiff | ModuleType | None = None
    compiler: Compiler | ModuleType | None = None
    devices: Devices | ModuleType | None = None
    integration: Integration | ModuleType | None = None
    sparse: Sparse | ModuleType | None = None
    ragged: Ragged | ModuleType | None = None
    distribution: Distribution | ModuleType | None = None
    checkpoints: Checkpoints | ModuleType | None = None
    engine_version: str = ""
    capabilities: Capabilities | None = None
    """What can be said only once the engine is there; None to keep ``info``'s."""
