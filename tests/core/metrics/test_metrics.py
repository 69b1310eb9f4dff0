"""Metrics against the real Keras, and what is their own."""

import numpy as np
import pytest
from blackbox import real_keras

from keras_core import losses, metrics, ops
from keras_core.core.tensors import masks

rng = np.random.default_rng(0)
N, C = 12, 3
SCORES = rng.normal(size=(N, C)).astype("float32")
PROBS = (np.exp(SCORES) / np.exp(SCORES).sum(-1, keepdims=True)).astype("float32")
CLASSES = rng.integers(0, C, N)
HOT = np.eye(C, dtype="float32")[CLASSES]
BITS = rng.integers(0, 2, (N, C)).astype("float32")
DATA = {
    "any": (rng.normal(size=(N, C)).astype("float32"), SCORES),
    "positive": (rng.random((N, C)).astype("float32"), PROBS),
    "bits": (BITS, rng.random((N, C)).astype("float32")),
    "one": (BITS[:, :1], rng.random((N, 1)).astype("float32")),
    "hot": (HOT, PROBS),
    "classes": (CLASSES, PROBS),
    "class_logits": (CLASSES, SCORES),
    "labels": (CLASSES, rng.integers(0, C, N)),
    "values": (rng.random((N, C)).astype("float32"),),
}

CASES = [
    ("Mean", {}, "values"),
    ("Sum", {}, "values"),
    ("Accuracy", {}, "labels"),
    ("BinaryAccuracy", {"threshold": 0.4}, "bits"),
    ("CategoricalAccuracy", {}, "hot"),
    ("SparseCategoricalAccuracy", {}, "classes"),
    ("TopKCategoricalAccuracy", {"k": 2}, "hot"),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, "classes"),
    ("MeanSquaredError", {}, "any"),
    ("MeanAbsoluteError", {}, "any"),
    ("MeanAbsolutePercentageError", {}, "any"),
    ("MeanSquaredLogarithmicError", {}, "positive"),
    ("RootMeanSquaredError", {}, "any"),
    ("CosineSimilarity", {}, "any"),
    ("LogCoshError", {}, "any"),
    ("R2Score", {}, "any"),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, "any"),
    ("R2Score", {"class_aggregation": None, "num_regressors": 2}, "any"),
    ("PearsonCorrelation", {}, "any"),
    ("ConcordanceCorrelation", {}, "any"),
    ("BinaryCrossentropy", {"label_smoothing": 0.1}, "bits"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "hot"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "class_logits"),
    ("KLDivergence", {}, "positive"),
    ("Poisson", {}, "positive"),
    ("Hinge", {}, "bits"),
    ("SquaredHinge", {}, "any"),
    ("CategoricalHinge", {}, "hot"),
    ("TruePositives", {"thresholds": [0.2, 0.7]}, "bits"),
    ("FalsePositives", {}, "bits"),
    ("TrueNegatives", {"thresholds": 0.3}, "bits"),
    ("FalseNegatives", {"thresholds": [0.2, 0.7]}, "bits"),
    ("Precision", {}, "bits"),
    ("Precision", {"top_k": 2, "class_id": 1}, "hot"),
    ("Recall", {"thresholds": [0.2, 0.7]}, "bits"),
    ("Recall", {"top_k": 2}, "hot"),
    ("AUC", {}, "bits"),
    ("AUC", {"curve": "PR"}, "bits"),
    ("AUC", {"curve": "PR", "summation_method": "minoring"}, "bits"),
    ("AUC", {"summation_method": "majoring", "num_thresholds": 7}, "one"),
    ("AUC", {"thresholds": [0.2, 0.3, 0.9]}, "bits"),
    ("AUC", {"multi_label": True, "label_weights": [1.0, 2.0, 3.0]}, "bits"),
    ("AUC", {"multi_label": True, "curve": "PR", "num_labels": 3}, "bits"),
    ("AUC", {"multi_label": True, "thresholds": [0.2, 0.3, 0.9]}, "bits"),
    ("AUC", {"from_logits": True}, "any"),
    ("SensitivityAtSpecificity", {"specificity": 0.4}, "bits"),
    ("SpecificityAtSensitivity", {"sensitivity": 0.4, "num_thresholds": 1}, "bits"),
    ("PrecisionAtRecall", {"recall": 0.4}, "bits"),
    ("RecallAtPrecision", {"precision": 0.4, "class_id": 1}, "bits"),
    ("F1Score", {}, "hot"),
    ("F1Score", {"average": "micro", "threshold": 0.4}, "hot"),
    ("FBetaScore", {"average": "weighted", "beta": 2.0}, "hot"),
    ("FBetaScore", {"average": "macro", "beta": 0.5, "threshold": 0.3}, "bits"),
]  # fmt: skip
UNWEIGHTED = [
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, "labels"),
    ("MeanIoU", {"num_classes": 3}, "labels"),
    ("MeanIoU", {"num_classes": 3, "ignore_class": 1}, "labels"),
    ("BinaryIoU", {"threshold": 0.3}, "bits"),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [1]}, "hot"),
    ("OneHotMeanIoU", {"num_classes": 3}, "hot"),
]

