"""Functions of JAX and modules of Flax in models of Keras."""

import inspect
from importlib.util import find_spec

import numpy as np
import pytest

import keras_core as keras

if keras.backend.backend() != "jax":
    pytest.skip("they are layers on jax only", allow_module_level=True)

import jax  # only where it is the engine
import jax.numpy as jnp

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)

needs_flax = pytest.mark.skipif(find_spec("flax") is None, reason="Flax is not installed")


@keras.saving.register_keras_serializable("jax_layers")
def affine_init(rng, inputs):
    return {"w": jax.random.normal(rng, (inputs.shape[-1], 4)), "b": jnp.zeros(4)}


@keras.saving.register_keras_serializable("jax_layers")
def affine(params, inputs):
    return inputs @ params["w"] + params["b"]


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


@pytest.mark.parametrize("name", ["JaxLayer", "FlaxLayer"])
def test_the_constructor_is_the_declared_one(name):
    from keras_core.layers.engine import modules, provided

    cls = getattr(keras.layers, name)
    assert cls.__module__ == modules.__name__
    assert issubclass(cls, provided.ProvidedLayer)
    wanted = {
        "JaxLayer": "call_fn init_fn params state seed native_serialization_platforms kwargs",
        "FlaxLayer": "module method variables kwargs",
    }
    assert list(inspect.signature(cls).parameters) == wanted[name].split()


def test_weights_are_the_leaves_of_the_parameters():
    layer = keras.layers.JaxLayer(affine, affine_init, name="j")
    assert not layer.built
    y = layer(keras.Input((3,)))
    assert (y.shape, y.dtype) == ((None, 4), "float32")
    assert [(v.path, v.shape, v.trainable) for v in layer.weights] == [
        ("j/b", (4,), True),
        ("j/w", (3, 4), True),
    ]
    assert layer.params["w"] is layer.weights[1]
    w, b = layer.weights[1].numpy(), layer.weights[0].numpy()
    np.testing.assert_allclose(layer(X), X @ w + b, rtol=1e-5, atol=1e-6)


def test_a_model_with_one_trains_and_makes_the_round_trip(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.JaxLayer(affine, affine_init)])
    model.compile(keras.optimizers.Adam(0.1), "mse")
    losses = model.fit(X, X[:, :1] + np.zeros(4), epochs=20, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 2
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_all_arguments_by_name():
    seen = []

    def init(rng, inputs, training):
        seen.append((inputs.shape, float(inputs.min()), training))
        return jnp.ones((3, 4)), {"calls": jnp.zeros(())}

    def call(training, inputs, state, rng, params):
        seen.append((training, None if rng is None else rng.tolist()))
        return inputs @ params, {"calls": state["calls"] + 1}

    layer = keras.layers.JaxLayer(call, init, seed=3, name="j")
    layer(X, training=True)
    layer(X)
    layer(X, training=True)
    assert seen == [((8, 3), 1.0, True), (True, [3, 0]), (False, None), (True, [3, 1])]
    assert [(v.path, v.trainable) for v in layer.weights] == [
        ("j/params", True),
        ("j/calls", False),
    ]
    assert float(layer.state["calls"]) == 3


def test_the_state_is_updated_in_compiled_steps():
    def call(params, state, inputs):
        return inputs * params, {"calls": state["calls"] + 1}

    layer = keras.layers.JaxLayer(call, params=jnp.ones(3), state={"calls": jnp.zeros(())})
    model = keras.Sequential([keras.Input((3,)), layer])
    model.compile("sgd", "mse")
    model.fit(X, X, batch_size=4, epochs=2, verbose=0)
    assert float(layer.state["calls"]) == 4


def test_arrays_that_were_given_stay_the_callers():
    params = {"w": jnp.ones((3, 4)), "b": jnp.zeros(4)}
    model = keras.Sequential([keras.Input((3,)), keras.layers.JaxLayer(affine, params=params)])
    model.compile("sgd", "mse")
    model.fit(X, np.ones((8, 4)), verbose=0)
    np.testing.assert_array_equal(params["w"], np.ones((3, 4)))


def test_other_dtypes_and_nests():
    layer = keras.layers.JaxLayer(affine, affine_init, dtype="mixed_bfloat16")
    assert (layer(X).dtype, layer.weights[1].dtype) == (jnp.bfloat16, "float32")
    both = keras.layers.JaxLayer(lambda inputs: {"sum": inputs["a"] + inputs["b"]})
    assert both({"a": X, "b": X})["sum"].shape == (8, 3)
    spec = both({"a": keras.Input((3,)), "b": keras.Input((3,))})
    assert spec["sum"].shape == (None, 3)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"call_fn": affine}, "cannot all be `None`"),
        ({"call_fn": lambda params, x: x, "params": {}}, "Unsupported argument in `call_fn`: `x`"),
        ({"call_fn": lambda params: params, "params": {}}, "Missing required .* `inputs`"),
        ({"call_fn": affine, "init_fn": lambda rng: {}}, "Missing .* `init_fn`: `inputs`"),
    ],
)
def test_functions_with_other_parameters(arguments, words):
    with pytest.raises(ValueError, match=words):
        keras.layers.JaxLayer(**arguments)


