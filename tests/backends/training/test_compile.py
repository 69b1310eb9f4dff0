"""Losses and metrics of `compile`, matched with outputs."""

import numpy as np
import pytest
from blackbox import real_keras

from keras_core import callbacks, layers, losses, metrics, ops
from keras_core.core.execution import compiled
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.models.model import Model
from keras_core.models.sequential import Sequential
from keras_core.training.compile_utils import CompileLoss, CompileMetrics

pytestmark = pytest.mark.one_in(15)

needs_gradients = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")
rng = np.random.default_rng(0)
X = rng.normal(size=(20, 3)).astype("float32")
BITS = rng.integers(0, 2, (20, 1)).astype("float32")
CLASSES = rng.integers(0, 3, (20,))
HOT = np.eye(3, dtype="float32")[CLASSES]
W = np.linspace(0.5, 2.0, 20).astype("float32")

_REAL = """
x = keras.Input((3,))
a, b = keras.layers.Dense(1, name="a")(x), keras.layers.Dense(3, activation="softmax", name="b")(x)
outputs = {"dict": {"a": a, "b": b}, "list": [a, b], "a": a, "b": b}[kind]
model = keras.Model(x, outputs)
model.compile("sgd", **options)
model.build((None, 3))
model.set_weights(weights)
model.evaluate(X, y, sample_weight=w, verbose=0, return_dict=True)
"""

CASES = [
    ("a", "bits", {"loss": "bce", "metrics": ["accuracy", "acc", "mae"]}),
    ("a", "bits", {"loss": "mse", "weighted_metrics": ["mae"], "metrics": ["mae"]}),
    ("a", "bits", {"loss": ["mse"], "metrics": [["mse", "mse"]], "loss_weights": 2.0}),
    ("a", "bits", {"loss": {"a": "mse"}, "metrics": {"a": "mae"}}),
    ("b", "classes", {"loss": "sparse_categorical_crossentropy", "metrics": ["acc"]}),
    ("b", "hot", {"loss": "categorical_crossentropy", "metrics": ["accuracy"]}),
    ("dict", "dict", {"loss": {"a": "mse", "b": "categorical_crossentropy"}}),
    ("dict", "dict", {"loss": "mse", "metrics": {"a": ["mae"], "b": "acc"}}),
    ("dict", "dict", {"loss": {"a": "mse"}, "metrics": {"b": "acc"}}),
    ("dict", "list", {"loss": ["mse", "mae"], "loss_weights": {"a": 0.5, "b": 2.0}}),
    ("list", "list", {"loss": ["mse", "mae"], "loss_weights": [0.5, 2.0]}),
    ("list", "list", {"loss": ["mse", None], "metrics": ["mae", "acc"]}),
    ("list", "list", {
        "loss": {"a": "mse", "b": "mae"}, "metrics": [["mae"], ["mae", "acc"]],
        "weighted_metrics": [[], ["acc"]],
    }),
    ("list", "dict", {"loss": ["mse", "mae"]}),
]  # fmt: skip


def targets(form):
    return {
        "bits": BITS, "classes": CLASSES, "hot": HOT, "dict": {"a": BITS, "b": HOT},
        "list": [BITS, HOT],
    }[form]  # fmt: skip


@pytest.mark.interop
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("kind", "form", "options"), CASES)
def test_results(fork, kind, form, options, weighted):
    if weighted and {kind, form} == {"dict", "list"}:
        pytest.skip("the real one fails")
    model = fork("list")
    if kind in "ab":
        model = Model(model.inputs[0], model.outputs["ab".index(kind)])
    elif kind == "dict":
        model = fork("dict")
    weights = model.get_weights()
    w = W if weighted else None
    expected = real_keras(
        _REAL, backend="jax", kind=kind, options=options, weights=weights, X=X,
        y=targets(form), w=w,
    )  # fmt: skip
    model.compile("sgd", **options)
    got = model.evaluate(X, targets(form), sample_weight=w, verbose=0, return_dict=True)
    assert set(got) == set(expected)
    for key, value in expected.items():
        np.testing.assert_allclose(got[key], value, rtol=1e-4, err_msg=key)


