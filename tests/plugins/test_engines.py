"""Looking for an engine without importing it."""

import sys
import types

import pytest

from keras_core_plugins.engines import find_engine, satisfies
from keras_core_plugins.protocol import Engine


@pytest.fixture
def install(site, monkeypatch):
    """Install an engine that must not be imported, in this very process."""
    monkeypatch.syspath_prepend(str(site.path))

    def install(module, distribution=None, version="2.5", record=True):
        site.install(
            distribution or module,
            version=version,
            files={f"{module}/__init__.py": "raise AssertionError('imported')"} if record else {},
        )
        return Engine(distribution="fakeng", module="fakeng.sub", requires=">=2,<3")

    return install


def test_found(install):
    status = find_engine(install("fakeng"))
    assert (status.found, status.version, status.satisfies) == (True, "2.5", True)
    assert "fakeng" not in sys.modules


def test_too_old(install):
    status = find_engine(install("fakeng", version="1.0+cpu"))
    assert (status.found, status.version, status.satisfies) == (True, "1.0+cpu", False)


def test_distribution_of_another_name(install):
    """As tensorflow-cpu has the module tensorflow; fakeng-io must not be taken for it."""
    install("fakeng_io", distribution="fakeng-io", version="9")
    status = find_engine(install("fakeng", distribution="fakeng-cpu", version="2.1"))
    assert (status.found, status.version, status.satisfies) == (True, "2.1", True)


def test_not_there():
    engine = Engine(distribution="fakeng", module="fakeng")
    assert not find_engine(engine).found


def test_directory_of_that_name_is_no_engine(site, monkeypatch):
    (site.path / "fakeng").mkdir()
    (site.path / "fakeng" / "notes.txt").write_text("experiments")
    monkeypatch.syspath_prepend(str(site.path))
    assert not find_engine(Engine(distribution="fakeng", module="fakeng")).found


def test_metadata_without_a_module_is_no_engine(install):
    assert not find_engine(install("fakeng", record=False)).found


def test_stand_in_without_a_spec(monkeypatch):
    monkeypatch.setitem(sys.modules, "fakeng", types.ModuleType("fakeng"))
    assert not find_engine(Engine(distribution="fakeng", module="fakeng")).found


def test_module_without_metadata_is_given_the_benefit_of_the_doubt(site, monkeypatch):
    (site.path / "fakeng.py").write_text("")
    monkeypatch.syspath_prepend(str(site.path))
    status = find_engine(Engine(distribution="fakeng", module="fakeng", requires=">=2"))
    assert (status.found, status.version, status.satisfies) == (True, "", True)


@pytest.mark.parametrize(
    "version, requires, expected",
    [
        ("2.13.0+cpu", ">=2.6", True),
        ("2.13.0+cpu", "==2.13.0", True),
        ("3.0rc1", ">=2.6", True),
        ("2.5", ">=2.6", False),
        ("3.0", ">=2.6,<3", False),
        ("", ">=2.6", True),
        ("2.5", "", True),
        ("git-abc", ">=2.6", True),
        ("2.5", "not a range", True),
    ],
)
def test_satisfies(version, requires, expected):
    assert satisfies(version, requires) is expected
