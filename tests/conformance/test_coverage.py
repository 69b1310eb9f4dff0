"""``keras-core doctor --protocol``."""

from keras_core_plugins.coverage import coverage
from keras_core_plugins.discovery import catalog
from keras_core_plugins.errors import BackendError
from keras_core_plugins.loading import Description, describe


def test_numpy_is_counted(monkeypatch):
    monkeypatch.setenv("KERAS_CORE_OVERRIDES", "0")  # of this process, not of those asked
    found = describe(catalog().find("numpy", asked_by="the test"))
    (counted,) = coverage([found])
    assert not counted.problem
    assert counted.composites > 200
    assert "tile" in counted.overrides
    assert not counted.unsupported


def test_a_backend_that_hangs_is_told():
    found = describe(catalog().find("numpy", asked_by="the test"))
    (counted,) = coverage([found], timeout=0.01)
    assert counted.problem == "it was not loaded after 0.01 seconds"


def test_a_backend_that_cannot_be_had_is_told():
    installed = catalog().find("numpy", asked_by="the test")
    broken = Description(installed=installed, error=BackendError("no"), problem="it is broken")
    (counted,) = coverage([broken])
    assert counted.problem == "it is broken"
