"""What users of torch do with modules, done with models and layers."""

import copy

import numpy as np
import pytest

import keras_core as keras

if keras.backend.backend() != "torch":
    pytest.skip("layers are modules on torch only", allow_module_level=True)

import torch  # only where it is the engine
from torch.func import functional_call, grad, stack_module_state, vmap

X = torch.linspace(-1, 1, 32).reshape(8, 4)
Y = X[:, :1] * 2 + 1
NAMES = ["1.kernel", "1.bias", "2.gamma", "2.beta", "2.moving_mean", "2.moving_variance",
         "4.kernel", "4.bias"]  # fmt: skip


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)
    torch.manual_seed(0)


def made():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(16, activation="relu"),
         keras.layers.BatchNormalization(), keras.layers.Dropout(0.5), keras.layers.Dense(1)]
    )  # fmt: skip


def small():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="tanh")])


# -- Parameters --------------------------------------------------------------------------


def test_parameters_come_in_the_order_of_building():
    model = made()
    assert [n for n, _ in model.named_parameters()] == NAMES
    assert all(p is v.value for p, v in zip(model.parameters(), model.weights, strict=True))
    frozen = [n for n, p in model.named_parameters() if not p.requires_grad]
    assert frozen == ["2.moving_mean", "2.moving_variance"]
    assert len(list(model.children())) == len(model.layers) + 1  # the input


def test_requires_grad_is_trainable():
    model = made()
    model.requires_grad_(False)
    assert (model.trainable_weights, model.layers[0].trainable) == ([], False)
    model.requires_grad_(True)
    assert len(model.trainable_weights) == 6
    model.layers[0].trainable = False
    assert [p.requires_grad for p in model.layers[0].parameters()] == [False, False]


def test_a_state_dict_makes_the_round_trip(tmp_path):
    one, two, three = made(), made(), made()
    torch.save(one.state_dict(), tmp_path / "m.pt")
    state = torch.load(tmp_path / "m.pt")
    assert list(state) == NAMES
    two.load_state_dict(state)
    three.load_state_dict(state, assign=True)
    for other in (two, three):
        assert torch.equal(other(X), one(X))
        assert all(p is v.value for p, v in zip(other.parameters(), other.weights, strict=True))
    assert three.weights[0].value is not one.weights[0].value


