"""What models take and how stacks of layers are built."""

import warnings

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers


def stack(*parts):
    return keras.Sequential(list(parts))


def test_a_stack_keeps_no_size_that_its_layers_do_not_need():
    declared = stack(keras.Input((5, 3)), layers.LSTM(2))
    by_data = stack(layers.LSTM(2))
    by_data(np.ones((1, 5, 3), "float32"))
    for model in (declared, by_data):
        assert model(np.ones((2, 7, 3), "float32")).shape == (2, 2)
        assert model.predict(np.ones((4, 2, 3)), verbose=0).shape == (4, 2)
        with pytest.raises(ValueError, match="batch axis"):
            model(np.ones((5, 3), "float32"))
    with pytest.raises(ValueError, match=r"\(3, 8\)|value 3"):
        by_data(np.ones((1, 5, 4), "float32"))


def test_any_batch_goes_through_a_model_that_was_made_for_one():
    x = keras.Input((2,), batch_size=3)
    model = keras.Model(x, layers.Dense(1)(x))
    assert model(np.ones((2, 2), "float32")).shape == (2, 1)
    assert model.predict(np.ones((5, 2)), verbose=0).shape == (5, 1)
    assert model.input_shape == (3, 2)


@pytest.mark.parametrize("kind", ["sequential", "functional"])
def test_a_stack_that_begins_with_a_model_is_built(kind):
    x = keras.Input((4,))
    first = stack(x, layers.Dense(2)) if kind == "sequential" else keras.Model(x, x * 2.0)
    model = stack(first, layers.Dense(1))
    assert model.built
    assert model.input_shape == (None, 4)
    assert len(model.weights) == (4 if kind == "sequential" else 2)
    grown = keras.Sequential()
    grown.add(first)
    assert not grown.built
    grown.add(layers.Dense(3))
    assert grown.output_shape == (None, 3)
    again = keras.Sequential.from_config(model.get_config())
    assert again.built
    assert [x.name for x in again.layers] == [x.name for x in model.layers]


class Sum(layers.Layer):
    def call(self, x):
        return x["a"] + x["b"] if isinstance(x, dict) else x[0] + x[1]


@pytest.mark.parametrize("nest", ["dict", "list"])
def test_the_first_layer_may_take_a_nest(nest):
    one = np.ones((2, 3), "float32")
    x = {"a": one, "b": one} if nest == "dict" else [one, one]
    model = stack(Sum(), layers.Dense(2))
    assert model(x).shape == (2, 2)
    assert model.predict(x, verbose=0).shape == (2, 2)
    built = stack(Sum(), layers.Dense(2))
    built.build(keras.tree.map_structure(lambda _: (None, 3), x))
    assert built.count_params() == model.count_params() == 8


def test_arguments_of_a_stack():
    a = layers.Dense(2)
    for wrong in (a, None, 3):
        if wrong is not None:
            with pytest.raises(TypeError, match="one list of layers"):
                keras.Sequential(wrong)
    with pytest.raises(TypeError, match="one list of layers"):
        keras.Sequential(a, layers.Dense(3))
    assert len(keras.Sequential(x for x in [a]).layers) == 1
    assert len(stack(a, a).layers) == 2
    with pytest.raises(ValueError, match="unique names"):
        stack(layers.Dense(2, name="b"), layers.Dense(3, name="b"))
    with pytest.raises(ValueError, match="input_shape"):
        stack(layers.Dense(2)).build()


def test_the_demands_of_a_model_can_be_set():
    x, y = keras.Input((2,), name="x"), keras.Input((None, 3), name="y")
    model = keras.Model({"b": x, "a": y}, x * 2.0)
    assert [(s.shape, s.name) for s in model.input_spec] == [
        ((None, None, 3), "a"),
        ((None, 2), "b"),
    ]
    assert keras.Model([[x], y], x * 2.0).input_spec is None
    free = keras.Model(x, x * 2.0)
    with pytest.raises(ValueError, match="expected shape"):
        free(np.ones((3, 5), "float32"))
    free.input_spec = keras.InputSpec(shape=(None, 5))
    assert free(np.ones((3, 5), "float32")).shape == (3, 5)
    with pytest.raises(ValueError, match="expected shape"):
        free(np.ones((3, 2), "float32"))


def test_data_is_matched_by_name_or_in_the_order_that_was_declared():
    one, zero = np.ones((1, 2), "float32"), np.zeros((1, 2), "float32")
    p, q = keras.Input((2,), name="IT"), keras.Input((2,), name="IS")
    difference = layers.Subtract()([p, q])

    def found(model, data):
        return keras.ops.convert_to_numpy(model(data))[0, 0]

    by_list, by_dict = keras.Model([p, q], difference), keras.Model({"IT": p, "IS": q}, difference)
    named = {"IS": zero, "IT": one}
    assert found(by_list, named) == found(by_list, (one, zero)) == found(by_dict, named) == 1
    with pytest.raises(ValueError, match="as a dict"):
        by_dict([one, zero])
    with pytest.raises(ValueError, match="Missing data for input 'IS'"):
        by_list({"IT": one, "wrong": zero})
    in_order = keras.Model({"a": p, "b": q}, difference)
    with pytest.warns(UserWarning, match="structure"):
        assert found(in_order, [one, zero]) == 1
    with pytest.warns(UserWarning, match="structure"):
        found(in_order, {"a": one, "b": zero, "c": one})
    with pytest.raises(ValueError, match="2 input"):
        found(in_order, [one, zero, one])
    with pytest.raises(ValueError, match="None"):
        found(by_list, [one, None])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found(by_list, (one, zero))
        keras.Model([p], p * 1.0)(one)
