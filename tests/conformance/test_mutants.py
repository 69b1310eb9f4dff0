"""The suite catches what is wrong with a backend, and says what it is."""

import functools
import json
import textwrap

import pytest

from keras_core_plugins.levels import LEVELS


def level_of(case):
    return LEVELS.index(case.partition("::")[0])


# Faults that do not disturb each other are those of one backend, which is run once. The key of a
# group is what is asked of the run.
MUTANTS = {
    ("--only", "primitives", "-k", "eager"): {
        "sign": (
            "p.negative = lambda x: +x",
            "primitives::eager[negative-cube-float32]",
            ["called   negative(x=float32[2,3,4])", "elements differ"],
        ),
        "dtype": (
            "p.argmax = lambda x, axis: np.asarray(x.argmax(axis))",
            "primitives::eager[argmax-*]",
            ["has dtype int64, expected int32"],
        ),
        "scalar": (
            "p.max = lambda x, axis, keepdims: x.max(axis, keepdims=keepdims)",
            "primitives::eager[max-*]",
            ["which is no tensor"],
        ),
        "mutation": (
            "p.exp = lambda x: np.exp(x, out=x).copy()",
            "primitives::eager[exp-cube-float32]",
            ["changed its tensor argument 0"],
        ),
        "identity": (
            "p.reshape = lambda x, shape: x if x.shape == shape else x.reshape(shape)",
            "primitives::eager[reshape-*]",
            ["returned one of its arguments"],
        ),
        "exception": (
            "def log(x): raise RuntimeError('out of sorts')\np.log = log",
            "primitives::eager[log-cube-float32]",
            ["called   log(", "raised RuntimeError: out of sorts", "expected a tensor"],
        ),
        "unsupported": (
            "from keras_core_plugins import unsupported\np.eig = unsupported('eig', 'not yet')",
            "primitives::eager[eig-*]",
            ["raised UnsupportedOpError", "not yet"],
        ),
        "memory that is used again": (
            """
            buffers = {}
            def sin(x):
                out = buffers.setdefault((x.shape, x.dtype), np.empty_like(x))
                return np.sin(x, out=out).view()
            p.sin = sin
            """,
            "primitives::eager[sin-cube-float32]",
            ["result 0 changed when the primitive was called again"],
        ),
        "dtype that is half as wide": (
            """
            def matmul(x1, x2):
                return np.matmul(x1.astype('float16'), x2.astype('float16')).astype(x1.dtype)
            p.matmul = matmul
            """,
            "primitives::eager[matmul-*]",
            ["elements differ"],
        ),
    },
    ("--level", "primitives", "--keep-going", "-k", "reshape or memory_of_their_own"): {
        "views and arrays to write to": (
            "t.to_numpy = lambda x: x.view(np.ndarray)",
            "primitives::eager[reshape-*]",
            ["result 0 is a view of argument 0", "has to be read-only, or a copy"],
        ),
        "arrays to write to": (
            "",
            "protocol::arrays_have_memory_of_their_own",
            ["which was not read-only, was changed"],
        ),
    },
    ("--level", "protocol"): {
        "dtypes": (
            "t.from_numpy = lambda x, dtype: (\n"
            "    x.astype('float32') if dtype == 'float64' else x.view(np.ndarray))",
            "protocol::round_trip[float64]",
            ["returned a tensor of dtype 'float32'", "capabilities.dtypes"],
        ),
        "memory": (
            "",
            "protocol::tensors_have_memory_of_their_own",
            ["a tensor whose array was changed"],
        ),
    },
    ("--only", "protocol"): {
        "missing": (
            "del p.exp, p.matmul",
            "protocol::loads",
            ["2 of ", "are missing: exp, matmul"],
        ),
    },
    (
        *("--only", "ops", "-k"),
        "override and (relu or softmax or attention or exercised) or wrong_shapes and arctan2",
    ): {
        "override": (
            "o['relu'] = lambda x: np.maximum(x, 0) + 1",
            "ops::override[relu]",
            ["override 'relu': 20 of 20 elements differ"],
        ),
        "shapes that do not fit": (
            """
            def arctan2(x1, x2):
                return np.arctan2(x1, x2) if x1.shape == x2.shape else x1.copy()
            p.arctan2 = arctan2
            """,
            "ops::wrong_shapes[arctan2]",
            ["called with shapes [", "it raised None", "expected ValueError('The shapes "],
        ),
        "unknown override": (
            "o['relyu'] = lambda x: x",
            "ops::overrides_are_exercised",
            ["relyu: the core has no composite of this name"],
        ),
        "dtype of an override": (
            "o['softmax'] = lambda x, axis: np.exp(x) / np.exp(x).sum(axis, keepdims=True) + 0.0j",
            "ops::override[softmax]",
            ["override 'softmax'"],
        ),
        "mask": (
            """
            def attention(query, key, value, bias=None, mask=None, scale=None, *rest, **options):
                scale = scale or query.shape[-1] ** -0.5
                logits = np.einsum('bqhd,bkhd->bhqk', query, key) * scale
                logits = logits if bias is None else logits + bias
                weights = np.exp(logits - logits.max(-1, keepdims=True))
                weights = weights / weights.sum(-1, keepdims=True)
                return np.einsum('bhqk,bkhd->bqhd', weights, value).astype(query.dtype)
            o['dot_product_attention'] = attention
            """,
            "ops::override[dot_product_attention-mask*]",
            ["override 'dot_product_attention'", "elements differ"],
        ),
    },
    (
        *("--only", "ops", "-k"),
        "override_variants and rms or override_long and softmax",
    ): {
        "axis": (
            """
            def rms(x, scale, axis, epsilon):
                y = x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon)
                return (y if scale is None else y * scale).astype(x.dtype)
            o['rms_normalization'] = rms
            """,
            "ops::override_variants[rms_normalization]",
            ["keras.ops.rms_normalization(", "axis="],
        ),
        "half precision in half precision": (
            """
            def softmax(x, axis):
                y = np.exp(x - x.max(axis, keepdims=True))
                total = y
                for a in axis if isinstance(axis, tuple) else (axis,):
                    total = np.add.accumulate(total, a, dtype=x.dtype).take([-1], a)
                return y / total
            o['softmax'] = softmax
            """,
            "ops::override_long[softmax]",
            ["override 'softmax'", "float16[", "elements differ"],
        ),
    },
    ("--only", "inference", "-k", "tensors_read_before or assigning or work_is_done"): {
        "operators that write in place": (
            "",
            "inference::assigning_operators",
            ["the statement y += z changed x as well", "add_operators"],
        ),
        "work that is never done": (
            "pending = []\np.add = lambda x1, x2: pending.append(x2.copy()) or np.add(x1, x2)",
            "inference::work_is_done_as_it_comes[eager]",
            ["steps whose results nobody read, the process holds", "what is pending only grows"],
        ),
        "views and variables in place": (
            """
            def assign(handle, value):
                handle[...] = value
                return handle
            members['variables'] = SimpleNamespace(
                create=lambda value, trainable, name, aggregation: value.copy(),
                read=lambda handle: handle.view(),
                assign=assign,
            )
            """,
            "inference::tensors_read_before[assign]",
            ["assign changed what had been read of a variable before it, by value, ", "reshape, "],
        ),
    },
}


