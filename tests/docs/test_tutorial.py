"""The tutorial for authors of backends: its code is extracted, installed and run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from keras_core_plugins.scaffold import new_backend

PAGE = Path(__file__).parents[2] / "docs/backends/tutorial.md"
BLOCK = re.compile(r'^```\w+ title="([^"]+)"\n(.*?)^```$', re.DOTALL | re.MULTILINE)
METADATA = "Metadata-Version: 2.1\nName: keras-backend-myarray\nVersion: 0.1.0\n"
REQUIRES = "Requires-Dist: keras-core>=1.0,<2\n"
ENTRY_POINT = "[keras_core.backends]\nmyarray = keras_backend_myarray.plugin\n"


def files() -> dict[str, str]:
    """The files of the page by name; blocks of one name follow each other in one file."""
    found: dict[str, str] = {}
    for title, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        found[title] = f"{found[title]}\n{body}" if title in found else body
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the reader has at the end of the page, as if it were installed."""
    place = new_backend("myarray", directory=tmp_path_factory.mktemp("tutorial") / "project")
    for name, text in files().items():
        (place / name).write_text(text, encoding="utf-8")
    metadata = place / "src/keras_backend_myarray-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(METADATA + REQUIRES)
    (metadata / "entry_points.txt").write_text(ENTRY_POINT)
    return place


def run(project: Path, *arguments: str, **settings: str) -> str:
    """A command in the project's directory; what it prints."""
    env = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    env |= {"PYTHONPATH": str(project / "src"), **settings}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_files() -> None:
    assert list(files()) == [
        "src/myarray.py",
        "src/keras_backend_myarray/plugin.py",
        "src/keras_backend_myarray/tensors.py",
        "src/keras_backend_myarray/primitives.py",
        "src/keras_backend_myarray/integration.py",
        "src/keras_backend_myarray/conformance.toml",
        "train.py",
    ]


def test_it_is_listed(project: Path) -> None:
    line = next(
        line
        for line in run(project, "-m", "keras_core_plugins", "backends").splitlines()
        if line.startswith("myarray")
    )
    assert "keras-backend-myarray" in line
    assert line.endswith("predict, train")


def test_it_trains(project: Path) -> None:
    assert run(project, "train.py", KERAS_BACKEND="myarray").startswith("myarray 0.9")


@pytest.mark.one_in(3)
@pytest.mark.slow
def test_conformance_up_to_training(project: Path) -> None:
    out = run(
        project, "-m", "keras_core_plugins", "conformance", "--backend", "myarray",
        "--level", "training",
    )  # fmt: skip
    assert "level reached: training" in out
