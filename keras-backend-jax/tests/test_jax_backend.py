"""The jax backend by itself: its services, and its control flow."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = jax.numpy

import keras_core as keras  # noqa: E402
from keras_backend_jax import (  # noqa: E402  # they import jax
    autodiff,
    compiler,
    devices,
    integration,
    overrides,
    primitives,
    tensors,
)
from keras_backend_jax.plugin import WIDE, keras_core_load_backend  # noqa: E402
from keras_core.conformance.primitives import iter_cases  # noqa: E402
from keras_core_plugins.check import check_backend  # noqa: E402
from keras_core_plugins.errors import UnsupportedOpError  # noqa: E402

OVERRIDES = vars(overrides)


def a(*values, dtype="float32"):
    return jnp.asarray(np.asarray(values, dtype))


def seed(high=1, low=2):
    return a(high, low, dtype="uint32")


def equal(x, y):
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, rtol=1e-5, atol=1e-6), x, y)


def test_plugin_is_light():
    code = (
        "import sys, keras_backend_jax.plugin as p; p.keras_core_backend_info();"
        "sys.exit('jax' in sys.modules or 'keras_core' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("wide", [False, True])
def test_dtypes_are_those_that_the_user_enabled(wide):
    code = (
        f"import jax; jax.config.update('jax_enable_x64', {wide})\n"
        "from keras_backend_jax.plugin import WIDE, keras_core_load_backend\n"
        "b = keras_core_load_backend()\n"
        f"assert WIDE <= b.capabilities.dtypes if {wide} else not WIDE & b.capabilities.dtypes\n"
        "x = b.primitives.full((), 1, 'int64')\n"
        f"assert b.tensors.dtype(x) == ('int64' if {wide} else 'int32')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_backend_keeps_to_the_protocol():
    assert check_backend(keras_core_load_backend()) == []


# -- Tensors -----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", sorted(set(tensors.DTYPES) - WIDE))
def test_numpy_round_trip(dtype):
    array = np.arange(6).reshape(2, 3).astype(tensors.DTYPES[dtype])
    x = tensors.from_numpy(array, dtype)
    assert (tensors.dtype(x), tensors.shape(x), x.weak_type) == (dtype, (2, 3), False)
    back = tensors.to_numpy(x)
    assert (back.dtype, back.flags.writeable) == (array.dtype, True)
    np.testing.assert_array_equal(back, array)


@pytest.mark.parametrize("size", [3, 1 << 18])
def test_arrays_that_can_change_are_copied(size):
    array = np.zeros(size, np.float32)
    x = tensors.from_numpy(array, "float32")
    view = array[1:]
    view.flags.writeable = False
    y = tensors.from_numpy(view, "float32")
    array[:] = 1
    assert float(x.sum()) == float(y.sum()) == 0


def test_donating_memory_shared_with_an_array():
    array = np.zeros(1 << 18, np.float32)
    array.flags.writeable = False
    x = tensors.from_numpy(array, "float32")
    step = compiler.jit(lambda x: x + 1, donate_first=True, options={})
    assert float(step(x).sum()) == array.size
    assert not array.any()


def test_tracers():
    def fn(x):
        assert tensors.is_tensor(x)
        assert (tensors.dtype(x), tensors.shape(x)) == ("float32", (2,))
        with pytest.raises(TypeError):
            tensors.to_numpy(x)
        return x

    jax.jit(fn)(a(1, 2))
    assert not tensors.is_tensor(np.zeros(2))


def test_making_tensors_compiles_nothing():
    counted = []
    jax.monitoring.register_event_duration_secs_listener(
        lambda event, *args, **kwargs: counted.append(event) if "compile" in event else None
    )
    tensors.from_numpy(np.zeros((3, 17), np.float32), "float32")
    primitives.full((5, 19), 0.5, "bfloat16")
    primitives.arange(0, 23, 2, "float32")
    assert counted == []


def test_outputs_are_not_weak():
    weak = set()
    for case in iter_cases(dtypes=["bool", "int32", "uint8", "float32", "complex64", "uint32"]):
        fn = getattr(primitives, case.primitive)

        def call(case=case, fn=fn):
            convert = lambda x: (  # noqa: E731
                jnp.asarray(x) if isinstance(x, np.ndarray) else x
            )
            args = [
                [convert(x) for x in arg]
                if case.primitive == "concatenate" and i == 0
                else convert(arg)
                for i, arg in enumerate(case.arguments())
            ]
            return fn(*args)

        if case.primitive == "nonzero":
            continue
        if any(x.weak_type for x in jax.tree.leaves(jax.eval_shape(call))):
            weak.add(case.primitive)
    assert weak == set()


# -- Derivatives -------------------------------------------------------------------------


def grad(fn, *xs):
    return autodiff.value_and_grad(lambda xs: (fn(*xs), None), xs)[1]


def test_value_and_grad():
    x = a(1, 2)
    (loss, aux), grads = autodiff.value_and_grad(
        lambda xs: ((xs[0] ** 2).sum(), {"n": xs[1] + 1, "none": None}), [x, a(1, dtype="int32")]
    )
    assert (float(loss), aux["n"].tolist(), aux["none"]) == (5, [2], None)
    equal(grads[0], a(2, 4))
    assert grads[1] is None


def test_derivatives_nest():
    x = a(1, 2)
    once = lambda x: grad(lambda y: (y**4).sum(), x)[0]  # noqa: E731
    equal(grad(lambda x: once(x).sum(), x)[0], 12 * x**2)
    equal(jax.jit(lambda x: grad(lambda y: once(y).sum(), x)[0])(x), 12 * x**2)


def test_gradients_by_complex_numbers_point_uphill():
    z = a(3 + 4j, dtype="complex64")
    equal(grad(lambda z: (jnp.abs(z) ** 2).sum(), z)[0], 2 * z)
    _, pullback = autodiff.vjp(lambda z: [z * (1 + 2j)], [z])
    equal(pullback([jnp.ones_like(z)])[0], a(1 - 2j, dtype="complex64"))


def test_vjp_many_times():
    x, n = a(1, 2), a(1, dtype="int32")
    ys, pullback = autodiff.vjp(lambda x, n: [x * x, n], [x, n])
    equal(ys, [x * x, n])
    equal(pullback([a(1, 1), None])[0], a(2, 4))
    assert pullback([a(1, 1), n])[1] is None
    equal(pullback([None, None])[0], a(0, 0))


def test_jvp():
    x, n = a(1, 2), a(1, dtype="int32")
    ys, dys = autodiff.jvp(lambda x, n: [x * x, n], [x, n], [a(1, 0), n])
    equal(ys, [x * x, n])
    equal(dys, [a(2, 0), a(0, dtype="int32")])


@pytest.mark.parametrize("transform", [lambda f: f, jax.jit])
def test_custom_gradient(transform):
    def exp_by_hand(x):
        def fn(x, n):
            y = jnp.exp(x)
            return [y], lambda dy: [dy * y, None]

        return autodiff.custom_gradient(fn, [x, a(1, dtype="int32")])[0]

    x = a(0, 1)
    equal(transform(lambda x: grad(lambda x: exp_by_hand(x).sum(), x)[0])(x), jnp.exp(x))
    twice = lambda x: grad(lambda x: grad(lambda y: exp_by_hand(y).sum(), x)[0].sum(), x)[0]  # noqa: E731
    equal(transform(twice)(x), jnp.exp(x))


def test_stop_gradient_and_checkpoint():
    x = a(0.5)
    equal(grad(lambda x: (x * autodiff.stop_gradient(x)).sum(), x)[0], x)
    equal(grad(lambda x: autodiff.checkpoint(jnp.sin)(x).sum(), x)[0], jnp.cos(x))


# -- Compiler ----------------------------------------------------------------------------


def test_jit_donates_its_first_argument():
    inside = []

    def step(state, batch):
        inside.append(compiler.is_tracing())
        return batch["x"].sum(), [state[0] + batch["x"], None]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compiled = compiler.jit(step, donate_first=True, options={"xla": True})
        state = [a(1, 2)]
        total, new = compiled(state, {"x": a(1, 1)})
    assert (float(total), new[0].tolist(), new[1]) == (2, [2, 3], None)
    assert state[0].is_deleted()
    assert inside == [True]
    assert not compiler.is_tracing()


def test_trace_runs_the_function_and_compiles_nothing():
    seen = []
    compiler.trace(lambda state, x: seen.append((state[0].shape, x.shape)), [a(1, 2)], a(1))
    assert seen == [((2,), (1,))]


# -- Devices, integration ----------------------------------------------------------------


def test_devices():
    assert "cpu:0" in devices.list_devices()
    with devices.device_scope("cpu:0"):
        assert tensors.from_numpy(np.zeros(1, np.float32), "float32").device.platform == "cpu"
    with pytest.raises(ValueError, match="no device 'gpu:99'"):
        devices.device_scope("gpu:99")


def test_infer_spec():
    def fn(x):
        return {"y": jnp.stack([x, x])[:, ::2], "z": [x.mean(1).astype(jnp.float16), None]}

    assert integration.infer_spec(fn, [((None, None, 3), "float32")]) == {
        "y": ((2, None, None, 3), "float32"),
        "z": [((None, 3), "float16"), None],
    }


# -- Random numbers ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["random_normal", "random_randint", "random_gamma"])
def test_numbers_depend_on_both_halves_of_the_seed(name):
    args = {"random_randint": (3, 9, "int32"), "random_gamma": (jnp.float32(2), "float32")}
    draw = lambda seed: OVERRIDES[name](seed, (99,), *args.get(name, ("float32",)))  # noqa: E731
    equal(draw(seed(1, 2)), draw(seed(1, 2)))
    for other in (seed(1, 3), seed(2, 2), seed(2, 1)):
        assert (draw(seed(1, 2)) != draw(other)).any()


def test_numbers_do_not_depend_on_the_users_default():
    before = primitives.random_uniform(seed(), (4,), "float32")
    with jax.default_prng_impl("rbg"):
        jax.clear_caches()
        equal(primitives.random_uniform(seed(), [4], "float32"), before)


# -- Overrides of more than a line -------------------------------------------------------


def test_nonzero_when_compiled():
    with pytest.raises(UnsupportedOpError, match="fixed sizes"):
        jax.jit(primitives.nonzero)(a(True, False, dtype="bool"))


def test_control_flow():
    o = OVERRIDES
    one = jnp.int32(1)
    assert o["while_loop"](lambda i, x: i < 5, lambda i, x: (i + 1, x * 2), (one, one), None) == (
        5, 16,
    )  # fmt: skip
    assert o["while_loop"](lambda i: i < 50, lambda i: i + 1, one, 3) == 4
    assert o["while_loop"](lambda i: i < 50, lambda i: [i + 1], [one], 3) == [4]
    assert o["fori_loop"](0, 4, lambda i, x: x + i, jnp.int32(0)) == 6
    assert o["cond"](jnp.bool_(True), lambda: one, lambda: one + 1) == 1
    assert o["switch"](one, [lambda x: x, lambda x: x + 5], one) == 6
    carry, ys = o["scan"](lambda c, x: (c + x, c), jnp.int32(0), jnp.arange(4), None, True, 1)
    assert (int(carry), ys.tolist()) == (6, [6, 5, 3, 0])
    equal(o["vectorized_map"](lambda x: x.sum(), jnp.ones((3, 2))), a(2, 2, 2))


@pytest.mark.parametrize("cap", [None, 2.0])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("heads", [4, 2])
@pytest.mark.parametrize("extra", ["", "mask", "bias", "mask bias"])
def test_attention(cap, causal, heads, extra):
    r = np.random.default_rng(0)
    draw = lambda *shape: jnp.asarray(r.normal(size=shape), jnp.float32)  # noqa: E731
    q, k, v = draw(2, 5, 4, 8), draw(2, 6, heads, 8), draw(2, 6, heads, 8)
    mask = draw(2, 1, 5, 6) > -0.5 if "mask" in extra else None
    bias = draw(1, 4, 5, 6) if "bias" in extra else None
    wide_k, wide_v = (jnp.repeat(t, 4 // heads, 2) for t in (k, v))
    logits = jnp.einsum("btnh,bsnh->bnts", q, wide_k) / 8**0.5
    logits = logits if cap is None else cap * jnp.tanh(logits / cap)
    logits = logits if bias is None else logits + bias
    seen = jnp.tri(5, 6, dtype=bool) if causal else jnp.asarray(True)
    seen = seen if mask is None else seen & mask
    weights = jax.nn.softmax(jnp.where(seen, logits, -1e30), -1)
    expected = jnp.einsum("bnts,bsnh->btnh", weights, wide_v)
    attend = OVERRIDES["dot_product_attention"]
    equal(attend(q, k, v, bias, mask, None, causal, None, cap), expected)


def test_arrays_are_copied():
    """Also in a trace."""
    x = np.ones((7, 3), "float32")
    y = tensors.from_numpy(x, "float32")
    x[:] = -1
    np.testing.assert_array_equal(y, np.ones((7, 3)))
    traced = jax.jit(lambda v: v + tensors.from_numpy(x, "float32"))(y)
    np.testing.assert_array_equal(traced, np.zeros((7, 3)))


def test_sparse_arrays_cost_nothing_until_there_is_one():
    code = "import sys, keras_core; print('jax.experimental.sparse' in sys.modules)"
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_jit_after_a_call_that_failed_behind_its_trace():
    """The trace found a variable that is written, and jax keeps the trace."""
    code = """
import keras_core as keras
from keras_core import ops

count = keras.Variable(0.0)

def fn(x):
    if x.shape[0] == 3:
        count.assign_add(1.0)
    return x * 2

compiled = ops.jit(fn)
compiled(ops.ones(2))
(entry,) = compiled._entries.values()
run = entry._program.run

def fail(*args):
    run(*args)
    raise MemoryError

entry._program.run = fail
try:
    compiled(ops.ones(3))
except MemoryError:
    pass
print(float(compiled(ops.ones(2))[0]), float(compiled(ops.ones(3))[0]), float(count))
"""
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "2.0 2.0 1.0\n"


def test_determinism_on_gpus_is_a_flag_that_xla_reads_when_it_starts(monkeypatch):
    keras.config.enable_determinism()  # nothing to do on CPUs
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    with pytest.raises(RuntimeError, match="XLA_FLAGS"):
        keras.config.enable_determinism()
    monkeypatch.setenv("XLA_FLAGS", "--xla_gpu_exclude_nondeterministic_ops=true")
    keras.config.enable_determinism()
