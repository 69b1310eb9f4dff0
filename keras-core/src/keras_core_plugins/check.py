"""Whether a loaded backend keeps to the protocol. All that is wrong is found in one go."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Any, Final, cast

from keras_core_plugins.errors import unsupported_reason
from keras_core_plugins.protocol import (
    ALL_DTYPES,
    PRIMITIVES,
    Autodiff,
    Backend,
    Capabilities,
    Checkpoints,
    Compiler,
    Devices,
    Distribution,
    Integration,
    Primitives,
    Ragged,
    Sparse,
    Tensors,
    Variables,
)

SINCE: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({})
"""Primitives that are younger than protocol 1.0, with the version that brought them.

A backend of an older version may lack them: there they raise `UnsupportedOpError`.
"""

_OPTIONAL: Final = frozenset(
    {
        "set_trainable",
        "jvp",
        "checkpoint",
        "no_grad",
        "trace",
        "batch",
        "copy",
        "ndim",
        "from_size",
        "constant",
        "layout",
        "distribute",
        "replicas",
        "scope",
    }
)
"""Members of services that may be left out. Those of `Integration` all may."""


@dataclass(frozen=True)
class _Parameters:
    """What a function of the protocol is called with."""

    positional: tuple[str, ...]
    keywords: tuple[str, ...]

    def __str__(self) -> str:
        star = ("*",) if self.keywords else ()
        return f"({', '.join((*self.positional, *star, *self.keywords))})"


def check_backend(backend: Backend) -> list[str]:
    """All the ways in which ``backend`` breaks the protocol, in words; empty if it is right."""
    capabilities = cast(object, backend.capabilities or backend.info.capabilities)
    if not isinstance(capabilities, Capabilities):
        return [f"capabilities is of type {type(capabilities).__name__!r}, and not Capabilities"]
    return [
        *_check_capabilities(capabilities),
        *_check_primitives(backend),
        *_check_overrides(backend.overrides),
        *_check_services(backend, capabilities),
    ]


def overrides_of(backend: Backend) -> Mapping[str, Callable[..., Any]]:
    """The backend's overrides by name.

    Of a module these are the functions in its ``__all__``, or else its public functions,
    those that it imported left out: ``from math import sqrt`` is no override of ``sqrt``.
    """
    overrides = backend.overrides
    if not isinstance(overrides, ModuleType):
        return overrides
    members = vars(overrides)
    exported = members.get("__all__")
    if exported is not None:
        return {name: members[name] for name in exported}
    return {
        name: member
        for name, member in members.items()
        if name[0] != "_"
        and callable(member)
        and not isinstance(member, type)
        and getattr(member, "__module__", overrides.__name__) == overrides.__name__
    }


def _check_capabilities(capabilities: Capabilities) -> Iterable[str]:
    if capabilities.autodiff not in ("native", "core", "none"):
        yield (
            f"capabilities.autodiff is {capabilities.autodiff!r}; "
            "one of 'native', 'core' and 'none' expected"
        )
    if unknown := sorted(map(str, set(capabilities.dtypes) - ALL_DTYPES)):
        yield f"capabilities.dtypes has unknown dtypes: {', '.join(unknown)}"
    if missing := sorted({"bool", "int32", "float32"} - set(capabilities.dtypes)):
        yield f"capabilities.dtypes lacks {', '.join(missing)}, which every backend has to have"
    if capabilities.jit_by_default and not capabilities.jit:
        yield "capabilities.jit_by_default is set, and capabilities.jit is not"


def _check_primitives(backend: Backend) -> Iterable[str]:
    supplied = backend.primitives
    known = backend.info.protocol
    missing = [
        name
        for name in PRIMITIVES
        if not hasattr(supplied, name) and SINCE.get(name, (1, 0)) <= known
    ]
    if missing:
        yield (
            f"primitives: {len(missing)} of {len(PRIMITIVES)} are missing: {', '.join(missing)} "
            "(for one that the engine cannot have: keras_core_plugins.unsupported)"
        )
    home = _package(supplied)
    for name in PRIMITIVES:
        if hasattr(supplied, name):
            expected = _expected(getattr(Primitives, name))
            yield from _check_function(
                f"primitives.{name}", getattr(supplied, name), expected, home
            )


def _check_overrides(overrides: object) -> Iterable[str]:
    if isinstance(overrides, ModuleType):
        exported = vars(overrides).get("__all__", ())
        for name in exported:
            if not callable(getattr(overrides, name, None)):
                yield f"overrides: {name!r} is in __all__ of {overrides.__name__}, and no function"
        return
    if not isinstance(overrides, Mapping):
        yield (
            "overrides: a mapping from names to functions, or a module, expected; "
            f"got an object of type {type(overrides).__name__!r}"
        )
        return
    for name, function in cast("Mapping[object, object]", overrides).items():
        if not isinstance(name, str):
            yield f"overrides: the key {name!r} is not a string"
        elif not callable(function):
            yield f"overrides[{name!r}] is of type {type(function).__name__!r}, and no function"


def _check_services(backend: Backend, capabilities: Capabilities) -> Iterable[str]:
    required: list[tuple[str, type, bool, str]] = [
        ("tensors", Tensors, True, ""),
        (
            "variables",
            Variables,
            capabilities.stateful_variables,
            "capabilities.stateful_variables is set",
        ),
        ("autodiff", Autodiff, capabilities.autodiff == "native", "capabilities.autodiff='native'"),
        ("compiler", Compiler, capabilities.jit, "capabilities.jit is set"),
        ("devices", Devices, False, ""),
        ("integration", Integration, False, ""),
        ("sparse", Sparse, capabilities.sparse, "capabilities.sparse is set"),
        ("ragged", Ragged, False, ""),
        ("checkpoints", Checkpoints, False, ""),
        (
            "distribution",
            Distribution,
            capabilities.distribution,
            "capabilities.distribution is set",
        ),
    ]
    for name, protocol, needed, why in required:
        service = getattr(backend, name)
        if service is None:
            if needed:
                yield f"{name}: the service is missing" + (f", and {why}" if why else "")
            continue
        home = _package(service)
        for member in _members(protocol):
            label = f"{name}.{member}"
            if not hasattr(service, member):
                if member not in _OPTIONAL and protocol is not Integration:
                    yield f"{label} is missing"
                continue
            expected = _expected(getattr(protocol, member))
            yield from _check_function(label, getattr(service, member), expected, home)


def _members(protocol: type) -> list[str]:
    return [n for n, member in vars(protocol).items() if inspect.isfunction(member) and n[0] != "_"]


def _check_function(
    label: str, function: object, expected: _Parameters, home: str
) -> Iterable[str]:
    if not callable(function):
        yield f"{label} is of type {type(function).__name__!r}, and no function"
        return
    if unsupported_reason(function) is not None:
        return
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return  # a builtin that keeps its parameters to itself
    parameters = signature.parameters
    kinds = {p.kind for p in parameters.values()}
    positional = [
        p for p in parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    count = len(expected.positional)
    unfilled = [
        p.name
        for p in (
            *positional[count:],
            *(p for p in parameters.values() if p.kind == p.KEYWORD_ONLY),
        )
        if p.default is p.empty and p.name not in expected.keywords
    ]
    refused = [k for k in expected.keywords if k not in parameters]
    if (
        (len(positional) < count and inspect.Parameter.VAR_POSITIONAL not in kinds)
        or unfilled
        or (refused and inspect.Parameter.VAR_KEYWORD not in kinds)
    ):
        yield f"{label}{signature} cannot be called with the arguments {expected}"
        return
    # The core passes arguments by position, so a name only matters as a witness that the
    # author means the same by it. Of functions taken from a library (`sqrt = np.sqrt`), and
    # of positional-only parameters, that cannot be asked; but a parameter of ours in
    # another position is a mistake in any function.
    own = _package(function) == home
    for position, (name, parameter) in enumerate(
        zip(expected.positional, positional, strict=False), start=1
    ):
        if parameter.name == name:
            continue
        strict = own and parameter.kind is not parameter.POSITIONAL_ONLY
        if strict or name in parameters:
            yield (
                f"{label}{signature}: parameter {position} is {parameter.name!r}, "
                f"and {name!r} was expected, as in {expected}"
            )
            return


def _expected(function: Callable[..., Any]) -> _Parameters:
    parameters = list(inspect.signature(function).parameters.values())[1:]  # not self
    return _Parameters(
        tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD),
        tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY),
    )


def _package(thing: object) -> str:
    """The top-level package that ``thing`` comes from."""
    if isinstance(thing, ModuleType):
        module = thing.__name__
    else:
        module = getattr(thing, "__module__", None) or type(thing).__module__
    return str(module).partition(".")[0]
