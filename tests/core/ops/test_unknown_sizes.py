"""Operations on sizes that are not known: inferred, in a model, and in a graph of the engine."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import ops

IMAGE = (2, 7, 9, 3)
CASES = {}


def case(shape, fn, last=False):
    CASES[f"{len(CASES)}"] = (shape, fn, last)


for _method in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
    for _size in ((4, 5), (14, 9)):
        for _options in ({}, {"antialias": True}):
            case(
                IMAGE,
                lambda x, s=_size, o={"interpolation": _method, **_options}: ops.image.resize(
                    x, s, **o
                ),
            )
for _size in ((4, 5), (5, 4)):
    for _how in ("crop_to_aspect_ratio", "pad_to_aspect_ratio"):
        case(IMAGE, lambda x, s=_size, h=_how: ops.image.resize(x, s, **{h: True}))
for _a, _b, _n in ((1, 2, None), (1, None, 5), (None, 1, 5)):
    case(IMAGE, lambda x, a=_a, b=_b, n=_n: ops.image.crop_images(x, a, a, b, b, n, n))
for _a, _b, _n in ((1, 2, None), (1, None, 12), (None, 1, 12)):
    case(IMAGE, lambda x, a=_a, b=_b, n=_n: ops.image.pad_images(x, a, a, b, b, n, n))
case(
    IMAGE,
    lambda x: ops.image.scale_and_translate(
        x, (2, 4, 5, 3), np.array([0.5, 0.6]), np.array([0.0, 1.0]), (1, 2), "linear"
    ),
)
case(IMAGE, lambda x: ops.image.sobel_edges(x))
for _mode in ("reflect", "symmetric", "edge"):
    case((3, 4), lambda x, m=_mode: ops.pad(x, ((1, 2), (2, 1)), m), True)
for _length in (None, 20, 40):
    case((2, 5, 9), lambda x, n=_length: ops.istft((x, x), 16, 4, 16, length=n))
case((2, 60), lambda x: ops.stft(x, 16, 4, 16), True)
case((2, 9), lambda x: ops.rfft(x, fft_length=7), True)
case((2, 9), lambda x: ops.rfft(x, fft_length=12), True)
for _cuts in (2, 3, [1, 3], [-2], [2, -1]):
    case((7, 4), lambda x, c=_cuts: ops.array_split(x, c, axis=0))
for _cuts in (3, [1, 3], [-2], [2, -1]):
    case((2, 9, 4), lambda x, c=_cuts: ops.hsplit(x, c))
    case((6, 4), lambda x, c=_cuts: ops.vsplit(x, c))
    case((2, 3, 6), lambda x, c=_cuts: ops.dsplit(x, c), True)


def arrays(nest):
    return [ops.convert_to_numpy(t) for t in keras.tree.flatten(nest)]


@pytest.mark.parametrize("key", CASES)
def test_a_size_need_not_be_known(key):
    shape, fn, last = CASES[key]
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    unknown = (*(None,) * (len(shape) - 1), None if last else shape[-1])
    given = keras.Input(batch_shape=unknown)
    inferred = keras.tree.flatten(fn(given))
    wanted = arrays(fn(x))
    runs = [keras.Model(given, fn(given))]
    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        runs.append(tf.function(fn, input_signature=[tf.TensorSpec(unknown)]))
    for run in runs:
        for spec, want, got in zip(inferred, wanted, arrays(run(x)), strict=True):
            assert all(m in (None, n) for m, n in zip(spec.shape, want.shape, strict=True))
            np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)


def test_what_is_inferred():
    x = keras.KerasTensor((None, None, None, 3))
    assert ops.image.resize(x, (15, 10)).shape == (None, 15, 10, 3)
    cropped = ops.image.crop_images(
        x, bottom_cropping=1, target_height=3, left_cropping=1, target_width=2
    )
    padded = ops.image.pad_images(
        x, bottom_padding=1, target_height=3, left_padding=1, target_width=2
    )
    assert cropped.shape == padded.shape == (None, 3, 2, 3)
    assert [y.shape for y in ops.vsplit(keras.KerasTensor((None, 4)), 2)] == [(None, 4)] * 2
