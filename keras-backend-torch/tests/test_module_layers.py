"""Modules of torch in models of Keras."""

import copy
import inspect
import os
import pickle
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

import keras_core as keras

if keras.backend.backend() != "torch":
    pytest.skip("modules of torch are layers on torch only", allow_module_level=True)

import torch  # only where it is the engine

from keras_core_plugins.contributions import contributions
from keras_core_plugins.lock import current

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)
    torch.manual_seed(0)


def mlp():
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Dropout())


def test_the_constructor_is_the_declared_one():
    for layer in contributions(current().installed, "keras_core_engine_layers"):
        cls = getattr(keras.layers, layer.name)
        assert cls.__module__ == "keras_core.layers.engine.modules"
        assert (
            inspect.signature(cls).parameters.keys()
            == {"TorchModuleWrapper": {"module", "name", "output_shape", "kwargs"}}[layer.name]
        )


def test_parameters_are_weights():
    module = mlp()
    layer = keras.layers.TorchModuleWrapper(module, name="w")
    assert [v.path for v in layer.weights] == ["w/0.weight", "w/0.bias", "w/1.weight", "w/1.bias"]
    assert all(v.value is p for v, p in zip(layer.weights, module.parameters(), strict=True))
    assert [n for n, _ in layer.named_parameters()] == [
        f"module.{n}" for n, _ in module.named_parameters()
    ]
    assert list(layer.state_dict()) == [f"module.{n}" for n in module.state_dict()]
    layer.weights[1].assign(np.ones(4))
    assert module[0].bias.tolist() == [1] * 4
    layer.trainable = False
    assert layer.trainable_weights == []
    assert not any(p.requires_grad for p in module.parameters())


def test_frozen_parameters_are_untrainable_weights():
    module = torch.nn.Linear(3, 4)
    module.weight.requires_grad_(False)
    layer = keras.layers.TorchModuleWrapper(module)
    assert [v.name for v in layer.trainable_weights] == ["bias"]
    assert [v.name for v in layer.non_trainable_weights] == ["weight"]


def test_the_call_says_whether_the_module_trains():
    module = torch.nn.Dropout()
    layer = keras.layers.TorchModuleWrapper(module)
    x = torch.ones(1, 200)
    assert (layer(x, training=True) == 0).any()
    assert not (layer(x, training=False) == 0).any()
    assert module.training  # as it was
    assert not (layer.eval()(x) == 0).any()
    assert (layer(x, training=True) == 0).any()
    assert (layer.train()(x) == 0).any()


@pytest.mark.parametrize("output_shape", [None, (None, 4)])
def test_outputs_for_symbolic_inputs(output_shape):
    layer = keras.layers.TorchModuleWrapper(mlp(), output_shape=output_shape)
    y = layer(keras.Input((3,)))
    assert (y.shape, y.dtype) == ((None, 4), "float32")
    assert layer.compute_output_shape((2, 3)) == (output_shape or (2, 4))


def test_other_arguments_and_nests_of_outputs():
    class Sum(torch.nn.Module):
        def forward(self, a, b=None):
            return {"sum": a if b is None else a + b, "first": [a]}

    layer = keras.layers.TorchModuleWrapper(Sum())
    assert layer(X, b=X)["sum"].sum() == pytest.approx(2 * X.sum(), abs=1e-5)
    y = layer(keras.Input((3,)), b=keras.Input((3,)))
    assert {k: str(v) for k, v in y.items()}.keys() == {"sum", "first"}


def test_dtypes():
    linear = lambda: torch.nn.Linear(3, 2)  # noqa: E731
    wrap = keras.layers.TorchModuleWrapper
    assert wrap(linear().bfloat16())(X).dtype is torch.bfloat16
    mixed = wrap(linear(), dtype="mixed_bfloat16")
    assert (mixed(X).dtype, mixed.weights[0].dtype) == (torch.bfloat16, "float32")
    wide = wrap(linear(), dtype="float64")
    assert (wide(X).dtype, wide.weights[0].dtype) == (torch.float64, "float64")


@pytest.mark.parametrize(
    "module, error, words",
    [
        (3, TypeError, "needs a `torch.nn.Module`. Received: module=3"),
        (torch.nn.LazyLinear(5), ValueError, "LazyModules are not supported unless"),
    ],
)
def test_what_is_no_module(module, error, words):
    with pytest.raises(error, match=words):
        keras.layers.TorchModuleWrapper(module)


