"""How the core's objects take part in TensorFlow's own world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from keras_backend_tensorflow._engine import tf


class TapeSource:
    """A base of variables that `tf.GradientTape` differentiates by."""

    engine_variable: Any
    _should_act_as_resource_variable = True
    is_packed = False

    @property
    def handle(self) -> Any:
        """The resource by which a tape knows the variable."""
        return self.engine_variable.handle


variable_mixin = TapeSource


def outside_traces() -> AbstractContextManager[Any]:
    """Tensors made inside belong to no graph."""
    scope: AbstractContextManager[Any] = tf.init_scope()
    return scope


def infer_spec(fn: Callable[..., Any], specs: Sequence[tuple[tuple[int | None, ...], str]]) -> Any:
    """Trace ``fn`` for the specs, without running it."""
    signature = [tf.TensorSpec(shape, dtype) for shape, dtype in specs]
    traced = tf.function(fn, autograph=False).get_concrete_function(*signature)
    return tf.nest.map_structure(
        lambda y: (tuple(y.shape.as_list()), y.dtype.name) if hasattr(y, "dtype") else y,
        traced.structured_outputs,
    )


def host_call(
    fn: Callable[..., Any], inputs: Sequence[Any], shape: tuple[int | None, ...], dtype: str
) -> Any:
    """A node that calls Python when it is run, in a function or in a pipeline."""
    wanted = tf.as_dtype(dtype)
    out = tf.numpy_function(
        lambda *arrays: fn(*arrays).astype(wanted.as_numpy_dtype), list(inputs), wanted
    )
    out.set_shape(shape)
    return out
