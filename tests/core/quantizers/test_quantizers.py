"""`keras.quantizers`: against the real Keras, by formulas, and there and back."""

import math

import numpy as np
import pytest
from blackbox import real_keras
from hypothesis import given, settings
from hypothesis import strategies as st

import keras_core as keras
from keras_core import ops, quantizers
from keras_core.conformance.operations import iter_rows
from keras_core.core.base import tree
from keras_core.core.tensors import runtime

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 4)).astype("float32")
AROUND_ZERO = np.concatenate([X, [[-1, -1, -1, -1], [1, 1, 1, 1]]])[:, :3].astype("float32")
SMALL = RNG.integers(-8, 8, (5, 3)).astype("int8")
LOW, HIGH = np.array([-1, -2, -0.5, 0], "float32"), np.array([1, 3, 0.7, 2], "float32")
AMAX = np.array([4, 0, np.inf, np.nan, -2, 500], "float32")
SCALE = np.full(6, 3, "float32")
HISTORY = np.array([1, 2, 3, 4], "float32")
VALUES = {k: v for k, v in globals().items() if k.isupper() and isinstance(v, np.ndarray)}

CODES = [
    "abs_max_quantize(X, -1)",
    "abs_max_quantize(X, (0, 1))",
    "abs_max_quantize(X, None)",
    "abs_max_quantize(X * 0, 0)",
    "abs_max_quantize(X, 0, value_range=(-8, 7), epsilon=0.5)",
    "abs_max_quantize(X, -1, to_numpy=True)",
    "abs_max_quantize(X.astype('float16'), -1, to_numpy=True)",
    "abs_max_quantize_grouped_with_zero_point(X[:, :1] * 0, 2)",
    "abs_max_quantize_grouped_with_zero_point(AROUND_ZERO[-2:], 2)",
    "abs_max_quantize_grouped_with_zero_point(AROUND_ZERO, 7)",
    "abs_max_quantize_grouped_with_zero_point(AROUND_ZERO, 9, to_numpy=True)",
    "abs_max_quantize_grouped_with_zero_point(AROUND_ZERO, 7, (-128, 127), epsilon=1.0)",
    "pack_int4(SMALL)",
    "pack_int4(SMALL, axis=-1)",
    "pack_int4((SMALL + 8).astype('uint8'), dtype='uint8')",
    "pack_int4(SMALL * 10)",
    "pack_int4(SMALL[:0])",
    "unpack_int4(SMALL * 15, 9)",
    "unpack_int4(SMALL * 15, None, axis=1)",
    "unpack_int4(SMALL.view('uint8'), 5, axis=1, dtype='uint8')",
    "compute_float8_amax_history(X, HISTORY)",
    "compute_float8_amax_history(X, HISTORY[:1])",
    "compute_float8_scale(AMAX, SCALE, 448.0)",
    "compute_float8_scale(AMAX, SCALE, 448.0, margin=-1)",
    "fake_quant_with_min_max_vars(X, -1.0, 1.0)",
    "fake_quant_with_min_max_vars(X, -6.0, 6.0, num_bits=4)",
    "fake_quant_with_min_max_vars(X, 0.5, 2.0, num_bits=3)",
    "fake_quant_with_min_max_vars(X, -2.0, -0.5, num_bits=16)",
    "fake_quant_with_min_max_vars(X, LOW[:1], HIGH[:1], narrow_range=True)",
    "fake_quant_with_min_max_vars(X, LOW, HIGH, axis=-1)",
    "fake_quant_with_min_max_vars(X.astype('float16'), -1.5, 1.0)",
    "fake_quant_with_min_max_vars(np.array([np.nan, np.inf, -np.inf], 'float32'), -1.0, 2.0)",
]
FLOAT8 = [
    f"quantize_and_dequantize(X * {size}, np.float32({scale}), '{dtype}', '{compute}')"
    for dtype in ("float8_e4m3fn", "float8_e5m2")
    for size, scale, compute in ((1, 1, "float32"), (1e5, 2, "float32"), (100, 0.1, "float16"))
]


def arrays(nest):
    """The tensors of a nest as arrays, numbers as they are."""
    return [ops.convert_to_numpy(x) if ops.is_tensor(x) else x for x in tree.flatten(nest)]


def array(x):
    return ops.convert_to_numpy(x)


def ours(code):
    return eval(f"quantizers.{code}", {"quantizers": quantizers, "np": np, **VALUES})  # noqa: S307  # below


