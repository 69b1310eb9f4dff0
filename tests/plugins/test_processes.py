"""Children: forked, spawned, from a pool; and an environment that changes in between."""

import pytest

SCRIPT = """
import multiprocessing as mp
import os
import sys

import keras_core_plugins as k


def report(connection=None):
    record = k.current()
    found = None
    if record is not None:
        found = (record.installed.name, record.source, record.pid == os.getpid())
    if connection is None:
        return found
    connection.send(found)


def acquire_and_report(connection):
    k.acquire_backend()
    report(connection)


def child(method, target=acquire_and_report):
    context = mp.get_context(method)
    here, there = context.Pipe()
    process = context.Process(target=target, args=(there,))
    process.start()
    there.close()
    answer = here.recv() if here.poll(30) else "no answer"
    process.join(30)
    return answer, process.exitcode


def acquire():
    k.acquire_backend()
    return report()


if __name__ == "__main__":
    {main}
"""


def run(site, main, **variables):
    script = site.home / "script.py"
    indented = "\n    ".join(main.strip().splitlines())
    script.write_text(SCRIPT.replace("{main}", indented))
    done = site.run(str(script), **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines(), done.stderr


@pytest.fixture
def two(site):
    site.install_backend("alpha")
    site.install_backend("beta")
    return site


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("source", ["environment", "config", "installed"])
def test_child_has_the_backend_of_its_parent(two, method, source):
    if source == "config":
        two.config('{"backend": "beta"}')
    variables = {"KERAS_BACKEND": "beta"} if source == "environment" else {}
    out, _ = run(two, f"k.acquire_backend()\nprint(child({method!r}))", **variables)
    name = "alpha" if source == "installed" else "beta"
    assert out == [str(((name, source, method != "fork"), 0))]


def test_forked_child_inherits_the_lock_itself(two):
    out, _ = run(two, "k.acquire_backend('beta')\nprint(child('fork', report))")
    assert out == ["(('beta', 'argument', False), 0)"]


def test_spawned_child_adopts_a_choice_that_nothing_else_tells(two):
    """The parent's backend is neither in the environment nor the automatic choice."""
    main = """
k.acquire_backend("beta")
pool = mp.get_context("spawn").Pool(1, initializer=k.choice().adopt)
with pool:
    print(pool.apply(acquire))
"""
    out, _ = run(two, main)
    assert out == ["('beta', 'argument', True)"]


def test_spawned_child_after_the_environment_was_changed(two):
    main = """
k.acquire_backend()
os.environ["KERAS_BACKEND"] = "alpha"
k.check_environment_drift()
k.check_environment_drift()
with mp.get_context("spawn").Pool(1, initializer=k.choice().adopt) as pool:
    print(pool.apply(acquire))
"""
    out, err = run(two, main, KERAS_BACKEND="beta")
    assert out == ["('beta', 'argument', True)"]
    assert err.count("BackendChangedWarning: KERAS_BACKEND is 'alpha' now") == 1
    assert "script.py" in err


def test_fork_while_another_thread_loads(two):
    main = """
import threading, time
started = threading.Event()
class Slow:
    @k.hookimpl
    def keras_core_backend_info(self):
        return k.BackendInfo(name="slow", protocol=(1, 0), capabilities=k.Capabilities())
    @k.hookimpl
    def keras_core_load_backend(self):
        started.set()
        time.sleep(1)
        from keras_backend_numpy import primitives, tensors
        info = self.keras_core_backend_info()
        return k.Backend(info=info, primitives=primitives, tensors=tensors)
k.register("slow", Slow())
thread = threading.Thread(target=k.acquire_backend, args=("slow",))
thread.start()
started.wait()
print(child("fork"))
thread.join()
print(report())
"""
    out, _ = run(two, main, KERAS_BACKEND="beta")
    assert out == ["(('beta', 'environment', True), 0)", "('slow', 'argument', True)"]


def test_choice_needs_a_lock(site):
    error = site.failure("import keras_core_plugins as k; k.choice()")
    assert "BackendNotLockedError: this process has no backend yet" in error


def test_environment_changed_after_the_import(two):
    out, err = run(
        two,
        """
k.acquire_backend()
os.environ["KERAS_BACKEND"] = "beta"
k.check_environment_drift()
try:
    k.acquire_backend("beta")
except k.BackendLockedError as error:
    print(error)
""",
        KERAS_BACKEND="alpha",
    )
    script = two.home / "script.py"
    line = script.read_text().splitlines().index('    os.environ["KERAS_BACKEND"] = "beta"')
    where = f"{script}:{line}"  # the line before it, counted from 1
    assert (
        "BackendChangedWarning: KERAS_BACKEND is 'beta' now, and this process has backend "
        f"'alpha', locked at {where}, because the environment variable KERAS_BACKEND says"
    ) in err
    assert out[0].startswith(
        f"the backend cannot be changed to 'beta': 'alpha' was locked at {where}, because"
    )


def test_threads_that_import_at_once(two):
    main = """
import threading
answers = []
gate = threading.Barrier(6)
def ask():
    gate.wait()
    answers.append(k.acquire_backend())
threads = [threading.Thread(target=ask) for _ in range(6)]
[t.start() for t in threads]
[t.join() for t in threads]
print(len(answers), len(set(map(id, answers))))
"""
    assert run(two, main)[0] == ["6 1"]
