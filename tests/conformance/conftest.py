"""Backends to hold against the suite: numpy's, with one thing wrong."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PLUGIN = """
import dataclasses
from types import SimpleNamespace

from keras_core_plugins import Backend, BackendInfo, Capabilities, hookimpl

CAPABILITIES = dict(autodiff="core")
{light}

INFO = BackendInfo(name="mutant", protocol=(1, 0), capabilities=Capabilities(**CAPABILITIES))


@hookimpl
def keras_core_backend_info():
    return INFO


@hookimpl
def keras_core_load_backend():
    import numpy as np
    from keras_backend_numpy import integration, overrides, primitives, tensors

    members = dict(
        primitives=SimpleNamespace(**vars(primitives)),
        tensors=SimpleNamespace(**vars(tensors)),
        overrides=dict(overrides.OVERRIDES),
        integration=integration,
    )
    p, t, o = members["primitives"], members["tensors"], members["overrides"]
{heavy}
    return Backend(info=INFO, **members)
"""


@dataclass(frozen=True)
class Result:
    """What a run of the suite gave."""

    status: int
    output: str
    report: dict[str, Any]

    @property
    def failed(self) -> dict[str, str]:
        """The messages of the cases that failed."""
        cases = self.report["cases"]
        return {c["id"]: c["message"] for c in cases if c["outcome"] == "failed"}

    def outcomes(self, level: str) -> dict[str, int]:
        """The numbers of a level."""
        return next(row for row in self.report["levels"] if row["name"] == level)


Run = Callable[..., Result]
Install = Callable[..., Path]


@pytest.fixture
def conformance(tmp_path: Path) -> Run:
    """Run the command in a process of its own."""
    return runner(tmp_path)


@pytest.fixture
def mutant(tmp_path: Path) -> Install:
    """Install numpy's backend as ``mutant``, with ``heavy`` done to it when it is loaded."""
    return installer(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], tuple[Install, Run]]:
    """`mutant` and `conformance` for a run whose result several tests look at."""

    def make() -> tuple[Install, Run]:
        folder = tmp_path_factory.mktemp("mutant")
        return installer(folder), runner(folder)

    return make


def runner(home: Path) -> Run:
    """What runs the command on what is installed in a folder."""

    def run(*arguments: str, backend: str = "mutant", folder: Path = home) -> Result:
        report = home / "report.json"
        environment = {
            **os.environ,
            "KERAS_HOME": str(home),
            "PYTHONPATH": os.pathsep.join([str(home / "site"), *filter(None, sys.path)]),
        }
        environment.pop("KERAS_BACKEND", None)
        command = ["-m", "keras_core_plugins", "conformance", "--backend", backend]
        child = subprocess.run(
            [sys.executable, *command, "--report", str(report), *arguments],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
        )
        found = json.loads(report.read_text()) if report.exists() else {}
        return Result(child.returncode, child.stdout + child.stderr, found)

    return run


def installer(home: Path) -> Install:
    """What installs a mutant in a folder."""

    def install(heavy: str = "", *, light: str = "", declared: str = "") -> Path:
        package = home / "site" / "keras_backend_mutant"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        body = textwrap.indent(textwrap.dedent(heavy), "    ")
        text = PLUGIN.format(light=textwrap.dedent(light), heavy=body)
        (package / "plugin.py").write_text(text)
        if declared:
            (package / "conformance.toml").write_text(textwrap.dedent(declared))
        metadata = home / "site" / "keras_backend_mutant-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: keras-backend-mutant\nVersion: 1.0\n"
            "Requires-Dist: keras-core>=1.0,<2\n"
        )
        (metadata / "entry_points.txt").write_text(
            "[keras_core.backends]\nmutant = keras_backend_mutant.plugin\n"
        )
        return package

    return install
