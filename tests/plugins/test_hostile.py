"""Plugins that do harm when they are found, loaded or run: the core says whose fault it is."""

import json

import pytest

GOOD_RETURN = "return Backend(info=INFO, primitives=primitives, tensors=tensors)"
ADDITION = """
import traceback
import numpy as np
import keras_core as keras
from keras_core import ops
try:
    {call}
except Exception:
    traceback.print_exc()
    raise
"""


def flat(text):
    return " ".join(text.split())


@pytest.fixture
def install(site, plugin_code):
    """Install a backend 'bad', with code before its plugin module, in it, or behind it."""

    def make(*, first="", load_first="", tamper="", **options):
        code = plugin_code("bad", load_first=load_first, **options)
        if tamper:
            code = code.replace(
                GOOD_RETURN,
                "import bad_behaviour\n"
                "    backend = Backend(info=INFO, primitives=primitives, tensors=tensors)\n"
                "    return bad_behaviour.tamper(backend)",
            )
        site.install(
            "bad-dist",
            backends={"bad": "bad_plugin"},
            files={"bad_plugin.py": first + "\n" + code, "bad_behaviour.py": BEHAVIOUR + tamper},
        )
        return site

    return make


BEHAVIOUR = """
import dataclasses
import types

def changed(module, **members):
    new = types.ModuleType("bad_behaviour.primitives")
    vars(new).update({k: v for k, v in vars(module).items() if k[0] != "_"})
    vars(new).update(members)
    return new
"""


# -- While it is imported and loaded ----------------------------------------------------


@pytest.mark.parametrize("where", ["first", "load_first"])
def test_hangs(install, where):
    """The process cannot be saved, but the user learns what it waits for."""
    site = install(**{where: "import time; time.sleep(3)"})
    done = site.run(
        "-c",
        "from keras_core_plugins import loading, acquire_backend\n"
        "loading.PATIENCE = 0.3\n"
        "print(acquire_backend().info.name)",
        KERAS_BACKEND="bad",
    )
    doing = "importing its plugin module" if where == "first" else "loading it"
    assert done.stdout == "bad\n"
    assert flat(done.stderr) == (
        "keras-core: still waiting for backend 'bad' (bad-dist 1.0, entry point 'bad_plugin'): "
        f"{doing} has taken 0.3 seconds. To use another: set KERAS_BACKEND"
    )


