"""Which backend a process gets, and why.

In this order:

1. the environment variable ``KERAS_BACKEND``;
2. ``"backend"`` in ``keras.json`` in the directory ``KERAS_HOME`` (default: ``~/.keras``);
3. what is installed together with its engine: tensorflow, jax, torch; then others that
   can train, alphabetically; then those that only predict, in the same order;
4. numpy, which is always there.

The first two take ``name`` or ``distribution:name``.
"""

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from keras_core_plugins.discovery import Catalog, InstalledBackend
from keras_core_plugins.errors import ConfigFileError, InvalidBackendNameError, listed, shown
from keras_core_plugins.loading import Description
from keras_core_plugins.loading import describe as _describe
from keras_core_plugins.names import NUMPY, OFFICIAL, parse_request

VARIABLE: Final = "KERAS_BACKEND"
HOME_VARIABLE: Final = "KERAS_HOME"
CONFIG_NAME: Final = "keras.json"

Source = Literal["argument", "environment", "config", "installed", "embedded"]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The backend that was chosen, and how it came about."""

    installed: InstalledBackend
    source: Source
    reason: str
    """Completes "because"."""

    others: tuple[str, ...] = ()
    """Other backends that the automatic choice could have taken."""

    skipped: tuple[str, ...] = ()
    """Backends that it could not take, with the reason in words."""

    notices: tuple[str, ...] = ()
    """What the user should hear of once."""


def config_path(environ: Mapping[str, str] | None = None) -> str:
    """Where the configuration file is, or would be."""
    environ = os.environ if environ is None else environ
    home = environ.get(HOME_VARIABLE, "").strip()
    if not home:
        home = os.path.join(os.path.expanduser("~"), ".keras")
    return os.path.join(os.path.expanduser(home), CONFIG_NAME)


def read_config(path: str) -> dict[str, Any]:
    """The contents of a configuration file; empty if there is none."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise ConfigFileError(path, "it is not a regular file")
        with open(path, encoding="utf-8") as file:
            config: object = json.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    # ValueError: not JSON, or not UTF-8.
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, ConfigFileError):
            raise
        raise ConfigFileError(path, f"{type(error).__name__}: {error}") from error
    if not isinstance(config, dict):
        raise ConfigFileError(path, f"it holds {shown(config)}")
    return config  # pyright: ignore[reportUnknownVariableType]  # JSON: the keys are strings


def requested(
    environ: Mapping[str, str] | None = None,
) -> tuple[Source, str, str] | None:
    """The explicit request, if there is one: its source, who asks, and for what."""
    environ = os.environ if environ is None else environ
    request = environ.get(VARIABLE, "")
    if request.strip():
        return "environment", f"the environment variable {VARIABLE}", request
    path = config_path(environ)
    value = read_config(path).get("backend")
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ConfigFileError(path, f'"backend" is {shown(value)}, which is not a string')
    return "config", f"the configuration file {path}", value


def select(
    catalog: Catalog,
    *,
    request: str | None = None,
    environ: Mapping[str, str] | None = None,
    describe: Callable[[InstalledBackend], Description] = _describe,
) -> Selection:
    """Choose a backend.

    Args:
        catalog: What is installed.
        request: A name that overrides environment and configuration.
        environ: The environment; that of the process by default.
        describe: What to ask backends with. An explicit request asks none: of the plugins
            that were not chosen, nothing is imported.
    """
    environ = os.environ if environ is None else environ
    asked: tuple[Source, str, str] | None
    if request is not None:
        asked = "argument", "the caller", request
    else:
        asked = requested(environ)
    notices: list[str] = []
    if VARIABLE in environ and not environ[VARIABLE].strip():
        notices.append(f"{VARIABLE} is set and empty, which counts as not set")
    if asked is not None:
        source, asked_by, text = asked
        parsed = parse_request(text)
        if parsed is None:
            raise InvalidBackendNameError(text, asked_by, catalog.names)
        distribution, name = parsed
        return Selection(
            installed=catalog.find(name, distribution=distribution, asked_by=asked_by),
            source=source,
            reason=f"{asked_by} says {shown(text.strip())}",
            notices=tuple(notices),
        )
    return _automatic(catalog, describe, tuple(notices))


def _automatic(
    catalog: Catalog,
    describe: Callable[[InstalledBackend], Description],
    notices: tuple[str, ...],
) -> Selection:
    skipped: list[str] = []
    available: list[Description] = []  # official ones that can be had
    for name in catalog.names:
        if name not in OFFICIAL or name == NUMPY:
            continue
        if catalog.is_conflict(name):
            providers = listed(claim.provider for claim in catalog.claims[name])
            skipped.append(f"{name!r}: claimed by {providers}")
            continue
        available.extend(_available(describe(catalog.claims[name][0]), skipped))
    # Plugins of strangers are imported only if nothing official can train, so that one that
    # hangs when it is imported does no harm to those who do not use it.
    strangers = [n for n in catalog.names if n not in OFFICIAL and not catalog.is_conflict(n)]
    chosen = next((d.installed for d in available if d.trainable), None)
    others = [d.installed.name for d in available]
    if chosen is not None:
        others += strangers
    else:
        for name in strangers:
            found = list(_available(describe(catalog.claims[name][0]), skipped))
            available += found
            others += [d.installed.name for d in found]
        for wanted in (True, False):
            chosen = chosen or next((d.installed for d in available if d.trainable is wanted), None)
    if chosen is None:
        return Selection(
            installed=catalog.find(NUMPY, asked_by="the automatic choice"),
            source="embedded",
            reason="no other backend is installed and in order",
            skipped=tuple(skipped),
            notices=notices,
        )
    others.remove(chosen.name)
    if others:
        also = f"also installed: {listed(others)}. Set {VARIABLE} to choose"
        notices = (*notices, f"using backend {chosen.name!r}; {also}")
    return Selection(
        installed=chosen,
        source="installed",
        reason="it is the first of the installed backends in the documented order",
        others=tuple(others),
        skipped=tuple(skipped),
        notices=notices,
    )


def _available(found: Description, skipped: list[str]) -> Iterator[Description]:
    """``found`` if it can be chosen; otherwise the reason is added to ``skipped``."""
    if found.available:
        yield found
    else:
        skipped.append(f"{found.installed.name!r}: {found.obstacle}")
