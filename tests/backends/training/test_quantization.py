"""Layers and models in fewer bits, and low-rank updates, on the backend of the process."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops, quantizers
from keras_core.core.execution import compiled
from keras_core_plugins.errors import CapabilityError

pytestmark = pytest.mark.one_in(15)

trains = pytest.mark.skipif(compiled.AUTODIFF is None, reason="the backend computes no gradients")

CONFIGS = {
    "int8": lambda: quantizers.Int8QuantizationConfig(),
    "int8-weights": lambda: quantizers.Int8QuantizationConfig(activation_quantizer=None),
    "int4": lambda: quantizers.Int4QuantizationConfig(),
    "int4-channels": lambda: quantizers.Int4QuantizationConfig(block_size=None),
    "int4-blocks": lambda: quantizers.Int4QuantizationConfig(block_size=16),
    "float8": lambda: quantizers.Float8QuantizationConfig(),
    "gptq": lambda: quantizers.GPTQConfig(None, None, group_size=16),
    "gptq-8": lambda: quantizers.GPTQConfig(None, None, weight_bits=8, group_size=-1),
    "awq": lambda: quantizers.AWQConfig(None, None, group_size=16),
}
MAKE = {
    "Dense": (lambda: layers.Dense(5, activation="relu"), (3, 40)),
    "Dense-3d": (lambda: layers.Dense(4, use_bias=False), (2, 3, 40)),
    "EinsumDense": (
        lambda: layers.EinsumDense("abc,dce->abde", (3, 2, 4), bias_axes="de"),
        (2, 3, 40),
    ),
    "EinsumDense-ellipsis": (lambda: layers.EinsumDense("...ab,abc->...c", (6,)), (2, 4, 10)),
    "EinsumDense-behind": (lambda: layers.EinsumDense("ab...,bc->ac...", (6,)), (2, 40, 3)),
    "Embedding": (lambda: layers.Embedding(7, 40), (2, 3)),
    "ReversibleEmbedding": (lambda: layers.ReversibleEmbedding(7, 40), (2, 3)),
    "ReversibleEmbedding-untied": (
        lambda: layers.ReversibleEmbedding(7, 40, tie_weights=False),
        (2, 3),
    ),
}
TABLES = [k for k in MAKE if "Embedding" in k]


def array(x):
    return np.asarray(ops.convert_to_numpy(x), "float64")


def made(kind, seed=0):
    make, shape = MAKE[kind]
    rng = np.random.default_rng(seed)
    integers = kind in TABLES
    x = rng.integers(0, 7, shape) if integers else rng.normal(size=shape).astype("float32")
    layer = make()
    layer.build(shape)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    return layer, x


def cases():
    """All ways to quantise for two kinds of layers, the common ones for the others."""
    for kind in MAKE:
        names = CONFIGS if kind in ("Dense", "EinsumDense") else ("int8", "int4")
        yield from ((kind, name) for name in names)


def skip_without_dtype(name):
    if name == "float8":
        try:
            ops.zeros((1,), "float8_e4m3fn")
        except CapabilityError:
            pytest.skip("the backend has no floats of 8 bits")


@pytest.mark.parametrize(("kind", "name"), list(cases()))
def test_a_quantized_layer_computes_what_its_kernel_stands_for(kind, name):
    skip_without_dtype(name)
    layer, x = made(kind)
    before = array(layer(x))
    layer.quantize(config=CONFIGS[name]())
    after = array(layer(x))
    plain, _ = made(kind)
    plain.kernel.assign(ops.cast(layer._kernel.dense, "float32"))
    rounded = name in ("int8", "float8") and kind not in TABLES  # the inputs are, too
    tolerance = {"int8": 0.02, "float8": 0.1}.get(name, 0) if rounded else 1e-5
    size = np.abs(before).max()
    np.testing.assert_allclose(after, array(plain(x)), rtol=1e-4, atol=tolerance * size)
    assert np.abs(after - before).max() < 0.35 * size
    if kind.startswith("Reversible"):
        vectors = np.random.default_rng(1).normal(size=(2, 40)).astype("float32")
        own, _ = made(kind)
        wanted = array(own(vectors, reverse=True))
        gap = np.abs(array(layer(vectors, reverse=True)) - wanted).max()
        assert gap < 0.3 * np.abs(wanted).max()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", ["int8-weights", "int4-channels", "int4-blocks"])
def test_errors_stay_below_what_the_number_of_bits_allows(name, seed):
    layer, x = made("Dense-3d", seed)
    kernel, before = array(layer.kernel), array(layer(x))
    layer.quantize(config=CONFIGS[name]())
    if name == "int4-blocks":
        blocks = np.array_split(kernel, [16, 32])
        low, high = (np.stack([f(b, 0) for b in blocks]) for f in (np.min, np.max))
        # half a step for the number, and half a step for the zero point at the ends
        steps = np.repeat(np.maximum(high, 0) - np.minimum(low, 0), [16, 16, 8], 0) / 15
    else:
        steps = (
            np.abs(kernel).max(0, keepdims=True)
            / {"int8-weights": 127, "int4-channels": 7}[name]
            / 2
        )
        steps = np.broadcast_to(steps, kernel.shape)
    bound = np.abs(array(x)) @ steps
    assert np.all(np.abs(array(layer(x)) - before) <= bound * 1.001 + 1e-5)


def test_gptq_is_nearer_than_rounding_where_inputs_depend_on_each_other():
    rng = np.random.default_rng(0)
    data = (rng.normal(size=(200, 4)) @ rng.normal(size=(4, 16))).astype("float32")
    gaps = []
    for informed in (False, True):
        table = layers.Embedding(200, 16)
        head = layers.Dense(8, use_bias=False)
        tokens = keras.Input((10,), dtype="int32")
        model = keras.Model(tokens, head(table(tokens)))
        model.set_weights([data, np.random.default_rng(1).normal(size=(16, 8))])
        x = rng.integers(0, 200, (20, 10))
        wanted = array(model(x))
        texts = [rng.integers(0, 200, 10) for _ in range(30)]
        config = quantizers.GPTQConfig(
            texts,
            None,
            group_size=-1,
            sequence_length=10,
            quantization_layer_structure={"pre_block_layers": [table], "sequential_blocks": [head]},
        )
        if informed:
            model.quantize(config=config, verbose=False)  # embeddings cannot be
        else:
            head.quantize(config=config)
        gaps.append(np.square(array(model(x)) - wanted).mean())
    assert gaps[1] < gaps[0] / 2


@pytest.fixture(scope="module")
def digits():
    """Images of digits, and a network for them that was trained elsewhere."""
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype("float32")
    network = MLPClassifier((64,), max_iter=60, random_state=0).fit(x[:1200], y[:1200])
    weights = [w for pair in zip(network.coefs_, network.intercepts_, strict=True) for w in pair]
    return x[1200:], y[1200:], weights


def network(weights):
    model = keras.Sequential(
        [keras.Input((64,)), layers.Dense(64, "relu"), layers.Dense(10, "softmax")]
    )
    model.set_weights(weights)
    return model


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", CONFIGS)
def test_digits_are_read_as_well_as_before(digits, name):
    skip_without_dtype(name)
    x, y, weights = digits
    model = network(weights)
    right = [np.mean(model.predict(x, verbose=0).argmax(1) == y)]
    for layer in model.layers:
        layer.quantize(config=CONFIGS[name]())
    right.append(np.mean(model.predict(x, verbose=0).argmax(1) == y))
    assert right[0] > 0.9
    assert right[1] >= right[0] - 0.01


def bytes_of(model):
    return sum(np.asarray(ops.convert_to_numpy(w)).nbytes for w in model.weights)


def test_integers_take_a_quarter_and_an_eighth_of_the_memory():
    def model():
        return keras.Sequential([keras.Input((512,)), layers.Dense(512), layers.Dense(256)])

    whole = bytes_of(model())
    for mode, part in (("int8", 4), ("int4", 8)):
        small = model()
        small.quantize(mode)
        # scales and biases are small beside the kernels
        assert whole / part < bytes_of(small) < whole / part * 1.15


def test_a_model_is_quantized_where_it_can_be(tmp_path):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(2, 3),
            layers.Flatten(),
            layers.Dense(4, name="first"),
            layers.Dense(2, name="last"),
        ]
    )
    x = np.random.default_rng(0).normal(size=(3, 8, 8, 1)).astype("float32")
    before = model.predict(x, verbose=0)
    with pytest.warns(UserWarning, match="1 layer has weights that cannot be quantized to int8"):
        model.quantize("int8", filters="Conv|conv|last")
    report = model.quantization_summary(verbose=False)
    assert report.num_quantized == 1
    assert len(report.skipped_by_reason(report.SKIP_FILTERED)) == 1
    assert model.get_layer("first").quantization_mode is None
    after = model.predict(x, verbose=0)
    assert 0 < np.abs(after - before).max() < 0.1
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(x, verbose=0), after, rtol=1e-5, atol=1e-6)
    model.quantize("int8", filters=lambda layer: layer.name != "x", verbose=False)
    report = model.quantization_summary(verbose=False)
    assert len(report.skipped_by_reason(report.SKIP_ALREADY_QUANTIZED)) == 1
    with pytest.raises(ValueError, match="must be a regex string"):
        model.quantize("int8", filters=5)
    with pytest.raises(ValueError, match="Unrecognized keyword"):
        model.quantize("int8", speed=5)


@trains
@pytest.mark.parametrize("mode", [None, "int8", "int4", "float8"])
def test_low_rank_updates_are_all_that_is_trained(mode, tmp_path):
    first, last = layers.Dense(6, activation="tanh"), layers.Dense(1)
    model = keras.Sequential([keras.Input((4,)), first, last])
    if mode:
        model.quantize(mode)
    for layer in model.layers:
        layer.enable_lora(2, lora_alpha=4)
        layer.bias.trainable = False
        for v in layer.variables:  # the scales of 8-bit floats
            v.trainable = v.name.startswith("lora")
    fixed = {v.path: v.numpy() for v in model.weights if not v.trainable}
    assert [v.name for v in model.trainable_weights] == ["lora_kernel_a", "lora_kernel_b"] * 2
    model.compile(keras.optimizers.Adam(0.05), "mse")
    x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    y = x[:, :1] * 2 + 1
    losses = model.fit(x, y, epochs=8, verbose=0).history["loss"]
    assert losses[-1] < losses[0] * 0.9
    for v in model.weights:
        if not v.trainable:
            np.testing.assert_array_equal(v.numpy(), fixed[v.path])
    after = model.predict(x, verbose=0)
    model.save_weights(tmp_path / "sum.weights.h5")  # which a model without updates reads
    plain = keras.Sequential([keras.Input((4,)), layers.Dense(6, "tanh"), layers.Dense(1)])
    if mode:
        plain.quantize(mode)
    plain.load_weights(tmp_path / "sum.weights.h5")
    tolerance = {None: 1e-5, "int8": 0.05, "float8": 0.3, "int4": 0.6}[mode]
    np.testing.assert_allclose(plain.predict(x, verbose=0), after, atol=tolerance)


@trains
@pytest.mark.parametrize("name", ["Conv1D", "Conv2D", "Embedding", "EinsumDense"])
def test_low_rank_updates_of_other_layers(name):
    make, shape = {
        "Conv1D": (lambda: layers.Conv1D(4, 2, groups=2), (6, 2)),
        "Conv2D": (lambda: layers.Conv2D(3, 2, data_format="channels_last"), (4, 4, 2)),
        "Embedding": (lambda: layers.Embedding(5, 3), (4,)),
        "EinsumDense": (lambda: layers.EinsumDense("abc,cde->abde", (3, 2, 2)), (3, 4)),
    }[name]
    layer = make()
    model = keras.Sequential(
        [keras.Input(shape, dtype="int32" if name == "Embedding" else None), layer]
    )
    x = np.random.default_rng(0).integers(0, 5, (4, *shape)).astype("float32")
    before = model.predict(x, verbose=0)
    layer.enable_lora(2)
    np.testing.assert_allclose(model.predict(x, verbose=0), before, atol=1e-6)
    frozen = layer._kernel.base.variable.numpy()
    model.compile(keras.optimizers.Adam(0.1), "mse")
    losses = [float(model.train_on_batch(x, before + 1)) for _ in range(5)]
    assert losses[-1] < losses[0]
    np.testing.assert_array_equal(layer._kernel.base.variable.numpy(), frozen)
    sum_of_both = array(layer.kernel)
    twin = make()
    twin.build((None, *shape))
    store = {}
    layer.save_own_variables(store)
    twin.load_own_variables({k: ops.convert_to_numpy(v) for k, v in store.items()})
    np.testing.assert_allclose(array(twin.kernel), sum_of_both, rtol=1e-5)


@trains
def test_ternary_layers_are_trained_and_packed(tmp_path):
    model = keras.Sequential(
        [keras.Input((12,)), layers.TernaryDense(8, activation="relu"), layers.TernaryDense(1)]
    )
    x = np.random.default_rng(0).normal(size=(64, 12)).astype("float32")
    model.compile(keras.optimizers.Adam(0.02), "mse")
    losses = model.fit(x, x[:, :1] * 2, epochs=15, verbose=0).history["loss"]
    assert losses[-1] < losses[0] * 0.8
    kernel = array(model.layers[0]._kernel.dense)
    assert all(len(np.unique(np.abs(column))) <= 2 for column in kernel.T)
    before, size = model.predict(x, verbose=0), bytes_of(model)
    model.quantize("ternary")
    assert bytes_of(model) < size / 3
    np.testing.assert_allclose(model.predict(x, verbose=0), before, rtol=1e-4, atol=1e-5)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    np.testing.assert_allclose(again.predict(x, verbose=0), before, rtol=1e-4, atol=1e-5)
    with pytest.raises(NotImplementedError, match="Expected one of"):
        layers.TernaryDense(2, name="x").quantize("int8")
