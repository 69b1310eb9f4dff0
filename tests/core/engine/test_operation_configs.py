"""Operations by their configs, and what they were called with."""

import pytest

import keras_core as keras


def operation(init):
    scope = {"keras": keras}
    exec(
        f"class Op(keras.Operation):\n"
        f"    def __init__(self, {init}):\n        super().__init__()\n"
        f"    def call(self, x, y=None): return x\n"
        f"    def compute_output_spec(self, x, y=None): return keras.KerasTensor(x.shape)\n",
        scope,
    )
    return scope["Op"]


@pytest.mark.parametrize(
    ("init", "args", "kwargs", "wanted"),
    [
        ("a, b=2", (1,), {"b": 3}, {"a": 1, "b": 3}),
        ("a, **kwargs", (1,), {"c": 3}, {"a": 1, "c": 3}),
        ("*args, k=1", (), {"k": 3}, {"k": 3}),
        ("a, *, k=1", (1,), {}, {"a": 1}),
        ("", (), {}, {}),
    ],
)
def test_the_config_is_what_it_was_made_with(init, args, kwargs, wanted):
    cls = operation(init)
    config = cls(*args, **kwargs).get_config()
    assert config == wanted
    assert cls.from_config(config).get_config() == wanted


@pytest.mark.parametrize(("init", "args"), [("*args", (1, 2)), ("a, /", (1,)), ("a, *b", (1, 2))])
def test_arguments_without_a_name_have_no_config(init, args):
    with pytest.raises(NotImplementedError, match="must override `get_config"):
        operation(init)(*args).get_config()


def test_inputs_are_listed_in_the_order_of_call():
    x, y = keras.KerasTensor((1,)), keras.KerasTensor((2,))
    for args, kwargs in (((x, y), {}), ((x,), {"y": y}), ((), {"y": y, "x": x})):
        op = operation("")()
        op(*args, **kwargs)
        assert op.input == [x, y]
    op = operation("")()
    op(x)
    assert op.input is x
    dense = keras.layers.Dense(1)
    out = dense(inputs := keras.Input((2,)))
    assert (dense.input, dense.output) == (inputs, out)
    with pytest.raises(AttributeError, match="never been called"):
        _ = keras.layers.Dense(1).input
