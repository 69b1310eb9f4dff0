"""Properties that hold for every layer, over the table that the conformance suite has."""

import importlib.util
import inspect

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras
from keras_core import layers
from keras_core.conformance.suite.layer_rows import iter_layer_rows, tensors_of
from keras_core_plugins.names import ENGINE_LAYERS

ROWS = list(iter_layer_rows())
each = pytest.mark.parametrize("row", [pytest.param(r, id=r.id) for r in ROWS])
NO_ROW = {"InputLayer", "InputSpec", "Layer", "Wrapper", "StackedRNNCells", "LSTMCell"}
"""Bases, inputs, and cells whose states are a list; the last two are in rows of `RNN`."""

NO_ROW |= {"StringLookup", "IntegerLookup", "TextVectorization", "Hashing", "HashedCrossing"}
"""They compute on the host, which is no matter of the engine."""

NO_ROW |= {"TernaryDense"}
"""Its gradient is not that of its function; the tests of quantisation have it."""

NO_ROW |= set(ENGINE_LAYERS)
"""They are of one engine, whose plugin has their tests."""


def test_every_layer_is_in_the_table():
    classes = {getattr(layers, name) for name in layers.__all__}
    names = {c.__name__ for c in classes if isinstance(c, type)}
    assert names - {row.name for row in ROWS} == NO_ROW & names


def test_ids_are_unique():
    assert len({row.id for row in ROWS}) == len(ROWS)


def specs(row, batch=None):
    """Symbolic inputs of a row, whose first axis is ``batch``."""
    inputs, _ = row.draw()
    return [keras.KerasTensor((batch, *x.shape[1:]), x.dtype.name) for x in inputs]


def flat_shapes(nest):
    """The shapes in a nest of shapes."""
    if all(isinstance(d, int) for d in nest):
        yield tuple(nest)
    else:
        for shape in nest:
            yield from flat_shapes(shape)


def shapes_of(nest):
    return [tuple(t.shape) for t in keras.tree.flatten(nest) if t is not None]


@each
def test_from_config_makes_the_same_layer(row):
    layer = row.built()
    inputs, options = row.draw()
    again = type(layer).from_config(layer.get_config())
    row.call(again, inputs, options)
    again.set_weights(layer.get_weights())
    assert again.name == layer.name
    first, second = (row.call(x, inputs, options) for x in (layer, again))
    for a, b in zip(tensors_of(first), tensors_of(second), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-6)


@each
def test_inference_of_shapes_equals_running(row):
    layer = row.built()
    inputs, options = row.draw()
    outputs = tensors_of(row.call(layer, inputs, options))
    symbolic = row.call(layer, specs(row, len(inputs[0])), options)
    assert shapes_of(symbolic) == [x.shape for x in outputs]
    assert [t.dtype for t in keras.tree.flatten(symbolic)] == [x.dtype.name for x in outputs]


@each
def test_unknown_batch(row):
    """All that is known of the shapes is right; masks in the options know the batch."""
    if any(isinstance(v, np.ndarray) for v in row.draw()[1].values()):
        pytest.skip("the arrays of its options have a batch of their own")
    layer = row.built()
    inputs, options = row.draw()
    known = [x.shape for x in tensors_of(row.call(layer, inputs, options))]
    unknown = shapes_of(row.call(layer, specs(row), options))
    assert len(unknown) == len(known)
    for u, k in zip(unknown, known, strict=True):
        assert len(u) == len(k)
        assert all(a in (None, b) for a, b in zip(u, k, strict=True))
        assert u[1:] == k[1:]


@each
def test_compute_output_shape(row):
    layer = row.built()
    inputs, options = row.draw()
    if row.name.endswith("Cell"):
        pytest.skip("the shapes of the states are arguments of a cell's call")
    expected = [x.shape for x in tensors_of(row.call(layer, inputs, options))]
    if options.get("return_attention_scores"):
        expected = expected[:1]
    shapes = [x.shape for x in inputs]
    taken = inspect.signature(type(layer).compute_output_shape).parameters
    extra = {k: v for k, v in options.items() if k in taken}
    given = [shapes] if row.as_list else shapes
    got = layer.compute_output_shape(*given, **extra)
    assert list(flat_shapes(got)) == expected


@each
def test_counts_of_weights(row):
    layer = row.built()
    sizes = {name: [int(np.prod(w.shape)) for w in getattr(layer, name)] for name in (
        "weights", "trainable_weights", "non_trainable_weights"
    )}  # fmt: skip
    assert layer.count_params() == sum(sizes["weights"])
    assert len(sizes["weights"]) == len(sizes["trainable_weights"]) + len(
        sizes["non_trainable_weights"]
    )
    names = [w.path for w in layer.weights]
    assert len(set(names)) == len(names)
    layer.trainable = False
    assert layer.trainable_weights == []
    assert len(layer.non_trainable_weights) == len(names)


