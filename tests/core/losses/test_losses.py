"""Losses against the real Keras, and what is their own."""

import numpy as np
import pytest
from blackbox import real_keras

from keras_core import losses, ops
from keras_core.core.tensors import masks
from keras_core.losses.loss import LossFunctionWrapper

rng = np.random.default_rng(0)
N, C = 4, 3
SCORES = rng.normal(size=(N, C)).astype("float32")
PROBS = (np.exp(SCORES) / np.exp(SCORES).sum(-1, keepdims=True)).astype("float32")
UNIT = (SCORES / np.linalg.norm(SCORES, axis=-1, keepdims=True)).astype("float32")
CLASSES = np.array([0, 2, 1, 2])
HOT = np.eye(C, dtype="float32")[CLASSES]
BITS = rng.integers(0, 2, (N, C)).astype("float32")
DATA = {
    "any": (rng.normal(size=(N, C)).astype("float32"), SCORES),
    "positive": (rng.random((N, C)).astype("float32"), PROBS),
    "bits": (BITS, PROBS),
    "hot": (HOT, PROBS),
    "classes": (CLASSES, PROBS),
    "logits": (HOT, SCORES),
    "class_logits": (CLASSES, SCORES),
    "unit": (CLASSES, UNIT),
}

CASES = [
    ("MeanSquaredError", {}, "any"),
    ("MeanAbsoluteError", {}, "any"),
    ("MeanAbsolutePercentageError", {}, "any"),
    ("MeanSquaredLogarithmicError", {}, "positive"),
    ("CosineSimilarity", {}, "any"),
    ("Huber", {"delta": 0.7}, "any"),
    ("LogCosh", {}, "any"),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, "bits"),
    ("BinaryCrossentropy", {"from_logits": True}, "logits"),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "gamma": 1.5}, "bits"),
    ("BinaryFocalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "logits"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.2}, "hot"),
    ("CategoricalCrossentropy", {"from_logits": True}, "logits"),
    ("CategoricalFocalCrossentropy", {"alpha": [0.1, 0.5, 0.4]}, "hot"),
    ("CategoricalFocalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "logits"),
    ("CategoricalGeneralizedCrossEntropy", {"q": 0.3}, "classes"),
    ("SparseCategoricalCrossentropy", {}, "classes"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "class_logits"),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, "classes"),
    ("KLDivergence", {}, "positive"),
    ("Poisson", {}, "positive"),
    ("Hinge", {}, "bits"),
    ("SquaredHinge", {}, "any"),
    ("CategoricalHinge", {}, "hot"),
    ("Dice", {}, "bits"),
    ("Dice", {"axis": 1}, "bits"),
    ("Tversky", {"alpha": 0.3, "beta": 0.6, "axis": 1}, "bits"),
    ("Circle", {"gamma": 8.0}, "unit"),
    ("Circle", {"remove_diagonal": False, "margin": 0.2}, "unit"),
]


@pytest.mark.interop
@pytest.mark.parametrize(("name", "options", "data"), CASES)
def test_values(name, options, data):
    y, p = DATA[data]
    weight = np.linspace(0.5, 2.0, N).astype("float32")
    for reduction in ("sum_over_batch_size", "sum", "mean_with_sample_weight", "none"):
        for w in (None, weight):
            expected = real_keras(
                f"keras.losses.{name}(reduction=r, **o)(y, p, w)",
                r=reduction, o=options, y=y, p=p, w=w,
            )  # fmt: skip
            loss = getattr(losses, name)(reduction=reduction, **options)
            got = ops.convert_to_numpy(loss(y, p, w))
            np.testing.assert_allclose(got, expected, rtol=2e-5, atol=1e-5, err_msg=reduction)


