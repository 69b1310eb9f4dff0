"""Threads that share a model: predictions, evaluations, training and saving at once."""

import sys
import threading

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.execution import compiled

pytestmark = pytest.mark.one_in(15)

needs_gradients = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")
X = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
Y = X[:, :1]


def _model(built=True):
    parts = [layers.Dense(4, "tanh"), layers.BatchNormalization(), layers.Dropout(0.5)]
    first = [keras.Input((3,))] if built else []
    return keras.Sequential([*first, *parts, layers.Dense(1)])


def _at_once(count, fn):
    """Call a function in so many threads, which begin together; what they raised."""
    errors, barrier = [], threading.Barrier(count)

    def run(i):
        try:
            barrier.wait(30)
            fn(i)
        except BaseException as e:
            errors.append(e)

    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(count)]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for t in threads:
            t.start()
        for t in threads:
            t.join(120)
    finally:
        sys.setswitchinterval(usual)
    assert not any(t.is_alive() for t in threads)
    return errors


@pytest.mark.parametrize("built", [True, False])
def test_eight_threads_predict(built):
    """From the first call on, in which the model is built and compiled."""
    model = _model(built)
    found = [[] for _ in range(8)]

    def predict(i):
        for n in (24, 5, 24, 7):
            found[i].append(model.predict(X[:n], batch_size=8, verbose=0))
            found[i].append(model.predict_on_batch(X[:n]))

    assert not _at_once(8, predict)
    want = model.predict(X, verbose=0)
    assert len(model.variables) == 9
    for results in found:
        for y in results:
            np.testing.assert_allclose(y, want[: len(y)], rtol=1e-4, atol=1e-6)


def test_eight_threads_evaluate():
    model = _model()
    model.compile("sgd" if compiled.AUTODIFF else None, "mse", metrics=["mae"])
    want = {n: model.evaluate(X[:n], Y[:n], batch_size=2, verbose=0) for n in (8, 16, 24)}
    found = []

    def evaluate(i):
        n = (8, 16, 24)[i % 3]
        for _ in range(3):
            found.append((n, model.evaluate(X[:n], Y[:n], batch_size=2, verbose=0)))

    assert not _at_once(8, evaluate)
    for n, results in found:
        np.testing.assert_allclose(results, want[n], rtol=1e-5)


@needs_gradients
def test_predictions_beside_training():
    model = _model()
    model.compile(keras.optimizers.Adam(0.01), "mse")
    done = threading.Event()

    def work(i):
        if i == 0:
            model.fit(X, Y, 4, epochs=15, verbose=0)
            done.set()
        while not done.is_set():
            assert np.isfinite(model.predict(X, verbose=0)).all()

    assert not _at_once(4, work)


@needs_gradients
def test_a_file_that_is_saved_beside_training_is_of_one_step(tmp_path):
    class Step(layers.Layer):
        """Counts the steps in several variables."""

        def build(self, shape):
            self.counts = [
                self.add_weight((64,), "zeros", trainable=False, name=f"c{i}") for i in range(8)
            ]

        def call(self, x, training=False):
            if training:
                for c in self.counts:
                    c.assign_add(keras.ops.ones(64))
            return x

    model = keras.Sequential([keras.Input((3,)), Step(), layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    other = keras.Sequential([keras.Input((3,)), Step(), layers.Dense(1)])
    done = threading.Event()
    steps = set()

    def work(i):
        if i == 0:
            model.fit(X, Y, 1, epochs=12, verbose=0)
            done.set()
            return
        while not done.is_set():
            model.save_weights(tmp_path / "m.weights.h5")
            other.load_weights(tmp_path / "m.weights.h5")
            counts = np.stack([c.numpy() for c in other.layers[0].counts])
            assert len(np.unique(counts)) == 1, np.unique(counts)
            steps.add(counts[0, 0])

    assert not _at_once(2, work)
    assert len(steps) > 1