def test_a_state_of_another_structure():
    layer = keras.layers.JaxLayer(
        lambda inputs, state: (inputs, [state]), state={"n": jnp.ones(())}, name="j"
    )
    with pytest.raises(ValueError, match="Structure mismatch"):
        layer(X)


def flax_modules():
    import flax.linen as nn

    class Block(nn.Module):
        units: int = 4

        @nn.compact
        def __call__(self, inputs, training=False):
            h = nn.Dense(self.units, name="dense")(inputs)
            h = nn.BatchNorm(use_running_average=not training, name="norm")(h)
            return nn.Dropout(0.5, deterministic=not training)(h)

        def twice(self, inputs, deterministic=True):
            assert isinstance(deterministic, bool)
            return inputs * 2

        def get_config(self):
            return {"units": self.units}

        @classmethod
        def from_config(cls, config):
            return cls(**config)

    return Block


@needs_flax
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_module_of_flax(tmp_path):
    block = keras.saving.register_keras_serializable("jax_layers", "Block")(flax_modules())
    layer = keras.layers.FlaxLayer(block(), name="f")
    model = keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(1)])
    assert [(v.name, v.trainable) for v in layer.weights] == [
        ("params.dense.bias", True),
        ("params.dense.kernel", True),
        ("params.norm.bias", True),
        ("params.norm.scale", True),
        ("batch_stats.norm.mean", False),
        ("batch_stats.norm.var", False),
    ]
    assert not np.array_equal(layer(X, training=True), layer(X, training=True))
    np.testing.assert_array_equal(layer(X), layer(X))
    mean = layer.weights[4].numpy()
    model.compile("adam", "mse")
    model.fit(X, X[:, :1], epochs=2, verbose=0)
    assert not np.array_equal(layer.weights[4].numpy(), mean)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))


@needs_flax
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_methods_and_variables_of_flax():
    block = flax_modules()
    for method in ("twice", block.twice):
        np.testing.assert_array_equal(keras.layers.FlaxLayer(block(), method=method)(X), X * 2)
    variables = block().init(jax.random.key(0), X)
    layer = keras.layers.FlaxLayer(block(), variables=variables)
    assert len(layer.weights) == 6
    np.testing.assert_allclose(layer(X), block().apply(variables, X), rtol=1e-6)


def test_what_is_no_module_of_flax():
    with pytest.raises(TypeError, match=r"needs a `flax.linen.Module`. Received: module=3"):
        keras.layers.FlaxLayer(3)


def test_modules_of_nnx_in_models_and_models_in_modules_of_nnx():
    nnx = pytest.importorskip("flax.nnx")
    module = nnx.Sequential(nnx.Linear(3, 8, rngs=nnx.Rngs(0)), nnx.Linear(8, 1, rngs=nnx.Rngs(1)))
    graph, params = nnx.split(module)
    layer = keras.layers.JaxLayer(
        lambda params, inputs: nnx.merge(graph, params)(inputs), params=params
    )
    model = keras.Sequential([keras.Input((3,)), layer])
    x = np.random.default_rng(0).random((32, 3)).astype("float32")
    np.testing.assert_allclose(model(x), module(x), rtol=1e-5)
    model.compile("sgd", "mse")
    losses = model.fit(x, x[:, :1], epochs=3, verbose=0).history["loss"]
    assert losses[2] < losses[0]

    class Outer(nnx.Module):
        def __init__(self):
            self.head = nnx.Linear(1, 1, rngs=nnx.Rngs(0))
            self.held = nnx.data([nnx.Param(v.value) for v in model.trainable_variables])

        def __call__(self, x):
            y, _ = model.stateless_call([p[...] for p in self.held], [], x)
            return self.head(y)

    @nnx.jit
    def gradient(outer, x):
        return nnx.grad(lambda outer: (outer(x) ** 2).mean())(outer)

    found = nnx.to_pure_dict(gradient(Outer(), x))
    assert [g.shape for g in found["held"].values()] == [
        tuple(v.shape) for v in model.trainable_variables
    ]
