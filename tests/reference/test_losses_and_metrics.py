"""Every loss and metric against the real Keras, over options, shapes, weights and masks.

A loss or metric that is added joins by a row in the tables. What is masked, and weights that
broadcast, are held against the real Keras on arrays from which the masked rows are taken out and
whose weights are spelled out: so its own way to treat masks plays no part.

``KERAS_CORE_SAMPLES`` sets how many samples each gets.
"""

import inspect
import warnings

import numpy as np
import pytest
from blackbox import real_keras, scaled

from keras_core import losses, metrics, ops
from keras_core.core.tensors import masks

pytestmark = pytest.mark.interop
SAMPLES = scaled(40)
C = 3
REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)

# What the targets and outputs of each are.
LOSSES = {
    "BinaryCrossentropy": "bits",
    "BinaryFocalCrossentropy": "bits",
    "CategoricalCrossentropy": "hot",
    "CategoricalFocalCrossentropy": "hot",
    "CategoricalGeneralizedCrossEntropy": "classes",
    "CategoricalHinge": "hot",
    "Circle": "embeddings",
    "CosineSimilarity": "any",
    "Dice": "bits",
    "Hinge": "bits",
    "Huber": "any",
    "KLDivergence": "positive",
    "LogCosh": "any",
    "MeanAbsoluteError": "any",
    "MeanAbsolutePercentageError": "any",
    "MeanSquaredError": "any",
    "MeanSquaredLogarithmicError": "positive",
    "Poisson": "positive",
    "SparseCategoricalCrossentropy": "classes",
    "SquaredHinge": "bits",
    "Tversky": "bits",
}
METRICS = {
    "AUC": "bits",
    "Accuracy": "labels",
    "BinaryAccuracy": "bits",
    "BinaryCrossentropy": "bits",
    "BinaryIoU": "bits",
    "CategoricalAccuracy": "hot",
    "CategoricalCrossentropy": "hot",
    "CategoricalHinge": "hot",
    "ConcordanceCorrelation": "any",
    "CosineSimilarity": "any",
    "F1Score": "hot",
    "FBetaScore": "hot",
    "FalseNegatives": "bits",
    "FalsePositives": "bits",
    "Hinge": "bits",
    "IoU": "labels",
    "KLDivergence": "positive",
    "LogCoshError": "any",
    "Mean": "values",
    "MeanAbsoluteError": "any",
    "MeanAbsolutePercentageError": "any",
    "MeanIoU": "labels",
    "MeanSquaredError": "any",
    "MeanSquaredLogarithmicError": "positive",
    "OneHotIoU": "hot",
    "OneHotMeanIoU": "hot",
    "PearsonCorrelation": "any",
    "Poisson": "positive",
    "Precision": "bits",
    "PrecisionAtRecall": "bits",
    "R2Score": "any",
    "Recall": "bits",
    "RecallAtPrecision": "bits",
    "RootMeanSquaredError": "any",
    "SensitivityAtSpecificity": "bits",
    "SparseCategoricalAccuracy": "classes",
    "SparseCategoricalCrossentropy": "classes",
    "SparseTopKCategoricalAccuracy": "classes",
    "SpecificityAtSensitivity": "bits",
    "SquaredHinge": "bits",
    "Sum": "values",
    "TopKCategoricalAccuracy": "hot",
    "TrueNegatives": "bits",
    "TruePositives": "bits",
}
# Made from a function, the base, or tested below: without rows of values, or not in real Keras.
OTHERS = {"Loss", "Metric", "MeanMetricWrapper", "CTC", "SparseCategoricalFocalCrossentropy"}

