"""Functional models of operations that take functions, and of sizes that are not known."""

import copy
import operator as operators

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core.core.base import tree
from keras_core.core.execution import compiled

VALUES = np.linspace(-1, 2, 8, dtype="float32").reshape(2, 4)
NEEDS_GRADIENTS = pytest.mark.skipif(
    compiled.AUTODIFF is None, reason="the backend has no gradients"
)
CUBED = lambda t: ops.sum(t * t * t)  # noqa: E731


def _positive(x):
    return ops.sum(x) > 0


def _looped(x):
    def step(i, y):
        return ops.cond(_positive(x), lambda: y + x, lambda: y)

    return ops.fori_loop(0, 3, step, x)


# Functions of a tensor, that hold it in functions of theirs.
FUNCTIONS = {
    "cond": lambda x: ops.cond(_positive(x), lambda: x, lambda: -x),
    "cond of other tensors": lambda x: ops.cond(ops.sum(x) > 99, lambda: (x, -x), lambda: (-x, x)),
    "switch": lambda x: ops.switch(ops.cast(ops.sum(x), "int32"), [ops.sin, lambda y: x * y], x),
    "while_loop": lambda x: ops.while_loop(
        lambda i, y: ops.logical_and(i < 5, ops.sum(y) < 9 * ops.max(x)),
        lambda i, y: (i + 1, y + x),
        (0, x),
    ),
    "fori_loop": lambda x: ops.fori_loop(0, 3, lambda i, y: y * x + ops.cast(i, "float32"), x),
    "fori_loop from what has values": lambda x: ops.fori_loop(
        0, 3, lambda i, y: y + x, ops.zeros((2, 4))
    ),
    "fori_loop to a size": lambda x: ops.fori_loop(0, ops.shape(x)[0], lambda i, y: y + x, x),
    "scan": lambda x: ops.scan(lambda c, row: (c + row, c * ops.max(x)), x[0], x),
    "scan without results": lambda x: ops.scan(lambda c, row: (c + row, None), x[0], x)[0],
    "associative_scan": lambda x: ops.associative_scan(lambda a, b: a + b * ops.max(x), x, axis=1),
    "map": lambda x: ops.map(lambda row: row * x[0] + ops.zeros((ops.shape(x)[1],)), x),
    "vectorized_map": lambda x: ops.vectorized_map(lambda row: row * x, x),
    "vectorized_map over what has values": lambda x: ops.vectorized_map(
        lambda t: t * x, ops.arange(3.0)
    ),
    "vectorize": lambda x: ops.vectorize(lambda a, b: ops.sum(a * b), signature="(n),(n)->()")(
        x, x[0]
    ),
    "a loop in a loop": _looped,
}
GRADIENTS = {
    "grad": ops.grad(CUBED),
    "grad of what has values": lambda x: ops.grad(lambda t: ops.sum(t * x))(ops.ones((2, 4))),
    "value_and_grad": ops.value_and_grad(lambda t: (CUBED(t), t * 2), has_aux=True),
    "grad of grad": ops.grad(lambda t: CUBED(ops.grad(CUBED)(t))),
    "vjp": lambda x: (lambda y, pullback: (y, pullback(x)))(*ops.vjp(lambda t: ops.sin(t) * x, x)),
    "vjp with more": lambda x: ops.vjp(lambda t: (t * x, t), x, has_aux=True)[2],
    "jvp": lambda x: ops.jvp(lambda t: t * t * x, (x,), (x,)),
    "jacobian": ops.jacobian(lambda t: t[0] * t[1]),
    "hessian": ops.hessian(CUBED),
}
SIZES = {
    "a slice": lambda x: x[:, : ops.shape(x)[1] // 2],
    "an index": lambda x: x[:, ops.shape(x)[1] - 1],
    "a number": lambda x: x * ops.shape(x)[1] + 1.5 * ops.shape(x)[0],
    "a quotient": lambda x: x * (ops.shape(x)[1] / 3),
    "a tensor": lambda x: ops.convert_to_tensor(ops.shape(x)[1]) * ops.cast(x, "int32"),
    "a list": lambda x: ops.stack([ops.shape(x)[1], 3]),
    "zeros": lambda x: x + ops.zeros((ops.shape(x)[1],), dtype=float),
    "full": lambda x: ops.full((ops.shape(x)[1],), ops.shape(x)[0]),
    "arange": lambda x: x * ops.arange(ops.shape(x)[1], dtype="float32"),
    "eye": lambda x: x @ ops.eye(ops.shape(x)[1]),
}


def _same(function, shape):
    """Whether a model of ``function`` gives what it gives itself, and says so of its outputs."""
    x = keras.Input(batch_shape=shape)
    model = keras.Model(x, function(x))
    found, expected = model(VALUES), function(ops.convert_to_tensor(VALUES))
    tree.assert_same_structure(found, expected)
    outputs = tree.flatten(model.output)
    for a, b, symbol in zip(tree.flatten(found), tree.flatten(expected), outputs, strict=True):
        np.testing.assert_allclose(
            ops.convert_to_numpy(a), ops.convert_to_numpy(b), rtol=1e-5, atol=1e-6
        )
        assert symbol.dtype == ops.dtype(a)
        assert len(symbol.shape) == len(ops.shape(a))
        assert all(m in (None, n) for m, n in zip(symbol.shape, ops.shape(a), strict=True))
    # Called with other symbolic tensors, the model is recorded as part of another one.
    other = keras.Input(batch_shape=shape)
    again = keras.Model(other, model(other))(VALUES)
    for a, b in zip(tree.flatten(again), tree.flatten(found), strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(a), ops.convert_to_numpy(b))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_may_hold_symbolic_tensors(name):
    known = {"fori_loop from what has values"}
    _same(FUNCTIONS[name], (2, 4) if name in known else (None, 4))


@pytest.mark.parametrize("name", GRADIENTS)
@NEEDS_GRADIENTS
def test_gradients_in_a_graph(name):
    known = {"grad of what has values"}
    _same(GRADIENTS[name], (2, 4) if name in known else (None, 4))


@pytest.mark.parametrize("name", SIZES)
def test_sizes_that_are_not_known(name):
    _same(SIZES[name], (None, None))


def test_a_copy_of_a_graph_gives_what_it_gives():
    x = keras.Input((4,))
    y = layers.Dense(3)(ops.cond(_positive(x), lambda: x * ops.shape(x)[0], lambda: -x))
    model = keras.Model(x, y)
    for again in (copy.deepcopy(model), keras.models.clone_model(model)):
        again.set_weights(model.get_weights())
        np.testing.assert_array_equal(
            ops.convert_to_numpy(again(VALUES)), ops.convert_to_numpy(model(VALUES))
        )


def test_layers_in_functions_of_a_graph_are_run_each_time():
    x = keras.Input((4,))
    dense = layers.Dense(4, use_bias=False)
    model = keras.Model(x, ops.fori_loop(0, 2, lambda i, y: dense(y) + x, x))
    assert model.layers[1:] == [dense]
    dense.set_weights([np.eye(4) * 2])
    np.testing.assert_allclose(ops.convert_to_numpy(model(VALUES)), VALUES * 7, rtol=1e-6)


def test_inference_runs_no_engine_where_functions_hold_symbolic_tensors():
    class Doubled(layers.Layer):
        def call(self, x):
            return ops.fori_loop(0, 2, lambda i, y: y + x, ops.zeros((2, 4)))

    model = keras.Sequential([keras.Input(batch_shape=(2, 4)), Doubled()])
    np.testing.assert_array_equal(ops.convert_to_numpy(model(VALUES)), VALUES * 2)


def test_a_layer_may_return_a_tuple_of_one():
    class Held(layers.Layer):
        def call(self, x):
            return (x * 2,)

    x = keras.Input((4,))
    np.testing.assert_array_equal(
        ops.convert_to_numpy(keras.Model(x, Held()(x)[0] + 1)(VALUES)), VALUES * 2 + 1
    )


def test_random_numbers_are_drawn_in_each_run():
    x = keras.Input((4,))
    model = keras.Model(
        x, x + keras.random.normal(ops.shape(x), seed=keras.random.SeedGenerator(1))
    )
    first, second = (ops.convert_to_numpy(model(VALUES)) for _ in range(2))
    assert np.abs(first - second).min() > 0


@NEEDS_GRADIENTS
def test_a_gradient_of_ones_own_is_that_of_the_graph():
    @ops.custom_gradient
    def double(x):
        return x * 2, lambda upstream: upstream * 7

    x = keras.Input((4,))
    model = keras.Model(x, double(x))
    gradient = ops.grad(lambda x: ops.sum(model(x)))(ops.convert_to_tensor(VALUES))
    np.testing.assert_array_equal(ops.convert_to_numpy(gradient), np.full((2, 4), 7.0))


@NEEDS_GRADIENTS
def test_a_graph_with_a_condition_is_trained():
    x = keras.Input((4,))
    y = layers.Dense(1)(x)
    inner = layers.Dense(1, kernel_initializer="zeros")
    size = ops.shape(x)[0]
    model = keras.Model(x, ops.cond(size * ops.sum(x) > 0, lambda: y * 2 + inner(x), lambda: y))
    model.compile("sgd", "mse")
    history = model.fit(VALUES, VALUES.sum(1, keepdims=True), epochs=5, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert np.abs(inner.get_weights()[0]).min() > 0
    model.summary(print_fn=lambda text: None)


def test_a_function_has_no_form_in_a_saved_model():
    x = keras.Input((4,))
    model = keras.Model(x, ops.map(ops.sin, x))
    with pytest.raises(NotImplementedError, match=r"`map` has no form.*a layer of your own"):
        model.to_json()


@pytest.mark.parametrize("name", ["a slice", "a number", "zeros"])
def test_a_computed_size_has_no_form_in_a_saved_model(name):
    x = keras.Input((None,))
    with pytest.raises(NotImplementedError, match="computed from a tensor's"):
        keras.Model(x, SIZES[name](x)).to_json()


def test_a_symbolic_bound_of_a_slice_is_refused():
    x = keras.Input((4,))
    with pytest.raises(TypeError, match=r"Use `ops\.slice`"):
        x[: ops.argmax(x[0])]


@pytest.mark.parametrize("operator", ["add", "sub", "mul", "truediv", "matmul", "pow"])
def test_operators_of_tensors_and_arrays_take_symbolic_tensors(operator):
    apply = getattr(operators, operator)
    held = np.linspace(0.5, 2, 16, dtype="float32").reshape(4, 4)
    for other in (held, ops.convert_to_tensor(held)):
        x = keras.Input((4, 4))
        model = keras.Model(x, apply(other, x))
        values = np.stack([held, held + 1])
        np.testing.assert_allclose(
            ops.convert_to_numpy(model(values)), apply(held, values), rtol=1e-5
        )
