"""Whether the engine of a backend is installed, and in which version, without importing it."""

import importlib.metadata
import importlib.util
import os
from dataclasses import dataclass

from keras_core_plugins.names import canonical_distribution
from keras_core_plugins.protocol import Engine


@dataclass(frozen=True, kw_only=True)
class EngineStatus:
    """What was found of an engine."""

    found: bool
    version: str = ""
    """Empty if it is not known: some builds carry no metadata."""

    satisfies: bool = True
    """Whether the version is one that the backend works with, as far as it is known."""


def find_engine(engine: Engine) -> EngineStatus:
    """Look for ``engine`` on the import path."""
    root = engine.module.partition(".")[0]
    version = _version(engine.distribution)
    try:
        spec = importlib.util.find_spec(root)
    except (ImportError, ValueError):  # a stand-in in sys.modules without a spec
        spec = None
    # Any directory of that name, such as one with somebody's experiments, is a namespace
    # package for Python.
    if spec is None or (spec.origin is None and not version):
        return EngineStatus(found=False)
    if not version and spec.origin is not None:
        version = _version_by_place(root, spec.origin)
    return EngineStatus(found=True, version=version, satisfies=satisfies(version, engine.requires))


def satisfies(version: str, requires: str) -> bool:
    """Whether ``version`` fulfils ``requires``; yes if either is not known.

    >>> satisfies("2.13.0+cpu", ">=2.6,<3"), satisfies("1.9", ">=2.6")
    (True, False)
    """
    if not version or not requires:
        return True
    # Imported here: most processes find an engine in order and need no parser of versions
    # before the engine is imported.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        return SpecifierSet(requires).contains(Version(version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution) or ""
    except importlib.metadata.PackageNotFoundError:
        return ""


def _version_by_place(root: str, origin: str) -> str:
    """The version of a distribution of another name (``tensorflow-cpu``) with that module."""
    site = os.path.dirname(os.path.dirname(origin))
    module_file = f"{root}/{os.path.basename(origin)},"
    for dist in importlib.metadata.distributions(path=[site]):
        name = str(dist.metadata["Name"] or "")
        if not canonical_distribution(name).startswith(canonical_distribution(root)):
            continue  # reading every RECORD would be slow
        record = dist.read_text("RECORD") or ""
        if any(line.startswith(module_file) for line in record.splitlines()):
            return str(dist.metadata["Version"] or "")
    return ""