@pytest.mark.interop
@pytest.mark.parametrize(("name", "options", "data"), CASES)
def test_config(name, options, data):
    loss = getattr(losses, name)(**options)
    config = losses.serialize(loss)
    expected = real_keras(f"keras.losses.serialize(keras.losses.{name}(**o))", o=options)
    for key, value in expected["config"].items():
        assert config["config"][key] == value
    assert {k: v for k, v in config.items() if k != "config"} == {
        k: v for k, v in expected.items() if k != "config"
    }
    again = losses.deserialize(config)
    assert again.get_config() == loss.get_config()
    y, p = DATA[data]
    np.testing.assert_array_equal(loss(y, p), again(y, p))


@pytest.mark.interop
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight"])
@pytest.mark.parametrize("weighted", [False, True])
def test_masks(reduction, weighted):
    x = np.array([[[1.0, 2], [0, 0], [3, 4]], [[5, 6], [0, 0], [0, 0]]], "float32")
    y = np.ones_like(x)
    w = np.array([[1.0, 2, 3], [4, 5, 6]], "float32") if weighted else None
    expected = real_keras(
        "keras.losses.MeanSquaredError(reduction=r)(y, keras.layers.Masking()(x), w)",
        r=reduction, y=y, x=x, w=w,
    )  # fmt: skip
    p = ops.convert_to_tensor(x)
    masks.set_mask(p, ops.any(ops.not_equal(p, 0.0), axis=-1))
    got = losses.MeanSquaredError(reduction=reduction)(y, p, w)
    np.testing.assert_allclose(ops.convert_to_numpy(got), expected, rtol=1e-5)


def test_weights_of_samples_meet_a_mask_and_more_axes():
    p = ops.convert_to_tensor(np.arange(12.0).reshape(2, 3, 2).astype("float32"))
    y = np.zeros((2, 3, 2), "float32")
    plain = losses.MeanSquaredError()(y, p, np.array([1.0, 0.0]))
    by_hand = (np.arange(12.0).reshape(2, 3, 2) ** 2)[0].mean() / 2
    np.testing.assert_allclose(ops.convert_to_numpy(plain), by_hand, rtol=1e-6)
    masks.set_mask(p, ops.convert_to_tensor(np.ones((2, 3), bool)))
    masked = losses.MeanSquaredError()(y, p, np.array([1.0, 0.0]))
    np.testing.assert_allclose(ops.convert_to_numpy(masked), by_hand, rtol=1e-5)


def test_shapes_that_differ_by_an_axis_of_size_1():
    y, p = np.array([1.0, 2.0], "float32"), np.array([[1.0], [4.0]], "float32")
    assert float(losses.MeanSquaredError()(y, p)) == 2.0
    assert ops.shape(losses.mean_squared_error(y, p)) == (2,)


def test_label_smoothing_of_class_indices_and_focal():
    smooth = losses.SparseCategoricalCrossentropy(label_smoothing=0.2)(CLASSES, PROBS)
    hot = losses.CategoricalCrossentropy(label_smoothing=0.2)(HOT, PROBS)
    np.testing.assert_allclose(float(smooth), float(hot), rtol=1e-6)
    focal = losses.SparseCategoricalFocalCrossentropy(ignore_class=2)(CLASSES, PROBS)
    keep = CLASSES != 2
    expected = losses.CategoricalFocalCrossentropy()(HOT[keep], PROBS[keep])
    np.testing.assert_allclose(float(focal), float(expected), rtol=1e-5)


def test_large_class_indices_stay_exact():
    seen = []

    class Spy(losses.SparseCategoricalCrossentropy):
        def call(self, y_true, y_pred):
            seen.append(ops.dtype(y_true))
            return super().call(y_true, y_pred)

    Spy()(CLASSES.astype("int32"), PROBS)
    assert seen == ["int32"]


@pytest.mark.parametrize("name", "mse MSE mae MAPE msle bce BCE kld huber poisson dice".split())
def test_names(name):
    assert callable(losses.get(name))
    assert losses.get(losses.get(name)) is losses.get(name)


def test_get():
    assert losses.get(None) is None
    assert isinstance(losses.get("Huber"), losses.Huber)
    assert isinstance(losses.get(losses.Huber), losses.Huber)
    with pytest.raises(ValueError, match=r"Could not interpret loss identifier: 'mes'.*mse"):
        losses.get("mes")
    with pytest.raises(ValueError, match="reduction"):
        losses.MeanSquaredError(reduction="average")