POOLS = {
    "alpha": (0.25, 0.6),
    "apply_class_balancing": (False, True),
    "average": (None, "micro", "macro", "weighted"),
    "axis": (-1,),
    "beta": (1.0, 2.0, 0.5),
    "class_aggregation": (None, "uniform_average", "variance_weighted_average"),
    "class_id": (None, 1),
    "curve": ("ROC", "PR"),
    "delta": (1.0, 0.3, 2.0),
    "from_logits": (False, True),
    "from_sorted_ids": (False,),
    "gamma": (2.0, 0.7),
    "ignore_class": (None, 1, 0),
    "k": (1, 2, 5),
    "label_smoothing": (0.0, 0.15),
    "label_weights": (None,),
    "margin": (0.4, 0.2),
    "multi_label": (False,),
    "num_classes": (C, C + 1),
    "num_labels": (None,),
    "num_regressors": (0, 1),
    "num_thresholds": (200, 3, 10),
    "precision": (0.4, 0.7),
    "q": (0.5, 0.2, 0.9),
    "recall": (0.4, 0.7),
    "reduction": REDUCTIONS,
    "remove_diagonal": (True, False),
    "sensitivity": (0.4, 0.7),
    "sparse_y_pred": (True,),
    "sparse_y_true": (True,),
    "specificity": (0.4, 0.7),
    "summation_method": ("interpolation", "minoring", "majoring"),
    "target_class_ids": ([0], [1, 0]),
    "threshold": (0.5, 0.3),
    "thresholds": (None, 0.3, [0.2, 0.7], [0.0, 1.0]),
    "top_k": (None, 1, 2),
}
OWN_POOLS = {
    "Dice": {"axis": (None, -1)},
    "Tversky": {"axis": (None, -1)},
    "Circle": {"gamma": (8.0, 2.0)},
    "OneHotIoU": {"sparse_y_pred": (False,)},
    "OneHotMeanIoU": {"sparse_y_pred": (False,)},
    "F1Score": {"threshold": (None, 0.3)},
    "FBetaScore": {"threshold": (None, 0.3)},
    "AUC": {"thresholds": (None, None, [0.3, 0.6]), "from_logits": (False,)},
}
NEWER = {("SparseCategoricalCrossentropy", "label_smoothing")}  # not in the Keras of the tests
FLAT = {"Circle", "F1Score", "FBetaScore", "R2Score"}  # of rank 2 only
WHOLE = {"Dice", "Tversky"}  # one value for all
MEANS = {
    "BinaryAccuracy", "BinaryCrossentropy", "BinaryFocalCrossentropy", "Hinge", "Huber", "LogCosh",
    "LogCoshError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError",
    "MeanSquaredLogarithmicError", "Poisson", "RootMeanSquaredError", "SquaredHinge",
}  # fmt: skip
"""Weights may be given for each element."""


def options_of(cls, rng):
    own = OWN_POOLS.get(cls.__name__, {})
    out = {}
    for key, p in inspect.signature(cls).parameters.items():
        if key in ("name", "dtype") or (cls.__name__, key) in NEWER:
            continue
        pool = own.get(key) or POOLS[key]
        if p.default is p.empty or rng.random() < 0.6:
            out[key] = pool[rng.integers(len(pool))]
    return out


def softmax(x):
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def data_of(kind, shape, rng, logits):
    scores = rng.normal(size=shape).astype("float32")
    rows = softmax(scores).astype("float32")
    classes = rng.integers(0, C, shape[:-1])
    if kind == "any":
        return rng.normal(size=shape).astype("float32"), scores
    if kind == "positive":
        return rng.random(shape).astype("float32"), rows
    if kind == "bits":
        p = scores if logits else rng.random(shape).astype("float32")
        return rng.integers(0, 2, shape).astype("float32"), p
    if kind == "embeddings":
        return classes, scores / np.linalg.norm(scores, axis=-1, keepdims=True)
    if kind == "labels":
        return classes, rng.integers(0, C, shape[:-1])
    if kind == "values":
        return None, scores[..., 0]
    y = np.eye(C, dtype="float32")[classes] if kind == "hot" else classes
    return y, scores if logits else rows


def shapes_for(values):
    """Shapes that broadcast to that of the values, or begin like it."""
    n = len(values)
    out = [values, values[:1], values[:1] + (1,) * (n - 1), (1,) * n, (1, *values[1:])]
    return out if n == 1 else [*out, (*values, 1)]


