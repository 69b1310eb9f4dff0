"""The torch backend by itself: its services, and its updates for optimizers."""

import copy
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from keras_backend_torch import (  # noqa: E402  # they import torch
    autodiff,
    compiler,
    devices,
    integration,
    overrides,
    primitives,
    rng,
    tensors,
    variables,
)
from keras_backend_torch.plugin import keras_core_load_backend  # noqa: E402
from keras_core_plugins.check import check_backend  # noqa: E402
from keras_core_plugins.errors import UnsupportedOpError  # noqa: E402

OVERRIDES = vars(overrides)


def t(*values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype)


def seed(a=1, b=2):
    return torch.tensor([a, b], dtype=torch.uint32)


def equal(a, b, **options):
    torch.testing.assert_close(a, b, **options)


def test_plugin_is_light():
    code = (
        "import sys, keras_backend_torch.plugin as p; p.keras_core_backend_info();"
        "sys.exit('torch' in sys.modules or 'keras_core' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_backend_keeps_to_the_protocol():
    assert check_backend(keras_core_load_backend()) == []


# -- Tensors -----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", tensors.DTYPES)
def test_numpy_round_trip(dtype):
    import ml_dtypes

    array = np.arange(6).reshape(2, 3).astype(getattr(ml_dtypes, dtype, dtype))
    x = tensors.from_numpy(array, dtype)
    assert (tensors.dtype(x), tensors.shape(x)) == (dtype, (2, 3))
    back = tensors.to_numpy(x)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


def test_arrays_that_can_change_are_copied():
    array = np.zeros(3, np.float32)
    x = tensors.from_numpy(array, "float32")
    array[0] = 1
    view = array[:2]
    view.flags.writeable = False
    y = tensors.from_numpy(view, "float32")
    array[1] = 1
    assert x.tolist() == [0, 0, 0]
    assert y.tolist() == [1, 0]


def test_read_only_arrays_are_shared_without_a_warning():
    array = np.zeros(3, np.float32)
    array.flags.writeable = False
    assert tensors.from_numpy(array, "float32").data_ptr() == array.ctypes.data


def test_arrays_with_negative_strides():
    array = np.arange(3.0)
    array.flags.writeable = False
    assert tensors.from_numpy(array[::-1], "float64").tolist() == [2, 1, 0]


def test_arrays_of_variables_are_copies():
    handle = variables.create(t(1.0, 2.0), True, "v")
    array, view = tensors.to_numpy(handle), tensors.to_numpy(handle[:1])
    variables.assign(handle, t(3.0, 4.0))
    assert (array.tolist(), view.tolist()) == ([1, 2], [1])


# -- Variables ---------------------------------------------------------------------------


def test_variables_are_parameters_that_own_their_memory():
    value = t(1.0, 2.0)
    handle = variables.create(value, True, "v")
    assert isinstance(handle, torch.nn.Parameter)
    assert variables.read(handle) is handle
    assert variables.assign(handle, t(5.0, 6.0)) is handle
    assert value.tolist() == [1, 2]
    assert handle.tolist() == [5, 6]


def test_assigning_a_view_of_the_variable():
    handle = variables.create(torch.arange(4.0).reshape(2, 2), True, "v")
    variables.assign(handle, handle.T)
    assert handle.tolist() == [[0, 2], [1, 3]]
    variables.assign(handle, handle.detach().T)
    assert handle.tolist() == [[0, 1], [2, 3]]


@pytest.mark.parametrize(
    "dtype, can_train", [("float32", True), ("complex64", True), ("int32", False), ("bool", False)]
)
def test_requires_grad_follows_trainable(dtype, can_train):
    value = torch.zeros(2, dtype=tensors.DTYPES[dtype])
    handle = variables.create(value, True, "v")
    assert handle.requires_grad is can_train
    variables.set_trainable(handle, False)
    assert not handle.requires_grad
    variables.set_trainable(handle, True)
    assert handle.requires_grad is can_train
    assert not variables.create(value, False, "v").requires_grad


# -- Derivatives -------------------------------------------------------------------------


def grad(fn, *xs):
    return autodiff.value_and_grad(lambda xs: (fn(*xs), None), xs)[1]


def test_value_and_grad():
    x, n = t(1.0, 2.0), t(1, 2, dtype=torch.int32)
    (loss, aux), grads = autodiff.value_and_grad(
        lambda xs: ((xs[0] ** 2).sum(), {"n": xs[1] + 1}), [x, n, x.clone()]
    )
    assert (float(loss), aux["n"].tolist()) == (5, [2, 3])
    equal(grads[0], t(2.0, 4.0))
    assert grads[1:] == [None, None]
    assert not loss.requires_grad  # the graph is gone, so that nothing is held
    assert not x.requires_grad


def test_constant_loss():
    assert grad(lambda x: torch.tensor(1.0), t(1.0)) == [None]


@pytest.mark.parametrize("trainable", [True, False])
def test_variables_are_watched_in_place(trainable):
    handle = variables.create(t(3.0), trainable, "v")
    (g,) = grad(lambda _: (variables.read(handle) ** 2).sum(), handle)
    equal(g, t(6.0))
    assert handle.requires_grad is trainable
    assert handle.grad is None


def test_derivatives_nest():
    x = t(1.0, 2.0)
    second = grad(lambda x: grad(lambda y: (y**3).sum(), x)[0].sum(), x)[0]
    equal(second, 6 * x)
    third = grad(lambda x: grad(lambda y: grad(lambda z: (z**4).sum(), y)[0].sum(), x)[0].sum(), x)[
        0
    ]
    equal(third, 24 * x)


def test_gradient_penalty():
    handle, x = variables.create(torch.tensor(2.0), True, "v"), t(1.0, 2.0)

    def penalty(_):
        (g,) = grad(lambda y: (y**2 * handle).sum(), x)
        return (g**2).sum()

    equal(grad(penalty, handle)[0], (8 * handle * x**2).sum().detach())


def test_uses_outside_of_the_function_do_not_count():
    def outer(x):
        y = x * 2
        return grad(lambda z: (z * y).sum(), y)[0].sum()  # y is a constant inside

    equal(grad(outer, t(1.0, 2.0))[0], t(2.0, 2.0))


def test_gradients_under_no_grad():
    with autodiff.no_grad():
        assert not (t(1.0).requires_grad_() * 2).requires_grad
        equal(grad(lambda x: (x**2).sum(), t(3.0))[0], t(6.0))


def test_users_own_backward():
    handle = variables.create(t(3.0), True, "v")
    (primitives.multiply(variables.read(handle), handle)).sum().backward()
    equal(handle.grad, t(6.0))


def test_vjp_many_times():
    x = t(1.0, 2.0)
    ys, pullback = autodiff.vjp(lambda x, n: [x * x, n], [x, t(1, dtype=torch.int32)])
    equal(ys[0].detach(), t(1.0, 4.0))
    equal(pullback([t(1.0, 1.0), None])[0], t(2.0, 4.0))
    equal(pullback([t(1.0, 0.0), None])[0], t(2.0, 0.0))
    assert pullback([None, None]) == [None, None]


def test_jvp():
    x = t(1.0, 2.0)
    ys, dys = autodiff.jvp(lambda a, b: [a * b, torch.ones(1)], [x, x], [t(1.0, 0.0), t(0.0, 1.0)])
    equal(ys[0].detach(), x * x)
    equal([dy.detach() for dy in dys], [t(1.0, 2.0), t(0.0)])
    hvp = autodiff.jvp(lambda x: grad(lambda y: (y**3).sum(), x), [x], [t(1.0, 1.0)])[1][0]
    equal(hvp.detach(), 6 * x)


def exp_by_hand(x):
    def fn(x):
        y = x.exp()
        return [y], lambda dy: [dy * y]

    return autodiff.custom_gradient(fn, [x])[0]


def test_custom_gradient():
    x = t(0.0, 1.0)
    backwards = lambda x: autodiff.custom_gradient(lambda x: ([x], lambda dy: [-dy]), [x])[0]  # noqa: E731
    equal(grad(lambda x: backwards(x).sum(), x)[0], t(-1.0, -1.0))
    equal(grad(lambda x: exp_by_hand(x).sum(), x)[0], x.exp())
    # what the pullback has kept from the forward pass depends on x, too
    equal(grad(lambda x: grad(lambda y: exp_by_hand(y).sum(), x)[0].sum(), x)[0], x.exp())


def test_stop_gradient_and_checkpoint():
    calls = []

    def fn(x):
        calls.append(1)
        return x.sin()

    x = t(0.5)
    equal(grad(lambda x: (x * autodiff.stop_gradient(x)).sum(), x)[0], x)
    equal(grad(lambda x: autodiff.checkpoint(fn)(x).sum(), x)[0], x.cos())
    assert len(calls) == 2


def test_derivatives_inside_a_vectorized_map():
    xs = torch.arange(6.0).reshape(3, 2)
    per_row = OVERRIDES["vectorized_map"](lambda x: grad(lambda y: (y**2).sum(), x)[0], xs)
    equal(per_row, 2 * xs)
    _, pullback = autodiff.vjp(lambda x: [x**2], [xs[1]])
    jacobian = OVERRIDES["vectorized_map"](lambda dy: pullback([dy])[0], torch.eye(2))
    equal(jacobian, torch.diag(2 * xs[1]))


# -- Compiler ----------------------------------------------------------------------------

AHEAD_OF_TIME = {"xla": True, "backend": "aot_eager"}
"""Traced and differentiated as ever, but with no code generated, which takes seconds."""


def test_jit_is_the_function_itself_unless_asked():
    assert compiler.jit(len, donate_first=False, options={}) is len


@pytest.mark.filterwarnings("ignore")  # torch's tracer warns about itself
def test_a_compiled_training_step():
    weights = variables.create(torch.zeros(3), True, "w")
    slots = [variables.create(torch.zeros(3), False, "s") for _ in range(2)]
    step = variables.create(torch.zeros((), dtype=torch.int64), False, "step")
    inside = []

    def train(x, y):
        inside.append(compiler.is_tracing())

        def loss(_):
            keep = primitives.random_uniform(seed(), x.shape, "float32") < 2
            return ((torch.where(keep, x, 0.0) @ weights - y) ** 2).mean(), None

        (value, _), grads = autodiff.value_and_grad(loss, [weights])
        variables.assign(step, step + 1)
        OVERRIDES["adam_update"](
            [weights], grads, slots[:1], slots[1:], [], step, torch.tensor(0.1), 0.9, 0.999, 1e-7,
            None, False,
        )  # fmt: skip
        return {"loss": value}

    x = torch.randn(32, 3, generator=torch.Generator().manual_seed(0))
    y = x @ t(1.0, -2.0, 0.5)
    compiled = compiler.jit(train, donate_first=False, options=AHEAD_OF_TIME)
    losses = [float(compiled(x, y)["loss"]) for _ in range(20)]
    assert losses[-1] < losses[0] / 2
    assert int(step) == 20
    assert not compiler.is_tracing()


def _along_the_cotangent(ys, pullback):
    return autodiff.jvp(lambda dy: pullback([dy]), ys, [torch.ones(3)])[1][0]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "derivatives",
    [
        lambda f, x: grad(lambda y: (grad(f, y)[0] ** 2).sum(), x)[0],
        lambda f, x: autodiff.jvp(lambda y: grad(f, y), [x], [torch.ones(3)])[1][0],
        lambda f, x: _along_the_cotangent(*autodiff.vjp(lambda y: [torch.sin(y)], [x])),
    ],
    ids=["gradient", "directional", "of-a-pullback"],
)
def test_a_compiled_function_may_differentiate_twice(derivatives):
    x = t(0.5, -1.0, 2.0)

    def run(x):
        return derivatives(lambda y: (torch.sin(y) * y**2).sum(), x)

    compiled = compiler.jit(run, donate_first=False, options=AHEAD_OF_TIME)
    equal(compiled(x), run(x))


