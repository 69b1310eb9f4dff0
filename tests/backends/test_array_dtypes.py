"""Arrays of float64 are taken as `floatx`, unless float64 is asked for by name."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import ops
from keras_core.core.base import tree
from keras_core.core.tensors import native, runtime

A = np.array([[0.25, 0.5], [0.75, 0.5]])
KINDS = {
    "array": A,
    "0-d array": np.array(0.5),
    "np.float64": np.float64(0.5),
    "list of np.float64": [np.float64(0.5), np.float64(0.25)],
    "list of arrays": [A, A],
    "nested list": [[0.25, np.float64(0.5)], [A[0], A[1]][0].tolist()],
}
UNARY = (
    "exp log sqrt negative abs sum mean max min prod square sin tanh floor round cumsum reshape "
    "transpose ones_like zeros_like sigmoid relu softplus erf isnan std var argmax flip "
    "stop_gradient"
).split()
BINARY = (
    "add subtract multiply true_divide power maximum minimum arctan2 equal where logaddexp"
).split()
OTHERS = {
    "float32": lambda: np.ones((2, 2), "float32"),
    "float16": lambda: np.ones((2, 2), "float16"),
    "int32": lambda: np.ones((2, 2), "int32"),
    "number": lambda: 2.0,
    "variable": lambda: keras.Variable(np.ones((2, 2), "float32")),
    "tensor": lambda: ops.convert_to_tensor(np.ones((2, 2), "float32")),
}
ARRAYS_ARE_TENSORS = native.is_engine_tensor(A)


def narrow(x):
    """The same in float32."""
    if isinstance(x, list):
        return [narrow(v) for v in x]
    return np.asarray(x, "float32")


def unary(name, x):
    args = {"reshape": ((-1,),)}.get(name, ())
    return getattr(ops, name)(x, *args)


def binary(name, x, y):
    return ops.where(True, x, y) if name == "where" else getattr(ops, name)(x, y)


@pytest.fixture(params=["float32", "float16"])
def floatx(request):
    keras.config.set_floatx(request.param)
    yield request.param
    keras.config.set_floatx("float32")


@pytest.mark.parametrize("kind", KINDS)
def test_conversion_is_to_floatx(kind, floatx):
    x = KINDS[kind]
    if ARRAYS_ARE_TENSORS and kind == "list of arrays":
        pytest.skip("on this backend the arrays may be tensors of which float64 was asked")
    for made in (ops.convert_to_tensor(x), ops.array(x), keras.Variable(x)):
        assert ops.dtype(made) == floatx


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", UNARY)
def test_an_operation_takes_it_as_floatx(name, kind):
    x = KINDS[kind]
    if ARRAYS_ARE_TENSORS and "array" in kind:
        pytest.skip("on this backend the array may be a tensor of which float64 was asked")
    if isinstance(x, list) and name == "stop_gradient":
        return  # a nest
    found, wanted = (tree.map_structure(ops.dtype, unary(name, v)) for v in (x, narrow(x)))
    assert found == wanted


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("name", BINARY)
def test_an_operation_takes_it_as_floatx_beside_others(name, other):
    for kind in ("array", "np.float64", "0-d array"):
        x, y = KINDS[kind], OTHERS[other]()
        if ARRAYS_ARE_TENSORS and isinstance(x, np.ndarray):
            continue
        assert ops.dtype(binary(name, x, y)) == ops.dtype(binary(name, narrow(x), y))
        assert ops.dtype(binary(name, y, x)) == ops.dtype(binary(name, y, narrow(x)))


@pytest.mark.skipif("float64" not in runtime.CAPABILITIES.dtypes, reason="no float64")
def test_what_is_asked_for_is_kept():
    for x in KINDS.values():
        t, v = ops.convert_to_tensor(x, "float64"), keras.Variable(x, dtype="float64")
        for made in (t, v, ops.cast(x, "float64"), ops.exp(t), ops.add(t, 1), ops.add(v, t), v * 2):
            assert ops.dtype(made) == "float64"
        np.testing.assert_array_equal(ops.convert_to_numpy(t), np.asarray(x))
    layer = keras.layers.Dense(2, dtype="float64", activation="gelu", kernel_constraint="unit_norm")
    assert ops.dtype(layer(A)) == "float64"
    inputs = keras.Input((2,), dtype="float64")
    model = keras.Model(inputs, layer(inputs))
    assert model.predict(A, verbose=0).dtype == "float64"
    assert model.output.dtype == "float64"
    assert ops.dtype(layer.kernel_constraint(layer.kernel)) == "float64"


def test_floatx_may_be_float64():
    if "float64" not in runtime.CAPABILITIES.dtypes:
        return
    keras.config.set_floatx("float64")
    try:
        assert ops.dtype(ops.convert_to_tensor(A)) == keras.Variable(A).dtype == "float64"
        assert ops.dtype(ops.exp(A)) == "float64"
    finally:
        keras.config.set_floatx("float32")
