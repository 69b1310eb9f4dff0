"""Where layers that prepare data meet tensors: in pipelines of other libraries, and on the host."""

import functools
import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from keras_core.core.tensors import native, scopes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core_plugins import catalog, current
from keras_core_plugins.contributions import gathered
from keras_core_plugins.protocol import PipelineTensors


def pipeline_of(values: Iterable[Any]) -> PipelineTensors | None:
    """What the first tensor of another library's pipeline belongs to, None if there is none."""
    for x in values:
        if is_plain(x):
            continue
        for kind in _pipelines():
            if kind.accepts(x):
                return kind
    return None


def in_pipeline(
    kind: PipelineTensors,
    fn: Callable[..., Sequence[Any]],
    tensors: Sequence[Any],
    specs: Sequence[tuple[tuple[int | None, ...], str]],
) -> list[Any]:
    """Put a function of arrays into a pipeline.

    Args:
        kind: The pipeline.
        fn: Function of as many arrays as there are tensors, which returns as many as `specs`.
        tensors: Tensors of the pipeline.
        specs: Shape and dtype of each result, ``"string"`` included.
    """

    def run(*values: Any) -> list[np.ndarray[Any, Any]]:
        arrays = (np.asarray(x, object if isinstance(x, bytes) else None) for x in values)
        results = zip(fn(*arrays), specs, strict=True)
        return [np.asarray(y, object if d == "string" else d) for y, (_, d) in results]

    return list(kind.call(run, tensors, specs))


def is_on_host() -> bool:
    """Whether this thread or process prepares data."""
    return scopes.on_host() or multiprocessing.current_process().daemon


def is_ours(x: Any) -> bool:
    """Whether it is a tensor of the engine, or a symbolic one."""
    return isinstance(x, KerasTensor) or native.is_tensor(x)


def is_plain(x: Any) -> bool:
    """Whether it is a value that no pipeline has to be asked about."""
    return x is None or isinstance(
        x, (np.ndarray, np.generic, bool, int, float, str, bytes, KerasTensor)
    )


@functools.cache
def _pipelines() -> list[PipelineTensors]:
    record = current()
    if record is None:
        return []
    hook = "keras_core_pipeline_tensors"
    near = gathered(catalog(), record.installed, hook)
    return near + gathered(catalog(), record.installed, hook, others=True)
