"""A second copy of this package, on NumPy, beside the backend that the process is locked to.

Input pipelines run layers on the host, in threads and worker processes, while the engine trains on
its device. In the copy every module stands for the one of the same name here, and its backend is
the embedded one. Nothing that runs on the engine pays for it, and it is imported when a layer first
runs on the host. See docs/design/0006-layers-on-the-host.md.
"""

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import marshal
import sys
from types import CodeType, ModuleType
from typing import Any

PACKAGE = __name__.partition(".")[0]
"""The package that this module is in: the real one, or the copy."""

_REAL, _COPY = "keras_core", "keras_core_on_host"

IS_COPY = PACKAGE == _COPY
"""Whether this is the copy."""


def host_module(name: str) -> ModuleType:
    """A module of the copy.

    Args:
        name: Its name inside the package, such as ``"layers"``.
    """
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())  # before the one that finds files by their paths
    return importlib.import_module(f"{_COPY}.{name}")


def _renamed(name: str) -> str:
    inside = name == _REAL or name.startswith(f"{_REAL}.")
    return _COPY + name.removeprefix(_REAL) if inside else name


class _Renaming(ast.NodeTransformer):
    """Imports from the package become imports from the copy."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        node.module = node.module and _renamed(node.module)
        return node

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for alias in node.names:
            alias.name = _renamed(alias.name)
        return node


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a file with its imports renamed, and keeps the bytecode beside that of the original."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        kept = importlib.util.cache_from_source(path, optimization="onhost")
        stats = self.path_stats(path)
        key = (importlib.util.MAGIC_NUMBER, stats["mtime"], stats["size"])
        try:
            held_key, code = marshal.loads(self.get_data(kept))
            if held_key == key and isinstance(code, CodeType):
                return code
        except (OSError, ValueError, EOFError, TypeError):
            pass  # there is none, or it is damaged
        made: CodeType = compile(_Renaming().visit(ast.parse(self.get_data(path))), path, "exec")
        if not sys.dont_write_bytecode:
            self.set_data(kept, marshal.dumps((key, made)))
        return made


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Any, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name == _COPY:  # what the package shows is not needed, its rooms are
            spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
            real = importlib.util.find_spec(_REAL)
            spec.submodule_search_locations = (
                list(real.submodule_search_locations or ()) if real else []
            )
            return spec
        if not name.startswith(f"{_COPY}."):
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found is None or found.origin is None:
            return found
        return importlib.util.spec_from_file_location(
            name,
            found.origin,
            loader=_Loader(name, found.origin),
            submodule_search_locations=found.submodule_search_locations,
        )
