"""Optimizers and metrics inside steps that the engine compiles, against eager ones."""

import numpy as np
import pytest

from keras_core import layers, metrics, ops, optimizers
from keras_core.core.execution import compiled
from keras_core.models.sequential import Sequential

pytestmark = [
    pytest.mark.one_in(15),
    pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients"),
]
rng = np.random.default_rng(0)
X = rng.normal(size=(24, 3)).astype("float32")
CLASSES = rng.integers(0, 3, 24)
HOT = np.eye(3, dtype="float32")[CLASSES]

CASES = {
    "accumulation": lambda: optimizers.SGD(0.1, momentum=0.5, gradient_accumulation_steps=2),
    "average": lambda: optimizers.Adam(0.1, use_ema=True, ema_overwrite_frequency=2),
    "schedule": lambda: optimizers.AdamW(
        optimizers.schedules.CosineDecay(0.1, 10, warmup_target=0.2, warmup_steps=3),
        weight_decay=0.1,
    ),
    "loss scale": lambda: optimizers.LossScaleOptimizer(optimizers.Adam(0.1), 4.0, 2),
    "clipped": lambda: optimizers.RMSprop(0.1, global_clipnorm=0.1),
    "nadam": lambda: optimizers.Nadam(0.1),
    "lamb": lambda: optimizers.Lamb(0.1),
    "multi": lambda: optimizers.MultiOptimizer(
        optimizers.OptimizerMap(optimizers.Adam(0.1), {".*bias": optimizers.SGD(0.1)})
    ),
}


def train(make, eager, weights):
    model = Sequential([layers.Input((3,)), layers.Dense(3, activation="softmax")])
    model.set_weights(weights)
    model.compile(
        make(),
        "categorical_crossentropy",
        run_eagerly=eager,
        metrics=[
            "accuracy",
            metrics.F1Score(average="macro"),
            metrics.AUC(multi_label=True, num_labels=3, name="auc"),
            metrics.Precision(name="precision"),
            metrics.MeanMetricWrapper(lambda y, p: p[:, 0], name="first"),
        ],
    )
    history = model.fit(X, HOT, batch_size=4, epochs=2, shuffle=False, verbose=0)
    return history.history, model.get_weights(), [v.numpy() for v in model.optimizer.variables]


@pytest.mark.parametrize("name", CASES)
def test_compiled_steps_agree_with_eager_ones(name):
    weights = [rng.normal(size=(3, 3)).astype("float32"), np.zeros(3, "float32")]
    a, b = (train(CASES[name], eager, weights) for eager in (False, True))
    for key in a[0]:
        np.testing.assert_allclose(a[0][key], b[0][key], rtol=1e-3, atol=1e-5, err_msg=key)
    for x, y in zip(a[1] + a[2], b[1] + b[2], strict=True):
        np.testing.assert_allclose(x, y, rtol=2e-3, atol=1e-5)


@pytest.mark.parametrize("around", [None, optimizers.LossScaleOptimizer], ids=["plain", "scaled"])
@pytest.mark.parametrize("name", ["Adam", "SGD", "Adafactor"])
def test_steps_of_several_batches_are_one(name, around):
    """Schedules and averages count changes of the weights."""
    runs = []
    for size, more in ((8, {}), (4, {"gradient_accumulation_steps": 2})):
        model = Sequential([layers.Input((3,)), layers.Dense(2, kernel_initializer="ones")])
        rate = optimizers.schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.05, 0.02])
        optimizer = getattr(optimizers, name)(
            rate, clipnorm=0.5, use_ema=True, ema_momentum=0.5, **more
        )
        model.compile(around(optimizer) if around else optimizer, "mse")
        model.fit(X, X[:, :2], batch_size=size, epochs=2, shuffle=False, verbose=0)
        assert int(ops.convert_to_numpy(model.optimizer.iterations)) == 6
        runs.append(model.get_weights())
    for a, b in zip(*runs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
