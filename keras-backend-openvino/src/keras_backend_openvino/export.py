"""Writing what OpenVINO can load without Keras."""

from typing import Any

import openvino as ov
from openvino import opset15 as op

from keras_backend_openvino.graph import Tensor, Trace, stored_type
from keras_backend_openvino.nest import flatten
from keras_core_plugins.protocol import ExportFormat, Program, TensorSpec


def write_model(program: Program, filepath: str, compress_to_fp16: bool = False) -> None:
    """An OpenVINO model: an ``.xml`` file, and the weights in a ``.bin`` beside it.

    The inputs have the names of the signature; the outputs those of their keys, or
    ``output_0`` and so on. ``compress_to_fp16`` halves the weights.
    """
    (endpoint,) = program.endpoints
    parameters: list[Any] = []
    with Trace() as trace:

        def placeholder(x: Any) -> Any:
            if isinstance(x, dict):
                return {k: placeholder(v) for k, v in x.items()}
            if isinstance(x, (list, tuple)):
                return type(x)(placeholder(v) for v in x)
            return _input(trace, x, parameters)

        outputs = endpoint.fn(list(program.state.values()), *map(placeholder, endpoint.signature))
        results = [_result(y) for y in flatten(outputs)]
    if isinstance(outputs, dict) and len(outputs) == len(results):
        names = [str(key) for key in outputs]
    else:
        names = [f"output_{i}" for i in range(len(results))]
    for result, name in zip(results, names, strict=True):
        result.output(0).set_names({name})
    ov.save_model(ov.Model(results, parameters), filepath, compress_to_fp16=compress_to_fp16)


def _input(trace: Trace, x: TensorSpec, parameters: list[Any]) -> Tensor:
    parameter, tensor = trace.parameter(x.dtype, x.shape, stored=True)
    parameter.set_friendly_name(x.name)
    parameter.output(0).set_names({x.name})
    parameters.append(parameter)
    return tensor


def _result(y: Tensor) -> Any:
    return op.result(op.convert(y.output, stored_type(y.dtype)))


FORMATS = [ExportFormat(name="openvino", write=write_model, suffix=".xml")]
