"""Writing what jax can load without Keras."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax

from keras_backend_jax.tensors import DTYPES
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


FORMATS = [ExportFormat(name="jax", write=write_stablehlo)]