class Mixed(keras.Model):
    """Modules as attributes, by themselves and in a list."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(3, 4)
        self.more = [torch.nn.Linear(4, 4), torch.nn.Dropout()]
        self.last = keras.layers.Dense(1)

    def call(self, x):
        x = self.first(x)
        for layer in self.more:
            x = layer(x)
        return self.last(x)


def test_modules_that_are_attributes_become_layers():
    model = Mixed()
    assert model(X).shape == (8, 1)
    assert isinstance(model.first, keras.layers.TorchModuleWrapper)
    assert [len(model.weights), len(list(model.parameters()))] == [6, 6]
    assert model.first.weight is model.first.module.weight
    assert not torch.equal(model(X, training=True), model(X, training=True))
    np.testing.assert_array_equal(model.predict(X, verbose=0), model.predict(X, verbose=0))
    model.compile(keras.optimizers.Adam(0.05), "mse")
    losses = model.fit(X, X[:, :1] * 2, epochs=10, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_modules_in_a_sequential():
    model = keras.Sequential([keras.Input((3,)), torch.nn.Linear(3, 2), torch.nn.ReLU()])
    assert model.output_shape == (None, 2)
    assert [v.name for v in model.weights] == ["weight", "bias"]
    assert np.all(model.predict(X, verbose=0) >= 0)


def saved(model):
    model.compile("adam", "mse")
    model.fit(X, np.ones((8, 2)), verbose=0)
    return model


def test_files(tmp_path):
    model = saved(
        keras.Sequential([keras.Input((3,)), keras.layers.TorchModuleWrapper(mlp()),
                          keras.layers.Dense(2)])
    )  # fmt: skip
    path, wanted = tmp_path / "m.keras", model.predict(X, verbose=0)
    model.save(path)
    with pytest.raises(ValueError, match=r"`torch.nn.Module` object.*safe_mode=False"):
        keras.models.load_model(path)
    again = keras.models.load_model(path, safe_mode=False)
    np.testing.assert_array_equal(again.predict(X, verbose=0), wanted)  # running means, too
    module = again.layers[0].module
    assert all(a.value is b for a, b in zip(again.weights, module.parameters(), strict=False))
    again.fit(X, np.ones((8, 2)), verbose=0)
    weights = tmp_path / "m.weights.h5"
    model.save_weights(weights)
    again.load_weights(weights)
    np.testing.assert_array_equal(again.predict(X, verbose=0), wanted)


FILES = """
import sys
import numpy as np, torch, keras
folder, x = sys.argv[1], np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
model = keras.models.load_model(f"{folder}/ours.keras", safe_mode=False)
np.save(f"{folder}/ours.npy", model.predict(x, verbose=0))
module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
wrapper = keras.layers.TorchModuleWrapper(module, output_shape=(None, 4))
model = keras.Sequential([keras.Input((3,)), wrapper, keras.layers.Dense(2)])
model.compile("adam", "mse")
model.fit(x, np.ones((8, 2)), verbose=0)
model.save(f"{folder}/theirs.keras")
np.save(f"{folder}/theirs.npy", model.predict(x, verbose=0))
"""


@pytest.mark.one_in(8)
@pytest.mark.interop
@pytest.mark.skipif(find_spec("keras") is None, reason="real Keras is not there")
def test_files_go_both_ways(tmp_path):
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    wrapper = keras.layers.TorchModuleWrapper(module, output_shape=(None, 4))
    model = saved(keras.Sequential([keras.Input((3,)), wrapper, keras.layers.Dense(2)]))
    model.save(tmp_path / "ours.keras")
    environment = {**os.environ, "KERAS_BACKEND": "torch", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", FILES, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    theirs = keras.models.load_model(tmp_path / "theirs.keras", safe_mode=False)
    for name, one in {"ours": model, "theirs": theirs}.items():
        np.testing.assert_allclose(
            np.load(tmp_path / f"{name}.npy"), one.predict(X, verbose=0), rtol=1e-5, atol=1e-6
        )


def test_a_config_is_not_unpickled_unless_asked_to():
    layer = keras.layers.TorchModuleWrapper(torch.nn.Linear(3, 2))
    config = layer.get_config()
    with pytest.raises(ValueError, match="arbitrary code execution"):
        type(layer).from_config(config)
    again = type(layer).from_config(config, safe_mode=False)
    assert torch.equal(again(X), layer(X))


@pytest.mark.parametrize("twin_of", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])  # noqa: S301  # its own
def test_copies_hold_their_own_parameters(twin_of):
    model = Mixed()
    before = model(X, training=False)
    twin = twin_of(model)
    wrapper = twin.first
    assert wrapper.weights[0].value is wrapper.module.weight is not model.first.module.weight
    wrapper.weights[0].assign(np.zeros((4, 3)))
    assert torch.equal(model(X, training=False), before)
    assert not torch.equal(twin(X, training=False), before)
    assert torch.equal(wrapper.module(torch.as_tensor(X)), wrapper(X))


def test_a_move_to_another_device_is_followed():
    model = Mixed()
    model(X)
    model.to("meta")
    assert {v.value.device.type for v in model.weights} == {"meta"}
    assert all(v.value is p for v, p in zip(model.weights, model.parameters(), strict=True))
