"""The order of what is in a functional model, on which files depend; more in `tests/reference`."""

import numpy as np

import keras_core as keras
from keras_core import layers


def names(model):
    return [x.name for x in model.layers]


def test_layers_stand_by_their_distance_from_the_outputs():
    i, j = keras.Input((4,), name="i"), keras.Input((4,), name="j")
    a = layers.Dense(4, name="a1")(i)
    b = layers.Dense(4, name="b3")(layers.Dense(4, name="b2")(layers.Dense(4, name="b1")(j)))
    model = keras.Model([i, j], layers.Add(name="c")([b, layers.Dense(4, name="a2")(a)]))
    assert names(model) == ["j", "b1", "i", "b2", "a1", "b3", "a2", "c"]
    owners = [v.path.split("/")[0] for v in model.weights[::2]]
    assert owners == ["b1", "b2", "a1", "b3", "a2"]
    assert [x.name for x in model.inputs] == ["i", "j"]


def test_a_shared_layer_stands_where_its_first_call_is():
    x = keras.Input((4,), name="x")
    shared = layers.Dense(4, name="shared")
    y = layers.Dense(4, name="y")(shared(x))
    model = keras.Model(x, [layers.Dense(4, name="w")(x), shared(y)])
    assert names(model) == ["x", "shared", "y", "w"]


def test_an_input_that_nothing_uses_comes_first_among_the_last():
    r, p, q = (keras.Input((2,), name=n) for n in "rpq")
    assert names(keras.Model([r, p, q], layers.Add(name="add")([q, p]))) == ["q", "p", "r", "add"]


def test_a_model_from_the_middle_of_a_graph_begins_with_an_input():
    x = keras.Input((4,))
    hidden = layers.Dense(3, name="hidden")(x)
    top = layers.Dense(2, name="top")
    end = top(hidden)
    model = keras.Model([hidden, x], [end, hidden])
    assert [type(o).__name__ for o in model.operations] == ["InputLayer", "InputLayer", "Dense"]
    assert model.layers[-1] is top
    again = keras.Model.from_config(model.get_config())
    assert again.output_shape == [(None, 2), (None, 3)]
    assert keras.Model(x, end).count_params() == 4 * 3 + 3 + 3 * 2 + 2


def test_nests_of_tuples_survive_a_config():
    p, q = keras.Input((2,)), keras.Input((2,))
    model = keras.Model((p, (q,)), (p - q, [q, (p,)]))
    again = keras.Model.from_config(model.get_config())
    assert keras.tree.map_structure(lambda x: x.name, again.input) == (p.name, (q.name,))
    keras.tree.assert_same_structure(again.output, model.output)


def test_a_model_called_twice_inside_is_connected_again():
    x = keras.Input((2,), name="x")
    inner = keras.Model(x, x + 1.0, name="inner")
    stack = keras.Sequential([x, layers.Rescaling(3.0)], name="stack")
    y = keras.Input((2,))
    once = inner(y)
    twice = inner(stack(stack(once)))
    model = keras.Model(y, [twice, once, stack(y)])
    again = keras.models.model_from_json(model.to_json())
    for a, b in zip(again(keras.ops.ones((1, 2))), model(keras.ops.ones((1, 2))), strict=True):
        assert keras.ops.convert_to_numpy(a).tolist() == keras.ops.convert_to_numpy(b).tolist()


def test_what_is_frozen_stays_frozen_whatever_is_around_it():
    x = keras.Input((2,))
    frozen = layers.Dense(2, trainable=False)
    for model in (
        keras.Model(x, layers.Dense(1)(frozen(x)), trainable=True),
        keras.Sequential([x, frozen, layers.Dense(1)], trainable=True),
    ):
        assert len(model.trainable_weights) == 2
        again = type(model).from_config(model.get_config())
        assert len(again.trainable_weights) == 2
        model.trainable = False
        again = type(model).from_config(model.get_config())
        assert again.trainable_weights == []


def test_masks_are_part_of_the_graph():
    x = keras.Input((5, 3), name="x")
    y = layers.Masking(name="masking")(x)
    model = keras.Model(x, layers.GlobalAveragePooling1D(name="mean")(y))
    assert [o.name.split("_")[0] for o in model.operations] == [
        "x",
        "not",
        "masking",
        "any",
        "mean",
    ]
    again = keras.models.model_from_json(model.to_json())
    data = np.ones((1, 5, 3), "float32")
    data[0, 3:] = 0
    for m in (model, again):
        np.testing.assert_allclose(m.predict(data, verbose=0), np.ones((1, 3)))


def test_a_step_that_is_masked_has_no_output_in_either_direction():
    layer = layers.Bidirectional(layers.LSTM(2, return_sequences=True))
    y = layer(np.ones((1, 4, 3), "float32"), mask=np.array([[True, True, False, False]]))
    assert not keras.ops.convert_to_numpy(y)[0, 2:].any()
