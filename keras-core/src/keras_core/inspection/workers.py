"""Processes that run a module of this package on one backend each."""

import os
import subprocess
import sys
from collections.abc import Sequence

from keras_core.inspection.models import InspectionError
from keras_core_plugins.discovery import catalog
from keras_core_plugins.doctor import survey


def installed() -> list[str]:
    """The names of the backends that are installed and have their engine."""
    return [
        found.installed.name
        for found in survey(catalog(), timeout=60)
        if found.error is None and (found.engine is None or found.engine.found)
    ]


def run_on(backend: str, module: str, arguments: Sequence[str]) -> str:
    """Run a module of this package on a backend.

    Args:
        backend: The name of the backend.
        module: The name of the module.
        arguments: For it.

    Returns:
        What it wrote to standard output.

    Raises:
        InspectionError: If it failed; the message is what it wrote to standard error, or its end.
    """
    child = subprocess.run(
        [sys.executable, "-m", f"keras_core.inspection.{module}", *arguments],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if child.returncode:
        lines = child.stderr.strip().splitlines() or [f"exit status {child.returncode}"]
        words = lines if child.returncode == 2 else lines[-1:]
        raise InspectionError(f"on {backend}: " + "\n".join(words))
    return child.stdout