@pytest.mark.parametrize("device", ["meta", "cpu"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_moves_and_casts(device, dtype):
    model = made().to(device, dtype)
    assert {p.device.type for p in model.parameters()} == {device}
    assert all(p is v.value for p, v in zip(model.parameters(), model.weights, strict=True))
    y = model(X.to(device, dtype))
    assert (y.dtype, y.device.type, y.shape) == (dtype, device, (8, 1))


def test_a_deep_copy_is_a_model_of_its_own():
    model = made()
    twin = copy.deepcopy(model)
    assert torch.equal(twin(X), model(X))
    assert all(p is v.value for p, v in zip(twin.parameters(), twin.weights, strict=True))
    with torch.no_grad():
        next(twin.parameters()).zero_()
    assert not torch.equal(twin(X), model(X))


def test_what_is_taken_out_has_no_parameters_left():
    model = made()
    model.pop()
    assert [n for n, _ in model.named_parameters()] == NAMES[:-2]
    model.add(keras.layers.Dense(2))
    assert [n for n, _ in model.named_parameters()] == NAMES
    assert model(X).shape == (8, 2)

    class Two(keras.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = keras.layers.Dense(2), keras.layers.Dense(3)
            self.more = [keras.layers.Dense(2)]

        def call(self, x):
            return self.more[0](self.b(self.a(x))) if hasattr(self, "b") else self.a(x)

    model = Two()
    model(X)
    assert len(list(model.parameters())) == 6
    del model.b
    model.more.pop()
    assert [n for n, _ in model.named_parameters()] == ["a.kernel", "a.bias"]
    assert len(model.weights) == 2
    assert model(X).shape == (8, 2)


# -- Modes and hooks ---------------------------------------------------------------------


def test_train_and_eval_are_heard():
    model = made()
    norm = model.layers[1]
    assert torch.equal(model(X), model(X))  # as in Keras, unless it is said
    mean = norm.moving_mean.numpy()
    assert model.train() is model
    assert not torch.equal(model(X), model(X))
    assert not np.array_equal(norm.moving_mean.numpy(), mean)
    mean = norm.moving_mean.numpy()
    assert torch.equal(model.eval()(X), model(X))
    assert np.array_equal(norm.moving_mean.numpy(), mean)
    assert not torch.equal(model(X, training=True), model(X, training=True))


def test_a_layer_has_a_mode_of_its_own():
    model = made().train()
    model.layers[2].eval()
    model.layers[1].eval()
    assert torch.equal(model(X), model(X))  # batch statistics are frozen, nothing is dropped
    assert not torch.equal(model(X, training=True), model(X, training=True))  # said in the call
    assert torch.equal(torch.nn.Sequential(keras.layers.Dropout(0.5)).eval()(X), X)


def test_hooks_run():
    model, seen = made(), []
    first, last = model.layers[0], model.layers[-1]
    handles = [
        first.register_forward_pre_hook(lambda _, a: seen.append(("before", a[0].shape))),
        first.register_forward_hook(lambda _, a, y: seen.append(("after", y.shape))),
        last.register_full_backward_hook(lambda _, dx, dy: seen.append(("back", dy[0].shape))),
        model.register_forward_hook(lambda *_: seen.append(("model", None))),
    ]
    model(X).sum().backward()
    assert seen == [("before", (8, 4)), ("after", (8, 16)), ("model", None), ("back", (8, 1))]
    for handle in handles:
        handle.remove()
    model(X)
    assert len(seen) == 4


# torch warns where no input needs a gradient, as in `fit`
@pytest.mark.filterwarnings("ignore:Full backward hook is firing")
def test_hooks_of_all_modules_run():
    modules, seen = torch.nn.modules.module, []

    def note(what):
        return lambda module, *_: seen.append((what, type(module).__name__))

    model = made()
    names = [type(m).__name__ for m in (model, *model.layers)]
    registered = [
        modules.register_module_forward_pre_hook(note("before")),
        modules.register_module_forward_hook(note("after")),
        modules.register_module_full_backward_pre_hook(note("back")),
        modules.register_module_full_backward_hook(note("backed")),
    ]
    try:
        model(X).sum().backward()
        assert [n for what, n in seen if what == "before"] == names
        for what in ("after", "back", "backed"):
            assert sorted(n for w, n in seen if w == what) == sorted(names)
        seen.clear()
        model.compile("sgd", "mse")
        model.fit(X, X[:, :1], verbose=0)
        assert {n for what, n in seen if what == "backed"} == set(names)
    finally:
        for handle in registered:
            handle.remove()
    seen.clear()
    plain = model(X)
    assert seen == []
    doubled = modules.register_module_forward_hook(
        lambda module, _, y: 2 * y if module is model else None
    )
    try:
        torch.testing.assert_close(model(X), 2 * plain)
    finally:
        doubled.remove()


def test_hooks_of_registration_hear_of_weights_and_layers():
    modules, seen = torch.nn.modules.module, []

    def other(module, name, parameter):
        seen.append((module, name))
        return torch.nn.Parameter(torch.full_like(parameter, 7.0)) if name == "kernel" else None

    registered = [
        modules.register_module_parameter_registration_hook(other),
        modules.register_module_module_registration_hook(lambda m, n, sub: seen.append((m, sub))),
    ]
    try:
        dense = keras.layers.Dense(2)
        model = keras.Sequential([keras.Input((3,)), dense])
    finally:
        for handle in registered:
            handle.remove()
    assert (dense, "kernel") in seen
    assert (dense, "bias") in seen
    assert (model, dense) in seen
    assert dense(torch.ones(1, 3))[0, 0].item() == 21.0
    assert dense.kernel.engine_variable is dict(dense.named_parameters())["kernel"]


def test_hooks_change_arguments_and_results():
    layer = keras.layers.Dense(3)
    layer(X)
    layer.register_forward_pre_hook(lambda _, a: (a[0] * 0,))
    assert not layer(X).any()
    layer.register_forward_hook(lambda _, a, y: y + 1)
    assert (layer(X) == 1).all()
    shared = keras.Model((x := keras.Input((4,))), layer(x))
    assert (shared.predict(X.numpy(), verbose=0) == 1).all()


# -- Training ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "LBFGS"])
def test_optimizers_of_torch(kind):
    model, loss_of = small(), keras.losses.MeanSquaredError()
    optimizer = getattr(torch.optim, kind)(model.parameters(), lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = loss_of(Y, model(X))
        loss.backward()
        return loss

    first = closure().item()
    for _ in range(10):
        optimizer.step(closure)
    assert closure().item() < first


def test_an_optimizer_of_keras_after_backward():
    model, optimizer = made(), keras.optimizers.Adam(0.05)
    loss_of = keras.losses.MeanSquaredError()
    before = loss_of(Y, model(X)).item()
    for _ in range(20):
        model.zero_grad()
        loss_of(Y, model(X, training=True)).backward()
        weights = model.trainable_weights
        with torch.no_grad():
            optimizer.apply([v.value.grad for v in weights], weights)
    assert loss_of(Y, model(X)).item() < before / 2
    assert int(optimizer.iterations) == 20


def test_the_tools_of_torch_around_a_step():
    model = made().train()
    metric = keras.metrics.MeanSquaredError()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    y = model(X)
    keras.losses.MeanSquaredError()(Y, y).backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1e-3)
    assert norm > 1e-3
    assert max(p.grad.abs().max() for p in model.parameters() if p.grad is not None) <= 1e-3
    optimizer.step()
    schedule.step()
    metric.update_state(Y, y.detach())
    assert float(metric.result()) == pytest.approx(((Y - y) ** 2).mean().item())
    assert torch.nn.utils.parameters_to_vector(model.parameters()).shape == (161,)


def test_no_grad():
    model = small()
    with torch.no_grad():
        assert not model(X).requires_grad
    with torch.inference_mode():
        assert not model(X).requires_grad
    assert model(X).requires_grad


def test_autocast():
    model = small()
    with torch.autocast("cpu", torch.bfloat16):
        y = model(X)
    assert (y.dtype, model(X).dtype, model.weights[0].dtype) == (
        torch.bfloat16, torch.float32, "float32",
    )  # fmt: skip


def test_functional_calls():
    model = small()
    values = {n: p.detach() for n, p in model.named_parameters()}
    assert not functional_call(model, {n: v * 0 for n, v in values.items()}, (X,)).any()
    assert torch.equal(functional_call(model, values, (X,)), model(X))  # and back again

    def loss(values, x):
        return functional_call(model, values, (x,)).pow(2).mean()

    model(X).pow(2).mean().backward()
    for name, g in grad(loss)(values, X).items():
        torch.testing.assert_close(g, model.get_parameter(name).grad)
    by_row = vmap(grad(loss), in_dims=(None, 0))(values, X[:, None])
    for name, g in grad(loss)(values, X).items():
        torch.testing.assert_close(by_row[name].mean(0), g)


def test_an_ensemble():
    models = [small(), small()]
    values, buffers = stack_module_state(models)
    meta = copy.deepcopy(models[0]).to("meta")
    out = vmap(lambda p, b: functional_call(meta, (p, b), (X,)))(values, buffers)
    torch.testing.assert_close(out, torch.stack([m(X) for m in models]))


@pytest.mark.parametrize("train", [False, True])
def test_a_compiled_model_is_one_graph(train):
    model = made().train(train)
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    y = compiled(X)
    y.sum().backward()
    assert all(p.grad is not None for p in model.parameters() if p.requires_grad)
    if not train:
        torch.testing.assert_close(y, model(X))


# -- Together with modules of torch -------------------------------------------------------


def test_layers_in_a_module():
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first = keras.layers.Dense(3)
            self.rest = torch.nn.Sequential(torch.nn.Linear(3, 3), keras.layers.Dropout(0.5))

        def forward(self, x):
            return self.rest(self.first(x))

    net = Net()
    net(X)
    assert list(net.state_dict()) == ["first.kernel", "first.bias", "rest.0.weight", "rest.0.bias"]
    assert (net.train()(X) == 0).any()
    assert not (net.eval()(X) == 0).any()
    optimizer = torch.optim.Adam(net.parameters(), 0.1)
    before = net(X).pow(2).mean()
    before.backward()
    optimizer.step()
    assert net(X).pow(2).mean() < before


@pytest.mark.filterwarnings("ignore:.*pin_memory.*")  # there is no accelerator here
def test_a_loader_with_workers_and_pinned_memory():
    rows = torch.utils.data.TensorDataset(X, Y)
    loader = torch.utils.data.DataLoader(
        rows, 4, num_workers=1, pin_memory=True, multiprocessing_context="fork"
    )
    model = small()
    model.compile(keras.optimizers.Adam(0.05), "mse")
    losses = model.fit(loader, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert model.predict(loader, verbose=0).shape == (8, 3)


class Noise(torch.utils.data.Dataset):
    """What a layer makes of nothing."""

    def __init__(self):
        self.layer = keras.layers.GaussianNoise(1.0, seed=3)

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return float(keras.ops.sum(self.layer(np.zeros(1, "float32"), training=True)))


def test_layers_in_workers_draw_numbers_of_their_own():
    loader = torch.utils.data.DataLoader(
        Noise(), None, num_workers=2, multiprocessing_context="fork"
    )
    drawn = [round(float(v), 6) for _ in range(2) for v in loader]
    assert len(set(drawn)) == len(drawn) == 8


def test_a_rematerialized_layer_runs_again_for_its_gradient():
    calls = []

    class Noted(keras.layers.Layer):
        def build(self, input_shape):
            self.seen = self.add_weight((), "zeros", trainable=False)

        def call(self, x):
            calls.append(1)
            self.seen.assign_add(1.0)
            return keras.ops.sin(x)

    for mode, times in ((None, 1), ("full", 2)):
        with keras.RematScope(mode=mode):
            layer = Noted()
        v = keras.Variable([1.0, 2.0])
        layer(keras.ops.ones((2,)))
        calls.clear()
        keras.ops.grad(lambda v=v, layer=layer: keras.ops.sum(layer(v * 2.0)), variables=[v])()
        assert len(calls) == times
        assert float(layer.seen) == 2.0


@pytest.mark.one_in(8)
def test_a_compiled_model_with_masks_is_one_graph():
    layers = keras.layers
    tokens = keras.Input((5,), dtype="int32")
    h = layers.Embedding(9, 4, mask_zero=True)(tokens)
    h = layers.Dense(4)(layers.add([h, layers.Dropout(0.5)(h)]))
    outputs = [layers.LSTM(3)(h), layers.MultiHeadAttention(2, 3)(h, h)]
    model = keras.Model(tokens, outputs)
    loss_of = keras.losses.MeanSquaredError()
    x = torch.tensor([[1, 2, 0, 0, 0], [3, 4, 5, 0, 0]], dtype=torch.int32)
    y = torch.ones((2, 5, 4))

    def run(x):
        last, steps = model(x)
        return last, steps, loss_of(y, steps)

    wanted = run(x)
    found = torch.compile(run, backend="aot_eager", fullgraph=True)(x)
    for a, b in zip(found, wanted, strict=True):
        torch.testing.assert_close(a, b)
    assert found[1]._keras_mask.tolist() == (x != 0).tolist()
