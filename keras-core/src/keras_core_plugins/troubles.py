"""Troubles of the machine and the installation, each with what to do about it.

For ``keras-core doctor``. Nothing of the engines, nor of the core, is imported here: the command
has to work where they do not.
"""

import importlib.metadata
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from keras_core_plugins.engines import satisfies
from keras_core_plugins.errors import listed, shown
from keras_core_plugins.machine import nvidia_gpus
from keras_core_plugins.names import canonical_distribution
from keras_core_plugins.selection import HOME_VARIABLE, VARIABLE, config_path

DEVICES: Final = "CUDA_VISIBLE_DEVICES"
KERAS: Final = ("keras", "keras-nightly", "tf-keras")
DEFAULTS: Final = {"floatx": "float32", "image_data_format": "channels_last", "epsilon": 1e-7}


def outdated(distributions: Iterable[str], leave_out: Iterable[str] = ()) -> list[str]:
    """Requirements of distributions that what is installed does not fulfil.

    Args:
        distributions: Whose requirements.
        leave_out: Distributions that are looked at elsewhere, such as the engine.
    """
    try:
        from packaging.requirements import InvalidRequirement, Requirement
    except ImportError:  # a dependency that is missing is told elsewhere
        return []
    known = {canonical_distribution(name) for name in leave_out}
    found: list[str] = []
    for distribution in distributions:
        for line in _requirements(distribution):
            try:
                needed = Requirement(line)
            except InvalidRequirement:
                continue
            if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
                continue
            version = _version(needed.name)
            if not version or canonical_distribution(needed.name) in known:
                continue
            if not satisfies(version, str(needed.specifier)):
                found.append(
                    f"{needed.name} {version} is installed, and {distribution} "
                    f"{_version(distribution)} needs {needed.name}{needed.specifier}: "
                    f'pip install "{needed.name}{needed.specifier}"'
                )
    return found


def several_kerases() -> list[str]:
    """The real Keras beside this one, and distributions that overwrite each other's files."""
    versions = {name: version for name in KERAS if (version := _version(name))}
    here = [f"{name} {version}" for name, version in versions.items()]
    if "keras" in versions and "keras-nightly" in versions:
        return [
            f"{listed(here)} are installed, and both write the package 'keras': uninstall both, "
            "and install the one that you want"
        ]
    if not here:
        return []
    return [
        f"{listed(here)} is installed too, and is what `import keras` means. Its layers and models "
        "do not mix with these: say `import keras_core as keras`, or start programs that cannot be "
        "changed with `keras-core run`"
    ]


def settings_that_win(config: Mapping[str, Any], environ: Mapping[str, str]) -> list[str]:
    """Settings that take another's place, or hold for every program of the user."""
    path = config_path(environ)
    found: list[str] = []
    asked, written = environ.get(VARIABLE, "").strip(), config.get("backend")
    if asked and written and asked != written:
        found.append(
            f"{VARIABLE} says {shown(asked)}, which goes before the {shown(written)} of {path}: "
            f"unset {VARIABLE} to go by the file"
        )
    for name, usual in DEFAULTS.items():
        if name in config and config[name] != usual:
            found.append(
                f"{path} sets {name} to {shown(config[name])} instead of {shown(usual)}, for all "
                f"programs: take it out of the file, or call keras.config.set_{name} where you "
                "mean it"
            )
    return found


def unwritable_home(environ: Mapping[str, str]) -> list[str]:
    """Whether downloads have a place."""
    home = Path(config_path(environ)).parent
    place = home
    while not place.exists() and place != place.parent:
        place = place.parent
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return []
    return [
        f"{home}, where data sets and weights are kept, cannot be written to: set {HOME_VARIABLE} "
        "to a folder that can"
    ]


def shadowed(modules: Iterable[str], folder: str) -> list[str]:
    """Files in a folder that programs which are run there import instead of packages."""
    found: list[str] = []
    for module in modules:
        for place in (Path(folder, f"{module}.py"), Path(folder, module, "__init__.py")):
            if place.exists() and not _is_installed(place):
                found.append(
                    f"programs that are run in this folder import {place} instead of the package "
                    f"{module!r}: rename it"
                )
    return found


def hidden_gpus(environ: Mapping[str, str]) -> list[str]:
    """GPUs that the environment hides from every engine."""
    value = environ.get(DEVICES)
    gpus = nvidia_gpus()
    if value is None or not gpus or value.strip() not in ("", "-1"):
        return []
    return [
        f"{DEVICES} is {shown(value)}, which hides {listed(gpus)} from programs: unset it to use "
        "them"
    ]


def _requirements(distribution: str) -> list[str]:
    try:
        return importlib.metadata.requires(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        return []


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution) or ""
    except importlib.metadata.PackageNotFoundError:
        return ""


def _is_installed(place: Path) -> bool:
    """Whether a file is in a folder with installed packages, and so no stray one."""
    root = place.parent.parent if place.name == "__init__.py" else place.parent
    return any(root.glob("*.dist-info"))