def test_dtype():
    y, p = np.zeros((2, 2), "int32"), np.ones((2, 2), "float16")
    assert ops.dtype(losses.MeanSquaredError()(y, p)) == "float32"
    assert ops.dtype(losses.MeanSquaredError(dtype="float16")(y, p)) == "float16"
    assert losses.MeanSquaredError(dtype="mixed_float16").dtype == "float16"
    assert ops.dtype(losses.mean_squared_error(y, p)) == "float16"


def test_subclass():
    class Distance(losses.Loss):
        def call(self, y_true, y_pred):
            return ops.sum(ops.abs(ops.subtract(y_true["a"], y_pred["a"])), axis=-1)

    loss = Distance(reduction="sum")
    assert float(loss({"a": np.zeros((2, 2))}, {"a": np.ones((2, 2))})) == 4.0
    assert loss.name == "distance" or loss.name.startswith("distance_")
    nested = LossFunctionWrapper(lambda y, p: ops.mean(abs(y - p)))
    assert float(nested([[0.0, 1.0]], [[1.0, 3.0]])) == 1.5
    with pytest.raises(NotImplementedError):
        losses.Loss()(np.zeros(2), np.zeros(2))


def test_single_class_warns():
    with pytest.warns(SyntaxWarning, match="binary_crossentropy"):
        losses.categorical_crossentropy(np.ones((2, 1)), np.ones((2, 1)))


def masked(p, mask):
    p = ops.convert_to_tensor(p)
    masks.set_mask(p, ops.convert_to_tensor(mask))
    return p


def test_an_overlap_leaves_out_what_is_masked():
    y, p = BITS[None], PROBS[None]
    mask = np.array([[True, False, True, True]])
    for loss in (losses.Dice(), losses.Tversky(alpha=0.3, beta=0.6), losses.Dice(axis=(1, 2))):
        got = float(loss(y, masked(p, mask)))
        np.testing.assert_allclose(got, float(loss(y[:, mask[0]], p[:, mask[0]])), rtol=1e-5)


def test_samples_that_are_masked_are_no_partners_in_a_circle():
    mask = np.array([True, True, False, True])
    got = losses.Circle(gamma=8.0)(CLASSES, masked(UNIT, mask))
    clean = losses.Circle(gamma=8.0)(CLASSES[mask], UNIT[mask])
    np.testing.assert_allclose(float(got), float(clean), rtol=1e-5)


def test_a_mask_says_how_many_steps_a_sequence_has():
    p = rng.normal(size=(2, 6, 4)).astype("float32")
    y = np.array([[1, 2], [3, 0]])
    mask = np.arange(6) < np.array([[6], [4]])
    got = losses.CTC(reduction="none")(y, masked(p, mask))
    one = losses.CTC(reduction="none")(y[1:], p[1:, :4])
    np.testing.assert_allclose(
        ops.convert_to_numpy(got)[1], ops.convert_to_numpy(one)[0], rtol=1e-5
    )


@pytest.mark.parametrize("reduction", ["mean", "sum", "mean_with_sample_weight"])
def test_a_mask_of_elements(reduction):
    y, p = DATA["any"]
    mask = rng.random((N, C)) < 0.6
    got = losses.MeanAbsoluteError(reduction=reduction)(y, masked(p, mask))
    clean = losses.MeanAbsoluteError(reduction=reduction)(y[mask][:, None], p[mask][:, None])
    np.testing.assert_allclose(float(got), float(clean), rtol=1e-5)


def test_weights_that_do_not_fit():
    y = np.zeros((4, 3, 2), "float32")
    for shape in ((4, 5), (5,), (4, 3, 2, 2)):
        with pytest.raises(ValueError, match="weights"):
            losses.MeanSquaredError()(y, y, np.ones(shape, "float32"))
