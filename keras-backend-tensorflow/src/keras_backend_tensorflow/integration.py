"""How the core's objects take part in TensorFlow's own world."""

import functools
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from keras_backend_tensorflow._engine import tf
from keras_backend_tensorflow.ragged import is_ragged, ragged_spec
from keras_backend_tensorflow.replicas import (
    replica_count,
    replica_id,
    replica_share,
    replicas,
    sum_over_replicas,
)
from keras_backend_tensorflow.trackable import TapeSource, TrackableObject

__all__ = ["replica_count", "replica_id", "replica_share", "replicas", "sum_over_replicas"]

variable_mixin = TapeSource
object_mixin = TrackableObject


class VariableShape(tuple[int, ...]):
    """A shape that answers as a `tf.TensorShape` does, too: ``v.shape.as_list()``."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(tf.TensorShape(self), name)


variable_shape = VariableShape


class VariableDtype(str):
    """A name of a dtype that answers as a `tf.DType` does, too: ``v.dtype.is_floating``."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(tf.as_dtype(str(self)), name)


variable_dtype = functools.cache(VariableDtype)


def outside_traces() -> AbstractContextManager[Any]:
    """Tensors made inside belong to no graph."""
    scope: AbstractContextManager[Any] = tf.init_scope()
    return scope


def infer_spec(fn: Callable[..., Any], specs: Sequence[tuple[Any, ...]]) -> Any:
    """Trace ``fn`` for the specs, without running it."""
    signature = [ragged_spec(*s) if s[2:] else tf.TensorSpec(*s) for s in specs]
    traced = tf.function(fn, autograph=False).get_concrete_function(*signature)
    return tf.nest.map_structure(_inferred, traced.structured_outputs)


def _inferred(y: Any) -> Any:
    if not hasattr(y, "dtype"):
        return y
    ragged = (True,) if is_ragged(y) else ()
    return (tuple(y.shape.as_list()), y.dtype.name, *ragged)


def enable_determinism() -> None:
    """Kernels that give the same result in each run, or an error of TensorFlow's."""
    tf.config.experimental.enable_op_determinism()
