"""The commonest troubles, each staged: `keras-core doctor` names it, and what to do about it."""

import json
import sys
from pathlib import Path

import pytest

from keras_core_plugins import machine, troubles

ENGINE = "Engine(distribution='fakeengine', module='fakeengine', requires='>=2.0')"


def absent_backend(site):
    return {"KERAS_BACKEND": "torch"}


def misspelt_backend(site):
    site.install_backend("alpha")
    return {"KERAS_BACKEND": "alfa"}


def engine_missing(site):
    site.install_backend("alpha", engine=ENGINE)
    return {"KERAS_BACKEND": "alpha"}


def engine_too_old(site):
    site.install_engine("fakeengine", version="1.5")
    site.install_backend("alpha", engine=ENGINE)
    return {"KERAS_BACKEND": "alpha"}


def protocol_of_another_major(site):
    site.install_backend("alpha", protocol=(9, 0))
    return {"KERAS_BACKEND": "alpha"}


def broken_entry_point(site):
    site.install("bad-dist", backends={"bad": "no_such_module"})
    return {"KERAS_BACKEND": "numpy"}


def backend_claimed_twice(site):
    site.install_backend("alpha", "one-dist")
    site.install_backend("alpha", "two-dist")
    return {"KERAS_BACKEND": "numpy"}


def old_dependency(site):
    # In front of the one that works: what an environment looks like after `pip install h5py==2.10`.
    site.install("h5py", version="2.10.0", files={"h5py/__init__.py": ""})
    return {"KERAS_BACKEND": "numpy"}


def broken_configuration(site):
    site.config('{"backend": "torch",}')
    return {"KERAS_BACKEND": "numpy"}


PROBLEMS = {
    absent_backend: ["pip install keras-backend-torch"],
    misspelt_backend: ["alfa", "alpha"],
    engine_missing: ["its engine is not installed", "fakeengine"],
    engine_too_old: ["1.5", ">=2.0"],
    protocol_of_another_major: ["9.0", "alpha-dist"],
    broken_entry_point: ["bad-dist", "no_such_module"],
    backend_claimed_twice: ["Uninstall what you do not want", "one-dist:alpha"],
    old_dependency: ["h5py 2.10.0 is installed", 'pip install "h5py>=3.11"'],
    broken_configuration: ["keras.json"],
}


@pytest.mark.parametrize("stage", PROBLEMS, ids=lambda stage: stage.__name__)
def test_problem(site, stage) -> None:
    done = site.cli("doctor", **stage(site))
    assert done.returncode == 1, done.stdout
    found = [line for line in done.stdout.splitlines() if line.startswith("PROBLEM")]
    assert any(all(word in line for word in PROBLEMS[stage]) for line in found), found
    assert "Traceback" not in done.stderr


def two_kerases(site):
    site.install("keras", version="3.15.1", files={"keras/__init__.py": ""})
    return {}


def keras_and_its_nightly(site):
    site.install("keras", version="3.15.1", files={"keras/__init__.py": ""})
    site.install("keras-nightly", version="3.16.0", files={})
    return {}


def environment_over_configuration(site):
    site.config(json.dumps({"backend": "torch"}))
    return {"KERAS_BACKEND": "numpy"}


def setting_for_all_programs(site):
    site.config(json.dumps({"floatx": "float16"}))
    return {}


def home_that_cannot_be_written(site):
    place = site.home / "file"
    place.write_text("")
    return {"KERAS_HOME": str(place / "keras")}


def file_in_the_way(site):
    (site.home / "h5py.py").write_text("")
    return {"PYTHONSAFEPATH": "1"}


REMARKS = {
    two_kerases: ["keras 3.15.1 is installed too", "import keras_core as keras", "keras-core run"],
    keras_and_its_nightly: ["keras-nightly 3.16.0", "uninstall both"],
    environment_over_configuration: ["KERAS_BACKEND says 'numpy'", "'torch'", "unset"],
    setting_for_all_programs: ["floatx", "'float16'", "take it out"],
    home_that_cannot_be_written: ["cannot be written to", "set KERAS_HOME"],
    file_in_the_way: ["h5py.py instead of the package 'h5py'", "rename it"],
}


@pytest.mark.parametrize("stage", REMARKS, ids=lambda stage: stage.__name__)
def test_remark(site, stage) -> None:
    done = site.cli("doctor", **{"KERAS_BACKEND": "numpy", **stage(site)})
    found = [line for line in done.stdout.splitlines() if line.startswith("remark")]
    assert any(all(word in line for word in REMARKS[stage]) for line in found), done.stdout
    assert done.returncode == 0, done.stdout


@pytest.fixture
def gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A driver that lists one GPU."""
    folder = tmp_path / "0000:01:00.0"
    folder.mkdir()
    (folder / "information").write_text("Model: \t\t NVIDIA H200\nIRQ: 12\n")
    monkeypatch.setattr(machine, "DRIVER", tmp_path)
    return folder


@pytest.mark.usefixtures("gpu")
def test_gpus_are_found() -> None:
    assert machine.nvidia_gpus() == ["NVIDIA H200"]
    (said,) = machine.unused_gpus("an engine 1.0", "install the other build")
    assert said == (
        "there is NVIDIA H200, and an engine 1.0 computes on the CPU: install the other build"
    )


def test_gpus_without_the_list_of_the_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "DRIVER", tmp_path / "none")
    monkeypatch.setattr(machine, "DEVICES", tmp_path)
    assert machine.nvidia_gpus() == []
    assert machine.unused_gpus("an engine", "nothing") == []
    (tmp_path / "nvidia0").touch()
    (tmp_path / "nvidiactl").touch()
    assert machine.nvidia_gpus() == ["an NVIDIA GPU"]


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("value, told", [("", True), ("-1", True), ("0", False), (None, False)])
def test_hidden_gpus(value: str | None, told: bool) -> None:
    environ = {} if value is None else {"CUDA_VISIBLE_DEVICES": value}
    assert bool(troubles.hidden_gpus(environ)) == told


def test_what_is_in_order_is_not_told(tmp_path: Path) -> None:
    assert troubles.unwritable_home({"KERAS_HOME": str(tmp_path / "new")}) == []
    assert troubles.shadowed(["h5py"], str(tmp_path)) == []
    assert troubles.settings_that_win({"floatx": "float32", "backend": "torch"}, {}) == []
    site_packages = Path(sys.modules["pytest"].__file__ or "").parents[1]
    assert troubles.shadowed(["pytest"], str(site_packages)) == []
