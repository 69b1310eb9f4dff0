"""The kernels of spectrograms against the real Keras, and against SciPy."""

import numpy as np
import pytest
from blackbox import real_keras
from scipy import signal

import keras_core as keras

pytestmark = pytest.mark.interop
WINDOWS = ("hann", "hamming", "blackman", None, [0.5, 1.0, 2.0, 1.0, 0.5, 0.25, 0.0])
SHAPES = ((7, 1, 5), (7, 2, 9), (7, 1, 1))
CODE = """
def kernels(keras, windows, shapes):
    out = []
    for window in windows:
        for side in ("real", "imag"):
            for scaling in ("density", "spectrum", None):
                for periodic in (False, True):
                    for shape in shapes:
                        made = keras.initializers.STFT(side, window, scaling, periodic)
                        out.append(np.asarray(keras.ops.convert_to_numpy(made(shape))))
    return out
"""


def test_kernels_are_those_of_real_keras():
    scope = {"np": np}
    exec(CODE, scope)
    found = scope["kernels"](keras, WINDOWS, SHAPES[:2])
    expected = real_keras(f"{CODE}\nkernels(keras, w, s)", w=WINDOWS, s=SHAPES[:2])
    for ours, theirs in zip(found, expected, strict=True):
        ours = np.broadcast_to(ours, np.broadcast_shapes(ours.shape, theirs.shape))
        np.testing.assert_allclose(ours, np.broadcast_to(theirs, ours.shape), atol=1e-5)


def test_kernels_have_the_shape_that_is_asked_for():
    scope = {"np": np}
    exec(CODE, scope)
    for shape in SHAPES:
        assert {k.shape for k in scope["kernels"](keras, WINDOWS, [shape])} == {shape}


def test_a_spectrogram_is_that_of_scipy():
    x = np.random.default_rng(0).normal(size=(2, 100)).astype("float32")
    layer = keras.layers.STFTSpectrogram(
        "psd", 16, 4, window="hann", periodic=True, expand_dims=True
    )
    found = keras.ops.convert_to_numpy(layer(x[..., None]))[..., 0]
    _, _, expected = signal.spectrogram(
        x, 1.0, "hann", 16, 12, detrend=False, scaling="density", mode="psd"
    )
    np.testing.assert_allclose(found, expected.swapaxes(1, 2), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"side": "both"}, "should be 'real' or 'imag'"),
        ({"scaling": "power"}, "must be None, 'density' or 'spectrum'"),
        ({"window": "mann"}, "a name that `scipy.signal.get_window` knows"),
    ],
)
def test_mistakes(arguments, words):
    with pytest.raises(ValueError, match=words):
        keras.initializers.STFT(**arguments)
    with pytest.raises(ValueError, match="7 numbers, as many as the frame has"):
        keras.initializers.STFT(window=[1.0, 2.0])((7, 1, 4))
    with pytest.raises(ValueError, match="kernels of shape"):
        keras.initializers.STFT()((7, 4))


@pytest.mark.parametrize(
    "arguments",
    [
        {"min_freq": 9000},
        {"max_freq": 10.0},
        {"fft_length": 0},
        {"sequence_stride": 0},
        {"num_mel_bins": 0},
        {"sequence_length": 4096},
        {"window": "blackman"},
    ],
)
def test_mistakes_in_mel_spectrograms_are_found_by_the_constructor(arguments):
    with pytest.raises(ValueError, match="|".join(arguments)):
        keras.layers.MelSpectrogram(**arguments)
