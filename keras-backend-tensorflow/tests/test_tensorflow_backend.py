"""What holds for the tensorflow backend beyond the conformance suite."""

import importlib.util
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
    pytest.skip("this process is another backend's", allow_module_level=True)
if importlib.util.find_spec("tensorflow") is None:
    pytest.skip("TensorFlow is not installed", allow_module_level=True)

from keras_backend_tensorflow import (
    autodiff,
    compiler,
    control,
    devices,
    integration,
    plugin,
    primitives,
    tensors,
    variables,
)
from keras_backend_tensorflow._engine import tf
from keras_core_plugins import check_backend

BACKEND = plugin.keras_core_load_backend()
OVERRIDES: Any = BACKEND.overrides


def tensor(values: Any, dtype: str = "float32") -> Any:
    return tensors.from_numpy(np.asarray(values, dtype), dtype)


def jit(fn: Any, **options: Any) -> Any:
    return compiler.jit(fn, donate_first=False, options=options)


def test_the_backend_keeps_to_the_protocol() -> None:
    assert check_backend(BACKEND) == []


def test_neither_keras_nor_jax_is_imported() -> None:
    code = """
import sys, numpy as np
from keras_backend_tensorflow import plugin
assert "tensorflow" not in sys.modules
backend = plugin.keras_core_load_backend()
x = backend.tensors.from_numpy(np.ones((2, 3, 3, 2), "float32"), "float32")
k = backend.tensors.from_numpy(np.ones((2, 2, 2, 2), "float32"), "float32")
fn = lambda x: backend.primitives.conv(x, k, (1, 1), ((0, 1), (0, 1)), (1, 1), 1)
backend.compiler.jit(fn, donate_first=False, options={"xla": True})(x)
backend.autodiff.vjp(lambda x: [fn(x)], [x])
handle = backend.variables.create(x, True, "v")
backend.variables.assign(handle, x)
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"keras", "tf_keras", "jax", "torch", "pandas", "sklearn"}, loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=120)


def test_an_import_of_keras_still_works_afterwards() -> None:
    assert "keras.src.optimizers" not in sys.modules or sys.modules["keras.src.optimizers"]
    assert importlib.util.find_spec("keras") is not None


# -- Tensors -----------------------------------------------------------------------------


def test_tensors_do_not_share_memory_that_someone_may_change() -> None:
    source = np.zeros((64, 64), np.float32)
    x = tensors.from_numpy(source, "float32")
    source[0, 0] = 1
    assert tensors.to_numpy(x)[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        tensors.to_numpy(x)[0, 0] = 1


def test_a_view_of_a_variable_does_not_follow_its_changes() -> None:
    handle = variables.create(tensor(np.zeros(100)), True, "v")
    view = tensors.to_numpy(variables.read(handle))
    variables.assign(handle, tensor(np.ones(100)))
    assert view.sum() == 0
    assert tensors.to_numpy(variables.read(handle)).sum() == 100


@pytest.mark.parametrize("dtype", sorted(BACKEND.info.capabilities.dtypes))
def test_every_dtype_goes_there_and_back(dtype: str) -> None:
    import ml_dtypes

    for shape in ((), (2, 3), (0, 4)):
        array = np.ones(shape, np.dtype(getattr(ml_dtypes, dtype, dtype)))
        x = tensors.from_numpy(array, dtype)
        assert tensors.dtype(x) == dtype
        assert tensors.shape(x) == tensors.static_shape(x) == shape
        back = tensors.to_numpy(x)
        assert isinstance(back, np.ndarray)
        assert back.dtype == array.dtype
        assert back.shape == shape


def test_a_tensor_without_values_says_so() -> None:
    def fn(x: Any) -> Any:
        with pytest.raises(TypeError, match="while it is traced"):
            tensors.to_numpy(x)
        return x

    jit(fn)(tensor([1.0]))


# -- The compiler ------------------------------------------------------------------------


def test_tracing_is_known() -> None:
    seen = []
    jit(lambda x: seen.append(compiler.is_tracing()) or x)(tensor(1.0))
    assert seen == [True]
    assert not compiler.is_tracing()


def test_a_compiled_function_takes_and_returns_nests() -> None:
    def fn(a: Any, b: Any) -> Any:
        return {"sum": primitives.add(a["x"], b[0]), "none": b[1]}, (a["x"],)

    out, (x,) = jit(fn)({"x": tensor([1.0])}, [tensor([2.0]), None])
    assert out["none"] is None
    assert tensors.to_numpy(out["sum"]) == [3]
    assert tensors.to_numpy(x) == [1]


def test_a_compiled_function_reads_and_assigns_variables() -> None:
    handle = variables.create(tensor(0.0), True, "a/name: with spaces")

    def step(x: Any) -> Any:
        variables.assign(handle, primitives.add(variables.read(handle), x))
        return variables.read(handle)

    for options in ({}, {"xla": True}):
        compiled = jit(step, **options)
        for _ in range(3):
            compiled(tensor(2.0))
    assert float(variables.read(handle)) == 12


def test_changing_shapes_do_not_retrace_for_ever() -> None:
    traces = []

    def fn(x: Any) -> Any:
        traces.append(tensors.static_shape(x))
        batch, size = tensors.shape(x)
        wide = primitives.broadcast_to(primitives.reshape(x, (batch, 1, size)), (batch, 2, size))
        flat = primitives.reshape(wide, (batch * 2, -1))
        cut = primitives.slice(flat, (1, 0), (batch * 2, None), (1, 1))
        padded = primitives.pad(cut, ((0, batch), (0, 0)), 1.0)
        counted = primitives.arange(0, batch, 1, "float32")
        return padded, primitives.add(primitives.full((batch,), 2.0, "float32"), counted)

    compiled = jit(fn)
    for batch in (2, 3, 4, 5):
        padded, counted = compiled(tensor(np.ones((batch, 4))))
        assert padded.shape == (3 * batch - 1, 4)
        assert tensors.to_numpy(counted).tolist() == [2 + i for i in range(batch)]
    assert traces == [(2, 4), (None, 4)]


def test_windows_with_unknown_sizes() -> None:
    def fn(x: Any, k: Any) -> Any:
        return primitives.conv(x, k, (2, 2), ((1, 1), (1, 1)), (1, 1), 1), primitives.average_pool(
            x, (3, 3), (1, 1), ((1, 1), (1, 1))
        )

    compiled = tf.function(
        fn,
        autograph=False,
        input_signature=[
            tf.TensorSpec((None, None, None, 2)),
            tf.TensorSpec((3, 3, 2, 4)),
        ],
    )
    rng = np.random.default_rng(0)
    x, k = tensor(rng.normal(size=(1, 7, 6, 2))), tensor(rng.normal(size=(3, 3, 2, 4)))
    for a, b in zip(compiled(x, k), fn(x, k), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


def test_xla_keeps_nan_in_maxima() -> None:
    x = tensor([np.nan, 1.0])
    fn = jit(lambda x: (primitives.maximum(x, x[::-1]), primitives.max(x, (0,), False)), xla=True)
    assert np.isnan(np.concatenate([np.ravel(y) for y in fn(x)])).all()


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("n", [9, 160, 173])
def test_top_k_is_stable_and_puts_nan_first(dtype: str, n: int) -> None:
    rng = np.random.default_rng(n)
    compiled = jit(lambda x: OVERRIDES["top_k"](x, 2, True, True))
    for low, high, rare in [(0, 3, 0), (0, 3, 0.01), (-1, 1, 0.005), (-9, 3, 1)] * 5:
        x = rng.integers(low, high, size=(2, 3, n)).astype("float32")
        x[x == -1] = -0.0
        x[x == 2] = np.inf
        x[rng.random(x.shape) < rare] = np.nan
        order = np.argsort(-np.nan_to_num(x, nan=9, posinf=8), axis=-1, kind="stable")[..., :2]
        values, places = compiled(tensor(x, dtype))
        np.testing.assert_array_equal(places, order)
        np.testing.assert_array_equal(
            tf.cast(values, "float32"), np.take_along_axis(x, order, -1), strict=True
        )


# -- Differentiation ---------------------------------------------------------------------


def cube(x: Any) -> Any:
    return primitives.multiply(x, primitives.multiply(x, x))


@pytest.mark.parametrize("compiled", [False, True])
def test_gradients_by_variables_and_tensors(compiled: bool) -> None:
    handle = variables.create(tensor([1.0, 2.0]), True, "w")
    other = variables.create(tensor([1.0]), True, "unused")

    def fn(x: Any, n: Any) -> Any:
        def loss(xs: Any) -> Any:
            w = variables.read(handle)
            total = primitives.sum(primitives.multiply(cube(w), xs[2]), (0,), False)
            return total, {"w": w, "none": None}

        return autodiff.value_and_grad(loss, [handle, other, x, n])

    run = jit(fn) if compiled else fn
    (loss, aux), grads = run(tensor([1.0, 3.0]), tensor(3, "int32"))
    assert float(loss) == 25
    assert aux["none"] is None
    assert tensors.to_numpy(grads[0]).tolist() == [3, 36]
    assert grads[1] is None
    assert grads[3] is None
    assert tensors.to_numpy(grads[2]).tolist() == [1, 8]


def test_gradients_nest() -> None:
    handle = variables.create(tensor(2.0), True, "w")

    def inner(_: Any) -> Any:
        (_, _), (g,) = autodiff.value_and_grad(
            lambda _: (cube(variables.read(handle)), None), [handle]
        )
        return g, None

    for run in (inner, jit(inner)):
        (first, _), (second,) = autodiff.value_and_grad(run, [handle])
        assert (float(first), float(second)) == (12, 12)


def test_gradients_of_gathers_are_dense() -> None:
    table = variables.create(tensor(np.zeros((5, 2))), True, "table")

    def loss(_: Any) -> Any:
        rows = primitives.take(variables.read(table), tensor([1, 1, -1], "int32"), 0)
        return primitives.sum(rows, (0, 1), False), None

    _, (g,) = autodiff.value_and_grad(loss, [table])
    assert tensors.is_tensor(g)
    assert tensors.to_numpy(g)[:, 0].tolist() == [0, 2, 0, 0, 1]


def test_a_pullback_may_be_called_again_and_inputs_may_be_one_tensor() -> None:
    x = tensor([1.0, 2.0])
    ys, pullback = autodiff.vjp(lambda a, b: [primitives.multiply(a, b), a], [x, x])
    assert len(ys) == 2
    one, zero = tensor([1.0, 1.0]), tensor([0.0, 0.0])
    for _ in range(2):
        assert [g.numpy().tolist() for g in pullback([one, zero])] == [[1, 2], [1, 2]]
    assert pullback([zero, one])[0].numpy().tolist() == [1, 1]


def test_tangents_go_forward() -> None:
    ys, tangents = autodiff.jvp(
        lambda a, b: [primitives.multiply(a, b), b],
        [tensor(2.0), tensor(3.0)],
        [tensor(1.0), tensor(0.0)],
    )
    assert [float(y) for y in ys] == [6, 3]
    assert [float(t) for t in tangents] == [3, 0]


@pytest.mark.parametrize("compiled", [False, True])
def test_own_gradients(compiled: bool) -> None:
    handle = variables.create(tensor(5.0), True, "read inside")

    def double(x: Any, n: Any) -> Any:
        y = primitives.multiply(x, variables.read(handle))
        return [y, n], lambda dy, dn: [primitives.multiply(dy, tensor(100.0)), None]

    def fn(x: Any) -> Any:
        def loss(xs: Any) -> Any:
            y, _ = autodiff.custom_gradient(double, [xs[0], tensor(1, "int32")])
            return y, None

        return autodiff.value_and_grad(loss, [x])

    (y, _), (g,) = (jit(fn) if compiled else fn)(tensor(3.0))
    assert (float(y), float(g)) == (15, 100)


@pytest.mark.parametrize("dtype", ["float8_e4m3fn", "float8_e5m2", "float16", "int8", "uint16"])
def test_every_dtype_can_be_filled(dtype: str) -> None:
    for value in (2, primitives.cast(tensor(2.0), dtype)):
        filled = primitives.full((3,), value, dtype)
        assert filled.dtype == tf.as_dtype(dtype)
        assert primitives.cast(filled, "float32").numpy().tolist() == [2.0] * 3


def test_checkpoints_and_constants() -> None:
    fn = autodiff.checkpoint(lambda x: [cube(x)])
    for run in (fn, jit(fn)):
        _, (g,) = autodiff.value_and_grad(lambda xs, f=run: (f(xs[0])[0], None), [tensor(2.0)])
        assert float(g) == 12
    _, (g,) = autodiff.value_and_grad(
        lambda xs: (primitives.multiply(xs[0], autodiff.stop_gradient(xs[0])), None), [tensor(3.0)]
    )
    assert float(g) == 3
    with autodiff.no_grad():
        assert float(cube(tensor(2.0))) == 8


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_convolutions_have_gradients(dtype: str, groups: int, dilation: int, n: int) -> None:
    rng = np.random.default_rng(0)
    x = tensor(rng.normal(size=(2, *(7,) * n, 4)), dtype)
    k = tensor(rng.normal(size=(*(2,) * n, 4 // groups, 8)), dtype)

    def loss(xs: Any) -> Any:
        y = primitives.conv(xs[0], xs[1], (1,) * n, ((1, 0),) * n, (dilation,) * n, groups)
        return primitives.sum(y, tuple(range(n + 2)), False), None

    _, (gx, gk) = autodiff.value_and_grad(loss, [x, k])
    assert gx.shape == x.shape
    # the sum over the interior: every element meets every window
    inner = tensors.to_numpy(gx)[(0, *(3,) * n)].astype("float64")
    weights = tensors.to_numpy(k).astype("float64").sum(tuple(range(n)))
    wanted = weights.reshape(4 // groups, groups, 8 // groups).sum(2).T.reshape(-1)
    np.testing.assert_allclose(inner, wanted, rtol=2e-2 if dtype == "float16" else 1e-5)
    assert gk.shape == k.shape


# -- Control flow ------------------------------------------------------------------------


@pytest.mark.parametrize("options", [None, {}, {"xla": True}])
def test_control_flow(options: Any) -> None:
    def run(fn: Any, *args: Any) -> Any:
        return fn(*args) if options is None else jit(fn, **options)(*args)

    one, four = tensor(1.0), tensor(4, "int32")
    double = lambda x: primitives.add(x, x)  # noqa: E731
    assert float(run(lambda x: control.cond(x > 0, lambda: double(x), lambda: x), one)) == 2
    assert float(run(lambda i: control.switch(i, [lambda x: x, double], one), four)) == 2
    assert float(run(lambda n: control.fori_loop(0, n, lambda i, x: double(x), one), four)) == 16

    def loop(n: Any) -> Any:
        state = (tensor(0, "int32"), {"x": one, "none": None})
        return control.while_loop(
            lambda i, s: i < n, lambda i, s: (i + 1, {**s, "x": double(s["x"])}), state, 3
        )

    i, state = run(loop, four)
    assert int(i) == 3
    assert float(state["x"]) == 8
    assert state["none"] is None


@pytest.mark.parametrize("options", [None, {}, {"xla": True}])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("unroll", [1, True])
def test_scans_and_their_gradients(options: Any, reverse: bool, unroll: Any) -> None:
    def step(carry: Any, x: Any) -> Any:
        carry = {"c": primitives.multiply(carry["c"], x["x"])}
        return carry, (carry["c"], None)

    def fn(xs: Any) -> Any:
        def loss(args: Any) -> Any:
            init = {"c": tensor(np.ones(2))}
            carry, (ys, none) = control.scan(step, init, {"x": args[0]}, None, reverse, unroll)
            assert none is None
            return primitives.sum(carry["c"], (0,), False), ys

        return autodiff.value_and_grad(loss, [xs])

    xs = tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    (loss, ys), (g,) = (fn if options is None else jit(fn, **options))(xs)
    assert float(loss) == 63
    values = np.asarray(xs)
    wanted = values[::-1].cumprod(0)[::-1] if reverse else values.cumprod(0)
    np.testing.assert_allclose(ys, wanted)
    np.testing.assert_allclose(g, values.prod(0) / values, rtol=1e-6)


def test_scans_of_no_or_unknown_length() -> None:
    step = lambda c, x: (primitives.add(c, x), c)  # noqa: E731
    zero = tensor(0.0)
    carry, ys = control.scan(step, zero, tensor(np.zeros(0)), None, False, 1)
    assert float(carry) == 0
    assert ys.shape == (0,)
    run = tf.function(
        lambda xs: control.scan(step, zero, xs, None, False, 1),
        input_signature=[tf.TensorSpec((None,))],
        autograph=False,
    )
    for n in (0, 1, 5):
        carry, ys = run(tensor(np.ones(n)))
        assert float(carry) == n
        assert tensors.to_numpy(ys).tolist() == list(range(n))
    carry, ys = control.scan(lambda c, _: (c + 1, c), zero, None, 3, False, 1)
    assert float(carry) == 3


def test_vectorized_maps() -> None:
    def fn(x: Any) -> Any:
        return control.vectorized_map(lambda r: primitives.sum(r["a"], (0,), False), {"a": x})

    x = tensor([[1.0, 2.0], [3.0, 4.0]])
    assert tensors.to_numpy(fn(x)).tolist() == tensors.to_numpy(jit(fn)(x)).tolist() == [3, 7]


# -- The rest ----------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("extra", [None, 0, 1])
@pytest.mark.parametrize(
    ("stride", "window", "dilation"), [(1, 3, 1), (2, 3, 1), (3, 2, 1), (2, 5, 1), (1, 3, 2)]
)
def test_transposed_convolutions(
    n: int, padding: str, extra: int | None, stride: int, window: int, dilation: int
) -> None:
    """Each output element gathers what the definition says."""
    if extra is not None and extra >= stride:
        pytest.skip("the output padding is less than the stride")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, *(4,) * n, 2))
    k = rng.normal(size=(*(window,) * n, 3, 2))
    y = OVERRIDES["conv_transpose"](
        tensor(x, "float64"), tensor(k, "float64"), (stride,) * n, padding,
        None if extra is None else (extra,) * n, "channels_last", (dilation,) * n,
    )  # fmt: skip
    span = (window - 1) * dilation + 1
    full = np.zeros((1, *(3 * stride + span + stride,) * n, 3))
    for place in np.ndindex(*(4,) * n):
        for offset in np.ndindex(*(window,) * n):
            at = tuple(p * stride + o * dilation for p, o in zip(place, offset, strict=True))
            full[(0, *at)] += k[offset] @ x[(0, *place)]
    if extra is not None:
        cut = 2 * (span // 2) if padding == "same" else 0
        low, size = max(cut - extra, 0) // 2, 3 * stride + span - cut + extra
    elif padding == "same":
        low, size = max(span - stride, 0) // 2, 4 * stride
    else:
        low, size = 0, 4 * stride + max(span - stride, 0)
    wanted = full[(slice(None), *(slice(low, low + size),) * n)]
    np.testing.assert_allclose(y, wanted, rtol=1e-9, atol=1e-12)


def test_random_numbers_depend_on_the_seed_alone() -> None:
    seeds = [tensor([1, 2], "uint32"), tensor([2**32 - 1, 2], "uint32")]
    draws = {
        "normal": lambda s: OVERRIDES["random_normal"](s, (1000,), "bfloat16"),
        "randint": lambda s: OVERRIDES["random_randint"](s, (1000,), 3, 9, "uint8"),
        "uniform": lambda s: primitives.random_uniform(s, (1000,), "float32"),
    }
    for name, draw in draws.items():
        a, b = (tensors.to_numpy(draw(s)).astype("float64") for s in seeds)
        assert (a != b).any(), name
        for again in (draw, jit(draw)):
            np.testing.assert_allclose(
                tensors.to_numpy(again(seeds[0])).astype("float64"), a, rtol=1e-2, err_msg=name
            )
        # XLA draws other numbers, the same each time
        compiled = jit(draw, xla=True)
        c, d = (tensors.to_numpy(compiled(seeds[0])) for _ in range(2))
        assert (c == d).all(), name
    whole = tensors.to_numpy(draws["randint"](seeds[0]))
    assert set(whole.tolist()) == set(range(3, 9))


def test_devices() -> None:
    names = devices.list_devices()
    assert names[-1] == "cpu:0"
    with devices.device_scope("cpu:0"):
        assert "CPU:0" in tensor(1.0).device


def test_specs_of_functions_that_call_the_engine() -> None:
    out = integration.infer_spec(
        lambda x, y: {"a": tf.concat([x, x], 1), "b": [tf.argmax(y), None]},
        [((None, 3), "float32"), ((4,), "float64")],
    )
    assert out["a"] == ((None, 6), "float32")
    assert out["b"][0] == ((), "int64")


def test_overrides_of_indexing() -> None:
    x = tensor([[3.0, np.nan, 1.0, 3.0]])
    values, order = OVERRIDES["top_k"](x, 3, True, True)
    assert tensors.to_numpy(order).tolist() == [[1, 0, 3]]
    assert tensors.to_numpy(values)[0, 1:].tolist() == [3, 3]
    y = tensor(np.arange(12).reshape(3, 4))
    for indices, axis in (([[1, -1]], 1), ([[2], [0]], 0), ([0, 5], None)):
        index = np.asarray(indices, "int32")
        got = OVERRIDES["take_along_axis"](y, tensor(index, "int32"), axis)
        wanted = np.asarray(y)
        if axis == 1:
            index = np.broadcast_to(index, (3, 2))
        elif axis == 0:
            index = np.broadcast_to(index, (2, 4))
        np.testing.assert_array_equal(got, np.take_along_axis(wanted, index, axis))
    parts = OVERRIDES["split"](y, [1, 3], 1)
    assert [tuple(part.shape) for part in parts] == [(3, 1), (3, 2), (3, 1)]
    assert [tuple(part.shape) for part in OVERRIDES["split"](y, [3, 1], 1)] == [
        np.split(np.asarray(y), [3, 1], 1)[i].shape for i in range(3)
    ]
    assert len(OVERRIDES["split"](y, 3, 0)) == 3


@pytest.mark.parametrize("axis", [-1, 0, 1, (0, 2), None])
def test_softmax_over_any_axes(axis: Any) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    e = np.exp(x)
    wanted = e / e.sum(axis, keepdims=True)
    np.testing.assert_allclose(OVERRIDES["softmax"](tensor(x, "float64"), axis), wanted)
    np.testing.assert_allclose(OVERRIDES["log_softmax"](tensor(x, "float64"), axis), np.log(wanted))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_top_k_puts_nan_first(dtype):
    """TensorFlow's kernel does not; rows without NaN are not changed by one that has it."""
    x = tf.constant([[1, 3, 2], [1, np.nan, 2], [np.inf, 0, np.nan]], dtype)
    for run in (OVERRIDES["top_k"], tf.function(OVERRIDES["top_k"])):
        values, places = run(x, 2, True, True)
        np.testing.assert_array_equal(places, [[1, 2], [1, 2], [2, 0]])
        np.testing.assert_array_equal(values, [[3, 2], [np.nan, 2], [np.nan, np.inf]])


