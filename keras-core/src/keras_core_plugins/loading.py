"""From an installed backend to its description, and to the backend itself."""

import importlib
import re
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import pluggy

from keras_core_plugins.check import check_backend
from keras_core_plugins.discovery import Catalog, InstalledBackend, catalog
from keras_core_plugins.engines import EngineStatus, find_engine
from keras_core_plugins.errors import (
    BackendConformanceError,
    BackendError,
    BackendImportError,
    BackendProtocolError,
    EngineVersionError,
    KerasCoreError,
)
from keras_core_plugins.hooks import BACKEND_HOOKS, new_manager
from keras_core_plugins.protocol import PROTOCOL_VERSION, Backend, BackendInfo, Engine

PATIENCE: Final = 20.0
"""Seconds of a plugin's work after which the user is told what the process waits for."""

_T = TypeVar("_T")
_REFERENCE: Final = re.compile(r"(?P<module>\w+(?:\.\w+)*)\s*(?::\s*(?P<attr>\w+(?:\.\w+)*))?")


@dataclass(frozen=True, kw_only=True)
class Description:
    """A backend with what its light module says of it, or with what is wrong."""

    installed: InstalledBackend
    info: BackendInfo | None = None
    engine: EngineStatus | None = None
    """None if the backend needs no engine, or did not get as far as saying which."""

    error: BackendError | None = None
    problem: str = ""
    """The error in a few words."""

    @property
    def available(self) -> bool:
        """Whether it could be chosen."""
        return self.error is None and (self.engine is None or self.engine.found)

    @property
    def obstacle(self) -> str:
        """Why it cannot be chosen, in a few words; empty if it can."""
        engine = self.info.engine if self.info else None
        if self.error is None and not self.available and engine is not None:
            return (
                f"its engine is not installed: pip install '{engine.distribution}{engine.requires}'"
            )
        return self.problem

    @property
    def trainable(self) -> bool:
        """Whether it can compute gradients in any way."""
        return self.info is not None and self.info.capabilities.autodiff != "none"


def describe(installed: InstalledBackend) -> Description:
    """Ask the light module of a backend what it is. Never raises for what a plugin does."""
    try:
        info = backend_info(installed)
    except BackendError as error:
        return Description(installed=installed, error=error, problem=error.summary)
    engine = None if info.engine is None else find_engine(info.engine)
    try:
        _check_protocol(installed, info)
        if info.engine is not None and engine is not None and engine.found:
            _check_engine_version(installed, info.engine, engine)
    except BackendError as error:
        return Description(
            installed=installed, info=info, engine=engine, error=error, problem=error.summary
        )
    return Description(installed=installed, info=info, engine=engine)


def describe_all(catalog: Catalog) -> list[Description]:
    """Describe every installed backend. Imports their light modules, and no engine."""
    return [describe(claim) for name in catalog.names for claim in catalog.claims[name]]


def backend_info(installed: InstalledBackend) -> BackendInfo:
    """What the plugin says of its backend."""
    return _info(installed, _plugin_manager(installed, ()), ())


def load(installed: InstalledBackend, *, others: Iterable[str] = ()) -> Backend:
    """Import the engine, through the plugin, and check the backend that it hands over."""
    others = tuple(others)
    manager = _plugin_manager(installed, others)
    info = _info(installed, manager, others)
    _check_protocol(installed, info)
    if info.engine is not None:
        status = find_engine(info.engine)
        if not status.found:
            raise _import_error(
                installed,
                others,
                f"its engine is not installed: there is no module {info.engine.module!r}",
                f"pip install '{info.engine.distribution}{info.engine.requires}'",
            )
        _check_engine_version(installed, info.engine, status)

    def cure(error: BaseException) -> str:
        missing = error.name if isinstance(error, ImportError) else None
        engine = info.engine
        if missing and engine and missing.split(".")[0] == engine.module.split(".")[0]:
            return f"pip install --force-reinstall '{engine.distribution}{engine.requires}'"
        if isinstance(error, ModuleNotFoundError) and missing:
            return f"install what provides the module {missing!r}"
        return _reinstall(installed)

    backend: object = _guarded(
        installed, others, "loading it", manager.hook.keras_core_load_backend, cure
    )
    if not isinstance(backend, Backend):
        raise BackendConformanceError(
            installed.name,
            installed.provider,
            [f"keras_core_load_backend() returned {_kind(backend)}, not a Backend"],
        )
    problems = check_backend(backend)
    if (backend.info.name, backend.info.protocol) != (info.name, info.protocol):
        problems.insert(
            0,
            "keras_core_load_backend() returned the backend "
            f"{backend.info.name!r} {backend.info.protocol}, and keras_core_backend_info() "
            f"described {info.name!r} {info.protocol}",
        )
    if problems:
        raise BackendConformanceError(installed.name, installed.provider, problems)
    return backend


def host_backend() -> Backend:
    """The embedded backend, for what runs on the host beside the backend of the process."""
    return load(catalog().claims["numpy"][0])


