"""Real distributions, real processes: every way in which choosing a backend can go wrong."""

import json
import re

import pytest

ENGINE = 'Engine(distribution="fakeengine", module="fakeengine", requires=">=2,<3")'
CHOICE = """
import keras_core_plugins as k
k.acquire_backend()
record = k.current()
print(record.installed.name, record.source)
"""
PROVIDER = """
import keras_core_plugins as k
k.acquire_backend()
print(k.current().installed.distribution)
"""
LISTING = """
import keras_core_plugins as k
for d in k.describe_all(k.catalog()):
    print(d.installed.name, d.installed.distribution, d.installed.version, d.available)
"""


def flat(text):
    return " ".join(text.split())


def test_third_party_backend_is_chosen_by_name(site):
    site.install_backend("alpha")
    assert site.python(CHOICE, KERAS_BACKEND=" ALPHA ") == "alpha environment"


def test_numpy_when_nothing_else_is_installed(site):
    done = site.run("-c", CHOICE)
    assert done.stdout.split() == ["numpy", "embedded"]
    assert done.stderr == ""


# -- The order of choice ---------------------------------------------------------------


def test_environment_before_configuration_before_what_is_installed(site):
    site.install_backend("alpha")
    site.install_backend("beta")
    site.install_backend("gamma")
    assert site.python(CHOICE) == "alpha installed"
    site.config('{"backend": "beta"}')
    assert site.python(CHOICE) == "beta config"
    assert site.python(CHOICE, KERAS_BACKEND="gamma") == "gamma environment"


def test_configuration_is_in_home_by_default(site, tmp_path):
    site.install_backend("beta")
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text('{"backend": "beta"}')
    assert site.python(CHOICE, KERAS_HOME="", HOME=str(tmp_path)) == "beta config"


def test_several_candidates_and_no_choice_is_said_once(site):
    site.install_backend("alpha")
    site.install_backend("beta")
    done = site.run("-c", CHOICE + CHOICE)
    assert done.stdout.split() == ["alpha", "installed"] * 2
    assert done.stderr == (
        "keras-core: using backend 'alpha'; also installed: beta. Set KERAS_BACKEND to choose\n"
    )


def test_one_candidate_is_chosen_silently(site):
    site.install_backend("alpha")
    assert site.run("-c", CHOICE).stderr == ""


def test_explicit_choice_is_silent(site):
    site.install_backend("alpha")
    site.install_backend("beta")
    assert site.run("-c", CHOICE, KERAS_BACKEND="beta").stderr == ""


def test_official_backend_comes_before_others(site, plugin_code):
    site.install_backend("alpha")
    site.install(
        "keras-backend-torch",
        backends={"torch": "my_torch"},
        files={"my_torch.py": plugin_code("torch")},
    )
    assert site.python(CHOICE) == "torch installed"


def test_inference_only_comes_after_what_can_train(site):
    site.install_backend("alpha", capabilities='autodiff="none"')
    site.install_backend("beta")
    assert site.python(CHOICE) == "beta installed"


def test_backend_without_its_engine_is_no_candidate(site):
    site.install_backend("alpha", engine=ENGINE)
    site.install_backend("beta")
    done = site.run("-c", CHOICE)
    assert done.stdout.split() == ["beta", "installed"]


def test_falling_back_on_numpy_says_what_was_passed_over(site):
    site.install_backend("alpha", engine=ENGINE)
    done = site.run("-c", CHOICE)
    assert done.stdout.split() == ["numpy", "embedded"]
    assert "'alpha': its engine is not installed: pip install 'fakeengine>=2,<3'" in done.stderr


def test_empty_variable_counts_as_unset_with_a_notice(site):
    site.install_backend("alpha")
    done = site.run("-c", CHOICE, KERAS_BACKEND="  ")
    assert done.stdout.split() == ["alpha", "installed"]
    assert "KERAS_BACKEND is set and empty, which counts as not set" in done.stderr


# -- Names -----------------------------------------------------------------------------


def test_unknown_name(site):
    site.install_backend("alpha")
    error = site.failure(KERAS_BACKEND="alhpa")
    assert "BackendNotFoundError" in error
    assert "Installed backends: alpha, numpy." in error
    assert "Did you mean 'alpha'?" in error