def check(loss, y, *shape, names=None):
    CompileLoss(loss, output_names=names).check(y, KerasTensor((None, *shape)))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: check("mse", None, 1), "`y` is None"),
        (lambda: check("mse", HOT, 2), r"shape \(batch, 3\)"),
        (lambda: check("categorical_crossentropy", CLASSES, 3), "sparse_categorical_crossentropy"),
        (lambda: check("sparse_categorical_crossentropy", HOT, 3), "'categorical_crossentropy'"),
        (lambda: check("sparse_categorical_crossentropy", CLASSES + 1, 3), "from 1 to 3"),
        (lambda: check({"q": "mse"}, BITS, 1, names=["a"]), "loss dict"),
        (lambda: CompileLoss("bogus"), "loss identifier"),
        (lambda: CompileLoss("mse", loss_weights="x"), "loss_weights"),
        (lambda: CompileMetrics(["bogus"], None), "metric identifier"),
        (lambda: CompileMetrics("mae", None), "list, tuple, or dict"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_what_fits():
    check("mse", BITS[:, 0], 1)
    check("mse", HOT, 3)
    check("mse", HOT, 1)
    check("mae", BITS, 3)
    check("sparse_categorical_crossentropy", CLASSES[:, None], 3)
    check(losses.SparseCategoricalCrossentropy(ignore_class=-1), CLASSES * 0 - 1, 3)
    check(lambda y, p: ops.mean(p), HOT, 1)


def test_several_outputs_have_to_be_matched(fork):
    model = fork("list")
    for options, message in (
        ({"loss": ["mse"] * 3}, "as many entries"),
        ({"loss": {"a": "mse", "c": "mse"}}, r"\['a', 'c'\]"),
        ({"loss": "mse", "metrics": ["mae"]}, "as many entries"),
        ({"loss": "mse", "loss_weights": [1.0]}, "as many entries"),
    ):
        model.compile("sgd", **options)
        with pytest.raises(ValueError, match=message):
            model.evaluate(X, [BITS, HOT], verbose=0)


@needs_gradients
def test_metrics_are_built_before_the_first_step(fork):
    whole = fork("list")
    model = Model(whole.inputs[0], whole.outputs[1])
    metric = metrics.F1Score()
    model.compile("sgd", "categorical_crossentropy", metrics=[metric])
    model.fit(X, HOT, verbose=0)
    assert len(metric.variables) == 4
    assert np.shape(model.history.history["f1_score"][0]) == (3,)


def test_validation_without_targets(line):
    model, x, _ = line
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="`y` is None"):
        model.evaluate(x, verbose=0)


@needs_gradients
def test_losses_of_the_user(line):
    """`compute_loss` may take no ``training``, and may take several losses of one output apart."""

    class Apart(Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(1, kernel_initializer="ones")

        def call(self, x):
            return self.dense(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            first, second = map(losses.get, self.loss)
            return ops.mean(first(y, y_pred)) + 2 * ops.mean(second(y, y_pred))

    _, x, y = line
    model = Apart()
    model.compile("sgd", loss=["mse", "mae"])
    got = model.evaluate(x, y, verbose=0)
    gap = model.predict(x, verbose=0) - y
    np.testing.assert_allclose(got, np.mean(gap**2) + 2 * np.mean(np.abs(gap)), rtol=1e-5)
    assert list(model.fit(x, y, verbose=0).history) == ["loss"]


@needs_gradients
def test_steps_of_the_user_need_no_call():
    class Bare(Model):
        def train_step(self, *args):
            return {"loss": ops.zeros(())}, args[0]

    model = Bare()
    model.compile("sgd", "mse")
    assert model.fit(X, BITS, verbose=0).history == {"loss": [0.0]}


@needs_gradients
def test_targets_are_checked_once_for_each_kind_of_batch(line, monkeypatch):
    model, x, y = line
    checked = []
    check = CompileLoss.check
    monkeypatch.setattr(CompileLoss, "check", lambda *a: checked.append(a) or check(*a))
    model.compile("sgd", "mse")
    for _ in range(3):
        model.train_on_batch(x, y)
        model.train_on_batch(x[:9], y[:9])
        model.test_on_batch(x, y)
    assert len(checked) == 1
    model.train_on_batch(x, np.repeat(y, 2, -1))
    assert len(checked) == 2
    with pytest.raises(ValueError, match=r"\(batch, 2, 3\)"):
        model.train_on_batch(x[:4], np.ones((4, 2, 3)))


@needs_gradients
def test_metrics_of_a_model(fork):
    """Those of `compile` are one; results come in the order of their names, lists in theirs."""
    model = fork("list")
    model.compile("sgd", ["mse", "mae"], metrics=[["mse"], ["mae"]])
    history = model.fit(X, [BITS, HOT], verbose=0, validation_data=(X, [BITS, HOT])).history
    names = ["a_loss", "a_mse", "b_loss", "b_mae", "loss"]
    assert list(history) == [*names, *[f"val_{n}" for n in names]]
    assert [m.name for m in model.metrics] == ["loss", "compile_metrics", "a_loss", "b_loss"]
    assert set(model.metrics[1].result()) == {"a_mse", "b_mae"}
    assert len(model.metrics_variables) == 10
    assert not {id(v) for v in model.variables} & {id(v) for v in model.metrics_variables}
    flat = model.evaluate(X, [BITS, HOT], verbose=0)
    by_name = model.evaluate(X, [BITS, HOT], verbose=0, return_dict=True)
    assert list(by_name) == names
    assert flat == [by_name[n] for n in ("loss", "a_loss", "b_loss", "a_mse", "b_mae")]


@needs_gradients
def test_callbacks_may_freeze_layers():
    """From the next epoch on, also where steps are compiled."""
    kept = []

    class Freeze(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.layers[0].trainable = epoch < 1
            kept.append(self.model.layers[0].get_weights()[0])

    model = Sequential([layers.Input((3,)), layers.Dense(4), layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
    model.fit(x, x[:, :1], epochs=3, verbose=0, callbacks=[Freeze()])
    assert not np.allclose(kept[0], kept[1])
    np.testing.assert_array_equal(kept[1], kept[2])
