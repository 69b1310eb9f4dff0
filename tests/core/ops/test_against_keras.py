"""Operations without a simple reference, against the real Keras as a black box."""

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras
from keras_core.core.base import tree

pytestmark = pytest.mark.interop
RNG = np.random.default_rng(0)


def _floats(*shape):
    return RNG.random(shape).astype("float32")


IMAGES = _floats(2, 6, 5, 3)
LARGE = _floats(2, 16, 14, 3)
LOGITS = RNG.normal(size=(3, 7, 5)).astype("float32")
LABELS = np.array([[1, 2, 2], [3, 0, 0], [4, 4, 1]], "int32")
HEADS = _floats(2, 4, 4, 4)
INTS = np.array([[3, 1, 2], [1, 1, 3]], "int32")
ROWS = np.array([[3, 1, 2], [1, 1, 3], [3, 1, 2]], "float32")
START = np.array([[0, 0], [0, 4], [5, 0], [5, 4]], "float32")
END = np.array([[0, 1], [0.5, 4], [5, 0], [4, 3.5]], "float32")
AFFINE = np.array([[1.1, 0.1, -0.5, 0.05, 0.9, 0.3, 0, 0]] * 2, "float32")
PROJECTIVE = np.array([[1.1, 0.1, -0.5, 0.05, 0.9, 0.3, 0.01, 0.02]] * 2, "float32")
FIRST = IMAGES.transpose(0, 3, 1, 2).copy()
ALL = "return_index=True, return_inverse=True, return_counts=True"

# where the engines of Keras differ, the one whose results agree with its documentation
CASES = {
    "ops.ctc_loss(LABELS, LOGITS, np.array([3, 1, 2]), np.array([7, 6, 5]))": "numpy",
    "ops.ctc_loss(LABELS % 4, LOGITS, np.array([3, 1, 2]), np.array([7, 6, 5]), 4)": "numpy",
    "losses.ctc(LABELS, LOGITS)": "numpy",
    "losses.CTC()(LABELS, LOGITS)": "numpy",
    "ops.ctc_decode(LOGITS, np.array([7, 6, 5]))": "numpy",
    "ops.ctc_decode(LOGITS, np.array([7, 6, 5]), merge_repeated=False, mask_index=4)": "numpy",
    "ops.ctc_decode(LOGITS, np.array([7, 6, 5]), 'beam_search', 10, 2)": "numpy",
    "ops.ctc_decode(LOGITS, np.array([7, 6, 5]), 'beam_search', 50, 20, mask_index=4)": "numpy",
    f"ops.unique(INTS, {ALL})": "numpy",
    f"ops.unique(INTS, size=5, {ALL})": "numpy",
    f"ops.unique(INTS, size=2, {ALL})": "numpy",
    f"ops.unique(INTS, axis=-1, size=5, fill_value=-7, {ALL})": "numpy",
    f"ops.unique(ROWS, axis=0, {ALL})": "numpy",
    "ops.unique(np.zeros((0,), 'float32'), size=3)": "numpy",
    "ops.vectorize(lambda a, b: (a + b, a - b))(ROWS[:, :1], ROWS[0])": "numpy",
    "ops.vectorize(lambda a, k: a * k, excluded={'k'})(ROWS, k=3)": "numpy",
    "ops.vectorize(lambda a, b: a @ b, signature='(n,m),(m,k)->(n,k)')(IMAGES, ROWS)": "numpy",
    "ops.image.rgb_to_hsv(IMAGES)": "numpy",
    "ops.image.rgb_to_hsv(FIRST, data_format='channels_first')": "numpy",
    "ops.image.hsv_to_rgb(IMAGES * 3 - 1)": "numpy",
    "ops.image.sobel_edges(IMAGES)": "tensorflow",  # the borders reflected
    "ops.image.ssim(LARGE, LARGE ** 2)": "numpy",
    "ops.image.ssim(LARGE[0], LARGE[1], 2.0, 5, 2.0, 0.02, 0.05)": "numpy",
    "ops.image.perspective_transform(IMAGES[0], START, END)": "numpy",
    "ops.image.perspective_transform(IMAGES[0], START, END, 'nearest', 0.5)": "numpy",
    "ops.image.affine_transform(IMAGES, AFFINE)": "numpy",
    "ops.image.affine_transform(IMAGES, AFFINE, fill_mode='reflect')": "numpy",
    "ops.image.affine_transform(IMAGES, AFFINE, fill_mode='wrap')": "numpy",
    "ops.image.affine_transform(IMAGES, AFFINE, fill_mode='mirror')": "numpy",
    "ops.image.affine_transform(IMAGES, PROJECTIVE, fill_value=0.3)": "tensorflow",
    "ops.image.gaussian_blur(IMAGES, (3, 3), (1.0, 1.0))": "numpy",
    "ops.image.resize(IMAGES, (9, 4), pad_to_aspect_ratio=True, fill_value=0.5)": "numpy",
    "ops.image.resize(IMAGES, (3, 8), pad_to_aspect_ratio=True)": "numpy",
    "ops.image.resize(IMAGES, (5, 3), crop_to_aspect_ratio=True)": "numpy",
    "ops.image.extract_patches(LARGE.reshape(2, 4, 4, 7, 6), (2, 2, 3))": "numpy",
    "ops.layer_normalization(ROWS / 1e4, epsilon=0)": "numpy",
    "ops.rms_normalization(ROWS / 1e4, epsilon=0)": "numpy",
    "ops.dot_product_attention(HEADS, HEADS, HEADS, bias=np.float32(2))": "numpy",
    "ops.dot_product_attention(HEADS, HEADS, HEADS, bias=HEADS[0, 0, 0])": "numpy",
    "ops.dot_product_attention(HEADS, HEADS, HEADS, mask=HEADS[0, 0] < 0.5)": "numpy",
    "ops.relu6(INTS * 4)": "numpy",
    "ops.fold(ops.unfold(FIRST, (2, 3), (2, 1), 1, (2, 1)), (6, 5), (2, 3), (2, 1), 1, (2, 1))":
        "numpy",
}  # fmt: skip
VALUES = {k: v for k, v in globals().items() if k.isupper() and isinstance(v, np.ndarray)}


