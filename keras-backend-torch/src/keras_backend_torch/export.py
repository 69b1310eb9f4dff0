"""Writing what torch can load without Keras."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.utils import _pytree as pytree

from keras_backend_torch import devices
from keras_backend_torch.tensors import DTYPES
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
    module = _Function(endpoint.fn, program.state).eval()
    args = pytree.tree_map(_example, endpoint.signature)
    dynamic = pytree.tree_map(_dynamic, endpoint.signature)
    try:
        with torch.no_grad():
            exported = torch.export.export(module, args, dynamic_shapes=(dynamic,), strict=False)
    except Exception as error:
        error.add_note(
            "torch could not export the model for any size of its open axes, such as a loop over "
            "steps whose number is not known. Fix those sizes with `input_signature`."
        )
        raise
    torch.export.save(exported, filepath)


def _example(x: TensorSpec) -> torch.Tensor:
    sizes = [d if d is not None else _SIZE if i else _BATCH for i, d in enumerate(x.shape)]
    return torch.zeros(sizes, dtype=DTYPES[x.dtype], device=devices.current())


def _dynamic(x: TensorSpec) -> dict[int, Any]:
    return {i: torch.export.Dim.DYNAMIC for i, d in enumerate(x.shape) if d is None}


FORMATS = [ExportFormat(name="torch", write=write_exported_program, suffix=".pt2")]
