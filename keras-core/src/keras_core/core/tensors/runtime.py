"""The backend of this process. Importing this module chooses, loads and locks it."""

import functools
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from keras_core.core.base.host_copy import IS_COPY
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes
from keras_core.core.tensors.watched import Watched, watched
from keras_core.typing import Tensor
from keras_core_plugins import acquire_backend, current
from keras_core_plugins.check import overrides_of
from keras_core_plugins.errors import CapabilityError
from keras_core_plugins.loading import host_backend
from keras_core_plugins.protocol import (
    Backend,
    Capabilities,
    Checkpoints,
    Distribution,
    Replicas,
)

_T = TypeVar("_T")

BACKEND: Backend = host_backend() if IS_COPY else acquire_backend()
NAME: str = BACKEND.info.name
CAPABILITIES: Capabilities = BACKEND.capabilities or BACKEND.info.capabilities


@functools.cache
def _dtype_objects() -> dict[Any, str]:
    """The objects that ``tensor.dtype`` gives, where a tensor has that attribute, by name."""
    arrays = {name: np.zeros((), dtypes.numpy_dtype(name)) for name in CAPABILITIES.dtypes}
    made = {name: BACKEND.tensors.from_numpy(array, name) for name, array in arrays.items()}
    return {t.dtype: name for name, t in made.items() if hasattr(t, "dtype")}


dtypes.set_available(CAPABILITIES.dtypes | {"string"}, _dtype_objects, CAPABILITIES.int_dtype)

# KERAS_CORE_WATCH_BACKEND=1 has it looked at, behind each call, whether the backend has written
# into what it was given.
_IS_WATCHED = os.environ.get("KERAS_CORE_WATCH_BACKEND") == "1"

PRIMITIVES: Any = Watched(BACKEND) if _IS_WATCHED else BACKEND.primitives

# KERAS_CORE_OVERRIDES=0 runs every composite on primitives alone; the conformance suite
# uses it to prove that they suffice.
OVERRIDES: Mapping[str, Any] = (
    {} if os.environ.get("KERAS_CORE_OVERRIDES") == "0" else overrides_of(BACKEND)
)
if _IS_WATCHED:
    # what optimizers update are the handles of variables, which the functions for it change
    OVERRIDES = {
        name: function if name.endswith("_update") else watched(BACKEND, "override", name, function)
        for name, function in OVERRIDES.items()
    }

# -- What a backend may leave out, completed -------------------------------------------


class _Plain:
    """The base of layers and variables where the engine asks for no other."""


def _ndim(x: Any) -> int:
    return len(BACKEND.tensors.static_shape(x))


def _nothing(*args: Any) -> None:
    return None


def _copy(x: Any) -> Any:
    array = np.array(BACKEND.tensors.to_numpy(x))
    return BACKEND.tensors.from_numpy(array, BACKEND.tensors.dtype(x))


def _member(service: object, name: str, otherwise: _T) -> _T:
    return getattr(service, name, otherwise)


NDIM: Callable[[Any], int] = _member(BACKEND.tensors, "ndim", _ndim)
FROM_SIZE: Callable[[Any], Any] = _member(BACKEND.tensors, "from_size", _nothing)
CONSTANT: Callable[[Any, str | None], Any] = _member(BACKEND.tensors, "constant", _nothing)
COPY: Callable[[Any], Any] = _member(BACKEND.tensors, "copy", _copy)
SET_TRAINABLE: Callable[[Any, bool], None] = _member(BACKEND.variables, "set_trainable", _nothing)
JVP: Callable[..., Any] | None = _member(BACKEND.autodiff, "jvp", None)
if TYPE_CHECKING:  # what an engine adds is for users of that engine
    OBJECT_BASE = _Plain
    LAYER_BASE = _Plain
    VARIABLE_BASE = Tensor
else:
    OBJECT_BASE = _member(BACKEND.integration, "object_mixin", _Plain)
    LAYER_BASE = _member(BACKEND.integration, "layer_mixin", OBJECT_BASE)
    VARIABLE_BASE = _member(BACKEND.integration, "variable_mixin", _Plain)
