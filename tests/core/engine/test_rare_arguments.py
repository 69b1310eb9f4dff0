"""Arguments that are rarely given do what they say, or are refused in words."""

import numpy as np
import pytest

import keras_core as keras


def test_clones_share_layers_by_a_cache():
    shared = keras.layers.Dense(3)
    inputs = keras.Input((3,))
    model = keras.Model(inputs, shared(shared(inputs)))
    cache = {}
    first, second = (keras.models.clone_model(model, cache=cache) for _ in range(2))
    assert first.layers[1] is second.layers[1] is cache[id(shared)]
    assert first.layers[1] is not shared
    assert keras.models.clone_model(model).layers[1] is not first.layers[1]


def test_inner_clones_share_layers_too():
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
    model = keras.Sequential([keras.Input((3,)), inner])
    cache = {}
    first, second = (keras.models.clone_model(model, cache=cache, recursive=True) for _ in range(2))
    assert first.layers[0].layers[0] is second.layers[0].layers[0]
    assert cache[id(inner.layers[0])] is first.layers[0].layers[0]


def test_classes_are_found_among_module_objects():
    found = keras.saving.deserialize_keras_object(
        {"class_name": "Own", "config": {"units": 3}}, module_objects={"Own": keras.layers.Dense}
    )
    assert found.units == 3
    with pytest.raises(TypeError) as raised:
        keras.saving.deserialize_keras_object(
            {"class_name": "Other", "config": {}, "module": "x", "registered_name": "Other"},
            module_objects={"Own": keras.layers.Dense},
            printable_module_name="samplers",
        )
    assert raised.value.__notes__ == ["It was looked for among the samplers: Own."]


def test_what_has_no_history_is_inferred_and_not_recorded():
    spec = keras.KerasTensor((2, 3), record_history=False)
    layer = keras.layers.Dense(4)
    assert layer.compute_output_spec(spec).shape == (2, 4)
    with pytest.raises(ValueError, match="is no input of a model"):
        keras.ops.add(spec, 1)
    with pytest.raises(ValueError, match="is no input of a model"):
        layer(spec)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: keras.callbacks.ReduceLROnPlateau(epsilon=1), ValueError, "there are not: eps"),
        (lambda: keras.StatelessScope(initialize_variables=False), ValueError, "ahead of the sc"),
        (lambda: keras.ops.einsum("i->i", [1.0], out=None), TypeError, "arguments: out"),
        (
            lambda: keras.saving.deserialize_keras_object("x", modules={}),
            TypeError,
            "arguments: .*modules",
        ),
    ],
)
def test_what_has_no_effect_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_hint_on_the_order_of_products_changes_nothing():
    x = np.arange(6.0).reshape(2, 3)
    found = keras.ops.einsum("ij,kj->ik", x, x, optimize="greedy")
    np.testing.assert_allclose(keras.ops.convert_to_numpy(found), x @ x.T)
