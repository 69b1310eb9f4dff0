"""What would be chosen and why, and what is wrong: facts for ``keras-core doctor``."""

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from keras_core_plugins import troubles
from keras_core_plugins.contributions import contributions, sources
from keras_core_plugins.discovery import Catalog, InstalledBackend
from keras_core_plugins.errors import KerasCoreError, listed
from keras_core_plugins.hooks import Remark
from keras_core_plugins.loading import Description, describe, load
from keras_core_plugins.probe import TIMEOUT, describe_apart, info_to_json
from keras_core_plugins.protocol import PROTOCOL_VERSION
from keras_core_plugins.selection import (
    HOME_VARIABLE,
    VARIABLE,
    Selection,
    config_path,
    read_config,
    select,
)

DISTRIBUTION: Final = "keras-core"
DEPENDENCIES: Final = ("numpy", "ml_dtypes", "h5py", "pluggy", "rich", "packaging")


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """The findings."""

    descriptions: tuple[Description, ...]
    selection: Selection | None
    problems: tuple[str, ...]
    """What has to be mended."""

    remarks: tuple[str, ...]
    """What is worth knowing, and does no harm to the backend that would be chosen."""

    versions: dict[str, str]
    settings: dict[str, str | None]


def survey(catalog: Catalog, *, timeout: float = TIMEOUT) -> list[Description]:
    """Describe every installed backend; plugins of strangers in processes of their own."""
    claims = [claim for name in catalog.names for claim in catalog.claims[name]]
    apart = [claim for claim in claims if not claim.official]
    described = iter(describe_apart(apart, timeout=timeout))
    return [describe(claim) if claim.official else next(described) for claim in claims]


def diagnose(catalog: Catalog, *, load_it: bool = False, timeout: float = TIMEOUT) -> Diagnosis:
    """Look at everything that decides which backend a process gets.

    Args:
        catalog: What is installed.
        load_it: Also load the backend that would be chosen, engine and all, and check it.
        timeout: Seconds to wait for the plugins of strangers.
    """
    descriptions = survey(catalog, timeout=timeout)
    found = {_key(d.installed): d for d in descriptions}
    problems = list(catalog.problems)
    remarks: list[str] = []
    selection: Selection | None = None
    try:
        selection = select(catalog, describe=lambda backend: found[_key(backend)])
    except KerasCoreError as error:
        problems.append(str(error))
    chosen = None if selection is None else _key(selection.installed)
    for name in catalog.names:
        if catalog.is_conflict(name):
            problems.append(_conflict(catalog.claims[name]))
    for description in descriptions:
        installed = description.installed
        if description.error is not None:
            problems.append(str(description.error))
        elif not description.available:
            text = f"backend {installed.name!r} ({installed.provider}): {description.obstacle}"
            (problems if _key(installed) == chosen else remarks).append(text)
        if installed.also_at:
            remarks.append(
                f"{installed.provider} in {installed.path} hides the same distribution in "
                f"{listed(installed.also_at)}"
            )
    versions = _versions()
    problems += [
        f"{name} is not installed: pip install {name}"
        for name in DEPENDENCIES
        if not versions.get(name)
    ]
    chosen_info = None if chosen is None else found[chosen]
    problems += troubles.outdated(*_to_look_at(chosen_info))
    config, unreadable = _config()
    problems += unreadable
    remarks += troubles.several_kerases()
    remarks += troubles.settings_that_win(config, os.environ)
    remarks += troubles.unwritable_home(os.environ)
    remarks += troubles.hidden_gpus(os.environ)
    remarks += troubles.shadowed(_modules(chosen_info), os.getcwd())
    if selection is not None:
        remarks += selection.notices
        if load_it:
            try:
                load(selection.installed, others=catalog.others(selection.installed))
            except KerasCoreError as error:
                problems.append(str(error))
        for finding in _plugin_checks(catalog, selection.installed):
            (remarks if isinstance(finding, Remark) else problems).append(finding)
    return Diagnosis(
        descriptions=tuple(descriptions),
        selection=selection,
        problems=tuple(dict.fromkeys(problems)),  # one cause may be met on several ways
        remarks=tuple(dict.fromkeys(remarks)),
        versions=versions,
        settings={
            VARIABLE: os.environ.get(VARIABLE),
            HOME_VARIABLE: os.environ.get(HOME_VARIABLE),
            "configuration file": config_path(),
        },
    )