@pytest.mark.one_in(8)
@pytest.mark.filterwarnings("ignore")
def test_each_compiled_function_is_compiled():
    from torch._dynamo.utils import counters

    def traced(k):
        before = counters["stats"]["unique_graphs"]
        function = compiler.jit(lambda x: x * k, donate_first=False, options=AHEAD_OF_TIME)
        assert float(function(t(3.0))) == 3 * k
        return counters["stats"]["unique_graphs"] - before

    number = torch._dynamo.config.accumulated_recompile_limit + 1
    assert sum(map(traced, range(number))) == number


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(not compiler._SEPARATE, reason="this torch counts recompilations together")
def test_what_compiled_functions_have_in_common_is_compiled_for_each():
    from torch._dynamo.utils import counters

    def traced(k):
        def loss(xs):
            y = xs[0]
            for _ in range(k):
                y = y * 2
            return y, None

        before = counters["stats"]["unique_graphs"]
        function = compiler.jit(
            lambda x: autodiff.value_and_grad(loss, [x])[1][0],
            donate_first=False,
            options=AHEAD_OF_TIME,
        )
        assert float(function(t(3.0)[0])) == 2**k
        return counters["stats"]["unique_graphs"] - before

    number = torch._dynamo.config.recompile_limit + 1
    assert [traced(k) for k in range(1, 1 + number)] == [1] * number


