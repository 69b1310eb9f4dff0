"""Shapes, nests of them, and the symbolic tensors that have them."""

from typing import Any

from keras_core.core.base import tree
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native
from keras_core.core.tensors.symbolic import KerasTensor


def shape_or_none(x: Any) -> Any:
    """The shape of a tensor or variable, None for anything else."""
    if isinstance(x, KerasTensor) or native.is_tensor(x):
        return native.static_shape(x)
    return tuple(x.shape) if isinstance(x, Variable) else None


def holds_tensors(x: Any) -> bool:
    """Whether there is a tensor or a variable in a nest."""
    return any(
        isinstance(v, (KerasTensor, Variable)) or native.is_tensor(v) for v in tree.flatten(x)
    )


def is_shape(x: Any) -> bool:
    """Whether ``x`` is a shape rather than a nest of shapes."""
    return isinstance(x, (tuple, list)) and all(d is None or isinstance(d, int) for d in x)


def as_shapes(x: Any) -> Any:
    """Lists that came from JSON as shapes."""
    if is_shape(x):
        return tuple(x)
    if isinstance(x, dict):
        return {k: as_shapes(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [as_shapes(v) for v in x]
    return x


def specs_of(shapes: Any, dtype: str) -> Any:
    """Symbolic tensors for a shape, or for a nest of shapes."""
    if is_shape(shapes):
        return KerasTensor(shapes, dtype)
    if isinstance(shapes, dict):
        return {k: specs_of(v, dtype) for k, v in shapes.items()}
    if isinstance(shapes, (list, tuple)):
        return type(shapes)(specs_of(v, dtype) for v in shapes)
    return shapes


def infer_to_specs(inferred: Any) -> Any:
    """Symbolic tensors for what a backend inferred; see `Integration.infer_spec`."""
    if isinstance(inferred, tuple) and len(inferred) in (2, 3) and isinstance(inferred[1], str):
        return KerasTensor(inferred[0], inferred[1], ragged=len(inferred) == 3)
    if isinstance(inferred, dict):
        return {k: infer_to_specs(v) for k, v in inferred.items()}
    if isinstance(inferred, (list, tuple)):
        return type(inferred)(infer_to_specs(v) for v in inferred)
    return inferred


def shapes_of(arguments: dict[str, Any]) -> dict[str, Any]:
    """The shapes of those arguments that hold tensors, in their nests."""
    return {
        name: tree.map_structure(shape_or_none, value)
        for name, value in arguments.items()
        if holds_tensors(value)
    }