def description_to_json(description: Description) -> dict[str, Any]:
    """A description as plain data: a row of ``keras-core backends --json``."""
    installed, info, engine = description.installed, description.info, description.engine
    return {
        "name": installed.name,
        "distribution": installed.distribution,
        "version": installed.version,
        "entry_point": installed.entry_point,
        "path": installed.path,
        "also_at": list(installed.also_at),
        "available": description.available,
        "trainable": description.trainable,
        "info": None if info is None else info_to_json(info),
        "engine": None if engine is None else asdict(engine),
        "problem": None if description.error is None else str(description.error),
    }


def diagnosis_to_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """The findings as plain data."""
    selection = diagnosis.selection
    return {
        "protocol": list(PROTOCOL_VERSION),
        "versions": diagnosis.versions,
        "settings": diagnosis.settings,
        "choice": None
        if selection is None
        else {
            "name": selection.installed.name,
            "distribution": selection.installed.distribution,
            "version": selection.installed.version,
            "source": selection.source,
            "reason": selection.reason,
            "others": list(selection.others),
        },
        "backends": [description_to_json(d) for d in diagnosis.descriptions],
        "problems": list(diagnosis.problems),
        "remarks": list(diagnosis.remarks),
    }


def _key(backend: InstalledBackend) -> tuple[str, str]:
    return backend.name, backend.distribution


def _conflict(claims: Sequence[InstalledBackend]) -> str:
    name = claims[0].name
    who = " and ".join(f"{c.provider} in {c.path}" for c in claims)
    cure = " or ".join(f"{VARIABLE}={c.distribution}:{name}" for c in claims)
    return (
        f"backend name {name!r} is claimed by {who}. Uninstall what you do not want, "
        f"or choose with {cure}"
    )


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version(), "platform": sys.platform}
    for name in (DISTRIBUTION, *DEPENDENCIES):
        try:
            versions[name] = importlib.metadata.version(name) or ""
        except importlib.metadata.PackageNotFoundError:
            versions[name] = ""
    return versions


def _config() -> tuple[dict[str, Any], list[str]]:
    """The configuration, and what is wrong with its file."""
    # Also when KERAS_BACKEND is set: other settings are read from the file.
    try:
        return read_config(config_path()), []
    except KerasCoreError as error:
        return {}, [str(error)]


def _to_look_at(chosen: Description | None) -> tuple[list[str], list[str]]:
    """The distributions whose requirements count, and the engine, which is looked at anyway."""
    if chosen is None:
        return [DISTRIBUTION], []
    engine = chosen.info.engine if chosen.info else None
    names = dict.fromkeys([DISTRIBUTION, chosen.installed.distribution])
    return list(names), [] if engine is None else [engine.distribution]


def _modules(chosen: Description | None) -> list[str]:
    """The packages that a program imports."""
    engine = chosen.info.engine if chosen is not None and chosen.info else None
    own = ["keras_core", "numpy", "h5py"]
    return own if engine is None else [*own, engine.module.partition(".")[0]]


def _plugin_checks(catalog: Catalog, chosen: InstalledBackend) -> list[str]:
    """What the checks of plugins find: those of the chosen backend, and of other plugins."""
    found: list[str] = []
    for source in sources(catalog, chosen):
        who = f"{source.distribution} {source.version}"
        try:
            for check in contributions(source, "keras_core_doctor_checks"):
                for finding in cast("Iterable[object]", check()):
                    kind = Remark if isinstance(finding, Remark) else str
                    found.append(kind(f"{who}: {finding}"))
        except (Exception, SystemExit) as error:
            # The chosen backend's own failures were reported above.
            if source is not chosen:
                reference = getattr(source, "value", "")
                found.append(f"the plugin {reference!r} of {who} fails: {error!r}")
    return found
