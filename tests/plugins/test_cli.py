"""The command line: it lists, it finds what is wrong, and no plugin can bring it down."""

import json
import subprocess
import sys
import time

import pytest

ENGINE = 'Engine(distribution="fakeengine", module="fakeengine", requires=">=2,<3")'
HOSTILE = {
    "hang": ("import time; time.sleep(600)", "was not done after 3 seconds"),
    "exit": ("import os; os._exit(0)", "ended Python (exit status 0)"),
    "crash": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "(exit status -11)"),
    "SystemExit": ("raise SystemExit('bye')", "failed with SystemExit: bye"),
    "prints": (
        "print('{' * 100, flush=True); raise ImportError('no')",
        "failed with ImportError: no",
    ),
}


def table(done):
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["name", "distribution", "version", "protocol", "engine", "can"]
    return {row.split()[0]: row for row in rows}


def test_table(site):
    site.install_engine("fakeengine")
    site.install_backend("alpha", engine=ENGINE, capabilities='autodiff="none", jit=True')
    site.install_backend("beta", engine=ENGINE.replace(">=2,<3", ">=7"))
    site.install_backend("gamma", engine=ENGINE.replace("fakeengine", "gone"))
    rows = table(site.cli("backends"))
    assert list(rows) == ["alpha", "beta", "gamma", "numpy"]
    assert rows["alpha"].split() == "alpha alpha-dist 1.0 1.0 fakeengine 2.0 predict, jit".split()
    assert "fakeengine 2.0 (>=7 needed)" in rows["beta"]
    assert "it is broken: it needs fakeengine>=7, and 2.0 is installed" in rows["beta"]
    assert "gone: not installed" in rows["gamma"]
    assert "none needed" in rows["numpy"]
    assert rows["numpy"].endswith("predict, train")


def test_json(site):
    site.install_engine("fakeengine")
    site.install_backend("alpha", engine=ENGINE)
    done = site.cli("backends", "--json")
    alpha, numpy = json.loads(done.stdout)
    assert (alpha["name"], alpha["distribution"], alpha["version"]) == (
        "alpha",
        "alpha-dist",
        "1.0",
    )
    assert alpha["info"]["engine"]["requires"] == ">=2,<3"
    assert alpha["engine"] == {"found": True, "version": "2.0", "satisfies": True}
    assert "float32" in alpha["info"]["capabilities"]["dtypes"]
    assert alpha["available"]
    assert numpy["engine"] is None


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_plugin(site, kind):
    code, words = HOSTILE[kind]
    site.install("bad-dist", backends={"bad": "bad_plugin"}, files={"bad_plugin.py": code})
    site.install_backend("zeta")
    started = time.monotonic()
    rows = table(site.cli("backends", "--timeout", "3"))
    assert time.monotonic() - started < 20
    assert words in rows["bad"]
    assert "predict, train" in rows["zeta"]
    done = site.cli("doctor", "--timeout", "3")
    assert done.returncode == 1
    assert "PROBLEM: backend 'bad' (bad-dist 1.0" in done.stdout
    assert "backend: zeta" in done.stdout


def test_plugin_that_imports_its_engine_is_found_out(site, plugin_code):
    site.install_engine("fakeengine")
    code = "import fakeengine\n" + plugin_code("alpha", engine=ENGINE)
    site.install("alpha-dist", backends={"alpha": "alpha_plugin"}, files={"alpha_plugin.py": code})
    assert "imports the engine, which it must not" in table(site.cli("backends"))["alpha"]


def test_doctor_with_nothing_wrong(site):
    site.install_backend("alpha")
    done = site.cli("doctor", KERAS_BACKEND="alpha")
    assert done.returncode == 0
    assert (
        "backend: alpha (alpha-dist 1.0), because the environment variable KERAS_BACKEND says "
        "'alpha'" in done.stdout
    )
    assert done.stdout.endswith("no problem found\n")
    assert done.stderr == ""


def test_doctor_loads_nothing_unless_told(site):
    site.install_engine("fakeengine", version="2.9")
    (site.path / "fakeengine" / "__init__.py").write_text("raise RuntimeError('no device')")
    site.install_backend("alpha", engine=ENGINE, load_first="import fakeengine")
    assert site.cli("doctor").returncode == 0
    done = site.cli("doctor", "--load")
    assert done.returncode == 1
    assert "loading it failed with RuntimeError: no device" in done.stdout


