"""Which backends are installed, from the metadata of distributions. Imports none of them.

The work is done by pure functions over what was read (`read`, `build_catalog`). The process
reads the metadata once (`catalog`), until it is told otherwise (`refresh`).
"""

import importlib.metadata
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from keras_core_plugins.errors import BackendNotFoundError, DuplicateBackendError
from keras_core_plugins.hooks import BACKENDS_GROUP, PLUGINS_GROUP
from keras_core_plugins.names import (
    NUMPY,
    OFFICIAL,
    canonical,
    canonical_distribution,
    closest,
    is_valid,
)

IN_PROCESS: Final = "in-process"


@dataclass(frozen=True, kw_only=True)
class PluginEntry:
    """An entry point of ours, and the distribution that it belongs to."""

    group: str
    name: str
    value: str
    distribution: str
    version: str
    path: str
    """The directory that the distribution is installed in."""


@dataclass(frozen=True, kw_only=True)
class InstalledBackend:
    """A backend as far as it is known without importing anything of it."""

    name: str
    entry_point: str
    """The module that holds its hooks."""

    distribution: str
    version: str
    path: str
    also_at: tuple[str, ...] = ()
    """Other directories with the same distribution, which Python's import path hides."""

    plugin: object = field(default=None, repr=False, compare=False)
    """The object that holds the hooks, if it was registered in this process."""

    @property
    def provider(self) -> str:
        """The distribution and its version, for messages."""
        return f"{self.distribution} {self.version}".strip()

    @property
    def official(self) -> bool:
        """Whether the name is reserved for the distribution that has it."""
        return canonical_distribution(self.distribution) == OFFICIAL.get(self.name)


@dataclass(frozen=True)
class Catalog:
    """All that is installed."""

    claims: Mapping[str, tuple[InstalledBackend, ...]]
    """For each name the backends that claim it: one, unless something is wrong."""

    plugins: tuple[PluginEntry, ...] = ()
    """Plugins that hold other hooks than a backend's."""

    problems: tuple[str, ...] = ()
    """What is wrong with the metadata, in words."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the backends: the official ones in order, others alphabetically."""
        order = {name: i for i, name in enumerate(OFFICIAL)}
        first = {NUMPY: 2}
        return tuple(
            sorted(
                self.claims,
                key=lambda n: (first.get(n, 0 if n in order else 1), order.get(n, 0), n),
            )
        )

    def is_conflict(self, name: str) -> bool:
        """Whether ``name`` alone does not say which backend is meant."""
        claims = self.claims.get(name, ())
        if len(claims) > 1:
            return True
        # A reserved name that only a stranger claims: never handed out without being named.
        return any(
            name in OFFICIAL and not claim.official and claim.plugin is None for claim in claims
        )

    def others(self, chosen: InstalledBackend) -> tuple[str, ...]:
        """The names of the other backends."""
        return tuple(name for name in self.names if name != chosen.name)

    def find(
        self, name: str, *, distribution: str | None = None, asked_by: str
    ) -> InstalledBackend:
        """The backend of that name, or the error that says why there is none."""
        claims = self.claims.get(name, ())
        if distribution is not None:
            for claim in claims:
                if canonical_distribution(claim.distribution) == distribution:
                    return claim
            raise BackendNotFoundError(name, asked_by, self.names, distribution=distribution)
        if not claims:
            raise BackendNotFoundError(name, asked_by, self.names)
        if self.is_conflict(name):
            raise DuplicateBackendError(
                name, asked_by, [(c.distribution, c.version, c.path) for c in claims]
            )
        return claims[0]


def read(
    distributions: Iterable[importlib.metadata.Distribution],
) -> tuple[tuple[PluginEntry, ...], tuple[str, ...]]:
    """Our entry points among those of ``distributions``, and what could not be read.

    Each distribution is read on its own, so that one with broken metadata hides no other.
    """
    entries: list[PluginEntry] = []
    problems: list[str] = []
    for dist in distributions:
        where = "an unreadable distribution"
        try:
            # Parsing every distribution's metadata would take longer than all the rest.
            text = dist.read_text("entry_points.txt")
            if not text or "keras_core." not in text:
                continue
            path = str(dist.locate_file(""))
            where = f"a distribution in {path}"
            name, version = dist.metadata["Name"], dist.metadata["Version"]
            if not name:
                problems.append(f"{where} has entry points for Keras Core and no name")
                continue
            where = f"{name} {version} in {path}"
            entries.extend(
                PluginEntry(
                    group=point.group,
                    name=point.name,
                    value=point.value,
                    distribution=name,
                    version=version or "(no version)",
                    path=path,
                )
                for point in dist.entry_points
                if point.group in (BACKENDS_GROUP, PLUGINS_GROUP)
            )
        except Exception as error:
            problems.append(f"the metadata of {where} cannot be read: {error!r}")
    return tuple(entries), tuple(problems)


