"""Writing what TensorFlow can load without Keras."""

from typing import Any

from keras_backend_tensorflow._engine import tf
from keras_backend_tensorflow.signatures import flat_outputs
from keras_core_plugins.protocol import ExportFormat, Program


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
    known = {id(v) for v in handles}
    signatures, others = {}, {}
    for endpoint in program.endpoints:
        specs = tf.nest.map_structure(
            lambda x: tf.TensorSpec(x.shape, x.dtype, x.name), endpoint.signature
        )
        traced = tf.function(endpoint.run, input_signature=specs, autograph=False)
        touched = traced.get_concrete_function().graph.variables
        others.update({id(v): v for v in touched if id(v) not in known})
        setattr(root, endpoint.name, traced)
        signatures[endpoint.name] = flat_outputs(traced, specs)
    signatures.setdefault("serving_default", next(iter(signatures.values())))
    root._others = list(others.values())
    tf.saved_model.save(root, filepath, signatures=signatures, options=options)


FORMATS = [
    ExportFormat(name="tf_saved_model", write=write_saved_model, holds_state=True, many=True)
]
