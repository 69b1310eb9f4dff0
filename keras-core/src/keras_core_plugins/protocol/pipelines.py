"""Tensors of input pipelines, which layers meet in `map` functions and the like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


Spec = tuple[tuple[int | None, ...], str]
"""A shape and a dtype."""

ArrayFunction = Callable[..., "Sequence[np.ndarray[Any, Any]]"]
"""A function from arrays to arrays."""


@dataclass(frozen=True, kw_only=True)
class PipelineTensors:
    """Tensors without values in a pipeline; what `keras_core_pipeline_tensors` returns."""

    name: str
    """What the pipelines are called in messages, such as ``"tf.data"``."""

    accepts: Callable[[Any], bool]
    """Whether an object is such a tensor. Called often: it imports nothing."""

    spec: Callable[[Any], Spec]
    """The shape and the dtype of a tensor."""

    call: Callable[[ArrayFunction, Sequence[Any], Sequence[Spec]], Sequence[Any]]
    """``call(function, tensors, specs)`` puts a function of NumPy arrays into the pipeline.

    ``function(*arrays)`` returns arrays of the shapes and dtypes of ``specs``.
    """