@pytest.mark.interop
@pytest.mark.parametrize("code", CODES + FLOAT8)
def test_same_as_keras(code):
    if code in FLOAT8 and "float8_e5m2" not in runtime.CAPABILITIES.dtypes:
        pytest.skip("the backend has no float8")
    found = arrays(ours(code))
    expected = tree.flatten(real_keras(f"keras.quantizers.{code}", **VALUES))
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        assert np.shape(a) == np.shape(b)
        assert np.asarray(a).dtype == np.asarray(b).dtype or isinstance(b, int)
        np.testing.assert_allclose(
            np.asarray(a, "float64"), np.asarray(b, "float64"), rtol=1e-3 if "16" in code else 1e-6
        )


def test_every_function_has_a_row():
    functions = {n for n in quantizers.__all__ if n.islower()} - {"get", "serialize", "deserialize"}
    assert {f"quantizers.{name}" for name in functions} <= {row.name for row in iter_rows()}


# -- There and back --------------------------------------------------------------------

KINDS = {
    "int2": (quantizers.pack_int2, quantizers.unpack_int2, -2, 1, 4),
    "int4": (quantizers.pack_int4, quantizers.unpack_int4, -8, 7, 2),
    "ternary": (quantizers.pack_ternary, quantizers.unpack_ternary, -1, 1, 5),
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_packed_and_unpacked(kind, data):
    pack, unpack, low, high, count = KINDS[kind]
    shape = data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=3))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    unsigned = data.draw(st.booleans()) and kind != "ternary"
    options = {"dtype": "uint8"} if unsigned else {}
    seed = data.draw(st.integers(0, 2**32 - 1))
    x = np.random.default_rng(seed).integers(low, high + 1, shape)
    x = (x - low).astype("uint8") if unsigned else x.astype("int8")
    packed, packed_shape, length = pack(x, axis=axis, **options)
    assert length == shape[axis]
    assert tuple(packed_shape) == array(packed).shape
    assert packed_shape[axis] == math.ceil(shape[axis] / count)
    back = array(unpack(packed, length, axis=axis, **options))
    assert back.dtype == x.dtype
    np.testing.assert_array_equal(back, x)


def test_the_first_is_in_the_lowest_bits():
    assert array(quantizers.pack_int4(np.array([1, 2, 3], "int8"))[0]).tolist() == [0x21, 0x03]
    assert array(quantizers.pack_int2(np.array([1, 0, 1, 0, -1], "int8"))[0]).tolist() == [17, 3]
    ternary = np.array([1, 0, -1, -1, 1, 0, 1], "int8")
    assert array(quantizers.pack_ternary(ternary)[0]).tolist() == [167, 124]


