"""Functions of NumPy arrays in tf.data. TensorFlow is there if somebody has such a tensor."""

from collections.abc import Callable, Sequence
from typing import Any

from keras_backend_tensorflow.autograph import spare
from keras_core_plugins.protocol import PipelineTensors


def _accepts(x: Any) -> bool:
    kind = type(x)
    if not (kind.__module__.startswith("tensorflow.") and kind.__name__ == "SymbolicTensor"):
        return False
    spare()  # of what follows; this call itself may be in a function that has been rewritten
    return True


def _spec(x: Any) -> tuple[tuple[int | None, ...], str]:
    return tuple(x.shape), x.dtype.name


def _call(
    function: Callable[..., Sequence[Any]], tensors: Sequence[Any], specs: Sequence[Any]
) -> Sequence[Any]:
    import tensorflow as tf

    outputs = tf.numpy_function(function, tensors, [tf.as_dtype(dtype) for _, dtype in specs])
    for y, (shape, _) in zip(outputs, specs, strict=True):
        y.set_shape(shape)
    return outputs


TENSORS = PipelineTensors(name="tf.data", accepts=_accepts, spec=_spec, call=_call)