def test_does_not_hang(install):
    """No word, and no thread left, where nothing takes long."""
    done = install().run(
        "-c",
        "import threading, keras_core_plugins as k\n"
        "k.acquire_backend()\n"
        "print(threading.active_count())",
        KERAS_BACKEND="bad",
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_changes_the_choice(install):
    """What a plugin sets cannot move the lock, and is not taken for the user's wish."""
    site = install(
        first="import os; os.environ['KERAS_BACKEND'] = 'numpy'",
        load_first="os.environ['KERAS_BACKEND'] = 'torch'",
    )
    code = """
    import keras_core as keras
    print(keras.backend.backend())
    import keras_core_plugins as k
    k.check_environment_drift()
    """
    done = site.run(
        "-c", "\n".join(line.strip() for line in code.splitlines()), KERAS_BACKEND="bad"
    )
    assert done.stdout == "bad\n"
    assert "KERAS_BACKEND is 'torch' now" in done.stderr
    assert "'bad', locked at" in done.stderr


@pytest.mark.parametrize("code", ["print('buy now')", "import sys; sys.stdout.write('{')"])
def test_prints_into_a_listing(install, code):
    site = install(first=code)
    done = site.cli("backends", "--json")
    assert [b["name"] for b in json.loads(done.stdout)] == ["bad", "numpy"]


def test_one_distribution_names_a_backend_twice(site, plugin_code):
    site.install(
        "bad-dist",
        backends={"bad": "one", "BAD": "two"},
        files={"one.py": plugin_code("bad"), "two.py": plugin_code("bad")},
    )
    done = site.cli("doctor")
    assert done.returncode == 1
    assert (
        f"bad-dist 1.0 in {site.path} names two backends 'bad': one and two; the second is not used"
        in flat(done.stdout)
    )
    assert site.cli("backends").stdout.count("bad-dist") == 1


def test_registers_itself_when_it_is_imported(install):
    """A light module that also registers in the process: two claims, and an error that says so."""
    site = install(
        first="import sys, keras_core_plugins as k\n"
        "k.register('bad', sys.modules[__name__], distribution='bad-dist-again')"
    )
    error = site.failure(
        """
        import bad_plugin
        import keras_core_plugins as k
        k.acquire_backend("bad")
        """
    )
    assert "DuplicateBackendError" in error
    assert "bad-dist 1.0" in error
    assert "bad-dist-again" in error


@pytest.mark.parametrize(
    "returned, words",
    [
        ("None", "returned None, not a Backend"),
        ("[backend]", "returned an object of type 'list', not a Backend"),
        ("backend.info", "returned an object of type 'BackendInfo', not a Backend"),
    ],
)
def test_returns_the_wrong_type(install, returned, words):
    site = install(tamper=f"def tamper(backend): return {returned}")
    error = flat(site.failure(KERAS_BACKEND="bad"))
    assert "BackendConformanceError: backend 'bad' (bad-dist 1.0) does not keep to" in error
    assert f"keras_core_load_backend() {words}" in error


@pytest.mark.parametrize(
    "capabilities, words",
    [
        ('autodiff="native"', "autodiff: the service is missing"),
        ("jit=True", "compiler: the service is missing"),
        ("stateful_variables=True", "variables: the service is missing"),
        ('dtypes=frozenset({"float32"})', "capabilities.dtypes lacks bool, int32"),
        ('autodiff="magic"', "capabilities.autodiff is 'magic'"),
    ],
)
def test_claims_what_it_has_no_service_for(install, capabilities, words):
    error = flat(install(capabilities=capabilities).failure(KERAS_BACKEND="bad"))
    assert "backend 'bad' (bad-dist 1.0) does not keep to the backend protocol" in error
    assert words in error


def test_capabilities_of_another_type(install):
    """A wrong type is a problem of the backend as well, and no crash of the check."""
    site = install(
        tamper="def tamper(b): return dataclasses.replace(b, capabilities={'autodiff': 'none'})"
    )
    error = flat(site.failure(KERAS_BACKEND="bad"))
    assert "BackendConformanceError: backend 'bad' (bad-dist 1.0)" in error
    assert "capabilities" in error


# -- While it runs ---------------------------------------------------------------------------


RAISES = """
class EngineError(Exception):
    pass

def tamper(backend):
    def add(x1, x2):
        raise EngineError("code 7")

    def softmax(x, axis):
        raise EngineError("code 8")

    primitives = changed(backend.primitives, add=add)
    return dataclasses.replace(backend, primitives=primitives, overrides={"softmax": softmax})
"""


@pytest.mark.parametrize(
    "call, words",
    [
        ("ops.add(ops.ones((2, 3)), 1.0)", "primitive add(float32[2, 3], float32[])"),
        ("ops.logaddexp(np.ones(2), np.ones(2))", "primitive add(float"),
        ("ops.softmax(ops.ones((2, 3)))", "override softmax(float32[2, 3], "),
        ("ops.softmax([[1, 2]])", "override softmax(float32[1, 2], "),
        ("keras.layers.Dense(2)(np.ones((3, 4)))", "primitive add(float32[3, 2], float32[2])"),
    ],
)
def test_error_of_its_own(install, call, words):
    error = install(tamper=RAISES).failure(ADDITION.format(call=call), KERAS_BACKEND="bad")
    assert "EngineError: code" in error
    assert f"Raised while backend 'bad' (bad-dist 1.0) ran its {words}" in flat(error)
    # once in the traceback that is printed here, and once in that of the interpreter
    assert error.count("Raised while backend") == 2


WRITES = """
import numpy as np

def tamper(backend):
    def exp(x):
        return np.exp(x, out=x).copy()

    def softmax(x, axis):
        x += 1
        return x.copy()

    primitives = changed(backend.primitives, exp=exp)
    return dataclasses.replace(backend, primitives=primitives, overrides={"softmax": softmax})
"""


@pytest.mark.parametrize("name, kind", [("exp", "primitive"), ("softmax", "override")])
def test_what_writes_into_its_inputs_is_told_where_it_is_watched(install, name, kind):
    """With ``KERAS_CORE_WATCH_BACKEND=1``, in the user's own program."""
    site = install(tamper=WRITES)
    call = ADDITION.format(call=f"x = ops.ones((2, 3)); ops.{name}(x); print(x[0, 0])")
    seen = site.python(call, KERAS_BACKEND="bad")
    assert float(seen) > 1.5
    error = flat(site.failure(call, KERAS_BACKEND="bad", KERAS_CORE_WATCH_BACKEND="1"))
    assert "backend 'bad' (bad-dist 1.0) does not keep to the backend protocol" in error
    assert f"its {kind} {name}() wrote into a tensor of shape (2, 3)" in error
    good = ADDITION.format(call="print(keras.layers.Dense(2)(np.ones((3, 4))).shape)")
    assert "(3, 2)" in site.python(good, KERAS_BACKEND="bad", KERAS_CORE_WATCH_BACKEND="1")


def test_error_of_the_user_is_not_blamed_on_it(install):
    error = install().failure("from keras_core import ops; ops.sum(ops.ones(3), axis=4)")
    assert "out of bounds" in error
    assert "Raised while" not in error


def test_unsupported_names_the_distribution(install):
    site = install(
        tamper="from keras_core_plugins import unsupported\n"
        "def tamper(backend):\n"
        "    svd = unsupported('svd', 'the engine cannot')\n"
        "    return dataclasses.replace(backend, primitives=changed(backend.primitives, svd=svd))"
    )
    error = site.failure(
        "from keras_core import ops; ops.svd(ops.ones((2, 2)))", KERAS_BACKEND="bad"
    )
    assert "UnsupportedOpError: svd() is not supported on this backend: the engine cannot" in error
    assert "backend 'bad' (bad-dist 1.0) ran its primitive svd(float32[2, 2]" in error


# -- Whatever it does, files name no plugin -----------------------------------------------------


def test_a_file_causes_no_import_of_the_backend_that_wrote_it(install, tmp_path):
    """A model is saved under one backend and loaded where another is locked."""
    site = install(first="import os; open(os.environ['KERAS_HOME'] + '/seen', 'a').write('x')")
    path = tmp_path / "model.keras"
    code = """
    import numpy as np
    import keras_core as keras
    x = np.linspace(-1, 1, 12).reshape(3, 4).astype("float32")
    """
    saved = site.python(
        code
        + f"""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="tanh")])
    model.save({str(path)!r})
    print(model.predict(x, verbose=0).tolist())
    """,
        KERAS_BACKEND="bad",
    )
    (site.home / "seen").unlink()
    loaded = site.python(
        code
        + f"""
    import sys
    model = keras.models.load_model({str(path)!r})
    assert keras.backend.backend() == "numpy" and "bad_plugin" not in sys.modules
    print(model.predict(x, verbose=0).tolist())
    """,
        KERAS_BACKEND="numpy",
    )
    assert saved == loaded
    assert not (site.home / "seen").exists()
    assert b"bad" not in path.read_bytes()