_RUN = """
m = getattr(keras.metrics, name)(**options)
for part in parts:
    m.update_state(*part)
(m.result(), [v.path for v in m.variables], [v.numpy() for v in m.variables],
 keras.metrics.serialize(m))
"""


def parts_of(data, weighted):
    weight = np.linspace(0.5, 2.0, N).astype("float32")
    half = N // 2 - 1
    columns = (*data, weight) if weighted else data
    return [tuple(c[:half] for c in columns), tuple(c[half:] for c in columns)]


@pytest.mark.interop
@pytest.mark.parametrize(
    ("name", "options", "data", "weighted"),
    [(*c, w) for c in CASES for w in (False, True)] + [(*c, False) for c in UNWEIGHTED],
)
def test_values(name, options, data, weighted):
    parts = parts_of(DATA[data], weighted)
    value, paths, state, config = real_keras(_RUN, name=name, options=options, parts=parts)
    metric = getattr(metrics, name)(**{**options, "name": config["config"]["name"]})
    for part in parts:
        metric.update_state(*part)
    got = ops.convert_to_numpy(metric.result())
    np.testing.assert_allclose(got, value, rtol=2e-5, atol=1e-6)
    assert [v.path for v in metric.variables] == paths
    for mine, theirs in zip(metric.variables, state, strict=True):
        np.testing.assert_allclose(mine.numpy(), theirs, rtol=1e-5, atol=2e-5)
    if options.get("label_weights"):
        config["config"]["label_weights"] = options["label_weights"]
    assert metrics.serialize(metric) == config
    again = metrics.deserialize(config)
    assert again.get_config() == metric.get_config()
    metric.reset_state()
    assert all(not np.any(v.numpy()) for v in metric.variables)
    for part in parts:
        again.update_state(*part)
        metric.update_state(*part)
    np.testing.assert_allclose(ops.convert_to_numpy(again.result()), got, rtol=1e-6)
    np.testing.assert_allclose(ops.convert_to_numpy(metric.result()), got, rtol=1e-6)


@pytest.mark.interop
@pytest.mark.parametrize(
    "values, weight",
    [
        (3.0, 4), ([1.0, 2.0], 4), (np.ones((2, 3, 4)), None),
        (np.arange(24.0).reshape(2, 3, 4), np.arange(6.0).reshape(2, 3)),
        (np.arange(6.0).reshape(2, 3), np.ones((2, 1))),
        (np.arange(9.0).reshape(3, 3), np.arange(3.0)),
    ],
)  # fmt: skip
def test_state_of_a_mean(values, weight):
    state = real_keras(
        "m = keras.metrics.Mean(); m.update_state(v, w); [x.numpy() for x in m.variables]",
        v=values, w=weight,
    )  # fmt: skip
    metric = metrics.Mean()
    metric.update_state(values, weight)
    np.testing.assert_allclose([v.numpy() for v in metric.variables], state, rtol=1e-6)


def test_masks():
    x = np.array([[[1.0, 2], [0, 0], [3, 4]]], "float32")
    p = ops.convert_to_tensor(x)
    masks.set_mask(p, ops.any(ops.not_equal(p, 0.0), axis=-1))
    metric = metrics.MeanSquaredError()
    assert float(metric(np.zeros_like(x), p)) == 7.5
    metric.reset_state()
    assert float(metric(np.zeros_like(x), p, np.array([[1.0, 2.0, 3.0]]))) == pytest.approx(10.0)


@pytest.mark.interop
def test_precision_recall_gain():
    y, p = DATA["bits"]
    for targets, scores in ((y, p), ([0, 0, 1, 0, 1], [0.1, 0.4, 0.6, 0.65, 0.8])):
        expected = real_keras("keras.metrics.AUC(curve='PRGAIN')(y, p)", y=targets, p=scores)
        got = metrics.AUC(curve="PRGAIN")(targets, scores)
        np.testing.assert_allclose(float(got), expected, rtol=1e-5)