@pytest.mark.parametrize("kind", KINDS)
def test_packing_of_unknown_sizes(kind):
    pack, unpack, _, _, count = KINDS[kind]
    packed, shape, length = pack(keras.KerasTensor((None, 7), "int8"))
    assert packed.shape == (None, 7)
    assert shape == (None, 7)
    assert unpack(packed, length).shape == (None, 7)
    assert pack(keras.KerasTensor((None, 7), "int8"), axis=1)[0].shape == (None, -(-7 // count))
    inputs = keras.Input((7,), dtype="int8")
    packed, _, length = pack(inputs)
    model = keras.Model(inputs, unpack(packed, length))
    x = RNG.integers(-1, 2, (6, 7)).astype("int8")
    np.testing.assert_array_equal(array(model(x)), x)


@settings(max_examples=12, deadline=None)
@given(
    rows=st.integers(1, 9), block=st.integers(1, 9), shift=st.sampled_from([-5.0, 0.0, 5.0]),
    seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_groups_come_back_up_to_half_a_step(rows, block, shift, seed):
    x = np.random.default_rng(seed).normal(shift, 1, (rows, 2)).astype("float32")
    outputs, scale, zero = map(array, quantizers.abs_max_quantize_grouped_with_zero_point(x, block))
    assert outputs.shape == x.shape
    assert scale.shape == zero.shape == (math.ceil(rows / block), 2)
    of_row = np.arange(rows) // block
    back = (outputs - zero[of_row].astype("float32")) * scale[of_row]
    # the zero point is rounded too, so the ends of a range may lie half a step outside
    assert (np.abs(back - x) <= scale[of_row] * 1.001).all()


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_largest_values_come_back_up_to_half_a_step(axis):
    outputs, scale = map(array, quantizers.abs_max_quantize(X, axis))
    assert (np.abs(outputs / scale - X) <= 0.5001 / scale).all()
    assert np.abs(outputs).max() == 127


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_has_the_integers_of_single(dtype):
    x = ops.cast(np.concatenate([X, np.zeros((1, 4), "float32")]), dtype)
    outputs, scale = quantizers.abs_max_quantize(x, -1)
    assert ops.dtype(scale) == dtype
    wanted = quantizers.abs_max_quantize(ops.cast(x, "float32"), -1)[0]
    np.testing.assert_array_equal(array(outputs), array(wanted))


def test_integers_count_as_floats():
    outputs, scale = quantizers.abs_max_quantize(np.array([[1, 2, 3]]), -1)
    assert array(outputs).tolist() == [[42, 85, 127]]
    assert float(array(scale)[0, 0]) == pytest.approx(127 / 3)
    assert ops.dtype(quantizers.fake_quant_with_min_max_vars([1, 2], 0, 3)) == "float32"


# -- Fake quantisation -----------------------------------------------------------------

MODES = [{}, {"num_bits": 3}, {"num_bits": 4, "narrow_range": True}]
needs_gradients = pytest.mark.skipif(
    runtime.CAPABILITIES.autodiff == "none", reason="the backend does not differentiate"
)


def nudged(low, high, num_bits=8, narrow_range=False):
    """The range that the limits are moved to, so that it holds 0."""
    first, last = int(narrow_range), 2**num_bits - 1
    step = (high - low) / (last - first)
    zero = np.clip(np.floor(first - low / step + 0.5), first, last)
    return (first - zero) * step, (last - zero) * step


@needs_gradients
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
def test_gradient_goes_straight_through(mode, axis, compiled):
    size = 1 if axis is None else X.shape[axis]
    low = np.linspace(-0.9, -0.4, size).astype("float32")
    high = np.linspace(0.3, 0.8, size).astype("float32")
    upstream = np.arange(1, 21, dtype="float32").reshape(5, 4)

    def loss(x, low, high):
        y = quantizers.fake_quant_with_min_max_vars(x, low, high, axis=axis, **mode)
        return ops.sum(ops.multiply(y, upstream))

    gradient = ops.grad(loss, argnums=(0, 1, 2))
    if compiled and runtime.CAPABILITIES.jit:
        gradient = ops.jit(gradient)
    found = arrays(gradient(*map(ops.convert_to_tensor, (X, low, high))))
    target = [1, 1] if axis is None else [-1 if i == axis % 2 else 1 for i in range(2)]
    axes = None if axis is None else tuple(i for i in range(2) if i != axis % 2)
    least, most = nudged(low.reshape(target), high.reshape(target), **mode)
    below, above = upstream * (least > X), upstream * (most < X)
    np.testing.assert_allclose(found[0], upstream * ((least <= X) & (most >= X)))
    np.testing.assert_allclose(found[1], below.sum(axes).reshape(low.shape), rtol=1e-6)
    np.testing.assert_allclose(found[2], above.sum(axes).reshape(high.shape), rtol=1e-6)


@needs_gradients
def test_gradient_in_a_model():
    """The graph of a model holds it as one operation, with its gradient."""
    inputs = keras.Input((4,))
    model = keras.Model(inputs, quantizers.fake_quant_with_min_max_vars(inputs, -1.0, 0.9, 4))
    gradient = array(ops.grad(lambda x: ops.sum(model(x)))(X))
    least, most = nudged(-1.0, 0.9, 4)
    np.testing.assert_array_equal(gradient, (least <= X) & (most >= X))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("limits", [(-1.3, 0.9), (-1.0, 1.1), (0.5, 2.0)])
def test_zero_is_kept_and_twice_is_once(mode, limits):
    y = quantizers.fake_quant_with_min_max_vars(np.append(X.ravel(), 0), *limits, **mode)
    assert array(y)[-1] == 0
    assert len(np.unique(array(y))) <= 2 ** mode.get("num_bits", 8)
    least, most = nudged(*limits, **mode)
    assert array(y).min() >= least - 1e-6
    assert array(y).max() <= most + 1e-6
    again = quantizers.fake_quant_with_min_max_vars(y, *limits, **mode)
    np.testing.assert_allclose(array(again), array(y), atol=1e-6)


def test_an_empty_range_is_zero():
    assert not array(quantizers.fake_quant_with_min_max_vars(X, 0.0, 0.0)).any()
    assert not array(quantizers.fake_quant_with_min_max_vars(X, 2.0, 2.0)).any()


def test_model_with_fake_quantisation_is_saved(tmp_path):
    inputs = keras.Input((4,))
    y = quantizers.fake_quant_with_min_max_vars(inputs, LOW, HIGH, num_bits=4, axis=-1)
    model = keras.Model(inputs, y)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))


# -- Quantizers as objects -------------------------------------------------------------


def test_quantizer_uses_its_axis():
    quantizer = quantizers.AbsMaxQuantizer(axis=0)
    for options, axis in (({}, 0), ({"axis": 1}, 1)):
        found = arrays(quantizer(X, **options))
        for a, b in zip(found, arrays(quantizers.abs_max_quantize(X, axis)), strict=True):
            np.testing.assert_array_equal(a, b)
    assert array(quantizers.AbsMaxQuantizer()(X)[1]).shape == (5, 1)
    assert quantizers.Quantizer()(X) is X


@pytest.mark.interop
def test_config_is_that_of_keras():
    code = "keras.quantizers.serialize(keras.quantizers.AbsMaxQuantizer(axis=-1))"
    ours = quantizers.serialize(quantizers.AbsMaxQuantizer(axis=-1))
    plain = {**ours, "config": {**ours["config"], "axis": [-1], "value_range": [-127, 127]}}
    assert plain == real_keras(code)


def test_get():
    quantizer = quantizers.AbsMaxQuantizer(axis=0, value_range=(-7, 7), output_dtype="int32")
    for config in (quantizers.serialize(quantizer), {
        "class_name": "AbsMaxQuantizer", "config": quantizer.get_config()
    }):  # fmt: skip
        assert quantizers.deserialize(config).get_config() == quantizer.get_config()
        assert quantizers.get(config).get_config() == quantizer.get_config()
    assert quantizers.get(quantizer) is quantizer
    assert quantizers.get(None) is None
    for name in ("abs_max_quantizer", "AbsMaxQuantizer", quantizers.AbsMaxQuantizer):
        assert quantizers.get(name, axis=(0, 1)).axis == (0, 1)
    with pytest.raises(ValueError, match=r"quantizer identifier: 'abs_max'.*abs_max_quantizer"):
        quantizers.get("abs_max")
    with pytest.raises(TypeError, match="nope"):
        quantizers.get("abs_max_quantizer", nope=1)
    assert keras.Quantizer is quantizers.Quantizer
    with pytest.raises(NotImplementedError, match="get_config"):
        quantizers.serialize(keras.Quantizer())


# -- Mistakes --------------------------------------------------------------------------

WRONG = {
    "pack_int4(SMALL, dtype='int16')": (ValueError, "'int16'"),
    "pack_int4(SMALL, dtype='uint8')": (TypeError, "uint8 tensor for packing, got int8"),
    "pack_int2(X)": (TypeError, "got float32"),
    "pack_int2(SMALL, axis=2)": (ValueError, "axis=2"),
    "unpack_int2(X, 3)": (TypeError, "for unpacking, got float32"),
    "unpack_int4(SMALL, 11)": (ValueError, "between 0 and 10.*orig_len=11"),
    "unpack_ternary(X, 3)": (TypeError, "for unpacking, got float32"),
    "abs_max_quantize(X, 2)": (ValueError, "axis=2"),
    "abs_max_quantize_grouped_with_zero_point(X, 0)": (ValueError, "block_size=0"),
    "abs_max_quantize_grouped_with_zero_point(X[0], 2)": (ValueError, r"shape \(4,\)"),
    "compute_float8_amax_history(X, X)": (ValueError, r"shape \(5, 4\)"),
    "quantize_and_dequantize(X, 1.0, 'int8', 'float32')": (ValueError, "'int8'"),
    "fake_quant_with_min_max_vars(X, -1, 1, num_bits=1)": (ValueError, "num_bits=1"),
    "fake_quant_with_min_max_vars(X, -1, 1, num_bits=17)": (ValueError, "num_bits=17"),
    "fake_quant_with_min_max_vars(X, LOW, HIGH)": (ValueError, "as `axis`"),
    "fake_quant_with_min_max_vars(X, LOW, HIGH, axis=0)": (ValueError, "index of axis 0"),
    "fake_quant_with_min_max_vars(X, LOW, HIGH, axis=2)": (ValueError, "axis=2"),
}


@pytest.mark.parametrize("code", WRONG)
def test_mistakes(code):
    error, words = WRONG[code]
    with pytest.raises(error, match=words):
        ours(code)


def test_host_and_symbolic_tensors_do_not_go_together():
    with pytest.raises(TypeError, match="KerasTensor"):
        quantizers.abs_max_quantize(keras.Input((3,)), -1, to_numpy=True)
