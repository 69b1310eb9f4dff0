"""Attention layers and the fused kernels of engines."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core_plugins.errors import UnsupportedOpError

LAYERS = {
    "multi-head": lambda **kwargs: layers.MultiHeadAttention(2, 8, **kwargs),
    "grouped-query": lambda **kwargs: layers.GroupedQueryAttention(8, 4, 2, **kwargs),
}


def given():
    rng = np.random.default_rng(0)
    return [rng.normal(size=(2, n, 8)).astype("float32") for n in (5, 7)]


def outputs(name, *, compiled, **options):
    """What a layer of always the same weights gives."""
    query, value = given()
    layer = LAYERS[name](**options)
    layer.build(query.shape, value.shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=w.shape) / 2 for w in layer.weights])
    if not compiled:
        return keras.ops.convert_to_numpy(layer(query, value, use_causal_mask=True))
    inputs = [keras.Input(x.shape[1:]) for x in (query, value)]
    model = keras.Model(inputs, layer(*inputs, use_causal_mask=True))
    return model.predict([query, value], verbose=0)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", LAYERS)
def test_a_fused_kernel_gives_the_same_or_is_refused(name, compiled):
    expected = outputs(name, compiled=compiled, flash_attention=False)
    np.testing.assert_allclose(outputs(name, compiled=compiled), expected, atol=1e-5)
    refusal = ""
    try:
        found = outputs(name, compiled=compiled, flash_attention=True)
    except UnsupportedOpError as e:
        refusal = str(e)
    if refusal:
        assert "Leave out `flash_attention`" in refusal
    else:
        np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("name", LAYERS)
def test_fused_kernels_are_not_asked_for_what_they_cannot_give(name):
    query, value = given()
    with pytest.raises(ValueError, match="needs `dropout=0`"):
        LAYERS[name](flash_attention=True, dropout=0.1)
    with pytest.raises(ValueError, match="do not give the attention scores"):
        LAYERS[name](flash_attention=True)(query, value, return_attention_scores=True)


@pytest.mark.parametrize("name", LAYERS)
def test_a_target_that_sees_nothing_gets_nothing_in_a_layer_with_dropout(name):
    query, value = given()
    layer = LAYERS[name](dropout=0.5)
    blind = np.ones((2, 5, 7), bool)
    blind[0, 3] = False
    modes = [layer(query, value, attention_mask=blind, training=t) for t in (False, True)]
    for out in modes:
        out = keras.ops.convert_to_numpy(out)
        np.testing.assert_allclose(out[0, 3], 0, atol=1e-6)
        assert np.abs(np.delete(out[0], 3, 0)).max(1).min() > 1e-3


@pytest.mark.parametrize("name", LAYERS)
def test_dropout_takes_weights_away_in_training_only(name):
    query, value = given()
    layer = LAYERS[name](dropout=0.4, seed=1)
    still = keras.ops.convert_to_numpy(layer(query, value))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(layer(query, value)), still)
    drawn = [keras.ops.convert_to_numpy(layer(query, value, training=True)) for _ in range(2)]
    assert np.abs(drawn[0] - drawn[1]).max() > 1e-3
    again = LAYERS[name](dropout=0.4, seed=1)
    again.build(query.shape, value.shape)
    again.set_weights(layer.get_weights())
    found = keras.ops.convert_to_numpy(again(query, value, training=True))
    np.testing.assert_allclose(found, drawn[0], atol=1e-6)
