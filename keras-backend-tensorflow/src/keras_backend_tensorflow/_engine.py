"""TensorFlow, imported without Keras, and the few helpers that all modules need."""

import contextlib
import functools
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from keras_backend_tensorflow.autograph import spare
from keras_core_plugins.compile_cache import compile_cache


def _import_tensorflow() -> Any:
    # TensorFlow ends its own import with `import keras.src.optimizers`, so that Keras registers
    # classes, and tf.lite tries `import jax`. Neither is needed, and they cost more time than
    # all the rest. A None in `sys.modules` makes such an import fail, which TensorFlow takes
    # calmly; `tf.keras`, being lazy, still works afterwards.
    withheld = [name for name in ("keras.src.optimizers", "jax") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(withheld))  # type: ignore[arg-type]  # None is allowed here
    try:
        import tensorflow
    finally:
        for name in withheld:
            sys.modules.pop(name, None)
    return tensorflow


def _keep_compiled() -> None:
    """Let XLA keep what it compiles for the next start, unless the user has told it where.

    TensorFlow reads the variable when it first lists its devices.
    """
    flags = os.environ.get("TF_XLA_FLAGS", "")
    if "tf_xla_persistent_cache_directory" in flags:
        return
    folder = compile_cache("tensorflow", tf.__version__)
    if folder is not None:
        kept = f"--tf_xla_persistent_cache_directory={folder}"
        os.environ["TF_XLA_FLAGS"] = f"{flags} {kept}".strip()


tf: Any = _import_tensorflow()
raw: Any = tf.raw_ops


spare()

HALVES = (tf.float16, tf.bfloat16)
UNSIGNED = (tf.uint8, tf.uint16, tf.uint32, tf.uint64)
_keep_compiled()
HAS_GPU = bool(tf.config.list_physical_devices("GPU"))


@functools.lru_cache(4096)
def _constant(values: tuple[int, ...]) -> Any:
    with tf.init_scope(), tf.device("cpu:0"):
        return tf.constant(values or np.zeros(0, np.int32))


def ints(values: Iterable[Any]) -> Any:
    """A 1-D integer tensor of ints and scalar tensors, for the shapes and axes of an op.

    Lists of ints are kept as tensors: to convert one costs five times the op that needs it.
    A graph that captures a small one turns it into a constant of its own.
    """
    values = tuple(values)
    for value in values:
        if type(value) is not int:
            return tf.stack([v if type(v) is int else tf.cast(v, tf.int32) for v in values])
    return _constant(values)


def is_static(values: Iterable[Any]) -> bool:
    """Whether all dimensions are known numbers."""
    return all(type(v) is int for v in values)


def cast(x: Any, dtype: Any) -> Any:
    """``x`` in ``dtype``, itself if it has it."""
    return x if x.dtype == dtype else raw.Cast(x=x, DstT=dtype)


def widened(fn: Callable[..., Any], via: dict[Any, Any]) -> Callable[..., Any]:
    """``fn``, computed in another dtype for those for which TensorFlow has no good kernel."""

    @functools.wraps(fn)
    def wide(x: Any, *args: Any) -> Any:
        dtype = x.dtype
        target = via.get(dtype)
        if target is None:
            return fn(x, *args)
        args = tuple(cast(a, target) if isinstance(a, tf.Tensor) else a for a in args)
        out = fn(cast(x, target), *args)
        if isinstance(out, tuple):
            return tuple(cast(y, dtype) if y.dtype == target else y for y in out)
        return cast(out, dtype) if out.dtype == target else out

    return wide


_tracing = threading.local()


@contextlib.contextmanager
def xla_scope() -> Iterator[None]:
    """While a function is traced for XLA."""
    outer = in_xla()
    _tracing.xla = True
    try:
        yield
    finally:
        _tracing.xla = outer


def in_xla() -> bool:
    """Whether `xla_scope` is active. On the CPU XLA takes the liberty to drop NaN from maxima."""
    return getattr(_tracing, "xla", False)


HALF_TO_SINGLE: dict[Any, Any] = dict.fromkeys(HALVES, tf.float32)
UNSIGNED_TO_INT64: dict[Any, Any] = dict.fromkeys(UNSIGNED, tf.int64)


def dims(x: Any) -> tuple[Any, ...]:
    """The shape: ints, and scalar int32 tensors for what is not known."""
    static: Sequence[int | None] = x.shape.as_list()
    if None not in static:
        return tuple(static)
    if isinstance(x, tf.RaggedTensor):  # sizes of rows are not one number
        return (x.nrows() if static[0] is None else static[0], *static[1:])
    dynamic = tf.shape(x)
    return tuple(dynamic[i] if d is None else d for i, d in enumerate(static))
