"""What a change can affect, found through the imports.

Imports only go down, so what a changed module can affect is what imports it, directly or not. The
faces of packages (``__init__``) import everything of theirs, and are left out: rows of the table
of operations are judged by the modules of their operations, the levels about layers and training
by rooms. What is not known to be harmless means that everything is run.
"""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, Final

import pytest

from keras_core.core.tensors import runtime

HARMLESS: Final = ("docs", "examples", "benchmarks", "tests", "tools")
"""Folders that the suite has nothing to do with."""

HARMLESS_SUFFIXES: Final = (".md", ".txt.in", ".toml.in", ".md.in", ".py.in", ".svg", ".gitignore")

ROOMS: Final = {
    "inference": ("losses", "metrics", "optimizers", "callbacks"),
    "saving": ("callbacks",),
    "training": (),
    "distribution": (),
    "performance": (),
}
"""By level: the rooms of the core that its cases have nothing to do with."""

TABLES: Final = "keras_core.conformance.operations."


def changed_files(revision: str) -> list[str]:
    """The files that differ from a revision, and those that git does not know yet."""
    return [
        *_git("diff", "--name-only", revision, "--"),
        *_git("ls-files", "--others", "--exclude-standard", "--full-name", ":/"),
    ]


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise pytest.UsageError(f"--affected-by: git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.split("\n")[:-1]


def module_of(path: str) -> str | None:
    """The module that a file below a folder ``src`` is; None for other files."""
    parts = PurePosixPath(path).parts
    if "src" not in parts or not path.endswith(".py"):
        return None
    inside = parts[parts.index("src") + 1 :]
    return ".".join(inside).removesuffix(".py").removesuffix(".__init__")


@dataclass
class Change:
    """The changes since a revision, and what they can affect on the backend of this process."""

    revision: str
    modules: set[str] = field(default_factory=set[str])
    """The changed modules of the core, of the contract and of the suite."""

    unknown: list[str] = field(default_factory=list[str])
    """What could affect anything: then everything is run."""

    @classmethod
    def since(cls, revision: str) -> "Change":
        """The changes since a revision, in the git repository of the working directory."""
        return cls.of(revision, changed_files(revision), _own_package())

    @classmethod
    def of(cls, revision: str, paths: Iterable[str], own: str) -> "Change":
        """Sort changed files.

        Args:
            revision: Since when.
            paths: The files, relative to the top of the repository.
            own: The package of the backend that is tested.
        """
        change = cls(revision)
        for path in paths:
            module = module_of(path)
            package = "" if module is None else module.partition(".")[0]
            if PurePosixPath(path).parts[0] in HARMLESS or path.endswith(HARMLESS_SUFFIXES):
                continue
            if package.startswith("keras_backend_") or "/keras_backend_" in path:
                if package == own or f"/{own}/" in path:
                    change.unknown.append(path)
            elif path.startswith("keras-backend-"):
                continue  # the tests of a backend, and what its distribution is made of
            elif (
                module is None
                or package not in ("keras_core", "keras_core_plugins")
                or _is_for_all(module)
                or path.endswith("__init__.py")
            ):
                change.unknown.append(path)
            else:
                change.modules.add(module)
        return change

    @property
    def text(self) -> str:
        """What is looked at, for a report."""
        if self.unknown:
            return f"{self.revision}: everything, because of {', '.join(self.unknown[:3])}"
        return f"{self.revision}: {', '.join(sorted(self.modules)) or 'nothing'}"

    def affects(self, item: pytest.Item) -> bool:
        """Whether a case can come out in another way."""
        if self.unknown or not self.modules:
            return bool(self.unknown)
        level = item.path.stem.removeprefix("test_")
        if level in ROOMS:
            rooms = {m.split(".")[1] for m in self.modules if m.startswith("keras_core.")}
            return not rooms <= {*ROOMS[level], "conformance"}
        if level in ("protocol", "primitives"):
            return any(m.startswith("keras_core_plugins.") for m in self.affected)
        row = _row_of(item)
        if row is None:  # about operations in general
            rooms = ("ops", "core", "random", "quantizers")
            return any(m.split(".")[1] in rooms for m in self.modules)
        return row.function.__module__ in self.affected or row.id in self.changed_rows

    @cached_property
    def affected(self) -> set[str]:
        """The changed modules, and all that import them other than through a face."""
        graph = _graph()
        found = set(self.modules)
        for module in self.modules & graph.modules:
            found |= graph.find_downstream_modules(module)
        return found

    @cached_property
    def changed_rows(self) -> set[str]:
        """The ids of the rows in the tables that were changed."""
        tables = [import_module(m) for m in self.modules if m.startswith(TABLES)]
        return {row.id for table in tables for row in table.rows()}


def _own_package() -> str:
    return runtime.BACKEND.tensors.__name__.partition(".")[0]


def _is_for_all(module: str) -> bool:
    """Whether everything stands on it: the protocol, and the suite but for its tables of rows."""
    if module.startswith("keras_core_plugins.protocol"):
        return True
    if not module.startswith("keras_core.conformance"):
        return False
    return not module.startswith(TABLES) or not hasattr(import_module(module), "rows")


def _row_of(item: pytest.Item) -> Any:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return next((p for p in parameters.values() if hasattr(p, "function")), None)


def _graph() -> Any:
    try:
        import grimp
    except ImportError as error:
        raise pytest.UsageError("--affected-by reads imports: pip install grimp") from error
    graph = grimp.build_graph("keras_core", "keras_core_plugins", cache_dir=None)
    inside = ("keras_core.core", "keras_core_plugins")
    faces = [m for m in graph.modules if graph.find_children(m) and not m.startswith(inside)]
    for face in faces:
        for imported in graph.find_modules_directly_imported_by(face):
            graph.remove_import(importer=face, imported=imported)
    return graph
