"""Functions as signatures of SavedModels."""

from collections.abc import Callable
from typing import Any

from keras_backend_tensorflow._engine import tf


def flat_outputs(fn: Callable[..., Any], signature: Any) -> Any:
    """``fn`` as a `tf.function` that returns a dict of tensors, as signatures have to.

    Args:
        fn: A function that returns a nest of tensors.
        signature: A `tf.TensorSpec` for each of its arguments, or a nest of them.
    """

    def call(*args: Any) -> dict[str, Any]:
        outputs = fn(*args)
        if isinstance(outputs, dict) and not any(map(tf.nest.is_nested, outputs.values())):
            return outputs
        return {f"output_{i}": y for i, y in enumerate(tf.nest.flatten(outputs))}

    return tf.function(call, input_signature=signature, autograph=False)
