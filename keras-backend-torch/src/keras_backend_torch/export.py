"""Writing what runs without Keras: torch's own format, and those that torch can be converted to."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.export.graph_signature import InputKind
from torch.utils import _pytree as pytree

from keras_backend_torch import devices
from keras_backend_torch.tensors import DTYPES
from keras_core_plugins.nest import fill, leaves_of, named_leaves
from keras_core_plugins.protocol import ExportFormat, Program, TensorSpec

# Sizes to trace with for those that are not known: of the batch, and of other axes.
_BATCH, _SIZE = 8, 64


class _Function(torch.nn.Module):
    """An endpoint with the state as its parameters."""

    def __init__(self, fn: Callable[..., Any], state: Mapping[str, torch.nn.Parameter]) -> None:
        super().__init__()
        self.fn = fn
        self.paths = list(state)
        self.state = torch.nn.ParameterDict(state)  # which sorts them

    def forward(self, *args: Any) -> Any:
        return self.fn([self.state[path] for path in self.paths], *args)


def write_exported_program(program: Program, filepath: str) -> None:
    """An `ExportedProgram`, for `torch.export.load`. Sizes that are not known stay dynamic."""
    (endpoint,) = program.endpoints
    torch.export.save(
        _exported(_Function(endpoint.fn, program.state), endpoint.signature), filepath
    )


def write_onnx(program: Program, filepath: str, opset_version: int | None = None) -> None:
    """An ONNX model, whose weights are in a file beside it if there are more than 2 GB.

    The inputs have the names of the signature; the outputs those of their keys, or ``output_0``
    and so on.
    """
    exported, inputs, outputs = _flat(program)
    model = torch.onnx.export(
        exported,
        dynamo=True,
        verbose=False,
        opset_version=opset_version,
        input_names=[x.name for x in inputs],
        output_names=outputs,
    )
    assert model is not None
    model.save(filepath)


def write_openvino(program: Program, filepath: str, compress_to_fp16: bool = False) -> None:
    """An OpenVINO model: an ``.xml`` file, and the weights in a ``.bin`` beside it.

    Names are those that `write_onnx` gives. ``compress_to_fp16`` halves the weights.
    """
    import openvino as ov

    exported, inputs, outputs = _flat(program)
    model = ov.convert_model(exported)
    for port, spec in zip(model.inputs, inputs, strict=True):
        port.get_node().set_friendly_name(spec.name)
        port.set_names({spec.name})
        port.get_node().set_partial_shape(
            ov.PartialShape([-1 if d is None else d for d in spec.shape])
        )
    for port, name in zip(model.outputs, outputs, strict=True):
        port.set_names({name})
    model.validate_nodes_and_infer_types()
    ov.save_model(model, filepath, compress_to_fp16=compress_to_fp16)


def write_litert(program: Program, filepath: str) -> None:
    """A model for LiteRT, which was TensorFlow Lite, with the signature of the endpoint's name.

    Names are those that `write_onnx` gives.
    """
    import litert_torch

    exported, inputs, outputs = _flat(program)
    module = _Named(exported.module(), [x.name for x in inputs], outputs)
    model = litert_torch.signature(
        program.endpoints[0].name,
        module,
        sample_kwargs={x.name: _example(x) for x in inputs},
    ).convert()
    model.export(filepath)


class _Named(torch.nn.Module):
    """A module with inputs and outputs by name."""

    def __init__(self, module: torch.nn.Module, inputs: list[str], outputs: list[str]) -> None:
        super().__init__()
        self.module = module

        def forward(**leaves: torch.Tensor) -> dict[str, torch.Tensor]:
            values = module(*(leaves[name] for name in inputs))
            return dict(zip(outputs, values, strict=True))

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        forward.__signature__ = inspect.Signature([inspect.Parameter(x, kind) for x in inputs])
        self.forward = forward


def _flat(program: Program) -> tuple[torch.export.ExportedProgram, list[TensorSpec], list[str]]:
    """The endpoint as a function of tensors that returns tensors, its inputs and its outputs."""
    (endpoint,) = program.endpoints
    names: list[str] = []

    def flat(state: Any, *leaves: torch.Tensor) -> Any:
        named = named_leaves(endpoint.fn(state, *fill(endpoint.signature, leaves)))
        names[:] = named
        return tuple(named.values())

    inputs = leaves_of(endpoint.signature)
    return _exported(_Function(flat, program.state), tuple(inputs)), inputs, names


def _exported(module: torch.nn.Module, signature: tuple[Any, ...]) -> torch.export.ExportedProgram:
    args = pytree.tree_map(_example, signature)
    dynamic = pytree.tree_map(_dynamic, signature)
    try:
        with torch.no_grad():
            exported = torch.export.export(
                module.eval(), args, dynamic_shapes=(dynamic,), strict=False
            )
    except Exception as error:
        error.add_note(
            "torch could not export the model for any size of its open axes, such as a loop over "
            "steps whose number is not known. Fix those sizes with `input_signature`."
        )
        raise
    return _without_unused(exported)


def _without_unused(exported: torch.export.ExportedProgram) -> torch.export.ExportedProgram:
    """Without the state that only training reads, such as the seeds of dropout.

    Other formats need not have its dtypes.
    """
    specs = exported.graph_signature.input_specs
    nodes = [node for node in exported.graph.nodes if node.op == "placeholder"]
    for spec, node in zip(list(specs), nodes, strict=True):
        if spec.kind is InputKind.PARAMETER and not node.users:
            exported.graph.erase_node(node)
            specs.remove(spec)
            exported.state_dict.pop(str(spec.target))
    exported.graph_module.recompile()
    return exported


def _example(x: TensorSpec) -> torch.Tensor:
    sizes = [d if d is not None else _SIZE if i else _BATCH for i, d in enumerate(x.shape)]
    return torch.zeros(sizes, dtype=DTYPES[x.dtype], device=devices.current())


def _dynamic(x: TensorSpec) -> dict[int, Any]:
    return {i: torch.export.Dim.DYNAMIC for i, d in enumerate(x.shape) if d is None}


FORMATS = [
    ExportFormat(name="torch", write=write_exported_program, suffix=".pt2"),
    ExportFormat(
        name="onnx",
        write=write_onnx,
        suffix=".onnx",
        modules=("onnx", "onnxscript"),
        install="keras-backend-torch[onnx]",
    ),
    ExportFormat(
        name="litert",
        write=write_litert,
        suffix=".tflite",
        open_sizes=False,
        modules=("litert_torch",),
        install="keras-backend-torch[litert]",
    ),
    ExportFormat(
        name="openvino",
        write=write_openvino,
        suffix=".xml",
        modules=("openvino",),
        install="keras-backend-torch[openvino]",
    ),
]
