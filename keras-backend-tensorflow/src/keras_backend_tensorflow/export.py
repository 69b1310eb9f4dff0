"""Writing what runs without Keras: SavedModels, and what TensorFlow can be converted to."""

import inspect
import tempfile
from pathlib import Path
from typing import Any, cast

from keras_backend_tensorflow._engine import tf
from keras_backend_tensorflow.signatures import flat_outputs
from keras_core_plugins.nest import fill, leaves_of, named_leaves
from keras_core_plugins.protocol import ExportFormat, Program, TensorSpec


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


def write_litert(
    program: Program,
    filepath: str,
    optimizations: Any = (),
    representative_dataset: Any = None,
    enable_select_tf_ops: bool = False,
    allow_custom_ops: bool = False,
) -> None:
    """A model for LiteRT, which was TensorFlow Lite, with the signature of the endpoint's name.

    Args:
        program: The endpoint.
        filepath: Where to.
        optimizations: `tf.lite.Optimize`s: quantised weights, for one.
        representative_dataset: A function that yields lists of inputs, for optimizations that
            measure activations.
        enable_select_tf_ops: Whether operations that LiteRT lacks may be TensorFlow's own, for
            interpreters that have them (the Flex delegate).
        allow_custom_ops: Whether others may stay as they are named, for interpreters that
            register them.
    """
    with tempfile.TemporaryDirectory() as folder:
        _saved(program, folder)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = list(optimizations)
        converter.representative_dataset = representative_dataset
        converter.allow_custom_ops = allow_custom_ops
        if enable_select_tf_ops:
            converter.target_spec.supported_ops = [
                tf.lite.OpsSet.TFLITE_BUILTINS,
                tf.lite.OpsSet.SELECT_TF_OPS,
            ]
        Path(filepath).write_bytes(converter.convert())


def write_onnx(program: Program, filepath: str, opset_version: int | None = None) -> None:
    """An ONNX model.

    The inputs have the names of the signature; the outputs those of their keys, or ``output_0``
    and so on.
    """
    import onnx
    import tf2onnx
    from tensorflow.python.framework.convert_to_constants import (  # no public name has it
        convert_variables_to_constants_v2,
    )

    function, _, outputs = _flat(program)
    frozen = convert_variables_to_constants_v2(
        function.get_concrete_function(), lower_control_flow=False, aggressive_inlining=True
    )
    made = dict(zip(sorted(outputs), frozen.outputs, strict=True))  # as tf.nest flattens a dict
    ports = {x.name: x.name.partition(":")[0] for x in frozen.inputs}
    ports |= {made[name].name: name for name in outputs}
    model, _ = tf2onnx.convert.from_graph_def(
        frozen.graph.as_graph_def(),
        input_names=[x.name for x in frozen.inputs],
        output_names=[made[name].name for name in outputs],
        opset=opset_version,
        tensors_to_rename=ports,
    )
    onnx.checker.check_model(model)  # operations without a counterpart were kept as they are
    onnx.save(model, filepath)


def write_openvino(program: Program, filepath: str, compress_to_fp16: bool = False) -> None:
    """An OpenVINO model: an ``.xml`` file, and the weights in a ``.bin`` beside it.

    Names are those that `write_onnx` gives. ``compress_to_fp16`` halves the weights.
    """
    import openvino as ov

    make: Any = ov.Model  # whose stubs know another class of this name

    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = _saved(program, folder)
        model: Any = ov.convert_model(folder)  # whose ports come in any order

        def named(ports: list[Any], names: list[str]) -> list[Any]:
            left = list(ports)  # a tensor that is returned twice has two ports, of both names
            found = []
            for name in names:
                place = next(i for i, port in enumerate(left) if name in port.get_names())
                found.append(left.pop(place).get_node())
            return found

        model = make(named(model.outputs, outputs), named(model.inputs, inputs))
        for port, name in zip(model.inputs, inputs, strict=True):
            port.get_node().set_friendly_name(name)
        ov.save_model(model, filepath, compress_to_fp16=compress_to_fp16)


def _saved(program: Program, folder: str) -> tuple[list[str], list[str]]:
    """Write a SavedModel with the endpoint as its only signature; its inputs and outputs."""
    function, inputs, outputs = _flat(program)
    root = tf.train.Checkpoint(variables=list(function.get_concrete_function().graph.variables))
    # Converters want no gradients, and TensorFlow cannot save all that are given by hand.
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    signatures = {program.endpoints[0].name: function}
    tf.saved_model.save(root, folder, signatures=signatures, options=options)
    return inputs, outputs


def _flat(program: Program) -> tuple[Any, list[str], list[str]]:
    """The endpoint as a function of tensors that returns a dict of them; its inputs and outputs."""
    (endpoint,) = program.endpoints
    specs = [
        tf.TensorSpec(x.shape, x.dtype, x.name)
        for x in cast("list[TensorSpec]", leaves_of(endpoint.signature))
    ]
    outputs: list[str] = []

    def flat(*leaves: Any) -> Any:
        state = [tf.convert_to_tensor(v) for v in program.state.values()]
        named = named_leaves(endpoint.fn(state, *fill(endpoint.signature, leaves)))
        outputs[:] = named
        return named

    # TensorFlow names the inputs of a function by its parameters.
    flat.__signature__ = inspect.Signature(
        [inspect.Parameter(x.name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for x in specs]
    )
    function = tf.function(flat, input_signature=specs, autograph=False)
    function.get_concrete_function()
    return function, [x.name for x in specs], outputs


FORMATS = [
    ExportFormat(name="tf_saved_model", write=write_saved_model, holds_state=True, many=True),
    ExportFormat(name="litert", write=write_litert, suffix=".tflite"),
    ExportFormat(
        name="onnx",
        write=write_onnx,
        suffix=".onnx",
        modules=("onnx", "tf2onnx"),
        install="keras-backend-tensorflow[onnx]",
    ),
    ExportFormat(
        name="openvino",
        write=write_openvino,
        suffix=".xml",
        modules=("openvino",),
        install="keras-backend-tensorflow[openvino]",
    ),
]
