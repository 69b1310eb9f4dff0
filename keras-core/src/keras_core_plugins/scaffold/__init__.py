"""`keras-core new-backend`: a distribution that installs, and whose first test is red.

The primitives are written out from the protocol itself, so they cannot be out of date.
"""

import importlib.metadata
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from keras_core_plugins.errors import KerasCoreError, shown
from keras_core_plugins.names import OFFICIAL, canonical_distribution, is_valid
from keras_core_plugins.protocol import (
    PROTOCOL_VERSION,
    Autodiff,
    Compiler,
    Integration,
    Primitives,
)

_PLACES: Final = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "ci.yml": ".github/workflows/ci.yml",
    "test_conformance.py": "tests/test_conformance.py",
    "test_overrides.py": "tests/test_overrides.py",
    "plugin.py": "src/$package/plugin.py",
    "tensors.py": "src/$package/tensors.py",
    "overrides.py": "src/$package/overrides.py",
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
        engine: The distribution to `pip install` for the engine; by default that of the module with
            the name of the backend, if it is installed. "" for a backend that needs none.
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
    if engine is None:
        engine = _installed_engine(name)
    if engine and _ENGINE.fullmatch(engine) is None:
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


def _installed_engine(name: str) -> str:
    """The distribution of the module ``name``; "" if there is no such module."""
    if name in sys.stdlib_module_names:
        return ""
    found = importlib.metadata.packages_distributions().get(name, [])
    return found[0] if found else ""


def _engine_parts(engine: str) -> dict[str, str]:
    """What the files say about the engine: that of the version that is installed, if one is."""
    if not engine:
        empty = ("dependency", "argument", "import", "version")
        return {f"engine_{name}": "" for name in empty}
    key = canonical_distribution(engine)
    modules = [
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if key in map(canonical_distribution, owners) and not module.startswith("_")
    ]
    guess = re.sub(r"[-.]", "_", engine).lower()
    module = guess if guess in modules or not modules else min(modules, key=len)
    try:
        release = importlib.metadata.version(engine).split("+")[0].split(".")
        bound = f">={'.'.join(release[:2])}"
    except importlib.metadata.PackageNotFoundError:
        bound = ""
    arguments = f'distribution="{engine}", module="{module}"'
    if bound:
        arguments += f', requires="{bound}"'
    version = f'importlib.metadata.version("{engine}")'
    return {
        "engine_dependency": f'\n    "{engine}{bound}",',
        "engine_argument": f"\n    engine=Engine({arguments}),",
        "engine_import": "    import importlib.metadata\n\n",
        "engine_version": f"        engine_version={version},\n",
    }


def _contents(name: str, distribution: str, engine: str) -> Iterator[tuple[str, str]]:
    """The files, as paths in the distribution and texts."""
    package = f"keras_backend_{name}"
    imports = [
        "Backend",
        "BackendInfo",
        "Capabilities",
        *(["Engine"] if engine else []),
        "hookimpl",
    ]
    values = {
        "name": name,
        "distribution": distribution,
        "package": package,
        "protocol": repr(PROTOCOL_VERSION),
        "plugin_imports": ", ".join(imports),
        **_engine_parts(engine),
    }
    templates = files(__name__) / "templates"
    for template, place in _PLACES.items():
        text = (templates / f"{template}.in").read_text(encoding="utf-8")
        yield Template(place).substitute(values), Template(text).substitute(values)
    yield f"src/{package}/__init__.py", f'"""{name} as an engine for Keras Core."""\n'
    yield f"src/{package}/py.typed", ""
    yield f"src/{package}/primitives.py", primitives_source()
    yield f"src/{package}/autodiff.py", service_source(Autodiff)
    yield f"src/{package}/compiler.py", service_source(Compiler)
    yield f"src/{package}/integration.py", service_source(Integration)


_HEAD: Final = '''"""The primitives: each is called with well-formed arguments only, by position.

See `keras_core_plugins.protocol.primitives` for what they may take for granted.
"""

from collections.abc import Sequence
from typing import Any, Literal

from keras_core_plugins.protocol import Dimension, Tensor

'''


_SERVICE_HEAD: Final = '''"""The service `{name}` of `keras_core_plugins.protocol.services`."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from keras_core_plugins.protocol import Replicas, Tensor

'''


def primitives_source() -> str:
    """A module with every primitive: its signature, its docstring, `NotImplementedError`."""
    return f"{_HEAD}{_functions(Primitives)}\n"


def service_source(protocol: type) -> str:
    """A module with the functions of a service: signature, docstring, `NotImplementedError`."""
    body = _functions(protocol)
    head = _SERVICE_HEAD.format(name=protocol.__name__)
    names = "Callable Mapping Sequence AbstractContextManager Any Replicas Tensor".split()
    unused = [name for name in names if not re.search(rf"\b{name}\b", body)]
    for name in unused:
        head = re.sub(rf"(?m)^(from .* import .*)\b{name}\b(, )?", r"\1", head)
    head = re.sub(r"(?m), $", "", head)
    head = re.sub(r"(?m)^from \S+ import ?$\n", "", head)
    return f"{head.rstrip()}\n\n\n{body}\n"


def _functions(protocol: type) -> str:
    """The functions of a protocol's class as those of a module."""
    source = textwrap.dedent(inspect.getsource(protocol).partition('"""\n')[2])
    if not source.lstrip().startswith(("def ", "#")):  # attributes: a module has none of them
        source = source[source.index("def ") :]
    source = re.sub(r"(\(\s*)self(,\s+|(?=\)))", r"\1", source)
    # A signature that fits into a line without `self` has one.
    source = re.sub(r"\(\n    (.{,76})\n\) -> (.*)", r"(\1) -> \2", source)
    source = re.sub(r"^    \.\.\.$", "    raise NotImplementedError", source, flags=re.MULTILINE)
    # Two blank lines between functions, as a module has them.
    source = re.sub(r"\n+(?=def |# -- )", "\n\n\n", source.strip())
    return re.sub(r"(?m)^(# -- .*)\n+", r"\1\n\n\n", source)
