"""Numbers and dtypes that are their own, and those of the real Keras."""

import numpy as np
import pytest
from blackbox import real_keras

from keras_core import ops


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
