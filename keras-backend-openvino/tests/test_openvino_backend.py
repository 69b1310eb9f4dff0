"""What holds for the openvino backend beyond the conformance suite."""

import gc
import importlib.util
import os
import subprocess
import sys
import threading
import weakref
from typing import Any

import ml_dtypes
import numpy as np
import pytest

if os.environ.get("KERAS_BACKEND") != "openvino":
    pytest.skip("this process is another backend's", allow_module_level=True)
if importlib.util.find_spec("openvino") is None:
    pytest.skip("OpenVINO is not installed", allow_module_level=True)

import keras_core as keras  # the operators of tensors are its operations
from keras_backend_openvino import (
    compiler,
    control,
    graph,
    integration,
    plugin,
    primitives,
    program,
    tensors,
)
from keras_core_plugins import check_backend
from keras_core_plugins.errors import UnsupportedOpError

BACKEND = plugin.keras_core_load_backend()
OVERRIDES: Any = BACKEND.overrides


def tensor(values: Any, dtype: str = "float32") -> Any:
    return tensors.from_numpy(np.asarray(values, getattr(ml_dtypes, dtype, dtype)), dtype)


def jit(fn: Any, bake: bool = False, **options: Any) -> Any:
    return compiler.jit(fn, donate_first=bake, options=options)


