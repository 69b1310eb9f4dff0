"""Saved models, and inputs for them that are the same on every backend."""

import argparse
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keras_core import saving
from keras_core.core.base import tree
from keras_core.core.tensors import dtypes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.core.embedding import Embedding

OPEN_SIZE = 8
"""What a dimension of unknown size gets, but for the batch."""

WORDS = ("a", "model", "is", "a", "function", "with", "a", "memory")


class InspectionError(Exception):
    """What was asked for cannot be done; the message is for the user."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which model is opened, and how."""
    parser.add_argument("model", metavar="MODEL", help="a .keras or .h5 file with a whole model")
    parser.add_argument(
        "--import",
        dest="modules",
        action="append",
        default=[],
        metavar="MODULE",
        help="import a module first that registers classes of the model's",
    )
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="load files with Python code in them (safe_mode=False)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the inputs (default: 0)"
    )
    parser.add_argument(
        "--inputs",
        type=Path,
        metavar="FILE",
        help="an .npy file, or an .npz with an array for each input; default: random numbers",
    )


def open_model(options: argparse.Namespace) -> Any:
    """The model that the arguments name.

    Raises:
        InspectionError: If it cannot be loaded.
    """
    sys.path.insert(0, "")
    try:
        for name in options.modules:
            importlib.import_module(name)
        return saving.load_model(options.model, compile=False, safe_mode=not options.unsafe)
    except Exception as error:
        raise InspectionError(
            f"{options.model} cannot be loaded: {type(error).__name__}: {error}"
        ) from error


def make_inputs(model: Any, batch: int, seed: int, file: Path | None) -> list[NDArray[Any]]:
    """An array for each input of a model, in the order of ``model.inputs``.

    Args:
        model: A model whose inputs are known.
        batch: The number of samples.
        seed: Of the random numbers, which are NumPy's on every backend.
        file: Where to read the arrays instead; all samples in it are taken.

    Raises:
        InspectionError: If the model has not said what it takes, or the file has something else.
    """
    specs = getattr(model, "inputs", None)
    if file is not None:
        return _read_inputs(file, specs)
    if not specs:
        raise InspectionError(
            f"A model of class {type(model).__name__} does not say what it takes. Give it arrays "
            "with --inputs FILE.npy, or FILE.npz for several."
        )
    rng = np.random.default_rng(seed)
    tables = [layer.input_dim for layer in _layers_of(model) if isinstance(layer, Embedding)]
    return [_draw(rng, spec, batch, min(tables, default=2)) for spec in specs]


def nest_inputs(model: Any, arrays: list[NDArray[Any]]) -> Any:
    """The arrays in the structure that the model takes."""
    if getattr(model, "inputs", None):
        return tree.pack_sequence_as(model.input, arrays)
    return arrays[0] if len(arrays) == 1 else arrays


def _layers_of(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        yield layer
        if hasattr(layer, "layers"):
            yield from _layers_of(layer)


def _draw(rng: np.random.Generator, spec: KerasTensor, batch: int, integers: int) -> NDArray[Any]:
    shape = (batch, *(OPEN_SIZE if size is None else size for size in spec.shape[1:]))
    if spec.dtype == "string":
        return rng.choice(WORDS, shape)
    if spec.dtype == "bool":
        return rng.random(shape) < 0.5
    if spec.dtype in dtypes.FLOATS:
        name = "float32" if spec.dtype == "bfloat16" else spec.dtype
        return rng.standard_normal(shape).astype(name)
    return rng.integers(0, integers, shape).astype(spec.dtype)


def _read_inputs(file: Path, specs: list[KerasTensor] | None) -> list[NDArray[Any]]:
    try:
        found = np.load(file, allow_pickle=False)
        arrays = {"": found} if isinstance(found, np.ndarray) else dict(found)
    except (OSError, ValueError) as error:
        raise InspectionError(f"{file} cannot be read as .npy or .npz: {error}") from error
    if not specs:
        return list(arrays.values())
    if len(arrays) != len(specs):
        raise InspectionError(
            f"The model takes {len(specs)} inputs ({', '.join(s.name for s in specs)}), and "
            f"{file} has {len(arrays)} arrays."
        )
    if all(spec.name in arrays for spec in specs):
        return [arrays[spec.name] for spec in specs]
    return list(arrays.values())
