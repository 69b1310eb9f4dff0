"""Nests of containers: dicts, lists, tuples and named tuples, with anything else as leaves.

`None` is a leaf. Dicts are visited in the order of their sorted keys, so that two dicts
with the same keys have the same structure whatever the order of insertion.
"""

import warnings
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any

from keras_core.core.base.public import public

MAP_TO_NONE = object()
public("keras.tree.MAP_TO_NONE")(MAP_TO_NONE)
"""What a function returns to `traverse` in order to put None in the result."""


def _sorted_keys(d: dict[Any, Any]) -> list[Any]:
    try:
        return sorted(d)
    except TypeError:  # keys of several types have no order but the one they came in
        return list(d)


def parts_of(x: Any) -> tuple[list[Any], list[Any]] | None:
    """Keys and children of a container, None for a leaf."""
    if isinstance(x, dict):
        keys = list(x) if isinstance(x, OrderedDict) else _sorted_keys(x)
        return keys, [x[k] for k in keys]
    if isinstance(x, (list, tuple, deque)):
        return list(range(len(x))), list(x)
    return None


def _rebuild(like: Any, keys: list[Any], children: list[Any]) -> Any:
    kind = type(like)
    if isinstance(like, dict):
        by_key = dict(zip(keys, children, strict=True))
        ordered = [(k, by_key[k]) for k in like]  # keep the insertion order
        if isinstance(like, defaultdict):
            return kind(like.default_factory, ordered)
        return kind(ordered)
    if hasattr(like, "_fields"):
        return kind(*children)
    if isinstance(like, deque):
        return kind(children, like.maxlen)
    try:
        return kind(children)
    except TypeError:  # a subclass with a constructor of its own
        return list(children) if isinstance(like, list) else tuple(children)


@public("keras.tree.is_nested")
def is_nested(structure: Any) -> bool:
    """Whether ``structure`` is a container.

    Args:
        structure: Anything.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.is_nested([1]), keras.tree.is_nested(1)
    (True, False)
    """
    return isinstance(structure, (dict, list, tuple, deque))


@public("keras.tree.flatten")
def flatten(structure: Any) -> list[Any]:
    """The leaves of ``structure`` in order.

    Args:
        structure: A nest; anything that is none is its own only leaf.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.flatten({"b": [1, 2], "a": 3})
    [3, 1, 2]
    """
    out: list[Any] = []
    _flatten_into(structure, out)
    return out


def _flatten_into(x: Any, out: list[Any]) -> None:
    kind = type(x)
    if kind is tuple or kind is list:
        for child in x:
            _flatten_into(child, out)
    elif kind is dict:
        for key in _sorted_keys(x):
            _flatten_into(x[key], out)
    else:
        parts = parts_of(x)
        if parts is None:
            out.append(x)
        else:
            for child in parts[1]:
                _flatten_into(child, out)


@public("keras.tree.flatten_with_path")
def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """Pairs of a path, which is a tuple of keys and indices, and a leaf.

    Args:
        structure: A nest.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.flatten_with_path({"a": [1, 2]})
    [(('a', 0), 1), (('a', 1), 2)]
    """
    out: list[tuple[tuple[Any, ...], Any]] = []

    def visit(path: tuple[Any, ...], x: Any) -> None:
        parts = parts_of(x)
        if parts is None:
            out.append((path, x))
            return
        for key, child in zip(*parts, strict=True):
            visit((*path, key), child)

    visit((), structure)
    return out


@public("keras.tree.pack_sequence_as")
def pack_sequence_as(structure: Any, flat_sequence: Any, sequence_fn: Any = None) -> Any:
    """A nest shaped like ``structure`` with the leaves of ``flat_sequence``.

    Args:
        structure: The nest to follow.
        flat_sequence: As many leaves as `flatten` finds in ``structure``.
        sequence_fn: A function ``(instance, children) -> container`` to build sequences
            and mappings with, instead of their own type.

    Raises:
        ValueError: If the number of leaves differs.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.pack_sequence_as({"a": 0, "b": [0, 0]}, [1, 2, 3])
    {'a': 1, 'b': [2, 3]}
    """
    leaves = list(flat_sequence)
    total = len(flatten(structure))
    if len(leaves) != total:
        raise ValueError(
            f"The structure has {total} leaves, but the flat sequence has {len(leaves)}. "
            f"Received structure={structure!r}"
        )
    return _unflatten(structure, iter(leaves), sequence_fn)