@pytest.mark.parametrize("name", ["jax", "torch", "tensorflow", "openvino"])
def test_known_name_that_is_not_installed(site, name):
    error = site.failure(KERAS_BACKEND=name)
    assert f"To install it: pip install keras-backend-{name}." in error


def test_misspelt_official_name(site):
    error = site.failure(KERAS_BACKEND="pytorch")
    assert "Did you mean 'torch' (pip install keras-backend-torch)?" in error


@pytest.mark.parametrize(
    "name",
    ["../evil", "evil.module", "/tmp/evil", "https://evil.example", "a b", "1abc", ":", "\x1b[31m"],
)
def test_what_is_no_name_never_reaches_the_import_system(site, name):
    (site.path / "evil").mkdir()
    (site.path / "evil" / "__init__.py").write_text("raise SystemExit('imported')")
    error = site.failure(KERAS_BACKEND=name)
    assert "InvalidBackendNameError" in error
    assert "\x1b" not in error


# -- The configuration file ------------------------------------------------------------


@pytest.mark.parametrize(
    "text, problem",
    [
        ("{", "JSONDecodeError"),
        ("[]", "it holds []"),
        ('{"backend": 3}', '"backend" is 3, which is not a string'),
        ("[" * 100_000, "RecursionError"),
    ],
)
def test_configuration_file_that_cannot_be_used(site, text, problem):
    path = site.config(text)
    error = site.failure()
    assert "ConfigFileError" in error
    assert str(path) in error
    assert problem in error


def test_configuration_file_that_is_a_directory(site):
    (site.home / "keras.json").mkdir()
    assert "it is not a regular file" in site.failure()


def test_configuration_asks_for_what_is_not_installed(site):
    path = site.config('{"backend": "tensorflow"}')
    error = site.failure()
    assert f"the configuration file {path} asks for backend 'tensorflow'" in error
    assert "pip install keras-backend-tensorflow" in error


# -- Engines ---------------------------------------------------------------------------


def test_engine_is_missing(site):
    site.install_backend("alpha", engine=ENGINE)
    error = flat(site.failure(KERAS_BACKEND="alpha"))
    assert "BackendImportError: backend 'alpha' (alpha-dist 1.0, entry point" in error
    assert "its engine is not installed: there is no module 'fakeengine'" in error
    assert "pip install 'fakeengine>=2,<3'" in error
    assert "Other installed backends: numpy" in error


@pytest.mark.parametrize("version", ["1.9", "3.0"])
def test_engine_has_the_wrong_version(site, version):
    site.install_backend("alpha", engine=ENGINE, load_first="import fakeengine")
    site.install_engine("fakeengine", version)
    error = site.failure(KERAS_BACKEND="alpha")
    assert (
        "EngineVersionError: backend 'alpha' (alpha-dist 1.0) needs fakeengine>=2,<3, and "
        f"fakeengine {version} is installed. To mend it: pip install 'fakeengine>=2,<3'"
    ) in error


def test_engine_fails_when_it_is_imported(site):
    site.install_backend("alpha", engine=ENGINE, load_first="import fakeengine")
    site.install("fakeengine", version="2.1", files={"fakeengine/__init__.py": "1 / 0"})
    error = site.failure(KERAS_BACKEND="alpha")
    assert "ZeroDivisionError: division by zero" in error
    assert "The above exception was the direct cause" in error
    assert "loading it failed with ZeroDivisionError" in error


def test_import_error_of_an_engine_is_not_rewritten_to_not_installed(site):
    site.install_backend("alpha", engine=ENGINE, load_first="import fakeengine")
    site.install(
        "fakeengine",
        version="2.1",
        files={"fakeengine/__init__.py": "raise ImportError('libfake.so.3: cannot open')"},
    )
    error = flat(site.failure(KERAS_BACKEND="alpha"))
    assert "failed with ImportError: libfake.so.3: cannot open" in error
    assert "engine is not installed" not in error


def test_backend_needs_another_module(site):
    site.install_backend("alpha", load_first="import scipy_that_is_not_there")
    error = flat(site.failure(KERAS_BACKEND="alpha"))
    assert "install what provides the module 'scipy_that_is_not_there'" in error