@pytest.fixture(scope="module")
def judged(shared):
    """The result of a group."""

    @functools.cache
    def judge(group):
        install, run = shared()
        install("\n".join(textwrap.dedent(heavy) for heavy, _, _ in MUTANTS[group].values()))
        return run(*group)

    return judge


@pytest.mark.parametrize("group, name", [(g, name) for g in MUTANTS for name in MUTANTS[g]],
                         ids=[name for g in MUTANTS for name in MUTANTS[g]])  # fmt: skip
def test_mutant_is_caught(group, name, judged):
    _, case, words = MUTANTS[group][name]
    result = judged(group)
    assert result.status == 1, result.output
    start, _, _ = case.partition("*")
    message = next((m for c, m in result.failed.items() if c.startswith(start)), None)
    assert message is not None, result.failed
    for part in words:
        assert part in message
    first = min(map(level_of, result.failed))
    assert f"docs/backends/conformance.md#{LEVELS[first]}" in result.output


NUMERIC = """
    def value_and_grad(fn, xs):
        xs, (loss, aux) = list(xs), fn(xs)
        slopes = []
        for i, x in enumerate(xs):
            slope = np.zeros(x.shape, x.dtype)
            for at in np.ndindex(x.shape):
                sides = []
                for step in (1e-6, -1e-6):
                    moved = np.array(x)
                    moved[at] += step
                    sides.append(float(fn([*xs[:i], moved, *xs[i + 1 :]])[0]))
                slope[at] = (sides[0] - sides[1]) / 2e-6
            slopes.append({})
        return (loss, aux), slopes

    def none(*args):
        raise NotImplementedError

    members['autodiff'] = SimpleNamespace(
        value_and_grad=value_and_grad,
        vjp=lambda fn, xs: none(),
        stop_gradient=lambda x: x,
        custom_gradient=lambda fn, xs: none(),
    )
"""
"""An autodiff of differences, exact enough for the suite; the braces take what is done to them."""