def _unflatten(structure: Any, leaves: Iterator[Any], sequence_fn: Any = None) -> Any:
    parts = parts_of(structure)
    if parts is None:
        return next(leaves)
    keys, children = parts
    rebuilt = [_unflatten(child, leaves, sequence_fn) for child in children]
    if sequence_fn is not None:
        return sequence_fn(structure, rebuilt)
    return _rebuild(structure, keys, rebuilt)


@public("keras.tree.map_structure")
def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """``func`` applied to the leaves of one or more nests of the same structure.

    Args:
        func: Takes as many arguments as there are structures.
        *structures: Nests. The result has the containers of the first.
        none_is_leaf: Whether ``func`` is called for None; otherwise None stays None.

    Raises:
        ValueError: If the structures differ, or none is given.
        TypeError: If ``func`` cannot be called.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.map_structure(lambda a, b: a + b, [1, (2,)], [10, (20,)])
    [11, (22,)]
    """
    if not callable(func):
        raise TypeError(f"`func` must be callable. Received: func={func!r}")
    if not structures:
        raise ValueError("Must provide at least one structure")
    return _map(func, structures, none_is_leaf)


def _map(func: Callable[..., Any], xs: tuple[Any, ...], none_is_leaf: bool) -> Any:
    first = xs[0]
    parts = parts_of(first)
    if parts is None:
        if len(xs) > 1 and any(is_nested(x) for x in xs[1:]):
            raise ValueError(_mismatch(first, next(x for x in xs[1:] if is_nested(x))))
        if first is None and not none_is_leaf and all(x is None for x in xs):
            return None
        return func(*xs)
    keys, children = parts
    if len(xs) == 1:
        return _rebuild(first, keys, [_map(func, (c,), none_is_leaf) for c in children])
    columns = [children]
    for other in xs[1:]:
        other_parts = parts_of(other)
        if (
            other_parts is None
            or isinstance(first, dict) != isinstance(other, dict)
            or (set(other_parts[0]) != set(keys))
        ):
            raise ValueError(_mismatch(first, other))
        by_key = dict(zip(*other_parts, strict=True))
        columns.append([by_key[k] for k in keys])
    return _rebuild(
        first, keys, [_map(func, row, none_is_leaf) for row in zip(*columns, strict=True)]
    )


def _mismatch(a: Any, b: Any) -> str:
    return (
        "The structures do not match: expected the same containers, keys and lengths. "
        f"Received {a!r} and {b!r}"
    )


@public("keras.tree.map_shape_structure")
def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """``func`` applied to the shapes in a nest: tuples and lists of ints and None are leaves.

    Args:
        func: Takes a shape.
        structure: A shape, or a nest of shapes.

    Raises:
        TypeError: If ``func`` cannot be called.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.map_shape_structure(len, {"a": (2, 3), "b": [(4,), (None, 1, 2)]})
    {'a': 2, 'b': [1, 3]}
    """
    if not callable(func):
        raise TypeError(f"`func` must be callable. Received: func={func!r}")

    def visit(x: Any) -> Any:
        parts = parts_of(x)
        is_shape = isinstance(x, (list, tuple)) and all(d is None or isinstance(d, int) for d in x)
        if parts is None or is_shape:
            return func(x)
        return _rebuild(x, parts[0], [visit(child) for child in parts[1]])

    return visit(structure)