# -- Broken plugins --------------------------------------------------------------------

BROKEN = {
    "ImportError": "import module_that_is_not_there",
    "SyntaxError": "def f(:",
    "SystemExit": "raise SystemExit(3)",
    "RuntimeError": "raise RuntimeError('boom')",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_plugin_that_was_chosen(site, kind):
    site.install("bad-dist", backends={"bad": "bad_plugin"}, files={"bad_plugin.py": BROKEN[kind]})
    site.install_backend("alpha")
    error = flat(site.failure(KERAS_BACKEND="bad"))
    cause = "ModuleNotFoundError" if kind == "ImportError" else kind
    assert f"importing its plugin module failed with {cause}" in error
    assert "backend 'bad' (bad-dist 1.0, entry point 'bad_plugin')" in error
    assert "The above exception was the direct cause" in error
    assert "Other installed backends: alpha, numpy" in error


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_plugin_leaves_the_others_working(site, kind):
    site.install("bad-dist", backends={"bad": "bad_plugin"}, files={"bad_plugin.py": BROKEN[kind]})
    site.install_backend("zeta")
    assert site.python(CHOICE) == "zeta installed"
    assert site.python(LISTING).splitlines() == [
        "bad bad-dist 1.0 False",
        "zeta zeta-dist 1.0 True",
        "numpy keras-core 1.0.0 True",
    ]


def test_plugin_that_was_not_chosen_is_not_imported(site):
    trap = "import os; os._exit(77)"
    site.install("trap-dist", backends={"trap": "trap_plugin"}, files={"trap_plugin.py": trap})
    site.install_backend("alpha")
    assert site.python(CHOICE, KERAS_BACKEND="alpha") == "alpha environment"
    assert site.python(CHOICE, KERAS_BACKEND="numpy") == "numpy environment"
    assert site.run("-c", "import trap_plugin").returncode == 77, "the trap would have shut"


def test_stranger_is_not_imported_if_an_official_backend_can_train(site, plugin_code):
    trap = "import os; os._exit(77)"
    site.install("trap-dist", backends={"trap": "trap_plugin"}, files={"trap_plugin.py": trap})
    site.install(
        "keras-backend-jax", backends={"jax": "my_jax"}, files={"my_jax.py": plugin_code("jax")}
    )
    done = site.run("-c", CHOICE)
    assert done.stdout.split() == ["jax", "installed"]
    assert "also installed: trap" in done.stderr


def test_unreadable_metadata_of_one_distribution_hides_no_other(site):
    site.install_backend("alpha")
    info = site.install("torn-dist", backends={"torn": "torn_plugin"})
    (info / "entry_points.txt").write_bytes(b"[keras_core.backends]\nno equals sign\n\xff")
    assert site.python(CHOICE) == "alpha installed"
    problems = site.python("import keras_core_plugins as k; print(k.catalog().problems)")
    assert "cannot be read" in problems


def test_plugin_without_hooks(site):
    site.install("bare-dist", backends={"bare": "bare_plugin"}, files={"bare_plugin.py": "x = 1"})
    error = site.failure(KERAS_BACKEND="bare")
    assert "BackendConformanceError" in error
    assert "has no hook implementation keras_core_backend_info()" in error
    assert "has no hook implementation keras_core_load_backend()" in error


@pytest.mark.parametrize(
    "hook", ["def keras_core_load_backend(device): ...", "def keras_core_lode_backend(): ..."]
)
def test_hook_that_is_not_in_the_specification(site, plugin_code, hook):
    code = plugin_code("odd").replace("def keras_core_load_backend():", f"{hook}\n\ndef unused():")
    site.install("odd-dist", backends={"odd": "odd_plugin"}, files={"odd_plugin.py": code})
    error = site.failure(KERAS_BACKEND="odd")
    assert "BackendConformanceError" in error
    assert re.search(r"hook.*(device|lode_backend)", flat(error))


def test_plugin_calls_itself_otherwise(site, plugin_code):
    site.install(
        "odd-dist", backends={"odd": "odd_plugin"}, files={"odd_plugin.py": plugin_code("even")}
    )
    error = site.failure(KERAS_BACKEND="odd")
    assert "it is installed as 'odd' and calls itself 'even'" in error


@pytest.mark.parametrize("hook", ["backend_info", "load_backend"])
def test_hook_returns_something_else(site, plugin_code, hook):
    code = plugin_code("odd") + f"\n@hookimpl\ndef keras_core_{hook}():\n    return 42\n"
    site.install("odd-dist", backends={"odd": "odd_plugin"}, files={"odd_plugin.py": code})
    assert f"keras_core_{hook}() returned an object of type 'int'" in site.failure(
        KERAS_BACKEND="odd"
    )


# -- The protocol ----------------------------------------------------------------------


def test_other_major_version_of_the_protocol(site):
    site.install_backend("alpha", protocol=(2, 0))
    error = site.failure(KERAS_BACKEND="alpha")
    assert (
        "BackendProtocolError: backend 'alpha' (alpha-dist 1.0) is written for version 2.0" in error
    )
    assert "pip install --upgrade keras-core" in error
    assert site.python(CHOICE) == "numpy embedded", "it is no candidate"


def test_newer_minor_version_of_the_protocol_is_served(site):
    site.install_backend("alpha", protocol=(1, 7))
    assert site.python(CHOICE, KERAS_BACKEND="alpha") == "alpha environment"


def test_backend_that_does_not_keep_to_the_protocol_is_told_all_at_once(site, plugin_code):
    code = plugin_code("alpha", capabilities='autodiff="native", jit=True').replace(
        "primitives=primitives", "primitives=Poor()"
    )
    code += "\nclass Poor:\n    def add(self, x2, x1): ...\n"
    site.install("alpha-dist", backends={"alpha": "alpha_plugin"}, files={"alpha_plugin.py": code})
    error = site.failure(KERAS_BACKEND="alpha")
    assert "does not keep to the backend protocol: 4 problems" in error
    assert "triangular_solve" in error
    assert "negative" in error
    assert "parameter 1 is 'x2', and 'x1' was expected" in error
    assert "autodiff: the service is missing" in error
    assert "compiler: the service is missing" in error


# -- Two distributions, one name -------------------------------------------------------


def test_two_distributions_claim_a_name(site):
    site.install_backend("alpha", "first-dist")
    site.install_backend("alpha", "second-dist")
    error = flat(site.failure(KERAS_BACKEND="alpha"))
    assert "DuplicateBackendError" in error
    assert f"first-dist 1.0 in {site.path}" in error
    assert f"second-dist 1.0 in {site.path}" in error
    assert "KERAS_BACKEND=first-dist:alpha or second-dist:alpha" in error


def test_choosing_between_distributions(site):
    site.install_backend("alpha", "first-dist")
    site.install_backend("alpha", "second-dist")
    assert site.python(PROVIDER, KERAS_BACKEND="Second_Dist:alpha") == "second-dist"
    site.config('{"backend": "first-dist:alpha"}')
    assert site.python(PROVIDER) == "first-dist"
    assert "of distribution 'third-dist'" in site.failure(KERAS_BACKEND="third-dist:alpha")


def test_conflict_does_no_harm_to_others(site):
    site.install_backend("alpha", "first-dist")
    site.install_backend("alpha", "second-dist")
    site.install_backend("beta")
    assert site.python(CHOICE) == "beta installed"
    assert len(site.python(LISTING).splitlines()) == 4


@pytest.mark.parametrize("variant", ["ALPHA_ONE", "alpha-one", "Alpha.One"])
def test_variants_of_a_name_are_one_name(site, plugin_code, variant):
    site.install_backend("alpha_one", "first-dist")
    site.install(
        "second-dist", backends={variant: "second"}, files={"second.py": plugin_code("alpha_one")}
    )
    assert "DuplicateBackendError" in site.failure(KERAS_BACKEND="alpha_one")


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_official_names_are_reserved(site, plugin_code, name):
    site.install("sly-dist", backends={name: "sly"}, files={"sly.py": plugin_code(name)})
    error = flat(site.failure(KERAS_BACKEND=name))
    assert "DuplicateBackendError" in error
    assert "sly-dist 1.0" in error
    assert "the name is reserved for" in error
    assert site.python(PROVIDER, KERAS_BACKEND=f"sly-dist:{name}") == "sly-dist"


def test_one_distribution_twice_on_the_path_is_one(site, tmp_path, plugin_code):
    for place in (site.path, tmp_path / "wheel"):
        site.install(
            "alpha-dist",
            backends={"alpha": "alpha_plugin"},
            files={"alpha_plugin.py": plugin_code("alpha")},
            site=place,
        )
    site.extra_paths.append(tmp_path / "wheel")
    assert site.python(CHOICE, KERAS_BACKEND="alpha") == "alpha environment"
    also = site.python(
        "import keras_core_plugins as k; print(k.catalog().claims['alpha'][0].also_at)"
    )
    assert str(site.path) in also


# -- Listing imports no engine, importing has no effects -------------------------------


def test_listing_imports_no_engine(site):
    site.install_engine("fakeengine")
    site.install_backend("alpha", engine=ENGINE, load_first="import fakeengine")
    seen = site.python(
        """
        import sys
        imported = []
        sys.addaudithook(lambda event, args: imported.append(args[0]) if event == "import" else 0)
        import keras_core_plugins as k
        found = {d.installed.name: d for d in k.describe_all(k.catalog())}
        assert found["alpha"].available and found["alpha"].engine.version == "2.0"
        heavy = {"fakeengine", "numpy", "keras_core", "rich", "packaging"}
        print(sorted(heavy & {name.partition(".")[0] for name in imported}), k.is_locked())
        k.acquire_backend("alpha")
        print("fakeengine" in imported, k.is_locked())
        """
    )
    assert seen.splitlines() == ["['packaging'] False", "True True"]


def test_choosing_and_locking_have_no_side_effects(site, tmp_path):
    site.install_backend("alpha")
    site.install_backend("beta")
    out = site.python(
        """
        import os, sys
        before = dict(os.environ)
        written = []
        def watch(event, args):
            if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
                written.append(args[0])
            if event.startswith(("os.mk", "os.re", "subprocess", "socket")):
                written.append(event)
        sys.addaudithook(watch)
        import keras_core_plugins as k
        k.acquire_backend()
        print(written, dict(os.environ) == before)
        """
    )
    assert out == "[] True"
    assert list(site.home.iterdir()) == []


# -- Orders of import ------------------------------------------------------------------


@pytest.mark.parametrize(
    "first",
    [
        "import alpha_dist_plugin",
        "import keras_core_plugins",
        "import keras_core_plugins.cli",
        "import keras_core_plugins.protocol",
        "import keras_core_plugins.errors",
        "import keras_core_plugins.lock",
        "import keras_backend_numpy.plugin",
        "import numpy",
    ],
)
def test_every_order_of_import_works_and_locks_nothing(site, first):
    site.install_backend("alpha")
    out = site.python(
        f"""
        {first}
        import keras_core_plugins as k
        assert not k.is_locked()
        import alpha_dist_plugin
        assert not k.is_locked()
        print(k.acquire_backend().info is alpha_dist_plugin.INFO)
        """
    )
    assert out == "True"


@pytest.mark.parametrize("module", ["", ".cli", ".doctor", ".probe", ".selection", ".check"])
def test_each_module_can_be_imported_first(site, module):
    assert site.python(f"import keras_core_plugins{module}; print('ok')") == "ok"


def test_importing_the_core_locks(site):
    site.install_backend("alpha")
    out = site.python(
        """
        import json
        import keras_core.core.tensors.runtime
        import keras_core_plugins as k
        r = k.current()
        print(json.dumps([r.installed.name, r.source, r.where, r.thread]))
        """,
        KERAS_BACKEND="alpha",
    )
    assert json.loads(out) == ["alpha", "environment", "<string>:3", "MainThread"]


def test_backend_that_imports_the_core_is_told_so(site):
    site.install_backend("alpha", load_first="import keras_core_plugins as k; k.acquire_backend()")
    error = site.failure(KERAS_BACKEND="alpha")
    assert "asked for while it was being loaded" in error
    assert "RecursionError" not in error
