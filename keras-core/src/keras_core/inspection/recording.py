"""Runs a model once and writes what each of its layers returned: the child of ``keras-core diff``.

python -m keras_core.inspection.recording MODEL OUT.npz [--batch N] [--inputs FILE]
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from keras_core import layers, ops
from keras_core.core.base import tree
from keras_core.core.tensors import runtime
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.inspection.models import (
    InspectionError,
    add_arguments,
    make_inputs,
    nest_inputs,
    open_model,
)


class Recorder:
    """Keeps the results of every call of a layer, in the order in which the calls end.

    Attributes:
        calls: For each call the layer's path, class, and which of its calls it was.
        arrays: The results of each call.
    """

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.arrays: list[list[Any]] = []
        self._count: Counter[str] = Counter()

    def run(self, model: Any, inputs: Any) -> None:
        """Call a model, without training."""
        call = layers.Layer.__call__

        def recorded(layer: Any, *args: Any, **kwargs: Any) -> Any:
            outputs = call(layer, *args, **kwargs)
            self._keep(layer, tree.flatten(outputs))
            return outputs

        layers.Layer.__call__ = recorded  # type: ignore[method-assign]
        try:
            model(inputs, training=False)
        finally:
            layers.Layer.__call__ = call  # type: ignore[method-assign]

    def _keep(self, layer: Any, outputs: list[Any]) -> None:
        if any(isinstance(x, KerasTensor) for x in outputs):
            return
        self._count[layer.path] += 1
        self.calls.append(
            {"path": layer.path, "class": type(layer).__name__, "number": self._count[layer.path]}
        )
        self.arrays.append([_array(x) for x in outputs if x is not None])


def write(file: Path, recorder: Recorder, inputs: list[Any]) -> None:
    """Write a run as an .npz file."""
    kept = {f"input_{i}": x for i, x in enumerate(inputs)}
    for i, arrays in enumerate(recorder.arrays):
        kept |= {f"call_{i}_{j}": x for j, x in enumerate(arrays)}
    about = {"backend": runtime.backend(), "inputs": len(inputs), "calls": recorder.calls}
    with file.open("wb") as stream:
        np.savez(stream, about=np.array(json.dumps(about)), **kept)


def _array(x: Any) -> Any:
    if ops.is_tensor(x) and "bfloat16" in str(x.dtype):
        x = ops.cast(x, "float32")
    return ops.convert_to_numpy(x)


def main() -> int:
    """Run it; the exit status is 2, with words on standard error, if that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    parser.add_argument("out", type=Path)
    parser.add_argument("--batch", type=int, default=2)
    options = parser.parse_args()
    recorder = Recorder()
    try:
        model = open_model(options)
        inputs = make_inputs(model, options.batch, options.seed, options.inputs)
    except InspectionError as error:
        parser.exit(2, f"{error}\n")
    try:
        recorder.run(model, nest_inputs(model, inputs))
    except Exception as error:
        parser.exit(2, f"The model cannot be run: {type(error).__name__}: {error}\n")
    write(options.out, recorder, inputs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
