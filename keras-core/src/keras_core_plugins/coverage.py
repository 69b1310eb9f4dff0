"""What backends supply of the protocol, for ``keras-core doctor --protocol``.

A process has one backend, and counting overrides takes the engine: each backend is asked in a
process of its own, which imports ``keras_core`` as a user's does.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from keras_core_plugins.discovery import InstalledBackend
from keras_core_plugins.loading import Description
from keras_core_plugins.selection import VARIABLE

TIMEOUT: Final = 120.0

# The child's own prints, and those of engines, go to standard error.
_CODE: Final = """
import json, os, sys
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
import keras_core
from keras_core.core.dispatch import op
from keras_core.core.tensors import runtime
from keras_core_plugins.errors import unsupported_reason
from keras_core_plugins.protocol import PRIMITIVES
reasons = {n: unsupported_reason(getattr(runtime.PRIMITIVES, n, None)) for n in PRIMITIVES}
lacking = {name: reason for name, reason in reasons.items() if reason}
json.dump({
    "composites": len(op.all_operations().keys() - set(PRIMITIVES)),
    "overrides": sorted(runtime.OVERRIDES),
    "unsupported": lacking,
}, answer)
answer.close()
os._exit(0)
"""


@dataclass(frozen=True)
class Coverage:
    """What one backend supplies."""

    backend: InstalledBackend
    composites: int = 0
    """How many operations the core builds from primitives."""

    overrides: tuple[str, ...] = ()
    unsupported: tuple[tuple[str, str], ...] = ()
    """Primitives that it declares as not supported, with the reasons."""

    problem: str = ""
    """Why nothing is known."""


def coverage(descriptions: Sequence[Description], *, timeout: float = TIMEOUT) -> list[Coverage]:
    """Ask each backend that can be had, one after the other."""
    return [
        _ask(found.installed, timeout)
        if found.available
        else Coverage(found.installed, problem=found.obstacle)
        for found in descriptions
    ]


def coverage_to_json(found: Coverage) -> dict[str, Any]:
    """The findings about one backend as plain data."""
    return {
        "name": found.backend.name,
        "distribution": found.backend.distribution,
        "composites": found.composites,
        "overrides": list(found.overrides),
        "unsupported": dict(found.unsupported),
        "problem": found.problem or None,
    }


def _ask(backend: InstalledBackend, timeout: float) -> Coverage:
    environment = {**os.environ, VARIABLE: f"{backend.distribution}:{backend.name}"}
    environment.pop("KERAS_CORE_OVERRIDES", None)
    try:
        child = subprocess.run(
            [sys.executable, "-c", _CODE],
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        return Coverage(backend, problem=f"it was not loaded after {timeout:g} seconds")
    if child.returncode or not child.stdout:
        lines = child.stderr.strip().splitlines() or [f"exit status {child.returncode}"]
        return Coverage(backend, problem=lines[-1])
    seen = json.loads(child.stdout)
    return Coverage(
        backend,
        seen["composites"],
        tuple(seen["overrides"]),
        tuple(seen["unsupported"].items()),
    )