@pytest.mark.parametrize("code", CASES)
def test_same_as_keras(code):
    scope = {"ops": keras.ops, "losses": keras.losses, "np": np, **VALUES}
    ours = tree.flatten(eval(code, scope))  # noqa: S307  # the table above
    setup = "ops, losses = keras.ops, keras.losses\n"
    theirs = tree.flatten(real_keras(setup + code, CASES[code], **VALUES))
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        a = keras.ops.convert_to_numpy(a)
        assert a.shape == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_elastic_fields_are_as_wide_as_those_of_keras():
    """The numbers differ; how far pixels move, and over which distance alike, does not."""
    code = """
line = np.tile(np.arange(200, dtype="float32")[None, None, :, None], (1, 200, 1, 1))
moving = dict(alpha=20.0, sigma=2.0, fill_mode="nearest", seed=3)
y = np.asarray(ops.image.elastic_transform(line, **moving))
moved = (y - line)[0, 50:150, 50:150, 0]
alike = np.corrcoef(moved[:, 2:].ravel(), moved[:, :-2].ravel())[0, 1]
result = [float(moved.std()), float(alike)]
"""
    scope = {"ops": keras.ops, "np": np}
    exec(code, scope)  # the text above
    theirs = real_keras("ops = keras.ops\n" + code)
    np.testing.assert_allclose(scope["result"], theirs, rtol=0.2)


@pytest.mark.parametrize(
    "data_format, padding, strides",
    [("channels_last", "valid", (1, 1)), ("channels_last", "same", (2, 1)),
     ("channels_first", "same", (1, 2))],
)  # fmt: skip
def test_patches_and_back(data_format, padding, strides):
    ops = keras.ops
    x = IMAGES if data_format == "channels_last" else FIRST
    patches = ops.image.extract_patches(x, (2, 2), strides, 1, padding, data_format)
    y = ops.image.reconstruct_patches(patches, (2, 2), (6, 5), strides, padding, data_format)
    np.testing.assert_allclose(ops.convert_to_numpy(y), x, rtol=1e-6)


def test_a_tensor_next_to_a_size_that_is_not_known():
    ops = keras.ops
    x = keras.Input((3,))
    y = x + ops.broadcast_to(ops.ones((1, 3)), ops.shape(x))
    y = y + ops.tile(ops.ones((1, 3)), (ops.shape(x)[0], 1))
    y = y + ops.repeat(ops.ones((1, 3)), ops.shape(x)[0], 0)
    model = keras.Model(x, y)
    found = ops.convert_to_numpy(model(np.zeros((2, 3), "float32")))
    np.testing.assert_array_equal(found, np.full((2, 3), 3))


def test_models_with_flash_attention_are_built_on_any_backend():
    x = keras.Input((5, 2, 4))
    y = keras.ops.dot_product_attention(x, x, x, flash_attention=True)
    assert y.shape == (None, 5, 2, 4)
