"""Python's operators on every mixture of operands: tensors and variables take precedence."""

import functools
import itertools
import operator

import numpy as np
import pytest

import keras_core as keras
from keras_core import ops
from keras_core.core.execution import compiled
from keras_core.core.tensors import native, runtime
from keras_core.core.tensors.symbolic import SymbolicEscapeError

BINARY = {
    "add": ops.add,
    "sub": ops.subtract,
    "mul": ops.multiply,
    "truediv": ops.true_divide,
    "floordiv": ops.floor_divide,
    "mod": ops.mod,
    "pow": ops.power,
    "matmul": ops.matmul,
    "lt": ops.less,
    "le": ops.less_equal,
    "gt": ops.greater,
    "ge": ops.greater_equal,
    "eq": ops.equal,
    "ne": ops.not_equal,
}
IN_PLACE = ["iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow", "imatmul"]
LOGICAL = {"and_": ops.logical_and, "or_": ops.logical_or, "xor": ops.logical_xor}

ARRAY = np.array([[1.5, 2.5], [3.5, 0.5]], "float32")
OTHERS = {
    "ndarray": lambda: ARRAY.copy(),
    "row": lambda: ARRAY[0].copy(),
    "ints": lambda: np.array([[1, 2], [3, 4]]),
    "0-d array": lambda: np.array(1.5, "float32"),
    "np.float32": lambda: np.float32(1.5),
    "np.float64": lambda: np.float64(1.5),
    "np.int64": lambda: np.int64(2),
    "float": lambda: 1.5,
    "int": lambda: 2,
    "bool": lambda: True,
    "list": lambda: [1.5, 2.5],
    "variable": lambda: keras.Variable(ARRAY),
    "tensor": lambda: ops.convert_to_tensor(ARRAY),
}
START = np.array([[0.7, 1.3], [2.2, 0.6]], "float32")

needs_gradients = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")


def value_and_gradient(function, has_gradient):
    """What ``function(w)`` gives for a variable, its value and its gradient."""
    w = keras.Variable(START)

    def loss():
        y = function(w)
        assert native.is_engine_tensor(y), type(y)
        summed = ops.cast(y, "float32") if has_gradient else w.value
        return ops.sum(summed * 3), y

    (_, y), (g,) = compiled.value_and_grad(loss, [w])
    return ops.convert_to_numpy(y), np.zeros(2) if g is None else ops.convert_to_numpy(g)


def sides(method, name, other):
    """The two orders of the operands, each with the call of the operation that it stands for."""
    apply = getattr(operator, method)
    op = BINARY.get(method) or BINARY[method[1:]]
    yield lambda w: apply(w, other()), lambda w: op(w, other())
    if name != "list" or not method.startswith("i"):  # `list += tensor` extends the list
        yield lambda w: apply(other(), w), lambda w: op(other(), w)


CASES = [
    (m, o)
    for m, o in itertools.product([*BINARY, *IN_PLACE], OTHERS)
    # a matrix product takes no scalars
    if "matmul" not in m or OTHERS[o]() is None or np.ndim(OTHERS[o]()) > 0 or o == "variable"
]


@needs_gradients
@pytest.mark.parametrize("through", ["variable", "tensor"])
@pytest.mark.parametrize(("method", "name"), CASES)
def test_an_operator_is_the_operation_whatever_the_operands(method, name, through):
    """The left operand may be NumPy's: it does not take the variable apart, and has a gradient."""
    if through == "tensor" and runtime.CAPABILITIES.autodiff != "core":
        pytest.skip("the operators of tensors are the engine's own")
    has_gradient = not {"floordiv", "lt", "le", "gt", "ge", "eq", "ne"} & {method, method[1:]}
    for apply, reference in sides(method, name, OTHERS[name]):

        def enter(w, function):
            return function(w if through == "variable" else ops.tanh(w))

        y, g = value_and_gradient(functools.partial(enter, function=apply), has_gradient)
        wanted = value_and_gradient(functools.partial(enter, function=reference), has_gradient)
        np.testing.assert_allclose(y, wanted[0], rtol=1e-5)
        np.testing.assert_allclose(g, wanted[1], rtol=1e-5)
        if method in ("add", "mul", "sub", "truediv", "iadd", "imul"):
            assert np.all(g != 0)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("method", [*BINARY, *IN_PLACE])
