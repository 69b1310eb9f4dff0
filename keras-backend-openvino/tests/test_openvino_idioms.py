"""What a call can do with NumPy where OpenVINO compiles it."""

import numpy as np
import pytest

import keras_core as keras

if keras.backend.backend() != "openvino":
    pytest.skip("it is about OpenVINO", allow_module_level=True)


class Sine(keras.layers.Layer):
    def call(self, x):
        return keras.ops.add(np.sin(x), 1)


def test_functions_of_numpy_take_values_and_nothing_else():
    x = np.ones((2, 3), "float32")
    np.testing.assert_allclose(keras.ops.convert_to_numpy(Sine()(x)), np.sin(x) + 1, rtol=1e-6)
    with pytest.raises(TypeError, match="A tensor of a compiled function has no values"):
        Sine()(keras.Input((3,)))
