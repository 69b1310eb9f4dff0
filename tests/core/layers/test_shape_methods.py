"""What `build` and `compute_output_shape` are called with, and how variables may be made."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers

X, Y = np.ones((2, 3), "float32"), np.ones((2, 4), "float32")


def layer_with(method):
    """A layer whose `call` takes x and y, with a method that notes its arguments."""

    def note(given):
        layer = given.pop("self")
        layer.got = given
        return next(iter(given.values()), None)

    scope = {"note": note}
    exec(f"def {method}:\n    return note(dict(locals()))", scope)
    name = method.split("(")[0]
    namespace = {"call": lambda self, x, y=None: x, name: scope[name]}
    return type("Made", (layers.Layer,), namespace)()


@pytest.mark.parametrize(
    ("signature", "wanted"),
    [
        ("self, input_shape", {"input_shape": (2, 3)}),
        ("self, y_shape", {"y_shape": (2, 3)}),  # a single one is that of the first
        ("self, x_shape, y_shape", {"x_shape": (2, 3), "y_shape": (2, 4)}),
        ("self, y_shape, x_shape", {"x_shape": (2, 3), "y_shape": (2, 4)}),
        ("self, x_shape, units=3", {"x_shape": (2, 3), "units": 3}),
        ("self, input_shape, units=3", {"input_shape": (2, 3), "units": 3}),
        ("self", {}),
        ("self, *shapes", {"shapes": ((2, 3), (2, 4))}),
    ],
)
def test_build_gets_the_shapes_it_names(signature, wanted):
    layer = layer_with(f"build({signature})")
    layer(X, Y)
    assert layer.got == wanted


@pytest.mark.parametrize("signature", ["self, foo_shape, bar", "self, a_shape, b_shape"])
def test_build_that_names_no_arguments_is_refused_in_words(signature):
    with pytest.raises(ValueError, match="should have a `_shape` suffix and match an argument"):
        layer_with(f"build({signature})")(X, Y)


@pytest.mark.parametrize(
    "signature", ["self, x_shape", "self, input_shape", "self, x_shape, y_shape", "self, a, b"]
)
@pytest.mark.parametrize("named", [False, True])
def test_compute_output_shape_gets_as_many_shapes_as_it_takes(signature, named):
    layer = layer_with(f"compute_output_shape({signature})")
    x, y = keras.Input((3,)), keras.Input((4,))
    out = layer(x=x, y=y) if named else layer(x, y)
    assert out.shape == (None, 3)


def test_a_call_without_arguments_names_what_is_missing():
    with pytest.raises(TypeError, match="missing a required argument: 'inputs'"):
        layers.Dense(1)()


NAMES = "ones zeros uniform normal glorot_uniform he_normal orthogonal identity Constant".split()


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_takes_an_initializer_by_name(name):
    for given in (name, keras.initializers.serialize(keras.initializers.get(name))):
        v = keras.Variable(given, shape=(3, 3), dtype="float16")
        assert (v.shape, v.dtype) == ((3, 3), "float16")
    assert keras.Variable(type(keras.initializers.get(name)), shape=(2, 2)).shape == (2, 2)


def test_a_variable_says_what_it_needs():
    with pytest.raises(ValueError, match="`shape` argument must be given"):
        keras.Variable("ones")
    with pytest.raises(ValueError, match="Could not interpret initializer"):
        keras.Variable("no such", shape=(2,))
    with pytest.raises(TypeError, match="needs an initial value"):
        keras.Variable(None, shape=(2,))
    with pytest.raises(ValueError, match="synchronization"):
        keras.Variable(1.0, synchronization="x")


@pytest.mark.parametrize("policy", [None, 3, 1.5, ["float32"], {"a": 1}, "no such"])
def test_what_is_no_dtype_policy_is_refused(policy):
    before = keras.config.dtype_policy()
    with pytest.raises(ValueError, match=r"policy|Expected"):
        keras.config.set_dtype_policy(policy)
    assert keras.config.dtype_policy() == before