def test_wrong_gradients_are_caught(mutant, conformance):
    """The second of two gradients has the wrong sign; a single one is right, and passes."""
    mutant(NUMERIC.format("-slope if i else slope"), light="CAPABILITIES['autodiff'] = 'native'")
    names = "value and (multiply or tanh) and not (scalar or silu or gelu)"
    result = conformance("--only", "gradients", "-k", names)
    assert "gradients::value[tanh]" not in result.failed
    assert result.outcomes("gradients")["passed"]
    message = result.failed["gradients::value[multiply]"]
    assert "along a direction" in message


def test_operators_that_the_tape_does_not_see_are_caught(mutant, conformance):
    """``y += x`` of an array's own class, which writes in place, is no operation of the core."""
    mutant(
        """
        class Sneaky(integration.TracedArray):
            def __iadd__(self, other):
                plain = self.view(np.ndarray)
                np.add(plain, np.asarray(other), out=plain)
                return self

        members["integration"] = SimpleNamespace(**vars(integration))
        members["integration"].traceable = lambda x: x.view(Sneaky)
        """
    )
    result = conformance("--only", "gradients", "-k", "assigning")
    assert "y = 2 * x; y += x" in result.failed["gradients::assigning_operators"]


COMPILERS = {
    "wrong": (
        """
        def jit(fn, *, donate_first, options):
            return lambda *args: np.multiply(fn(*args), 1.001)
        """,
        "primitives::compiled[negative-cube-float64]",
        "elements differ",
    ),
    "frozen": (
        """
        def jit(fn, *, donate_first, options):
            found = []
            return lambda *args: found[0] if found else found.append(fn(*args)) or found[0]
        """,
        "inference::weights_can_be_replaced",
        "assert",
    ),
}


@pytest.mark.parametrize("name", COMPILERS)
def test_wrong_compilers_are_caught(name, mutant, conformance):
    heavy, case, words = COMPILERS[name]
    mutant(
        textwrap.dedent(heavy)
        + "members['compiler'] = SimpleNamespace(jit=jit, is_tracing=lambda: False)\n",
        light="CAPABILITIES.update(jit=True, jit_by_default=True)",
    )
    level, _, what = case.partition("::")
    result = conformance("--only", level, "-k", what.partition("[")[0])
    assert words in result.failed[case]


DEVICES = """
    names = ["cpu:0", "cpu:1"]

    def mesh(shape, axis_names, devices):
        return names  # whatever was asked for

    def distribute(x, layout, whole):
        if layout[:1] == ("batch",) and len(x) == 8:
            x = x[::-1]  # the second device comes first
        return t.from_numpy(x, str(x.dtype)) if type(x) is np.ndarray else x

    members['distribution'] = SimpleNamespace(
        list_devices=lambda: names,
        initialize=lambda job_addresses, num_processes, process_id: None,
        process=lambda: (0, 1),
        agree=lambda value: int(np.float32(value)),
        mesh=mesh,
        layout=lambda mesh, axes: axes,
        distribute=distribute,
    )
"""


def test_wrong_devices_are_caught(mutant, conformance):
    """Two devices that numpy plays: what they get wrong is told apart from what they get right."""
    mutant(DEVICES, light="CAPABILITIES['distribution'] = True")
    result = conformance("--only", "distribution")
    said = {
        "agreement": "agree gave 2147483648, process 0 said 2147483647",
        "batches": "predictions",
        "meshes": "a mesh of the device 'cpu:999' was taken",
    }
    assert set(result.failed) == {f"distribution::spread[{name}]" for name in said}
    for name, words in said.items():
        assert words in result.failed[f"distribution::spread[{name}]"]
    assert result.outcomes("distribution")["passed"] == 5


