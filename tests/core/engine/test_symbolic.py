"""Symbolic tensors, dimensions that are not known, variables and scopes."""

import contextlib
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import keras_core as keras
from keras_core import layers, ops
from keras_core.core.tensors.scopes import SymbolicScope
from keras_core.core.tensors.symbolic import Dim, SymbolicEscapeError

# -- Dimensions --------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from(["+", "-", "*", "//", "%"]), st.integers(1, 9), st.booleans()),
    min_size=1,
    max_size=6,
)


@given(STEPS)
def test_arithmetic_with_what_is_unknown_is_unknown(steps):
    d = Dim()
    for sign, n, reflected in steps:
        a, b = (n, d) if reflected else (d, n)
        d = {
            "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
            "//": lambda a, b: a // b, "%": lambda a, b: a % b,
        }[sign](a, b)  # fmt: skip
        assert isinstance(d, Dim)
        assert d == None  # noqa: E711  # as which shapes show it
    assert isinstance(-d, Dim)


@pytest.mark.parametrize("use", [int, lambda d: d < 3, lambda d: range(d), lambda d: [0][d]])
def test_what_needs_a_number_says_so(use):
    with pytest.raises(SymbolicEscapeError, match="not known while the model is built"):
        use(Dim())


@given(st.integers(1, 6), st.integers(1, 5))
def test_a_graph_computes_dimensions_again(batch, steps):
    """Arithmetic on `ops.shape` in a functional model holds for whatever is fed."""
    x = keras.Input((None, 3))
    n = ops.shape(x)[1]
    model = keras.Model(x, ops.reshape(x, (-1, n * 3)))
    values = np.arange(batch * steps * 3, dtype="float32").reshape(batch, steps, 3)
    out = ops.convert_to_numpy(model(values))
    np.testing.assert_array_equal(out, values.reshape(batch, steps * 3))


# -- Symbolic tensors --------------------------------------------------------------------


@pytest.mark.parametrize(
    "escape",
    [
        lambda x: bool(x),
        lambda x: float(x),
        lambda x: np.asarray(x),
        lambda x: range(x),
        lambda x: ops.convert_to_numpy(x),
        lambda x: list(x),
    ],
)
def test_a_symbolic_tensor_has_no_values(escape):
    with pytest.raises(TypeError, match=r"symbolic|KerasTensor|unknown"):
        escape(keras.KerasTensor((None, 2)))


@given(
    st.lists(st.one_of(st.none(), st.integers(1, 4)), min_size=1, max_size=4),
    st.lists(st.one_of(st.none(), st.integers(1, 4)), min_size=1, max_size=4),
)
def test_broadcasting_agrees_with_numpy(a, b):
    """Whatever the unknown sizes are, the symbolic shape is right, or numbers could not fit."""
    try:
        out = ops.add(keras.KerasTensor(a), keras.KerasTensor(b)).shape
    except ValueError:
        known = [d if d is not None else 1 for d in a], [d if d is not None else 1 for d in b]
        with pytest.raises(ValueError, match="shape mismatch"):
            np.broadcast_shapes(*known)
        return
    full = [d or 1 for d in a], [d or 1 for d in b]
    real = np.broadcast_shapes(*full)
    assert len(out) == len(real)
    for symbolic, number in zip(out, real, strict=True):
        assert symbolic in (None, number)


def test_inference_computes_nothing_and_stores_nothing():
    counter = keras.Variable(0.0)
    with SymbolicScope():
        counter.assign(ops.sum(keras.KerasTensor((None, 2))))
    assert float(counter.numpy()) == 0


# -- Variables ---------------------------------------------------------------------------

floats = st.floats(-100, 100, width=32, allow_subnormal=False)  # some engines flush them to 0


@given(st.lists(floats, min_size=1, max_size=5), floats)
def test_assignment(values, n):
    start = np.asarray(values, "float32")
    v = keras.Variable(start)
    v.assign_add(np.full_like(start, n))
    np.testing.assert_allclose(v.numpy(), start + np.float32(n), rtol=1e-6)
    v.assign_sub(np.full_like(start, n))
    v.assign(start)
    np.testing.assert_array_equal(v.numpy(), start)
    assert v.shape == start.shape
    assert v.dtype == "float32"


