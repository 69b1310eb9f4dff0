"""What importing a plugin module does, seen from a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TIMEOUT: Final = 20.0
"""Seconds after which a plugin module is said to hang."""

ALLOWED: Final = frozenset({"keras_core_plugins", "pluggy", "packaging"})
"""What a plugin module may import, besides the standard library and its own package."""

_CODE: Final = """
import json, sys
job = json.load(sys.stdin)
sys.path[:] = job["path"]
import importlib, os, time
import keras_core_plugins
modules, environment, path = set(sys.modules), dict(os.environ), list(sys.path)
start = time.perf_counter()
importlib.import_module(job["module"])
seconds = time.perf_counter() - start
names = environment.keys() | os.environ.keys()
changed = {name for name in names if environment.get(name) != os.environ.get(name)}
with open(job["answer"], "w") as file:
    json.dump({
        "seconds": seconds,
        "modules": sorted(set(sys.modules) - modules),
        "environment": sorted(changed),
        "path": sys.path != path,
    }, file)
sys.stdout.flush()
sys.stderr.flush()
os._exit(0)  # whatever a plugin left running
"""


@dataclass(frozen=True)
class Import:
    """What happened while a module was imported."""

    seconds: float = 0.0
    modules: tuple[str, ...] = ()
    """Modules that were not there before."""

    environment: tuple[str, ...] = ()
    """Environment variables that were changed."""

    path: bool = False
    """Whether ``sys.path`` was changed."""

    output: str = ""
    """What was printed."""

    failure: str = ""
    """Why there is nothing to see."""

    def strangers(self, module: str) -> list[str]:
        """The packages that came along and should not have."""
        own = module.partition(".")[0]
        tops = {name.partition(".")[0] for name in self.modules}
        return sorted(tops - sys.stdlib_module_names - ALLOWED - {own})


def observe(module: str, environment: Mapping[str, str], timeout: float = TIMEOUT) -> Import:
    """Import ``module`` in a new process with this environment, and say what that did."""
    with tempfile.TemporaryDirectory() as folder:
        answer = os.path.join(folder, "answer.json")
        job = json.dumps({"path": sys.path, "module": module, "answer": answer})
        try:
            child = subprocess.run(
                [sys.executable, "-c", _CODE],
                input=job,
                env=environment,
                capture_output=True,
                text=True,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            return Import(failure=f"it was not done after {timeout:g} seconds")
        output = (child.stdout + child.stderr).strip()
        try:
            with open(answer, encoding="utf-8") as file:
                seen = json.load(file)
        except OSError:
            return Import(failure=f"Python ended with status {child.returncode}: {output}")
    return Import(
        seen["seconds"],
        tuple(seen["modules"]),
        tuple(seen["environment"]),
        seen["path"],
        output,
    )
