"""The modules of the alias: `keras.layers` shows what `keras_core.layers` has, and so on.

Each is a module of its own, so that what is old or private in Keras can be shown beside what is
public without being added to ours.
"""

import importlib
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

import keras_core
from keras_core.alias.names import API_VERSION, OLD_MODULES, PREFIXES, PRIVATE, SOURCE
from keras_core.core.base.legacy import warn_of

_CORE: Final = keras_core.__name__


class Alias(ModuleType):
    """A module that shows the names of another one, and some of its own."""

    def __init__(self, name: str, home: ModuleType, own: dict[str, str]) -> None:
        super().__init__(name, home.__doc__)
        self.__dict__["__home__"] = home
        self.__all__ = list(getattr(home, "__all__", []))
        if home is keras_core:
            self.__version__ = API_VERSION
            self.version = _version
        for name, place in own.items():
            setattr(self, name, _at(place))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        home = self.__dict__["__home__"]
        if find(f"{self.__name__}.{name}", strictly=True) is not None:
            return importlib.import_module(f"{self.__name__}.{name}")
        value = getattr(home, name)
        if isinstance(value, ModuleType):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return value

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *dir(self.__dict__["__home__"])})


class _Loader(Loader):
    def __init__(self, home: ModuleType, own: dict[str, str]) -> None:
        self._home, self._own = home, own

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Alias(spec.name, self._home, self._own)

    def exec_module(self, module: ModuleType) -> None:
        pass


def find(fullname: str, strictly: bool = False) -> ModuleSpec | None:
    """What stands for a module of Keras.

    Args:
        fullname: A dotted name that begins with ``keras`` or ``tensorflow.keras``.
        strictly: Whether a module below ``keras.src`` has to be in the table. If not, one that is
            not shows the names of the nearest one above it that is: files of Keras are known to
            programs by what they hold.

    Returns:
        None if there is no such module.
    """
    name = fullname
    for prefix in PREFIXES:
        if name == prefix or name.startswith(f"{prefix}."):
            name = "keras" + name.removeprefix(prefix)
            break
    own = PRIVATE.get(name)
    if name == SOURCE or name.startswith(f"{SOURCE}."):
        home = _home("keras" + name.removeprefix(SOURCE))
        if home is None and own is None and strictly:
            return None
        while home is None:
            name = name.rpartition(".")[0]
            own = own or PRIVATE.get(name)
            home = _home("keras" + name.removeprefix(SOURCE))
    elif name in OLD_MODULES:
        home = _home(OLD_MODULES[name])
        warn_of(name, f"`{OLD_MODULES[name]}`")
    else:
        home = _home(name)
    if home is None:
        return None
    return ModuleSpec(fullname, _Loader(home, own or {}), origin=home.__file__, is_package=True)


def _home(name: str) -> ModuleType | None:
    """Our public module of Keras's name."""
    module: ModuleType = keras_core
    for part in name.split(".")[1:]:
        if part not in getattr(module, "__all__", ()):
            return None
        module = getattr(module, part)
        if not isinstance(module, ModuleType):
            return None
    return module


def _at(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _version() -> str:
    """The version of Keras whose API this is."""
    return API_VERSION