def random(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def test_the_backend_keeps_to_the_protocol() -> None:
    assert check_backend(BACKEND) == []


def test_the_light_module_does_not_import_the_engine() -> None:
    code = """
import sys
from keras_backend_openvino import plugin
assert plugin.keras_core_backend_info().name == "openvino"
assert "openvino" not in sys.modules
plugin.keras_core_load_backend()
assert not {"torch", "tensorflow", "jax", "keras"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


# -- Tensors -----------------------------------------------------------------------------


def test_tensors_do_not_share_memory_that_someone_may_change() -> None:
    source = np.zeros(3, np.float32)
    x = tensors.from_numpy(source, "float32")
    source[0] = 1
    assert tensors.to_numpy(x)[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        tensors.to_numpy(x)[0] = 1


@pytest.mark.parametrize("dtype", sorted(BACKEND.info.capabilities.dtypes))
def test_every_dtype_goes_through_a_graph(dtype: str) -> None:
    for shape in ((), (2, 3), (0, 4)):
        x = primitives.broadcast_to(tensor(1, dtype), shape)
        y = primitives.concatenate([primitives.reshape(x, (-1,)), tensor([0], dtype)], 0)
        assert tensors.dtype(y) == dtype
        array = tensors.to_numpy(y)
        assert array.dtype == graph.DTYPES[dtype]
        assert array.tolist() == [1] * int(np.prod(shape)) + [0]


def test_the_same_steps_are_compiled_once() -> None:
    def step(values: Any) -> Any:
        return primitives.exp(primitives.multiply(tensor(values), tensor(2.0))).numpy()

    step([1.0, 2.0])
    before = len(program._programs)
    for i in range(5):
        np.testing.assert_allclose(step([i, 1.0]), np.exp([2 * i, 2]), rtol=1e-5)
    assert len(program._programs) == before
    step([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    assert len(program._programs) == before + 2


def test_programs_are_dropped_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_programs", {})
    monkeypatch.setattr(program, "_MOST_PROGRAMS", 3)
    for n in (1, 2, 3, 4, 5, 1):
        assert primitives.sum(tensor([1.0] * n), (0,), False).numpy() == n
        assert len(program._programs) <= 3


def test_python_sees_values() -> None:
    x = tensor([1.5, 2.5])
    assert [float(v) for v in x] == [1.5, 2.5]
    assert bool(tensor(True, "bool"))
    assert int(tensor(7, "int8")) == 7
    assert [10, 20][tensor(1, "int32")] == 20
    assert len(x) == 2
    assert "1.5" in repr(x)
    assert np.asarray(x).tolist() == [1.5, 2.5]
    assert np.asarray(np.ones(2) + x).tolist() == [2.5, 3.5]


def test_python_operators() -> None:
    x, n = tensor([4.0, -3.0]), tensor([7, -7], "int32")
    assert (2 - x * 2 + x / 4).numpy().tolist() == [-5, 7.25]
    assert (n // 2).numpy().tolist() == [3, -4]
    assert (n % 4).numpy().tolist() == [3, 1]
    assert (n / 2).numpy().tolist() == [3.5, -3.5]
    assert tensors.dtype(n + 0.5) == "float32"
    assert tensors.dtype(n + x) == "float32"
    assert (x > 0).numpy().tolist() == [True, False]
    assert (~(x > 0) | (x == 4)).numpy().tolist() == [True, True]
    assert (-n).numpy().tolist() == [-7, 7]
    assert abs(n).numpy().tolist() == [7, 7]
    assert (2 ** n[:1]).numpy().tolist() == [128]
    y = tensor(np.arange(24).reshape(2, 3, 4), "int32")
    for key in (
        0,
        (slice(None), -1),
        (..., slice(1, 3)),
        (None, 1, slice(None, None, 2)),
        (1, 2, 3),
    ):
        np.testing.assert_array_equal(y[key], y.numpy()[key])
    assert y[tensor([1, 0], "int32")].shape == (2, 3, 4)
    assert len({x, n, y}) == 3


def test_integers_are_exact_and_wrap() -> None:
    big = [2**31 - 1, -(2**31), 2**24 + 1, 12345678]
    x, d = tensor(big, "int32"), tensor([7, 3, -5, 11], "int32")
    assert (x // d).numpy().tolist() == [a // b for a, b in zip(big, [7, 3, -5, 11], strict=True)]
    assert (x % d).numpy().tolist() == [a % b for a, b in zip(big, [7, 3, -5, 11], strict=True)]
    total = primitives.sum(x, (0,), False)
    assert (x < d).numpy().tolist() == [False, True, False, False]
    assert (x <= x - 1).numpy().tolist() == [False, True, False, False]  # the lowest wraps around
    assert int(total) == (sum(big) + 2**31) % 2**32 - 2**31
    assert int(primitives.max(x, (0,), False)) == 2**31 - 1
    assert (tensor([200, 100], "uint8") + 100).numpy().tolist() == [44, 200]
    assert (tensor([100], "int8") + 100).numpy().tolist() == [-56]


def test_narrow_floats_are_rounded_by_a_cast() -> None:
    x = [1.2345678, 70000.0, -1e-3, np.inf, 3.0]
    for dtype in ("float16", "bfloat16"):
        got = primitives.cast(primitives.cast(tensor(x), dtype), "float32")
        with np.errstate(over="ignore"):
            wanted = np.asarray(x).astype(graph.DTYPES[dtype]).astype("float32")
        np.testing.assert_array_equal(got, wanted)


def test_seeds_make_random_numbers() -> None:
    def draw(seed: Any) -> Any:
        return primitives.random_uniform(tensor(seed, "int32"), (100, 100), "float32").numpy()

    u = draw([1, 2])
    assert u.min() >= 0
    assert u.max() < 1
    assert abs(u.mean() - 0.5) < 0.02
    assert abs(u.var() - 1 / 12) < 0.01
    assert abs(np.corrcoef(u.ravel()[:-1], u.ravel()[1:])[0, 1]) < 0.05
    assert abs(np.corrcoef(u.ravel(), draw([1, 3]).ravel())[0, 1]) < 0.05
    assert len(np.unique(u)) > 9900
    assert (u == draw([1, 2])).all()
    assert (u != draw([2, 2])).any()


def test_what_openvino_lacks_says_so() -> None:
    with pytest.raises(UnsupportedOpError, match="QR"):
        primitives.qr(tensor(np.eye(2)), True)
    with pytest.raises(UnsupportedOpError, match="bits"):
        primitives.bitcast(tensor([1.0]), "int32")


# -- The compiler ------------------------------------------------------------------------


def test_a_compiled_function_takes_and_returns_nests() -> None:
    def fn(a: Any, b: Any) -> Any:
        assert compiler.is_tracing()
        return {"sum": a["x"] + b[0], "same": b[0], "none": b[1], "one": tensor(1.0)}, (a["x"],)

    run = jit(fn)
    for i in range(3):
        out, (x,) = run({"x": tensor([1.0])}, [tensor([float(i)]), None])
        assert out["none"] is None
        assert out["sum"].numpy() == [1 + i]
        assert out["same"].numpy() == [i]
        assert float(out["one"]) == 1
        assert x.numpy() == [1]
    assert not compiler.is_tracing()


def test_tensors_of_a_trace_have_no_values() -> None:
    kept = []

    def fn(x: Any) -> Any:
        with pytest.raises(TypeError, match="no values"):
            float(x)
        kept.append(x)
        return x + 1

    jit(fn)(tensor([1.0]))
    with pytest.raises(TypeError, match="outside of it"):
        kept[0] + 1
    with pytest.raises(TypeError, match="used in another"):
        jit(lambda y: y + kept[0])(tensor([1.0]))


def test_shapes_that_vary_are_left_open() -> None:
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

    run = jit(fn)
    for batch in (2, 3, 4, 5):
        padded, counted = run(tensor(np.ones((batch, 4))))
        assert padded.shape == (3 * batch - 1, 4)
        assert counted.numpy().tolist() == [2 + i for i in range(batch)]
    assert traces == [(2, 4), (None, 4)]


def test_a_function_that_needs_the_sizes_gets_them() -> None:
    run = jit(lambda x: primitives.cumprod(x, 0))
    for n in (3, 4, 5):
        assert run(tensor(np.full(n, 2.0))).numpy()[-1] == 2**n


def test_weights_are_constants_until_they_change() -> None:
    traces = []

    def fn(state: Any, x: Any) -> Any:
        traces.append(None)
        weights, count = state
        return primitives.matmul(x, weights), [weights, count + 1]

    run = jit(fn, bake=True)
    weights, count = tensor(np.eye(2)), tensor(0, "int32")
    x = tensor([[1.0, 2.0]])
    for i in range(5):
        y, (same, count) = run([weights, count], x)
        assert same is weights
        assert int(count) == i + 1
        assert y.numpy().tolist() == [[1, 2]]
    assert len(traces) == 2  # the counter was found to change
    new = tensor([[0.0, 1.0], [1.0, 0.0]])
    for _ in range(2):
        y, (same, count) = run([new, count], x)
        assert same is new
        assert y.numpy().tolist() == [[2, 1]]
    assert len(traces) == 3


def test_old_weights_are_let_go() -> None:
    run = jit(lambda state, x: primitives.matmul(x, state[0]), bake=True)
    x = tensor([[1.0, 2.0]])
    weights = tensor(np.eye(2))
    run([weights], x)
    old = weakref.ref(weights)
    weights = tensor(np.eye(2) * 2)
    assert run([weights], x).numpy().tolist() == [[2, 4]]
    gc.collect()
    assert old() is None


def test_results_outlive_the_next_call() -> None:
    run = jit(lambda x: (x, x * 2))
    results = [run(tensor([float(i)] * 1000)) for i in range(20)]
    for i, (same, double) in enumerate(results):
        assert (same.numpy() == i).all()
        assert (double.numpy() == 2 * i).all()


def test_threads_share_a_compiled_function() -> None:
    run = jit(lambda x: primitives.matmul(x, x))
    wrong: list[Any] = []

    def work(i: int) -> None:
        for _ in range(50):
            got = run(tensor(np.full((8, 8), float(i))))
            if not (got.numpy() == 8 * i * i).all():
                wrong.append(i)
            eager = primitives.add(tensor([float(i)]), tensor([1.0]))
            if float(eager[0]) != i + 1:
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_options_are_openvinos_properties() -> None:
    run = jit(lambda x: x + 1, PERFORMANCE_HINT="THROUGHPUT", xla=True)
    assert run(tensor([1.0])).numpy() == [2]
    with pytest.raises(RuntimeError, match="NO_SUCH"):
        jit(lambda x: x + 1, NO_SUCH="1")(tensor([1.0]))


# -- Control flow ------------------------------------------------------------------------


@pytest.mark.parametrize("compiled", [False, True])
def test_control_flow(compiled: bool) -> None:
    def run(fn: Any, *args: Any) -> Any:
        return jit(fn)(*args) if compiled else fn(*args)

    one, four = tensor(1.0), tensor(4, "int32")
    outer = tensor([10.0])

    def branches(x: Any) -> Any:
        y = x * 3  # taken from outside by a branch
        return control.cond(
            x > 0, lambda: {"a": y + outer, "b": None}, lambda: {"a": outer, "b": None}
        )

    assert run(branches, one)["a"].numpy() == [13]
    assert run(branches, tensor(-1.0))["a"].numpy() == [10]
    for i, wanted in ((-3, 1), (0, 1), (1, 2), (2, 3), (9, 3)):
        got = run(
            lambda i, x: keras.ops.switch(i, [lambda v: v, lambda v: v * 2, lambda v: v * 3], x),
            tensor(i, "int32"),
            one,
        )
        assert float(got) == wanted
    assert (
        float(run(lambda n, x: keras.ops.fori_loop(0, n, lambda i, v: v * 2, x), four, one)) == 16
    )
    assert float(run(lambda n, x: keras.ops.fori_loop(n, n, lambda i, v: v * 2, x), four, one)) == 1

    def loop(n: Any, x: Any) -> Any:
        state = (tensor(0, "int32"), {"x": x, "none": None})
        return control.while_loop(
            lambda i, s: i < n, lambda i, s: (i + 1, {**s, "x": s["x"] * 2 + outer[0]}), state, 3
        )

    i, state = run(loop, four, one)
    assert int(i) == 3
    assert float(state["x"]) == 78
    assert state["none"] is None


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("size", [0, 1, 5])
def test_scans(compiled: bool, reverse: bool, size: int) -> None:
    def step(carry: Any, x: Any) -> Any:
        carry = {"c": carry["c"] * x["x"] + 1}
        return carry, (carry["c"], None)

    def fn(xs: Any, w: Any) -> Any:
        w = w * 2
        return control.scan(
            lambda c, x: step(c, {"x": x["x"] * w}), {"c": w}, {"x": xs}, None, reverse, 1
        )

    xs, w = random(size, 3), np.full(3, 0.5, np.float32)
    carry, ys = (jit(fn) if compiled else fn)(tensor(xs), tensor(w))
    wanted, c = [], np.ones(3)
    for x in xs[::-1] if reverse else xs:
        c = c * x + 1
        wanted.append(c)
    np.testing.assert_allclose(carry["c"], c, rtol=1e-5)
    if size:
        assert ys[1] is None
        np.testing.assert_allclose(ys[0], wanted[::-1] if reverse else wanted, rtol=1e-5)


def test_scans_of_unknown_length() -> None:
    run = jit(lambda xs: control.scan(lambda c, x: (c + x, c), tensor(0.0), xs, None, False, 1))
    for n in (2, 3, 6):
        carry, ys = run(tensor(np.ones(n)))
        assert float(carry) == n
        assert ys.numpy().tolist() == list(range(n))


# -- Layout ------------------------------------------------------------------------------


def test_convolutions_in_a_row_stay_in_openvinos_order(monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = [random(3, 3, a, b, seed=b) for a, b in ((3, 8), (8, 8), (16, 4))]
    scale, shift = random(8), random(8)

    def relu(x: Any) -> Any:
        return primitives.maximum(x, tensor(0.0))

    def conv(x: Any, k: Any) -> Any:
        return primitives.conv(x, tensor(k), (1, 1), ((1, 1), (1, 1)), (1, 1), 1)

    def net(x: Any) -> Any:
        h = relu(conv(x, kernels[0]) * tensor(scale) + tensor(shift.reshape(1, 1, 1, 8)))
        g = keras.ops.clip(conv(h, kernels[1]), -1.0, 1.0) + h
        both = primitives.concatenate([g, h], 3)
        pooled = primitives.max_pool(conv(both, kernels[2]), (2, 2), (2, 2), ((0, 0), (0, 0)))
        return primitives.sum(pooled, (1, 2), False)

    models = []
    compile_model = program.CORE.compile_model

    def spy(model: Any, *args: Any) -> Any:
        models.append(compile_model(model, *args))
        return models[-1]

    class Core:
        compile_model = staticmethod(spy)

    monkeypatch.setattr(program, "CORE", Core)
    x = random(2, 6, 6, 3)
    got = jit(net)(tensor(x)).numpy()
    kinds = [
        node.get_rt_info()["layerType"].astype(str)
        for node in models[0].get_runtime_model().get_ordered_ops()
    ]
    assert "Transpose" not in kinds

    def windows(x: Any, k: Any) -> Any:
        x = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        parts = [
            np.einsum("bhwi,io->bhwo", x[:, i : i + 6, j : j + 6], k[i, j])
            for i in range(3)
            for j in range(3)
        ]
        return sum(parts)

    h = np.maximum(windows(x, kernels[0]) * scale + shift, 0)
    g = np.clip(windows(h, kernels[1]), -1, 1) + h
    y = windows(np.concatenate([g, h], -1), kernels[2])
    wanted = y.reshape(2, 3, 2, 3, 2, 4).max((2, 4)).sum((1, 2))
    np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4)


# -- The rest ----------------------------------------------------------------------------


def test_devices() -> None:
    with keras.device("cpu"):
        pass
    with pytest.raises(ValueError, match="gpu:0"), keras.device("gpu:0"):
        pass


def test_specs_of_functions() -> None:
    out = integration.infer_spec(
        lambda x, y: {"a": primitives.concatenate([x, x], 1), "b": [y > 0, None]},
        [((None, 3), "float32"), ((4,), "bfloat16")],
    )
    assert out == {"a": ((None, 6), "float32"), "b": [((4,), "bool"), None]}


@pytest.mark.parametrize("backwards", [False, True])
def test_recurrent_kernels(backwards: bool) -> None:
    def sigmoid(x: Any) -> Any:
        return 1 / (1 + np.exp(-x))

    x, h, c = random(2, 5, 3), random(2, 4, seed=1), random(2, 4, seed=2)
    k, r, b = random(3, 16), random(4, 16, seed=3), random(16, seed=4)
    ys, last_h, last_c = OVERRIDES["lstm"](*map(tensor, (x, h, c, k, r, b)), backwards)
    steps = x[:, ::-1] if backwards else x
    for t in range(5):
        i, f, g, o = np.split(steps[:, t] @ k + h @ r + b, 4, -1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        np.testing.assert_allclose(ys.numpy()[:, t], h, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(last_h, h, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(last_c, c, rtol=1e-5, atol=1e-5)


def test_linear_systems() -> None:
    a = random(2, 4, 4) + 4 * np.eye(4, dtype="float32")
    b = random(2, 4, 3, seed=1)
    np.testing.assert_allclose(OVERRIDES["inv"](tensor(a)), np.linalg.inv(a), rtol=1e-4, atol=1e-5)
    wanted = np.linalg.solve(a, b)
    np.testing.assert_allclose(
        OVERRIDES["solve"](tensor(a), tensor(b)), wanted, rtol=1e-4, atol=1e-5
    )
    np.testing.assert_allclose(
        OVERRIDES["solve"](tensor(a), tensor(b[..., 0])), wanted[..., 0], rtol=1e-4, atol=1e-5
    )
