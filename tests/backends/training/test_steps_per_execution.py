"""Several batches in one call of the step are a loop of the engine, with the same results."""

import numpy as np
import pytest

from keras_core import callbacks, layers, optimizers
from keras_core.core.execution import compiled
from keras_core.models.functional import Functional
from keras_core.models.sequential import Sequential

pytestmark = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")
X = np.random.default_rng(0).normal(size=(41, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


def train(several, own, traced):
    class Counted(Sequential):
        def train_step(self, data):
            traced.append(data)
            return super().train_step(data)

    model = (Counted if own else Sequential)(
        [
            layers.Input((3,)),
            layers.Dense(4, activation="relu", kernel_initializer="ones"),
            layers.BatchNormalization(),
            layers.Dense(1, kernel_initializer="ones"),
        ]
    )
    model.compile(optimizers.Adam(0.1), "mse", metrics=["mae"], steps_per_execution=several)
    history = model.fit(X, Y, batch_size=2, epochs=2, shuffle=False, verbose=0).history
    return history, model.evaluate(X, Y, batch_size=3, verbose=0), model.get_weights()


@pytest.mark.parametrize("own", [False, True], ids=["default", "own step"])
def test_a_loop_gives_the_same_results(own):
    runs, counts = [], []
    for several in (1, 4, 20):
        traced = []
        runs.append(train(several, own, traced))
        counts.append(len(traced))
    for history, results, weights in runs[1:]:
        for key, values in runs[0][0].items():
            np.testing.assert_allclose(history[key], values, rtol=1e-3, err_msg=key)
        np.testing.assert_allclose(results, runs[0][1], rtol=2e-3)
        for a, b in zip(weights, runs[0][2], strict=True):
            np.testing.assert_allclose(a, b, rtol=5e-3, atol=1e-4)
    if own and compiled.compiles_by_default():
        assert counts[2] == counts[1] == counts[0], "the loop is unrolled, or traced twice"


def test_predictions_come_in_groups():
    seen = []

    class Look(callbacks.Callback):
        def on_predict_batch_begin(self, batch, logs=None):
            seen.append(batch)

        def on_predict_batch_end(self, batch, logs=None):
            seen.append((batch, [tuple(v.shape) for v in logs["outputs"].values()]))

    i = layers.Input((3,))
    model = Functional(i, {"a": layers.Dense(4)(i), "b": layers.Dense(1)(i)})
    one = model.predict(X, batch_size=3, verbose=0)
    model.compile(steps_per_execution=5)
    several = model.predict(X, batch_size=3, verbose=0, callbacks=[Look()])
    assert seen == [
        0,
        (4, [(15, 4), (15, 1)]),
        5,
        (9, [(15, 4), (15, 1)]),
        10,
        (13, [(11, 4), (11, 1)]),
    ]
    for key in one:
        np.testing.assert_allclose(several[key], one[key], rtol=1e-5)