@each
def test_calls_leave_the_inputs_alone(row):
    inputs, options = row.draw()
    before = [x.copy() for x in inputs]
    row.call(row.built(), inputs, options)
    for x, y in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(x, y)


@each
def test_float16_in_float16_out(row):
    """The dtype policy decides the dtype of the outputs."""
    if any(x.dtype != "float32" for x in row.draw()[0]) and "Embedding" not in row.name:
        pytest.skip("its inputs are no floats")
    config = {**row.make().get_config(), "dtype": "float16"}
    if any(key in config for key in ("layer", "layers", "cell")) or row.name == "Lambda":
        pytest.skip("what it wraps has a policy of its own")
    layer = type(row.make()).from_config(config)
    inputs, options = row.draw()
    for out in tensors_of(row.call(layer, inputs, options)):
        assert out.dtype == np.float16


def test_losses_are_those_of_the_last_call():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Dense(2, activity_regularizer="l2")(inputs))
    x = np.ones((3, 4), "float32")
    for _ in range(3):
        model(x)
        assert len(model.losses) == 1


def test_training_mode_ends_with_the_call():
    dropout = layers.Dropout(0.9)
    x = np.ones((4, 50), "float32")
    dropout(x, training=True)
    assert (tensors_of(dropout(x))[0] == 1).all()


def test_batch_normalization_in_training_mode_in_a_graph():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.BatchNormalization()(inputs, training=True))
    before = model.get_weights()
    out = model.predict(np.random.default_rng(0).normal(3, 2, (50, 4)), batch_size=50, verbose=0)
    np.testing.assert_allclose(out.mean(0), 0, atol=1e-4)
    assert len(before) == 4


# -- Against real Keras ---------------------------------------------------------------------

_REAL = """
def arrays(nest):
    return [np.asarray(keras.ops.convert_to_numpy(x)) for x in keras.tree.flatten(nest)]

result = {}
for key, (config, weights, inputs, options, as_list) in rows.items():
    if not hasattr(keras.layers, config["class_name"]):
        result[key] = None
        continue
    try:
        layer = keras.saving.deserialize_keras_object(config)
        call = (lambda: layer(inputs, **options)) if as_list else (
            lambda: layer(*inputs, **options))
        call()
        layer.set_weights(weights)
        if hasattr(layer, "finalize_state"):  # Normalization looks at its weights then only
            layer.finalize_state()
        outputs = arrays(call())
        result[key] = {"outputs": outputs, "weights": [w.shape for w in layer.weights],
                       "names": [w.name for w in layer.weights],
                       "config": layer.get_config() and sorted(layer.get_config())}
    except Exception as e:
        result[key] = {"error": f"{type(e).__name__}: {e}"}
result
"""


@pytest.fixture(scope="module")
def real():
    """What real Keras gives for the whole table."""
    rows = {}
    for row in ROWS:
        if row.serializable:
            layer = row.built()
            inputs, options = row.draw()
            config = keras.saving.serialize_keras_object(layer)
            config.pop("build_config", None)
            rows[row.id] = (config, layer.get_weights(), inputs, options, row.as_list)
    return real_keras(_REAL, rows=rows)


@pytest.mark.interop
@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="real Keras is not installed")
@pytest.mark.parametrize("row", [pytest.param(r, id=r.id) for r in ROWS if r.serializable])
def test_real_keras_gives_the_same(row, real):
    theirs = real[row.id]
    if theirs is None:
        pytest.skip("a layer of ours alone")
    if row.id == "Softmax-axes":
        pytest.skip("on its numpy backend the real one takes no list of axes, as JSON has it")
    assert "error" not in theirs, theirs["error"]
    layer = row.built()
    inputs, options = row.draw()
    assert [w.name for w in layer.weights] == theirs["names"]
    assert set(theirs["config"]) <= set(layer.get_config())
    ours = tensors_of(row.call(layer, inputs, options))
    for a, b in zip(ours, theirs["outputs"], strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_out_of_several_policies_a_layer_computes_by_its_own():
    policies = keras.dtype_policies.DTypePolicyMap("float32")
    policies["alone"] = keras.DTypePolicy("mixed_float16")
    policies["outer/inner"] = keras.DTypePolicy("bfloat16")
    x = np.ones((1, 3), "float32")
    layer = layers.Dense(2, dtype=policies, name="alone")
    for _ in range(2):  # while it is built, and after
        assert keras.ops.dtype(layer(x)) == "float16"
    assert layer.kernel.dtype == "float32"
    assert keras.ops.dtype(layers.Dense(2, dtype=policies, name="other")(x)) == "float32"

    class Outer(layers.Layer):
        def __init__(self):
            super().__init__(name="outer")
            self.inner = layers.Dense(2, dtype=policies, name="inner")

        def call(self, x):
            return self.inner(x)

    assert keras.ops.dtype(Outer()(x)) == "bfloat16"