# -- Devices, integration ----------------------------------------------------------------


def test_devices():
    assert "cpu:0" in devices.list_devices()
    with devices.device_scope("meta"):
        assert primitives.full((2,), 1, "float32").device.type == "meta"
        with devices.device_scope("cpu:0"):
            assert primitives.arange(0, 2, 1, "int32").device.type == "cpu"
    assert tensors.from_numpy(np.zeros(1), "float64").device == devices.DEFAULT
    with pytest.raises(ValueError, match="no device 'gpu:99'"), devices.device_scope("gpu:99"):
        pass
    with pytest.raises(ValueError, match="no device 'abacus'"), devices.device_scope("abacus"):
        pass


class Layer(integration.layer_mixin):
    variable_dtype = "float32"

    _own_variables = ()

    def __init__(self):
        super().__init__()
        self.value = variables.create(t(1.0, 2.0), True, "v")

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)

    def __call__(self, x):
        return x * self.value


def test_layers_are_modules():
    outer, inner = Layer(), Layer()
    outer._add_engine_variable("kernel", outer.value)
    inner._add_engine_variable("v.1", inner.value)
    outer._add_engine_layer("inner", inner)
    other = Layer()
    outer._add_engine_layer("inner", other)  # of the same name, but not the same
    assert [id(p) for p in outer.parameters()] == [id(outer.value), id(inner.value)]
    assert list(outer.state_dict()) == ["kernel", "inner.v_1"]
    assert list(dict(outer.named_children())) == ["inner", "inner_"]
    state = {k: v + 1 for k, v in outer.state_dict().items()}
    outer.load_state_dict(state)
    assert outer.value.tolist() == [2, 3]
    assert outer.to("cpu").value is outer.value
    assert outer.forward(t(2.0, 2.0)).tolist() == [4, 6]
    twin = copy.deepcopy(outer)
    assert twin._parameters["kernel"] is twin.value is not outer.value
    outer._remove_engine_variable(outer.value)
    assert list(outer.state_dict()) == ["inner.v_1"]
    outer.kernel_attribute = 1
    del outer.kernel_attribute
    with pytest.raises(AttributeError):
        del outer.kernel_attribute


