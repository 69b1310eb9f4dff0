"""The distributions, built once."""

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTIONS = (
    "keras-core",
    "keras-backend-jax",
    "keras-backend-torch",
    "keras-backend-tensorflow",
    "keras-backend-openvino",
)


class Wheel:
    """A wheel, as far as the tests want to know."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.names = set(archive.namelist())
            info = next(n.partition("/")[0] for n in self.names if ".dist-info/" in n)
            self.entry_points = archive.read(f"{info}/entry_points.txt").decode()
            self.metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        self.code = {name for name in self.names if ".dist-info/" not in name}
        self.tops = {name.partition("/")[0] for name in self.code}


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the workspace."""
    return ROOT


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a wheel and a source archive of each distribution."""
    out = tmp_path_factory.mktemp("dist")
    for name in DISTRIBUTIONS:
        # The wheel is built from the source archive, as it is for a release.
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out)]
        done = subprocess.run(
            [*command, str(ROOT / name)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def wheels(dist: Path) -> dict[str, Wheel]:
    """The wheels by the names of their distributions."""
    found = (Wheel(path) for path in dist.glob("*.whl"))
    return {wheel.metadata["Name"]: wheel for wheel in found}
