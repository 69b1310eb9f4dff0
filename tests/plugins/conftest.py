"""Fake distributions, with real metadata, for processes that see them and nothing else.

The environment that runs the tests has official backends and their engines. A `Site` hides
all of it: its processes run without site-packages, on links to what the core needs.
"""

import importlib
import importlib.metadata
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NEEDED = (
    "numpy", "ml_dtypes", "h5py", "pluggy", "packaging", "rich", "pygments", "markdown-it-py",
    "mdurl",
)  # fmt: skip
"""The core's dependencies, and theirs."""

OURS = ("keras_core_plugins", "keras_backend_numpy", "keras_core")

BACKEND_CODE = """
from keras_core_plugins import Backend, BackendInfo, Capabilities, Engine, hookimpl

INFO = BackendInfo(
    name={name!r},
    protocol={protocol!r},
    capabilities=Capabilities({capabilities}),
    engine={engine},
    description="a backend of the tests",
)

@hookimpl
def keras_core_backend_info():
    return INFO

@hookimpl
def keras_core_load_backend():
    {load_first}
    from keras_backend_numpy import primitives, tensors
    return Backend(info=INFO, primitives=primitives, tensors=tensors)
"""


def backend_code(
    name: str,
    *,
    protocol: tuple[int, int] = (1, 0),
    capabilities: str = "",
    engine: str = "None",
    load_first: str = "",
) -> str:
    """The plugin module of a backend that works by the reference backend's functions."""
    return BACKEND_CODE.format(
        name=name,
        protocol=protocol,
        capabilities=capabilities,
        engine=engine,
        load_first=load_first or "pass",
    )


@dataclass
class Site:
    """A directory that distributions are installed in, and processes that import from it."""

    path: Path
    base: Path
    """The directory with the core and its dependencies."""

    home: Path
    extra_paths: list[Path] = field(default_factory=list)

    def install(
        self,
        distribution: str,
        *,
        version: str = "1.0",
        backends: Mapping[str, str] | None = None,
        plugins: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        site: Path | None = None,
    ) -> Path:
        """Write a distribution: its modules, and the metadata that an installer writes."""
        site = site or self.path
        for name, text in (files or {}).items():
            file = site / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text))
        info = site / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        )
        groups = {"keras_core.backends": backends, "keras_core.plugins": plugins}
        (info / "entry_points.txt").write_text(
            "".join(
                f"[{group}]\n" + "".join(f"{n} = {value}\n" for n, value in points.items())
                for group, points in groups.items()
                if points
            )
        )
        (info / "RECORD").write_text("".join(f"{name},,\n" for name in files or {}))
        return info

    def install_backend(self, name: str, distribution: str = "", **options: str) -> None:
        """A backend that works."""
        module = f"{(distribution or f'{name}-dist').replace('-', '_')}_plugin"
        self.install(
            distribution or f"{name}-dist",
            backends={name: module},
            files={f"{module}.py": backend_code(name, **options)},  # type: ignore[arg-type]
        )

    def install_engine(self, name: str, version: str = "2.0", distribution: str = "") -> None:
        """An engine that leaves word when it is imported."""
        self.install(
            distribution or name, version=version, files={f"{name}/__init__.py": "LOADED = True\n"}
        )

    def environ(self, **variables: str) -> dict[str, str]:
        """The environment of a process, with nothing of ours in it but what is given."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("KERAS_", "PYTHON"))}
        paths = [*self.extra_paths, self.path, self.base]
        return {
            **clean,
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "KERAS_HOME": str(self.home),
            **variables,
        }

    def run(
        self, *arguments: str, timeout: float = 60, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments, without site-packages."""
        return subprocess.run(
            [sys.executable, "-S", *arguments],
            env=self.environ(**variables),
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def python(self, code: str, **variables: str) -> str:
        """Run code that has to succeed; what it prints."""
        done = self.run("-c", textwrap.dedent(code), **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def failure(
        self, code: str = "import keras_core_plugins as k; k.acquire_backend()", **variables: str
    ) -> str:
        """Run code that has to end with an error; what it writes to standard error."""
        done = self.run("-c", textwrap.dedent(code), **variables)
        assert done.returncode == 1, f"exit status {done.returncode}: {done.stdout}{done.stderr}"
        return done.stderr

    def cli(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the command ``keras-core``."""
        return self.run("-m", "keras_core_plugins", *arguments, **variables)

    def config(self, text: str) -> Path:
        """Write the configuration file."""
        file = self.home / "keras.json"
        file.write_text(text)
        return file


@pytest.fixture(scope="session")
def base_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Links to the core and to what it needs, as they are installed here."""
    base = tmp_path_factory.mktemp("base")
    for name in NEEDED:
        dist = importlib.metadata.distribution(name)
        tops = {file.parts[0] for file in dist.files or ()} - {"..", "__pycache__"}
        for top in tops:
            (base / top).symlink_to(Path(str(dist.locate_file(top))))
    for package in OURS:
        module = importlib.util.find_spec(package)
        assert module is not None, f"{package} is not installed"
        assert module.origin is not None, f"{package} has no file"
        (base / package).symlink_to(Path(module.origin).parent)
    core = importlib.metadata.distribution("keras-core")
    metadata = next(f for f in core.files or () if f.name == "METADATA")
    (base / metadata.parts[0]).symlink_to(Path(str(core.locate_file(metadata.parts[0]))))
    return base


@pytest.fixture
def site(base_site: Path, tmp_path: Path) -> Site:
    """An empty directory to install distributions in."""
    path, home = tmp_path / "site", tmp_path / "home"
    path.mkdir()
    home.mkdir()
    return Site(path=path, base=base_site, home=home)


@pytest.fixture
def plugin_code() -> Callable[..., str]:
    """The text of a plugin module for a backend that works."""
    return backend_code