def import_reference(reference: str) -> object:
    """What an entry point refers to: ``module`` or ``module:attribute``."""
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        raise ImportError(f"{reference!r} is not a reference to a module")
    found: Any = importlib.import_module(match["module"])
    for part in (match["attr"] or "").split("."):
        found = getattr(found, part) if part else found
    return found


def _plugin_manager(installed: InstalledBackend, others: tuple[str, ...]) -> pluggy.PluginManager:
    plugin = installed.plugin
    if plugin is None:
        plugin = _guarded(
            installed,
            others,
            "importing its plugin module",
            lambda: import_reference(installed.entry_point),
            lambda _: _reinstall(installed),
        )
    # A manager of its own for each backend: hooks of a backend are asked of one plugin.
    manager = new_manager()
    try:
        manager.register(plugin, name=installed.name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise BackendConformanceError(
            installed.name, installed.provider, [" ".join(str(error).split())]
        ) from error
    implemented = {caller.name for caller in manager.get_hookcallers(plugin) or ()}
    if missing := [name for name in BACKEND_HOOKS if name not in implemented]:
        raise BackendConformanceError(
            installed.name,
            installed.provider,
            [
                f"{installed.entry_point} has no hook implementation {name}() "
                "(a function marked with keras_core_plugins.hookimpl)"
                for name in missing
            ],
        )
    return manager


def _info(
    installed: InstalledBackend, manager: pluggy.PluginManager, others: tuple[str, ...]
) -> BackendInfo:
    info: object = _guarded(
        installed,
        others,
        "asking its plugin for a description",
        manager.hook.keras_core_backend_info,
        lambda _: _reinstall(installed),
    )
    if not isinstance(info, BackendInfo):
        problem = f"keras_core_backend_info() returned {_kind(info)}, not a BackendInfo"
    elif info.name != installed.name:
        problem = f"it is installed as {installed.name!r} and calls itself {info.name!r}"
    elif not _is_version(info.protocol):
        problem = f"its protocol version is {info.protocol!r}; two integers expected, as (1, 0)"
    else:
        return info
    raise BackendConformanceError(installed.name, installed.provider, [problem])


def _check_protocol(installed: InstalledBackend, info: BackendInfo) -> None:
    if info.protocol[0] != PROTOCOL_VERSION[0]:
        raise BackendProtocolError(
            installed.name,
            distribution=installed.distribution,
            version=installed.version,
            protocol=info.protocol,
            ours=PROTOCOL_VERSION,
        )


def _check_engine_version(
    installed: InstalledBackend, engine: Engine, status: EngineStatus
) -> None:
    if not status.satisfies:
        raise EngineVersionError(
            installed.name,
            distribution=installed.distribution,
            version=installed.version,
            engine=engine.distribution,
            found=status.version,
            requires=engine.requires,
        )


def _guarded(
    installed: InstalledBackend,
    others: tuple[str, ...],
    doing: str,
    action: Callable[[], _T],
    cure: Callable[[BaseException], str],
) -> _T:
    """Run code of a plugin; whatever it raises becomes the cause of a `BackendImportError`."""
    watch = threading.Timer(PATIENCE, _say_who_hangs, (installed, doing))
    watch.daemon = True
    watch.start()
    try:
        return action()
    except KerasCoreError:
        raise
    # SystemExit as well: a plugin must not be able to end the process that lists it.
    except (Exception, SystemExit) as error:
        message = " ".join(str(error).split())
        raise _import_error(
            installed,
            others,
            f"{doing} failed with {type(error).__name__}" + (f": {message}" if message else ""),
            cure(error),
        ) from error
    finally:
        watch.cancel()
        watch.join()


def _say_who_hangs(installed: InstalledBackend, doing: str) -> None:
    """Tell the user, who sees a process that does nothing, which distribution it waits for."""
    if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]  # None under pythonw
        print(
            f"keras-core: still waiting for backend {installed.name!r} ({installed.provider}, "
            f"entry point {installed.entry_point!r}): {doing} has taken {PATIENCE:g} seconds. "
            "To use another: set KERAS_BACKEND",
            file=sys.stderr,
            flush=True,
        )


def _import_error(
    installed: InstalledBackend, others: tuple[str, ...], problem: str, pip: str
) -> BackendImportError:
    return BackendImportError(
        installed.name,
        distribution=installed.distribution,
        version=installed.version,
        entry_point=installed.entry_point,
        problem=problem,
        pip=pip,
        others=others,
    )


def _reinstall(installed: InstalledBackend) -> str:
    if installed.plugin is not None:
        return "see the cause; the plugin was registered in this process"
    return f"pip install --force-reinstall {installed.distribution}, or see the cause"


def _is_version(value: object) -> bool:
    return isinstance(value, tuple) and [type(part) for part in value] == [int, int]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # isinstance() leaves the items unknown


def _kind(value: object) -> str:
    return "None" if value is None else f"an object of type {type(value).__name__!r}"