def test_infer_spec():
    weights = torch.nn.Parameter(torch.ones(4, 3, 3, 3))

    def fn(x):
        assert compiler.is_tracing()
        y = torch.nn.functional.conv2d(x, weights, stride=2)
        return {"y": y, "z": [x.mean((2, 3)).half(), None]}

    assert integration.infer_spec(fn, [((None, 3, None, 32), "float32")]) == {
        "y": ((None, 4, None, 15), "float32"),
        "z": [((None, 3), "float16"), None],
    }
    assert not compiler.is_tracing()


# -- Random numbers ----------------------------------------------------------------------

DRAWS = {
    "uniform": rng.uniform,
    "normal": rng.normal,
    "randint": lambda s, shape, dtype: rng.randint(s, shape, 3, 9, "int32"),
    "gamma": lambda s, shape, dtype: rng.gamma(s, shape, torch.tensor(2.0), dtype),
}


@pytest.mark.parametrize("name", DRAWS)
def test_numbers_depend_on_both_halves_of_the_seed(name):
    draw = DRAWS[name]
    equal(draw(seed(1, 2), (99,), "float32"), draw(seed(1, 2), (99,), "float32"))
    for other in (seed(1, 3), seed(2, 2), seed(2, 1)):
        assert not torch.equal(draw(seed(1, 2), (99,), "float32"), draw(other, (99,), "float32"))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("read", [True, False])
