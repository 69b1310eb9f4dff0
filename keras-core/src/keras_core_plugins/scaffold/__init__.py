"""`keras-core new-backend`: a distribution that installs, and whose first test is red.

The primitives are written out from the protocol itself, so they cannot be out of date.
"""

import inspect
import re
import textwrap
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from keras_core_plugins.errors import KerasCoreError, shown
from keras_core_plugins.names import OFFICIAL, canonical_distribution, is_valid
from keras_core_plugins.protocol import PROTOCOL_VERSION, Primitives

_PLACES: Final = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "ci.yml": ".github/workflows/ci.yml",
    "test_conformance.py": "tests/test_conformance.py",
    "plugin.py": "src/$package/plugin.py",
    "tensors.py": "src/$package/tensors.py",
    "conformance.toml": "src/$package/conformance.toml",
}
"""Where in the distribution each template goes."""

_ENGINE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


class ScaffoldError(KerasCoreError, ValueError):
    """The distribution cannot be written as asked."""


def new_backend(name: str, engine: str | None = None, directory: Path | None = None) -> Path:
    """Write the distribution of a new backend, and return where it is.

    Args:
        name: What `KERAS_BACKEND` will take.
        engine: The distribution to `pip install` for the engine; None for one that needs none.
        directory: Where to write; by default `keras-backend-NAME` in the current directory.
            It has to be empty, if it exists.

    Raises:
        ScaffoldError: If the name or the engine is no valid one, or the directory is in use.

    Example:

    >>> import pathlib, tempfile
    >>> place = new_backend("mlx", directory=pathlib.Path(tempfile.mkdtemp()))
    >>> sorted(path.name for path in place.iterdir())
    ['.github', 'README.md', 'pyproject.toml', 'src', 'tests']
    """
    if not is_valid(name):
        raise ScaffoldError(
            f"{shown(name)} cannot be the name of a backend; lower-case letters, digits and _ "
            "expected, a letter first, as in 'my_engine'"
        )
    if name in OFFICIAL:
        raise ScaffoldError(
            f"The name {shown(name)} is reserved for {OFFICIAL[name]}; take another one"
        )
    if engine is not None and _ENGINE.fullmatch(engine) is None:
        raise ScaffoldError(
            f"{shown(engine)} cannot be the name of a distribution; a name as in "
            "`pip install NAME` expected, without a version"
        )
    distribution = f"keras-backend-{canonical_distribution(name)}"
    target = Path(distribution) if directory is None else directory
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ScaffoldError(
            f"{target} exists already and is not an empty directory; name another one with "
            "--directory"
        )
    for path, text in _contents(name, distribution, engine):
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return target


def _contents(name: str, distribution: str, engine: str | None) -> Iterator[tuple[str, str]]:
    """The files, as paths in the distribution and texts."""
    package = f"keras_backend_{name}"
    module = "" if engine is None else re.sub(r"[-.]", "_", engine).lower()
    imports = ["Backend", "BackendInfo", "Capabilities", "hookimpl"]
    values = {
        "name": name,
        "distribution": distribution,
        "package": package,
        "protocol": repr(PROTOCOL_VERSION),
        "plugin_imports": ", ".join(
            imports if engine is None else [*imports[:3], "Engine", *imports[3:]]
        ),
        "engine_dependency": "" if engine is None else f'\n    "{engine}",',
        "engine_argument": ""
        if engine is None
        else f'\n    engine=Engine(distribution="{engine}", module="{module}"),',
    }
    templates = files(__name__) / "templates"
    for template, place in _PLACES.items():
        text = (templates / f"{template}.in").read_text(encoding="utf-8")
        yield Template(place).substitute(values), Template(text).substitute(values)
    yield f"src/{package}/__init__.py", f'"""{name} as an engine for Keras Core."""\n'
    yield f"src/{package}/py.typed", ""
    yield f"src/{package}/primitives.py", primitives_source()


_HEAD: Final = '''"""The primitives: each is called with well-formed arguments only, by position.

See `keras_core_plugins.protocol.primitives` for what they may take for granted.
"""

from collections.abc import Sequence
from typing import Any, Literal

from keras_core_plugins.protocol import Dimension, Tensor

'''


def primitives_source() -> str:
    """A module with every primitive: its signature, its docstring, `NotImplementedError`."""
    source = textwrap.dedent(inspect.getsource(Primitives).partition('"""\n')[2])
    source = re.sub(r"(\(\s*)self,\s+", r"\1", source)
    # A signature that fits into a line without `self` has one.
    source = re.sub(r"\(\n    (.{,76})\n\) -> (.*)", r"(\1) -> \2", source)
    source = re.sub(r"^    \.\.\.$", "    raise NotImplementedError", source, flags=re.MULTILINE)
    # Two blank lines between functions, as a module has them.
    source = re.sub(r"\n+(?=def |# -- )", "\n\n\n", source.strip())
    source = re.sub(r"(?m)^(# -- .*)\n+", r"\1\n\n\n", source)
    return f"{_HEAD}{source}\n"
