"""What a change can affect is run, and what it cannot is left out."""

import importlib.util
import subprocess
from pathlib import Path

import pytest

from keras_core.conformance.affected import Change

SPEC = importlib.util.spec_from_file_location(
    "affected_targets", Path(__file__).parents[2] / "tools/affected.py"
)
targets = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(targets)

CORE = "keras-core/src/keras_core"


@pytest.mark.parametrize(
    "path, modules, unknown",
    [
        (f"{CORE}/ops/fourier.py", {"keras_core.ops.fourier"}, False),
        (f"{CORE}/conformance/operations/fourier.py", None, False),
        (f"{CORE}/conformance/operations/rows.py", set(), True),
        (f"{CORE}/conformance/compare.py", set(), True),
        (f"{CORE}/ops/__init__.py", set(), True),
        ("keras-core/src/keras_core_plugins/protocol/primitives.py", set(), True),
        ("keras-core/src/keras_core_plugins/doctor.py", {"keras_core_plugins.doctor"}, False),
        ("keras-backend-torch/src/keras_backend_torch/primitives.py", set(), False),
        ("keras-backend-jax/src/keras_backend_jax/primitives.py", set(), True),
        ("keras-backend-jax/src/keras_backend_jax/conformance.toml", set(), True),
        ("keras-backend-jax/tests/test_jax_backend.py", set(), False),
        ("docs/index.md", set(), False),
        ("tests/core/test_x.py", set(), False),
        ("constraints.txt", set(), True),
        ("src/keras_backend_jax/primitives.py", set(), True),
        ("something.new", set(), True),
    ],
)
def test_files_are_sorted(path, modules, unknown):
    change = Change.of("HEAD", [path], "keras_backend_jax")
    assert bool(change.unknown) == unknown
    if modules is not None:
        assert change.modules == modules


def test_imports_are_followed():
    assert (
        "keras_core.ops.special" in Change.of("HEAD", [f"{CORE}/ops/elementary.py"], "x").affected
    )
    found = Change.of("HEAD", [f"{CORE}/core/base/axes.py"], "x").affected
    assert {"keras_core.ops.reductions", "keras_core.core.primitives.reductions"} <= found


@pytest.fixture
def changed(tmp_path, mutant, conformance):
    """Run the suite in a repository in which a file is new, and return the cases that were run."""

    def run(path, *arguments):
        mutant()
        (tmp_path / "repository" / path).parent.mkdir(parents=True)
        for command in (
            ["init", "--quiet"],
            ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "-qm", "x"],
        ):
            subprocess.run(["git", *command], cwd=tmp_path / "repository", check=True)
        (tmp_path / "repository" / path).write_text("")
        result = conformance(*arguments, "--affected-by", "HEAD", folder=tmp_path / "repository")
        assert result.status == 0, result.output
        return {c["id"] for c in result.report["cases"] if c["outcome"] == "passed"}

    return run


@pytest.mark.one_in(3)
def test_an_operation(changed):
    ran = changed(f"{CORE}/ops/fourier.py", "--only", "ops", "-k", "value")
    assert "ops::value[fft]" in ran
    assert "ops::value[rfft-None]" in ran
    assert "ops::value[matmul]" not in ran


@pytest.mark.one_in(3)
def test_a_table(changed):
    ran = changed(f"{CORE}/conformance/operations/fourier.py", "--only", "ops", "-k", "value")
    assert "ops::value[fft]" in ran
    assert "ops::value[matmul]" not in ran


@pytest.mark.one_in(3)
def test_a_layer(changed):
    path = f"{CORE}/layers/pooling.py"
    ran = changed(path, "--level", "saving", "-k", "value or curve or MaxPooling or adaptive")
    assert any(case.startswith("inference::") for case in ran)
    assert any(case.startswith("training::curve") for case in ran)
    assert not any(case.startswith(("ops::", "primitives::", "gradients::")) for case in ran)


@pytest.mark.one_in(3)
def test_a_page(changed):
    assert changed("docs/index.md") == set()


@pytest.mark.one_in(3)
def test_another_backend_and_ones_own(changed):
    path = "keras-backend-mutant/src/keras_backend_numpy/primitives.py"  # whose members it has
    assert "primitives::eager[exp-cube-float32]" in changed(
        path, "--only", "primitives", "-k", "exp-cube"
    )


def test_a_revision_that_is_none(mutant, conformance, tmp_path):
    mutant()
    result = conformance("--affected-by", "nothing", folder=tmp_path)
    assert result.status == 4
    assert "--affected-by: git diff" in result.output


def test_targets_are_there():
    """Every target that a rule names is one of the Makefile."""
    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    known = {word for line in makefile.splitlines() if ".PHONY" in line for word in line.split()}
    known |= {f"{kind}-{name}" for kind in ("test", "conformance") for name in targets.BACKENDS}
    assert {name for _, names in targets.RULES for name in names} <= known


@pytest.mark.parametrize(
    "path, wanted",
    [
        ("keras-backend-jax/src/keras_backend_jax/linalg.py", {"test-jax", "conformance-jax"}),
        (f"{CORE}/layers/pooling.py", {"test-core", "test-torch", "conformance-openvino"}),
        ("docs/index.md", {"test-docs"}),
        ("constraints.txt", {"test"}),
    ],
)
def test_targets(path, wanted):
    assert wanted <= set(targets.targets_of(path))
