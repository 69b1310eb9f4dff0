"""The switch that makes ``import keras`` mean Keras Core, in this process and its children.

Nothing is installed under the name ``keras``, since TensorFlow depends on the real one. Instead
`switch` puts a finder in front of all others, which answers for ``keras``, ``tensorflow.keras`` and
what is below them. What it answers with is in `keras_core.alias`, which is imported when a program
first asks for one of these names: until then a program may still choose its backend.

Children of the process find the folder ``start`` on their ``PYTHONPATH``, whose ``sitecustomize``
throws the same switch before anything else of theirs is run.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FrameType, ModuleType
from typing import Final

from keras_core_plugins.errors import KerasCoreError

KERAS: Final = "keras"
TENSORFLOW: Final = "tensorflow"
_START: Final = str(Path(__file__).parent / "start")


class RealKerasImportedError(KerasCoreError, ImportError):
    """``keras`` cannot mean Keras Core, since it already means the real Keras in this process."""

    def __init__(self, place: str | None) -> None:
        super().__init__(
            "`keras` has already been imported in this process, "
            f"from {place or 'a place unknown'}, and modules hold objects of it, so it cannot "
            "mean Keras Core from here on. Put "
            "`import keras_core.alias` before the first import of keras (TensorFlow and libraries "
            "on top of Keras import it too), or start the program by `keras-core run program.py`."
        )


def switch() -> None:
    """Make ``import keras`` mean Keras Core, here and in processes that are started from here.

    Raises:
        RealKerasImportedError: If the real Keras is there already.
    """
    if any(isinstance(finder, Finder) for finder in sys.meta_path):
        return
    if (real := sys.modules.get(KERAS)) is not None:
        raise RealKerasImportedError(getattr(real, "__file__", None))
    sys.meta_path.insert(0, Finder())
    path = os.environ.get("PYTHONPATH", "")
    if _START not in path.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join([_START, path] if path else [_START])


class Finder(MetaPathFinder):
    """Answers for ``keras``, ``tensorflow.keras``, and ``tensorflow`` where there is none."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module of an alias, None for all other names."""
        if fullname == KERAS:
            # TensorFlow looks for `keras` without importing it, and takes a place from the answer.
            return ModuleSpec(KERAS, _Late(), origin=__file__, is_package=True)
        if fullname.startswith((f"{KERAS}.", f"{TENSORFLOW}.{KERAS}.")) or (
            fullname == f"{TENSORFLOW}.{KERAS}"
        ):
            return _Late().spec(fullname)
        if fullname == TENSORFLOW and _asked_by_a_program() and not self._installed(fullname):
            return ModuleSpec(fullname, _StandIn(), is_package=True)
        return None

    def _installed(self, name: str) -> bool:
        others = (finder for finder in sys.meta_path if finder is not self)
        return any(finder.find_spec(name, None) for finder in others)


class _Late(Loader):
    """Loads aliases; it imports what they stand for at that time and not before."""

    def spec(self, name: str) -> ModuleSpec | None:
        return self._modules().find(name)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        found = self._modules().find(spec.name)
        return found.loader.create_module(found)

    def exec_module(self, module: ModuleType) -> None:
        pass

    @staticmethod
    def _modules() -> ModuleType:
        core = sys.modules.get("keras_core")
        if core is not None and not hasattr(core, "__all__"):
            # An engine that is imported for Keras Core looks for Keras, as TensorFlow does.
            raise ImportError("Keras Core is still being imported, so `keras` cannot be used yet.")
        return importlib.import_module("keras_core.alias.modules")


class _StandIn(Loader):
    """Loads what stands for TensorFlow where it is not installed: it has ``keras`` only."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _TensorFlow(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


class _TensorFlow(ModuleType):
    def __getattr__(self, name: str) -> object:
        if name == KERAS:
            return importlib.import_module(f"{TENSORFLOW}.{KERAS}")
        raise AttributeError(
            f"tensorflow.{name}: TensorFlow is not installed, and of it Keras Core has "
            "`tensorflow.keras` only. Install it by `pip install tensorflow`.",
            name=name,
            obj=self,
        )


def _asked_by_a_program() -> bool:
    """Whether an import comes from outside of the installed libraries.

    A library looks for TensorFlow to use all of it, and does without where there is none.
    """
    frame: FrameType | None = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        place = frame.f_code.co_filename
        parts = Path(place).parts
        if not place.startswith("<frozen ") and "importlib" not in parts:
            return "site-packages" not in parts and "dist-packages" not in parts
        frame = frame.f_back
    return False
