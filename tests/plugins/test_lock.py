"""The lock: taken once, by one thread, with a record; and what happens to those who disagree."""

import threading
import time
import warnings

import pytest

import keras_core_plugins as k
from keras_backend_numpy import plugin
from keras_core_plugins.discovery import PluginEntry, build_catalog
from keras_core_plugins.lock import BackendChoice, BackendLock


def installed(name):
    return PluginEntry(
        group="keras_core.backends",
        name=name,
        value=f"{name}_plugin",
        distribution="keras-core" if name == "numpy" else f"{name}-dist",
        version="1.0",
        path="/site",
    )


CATALOG = build_catalog([installed(name) for name in ("numpy", "alpha", "beta")])


class Loader:
    """Stands for the plugins; keeps account of what was loaded."""

    def __init__(self, delay=0.0, failures=0):
        self.delay, self.failures = delay, failures
        self.loaded = []

    def __call__(self, backend, others=()):
        self.loaded.append(backend.name)
        time.sleep(self.delay)
        if len(self.loaded) <= self.failures:
            raise k.BackendError("not yet")
        return plugin.keras_core_load_backend()


@pytest.fixture
def make(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_BACKEND", "alpha")
    return lambda **options: BackendLock(get_catalog=lambda: CATALOG, load=Loader(**options))


def test_record(make):
    lock = make()
    assert lock.record is None
    before = time.time()
    backend = lock.acquire()
    record = lock.record
    assert record.backend is backend
    assert record.installed.name == "alpha"
    assert record.source == "environment"
    assert record.reason == "the environment variable KERAS_BACKEND says 'alpha'"
    file, _, line = record.where.rpartition(":")
    assert file == __file__
    assert int(line) > 0
    assert before <= record.when <= time.time()
    assert record.thread == "MainThread"


def test_one_thread_loads_and_all_get_the_same(make):
    lock = make(delay=0.2)
    gate = threading.Barrier(8)
    got = []

    def ask():
        gate.wait()
        got.append(lock.acquire())

    threads = [threading.Thread(target=ask, name=f"asker-{i}") for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lock._load.loaded == ["alpha"]
    assert len(got) == 8
    assert len(set(map(id, got))) == 1
    assert lock.record.thread.startswith("asker-")


def test_failure_takes_no_lock(make, monkeypatch):
    lock = make(failures=1)
    with pytest.raises(k.BackendError, match="not yet"):
        lock.acquire()
    assert lock.record is None
    monkeypatch.setenv("KERAS_BACKEND", "beta")
    lock.acquire()
    assert lock.record.installed.name == "beta"


@pytest.mark.parametrize("request_", ["alpha", " Alpha", "alpha-dist:alpha", "Alpha_Dist:alpha"])
def test_asking_for_what_is_locked_is_no_change(make, request_):
    lock = make()
    assert lock.acquire(request_) is lock.acquire(request_)


@pytest.mark.parametrize("request_", ["beta", "numpy", "other-dist:alpha", "no name at all"])
def test_asking_for_another_is_refused(make, request_):
    lock = make()
    lock.acquire()
    with pytest.raises(k.BackendLockedError) as caught:
        lock.acquire(request_)
    message = str(caught.value)
    assert f"cannot be changed to {request_!r}" in message
    assert f"'alpha' was locked at {__file__}:" in message
    assert "because the environment variable KERAS_BACKEND says 'alpha'" in message
    value = "its name" if " " in request_ else request_
    assert message.endswith(
        f"start a new process, with KERAS_BACKEND={value} set before that import."
    )
    assert lock.record.installed.name == "alpha"


def test_loading_that_asks_for_the_backend(make):
    lock = make()
    lock._load = lambda installed, others: lock.acquire()
    with pytest.raises(k.BackendError, match="asked for while it was being loaded"):
        lock.acquire()


def test_changed_environment_is_noticed_once(make, monkeypatch):
    lock = make()
    lock.check_environment()
    lock.acquire()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lock.check_environment()
        for harmless in ("Alpha ", "alpha-dist:alpha", ""):
            monkeypatch.setenv("KERAS_BACKEND", harmless)
            lock.check_environment()
        monkeypatch.delenv("KERAS_BACKEND")
        lock.check_environment()
    monkeypatch.setenv("KERAS_BACKEND", "beta")
    with pytest.warns(k.BackendChangedWarning, match="'beta' now, and .* backend 'alpha'") as seen:
        lock.check_environment()
    assert len(seen) == 1
    assert seen[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lock.check_environment()


def test_environment_changed_by_the_plugin_is_noticed(make, monkeypatch):
    lock = make()
    load = lock._load

    def sly(backend, others):
        monkeypatch.setenv("KERAS_BACKEND", "beta")
        return load(backend, others)

    lock._load = sly
    lock.acquire()
    with pytest.warns(k.BackendChangedWarning):
        lock.check_environment()


def test_preferred_choice_decides(make):
    lock = make()
    lock.prefer(BackendChoice("beta", "beta-dist"))
    assert lock.record is None, "nothing is loaded by a preference"
    lock.acquire()
    assert (lock.record.installed.name, lock.record.source) == ("beta", "argument")


def test_preference_that_comes_too_late(make):
    lock = make()
    lock.acquire()
    lock.prefer(BackendChoice("alpha", "alpha-dist"))
    with pytest.raises(k.BackendLockedError):
        lock.prefer(BackendChoice("beta", "beta-dist"))


def test_lock_held_by_another_thread_does_not_block_a_forked_child(make):
    lock = make(delay=0.5)
    thread = threading.Thread(target=lock.acquire)
    thread.start()
    while not lock._load.loaded:
        time.sleep(0.01)
    # What the interpreter calls in the child: there, the loading thread does not exist.
    lock.after_fork()
    assert lock.acquire(), "this would wait for ever"
    thread.join()