def weight_of(shapes, rng):
    shape = shapes[rng.integers(len(shapes))]
    return rng.integers(1, 8, shape).astype("float32") / 4


def spread(weight, values):
    """The weights of the values, spelled out."""
    if weight.ndim < len(values):
        weight = weight.reshape(weight.shape + (1,) * (len(values) - weight.ndim))
    if weight.ndim == len(values) + 1:
        if weight.shape[-1] != 1:
            return weight  # for elements
        weight = weight[..., 0]
    return np.broadcast_to(weight, values)


def sample(name, cls, kind, rng):
    """One call: options, and for each update targets, outputs, weights and a mask."""
    options = options_of(cls, rng)
    rank = 2 if name in FLAT else int(rng.integers(2, 4))
    columns = C if rng.random() < 0.8 or kind not in ("any", "bits", "positive") else 1
    weighted, masked = rng.random() < 0.6, rng.random() < 0.5
    if name in WHOLE:
        weighted = False
    elements = rng.random() < 0.3 and name in MEANS
    updates = []
    for _ in range(1 if issubclass(cls, losses.Loss) else rng.integers(1, 4)):
        n = int(rng.integers(5, 9))  # not the size of another axis
        shape = (n, columns) if rank == 2 else (n, 4, columns)
        y, p = data_of(kind, shape, rng, options.get("from_logits", False))
        w = weight_of([shape] if elements else shapes_for(shape[:-1]), rng) if weighted else None
        m = None
        if masked:
            m = rng.random(shape[: rng.integers(1, rank)]) < 0.7
            m.reshape(-1)[0] = True
        updates.append((y, p, w, m))
    if columns == 1:
        options.pop("class_id", None)
        options.pop("top_k", None)
    if "IoU" in name and weighted:
        options["dtype"] = "float32"
    return options, updates


def taken_out(name, y, p, w, m):
    """Targets, outputs and weights without the rows that are masked."""
    values = p.shape if p.dtype != "float32" or y is None else p.shape[:-1]
    w = None if w is None else spread(w, values)
    if name == "BinaryIoU" or (w is not None and w.ndim > len(values)):
        if w is not None:
            w = np.broadcast_to(w.reshape(w.shape + (1,) * (p.ndim - w.ndim)), p.shape)
        y, p, values = y[..., None], p[..., None], p.shape
    there = np.ones(values, bool)
    if m is not None:
        there = np.broadcast_to(m.reshape(m.shape + (1,) * (len(values) - m.ndim)), values)
    w = None if w is None else w[there]
    return (None if y is None else y[there]), p[there], w


def masked(p, m):
    p = ops.convert_to_tensor(p)
    if m is not None:
        masks.set_mask(p, ops.convert_to_tensor(m))
    return p


def compare(name, seed, options, got, expected, what):
    __tracebackhide__ = True
    np.testing.assert_allclose(
        got, expected, rtol=2e-4, atol=2e-5, err_msg=f"{name} {options}, seed {seed}: {what}"
    )


BLACK_BOX = """
def run(make, updates):
    try:
        m = make()
        for y, p, w in updates:
            args = [p] if y is None else [y, p]
            if isinstance(m, keras.losses.Loss):
                return m(*args, sample_weight=w)
            m.update_state(*args, sample_weight=w)
        return m.result()
    except Exception as e:
        return f"{type(e).__name__}: {e}"

[run(lambda: getattr(module, name)(**options), updates) for options, updates in calls]
"""


def expected_of(module, name, calls):
    code = BLACK_BOX.replace("module", f"keras.{module}")
    return real_keras(code, name=name, calls=calls)


