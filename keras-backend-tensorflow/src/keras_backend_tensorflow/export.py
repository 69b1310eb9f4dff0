"""Writing what TensorFlow can load without Keras."""

from typing import Any

from keras_backend_tensorflow._engine import tf
from keras_core_plugins.protocol import Endpoint, ExportFormat, Program


def write_saved_model(program: Program, filepath: str, options: Any = None) -> None:
    """A SavedModel. ``options`` are `tf.saved_model.SaveOptions`.

    Its functions are attributes of what `tf.saved_model.load` returns, and signatures; the first
    is the one that is served by default.
    """
    handles = list(program.state.values())
    root = tf.train.Checkpoint(
        variables=handles,
        trainable_variables=[v for v in handles if v.trainable],
        non_trainable_variables=[v for v in handles if not v.trainable],
        **{name: [program.state[p] for p in paths] for name, paths in program.collections.items()},
    )
    signatures = {}
    for endpoint in program.endpoints:
        specs = tf.nest.map_structure(
            lambda x: tf.TensorSpec(x.shape, x.dtype, x.name), endpoint.signature
        )
        call = _function(endpoint, handles)
        traced = tf.function(call, input_signature=specs, autograph=False)
        setattr(root, endpoint.name, traced)
        signatures[endpoint.name] = _flat(traced, specs)
    signatures.setdefault("serving_default", next(iter(signatures.values())))
    tf.saved_model.save(root, filepath, signatures=signatures, options=options)


def _function(endpoint: Endpoint, handles: list[Any]) -> Any:
    return lambda *args: endpoint.fn([v.value() for v in handles], *args)


def _flat(traced: Any, specs: Any) -> Any:
    """A signature of a function: those return dicts of tensors only."""
    outputs = traced.get_concrete_function().structured_outputs
    if isinstance(outputs, dict) and not any(map(tf.nest.is_nested, outputs.values())):
        return traced

    def call(*args: Any) -> dict[str, Any]:
        return {f"output_{i}": y for i, y in enumerate(tf.nest.flatten(traced(*args)))}

    return tf.function(call, input_signature=specs, autograph=False)


FORMATS = [ExportFormat(name="tf_saved_model", write=write_saved_model, many=True)]