def test_doctor_loads_a_backend_that_works(site):
    assert site.cli("doctor", "--load", KERAS_BACKEND="numpy").returncode == 0


@pytest.mark.parametrize(
    "variables, words",
    [
        ({"KERAS_BACKEND": "torch"}, "pip install keras-backend-torch"),
        ({"KERAS_BACKEND": "a/b"}, "not a name of a backend"),
        ({"KERAS_BACKEND": "alpha"}, "alpha is claimed by"),
        ({}, "'alpha' is claimed by one-dist 1.0 in"),
    ],
)
def test_doctor_finds_what_is_wrong(site, variables, words):
    site.install_backend("alpha", "one-dist")
    site.install_backend("alpha", "two-dist")
    done = site.cli("doctor", **variables)
    assert done.returncode == 1
    assert words.replace("alpha is", "'alpha', which is") in done.stdout
    assert "Traceback" not in done.stderr


def test_doctor_reads_the_configuration_even_if_the_environment_decides(site):
    site.config("{")
    done = site.cli("doctor", KERAS_BACKEND="numpy")
    assert done.returncode == 1
    assert "the configuration file" in done.stdout
    assert "backend: numpy" in done.stdout


def test_missing_engine_of_another_backend_is_a_remark(site):
    site.install_backend("alpha", engine=ENGINE)
    done = site.cli("doctor", KERAS_BACKEND="numpy")
    assert done.returncode == 0
    assert "remark: backend 'alpha' (alpha-dist 1.0): its engine is not installed" in done.stdout
    done = site.cli("doctor", KERAS_BACKEND="alpha")
    assert done.returncode == 1
    assert "PROBLEM: backend 'alpha'" in done.stdout


def test_doctor_json(site):
    site.install_backend("alpha")
    site.install_backend("beta")
    done = site.cli("doctor", "--json")
    found = json.loads(done.stdout)
    assert found["choice"]["name"] == "alpha"
    assert found["choice"]["others"] == ["beta"]
    assert found["problems"] == []
    assert [b["name"] for b in found["backends"]] == ["alpha", "beta", "numpy"]
    assert found["versions"]["numpy"]


def test_doctor_when_numpy_itself_is_broken(site):
    """The command has to work where nothing else does."""
    (site.path / "numpy").mkdir()
    (site.path / "numpy" / "__init__.py").write_text("raise ImportError('wrong ABI')")
    assert site.cli("doctor").returncode == 0
    done = site.cli("doctor", "--load")
    assert done.returncode == 1
    assert "wrong ABI" in done.stdout


def test_checks_of_plugins(site):
    code = """
    from keras_core_plugins import hookimpl

    @hookimpl
    def keras_core_doctor_checks():
        return [lambda: ["the disk is full"], lambda: []]
    """
    site.install("extra", plugins={"extra": "extra_plugin"}, files={"extra_plugin.py": code})
    site.install("torn", plugins={"torn": "torn_plugin"}, files={"torn_plugin.py": "1 / 0"})
    done = site.cli("doctor")
    assert done.returncode == 1
    assert "PROBLEM: extra 1.0: the disk is full" in done.stdout
    assert "PROBLEM: the plugin 'torn_plugin' of torn 1.0 fails: ZeroDivisionError" in done.stdout


def test_help_and_no_command(site):
    assert site.cli("--help").returncode == 0
    done = site.cli()
    assert done.returncode == 2
    assert "backends" in done.stdout
    assert "doctor" in done.stdout


def test_listing_in_the_command_imports_no_engine(site):
    """Not for official backends either, which it asks in its own process."""
    out = site.python(
        """
        import sys
        from keras_core_plugins.cli import main
        assert main(["backends", "--json"]) == 0
        assert main(["doctor", "--json"]) == 0
        import keras_core_plugins as k
        assert not {"numpy", "keras_core"} & set(sys.modules), sorted(sys.modules)
        assert not k.is_locked()
        """
    )
    assert '"problems": []' in out


def test_overrides_are_listed_with_their_calls() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "keras_core_plugins", "overrides", "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    rows = {row["name"]: row for row in json.loads(found.stdout)}
    assert rows["softmax"]["parameters"] == ["x", "axis"]
    assert rows["softmax"]["calls"]["transformer"] == 1
    assert rows["softmax"]["calls"]["mlp"] == 0
    assert rows["max_pool"]["calls"]["cnn"] == 1
    assert rows["adam_update"]["parameters"] is None
    assert {"sgd_update", "random_gamma", "scan", "lstm"} <= rows.keys()