@public("keras.tree.map_structure_up_to")
def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """``func`` applied to the parts of ``structures`` that lie at the leaves of the shallow one.

    Args:
        shallow_structure: The nest that says how deep to go.
        func: Called with what the structures have at each of its leaves.
        *structures: Nests that are at least as deep.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.map_structure_up_to([0, 0], len, [[1, 2], [3]])
    [2, 1]
    """
    parts = parts_of(shallow_structure)
    if parts is None:
        return func(*structures)
    keys, children = parts
    rows: list[list[Any]] = []
    for s in structures:
        other = parts_of(s)
        if other is None or set(other[0]) != set(keys):
            raise ValueError(_mismatch(shallow_structure, s))
        by_key = dict(zip(*other, strict=True))
        rows.append([by_key[k] for k in keys])
    return _rebuild(
        shallow_structure,
        keys,
        [
            map_structure_up_to(child, func, *row)
            for child, row in zip(children, zip(*rows, strict=True), strict=True)
        ],
    )


@public("keras.tree.assert_same_structure")
def assert_same_structure(a: Any, b: Any, check_types: bool | None = None) -> None:
    """Raise `ValueError` unless both nests have the same containers, keys and lengths.

    Dicts of all kinds are one kind of container, lists and tuples are two.

    Args:
        a: A nest.
        b: A nest.
        check_types: Deprecated, as in Keras: types are always checked, and a value other than
            None, the default, is answered by a warning.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.assert_same_structure([1, (2, 3)], [4, (5, 6)])
    """
    if check_types is not None:
        warnings.warn(
            "`check_types` of `assert_same_structure` is deprecated and has no effect. "
            + (
                "Leave it out."
                if check_types
                else "For a looser check, use `keras.tree.assert_same_paths`."
            ),
            DeprecationWarning,
            stacklevel=2,
        )
    _map(lambda *_: None, (a, b), True)
    _check_kinds(a, b)


def _check_kinds(a: Any, b: Any) -> None:
    parts = parts_of(a)
    if parts is None:
        return
    if not isinstance(a, dict) and type(a) is not type(b):
        raise ValueError(_mismatch(a, b))
    for key, child in zip(*parts, strict=True):
        _check_kinds(child, b[key])


@public("keras.tree.assert_same_paths")
def assert_same_paths(a: Any, b: Any) -> None:
    """Raise `ValueError` unless both nests have leaves at the same paths, whatever the types.

    Args:
        a: A nest.
        b: A nest.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.assert_same_paths({"a": 1, "b": [2]}, {"a": 3, "b": [4]})
    """
    paths_a = {path for path, _ in flatten_with_path(a)}
    paths_b = {path for path, _ in flatten_with_path(b)}
    if paths_a != paths_b:
        raise ValueError(
            f"The paths of the structures do not match. Only in `a`: {sorted(paths_a - paths_b)}. "
            f"Only in `b`: {sorted(paths_b - paths_a)}."
        )


@public("keras.tree.traverse")
def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """Visit every container and leaf, replacing each with what ``func`` returns unless None.

    Args:
        func: Called with each part. None keeps the part; ``MAP_TO_NONE`` puts None.
        structure: A nest.
        top_down: Containers before their children (which are then not visited if
            the container was replaced), or after.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.traverse(lambda x: x * 2 if isinstance(x, int) else None, [1, (2, 3)])
    [2, (4, 6)]
    """

    def visit(x: Any) -> Any:
        if top_down:
            result = func(x)
            if result is not None:
                return None if result is MAP_TO_NONE else result
        parts = parts_of(x)
        if parts is not None:
            keys, children = parts
            x = _rebuild(x, keys, [visit(c) for c in children])
        if not top_down:
            result = func(x)
            if result is not None:
                return None if result is MAP_TO_NONE else result
        return x

    return visit(structure)


@public("keras.tree.lists_to_tuples")
def lists_to_tuples(structure: Any) -> Any:
    """The nest with every list turned into a tuple.

    Args:
        structure: A nest.

    Example:

    >>> import keras_core as keras
    >>> keras.tree.lists_to_tuples([1, [2, 3]])
    (1, (2, 3))
    """

    def convert(x: Any) -> Any:
        return tuple(x) if isinstance(x, list) else None

    return traverse(convert, structure, top_down=False)
