"""Nests of dicts, lists and tuples, for backends whose engine has no such functions itself.

What a compiler is called with, and what a function for it returns, are nests of tensors and
other values.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast


def map_leaves(fn: Callable[[Any], Any], nest: Any) -> Any:
    """The nest with ``fn`` of each of its leaves.

    >>> map_leaves(str, {"a": (1, [2])})
    {'a': ('1', ['2'])}
    """
    kind = cast("Callable[..., Any]", type(nest))
    if isinstance(nest, dict):
        return {k: map_leaves(fn, v) for k, v in cast("dict[Any, Any]", nest).items()}
    if isinstance(nest, (list, tuple)):
        items = [map_leaves(fn, v) for v in cast("list[Any]", nest)]
        return kind(*items) if hasattr(kind, "_fields") else kind(items)
    return fn(nest)


def fill(nest: Any, leaves: Iterable[Any]) -> Any:
    """The nest with the next of ``leaves`` in the place of each of its own.

    >>> fill({"a": (1, [2])}, "xy")
    {'a': ('x', ['y'])}
    """
    rest = iter(leaves)
    return map_leaves(lambda _: next(rest), nest)


def leaves_of(nest: Any) -> list[Any]:
    """The leaves, in order.

    >>> leaves_of({"a": (1, [2])})
    [1, 2]
    """
    out: list[Any] = []
    map_leaves(out.append, nest)
    return out


def named_leaves(nest: Any) -> dict[str, Any]:
    """The leaves with names, as formats want the outputs of a function.

    A dict of leaves names them itself; those of other nests are ``output_0`` and so on.

    >>> named_leaves({"a": 1, "b": 2})
    {'a': 1, 'b': 2}
    >>> named_leaves([1, {"a": 2}])
    {'output_0': 1, 'output_1': 2}
    """
    leaves = leaves_of(nest)
    if isinstance(nest, dict) and len(leaves) == len(cast("dict[Any, Any]", nest)):
        return {str(k): x for k, x in zip(cast("dict[Any, Any]", nest), leaves, strict=True)}
    return {f"output_{i}": x for i, x in enumerate(leaves)}


class Nests:
    """Functions on nests that hold tensors, and other leaves that stay as they are.

    Args:
        tensor: The type of the tensors.
        describe: What is said of a tensor in a `signature`, such as its shape and dtype.

    Example:

    >>> nests = Nests(float, lambda x: "number")
    >>> nests.flatten({"a": 1.0, "b": (2.0, "text")})
    [1.0, 2.0]
    >>> nests.rebuild({"a": 1.0, "b": (2.0, "text")}, [3.0, 4.0])
    {'a': 3.0, 'b': (4.0, 'text')}
    """

    def __init__(self, tensor: type, describe: Callable[[Any], Any]) -> None:
        self._tensor, self._describe = tensor, describe

    def flatten(self, nest: Any) -> list[Any]:
        """The tensors, in order."""
        out: list[Any] = []
        map_leaves(lambda x: out.append(x) if isinstance(x, self._tensor) else None, nest)
        return out

    def rebuild(self, nest: Any, values: Iterable[Any]) -> Any:
        """The nest with the next of ``values`` in the place of each tensor."""
        rest = iter(values)
        return map_leaves(lambda x: next(rest) if isinstance(x, self._tensor) else x, nest)

    def signature(self, nest: Any) -> Any:
        """A hashable description: containers, tensors as described, and what is no tensor.

        Two nests with the same signature can be passed to the same compiled function.
        """
        if isinstance(nest, self._tensor):
            return self._describe(nest)
        if isinstance(nest, dict):
            items = cast("dict[Any, Any]", nest).items()
            return dict, *((k, self.signature(v)) for k, v in items)
        if isinstance(nest, (list, tuple)):
            return type(cast("object", nest)), *map(self.signature, cast("list[Any]", nest))
        return type(nest), nest