def test_stateless():
    metric = metrics.Mean()
    state = metric.stateless_update_state([1.0, 1.0], 2.0)
    assert [float(v) for v in state] == [3.0, 2.0]
    assert float(metric.stateless_result(state)) == 1.5
    assert [float(v) for v in metric.stateless_reset_state()] == [0.0, 0.0]
    assert float(metric.result()) == 0.0
    with pytest.raises(ValueError, match="1:1"):
        metric.stateless_update_state([1.0], 2.0)


def test_wrapper_and_functions():
    metric = metrics.MeanMetricWrapper(fn=losses.huber, name="h", delta=2.0)
    config = metrics.serialize(metric)
    assert config["config"]["fn"]["config"] == "huber"
    again = metrics.deserialize(config)
    a, b = DATA["any"]
    np.testing.assert_allclose(float(again(a, b)), float(metric(a, b)))
    np.testing.assert_array_equal(
        ops.convert_to_numpy(
            metrics.sparse_top_k_categorical_accuracy(
                [0, 1, 2], [[0, 1], [0, 1], [0, 1]], k=2, from_sorted_ids=True
            )
        ),
        [1, 1, 0],
    )
    three = np.stack([PROBS, PROBS])
    assert ops.shape(
        metrics.sparse_top_k_categorical_accuracy(np.stack([CLASSES] * 2), three, 2)
    ) == (2, N)


def test_subclass_tracks():
    class Two(metrics.Metric):
        def __init__(self):
            super().__init__(name="two")
            self.inner = metrics.Mean(name="inner")
            self.own = self.add_weight(name="own")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.inner.update_state(y_pred)
            self.own.assign_add(1.0)

        def result(self):
            return {"a": self.inner.result(), "b": self.own.value}

    metric = Two()
    assert [v.path for v in metric.variables] == ["two/own", "inner/total", "inner/count"]
    assert {k: float(v) for k, v in metric([0.0], [3.0]).items()} == {"a": 3.0, "b": 1.0}
    metric.reset_state()
    assert float(metric.own) == 0.0

    class Forgot(metrics.Metric):
        def __init__(self):
            self.v = self.add_weight()

    with pytest.raises((RuntimeError, AttributeError)):
        Forgot()


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: metrics.Precision(thresholds=[0.2, 1.5]), r"\[0, 1\].*1\.5"),
        (lambda: metrics.AUC(curve="x"), "Invalid AUC curve"),
        (lambda: metrics.AUC(num_thresholds=1), "num_thresholds"),
        (lambda: metrics.AUC(num_labels=3), "multi_label"),
        (lambda: metrics.RecallAtPrecision(1.5), "precision"),
        (lambda: metrics.F1Score(average="x"), "average"),
        (lambda: metrics.FBetaScore(beta=1), "Python float"),
        (lambda: metrics.IoU(3, [5]), "out of range"),
        (lambda: metrics.R2Score(class_aggregation="x"), "class_aggregation"),
        (lambda: metrics.F1Score()(CLASSES, PROBS), "2D inputs"),
        (lambda: metrics.Precision()(CLASSES, PROBS), "one_hot"),
        (lambda: metrics.Recall(class_id=5)(HOT, PROBS), "class_id"),
        (lambda: metrics.BinaryAccuracy(threshold=2), "threshold"),
        (lambda: metrics.get("acuracy"), "Did you mean"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_names():
    assert type(metrics.get("mse")).__name__ == "MeanSquaredError"
    assert type(metrics.get("binary_accuracy")).__name__ == "BinaryAccuracy"
    assert type(metrics.get("f1_score")).__name__ == "F1Score"
    assert metrics.get(len) is len
    assert metrics.get(None) is None


def test_an_ignored_class_counts_as_zero_unless_there_are_weights():
    def value(weight):
        metric = metrics.SparseCategoricalCrossentropy(ignore_class=0)
        probs = np.array([[0.8, 0.1, 0.1], [0.1, 0.5, 0.4]], "float32")
        return float(metric(np.array([0, 1]), probs, weight))

    np.testing.assert_allclose(value(None), -np.log(0.5) / 2, rtol=1e-5)
    np.testing.assert_allclose(value(np.ones(2)), -np.log(0.5), rtol=1e-5)


def test_a_class_needs_an_axis_of_classes():
    with pytest.raises(ValueError, match="class_id"):
        metrics.Precision(class_id=1)([0, 1], [0.1, 0.2])


def test_fractions_of_weights_need_a_dtype_that_holds_them():
    with pytest.warns(UserWarning, match="float32"):
        metrics.MeanIoU(2)([0, 1], [0, 1], [0.5, 0.7])