VARIABLE_SHAPE: Callable[[Any], Any] | None = _member(BACKEND.integration, "variable_shape", None)
VARIABLE_DTYPE: Callable[[str], str] | None = _member(BACKEND.integration, "variable_dtype", None)
BIND_OPERATORS: Callable[..., None] = _member(BACKEND.integration, "bind_operators", _nothing)
TRACEABLE: Callable[[Any], Any] | None = _member(BACKEND.integration, "traceable", None)
OUTSIDE_TRACES: Callable[[], AbstractContextManager[Any]] = _member(
    BACKEND.integration, "outside_traces", nullcontext
)
INFER_SPEC: Callable[..., Any] | None = _member(BACKEND.integration, "infer_spec", None)
REPLICAS: Callable[[], Replicas | None] = _member(BACKEND.integration, "replicas", _nothing)
REPLICA_COUNT: Callable[[], int] = _member(BACKEND.integration, "replica_count", lambda: 1)
SUM_OVER_REPLICAS: Callable[[Any], Any] = _member(
    BACKEND.integration, "sum_over_replicas", lambda tensors: tensors
)
REPLICA_SHARE: Callable[[], Any] = _member(BACKEND.integration, "replica_share", _nothing)
REPLICA_ID: Callable[[], int] = _member(BACKEND.integration, "replica_id", lambda: 0)
DISTRIBUTION: Any = BACKEND.distribution


def require(service: Any, what: str, needs: str, state: str, cure: str) -> None:
    """Raise the error for what the backend cannot do, unless it has the service for it.

    Args:
        service: The service, None if there is none.
        what: What was asked, such as ``"fit()"``.
        needs: What it takes, such as ``"gradients"``.
        state: What the backend is instead, such as ``"inference-only"``.
        cure: What to do, a full sentence.

    Raises:
        CapabilityError: If the service is None.
    """
    if service is None:
        record = current()
        provider = NAME if record is None else record.installed.provider
        raise CapabilityError(what, needs, backend=NAME, provider=provider, state=state, cure=cure)


def require_distribution(what: str) -> Distribution:
    """The service for several devices.

    Raises:
        CapabilityError: If the backend has none.
    """
    require(
        DISTRIBUTION,
        what,
        "several devices that work together",
        "for one device",
        "Use jax, torch or tensorflow for it.",
    )
    service: Distribution = DISTRIBUTION
    return service


def require_checkpoints(what: str) -> Checkpoints:
    """The service for checkpoints of many steps.

    Args:
        what: What was asked, such as ``"OrbaxCheckpoint"``.

    Raises:
        CapabilityError: If the backend has none.
    """
    require(
        BACKEND.checkpoints,
        what,
        "checkpoints of the engine's own",
        "without them",
        "Use jax for it, or `keras.callbacks.ModelCheckpoint`, which works on every backend.",
    )
    service: Any = BACKEND.checkpoints
    return service


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

    Example:

    >>> import keras_core as keras
    >>> keras.config.set_backend(keras.config.backend())
    """
    acquire_backend(backend)


@public("keras.config.enable_determinism")
def enable_determinism() -> None:
    """Use only kernels that give the same result in each run, for the rest of the process.

    GPUs add in whichever order their threads finish, unless the engine is told to use slower
    kernels. This tells it: ``torch.use_deterministic_algorithms`` on torch,
    ``tf.config.experimental.enable_op_determinism`` on tensorflow; on jax, whose XLA reads its
    flags when it starts, it makes sure that they were given. An operation without such a kernel
    raises the engine's error. Random numbers are the same in each run after
    `keras.utils.set_random_seed`.

    Raises:
        CapabilityError: If the backend does not know how to.
        RuntimeError: If it is too late for it in this process; the message says what to do.

    Example:

    >>> import keras_core as keras
    >>> keras.utils.set_random_seed(0)
    >>> keras.config.enable_determinism()
    """
    enable: Any = _member(BACKEND.integration, "enable_determinism", None)
    require(
        enable,
        "enable_determinism()",
        "a switch for kernels that give the same result in each run",
        "without one",
        "What it computes on CPUs may be the same in each run as it is.",
    )
    enable()
