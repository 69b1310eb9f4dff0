"""Writing what runs without Keras: StableHLO, and what jax can be converted to."""

import itertools
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np

from keras_backend_jax.compiler import is_converting
from keras_backend_jax.tensors import DTYPES
from keras_core_plugins.nest import fill, leaves_of, named_leaves
from keras_core_plugins.protocol import ExportFormat, Program, TensorSpec


def write_stablehlo(
    program: Program, filepath: str, platforms: Sequence[str] | None = None
) -> None:
    """StableHLO with the weights inside, as `jax.export.Exported.serialize` writes it.

    ``platforms`` are where it should run (``["cpu", "cuda", "tpu"]``); by default where it is
    exported.
    """
    from jax import export

    (endpoint,) = program.endpoints
    state = list(program.state.values())
    exporter = export.export(jax.jit(lambda *args: endpoint.fn(state, *args)), platforms=platforms)
    try:
        exported = exporter(*_arguments(endpoint.signature, _each_its_own))
    except Exception:  # whatever the function makes of two sizes that it cannot compare
        try:
            exported = exporter(*_arguments(endpoint.signature, _one_for_an_axis))
        except Exception as error:
            error.add_note(
                "jax could not export the model for any size of its open axes. Fix those sizes "
                "with `input_signature`."
            )
            raise
    Path(filepath).write_bytes(exported.serialize())


def _arguments(signature: Any, name: Callable[[int, int], str]) -> Any:
    """The inputs as jax takes them; sizes that are not known get names."""
    from jax import export

    scope = export.SymbolicScope()
    count = itertools.count()

    def argument(x: TensorSpec) -> Any:
        place = next(count)
        dims = ",".join(
            name(place, axis) if size is None else str(size) for axis, size in enumerate(x.shape)
        )
        return jax.ShapeDtypeStruct(export.symbolic_shape(dims, scope=scope), DTYPES[x.dtype])

    return jax.tree.map(argument, signature)


def _each_its_own(place: int, axis: int) -> str:
    return f"size_{place}_{axis}" if axis else "batch"


def _one_for_an_axis(place: int, axis: int) -> str:
    return f"size_{axis}" if axis else "batch"


def write_onnx(program: Program, filepath: str, opset_version: int | None = None) -> None:
    """An ONNX model.

    The inputs have the names of the signature; the outputs those of their keys, or ``output_0``
    and so on.
    """
    import onnx

    options = {} if opset_version is None else {"opset": opset_version}
    model, _ = _onnx_model(program, options)
    onnx.save(model, filepath)


def write_openvino(program: Program, filepath: str, compress_to_fp16: bool = False) -> None:
    """An OpenVINO model: an ``.xml`` file, and the weights in a ``.bin`` beside it.

    It is made by way of ONNX. ``compress_to_fp16`` halves the weights.
    """
    import onnx
    import openvino as ov

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        onnx_model, outputs = _onnx_model(program, {})
        onnx.save(onnx_model, path)
        model = ov.Core().read_model(path)
        for port, name in zip(model.outputs, outputs, strict=True):
            port.set_names({name})
        ov.save_model(model, filepath, compress_to_fp16=compress_to_fp16)


def _onnx_model(program: Program, options: dict[str, Any]) -> tuple[Any, list[str]]:
    """The model, and the names of its outputs."""
    import jax2onnx
    import onnxruntime

    (endpoint,) = program.endpoints
    state = list(program.state.values())
    inputs: list[TensorSpec] = leaves_of(endpoint.signature)
    outputs: list[str] = []

    def flat(*leaves: Any) -> Any:
        before = is_converting.set(True)
        try:
            named = named_leaves(endpoint.fn(state, *fill(endpoint.signature, leaves)))
        finally:
            is_converting.reset(before)
        outputs[:] = named
        return tuple(named.values())

    arguments = _arguments(inputs, _one_for_an_axis)
    jax.eval_shape(flat, *arguments)  # for the names
    model = jax2onnx.to_onnx(
        flat,
        inputs=arguments,
        model_name=endpoint.name,
        input_names=[x.name for x in inputs],
        output_names=outputs,
        **options,
    )
    # Some of what is written no runtime takes, which shows only when it is run.
    session = onnxruntime.InferenceSession(model.SerializeToString())
    session.run(outputs, {x.name: np.zeros([d or 2 for d in x.shape], x.dtype) for x in inputs})
    return model, outputs


FORMATS = [
    ExportFormat(name="jax", write=write_stablehlo),
    ExportFormat(
        name="onnx",
        write=write_onnx,
        suffix=".onnx",
        modules=("jax2onnx", "onnxruntime"),
        install="keras-backend-jax[onnx]",
    ),
    ExportFormat(
        name="openvino",
        write=write_openvino,
        suffix=".xml",
        modules=("jax2onnx", "onnxruntime", "openvino"),
        install="keras-backend-jax[onnx,openvino]",
    ),
]
