"""The lattice of dtypes against real Keras, whole, and its laws."""

import functools
import importlib.util
import itertools

import numpy as np
import pytest
from blackbox import real_keras
from hypothesis import given
from hypothesis import strategies as st

from keras_core import ops
from keras_core.core.tensors import dtypes, native, runtime
from keras_core_plugins.errors import CapabilityError

NAMES = (
    "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 "
    "complex64 complex128"
).split()
WEAK = [bool, int, float]
INPUTS = [*NAMES, *WEAK]
REAL_INPUTS = [n for n in INPUTS if n not in ("complex64", "complex128")]

_TABLE = """
names = {"bool_": bool, "int_": int, "float_": float}
out = {}
for key in keys:
    try:
        out[key] = keras.backend.result_type(*[names.get(k, k) for k in key])
    except Exception as e:
        out[key] = type(e).__name__
list(out.items())
"""


def named(x):
    return x if isinstance(x, str) else f"{x.__name__}_"


@functools.cache
def theirs(n):
    keys = [
        tuple(map(named, key)) for key in itertools.combinations_with_replacement(REAL_INPUTS, n)
    ]
    return {tuple(key): value for key, value in real_keras(_TABLE, backend="tensorflow", keys=keys)}


@pytest.mark.interop
@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="real Keras is not installed")
@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_combination_is_that_of_real_keras(n):
    if dtypes.narrow("float64") != "float64":
        pytest.skip("the backend has no 64-bit dtypes, and the lattice is the same without them")
    wrong = {}
    for key in itertools.combinations_with_replacement(REAL_INPUTS, n):
        ours, expected = dtypes.result_type(*key), theirs(n)[tuple(map(named, key))]
        if ours == "uint64":
            # Alone of the wide dtypes, the real one halves it. Here it stays what it is.
            assert expected == "uint32"
        elif ours != expected:
            wrong[key] = (ours, expected)
    assert wrong == {}


some = st.lists(st.sampled_from(INPUTS), min_size=1, max_size=5)


@given(some, st.randoms())
def test_order_and_repetition_do_not_matter(inputs, random):
    shuffled = [*inputs, *inputs]
    random.shuffle(shuffled)
    assert dtypes.result_type(*shuffled) == dtypes.result_type(*inputs)


@given(some)
def test_a_dtype_does_not_change_with_itself(inputs):
    result = dtypes.result_type(*inputs)
    assert dtypes.result_type(result, result) == result
    assert result in NAMES


@given(st.sampled_from(NAMES), st.sampled_from(WEAK))
def test_a_python_number_of_the_same_kind_or_lower_changes_nothing(name, weak):
    order = ["bool", "int", "float", "complex"]
    kind = (
        "bool" if name == "bool" else "int" if name in dtypes.INTS
        else "float" if name in dtypes.FLOATS else "complex"
    )  # fmt: skip
    if order.index(weak.__name__) <= order.index(kind):
        assert dtypes.result_type(name, weak) == dtypes.result_type(name)


@pytest.mark.parametrize(
    "dtype, name", [(int, "int32"), ("int", "int32"), (float, "float32"), (bool, "bool")]
)
def test_python_types(dtype, name):
    assert dtypes.standardize_dtype(dtype) == name


@pytest.mark.parametrize("bad", ["float33", 3, object()])
def test_what_is_no_dtype(bad):
    with pytest.raises(ValueError, match="dtype"):
        dtypes.standardize_dtype(bad)


def test_dtypes_of_the_engine_are_understood():
    for name in runtime.CAPABILITIES.dtypes:
        tensor = native.convert(0, name)
        if hasattr(tensor, "dtype"):
            assert dtypes.standardize_dtype(tensor.dtype) == name


def test_a_dtype_that_the_engine_lacks_is_refused_by_name(monkeypatch):
    lacking = dtypes.ALLOWED_DTYPES - runtime.CAPABILITIES.dtypes - {"string"}
    if not lacking:  # the engine has all: take one away
        monkeypatch.setattr(dtypes, "_available", dtypes.ALLOWED_DTYPES - {"float8_e5m2"})
        lacking = {"float8_e5m2"}
    standing_in = {name: dtypes.result_type(name) for name in lacking}
    for name in lacking:
        if standing_in[name] in dtypes._available:
            assert dtypes.narrow(name) == standing_in[name]
            continue
        for make in (ops.cast, ops.convert_to_tensor):
            with pytest.raises(CapabilityError, match=f"A tensor of dtype '{name}' needs"):
                make(np.ones(2, "float32"), name)