def test_symbolic_tensors_take_precedence(method, name):
    if method in ("eq", "ne"):
        return  # identity
    if "matmul" in method and name not in ("ndarray", "row", "ints", "list", "variable", "tensor"):
        return
    for apply, reference in sides(method, name, OTHERS[name]):
        x = keras.Input((2, 2))
        try:
            y = apply(x)
        except SymbolicEscapeError:  # in words; some tensors convert what they are compared with
            assert name == "tensor"
            continue
        wanted = reference(x)
        assert isinstance(y, keras.KerasTensor)
        assert (y.shape, y.dtype) == (wanted.shape, wanted.dtype)


def test_a_symbolic_tensor_equals_no_array():
    x = keras.Input((2,))
    assert operator.eq(ARRAY, x) is False
    assert operator.ne(ARRAY, x) is True


@pytest.mark.parametrize("method", LOGICAL)
def test_logical_operators(method):
    apply = getattr(operator, method)
    flags = np.array([True, False])
    v = keras.Variable([True, True], dtype="bool")
    for left, right in ((flags, v), (v, flags), (np.True_, v), (v, True), (True, v)):
        y = apply(left, right)
        assert native.is_engine_tensor(y)
        np.testing.assert_array_equal(
            ops.convert_to_numpy(y), apply(np.asarray(left), np.asarray(right))
        )


def test_divmod_and_unary_operators():
    v = keras.Variable(START)
    for left, right in ((ARRAY, v), (v, ARRAY), (v, 2.0), (5.0, v)):
        parts = divmod(left, right)
        for part, wanted in zip(parts, divmod(np.asarray(left), np.asarray(right)), strict=True):
            assert native.is_engine_tensor(part)
            np.testing.assert_allclose(ops.convert_to_numpy(part), wanted, rtol=1e-5)
    for apply in (operator.neg, operator.pos, abs):
        assert native.is_engine_tensor(apply(v))


@needs_gradients
def test_an_operator_that_assigns_leaves_the_array_of_the_user_alone():
    data = ARRAY.copy()
    w = keras.Variable(START)

    def loss():
        x = data
        x *= w
        x += ops.tanh(w)
        return ops.sum(x), ()

    _, (g,) = compiled.value_and_grad(loss, [w])
    np.testing.assert_array_equal(data, ARRAY)
    np.testing.assert_allclose(ops.convert_to_numpy(g), ARRAY + 1 - np.tanh(START) ** 2, rtol=1e-5)


def test_other_functions_of_numpy_take_the_values():
    v = keras.Variable(START)
    np.testing.assert_allclose(np.exp(v), np.exp(START))
    np.testing.assert_allclose(np.sum(v, axis=0), START.sum(0))
    np.testing.assert_allclose(np.add(ARRAY, v, dtype="float64"), ARRAY + START, rtol=1e-6)
    out = np.zeros_like(ARRAY)
    np.multiply(ARRAY, v, out=out)
    np.testing.assert_allclose(out, ARRAY * START)
    with pytest.raises(TypeError, match="NumPy cannot write"):
        np.multiply(ARRAY, ARRAY, out=v)


@needs_gradients
def test_a_layer_that_multiplies_an_array_by_its_weight_is_trained():
    class Scale(keras.layers.Layer):
        def build(self, shape):
            self.w = self.add_weight((shape[-1],), "ones", name="w")

        def call(self, x):
            return x * self.w

    model = keras.Sequential([keras.Input((2,)), Scale()])
    model.compile("sgd", "mse")
    model.fit(ARRAY, ARRAY * 2, epochs=2, verbose=0)
    assert np.all(model.get_weights()[0] > 1.01)