def test_a_compiled_function_takes_tensors_of_any_number_of_axes() -> None:
    run = jit(lambda x: tf.zeros([len(x.shape)]))
    for shape in ((2,), (2, 3), (4, 3), (2, 3, 4), (5,)):
        assert run(tf.ones(shape)).shape == (len(shape),)


@pytest.mark.parametrize("native", [True, False])
def test_dilated_convolutions(monkeypatch: pytest.MonkeyPatch, native: bool) -> None:
    """With the kernels of the engine, and by phases where it has none with a gradient."""
    from keras_backend_tensorflow import windows

    if not native:
        monkeypatch.setattr(windows, "_has_kernels", lambda dtype: False)
    rng = np.random.default_rng(0)
    for n, padding in ((1, (1, 2)), (2, (0, 0)), (2, (2, 1)), (3, (1, 0))):
        x = tensor(rng.normal(size=(2, *(8,) * n, 3)), "float32")
        k = tensor(rng.normal(size=(*(3,) * n, 3, 4)), "float32")
        rates = (2, 3, 1)[:n]
        wide = np.zeros((*(2 * r + 1 for r in rates), 3, 4), "float32")
        wide[tuple(slice(None, None, r) for r in rates)] = k
        args = ((1,) * n, (padding,) * n)
        with tf.GradientTape() as tape:
            tape.watch([x, k])
            y = windows.conv(x, k, *args, rates, 1)
        want = windows.conv(x, tensor(wide, "float32"), *args, (1,) * n, 1)
        np.testing.assert_allclose(y, want, rtol=1e-4, atol=1e-4)
        assert all(g is not None for g in tape.gradient(y, [x, k]))