def test_distributions(monkeypatch, dtype, read):
    if not read:  # the numbers that compiled code draws
        monkeypatch.setattr(rng, "_source", lambda seed: None)
    n = 20_000
    u = rng.uniform(seed(), (n,), dtype).double()
    assert 0 <= u.min() < 0.01
    assert 0.99 < u.max() < 1
    assert abs(u.mean() - 0.5) < 0.02
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 0.02
    z = rng.normal(seed(), (n // 2, 2), dtype).double()
    assert z.shape == (n // 2, 2)
    assert abs(z.mean()) < 0.03
    assert abs(z.std() - 1) < 0.03
    i = rng.randint(seed(), (n,), -2, 3, "int16")
    assert (i.dtype, i.unique().tolist()) == (torch.int16, [-2, -1, 0, 1, 2])


def test_random_numbers_inside_a_vectorized_map():
    seeds = torch.stack([seed(1, 2), seed(3, 4)])
    rows = OVERRIDES["vectorized_map"](lambda s: rng.uniform(s, (8,), "float32"), seeds)
    assert rows.shape == (2, 8)
    assert not torch.equal(rows[0], rows[1])


def test_gamma_is_differentiable():
    (g,) = grad(lambda a: rng.gamma(seed(), (50,), a, "float32").sum(), torch.tensor(2.0))
    assert float(g) > 0


# -- Unsigned integers -------------------------------------------------------------------


def test_uint64_beyond_int64():
    big = 2**63 + 5
    x, y = (
        torch.tensor([big, 7, 2**64 - 1], dtype=torch.uint64),
        torch.tensor([3, 2, 2**63], dtype=torch.uint64),
    )
    assert primitives.floor_divide(x, y).tolist() == [big // 3, 3, 1]
    assert primitives.mod(x, y).tolist() == [big % 3, 1, 2**63 - 1]
    assert primitives.less(y, x).tolist() == [True, True, True]
    assert primitives.max(x, (0,), False).item() == 2**64 - 1
    assert primitives.right_shift(x, torch.tensor([63, 0, 1], dtype=torch.uint64)).tolist() == [
        1, 7, 2**63 - 1,
    ]  # fmt: skip


# -- Updates of optimizers ---------------------------------------------------------------

SHAPES = [(3, 4), (), (5,)]


def draws(count=1):
    generator = np.random.default_rng(0)
    return [[generator.normal(size=s) for s in SHAPES] for _ in range(count)]


def handles(arrays, dtype=torch.float64):
    return [variables.create(torch.as_tensor(np.asarray(a), dtype=dtype), True, "") for a in arrays]


def zeros():
    return [np.zeros(s) for s in SHAPES]


def check(found, expected):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("weight_decay", [None, 0.1, [0.1, 0.0, 0.2]])
def test_adam(amsgrad, weight_decay):
    lr, b1, b2, eps = 0.1, 0.9, 0.99, 1e-3
    p, *grads = draws(4)
    m, v, top = zeros(), zeros(), zeros()
    state = [handles(p), handles(m), handles(v), handles(top) if amsgrad else []]
    for step, g in enumerate(grads, start=1):
        out = OVERRIDES["adam_update"](
            state[0], handles(g), *state[1:], torch.tensor(step),
            torch.tensor(lr, dtype=torch.float64), b1, b2, eps, weight_decay, amsgrad,
        )  # fmt: skip
        assert all(a is b for a, b in zip(out[0], state[0], strict=True))
        for i in range(3):
            decay = weight_decay[i] if isinstance(weight_decay, list) else weight_decay or 0
            p[i] = p[i] - p[i] * decay * lr
            alpha = lr * np.sqrt(1 - b2**step) / (1 - b1**step)
            m[i] = m[i] + (g[i] - m[i]) * (1 - b1)
            v[i] = v[i] + (g[i] ** 2 - v[i]) * (1 - b2)
            top[i] = np.maximum(top[i], v[i])
            p[i] = p[i] - alpha * m[i] / (np.sqrt(top[i] if amsgrad else v[i]) + eps)
    check(state[0], p)
    check(state[1], m)
    check(state[2], v)


def test_adam_of_parameters_of_several_dtypes():
    p = [variables.create(torch.ones(2, dtype=d), True, "") for d in (torch.float32, torch.float64)]
    slots = [[torch.zeros_like(x) for x in p] for _ in range(2)]
    OVERRIDES["adam_update"](
        p, [x.detach() for x in p], *slots, [], torch.tensor(1), torch.tensor(0.5), 0.9, 0.999,
        1e-7, None, False,
    )  # fmt: skip
    for x in p:
        equal(x.detach(), torch.full_like(x, 0.5), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("momentum, nesterov", [(0.0, False), (0.9, False), (0.9, True)])
def test_sgd(momentum, nesterov):
    lr = 0.1
    p, *grads = draws(4)
    m = zeros()
    params, momenta = handles(p), handles(m) if momentum else []
    for g in grads:
        OVERRIDES["sgd_update"](
            params, handles(g), momenta, torch.tensor(lr, dtype=torch.float64), momentum, nesterov
        )
        for i in range(3):
            m[i] = momentum * m[i] - lr * g[i]
            p[i] = p[i] + (momentum * m[i] - lr * g[i] if nesterov else m[i])
    check(params, p)
    if momentum:
        check(momenta, m)


@pytest.mark.parametrize("momentum", [0.0, 0.8])
@pytest.mark.parametrize("centered", [False, True])
def test_rmsprop(momentum, centered):
    lr, rho, eps = 0.1, 0.9, 1e-3
    p, *grads = draws(4)
    v, m, avg = zeros(), zeros(), zeros()
    state = [
        handles(p),
        handles(v),
        handles(m) if momentum else [],
        handles(avg) if centered else [],
    ]
    for g in grads:
        OVERRIDES["rmsprop_update"](
            state[0], handles(g), *state[1:], torch.tensor(lr, dtype=torch.float64), rho, momentum,
            eps, centered,
        )  # fmt: skip
        for i in range(3):
            v[i] = rho * v[i] + (1 - rho) * g[i] ** 2
            avg[i] = rho * avg[i] + (1 - rho) * g[i] if centered else 0.0
            increment = lr * g[i] / np.sqrt(v[i] - avg[i] ** 2 + eps)
            m[i] = momentum * m[i] + increment
            p[i] = p[i] - m[i]
    check(state[0], p)
    check(state[1], v)


# -- Overrides of more than a line -------------------------------------------------------


@pytest.mark.parametrize("cap", [None, 2.0])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("heads", [4, 2])
@pytest.mark.parametrize("extra", ["", "mask", "bias", "mask bias"])
def test_attention(cap, causal, heads, extra):
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: torch.randn(shape, generator=generator, dtype=torch.float64)  # noqa: E731
    q, k, v = draw(2, 5, 4, 8), draw(2, 6, heads, 8), draw(2, 6, heads, 8)
    mask = draw(2, 1, 5, 6) > -0.5 if "mask" in extra else None
    bias = draw(1, 4, 5, 6) if "bias" in extra else None
    wide_k, wide_v = (t.repeat_interleave(4 // heads, 2) for t in (k, v))
    logits = torch.einsum("btnh,bsnh->bnts", q, wide_k) / 8**0.5
    logits = logits if cap is None else cap * torch.tanh(logits / cap)
    logits = logits if bias is None else logits + bias
    seen = torch.ones(5, 6, dtype=torch.bool).tril() if causal else torch.tensor(True)
    seen = seen if mask is None else seen & mask
    weights = torch.softmax(torch.where(seen, logits, -1e30), -1)
    expected = torch.einsum("bnts,bsnh->btnh", weights, wide_v)
    attend = OVERRIDES["dot_product_attention"]
    equal(attend(q, k, v, bias, mask, None, causal, None, cap), expected)
    inner = lambda q: attend(q, k, v, bias, mask, None, causal, None, cap).square().sum()  # noqa: E731
    (second,) = grad(lambda q: grad(inner, q)[0].sum(), q)  # no kernel stands in the way
    assert torch.isfinite(second).all()


@pytest.mark.parametrize("axis", [(2,), (1, 2), (1,), (0, 2)])
def test_normalizations(axis):
    x = torch.randn(4, 5, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    shape = [x.shape[a] for a in axis]
    gamma, beta = (torch.rand(shape, dtype=torch.float64) for _ in range(2))
    wide = [n if a in axis else 1 for a, n in enumerate(x.shape)]
    centred = x - x.mean(axis, True)
    expected = centred / torch.sqrt((centred**2).mean(axis, True) + 1e-3)
    normalize = OVERRIDES["layer_normalization"]
    equal(normalize(x, None, None, axis, 1e-3), expected)
    equal(normalize(x, gamma, beta, axis, 1e-3), expected * gamma.view(wide) + beta.view(wide))
    expected = x / torch.sqrt((x**2).mean(axis, True) + 1e-3) * gamma.view(wide)
    equal(OVERRIDES["rms_normalization"](x, gamma, axis, 1e-3), expected)
    equal(OVERRIDES["var"](x, axis, False), torch.var(x, axis, correction=0))


def test_batch_normalization():
    x = torch.randn(4, 5, 6, generator=torch.Generator().manual_seed(0))
    for axis in (1, 2):
        other = tuple(a for a in range(3) if a != axis)
        mean, var = x.mean(other), torch.var(x, other, correction=0)
        y = OVERRIDES["batch_normalization"](x, mean, var, axis, None, None, 0.0)
        equal(y.mean(other), torch.zeros(x.shape[axis]), atol=1e-5, rtol=0)
        equal(torch.var(y, other, correction=0), torch.ones(x.shape[axis]), atol=1e-4, rtol=0)


def test_softmax_over_several_axes():
    x = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    y = OVERRIDES["softmax"](x, (0, 2))
    equal(y.sum((0, 2)), torch.ones(3))
    equal(OVERRIDES["log_softmax"](x, (0, 2)).exp(), y)


@pytest.mark.parametrize("axis", [1, 3])
def test_batch_normalization_of_a_training_step(axis):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, 5, 6, 7, generator=generator, dtype=torch.float64)
    scale, offset = (torch.rand(x.shape[axis], dtype=torch.float64) for _ in range(2))
    others = tuple(a for a in range(4) if a != axis)

    def by_parts(x, scale, offset):
        mean, variance = (OVERRIDES[name](x, others, False) for name in ("mean", "var"))
        y = OVERRIDES["batch_normalization"](x, mean, variance, axis, offset, scale, 1e-3)
        return y, mean, variance

    def at_once(x, scale, offset):
        return OVERRIDES["batch_normalization_training"](x, axis, offset, scale, 1e-3)

    equal(at_once(x, scale, offset), by_parts(x, scale, offset))
    for a, b in zip(
        *(grad(lambda *xs, fn=fn: fn(*xs)[0].pow(3).sum(), x, scale, offset)
          for fn in (at_once, by_parts)),
        strict=True,
    ):  # fmt: skip
        equal(a, b)


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_second_derivatives_of_recurrent_layers(name):
    gates = {"lstm": 4, "gru": 3}[name]
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: torch.randn(shape, generator=generator)  # noqa: E731
    x, states = draw(2, 3, 4), [draw(2, 5) for _ in range(gates - 2)]
    kernel, recurrent = draw(4, 5 * gates), draw(5, 5 * gates)

    def loss(x):
        return OVERRIDES[name](x, *states, kernel, recurrent, None, False)[0].square().sum()

    (hessian_row,) = grad(lambda x: grad(loss, x)[0].sum(), x)
    step = 1e-2
    plus, minus = (grad(loss, x + s)[0].sum() for s in (step, -step))
    equal(hessian_row.sum(), (plus - minus) / (2 * step), rtol=2e-2, atol=2e-2)


def attend(q, k, *, fused, cap=None):
    return overrides.dot_product_attention(q, k, k, None, None, None, False, fused, cap)


@pytest.mark.parametrize(
    ("asked", "kernels"), [(None, None), (True, "FLASH_ATTENTION"), (False, "MATH")]
)
def test_attention_runs_on_the_kernels_that_were_asked_for(asked, kernels, monkeypatch):
    chosen = []
    choose = overrides.sdpa_kernel

    def spy(which):
        chosen.append(which)
        return choose(which)

    monkeypatch.setattr(overrides, "sdpa_kernel", spy)
    x = torch.ones(1, 3, 2, 4)
    equal(attend(x, x, fused=asked), x)
    assert [w[0].name for w in chosen] == ([] if kernels is None else [kernels])


def test_attention_that_no_kernel_fuses_is_refused():
    x = torch.ones(1, 3, 2, 4)
    with pytest.raises(UnsupportedOpError, match="no cap of the scores"):
        attend(x, x, fused=True, cap=2.0)
    with pytest.raises(UnsupportedOpError, match=r"no fused kernel for queries of shape \(1, 2"):
        overrides.dot_product_attention(x, x, x[..., :3], None, None, None, False, True, None)
