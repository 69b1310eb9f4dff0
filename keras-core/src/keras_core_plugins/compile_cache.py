"""Where engines keep what they have compiled, so that the next start of a program compiles less.

A backend whose engine can keep compiled programs in a folder asks for it by `compile_cache` when it
is loaded. It is a folder below ``$KERAS_HOME`` (``~/.keras``), for each version of an engine and
each kind of processor its own. The environment variable ``KERAS_COMPILE_CACHE`` names another one,
or says ``0`` for none, and so does a program by `set_compile_cache`. What the user has said to the
engine itself comes first: that, the backend looks at.
"""

import hashlib
import logging
import os
import platform
from contextlib import suppress
from pathlib import Path
from typing import Final

from keras_core_plugins.errors import KerasCoreError
from keras_core_plugins.selection import config_path

VARIABLE: Final = "KERAS_COMPILE_CACHE"
MAX_BYTES: Final = 2**30
"""What all engines together may keep: the oldest files go first, when a program starts."""

OWN: Final = "keras-core"
"""The folder within one that a user names, so that nothing else there is ever deleted."""

_OFF: Final = ("0", "off", "false", "no")

_set: list[Path | None] = []
"""What the program has said, if it has."""

_given: dict[str, Path | None] = {}
"""What engines have been told."""


class CompileCacheError(KerasCoreError, RuntimeError):
    """The folder of what is compiled was set when an engine had already been told another one."""

    def __init__(self, engines: list[str]) -> None:
        super().__init__(
            f"The engine {' and '.join(engines)} has been loaded, and knows by now where it keeps "
            f"what it compiles. Call `set_compile_cache` before keras_core is imported, or set "
            f"{VARIABLE}."
        )


def set_compile_cache(folder: str | os.PathLike[str] | None) -> None:
    """Say where engines keep what they have compiled. Call it before keras_core is imported.

    Args:
        folder: A folder, which is made where something is first kept; None to keep nothing.

    Raises:
        CompileCacheError: If an engine has been loaded by now.

    Example:

    >>> from keras_core_plugins.compile_cache import set_compile_cache
    >>> set_compile_cache(None)  # doctest: +SKIP
    """
    if _given:
        raise CompileCacheError(sorted(_given))
    _set[:] = [None if folder is None else Path(folder).expanduser()]


def compile_cache(engine: str, version: str) -> Path | None:
    """The folder in which an engine keeps what it compiles; it may not be there yet.

    If it cannot be written to, that is said once, by the logger ``keras_core``.

    Args:
        engine: Its name, such as ``"jax"``.
        version: Its version, as another one may not be able to read what is kept.

    Returns:
        None if nothing is to be kept.
    """
    folder = _root()
    if folder is not None:
        if _is_writable(folder):
            _prune(folder, MAX_BYTES)
            folder /= f"{engine}-{version}-{_processor()}"
        else:
            logging.getLogger("keras_core").warning(
                "Nothing that %s compiles is kept for the next start, since %s cannot be written "
                "to. Set %s to another folder, or to 0.", engine, folder, VARIABLE,
            )  # fmt: skip
            folder = None
    _given[engine] = folder
    return folder


def _root() -> Path | None:
    if _set:
        return None if _set[0] is None else _set[0] / OWN
    said = os.environ.get(VARIABLE, "").strip()
    if said.lower() in _OFF:
        return None
    return Path(said).expanduser() / OWN if said else Path(config_path()).parent / "compiled"


def _is_writable(folder: Path) -> bool:
    """Whether a folder can be written to, or made."""
    try:
        there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    except (OSError, StopIteration):
        return False
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _processor() -> str:
    """A short name for the kind of processor, as compiled code may use all that one has."""
    kind = platform.machine()
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("flags", "Features")):
                kind += line
                break
    return hashlib.sha256(kind.encode()).hexdigest()[:8]


def _prune(folder: Path, most: int) -> None:
    """Delete the oldest files until no more than ``most`` bytes are left."""
    found: list[tuple[float, int, Path]] = []
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # another process deletes, too
                path = Path(place, name)
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= most:
            break
        with suppress(OSError):
            path.unlink()
        total -= size
