"""Nests of dicts, lists and tuples with tensors in them."""

from collections.abc import Callable, Iterable
from typing import Any

from keras_backend_openvino.graph import Tensor


def map_leaves(fn: Callable[[Any], Any], nest: Any) -> Any:
    """The nest with ``fn`` of each of its leaves, which need not be tensors."""
    if isinstance(nest, dict):
        return {k: map_leaves(fn, v) for k, v in nest.items()}
    if isinstance(nest, (list, tuple)):
        items = [map_leaves(fn, v) for v in nest]
        return type(nest)(*items) if hasattr(nest, "_fields") else type(nest)(items)
    return fn(nest)


def flatten(nest: Any) -> list[Tensor]:
    """The tensors of a nest."""
    out: list[Tensor] = []
    map_leaves(lambda x: out.append(x) if isinstance(x, Tensor) else None, nest)
    return out


def rebuild(nest: Any, values: Iterable[Any]) -> Any:
    """The nest with its tensors replaced by ``values``."""
    rest = iter(values)
    return map_leaves(lambda x: next(rest) if isinstance(x, Tensor) else x, nest)


def signature(nest: Any) -> Any:
    """A hashable description of a nest: containers, dtypes, ranks, and what is no tensor."""
    if isinstance(nest, Tensor):
        return nest.dtype, nest.ndim
    if isinstance(nest, dict):
        return dict, *((k, signature(v)) for k, v in nest.items())
    if isinstance(nest, (list, tuple)):
        return type(nest), *map(signature, nest)
    return type(nest), nest
