"""Low-rank updates in files of their own, and in the kernel for good."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers

SUFFIXES = (".weights.h5", ".safetensors")


def made(rank=2, alpha=4.0, quantized=None):
    """A model with updates that do something, and what goes in."""
    keras.utils.set_random_seed(0)
    x = keras.Input((6,), dtype="int32")
    y = layers.Embedding(11, 4)(x)
    y = layers.Conv1D(5, 2)(y)
    y = layers.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d")(y)
    model = keras.Model(x, layers.Dense(2)(layers.Flatten()(y)))
    if quantized:
        model.quantize(quantized, verbose=False)  # all but the convolution
    adapted = [layer for layer in model.layers if hasattr(layer, "enable_lora")]
    for layer in adapted:
        layer.enable_lora(rank, alpha)
    return model, adapted


def trained(seed=1, **options):
    model, adapted = made(**options)
    rng = np.random.default_rng(seed)
    for layer in adapted:
        for v in layer.lora_variables.values():
            v.assign(rng.normal(size=v.shape))
    return model, adapted


X = np.random.default_rng(0).integers(0, 11, (3, 6))


def outputs(model):
    return model.predict(X, verbose=0)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("quantized", [None, "int8", "int4"])
def test_updates_alone_make_the_round_trip(suffix, quantized, tmp_path):
    model, adapted = trained(quantized=quantized)
    path = tmp_path / f"small{suffix}"
    model.save_weights(path, lora_only=True)
    other, _ = made(quantized=quantized)
    before = {v.path: v.numpy() for v in other.variables if "lora" not in v.path}
    assert np.abs(outputs(other) - outputs(model)).max() > 0.1
    other.load_weights(path)
    np.testing.assert_array_equal(outputs(other), outputs(model))
    for v in other.variables:  # nothing else was touched
        if v.path in before:
            np.testing.assert_array_equal(v.numpy(), before[v.path])
    size = sum(v.numpy().nbytes for layer in adapted for v in layer.lora_variables.values())
    assert suffix != ".safetensors" or path.stat().st_size < size + 2000


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_does_not_fit_changes_nothing(suffix, tmp_path):
    path = tmp_path / f"small{suffix}"
    trained()[0].save_weights(path, lora_only=True)
    plain = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    for make, why in (
        (lambda: made(rank=3)[0], "lora"),
        (lambda: made(alpha=2.0)[0], r"trained with lora_alpha=4\.0, and the layer has"),
        (lambda: plain, r"has none there. Call `enable_lora\(rank\)`"),
    ):
        model = make()
        before = model.get_weights()
        with pytest.raises(ValueError, match=why):
            model.load_weights(path)
        for a, b in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(a, b)
    with pytest.raises(ValueError, match=r"No layer of .* has a low-rank update"):
        plain.save_weights(path, lora_only=True)
    with pytest.raises(ValueError, match="not supported by the format"):
        trained()[0].save_weights(tmp_path / "x.weights.h5", max_shard_size=1.0, lora_only=True)


def test_layers_are_left_out_when_asked(tmp_path):
    model, adapted = trained()
    model.save_weights(tmp_path / "x.weights.h5", lora_only=True)
    other, theirs = trained(seed=2)
    kept = [v.numpy() for v in theirs[0].lora_variables.values()]
    other.load_weights(tmp_path / "x.weights.h5", objects_to_skip=[theirs[0]])
    for v, value in zip(theirs[0].lora_variables.values(), kept, strict=True):
        np.testing.assert_array_equal(v.numpy(), value)
    found, expected = (x[1].lora_variables["a"].numpy() for x in (theirs, adapted))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("quantized", [None, "int8"])
def test_an_update_that_is_merged_is_part_of_the_kernel(quantized):
    model, adapted = trained(quantized=quantized)
    before, scale = outputs(model), np.abs(outputs(model)).max()
    for layer in adapted:
        count = len(layer.weights)
        layer.merge_lora()
        assert not layer.lora_enabled
        assert layer.lora_variables == {}
        assert len(layer.weights) == count - 2
        assert not [name for name in vars(layer) if name.startswith("lora_kernel")]
        assert "lora_rank" not in layer.get_config()
        with pytest.raises(ValueError, match="has no low-rank update"):
            layer.merge_lora()
    assert np.abs(outputs(model) - before).max() <= (0.05 if quantized else 1e-5) * scale
    assert any(v.name == "kernel" for v in model.trainable_variables)
    adapted[-1].enable_lora(1)