def build_catalog(
    entries: Iterable[PluginEntry],
    *,
    registered: Iterable[InstalledBackend] = (),
    problems: Iterable[str] = (),
) -> Catalog:
    """Sort out who provides what. Earlier entries win, as on Python's import path."""
    claims: dict[str, dict[str, InstalledBackend]] = {}
    winners: dict[str, str] = {}  # distribution -> the path that is imported
    plugins: dict[tuple[str, str], PluginEntry] = {}
    wrong = list(problems)
    for entry in entries:
        distribution = canonical_distribution(entry.distribution)
        winner = winners.setdefault(distribution, entry.path)
        if entry.group == PLUGINS_GROUP:
            plugins.setdefault((distribution, entry.name), entry)
            continue
        name = canonical(entry.name)
        if not is_valid(name):
            wrong.append(
                f"{entry.distribution} {entry.version} in {entry.path} names a backend "
                f"{entry.name!r}, which is not a name of a backend"
            )
            continue
        same_name = claims.setdefault(name, {})
        known = same_name.get(distribution)
        if known is None:
            if winner != entry.path:
                continue  # a hidden, other version of the distribution: it is not importable
            same_name[distribution] = InstalledBackend(
                name=name,
                entry_point=entry.value,
                distribution=entry.distribution,
                version=entry.version,
                path=entry.path,
            )
        elif known.path != entry.path and entry.path not in known.also_at:
            same_name[distribution] = replace(known, also_at=(*known.also_at, entry.path))
        elif known.entry_point != entry.value:
            wrong.append(
                f"{entry.distribution} {entry.version} in {entry.path} names two backends "
                f"{name!r}: {known.entry_point} and {entry.value}; the second is not used"
            )
    for backend in registered:
        claims.setdefault(backend.name, {})[canonical_distribution(backend.distribution)] = backend
    return Catalog(
        claims=MappingProxyType(
            {name: tuple(c for _, c in sorted(by.items())) for name, by in claims.items() if by}
        ),
        plugins=tuple(plugins.values()),
        problems=tuple(wrong),
    )


_guard = threading.Lock()
_read: tuple[tuple[PluginEntry, ...], tuple[str, ...]] | None = None
_registered: dict[str, InstalledBackend] = {}
_catalog: Catalog | None = None


def catalog() -> Catalog:
    """What is installed, as of the first call or the last `refresh`."""
    global _read, _catalog
    with _guard:
        if _catalog is None:
            if _read is None:
                _read = read(importlib.metadata.distributions())
            entries, problems = _read
            _catalog = build_catalog(entries, registered=_registered.values(), problems=problems)
        return _catalog


def refresh() -> Catalog:
    """Read the metadata again, as after an installation in the running process."""
    global _read, _catalog
    with _guard:
        _read = _catalog = None
    return catalog()


def register(name: str, plugin: object, *, distribution: str = IN_PROCESS) -> InstalledBackend:
    """Add a backend that no distribution provides, for this process: for tests, for trials.

    Args:
        name: Its name.
        plugin: A module, or another object, that holds the hook implementations.
        distribution: What to call its origin.
    """
    global _catalog
    if not is_valid(name):
        guess = closest(name, [canonical(name)])
        hint = f" Did you mean {guess!r}?" if guess and is_valid(guess) else ""
        raise ValueError(f"{name!r} is not a name of a backend: [a-z][a-z0-9_]* expected.{hint}")
    backend = InstalledBackend(
        name=name,
        entry_point=getattr(plugin, "__name__", type(plugin).__qualname__),
        distribution=distribution,
        version="",
        path="(this process)",
        plugin=plugin,
    )
    with _guard:
        _registered[name] = backend
        _catalog = None
    return backend


def deregister(name: str) -> None:
    """Undo `register`. A lock that was taken meanwhile stays."""
    global _catalog
    with _guard:
        if _registered.pop(name, None) is None:
            raise LookupError(f"no backend {name!r} was registered in this process")
        _catalog = None