def test_memory_given_away_and_views_are_caught(mutant, conformance):
    """A compiler that writes over the variables it was given, while others hold views of them.

    Its results are views of memory that is not Python's to count references to.
    """
    mutant(
        """
        def jit(fn, *, donate_first, options):
            def run(*args):
                out = fn(*args)
                if donate_first:
                    for old, new in zip(args[0], out[1]):
                        old[...] = new
                    out = out[0], [new.copy()[...] for new in out[1]], *out[2:]
                return out
            return run
        members['compiler'] = SimpleNamespace(jit=jit, is_tracing=lambda: False)
        """,
        light="CAPABILITIES.update(jit=True, jit_by_default=True)",
    )
    result = conformance("--only", "training", "-k", "read_before")
    assert {case.partition("[")[0] for case in result.failed} == {"training::tensors_read_before"}
    message = result.failed["training::tensors_read_before[Adam]"]
    assert "a training step changed what had been read of a variable before it, by" in message
    assert "reshape" in message
    assert "docs/backends/conformance.md#training" in result.output


@pytest.mark.one_in(3)
def test_levels_above_a_failure_are_not_run(mutant, conformance):
    mutant("p.negative = lambda x: +x")
    chosen = ("--level", "ops", "-k", "protocol or negative")
    result = conformance(*chosen)
    assert result.report["reached"] == "protocol"
    assert result.outcomes("primitives")["failed"]
    assert not result.outcomes("ops")["passed"]
    assert result.outcomes("ops")["not_run"]
    assert "The first failure is the one to mend: primitives::eager[negative-" in result.output
    assert conformance(*chosen, "--keep-going").outcomes("ops")["failed"]


@pytest.mark.one_in(3)
def test_nothing_is_run_on_a_backend_that_does_not_load(mutant, conformance):
    mutant("raise OSError('no device')")
    result = conformance()
    assert list(result.failed) == ["protocol::loads"]
    assert "failed with OSError: no device" in result.failed["protocol::loads"]
    assert not result.outcomes("primitives")["passed"]
    assert result.report["reached"] is None
    alone = conformance("--only", "ops")
    assert alone.status == 4
    assert "failed with OSError: no device" in alone.output


def test_plugin_modules_are_caught(mutant, conformance):
    mutant(
        light="""
        import os
        import time
        import numpy
        print('hello')
        os.environ['THREADS'] = '1'
        time.sleep(2.5)
        """,
        heavy="members['compiler'] = SimpleNamespace("
        "jit=lambda fn, *, donate_first, options: fn, is_tracing=lambda: False)",
    )
    expected = {
        "plugin_prints_nothing": "printed 'hello'",
        "plugin_changes_nothing": "environment variables THREADS",
        "plugin_imports_no_engine": "imports numpy as well",
        "plugin_is_quick": "expected less than 2",
        "capabilities_fit_the_services": "capabilities.jit is False",
    }
    result = conformance("--level", "protocol")
    assert {case.partition("::")[2] for case in result.failed} == expected.keys()
    for case, words in expected.items():
        assert words in result.failed[f"protocol::{case}"]


@pytest.mark.parametrize(
    "light, words",
    [
        ("CAPABILITIES['jit'] = True", "the service is missing"),
        ("CAPABILITIES['autodiff'] = 'native'", "capabilities.autodiff='native'"),
    ],
)
def test_services_that_are_declared_and_missing(light, words, mutant, conformance):
    mutant(light=light)
    result = conformance("--level", "protocol")
    assert list(result.failed) == ["protocol::loads"]
    assert words in result.failed["protocol::loads"]


@pytest.mark.one_in(3)
def test_a_backend_without_gradients_is_told_so(mutant, conformance):
    mutant(light="CAPABILITIES['autodiff'] = 'none'")
    result = conformance("--only", "gradients")
    assert result.outcomes("gradients")["status"] == "not applicable"
    assert "without gradients" in result.output


EXCLUSION = """
    [[exclude]]
    cases = ["primitives::eager[{}*]"]
    kind = "upstream"
    reason = "the engine cannot"
"""


@pytest.mark.one_in(3)
def test_an_excluded_case_is_expected_to_fail(mutant, conformance):
    declared = (
        EXCLUSION.format("negative-")
        + EXCLUSION.format("sin-cube-float32")
        + EXCLUSION.format("exp-cube-float32")
        + "    raises = 'UnsupportedOpError'\n"
    )
    mutant(
        "p.negative = lambda x: +x\ndef exp(x): raise RuntimeError('out of sorts')\np.exp = exp",
        declared=declared,
    )
    result = conformance("--only", "primitives", "-k", "negative or sin or exp")
    cases = [c for c in result.report["cases"] if "eager[negative" in c["id"]]
    # an empty array has no sign, so its case passes, which is a failure
    assert {c["outcome"] for c in cases if "cube" in c["id"]} == {"excluded"}
    assert {c["message"] for c in cases if c["outcome"] == "excluded"} == {
        "upstream: the engine cannot"
    }
    message = result.failed["primitives::eager[sin-cube-float32]"]
    assert "passes now: take its exclusion (the engine cannot)" in message
    # an excuse for one error is none for another
    assert "out of sorts" in result.failed["primitives::eager[exp-cube-float32]"]


