"""`keras-core new-backend`: what it writes is installed, found, typed, and red at its first gap."""

import ast
import configparser
import importlib.metadata
import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from keras_core_plugins.cli import main
from keras_core_plugins.protocol import PRIMITIVES, Compiler, Integration, Primitives
from keras_core_plugins.scaffold import (
    ScaffoldError,
    new_backend,
    primitives_source,
    service_source,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pkg_resources")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution of a backend that nobody has heard of."""
    return new_backend("unheard", directory=tmp_path_factory.mktemp("new") / "project")


@pytest.fixture(scope="module")
def installed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It, as pip installs it into a directory of its own."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--target", str(target), str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "No module named 'hatchling'" in done.stderr or "No module named pip" in done.stderr:
        pytest.skip("needs pip and hatchling, to install without a network")
    assert done.returncode == 0, done.stderr
    return target


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, with the distribution on the path."""
    env = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    env["PYTHONPATH"] = str(installed)
    command = [sys.executable, "-m", "keras_core_plugins", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def test_files(project: Path) -> None:
    found = sorted(str(p.relative_to(project)) for p in project.rglob("*") if p.is_file())
    assert found == [
        ".github/workflows/ci.yml",
        "README.md",
        "pyproject.toml",
        "src/keras_backend_unheard/__init__.py",
        "src/keras_backend_unheard/autodiff.py",
        "src/keras_backend_unheard/compiler.py",
        "src/keras_backend_unheard/conformance.toml",
        "src/keras_backend_unheard/integration.py",
        "src/keras_backend_unheard/overrides.py",
        "src/keras_backend_unheard/plugin.py",
        "src/keras_backend_unheard/primitives.py",
        "src/keras_backend_unheard/py.typed",
        "src/keras_backend_unheard/tensors.py",
        "tests/test_conformance.py",
        "tests/test_overrides.py",
    ]


def test_no_placeholder_is_left(project: Path) -> None:
    for path in project.rglob("*"):
        if path.is_file():
            text = path.read_text().replace("${{", "")  # of the workflow's own
            assert "$" not in text, path


def test_metadata(project: Path) -> None:
    metadata = tomllib.loads((project / "pyproject.toml").read_text())
    assert metadata["project"]["name"] == "keras-backend-unheard"
    assert metadata["project"]["entry-points"]["keras_core.backends"] == {
        "unheard": "keras_backend_unheard.plugin"
    }
    assert metadata["project"]["dependencies"] == ["keras-core>=1.0,<2", "numpy>=2.0"]


def test_engine(tmp_path: Path) -> None:
    place = new_backend("unheard", engine="Un-Heard", directory=tmp_path)
    metadata = tomllib.loads((place / "pyproject.toml").read_text())
    assert metadata["project"]["dependencies"][-1] == "Un-Heard"
    plugin = (place / "src/keras_backend_unheard/plugin.py").read_text()
    assert 'Engine(distribution="Un-Heard", module="un_heard")' in plugin


def test_the_engine_that_is_installed(tmp_path: Path) -> None:
    """A module of the backend's name is its engine, in the version that is there."""
    place = new_backend("sklearn", directory=tmp_path)
    release = ".".join(importlib.metadata.version("scikit-learn").split(".")[:2])
    metadata = tomllib.loads((place / "pyproject.toml").read_text())
    assert metadata["project"]["dependencies"][-1] == f"scikit-learn>={release}"
    plugin = (place / "src/keras_backend_sklearn/plugin.py").read_text()
    assert f'distribution="scikit-learn", module="sklearn", requires=">={release}"' in plugin
    assert 'engine_version=importlib.metadata.version("scikit-learn")' in plugin
    ast.parse(plugin)


def test_a_backend_that_needs_no_engine(tmp_path: Path) -> None:
    for name in ("json", "nothing_of_this_name"):
        place = new_backend(name, directory=tmp_path / name)
        assert "Engine(" not in (place / f"src/keras_backend_{name}/plugin.py").read_text()
    place = new_backend("sklearn", engine="", directory=tmp_path / "sklearn")
    assert "Engine(" not in (place / "src/keras_backend_sklearn/plugin.py").read_text()


@pytest.mark.parametrize(
    ("protocol", "source"),
    [
        (Primitives, primitives_source()),
        (Compiler, service_source(Compiler)),
        (Integration, service_source(Integration)),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_every_function_with_its_parameters_and_words(protocol: type, source: str) -> None:
    module = ast.parse(source)
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    members = {n: m for n, m in vars(protocol).items() if inspect.isfunction(m) and n[0] != "_"}
    assert list(functions) == list(members)
    assert protocol is not Primitives or tuple(functions) == PRIMITIVES
    for name, function in functions.items():
        expected = list(inspect.signature(members[name]).parameters)[1:]
        arguments = [*function.args.args, function.args.vararg, *function.args.kwonlyargs]
        assert [a.arg for a in arguments if a is not None] == expected
        assert ast.get_docstring(function) == inspect.getdoc(members[name])
        assert ast.unparse(function.body[-1]) == "raise NotImplementedError"


def test_the_first_override_works(project: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(project / "src")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [
        "-c",
        os.devnull,
        "--rootdir",
        str(project),
        str(project / "tests/test_overrides.py"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stdout


def test_types(project: Path) -> None:
    pytest.importorskip("pyright")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_backends_lists_it(installed: Path) -> None:
    done = run(installed, "backends", "--json")
    assert done.returncode == 0, done.stderr
    (entry,) = [e for e in json.loads(done.stdout) if e["name"] == "unheard"]
    assert entry["distribution"] == "keras-backend-unheard"
    assert entry["version"] == "0.1.0"


@pytest.mark.one_in(3)
@pytest.mark.slow
def test_conformance_is_red_at_the_first_primitive(installed: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = run(
        installed, "conformance", "--backend", "unheard", "--level", "primitives",
        "--report", str(report),
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "level reached: protocol" in done.stdout
    assert f"primitives::eager[{PRIMITIVES[0]}-" in done.stdout
    assert "NotImplementedError" in done.stdout
    assert "docs/backends/conformance.md#primitives" in done.stdout
    assert json.loads(report.read_text())


# -- What it refuses ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["MLX", "1st", "../up", "", "a-b"])
def test_names(name: str, tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="cannot be the name of a backend"):
        new_backend(name, directory=tmp_path)
    assert not list(tmp_path.iterdir())


def test_official_name(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="reserved for keras-backend-torch"):
        new_backend("torch", directory=tmp_path)


def test_engine_is_no_distribution(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="without a version"):
        new_backend("unheard", engine="thing>=3", directory=tmp_path)


def test_directory_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    assert main(["new-backend", "unheard", "--directory", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new-backend", "unheard"]) == 0
    assert "keras-core conformance --backend unheard" in capsys.readouterr().out
    assert (tmp_path / "keras-backend-unheard/pyproject.toml").is_file()


# -- What the guide shows of it --------------------------------------------------------------

GUIDE = Path(__file__).parents[2] / "docs/backends/testing.md"


def block(language: str) -> str:
    """The first block of code in a language."""
    found = re.search(
        rf"^```{language}.*?\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE
    )
    assert found is not None
    return found[1]


def test_workflow_in_the_guide(tmp_path: Path) -> None:
    place = new_backend("myengine", directory=tmp_path)
    assert block("yaml") == (place / ".github/workflows/ci.yml").read_text()


def test_workflow(project: Path) -> None:
    """It runs for pushes, once a week, and from the workflows of others."""
    yaml = pytest.importorskip("yaml")
    workflow = yaml.safe_load((project / ".github/workflows/ci.yml").read_text())
    triggers = workflow[True]  # YAML takes the word `on` for that
    assert set(triggers) == {"push", "pull_request", "schedule", "workflow_call"}
    assert workflow["env"]["KERAS_BACKEND"] == "${{ inputs.backend || 'unheard' }}"
    (job,) = workflow["jobs"].values()
    cores = job["strategy"]["matrix"]["core"]
    assert cores == ["keras-core[conformance]==1.0.*", "keras-core[conformance]>=1.0,<2", "next"]
    assert any("keras-core conformance" in step.get("run", "") for step in job["steps"])


def test_tox_in_the_guide(tmp_path: Path) -> None:
    pytest.importorskip("tox")
    (tmp_path / "tox.ini").write_text(block("ini"))

    def settings(environment: str) -> configparser.SectionProxy:
        command = [sys.executable, "-m", "tox", "config", "-e", environment]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        found = configparser.ConfigParser(interpolation=None)
        found.read_string(done.stdout)
        return found[f"testenv:{environment}"]

    oldest, following = settings("core-oldest"), settings("core-next")
    assert oldest["deps"].strip() == "keras-core[conformance]==1.0.*"
    assert oldest["pip_pre"] == "False"
    assert following["pip_pre"] == "True"
    assert following["commands"].strip() == "keras-core conformance --backend myengine"
