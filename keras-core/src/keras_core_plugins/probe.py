"""Ask a plugin for its description in a process of its own.

The command line lists plugins of strangers, and has to survive one that hangs, ends the
process, or crashes the interpreter when it is imported.
"""

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from keras_core_plugins.discovery import InstalledBackend
from keras_core_plugins.engines import EngineStatus
from keras_core_plugins.errors import BackendError, BackendImportError
from keras_core_plugins.loading import Description, describe
from keras_core_plugins.protocol import BackendInfo, Capabilities, Engine

TIMEOUT: Final = 20.0
"""Seconds that a light module may take; it should need a few milliseconds."""

# The import path is set first of all: the parent's may be needed to find this package.
_CODE: Final = (
    "import json, sys; job = json.load(sys.stdin); sys.path[:] = job['path']; "
    "from keras_core_plugins.probe import main; main(job)"
)


def describe_apart(
    backends: Iterable[InstalledBackend], *, timeout: float = TIMEOUT
) -> list[Description]:
    """Like `describe`, for several backends at once, in child processes."""
    backends = list(backends)
    children = [None if b.plugin is not None else _start(b) for b in backends]
    deadline = time.monotonic() + timeout
    return [
        describe(backend) if child is None else _finish(backend, child, deadline, timeout)
        for backend, child in zip(backends, children, strict=True)
    ]


def imports_engine(found: Description) -> bool:
    """Whether describing the backend in this process brought its engine along."""
    engine = found.info.engine if found.info else None
    return engine is not None and engine.module.partition(".")[0] in sys.modules


def info_to_json(info: BackendInfo) -> dict[str, Any]:
    """A description as plain data."""
    plain = dataclasses.asdict(info)
    plain["capabilities"]["dtypes"] = sorted(info.capabilities.dtypes)
    return plain


def info_from_json(plain: Mapping[str, Any]) -> BackendInfo:
    """The inverse of `info_to_json`."""
    capabilities = dict(plain["capabilities"])
    capabilities["dtypes"] = frozenset(capabilities["dtypes"])
    capabilities["export_formats"] = tuple(capabilities["export_formats"])
    engine = plain["engine"]
    return BackendInfo(
        name=plain["name"],
        protocol=(plain["protocol"][0], plain["protocol"][1]),
        capabilities=Capabilities(**capabilities),
        engine=None if engine is None else Engine(**engine),
        description=plain["description"],
    )


def main(job: Mapping[str, Any]) -> None:
    """The child: describe one backend, and write what was found to standard output."""
    # What a plugin prints must not get between the lines of the answer.
    answer_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    backend = InstalledBackend(**job["backend"])
    found = describe(backend)
    error = found.error
    if error is None and imports_engine(found):
        error = _failure(backend, "its plugin module imports the engine, which it must not")
    answer = {
        "info": None if found.info is None else info_to_json(found.info),
        "engine": None if found.engine is None else dataclasses.asdict(found.engine),
        "error": None if error is None else str(error),
        "problem": "" if error is None else error.summary,
    }
    json.dump(answer, answer_to)
    answer_to.close()
    # A plugin's threads or exit handlers must not keep the child alive.
    os._exit(0)


def _start(backend: InstalledBackend) -> "subprocess.Popen[str]":
    child = subprocess.Popen(
        [sys.executable, "-c", _CODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    plain = dataclasses.asdict(dataclasses.replace(backend, plugin=None))
    job = json.dumps({"path": sys.path, "backend": plain})
    if child.stdin is not None:
        try:
            child.stdin.write(job)
            child.stdin.close()
        except BrokenPipeError:  # the child is gone already; its exit status says so
            pass
        child.stdin = None
    return child


def _finish(
    backend: InstalledBackend, child: "subprocess.Popen[str]", deadline: float, timeout: float
) -> Description:
    try:
        output, _ = child.communicate(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        problem = f"importing its plugin module was not done after {timeout:g} seconds"
        return Description(installed=backend, error=_failure(backend, problem), problem=problem)
    try:
        answer = json.loads(output)
        info = None if answer["info"] is None else info_from_json(answer["info"])
        engine = None if answer["engine"] is None else EngineStatus(**answer["engine"])
    except (ValueError, LookupError, TypeError):
        problem = f"importing its plugin module ended Python (exit status {child.returncode})"
        return Description(installed=backend, error=_failure(backend, problem), problem=problem)
    return Description(
        installed=backend,
        info=info,
        engine=engine,
        error=None if answer["error"] is None else BackendError(answer["error"]),
        problem=answer["problem"],
    )


def _failure(backend: InstalledBackend, problem: str) -> BackendImportError:
    return BackendImportError(
        backend.name,
        distribution=backend.distribution,
        version=backend.version,
        entry_point=backend.entry_point,
        problem=problem,
        pip=f"pip uninstall {backend.distribution}, or tell its authors",
    )
