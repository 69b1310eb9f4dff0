"""Numbers and dtypes that are their own, and those of the real Keras."""

import numpy as np
import pytest
from blackbox import real_keras

from keras_core import KerasTensor, ops


@pytest.mark.interop
def test_a_blank_may_stand_in_the_labels():
    targets = [[1, 0, 2], [1, 2, 0], [0, 1, 2], [1, 1, 0], [1, 0, 1], [0, 0, 0]]
    x = np.linspace(-1, 1, 18).reshape(1, 6, 3).astype("float32")
    outputs, lengths = np.repeat(x, len(targets), 0), np.full(len(targets), 3)
    args = (np.array(targets), outputs, lengths, np.full(len(targets), 6))
    expected = real_keras("keras.ops.ctc_loss(*args)", args=args)
    np.testing.assert_allclose(ops.convert_to_numpy(ops.ctc_loss(*args)), expected, rtol=1e-4)


def test_dtypes_of_normalisation_and_sequences():
    x, w = ops.ones((2, 8), "float16"), ops.ones(8, "float32")
    assert ops.dtype(ops.layer_normalization(x, w, w)) == "float16"
    assert ops.dtype(ops.rms_normalization(x, w)) == "float16"
    loss = ops.ctc_loss([[1, 2]], ops.zeros((1, 4, 3), "float16"), [2], [4])
    assert ops.dtype(loss) == "float32"
    mean, variance = ops.moments(np.array([6e4, -6e4, 6e4], "float16"), axes=0)
    assert np.isfinite(ops.convert_to_numpy(mean))
    assert float(ops.convert_to_numpy(variance)) == 65504.0


def test_a_softmax_of_one_class_warns():
    with pytest.warns(UserWarning, match="sigmoid"):
        ops.softmax(np.ones((2, 1), "float32"))


X = np.arange(6.0, dtype="float32").reshape(2, 3)
I8 = np.arange(6, dtype="int8").reshape(2, 3)
BITS = np.array([True, False])
CALLS = [
    ("concatenate", ([X, X],), {"axis": None}),
    ("argsort", (np.float32(3.0),), {}),
    ("argpartition", (np.array([4.0, 2.0, 7.0, 1.0], "float32"), (1, 2)), {}),
    ("meshgrid", (X, np.arange(2.0, dtype="float32")), {}),
    ("meshgrid", (X, np.arange(2.0, dtype="float32")), {"indexing": "ij"}),
    ("roll", (X, (1, 2), 0), {}),
    ("roll", (X, (1, 2)), {}),
    ("roll", (X, (1, 1), (0, 0)), {}),
    ("saturate_cast", (X, None), {}),
    ("einsum", ("ij,jk->ik", I8, I8.T), {}),
    ("einsum", ("ij->i", I8), {}),
    ("einsum", ("ij,jk->ik", I8, I8.T > 2), {}),
    ("correlate", (np.array([1, 2, 3], "int32"), np.array([0, 1], "int32")), {}),
    ("correlate", (np.array([1, 2, 3], "int8"), np.array([0, 1], "int8")), {"mode": "full"}),
    ("correlate", (BITS, BITS), {}),
    ("bartlett", (4.0,), {}),
    ("blackman", (4.0,), {}),
    ("hamming", (4.0,), {}),
    ("hanning", (4.0,), {}),
    ("kaiser", (4.0, 2.0), {}),
    ("trunc", (BITS,), {}),
    ("nan_to_num", (BITS,), {}),
    ("full", ((2,), 1), {}),
    ("full", ((2,), True), {}),
    ("full", ((2,), 3), {"dtype": "int8"}),
    ("max", (BITS,), {"initial": False}),
    ("min", (BITS,), {"initial": True}),
    ("multi_hot", (np.array([[1.0, 0.0]], "float32"), 3), {}),
]


@pytest.mark.interop
@pytest.mark.parametrize(("name", "args", "options"), CALLS, ids=[c[0] for c in CALLS])
def test_values_and_dtypes_of_keras(name, args, options):
    code = (
        "y = getattr(keras.ops, name)(*args, **options)\n"
        "[(str(np.dtype(t.dtype)), keras.ops.convert_to_numpy(t)) for t in keras.tree.flatten(y)]"
    )
    expected = real_keras(code, name=name, args=args, options=options)
    found = getattr(ops, name)(*args, **options)
    found = found if isinstance(found, (list, tuple)) else [found]
    for y, (dtype, want) in zip(found, expected, strict=True):
        assert ops.dtype(y) == dtype
        np.testing.assert_allclose(ops.convert_to_numpy(y), want, rtol=1e-5, atol=1e-6)


def test_the_rest_of_an_axis():
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.slice(X, (0, 1), (-1, -1))), X[0:, 1:])
    assert ops.slice(KerasTensor((None, 3)), (0, 1), (-1, 2)).shape == (None, 2)


def test_classes_may_be_floats():
    hot = ops.convert_to_numpy(ops.one_hot(np.array([1.0, 0.0, -1.0, 5.0], "float32"), 3))
    np.testing.assert_array_equal(hot, [[0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]])


def test_what_is_refused():
    for call in (
        lambda: ops.squeeze(KerasTensor((None, 3)), axis=0),
        lambda: ops.hsplit(X, 2),
        lambda: ops.cond(
            KerasTensor((), "bool"), lambda: KerasTensor((2,)), lambda: KerasTensor((3,))
        ),
    ):
        with pytest.raises(ValueError, match=r"size|divisible|same kind"):
            call()


@pytest.mark.parametrize("name", ["diagonal", "trace"])
def test_a_diagonal_is_that_of_two_axes(name):
    with pytest.raises(ValueError, match="must be two axes"):
        getattr(ops, name)(np.ones((2, 2, 2)), axis1=1, axis2=-2)
    with pytest.raises(ValueError, match="at least two dimensions"):
        getattr(ops, name)(np.ones(3))
