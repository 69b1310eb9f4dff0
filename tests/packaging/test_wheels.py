"""What is in the wheels, and that they install together and into nothing."""

import json
import os
import re
import subprocess
import sys
import tomllib
import venv

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

pytestmark = pytest.mark.packaging

ENGINES = ("jax", "torch", "tensorflow", "openvino")
OLDER_SERIES = [Version(f"0.1.{n}") for n in range(8)]


def requirements(wheel):
    return [Requirement(text) for text in wheel.metadata.get_all("Requires-Dist")]


def needed(wheel):
    """What comes with a bare installation."""
    return {canonicalize_name(r.name) for r in requirements(wheel) if r.marker is None}


def test_every_distribution_is_built(wheels):
    assert set(wheels) == {"keras-core", *(f"keras-backend-{name}" for name in ENGINES)}


def test_one_version(wheels, root):
    versions = {wheel.metadata["Version"] for wheel in wheels.values()}
    assert len(versions) == 1
    done = subprocess.run(
        [sys.executable, str(root / "tools" / "version.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert versions == {done.stdout.strip()}


def test_setting_the_version_sets_all(root, tmp_path):
    (tmp_path / "tools").mkdir()
    script = tmp_path / "tools" / "version.py"
    script.write_text((root / "tools" / "version.py").read_text())
    for project in root.glob("keras-*/pyproject.toml"):
        (tmp_path / project.parent.name).mkdir()
        (tmp_path / project.parent.name / "pyproject.toml").write_text(project.read_text())
    subprocess.run([sys.executable, str(script), "1.2.3rc1"], check=True, capture_output=True)
    for project in tmp_path.glob("keras-*/pyproject.toml"):
        assert tomllib.loads(project.read_text())["project"]["version"] == "1.2.3rc1"
    assert subprocess.run([sys.executable, str(script), "new"], capture_output=True).returncode == 1


def test_requirements_on_each_other_take_this_version_and_never_the_older_series(wheels):
    version = Version(wheels["keras-core"].metadata["Version"])
    assert version > max(OLDER_SERIES)
    seen = set()
    for wheel in wheels.values():
        for requirement in requirements(wheel):
            if requirement.name in wheels:
                seen.add((wheel.metadata["Name"], requirement.name))
                assert requirement.specifier.contains(version)
                assert not [v for v in OLDER_SERIES if requirement.specifier.contains(v)]
                assert not requirement.specifier.contains(Version("2.0"))
    assert seen == {
        pair
        for name in ENGINES
        for pair in (
            ("keras-core", f"keras-backend-{name}"),
            (f"keras-backend-{name}", "keras-core"),
        )
    }


def test_core_needs_no_engine_and_no_backend(wheels):
    expected = {"h5py", "ml-dtypes", "numpy", "packaging", "pluggy", "rich"}
    assert needed(wheels["keras-core"]) == expected


@pytest.mark.parametrize("name", ["jax", "torch", "openvino"])
def test_backend_brings_its_engine(wheels, name):
    assert name in needed(wheels[f"keras-backend-{name}"])


def test_tensorflow_comes_as_the_build_that_is_asked_for(wheels):
    plain = needed(wheels["keras-backend-tensorflow"])
    assert not [name for name in plain if name.startswith("tensorflow")]
    extras = set(wheels["keras-backend-tensorflow"].metadata.get_all("Provides-Extra"))
    assert extras == {"cpu", "engine", "gpu", "onnx", "openvino"}
    (core,) = (
        r for r in requirements(wheels["keras-core"]) if r.name == "keras-backend-tensorflow"
    )
    assert core.extras == {"engine"}


def test_constraints_are_versions_that_the_distributions_take(wheels, root):
    pins = {}
    for line in (root / "constraints.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            pins[canonicalize_name(name)] = Version(version)
    for wheel in wheels.values():
        for requirement in requirements(wheel):
            name = canonicalize_name(requirement.name)
            if name in wheels or name == "tensorflow":  # the tests use tensorflow-cpu
                continue
            assert requirement.specifier.contains(pins[name]), f"{requirement} and {pins[name]}"


def test_contents(wheels):
    for name, wheel in wheels.items():
        expected = {name.replace("-", "_")}
        if name == "keras-core":
            expected |= {"keras_core_plugins", "keras_backend_numpy"}
        assert wheel.tops == expected
        for top in expected:
            assert f"{top}/py.typed" in wheel.names
            assert f"{top}/__init__.py" in wheel.names
        assert any(n.endswith("licenses/LICENSE") for n in wheel.names)
        assert not [n for n in wheel.names if re.search(r"__pycache__|\.pyc$|(^|/)tests?/", n)]
        assert wheel.metadata["License-Expression"] == "Apache-2.0"
        assert wheel.metadata.get_payload().strip(), "the README is missing"


def test_wheel_has_every_source_file(wheels, root):
    for name, wheel in wheels.items():
        source = root / name / "src"
        files = {
            str(file.relative_to(source))
            for top in wheel.tops
            for file in (source / top).rglob("*")
            if file.is_file() and "__pycache__" not in file.parts and file.name[0] != "."
        }
        assert files == wheel.code


def test_licences_are_one(root):
    texts = {(root / d / "LICENSE").read_text() for d in (".", "keras-core")}
    texts |= {(root / f"keras-backend-{name}" / "LICENSE").read_text() for name in ENGINES}
    assert len(texts) == 1


@pytest.mark.parametrize("name", ["numpy", *ENGINES])
def test_entry_points(wheels, name):
    wheel = wheels["keras-core" if name == "numpy" else f"keras-backend-{name}"]
    assert f"[keras_core.backends]\n{name} = keras_backend_{name}.plugin" in wheel.entry_points
    assert f"keras_backend_{name}/plugin.py" in wheel.names


# -- Installing ------------------------------------------------------------------------


class Environment:
    """A new virtual environment, and the distributions that were built."""

    def __init__(self, path, dist, root):
        venv.create(path, with_pip=True)
        self.path, self.dist, self.root, self.python = path, dist, root, path / "bin" / "python"

    def run(self, *command, **variables):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("KERAS_", "PYTHON"))}
        done = subprocess.run(
            list(map(str, command)),
            env={**clean, "KERAS_HOME": str(self.path), **variables},
            cwd=self.path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def pip(self, *arguments):
        constraints = self.root / "constraints.txt"
        command = (self.python, "-m", "pip", "install", "--quiet", "--find-links", self.dist)
        return self.run(*command, "-c", constraints, *arguments)

    def backends(self):
        rows = json.loads(self.run(self.path / "bin" / "keras-core", "backends", "--json"))
        return {row["name"]: row for row in rows}


@pytest.fixture(scope="module")
def environment(tmp_path_factory, dist, root):
    made = Environment(tmp_path_factory.mktemp("environment"), dist, root)
    made.pip("keras-core")
    return made


SMOKE = """
import keras_core_plugins as k
backend = k.acquire_backend()
x = backend.tensors.from_numpy(__import__("numpy").ones((2, 3), "float32"), "float32")
total = backend.primitives.sum(x, (0, 1), False)
print(k.current().installed.name, float(backend.tensors.to_numpy(total)))
"""


def test_core_alone(environment):
    assert environment.run(environment.python, "-W", "error", "-c", SMOKE) == "numpy 6.0\n"
    assert set(environment.backends()) == {"numpy"}
    environment.run(environment.python, "-m", "pip", "check")
    assert "no problem found" in environment.run(
        environment.path / "bin" / "keras-core", "doctor", "--load"
    )


def test_core_can_be_imported(environment):
    code = "import keras_core, keras_core_plugins as k; print(k.current().installed.name)"
    assert environment.run(environment.python, "-c", code) == "numpy\n"


@pytest.mark.slow
def test_first_program_of_the_readme(environment, root):
    match = re.search(r"^```python\n(.*?)^```$", (root / "README.md").read_text(), re.S | re.M)
    environment.pip("matplotlib", "scikit-learn")
    assert "accuracy" in environment.run(environment.python, "-c", match[1])
    assert (environment.path / "learning_curve.png").exists()
    assert (environment.path / "digits.keras").exists()


def test_backend_without_its_engine(environment):
    environment.pip("--no-deps", "keras-backend-torch")
    torch = environment.backends()["torch"]
    assert torch["problem"] is None
    assert torch["engine"]["found"] is False
    assert "numpy 6.0" in environment.run(environment.python, "-c", SMOKE)
    environment.run(
        environment.python, "-m", "pip", "uninstall", "--quiet", "--yes", "keras-backend-torch"
    )


@pytest.mark.slow
def test_backend_with_its_engine(environment):
    environment.pip("keras-core", "keras-backend-jax")
    assert environment.backends()["jax"]["available"]
    assert environment.run(environment.python, "-c", SMOKE) == "jax 6.0\n"
    environment.run(environment.python, "-m", "pip", "check")


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", ENGINES)
def test_what_an_installation_would_bring(environment, name):
    report = environment.path / f"{name}.json"
    environment.pip("--dry-run", "--ignore-installed", "--report", report, f"keras-core[{name}]")
    found = {
        item["metadata"]["name"].lower(): item["metadata"]["version"]
        for item in json.loads(report.read_text())["install"]
    }
    assert found["keras-core"] == found[f"keras-backend-{name}"] == "1.0.0"
    assert name in found
