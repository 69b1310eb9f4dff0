"""A loss that is not finite is told once, with its epoch and step, and no step waits for that."""

import warnings

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.execution import compiled
from keras_core.training import run

pytestmark = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")
X = np.ones((12, 3), "float32")
Y = np.ones((12, 1), "float32")


def _fit(bad_sample, value=np.nan, model=None, epochs=3, **options):
    """Three batches an epoch."""
    if model is None:
        model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.01), "mse", **options.pop("compile", {}))
    y = Y.copy()
    if bad_sample is not None:
        y[bad_sample] = value
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        model.fit(X, y, 4, epochs, verbose=0, shuffle=False, **options)
    return [str(w.message) for w in told if "The loss is" in str(w.message)]


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize(("sample", "step"), [(0, 1), (5, 2), (11, 3)])
def test_the_step_is_told_once(sample, step, value):
    (told,) = _fit(sample, value)
    assert f"in step {step} of epoch 1 (both counted from 1)" in told


def test_a_finite_loss_is_no_matter():
    assert not _fit(None)
    assert not _fit(0, on_nan="ignore")


def test_several_steps_at_once():
    (told,) = _fit(9, compile={"steps_per_execution": 3})
    assert "in one of the steps 1 to 3 of epoch 1" in told


def test_raise_ends_the_epoch_before_anything_is_saved():
    seen = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: 1 / 0)
    with pytest.raises(FloatingPointError, match="in step 2 of epoch 1"):
        _fit(4, on_nan="raise", callbacks=[seen])
    with pytest.raises(ValueError, match="on_nan='stop'"):
        _fit(None, on_nan="stop")


def test_a_later_epoch():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mse")

    class Break(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                self.model.layers[0].bias.assign([np.inf])

    (told,) = _fit(None, model=model, callbacks=[Break()])
    assert "in step 1 of epoch 2" in told


def test_a_step_of_the_users():
    class Own(keras.Sequential):
        def train_step(self, data):
            return {"loss": keras.ops.convert_to_tensor(np.float32(np.nan))}

    model = Own([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    (told,) = _fit(None, model=model)
    assert "in step 1 of epoch 1" in told


@pytest.mark.parametrize("bad", [3, 100, 200, 290])
def test_a_long_epoch(bad, monkeypatch):
    """Losses are looked at long after their steps, and none is forgotten that tells something."""
    monkeypatch.setattr(run, "HELD", 16)
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    y = np.ones((300, 1), "float32")
    y[bad] = np.nan
    seen = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append(batch)
    )
    with pytest.raises(FloatingPointError, match=rf"in step {bad + 1} of epoch 1 "):
        model.fit(
            np.ones((300, 3), "float32"), y, 1, verbose=0, shuffle=False, on_nan="raise",
            callbacks=[count],
        )  # fmt: skip
    assert bad <= seen[-1] <= bad + 16


def test_results_are_not_read_in_each_step(monkeypatch):
    """Reading one waits for the engine."""
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    reads = []
    own = model.get_metrics_result
    monkeypatch.setattr(type(model), "get_metrics_result", lambda self: reads.append(1) or own())
    _fit(None, model=model, epochs=2)
    assert len(reads) == 2