LACKS = """
    [[lacks]]
    primitive = "svd"
    kind = "upstream"
    reason = "the engine has none"
"""
NO_SVD = """
    from keras_core_plugins import unsupported
    p.svd = unsupported('svd', 'there is none')
"""


@pytest.mark.one_in(3)
def test_whatever_runs_into_a_lacking_primitive_is_excused(mutant, conformance):
    mutant(NO_SVD, declared=LACKS)
    names = "declarations or svd or pinv or matrix_rank or lstsq or negative"
    result = conformance("--keep-going", "--level", "ops", "-k", names)
    assert result.failed == {}
    excluded = {c["id"] for c in result.report["cases"] if c["outcome"] == "excluded"}
    starts = {case.partition("-")[0].rstrip("]") for case in excluded}
    names = ("svd", "pinv", "matrix_rank", "lstsq")
    assert {"primitives::eager[svd", *(f"ops::value[{name}" for name in names)} <= starts
    assert not any("negative" in case for case in excluded)


def test_declarations_that_are_wrong(mutant, conformance):
    no_reason = '[[exclude]]\ncases = ["primitives::eager[exp*]"]\n'
    mutant(declared=textwrap.dedent(EXCLUSION.format("negation") + LACKS) + no_reason)
    result = conformance("--level", "primitives", "-k", "declarations")
    assert list(result.failed) == ["protocol::declarations"]
    for words in (
        "'primitives::eager[negation*]' matches no case",
        "[[lacks]] 'svd': the backend has it",
        "`reason` has to say why",
    ):
        assert words in result.failed["protocol::declarations"]


@pytest.mark.one_in(3)
def test_shards_and_processes_give_what_one_run_gives(mutant, conformance, tmp_path):
    mutant("p.negative = lambda x: +x")
    chosen = ("--only", "primitives", "-k", "negative or positive or exp")
    whole = conformance(*chosen)
    outcomes = {c["id"]: c["outcome"] for c in whole.report["cases"]}
    reports = []
    for number in (1, 2):
        part = conformance(*chosen, "--shard", f"{number}/2")
        reports.append(tmp_path / f"{number}.json")
        reports[-1].write_text(json.dumps(part.report))
        assert 0 < part.outcomes("primitives")["left_out"] < len(outcomes)
    merged = conformance("--merge", *map(str, reports))
    assert merged.status == 1
    assert {c["id"]: c["outcome"] for c in merged.report["cases"]} == outcomes
    assert "The first failure is the one to mend: primitives::eager[negative-" in merged.output
    shared = conformance(*chosen, "--jobs", "2")
    assert shared.status == 1
    assert {c["id"]: c["outcome"] for c in shared.report["cases"]} == outcomes


def test_a_shard_that_is_none(mutant, conformance):
    mutant()
    result = conformance("--shard", "3/2")
    assert result.status == 4
    assert "--shard 3/2: expected K/N" in result.output


def test_a_module_that_cannot_be_collected_is_shown(mutant, conformance):
    mutant("import sys\nsys.modules['keras_core.conformance.suite.scenarios'] = None")
    result = conformance("--only", "training")
    assert result.status == 2
    assert "could not be collected: " in result.output
    assert "import of keras_core.conformance.suite.scenarios halted" in result.output


@pytest.mark.one_in(3)
def test_functions_are_compiled_as_the_backend_declares(mutant, conformance):
    mutant(
        "wrong = lambda *args: None\n"
        "jit = lambda fn, *, donate_first, options: wrong if options == {'level': 3} else fn\n"
        "members['compiler'] = SimpleNamespace(jit=jit, is_tracing=lambda: False)",
        light="CAPABILITIES['jit'] = True",
        declared="[jit]\noptions = { level = 3 }",
    )
    result = conformance("--level", "ops", "--keep-going", "-k", "negative-cube-float32 or relu6")
    failed = {case.partition("[")[0] for case in result.failed}
    assert failed == {"primitives::compiled", "ops::compiled"}


def test_a_backend_that_is_not_installed(conformance):
    result = conformance(backend="nunpy")
    assert result.status == 4
    assert "Did you mean 'numpy'" in result.output