def test_a_variable_keeps_its_own_copy():
    start = np.ones(3, "float32")
    v, tensor = keras.Variable(start), ops.convert_to_tensor(start.copy())
    w = keras.Variable(tensor)
    start[:] = 5
    v.assign_add(np.ones(3))
    w.assign_add(np.ones(3))
    np.testing.assert_array_equal(v.numpy(), 2)
    np.testing.assert_array_equal(w.numpy(), 2)
    np.testing.assert_array_equal(ops.convert_to_numpy(tensor), 1)


@pytest.mark.parametrize("bad", [np.ones(2), np.ones((3, 1)), np.ones(())])
def test_assignment_of_another_shape(bad):
    v = keras.Variable(np.ones(3), name="mine")
    with pytest.raises(ValueError, match=r"\(3,\).*mine"):
        v.assign(bad)


def test_stateless_scope():
    v, other = keras.Variable(1.0), keras.Variable(10.0)
    with keras.StatelessScope([(v, ops.convert_to_tensor(5.0))]) as scope:
        v.assign_add(1.0)
        other.assign(v.value + 1.0)
        assert float(ops.convert_to_numpy(v.value)) == 6
    assert float(ops.convert_to_numpy(scope.get_current_value(v))) == 6
    assert float(ops.convert_to_numpy(scope.get_current_value(other))) == 7
    assert (float(v.numpy()), float(other.numpy())) == (1, 10)


def test_nested_stateless_scopes_end_in_order():
    v = keras.Variable(1.0)
    with keras.StatelessScope() as outer:
        v.assign(2.0)
        with keras.StatelessScope([(v, ops.convert_to_tensor(3.0))]):
            v.assign_add(1.0)
        assert float(ops.convert_to_numpy(v.value)) == 2
    assert float(ops.convert_to_numpy(outer.get_current_value(v))) == 2
    assert float(v.numpy()) == 1


def test_scopes_end_with_an_exception():
    v = keras.Variable(1.0)

    def fail():
        with keras.StatelessScope():
            v.assign(9.0)
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail()
    v.assign_add(1.0)
    assert float(v.numpy()) == 2


def test_a_scope_is_of_one_thread():
    v = keras.Variable(1.0)
    seen = []
    with keras.StatelessScope([(v, ops.convert_to_tensor(5.0))]):
        thread = threading.Thread(target=lambda: seen.append(float(v.numpy())))
        thread.start()
        thread.join()
    assert seen == [1.0]


def test_names():
    with keras.name_scope("outer"):
        layer = layers.Dense(2, name="inner")
        layer.build((None, 3))
    assert layer.kernel.path == "outer/inner/kernel"


def test_nested_lists_of_numbers_are_one_tensor():
    assert ops.sum([[1, 2], [3, 4]]) == 10
    assert ops.softmax([[1.0, 1.0]]).shape == (1, 2)
    assert ops.matmul([[1.0, 2.0]], [[3.0], [4.0]]).shape == (1, 1)
    assert ops.concatenate([[1, 2], [3]]).shape == (3,)


def test_name_scopes_of_an_object_and_with_a_path_of_their_own():
    """Each line is what the real Keras answers."""
    owner = object()

    def path(*scopes):
        with contextlib.ExitStack() as stack:
            for name, options in scopes:
                stack.enter_context(keras.name_scope(name, **options))
            return keras.Variable(1.0, name="v").path

    a, b, c = (name for name in "abc")
    of = {"caller": owner}
    assert path((a, {}), (b, of)) == "a/b/v"
    assert path((a, {}), (b, of), (b, of)) == "a/b/v"
    assert path((a, {}), (b, of), (c, of), (b, of)) == "a/b/c/b/v"
    assert path((a, {}), (b, of), (b, {"caller": object()})) == "a/b/b/v"
    assert path((a, {}), (b, of), (b, {**of, "deduplicate": False})) == "a/b/b/v"
    assert path((a, {}), (b, {}), (b, {})) == "a/b/b/v"
    assert path((a, {}), (b, {"override_parent": "x/y"})) == "x/y/b/v"
    assert path((a, {}), (b, {"override_parent": ""}), (c, {})) == "b/c/v"
    scope = keras.name_scope("again")
    with scope, scope:
        assert keras.Variable(1.0, name="v").path == "again/again/v"
    assert keras.Variable(1.0, name="v").path == "v"
    with pytest.raises(ValueError, match=r"`override_parent` must be a path.*3"):
        keras.name_scope("a", override_parent=3)