def samples_of(name, module, kind):
    """Samples; what came out; and what real Keras says as it is, and without what is masked."""
    cls = getattr(module, name)
    out, calls = [], []
    for seed in range(SAMPLES):
        options, updates = sample(name, cls, kind, np.random.default_rng(seed))
        made = cls(**options)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            for y, p, w, m in updates:
                args = [masked(p, m)] if y is None else [y, masked(p, m)]
                if module is losses:
                    got = made(*args, sample_weight=w)
                else:
                    made.update_state(*args, sample_weight=w)
                    got = made.result()
        out.append((seed, options, updates, ops.convert_to_numpy(got)))
        calls.append((options, [u[:3] for u in updates]))
        calls.append((options, [taken_out(name, *u) for u in updates]))
    found = expected_of("losses" if module is losses else "metrics", name, calls)
    return zip(out, found[::2], found[1::2], strict=True)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_loss(name):
    for (seed, options, updates, got), direct, clean in samples_of(name, losses, LOSSES[name]):
        *_, w, m = updates[0]
        reduction = options.get("reduction", "mean")
        # real Keras divides by the sum of weights that it has not broadcast
        right = reduction != "mean_with_sample_weight" or w is None
        if m is None and right and not isinstance(direct, str):
            compare(name, seed, options, got, direct, "as it is")
        if reduction not in ("none", None):
            compare(name, seed, options, got, clean, "without what is masked")
        elif m is not None and name not in WHOLE:
            there = m.reshape(m.shape + (1,) * (got.ndim - m.ndim))
            assert not got[~np.broadcast_to(there, got.shape)].any()


@pytest.mark.parametrize("name", sorted(METRICS))
def test_metric(name):
    for (seed, options, updates, got), direct, clean in samples_of(name, metrics, METRICS[name]):
        if all(m is None for *_, m in updates) and not isinstance(direct, str):
            compare(name, seed, options, got, direct, "as it is")
        compare(name, seed, options, got, clean, "without what is masked")


@pytest.mark.parametrize("seed", range(scaled(8)))
def test_ctc(seed):
    """Labels end with zeros, which are blanks; lengths, weights and reductions differ."""
    rng = np.random.default_rng(seed)
    n, steps, classes = rng.integers(1, 5), rng.integers(6, 12), rng.integers(3, 7)
    longest = rng.integers(1, 4)
    y = rng.integers(1, classes, (n, longest))
    for row in y:
        row[rng.integers(1, longest + 1) :] = 0
    p = rng.normal(size=(n, steps, classes)).astype("float32")
    options = {"reduction": REDUCTIONS[rng.integers(len(REDUCTIONS))]}
    w = rng.random(n).astype("float32") if rng.random() < 0.5 else None
    want = real_keras(
        "keras.losses.CTC(**options)(y, p, sample_weight=w)", options=options, y=y, p=p, w=w
    )
    got = ops.convert_to_numpy(losses.CTC(**options)(y, p, sample_weight=w))
    compare("CTC", seed, options, got, want, "as it is")


@pytest.mark.parametrize("seed", range(scaled(8)))
def test_sparse_categorical_focal_crossentropy(seed):
    """It is the categorical one of one-hot targets, without the rows of the class to ignore."""
    rng = np.random.default_rng(seed)
    logits = bool(rng.integers(2))
    y, p = data_of("classes", (6, 4, C), rng, logits)
    options = {
        "alpha": float(rng.choice([0.25, 0.6])),
        "gamma": float(rng.choice([2.0, 0.7])),
        "from_logits": logits,
        "reduction": "none",
    }
    want = real_keras(
        "keras.losses.CategoricalFocalCrossentropy(**options)(np.eye(C)[y], p)",
        options=options, y=y, p=p, C=C,
    )  # fmt: skip
    got = losses.SparseCategoricalFocalCrossentropy(**options)(y, p)
    compare("SparseCategoricalFocalCrossentropy", seed, options, got, want, "of one-hot targets")
    ignored = losses.SparseCategoricalFocalCrossentropy(**options, ignore_class=1)(y, p)
    compare("ignored", seed, options, ignored, np.where(y == 1, 0, want), "one class ignored")


def test_all_are_here():
    for module, table in ((losses, LOSSES), (metrics, METRICS)):
        base = module.Loss if module is losses else module.Metric
        classes = {
            k for k, v in inspect.getmembers(module) if inspect.isclass(v) and issubclass(v, base)
        }
        assert classes - OTHERS - {"LossFunctionWrapper"} == set(table)