def test_files(mutant, conformance, tmp_path):
    mutant("t.is_tensor = lambda x: x is None or isinstance(x, np.ndarray)")
    page, badge = tmp_path / "page.html", tmp_path / "badge.svg"
    files = ("--html", str(page), "--badge", str(badge))
    result = conformance("--level", "protocol", *files, "-v")  # pytest's own option
    assert "test_loads PASSED" in result.output
    assert result.report["facts"]["backend"] == "mutant"
    assert "Conformance of mutant" in page.read_text()
    assert "protocol::is_no_tensor[None]" in page.read_text()
    assert "none" in badge.read_text()


@pytest.mark.one_in(3)
def test_a_run_that_is_interrupted_leaves_a_report(mutant, conformance):
    mutant("def exp(x): raise KeyboardInterrupt\np.exp = exp")
    result = conformance("--only", "primitives", "-k", "eager and exp-cube-float32")
    assert result.status == 2
    assert result.report["facts"]["in work"] == "primitives::eager[exp-cube-float32]"
    result = conformance("--only", "primitives", "-k", "sinh")
    assert "in work" not in result.report["facts"]


@pytest.mark.one_in(3)
def test_a_run_goes_on_behind_cases_that_crash_or_hang(mutant, conformance):
    mutant(
        """
        import os, time
        p.exp = lambda x: os._exit(9)
        p.log = lambda x: time.sleep(1000)
        """
    )
    chosen = "eager and float32 and cube and (exp- or log- or sin- or cos-)"
    result = conformance(
        "--only", "primitives", "-k", chosen, "--case-timeout", "3", "--keep-going"
    )
    assert result.status == 1
    assert result.failed == {
        "primitives::eager[exp-cube-float32]": "the case ended the process with status 9",
        "primitives::eager[log-cube-float32]": "the case took longer than 3 s, and was ended",
    }
    assert result.outcomes("primitives")["passed"] == 2
    assert "in work" not in result.report["facts"]
    shared = conformance("--only", "primitives", "-k", chosen, "--case-timeout", "3", "--jobs", "2")
    assert (shared.status, set(shared.failed)) == (1, set(result.failed)), shared.output
    assert "time.sleep" in result.output or "<lambda>" in result.output  # where it hung


@pytest.mark.one_in(3)
def test_what_was_compiled_together_with_what_crashes_is_run_by_itself(mutant, conformance):
    mutant(
        """
        import os, sys
        tracing = []

        def jit(fn, *, donate_first, options):
            def run(*args):
                tracing.append(1)
                try:
                    return fn(*args)
                finally:
                    tracing.pop()
            return run

        exp = p.exp
        p.exp = lambda x: os._exit(9) if tracing else exp(x)
        members["compiler"] = SimpleNamespace(jit=jit, is_tracing=lambda: bool(tracing))
        """,
        light="CAPABILITIES['jit'] = True",
    )
    chosen = "compiled and float32 and cube and (exp- or log- or sin- or cos-)"
    result = conformance("--only", "primitives", "-k", chosen)
    assert "compiled together, ended the process with status 9; each is run by itself" in (
        result.output
    )
    assert list(result.failed) == ["primitives::compiled[exp-cube-float32]"]
    assert result.outcomes("primitives")["passed"] == 3


@pytest.mark.one_in(3)
def test_what_needs_a_dtype_that_is_lacking_does_not_apply(mutant, conformance):
    """Unless the operation that would compute in it is overridden."""
    mutant(
        """
        def fft(x):
            z = np.fft.fft(x[0] + 1j * x[1])
            return tuple(np.array(part, x[0].dtype) for part in (z.real, z.imag))
        o['fft'] = fft
        """,
        light="""
        from keras_core_plugins.protocol import ALL_DTYPES
        CAPABILITIES['dtypes'] = ALL_DTYPES - {'complex64', 'complex128', 'uint32'}
        """,
    )
    names = "view or polar or eig or fft"
    result = conformance("--only", "ops", "-k", f"(value or dtype) and ({names})")
    cases = {case["id"]: case for case in result.report["cases"]}
    for name in ("value[fft]", "dtype[fft-float64]", "value[rfft-None]", "value[eigh]"):
        assert cases[f"ops::{name}"]["outcome"] == "passed"
    for name, dtype in {
        "value[view_as_real]": "complex64",
        "dtype[view_as_real-float64]": "complex128",
        "value[polar]": "complex64",
        "value[eig]": "complex64",
        "value[view]": "uint32",
    }.items():
        assert cases[f"ops::{name}"]["outcome"] == "not applicable"
        assert dtype in cases[f"ops::{name}"]["message"]
