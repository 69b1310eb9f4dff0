"""What objects hold: variables, layers, metrics and seed generators, under any attribute.

An object that holds some derives from `Trackable`. Whatever is set as an attribute is looked at
once, at any depth of lists, tuples, dicts, sets and deques, and what is added to such a container
later is looked at when it is added. Nothing goes by the names of attributes: what an object keeps
for its own book-keeping, it sets with `Trackable._keep`.
"""

import copy
import itertools
import re
import weakref
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Container, Iterable
from types import FunctionType
from typing import Any, ClassVar

from keras_core.core.base.lazy import import_parts

PLAIN_TYPES = frozenset({bool, int, float, str, type(None), bytes})
_CONTAINERS = (list, tuple, dict, set, frozenset, deque)

trainability = 0
"""Grows whenever a variable becomes trainable or stops being so; part of the key of caches."""


def trainability_changed() -> None:
    """Note that a variable has become trainable, or has stopped being so."""
    global trainability
    trainability += 1


class Tracker:
    """What one object holds, in the order in which it came."""

    __slots__ = (
        "__weakref__", "_dependents", "_ids", "cache", "held", "locked", "names", "opaque"
    )  # fmt: skip

    def __init__(self) -> None:
        self.held: dict[str, list[Any]] = {
            "variable": [],
            "untrainable": [],
            "layer": [],
            "metric": [],
            "seed_generator": [],
        }
        """By kind. The variables that came untrainable stand among those, too."""

        self.names: dict[str, None] = {}
        """The attributes that are tracked or saved, or containers, which may come to hold such."""

        self.opaque: set[str] = set()
        """Those of them that hold containers which do not report what is added."""

        self.locked = False
        """Whether nothing may be added, since the owner is built."""

        self.cache: Any = None
        self._ids: set[int] = set()
        self._dependents: set[weakref.ref[Tracker]] = set()

    def holds(self, value: Any) -> bool:
        """Whether ``value`` is held already."""
        return id(value) in self._ids

    def add(self, kind: str, value: Any) -> None:
        """Hold one more."""
        self.held[kind].append(value)
        if kind == "variable" and not value.trainable:
            self.held["untrainable"].append(value)
        self._ids.add(id(value))
        self.changed()

    def remove(self, values: Iterable[Any]) -> None:
        """Hold these no longer."""
        gone = {id(v) for v in values} & self._ids
        if gone:
            for held in self.held.values():
                held[:] = [v for v in held if id(v) not in gone]
            self._ids -= gone
            self.changed()

    def replace(self, kind: str, values: Iterable[Any]) -> None:
        """Hold these and no others of their kind."""
        self._ids -= {id(v) for v in self.held[kind]}
        self.held[kind] = list({id(v): v for v in values}.values())
        self._ids |= {id(v) for v in self.held[kind]}
        self.changed()

    def changed(self) -> None:
        """Drop what was collected from this tracker, here and in the owners around."""
        self.cache = None
        for dependent in self._dependents:
            tracker = dependent()
            if tracker is not None:
                tracker.cache = None
        self._dependents.clear()

    def collected_by(self, other: "Tracker") -> None:
        """Note that the cache of ``other`` depends on what is held here."""
        self._dependents.add(weakref.ref(other))

    def __getstate__(self) -> dict[str, Any]:
        return {k: getattr(self, k) for k in ("held", "names", "opaque", "locked")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__()  # type: ignore[misc]
        for name, value in state.items():
            setattr(self, name, value)
        self._ids = {id(v) for held in self.held.values() for v in held}


class Trackable:
    """An object that finds what it holds in its attributes."""

    _tracked_as: ClassVar[str]
    """The kind of its instances, for a class whose instances others hold."""

    _tracks: ClassVar[frozenset[str]] = frozenset()
    """The kinds that it looks for."""

    @property
    def _tracker(self) -> Tracker:
        tracker = self.__dict__.get("_tracker_")
        if tracker is None:  # an attribute may be set before the constructor of the base class
            tracker = self.__dict__["_tracker_"] = Tracker()
        return tracker

    def _keep(self, **attributes: Any) -> None:
        """Set attributes that are book-keeping: what they hold is not part of this object."""
        self.__dict__.update(attributes)

    def __setattr__(self, name: str, value: Any) -> None:
        kind = type(value)
        if kind in PLAIN_TYPES:
            object.__setattr__(self, name, value)
        elif issubclass(kind, _CONTAINERS):
            object.__setattr__(self, name, self._adopt_container(name, value))
        elif hasattr(kind, "_tracked_as") or is_saveable(value):
            self._adopt(value, name)
            self._tracker.names[name] = None
            object.__setattr__(self, name, value)
        else:
            made = stand_in(value) if "layer" in self._tracks else value
            if made is value:
                super().__setattr__(name, value)
            else:
                Trackable.__setattr__(self, name, made)

    def __delattr__(self, name: str) -> None:
        value = self.__dict__.get(name)
        if name in self._tracker.names:
            self._disown(leaves(value))
            del self._tracker.names[name]
        super().__delattr__(name)

    def _adopt_container(self, name: str, value: Any) -> Any:
        tracker = self._tracker
        value, is_opaque = tracked(value, self)
        for leaf in leaves(value):
            self._adopt(leaf)
        tracker.names[name] = None
        (tracker.opaque.add if is_opaque else tracker.opaque.discard)(name)
        return value

    def _adopt(self, value: Any, name: str | None = None) -> None:
        """Hold ``value``, if it is of a kind that is looked for."""
        kind = getattr(type(value), "_tracked_as", "")
        if kind not in self._tracks or value is self:
            return
        tracker = self._tracker
        if tracker.holds(value):
            return
        if tracker.locked:
            raise ValueError(
                "You cannot add new elements of state (variables or sub-layers) to a layer that "
                f"is already built. Received the {kind} {value.name!r} for the "
                f"{type(self).__name__} {getattr(self, 'name', '')!r}. All state must be created "
                "in the `__init__()` method or in the `build()` method."
            )
        tracker.add(kind, value)
        self._on_adopted(kind, value, name)

    def _on_adopted(self, kind: str, value: Any, name: str | None) -> None:
        """Called after something is held that was not; ``name`` is that of its attribute."""

    def _let_go(self, values: Iterable[Any]) -> None:
        """Hold no longer what was taken out of a container, unless it is somewhere else, too."""
        gone = [v for value in values for v in leaves(value) if self._tracker.holds(v)]
        if gone:
            names = self._tracker.names
            kept = {id(v) for name in names for v in leaves(self.__dict__.get(name))}
            self._disown(v for v in gone if id(v) not in kept)

    def _disown(self, values: Iterable[Any]) -> None:
        """Hold these no longer."""
        gone = [v for v in values if self._tracker.holds(v)]
        self._tracker.remove(gone)
        for v in gone:
            self._on_disowned(v)

    def _on_disowned(self, value: Any) -> None:
        """Called after something is held no longer."""

    def _look_again(self) -> None:
        """Adopt what was added to containers that do not report it."""
        for name in self._tracker.opaque:
            for leaf in leaves(self.__dict__.get(name)):
                self._adopt(leaf)

    @property
    def _own_variables(self) -> list[Any]:
        """The variables of this object itself."""
        return list(self._tracker.held["variable"])

    def _children_by_name(self, **more: Any) -> dict[str, Any]:
        """What this object holds, for an engine that walks over objects by itself.

        By the names of attributes, and by names of their own what is no attribute.

        Args:
            **more: What a subclass adds.
        """
        names = self._tracker.names
        children: dict[str, Any] = {**more, **{name: self.__dict__.get(name) for name in names}}
        seen = {id(x) for value in children.values() for x in leaves(value)}
        for held in self._tracker.held.values():
            for x in held:
                if id(x) not in seen:
                    seen.add(id(x))
                    children[_free(x.name, children)] = x
        return children

    def saved_children(self) -> list[tuple[str, Any]]:
        """What is saved with this object: saveable attributes and containers, by name.

        They are in the order of files, `in_files`: what two attributes hold is saved once, under
        the first.
        """
        values = ((name, self.__dict__.get(name)) for name in self._tracker.names)
        return in_files((name, x) for name, x in values if is_saveable(x) or is_container(x))


def own_variables(x: Trackable) -> list[Any]:
    """The variables of an object itself, without those of what it holds."""
    return x._own_variables


def look_again(x: Trackable) -> None:
    """Let an object find what was added to containers of the user's classes."""
    x._look_again()


def set_aside(x: Trackable, name: str, value: Any) -> None:
    """Set an attribute that is book-keeping: what it holds is not part of the object."""
    x._keep(**{name: value})


def in_files(children: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Children of an object in the order of files: by name, private names last."""
    return sorted(children, key=lambda child: (child[0].startswith("_"), child[0]))


_STAND_INS: list[tuple[Callable[[Any], bool], Callable[[Any], Any]]] = []


def register_stand_in(accepts: Callable[[Any], bool], make: Callable[[Any], Any]) -> None:
    """Let a layer stand for each object of some kind, wherever layers are looked for.

    Args:
        accepts: Whether an object is of the kind, such as a module of the engine.
        make: Makes the layer for one.
    """
    _STAND_INS.append((accepts, make))


def stand_in(x: Any) -> Any:
    """The layer that stands for ``x``, or ``x`` itself."""
    if type(x) not in PLAIN_TYPES and type(x) is not FunctionType:
        import_parts("keras.layers")  # which register some
        for accepts, make in _STAND_INS:
            if accepts(x):
                return make(x)
    return x


def _free(name: str, taken: Container[str]) -> str:
    """``name``, or that with a number if it is taken."""
    numbered = (f"{name}_{i}" for i in itertools.count(1))
    return next(n for n in itertools.chain([name], numbered) if n not in taken)


def is_saveable(x: Any) -> bool:
    """Whether an object has variables of its own to write into a file."""
    kind = type(x)
    return hasattr(kind, "save_own_variables") and hasattr(kind, "load_own_variables")


def is_container(x: Any) -> bool:
    """Whether ``x`` is a container that is looked into."""
    return isinstance(x, _CONTAINERS)


def members(container: Any) -> list[Any]:
    """What a container holds itself.

    That of a set is sorted by name: its own order is another one in each process.
    """
    if isinstance(container, dict):
        return list(container.values())
    if isinstance(container, (set, frozenset)):
        return sorted(container, key=_natural)
    return list(container)


def _natural(x: Any) -> list[Any]:
    """A key by which ``dense_2`` comes before ``dense_10``."""
    parts = re.split(r"(\d+)", str(getattr(x, "name", "")))
    return [(int(p), "") if p.isdigit() else (-1, p) for p in parts]


def leaves(value: Any) -> list[Any]:
    """What a container holds, at any depth; a value that is no container as itself."""
    out: list[Any] = []
    seen: set[int] = set()

    def visit(x: Any) -> None:
        if not isinstance(x, _CONTAINERS):
            out.append(x)
        elif id(x) not in seen:  # a list may hold itself
            seen.add(id(x))
            for member in members(x):
                visit(member)

    visit(value)
    return out


# -- Containers that report what is added and taken out ----------------------------------


def _reporting(
    base: type, adding: dict[str, Callable[..., Any]], removing: dict[str, Callable[..., Any]]
) -> Callable[[type], type]:
    """Make methods of ``base`` show the owner what they add before they do, and what they remove.

    Args:
        base: The container.
        adding: For each method a function ``(track, *args) -> args`` that applies ``track`` to
            what is added.
        removing: For each method a function ``(self, *args) -> values`` of what it will remove,
            or None where that is what it returns.
    """

    def adds(original: Any, convert: Any) -> Any:
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            owner = self._owner
            if owner is None:  # it is being copied or unpickled
                return original(self, *args, **kwargs)
            if original.__name__ == "setdefault" and args[0] in self:
                return self[args[0]]

            def track(value: Any) -> Any:
                if type(value) in PLAIN_TYPES:
                    return value
                value, _ = tracked(value, owner)
                for leaf in leaves(value):
                    owner._adopt(leaf)
                return value

            return original(self, *convert(track, *args, **kwargs))

        return method

    def removes(original: Any, find: Any) -> Any:
        def method(self: Any, *args: Any) -> Any:
            owner = self._owner
            if owner is None:
                return original(self, *args)
            gone = None if find is None else find(self, *args)
            out = original(self, *args)
            owner._let_go([out] if gone is None else gone)
            return out

        return method

    def decorate(cls: type) -> type:
        methods = {name: adds(getattr(base, name), convert) for name, convert in adding.items()}
        for name, find in removing.items():
            methods[name] = removes(methods.get(name) or getattr(base, name), find)
        for name, method in methods.items():
            method.__name__ = name
            setattr(cls, name, method)
        return cls

    return decorate


def _one(track: Any, value: Any) -> tuple[Any, ...]:
    return (track(value),)


def _many(track: Any, values: Any) -> tuple[Any, ...]:
    return ([track(v) for v in values],)


def _placed(track: Any, place: Any, value: Any = None) -> tuple[Any, ...]:
    if isinstance(place, slice):
        return place, [track(v) for v in value]
    return place, track(value)


def _mapping(track: Any, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
    return ({k: track(v) for k, v in dict(*args, **kwargs).items()},)


def _several(track: Any, *iterables: Any) -> tuple[Any, ...]:
    return tuple([track(v) for v in values] for values in iterables)


def _at(self: Any, place: Any, *_: Any) -> list[Any]:
    if isinstance(self, dict):
        return [self[place]] if place in self else []
    return self[place] if isinstance(place, slice) else [self[place]]


def _itself(self: Any, value: Any) -> list[Any]:
    return [v for v in self if v is value]


_SEQUENCE: Any = {
    "append": _one, "extend": _many, "insert": _placed, "__setitem__": _placed, "__iadd__": _many
}  # fmt: skip
_FROM_SEQUENCE: Any = {
    "pop": None, "remove": _itself, "clear": list, "__delitem__": _at, "__setitem__": _at
}  # fmt: skip
_MAPPING: Any = {
    "__setitem__": _placed, "setdefault": _placed, "update": _mapping, "__ior__": _mapping
}  # fmt: skip
_FROM_MAPPING: Any = {
    "pop": None, "popitem": None, "clear": lambda self: list(self.values()), "__delitem__": _at,
    "__setitem__": _at,
}  # fmt: skip


@_reporting(list, _SEQUENCE, _FROM_SEQUENCE)
class TrackedList(list[Any]):
    """A list that an object holds."""

    _owner: Any = None


@_reporting(
    deque,
    {**_SEQUENCE, "appendleft": _one, "extendleft": _many},
    {**_FROM_SEQUENCE, "popleft": None},
)
class TrackedDeque(deque[Any]):
    """A deque that an object holds."""

    _owner: Any = None


@_reporting(dict, _MAPPING, _FROM_MAPPING)
class TrackedDict(dict[Any, Any]):
    """A dict that an object holds."""

    _owner: Any = None


@_reporting(OrderedDict, _MAPPING, _FROM_MAPPING)
class TrackedOrderedDict(OrderedDict[Any, Any]):
    """An ordered dict that an object holds."""

    _owner: Any = None


@_reporting(defaultdict, _MAPPING, _FROM_MAPPING)
class TrackedDefaultDict(defaultdict[Any, Any]):
    """A dict with defaults that an object holds."""

    _owner: Any = None

    def __missing__(self, key: Any) -> Any:
        if self.default_factory is None:
            raise KeyError(key)
        self[key] = self.default_factory()
        return self[key]

    def __reduce__(self) -> Any:
        return type(self), (self.default_factory,), self.__dict__, None, iter(self.items())


@_reporting(
    set,
    {"add": _one, "update": _several},
    {"pop": None, "remove": _itself, "discard": _itself, "clear": list},
)
class TrackedSet(set[Any]):
    """A set that an object holds."""

    _owner: Any = None


def _empty(value: Any) -> Any:
    """A tracked container without members for one of a builtin type, None for any other."""
    kind = type(value)
    if kind in (deque, TrackedDeque):
        return TrackedDeque(maxlen=value.maxlen)
    if kind in (defaultdict, TrackedDefaultDict):
        return TrackedDefaultDict(value.default_factory)
    made = _TRACKED.get(kind)
    return None if made is None else made()


_TRACKED: dict[type, Any] = {
    base: made
    for made in (TrackedList, TrackedDict, TrackedSet, TrackedOrderedDict)
    for base in (made.__mro__[1], made)  # one that another object holds is copied
}


def _fill(container: Any, values: Any) -> None:
    """Put the members into a container that has no owner yet."""
    (container.extend if isinstance(container, (list, deque)) else container.update)(values)


def _deepcopy(self: Any, memo: dict[int, Any]) -> Any:
    """A container of copies, held by the copy of the owner."""
    base = type(self).__mro__[1]
    if base is deque:
        out: Any = type(self)(maxlen=self.maxlen)
    elif base is defaultdict:
        out = type(self)(self.default_factory)
    else:
        out = type(self)()
    memo[id(self)] = out
    if isinstance(self, dict):
        _fill(out, {copy.deepcopy(k, memo): copy.deepcopy(v, memo) for k, v in self.items()})
    else:
        _fill(out, [copy.deepcopy(v, memo) for v in self])
    out._owner = memo.get(id(self._owner), self._owner)
    return out


for _cls in {*_TRACKED.values(), TrackedDeque, TrackedDefaultDict}:
    _cls.__deepcopy__ = _deepcopy


def tracked(value: Any, owner: Trackable) -> tuple[Any, bool]:
    """``value`` with the containers in it made such that report to ``owner``.

    Returns:
        ``value``, and whether there is a container in it that cannot report: one of a class of
        the user's, which is kept as it is.
    """
    made: dict[int, Any] = {}
    opaque = False

    def convert(x: Any) -> Any:
        nonlocal opaque
        if not isinstance(x, _CONTAINERS):
            return stand_in(x) if "layer" in owner._tracks else x
        if id(x) in made:  # a list may hold itself
            return made[id(x)]
        if getattr(x, "_owner", None) is owner:
            return x
        if isinstance(x, tuple):
            parts = [convert(v) for v in x]
            if all(a is b for a, b in zip(parts, x, strict=True)):
                return x
            return type(x)._make(parts) if hasattr(x, "_fields") else type(x)(parts)
        out = _empty(x)
        if out is None:
            opaque = opaque or not isinstance(x, frozenset)
            return x
        made[id(x)] = out
        if isinstance(x, dict):
            _fill(out, {k: convert(v) for k, v in x.items()})
        else:
            _fill(out, [convert(v) for v in x])
        out._owner = owner
        return out

    return convert(value), opaque
