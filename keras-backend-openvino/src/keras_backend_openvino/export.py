"""Writing what OpenVINO can load without Keras."""

import openvino as ov
from openvino import opset15 as op

from keras_backend_openvino.graph import Tensor, Trace, stored_type
from keras_backend_openvino.layout import sink_transposes
from keras_core_plugins.nest import map_leaves, named_leaves
from keras_core_plugins.protocol import ExportFormat, Program, TensorSpec


def write_model(program: Program, filepath: str, compress_to_fp16: bool = False) -> None:
    """An OpenVINO model: an ``.xml`` file, and the weights in a ``.bin`` beside it.

    The inputs have the names of the signature; the outputs those of their keys, or
    ``output_0`` and so on. ``compress_to_fp16`` halves the weights.
    """
    (endpoint,) = program.endpoints
    with Trace() as trace:

        def placeholder(x: TensorSpec) -> Tensor:
            tensor = trace.parameter(x.dtype, x.shape, stored=True)
            trace.parameters[-1].set_friendly_name(x.name)
            trace.parameters[-1].output(0).set_names({x.name})
            return tensor

        args = map_leaves(placeholder, endpoint.signature)
        outputs = named_leaves(endpoint.fn(list(program.state.values()), *args))
        results = [op.result(op.convert(y.output, stored_type(y.dtype))) for y in outputs.values()]
    for result, name in zip(results, outputs, strict=True):
        result.output(0).set_names({name})
    model = sink_transposes(ov.Model(results, trace.parameters))
    ov.save_model(model, filepath, compress_to_fp16=compress_to_fp16)


FORMATS = [ExportFormat(name="openvino", write=write_model, suffix=".xml")]
