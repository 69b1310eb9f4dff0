"""Nests of dicts, lists and tuples with tensors in them."""

from collections.abc import Iterator
from typing import Any

from keras_backend_openvino.graph import Tensor


def flatten(nest: Any) -> list[Tensor]:
    """The tensors of a nest."""
    if isinstance(nest, Tensor):
        return [nest]
    if isinstance(nest, dict):
        nest = nest.values()
    elif not isinstance(nest, (list, tuple)):
        return []
    return [x for item in nest for x in flatten(item)]


def rebuild(nest: Any, tensors: Iterator[Tensor]) -> Any:
    """The nest with its tensors replaced by those of an iterator."""
    if isinstance(nest, Tensor):
        return next(tensors)
    if isinstance(nest, dict):
        return {k: rebuild(v, tensors) for k, v in nest.items()}
    if isinstance(nest, tuple) and hasattr(nest, "_fields"):
        return type(nest)(*(rebuild(v, tensors) for v in nest))
    if isinstance(nest, (list, tuple)):
        return type(nest)(rebuild(v, tensors) for v in nest)
    return nest


def signature(nest: Any) -> Any:
    """A hashable description of a nest: containers, dtypes, ranks, and what is no tensor."""
    if isinstance(nest, Tensor):
        return nest.dtype, nest.ndim
    if isinstance(nest, dict):
        return dict, tuple((k, signature(v)) for k, v in nest.items())
    if isinstance(nest, (list, tuple)):
        return type(nest), tuple(signature(v) for v in nest)
    return type(nest), nest
