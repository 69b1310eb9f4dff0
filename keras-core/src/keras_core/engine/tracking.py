"""Containers that report when they change, so that collected state can be cached."""

import copy
from collections.abc import Callable
from typing import Any

version = 0
"""Grows with each change of the structure of any layer; caches are keyed by it."""


def changed() -> None:
    """Note a change of structure."""
    global version
    version += 1


def _reporting(base: type, methods: tuple[str, ...]) -> Callable[[type], type]:
    """Make the named methods of ``base`` wrap what is added, and report."""

    def decorate(cls: type) -> type:
        for name in methods:
            original = getattr(base, name, None)
            if original is None:
                continue

            def method(self: Any, *args: Any, _original: Any = original, **kwargs: Any) -> Any:
                result = _original(self, *args, **kwargs)
                changed()
                owner = self._owner
                if owner is not None:
                    owner._on_container_change(self)
                return result

            method.__name__ = name
            setattr(cls, name, method)
        return cls

    return decorate


@_reporting(
    list,
    ("append", "extend", "insert", "pop", "remove", "clear", "__setitem__", "__delitem__",
     "__iadd__", "sort", "reverse"),
)  # fmt: skip
class TrackedList(list[Any]):
    """A list that a layer holds."""

    _owner: Any = None


@_reporting(dict, ("__setitem__", "__delitem__", "update", "pop", "popitem", "clear", "setdefault"))
class TrackedDict(dict[Any, Any]):
    """A dict that a layer holds."""

    _owner: Any = None


@_reporting(set, ("add", "remove", "discard", "pop", "clear", "update"))
class TrackedSet(set[Any]):
    """A set that a layer holds."""

    _owner: Any = None


def _deepcopy(self: Any, memo: dict[int, Any]) -> Any:
    """A container of copies, held by the copy of the owner."""
    out = type(self)()
    memo[id(self)] = out
    base = type(self).__mro__[1]
    if isinstance(self, dict):
        base.update(out, {k: copy.deepcopy(v, memo) for k, v in self.items()})
    elif isinstance(self, set):
        base.update(out, {copy.deepcopy(v, memo) for v in self})
    else:
        base.extend(out, [copy.deepcopy(v, memo) for v in self])
    out._owner = memo.get(id(self._owner), self._owner)
    return out


for _cls in (TrackedList, TrackedDict, TrackedSet):
    _cls.__deepcopy__ = _deepcopy  # type: ignore[attr-defined]


def track(value: Any, owner: Any) -> Any:
    """``value`` itself, or a container that reports its changes to ``owner``."""
    kind = type(value)
    if kind is list:
        out: Any = TrackedList(track(v, owner) for v in value)
    elif kind is dict:
        out = TrackedDict((k, track(v, owner)) for k, v in value.items())
    elif kind is set:
        out = TrackedSet(value)
    elif kind is tuple:
        return tuple(track(v, owner) for v in value)
    else:
        return value
    out._owner = owner
    return out


def leaves(value: Any) -> list[Any]:
    """What a container holds, at any depth; a value that is no container as itself."""
    if isinstance(value, dict):
        return [leaf for v in value.values() for leaf in leaves(v)]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [leaf for v in value for leaf in leaves(v)]
    return [value]
