"""`keras.config.enable_determinism` holds for the rest of a process: it has one of its own."""

import dataclasses
import subprocess
import sys

import pytest

import keras_core as keras
from keras_core.core.tensors import runtime
from keras_core_plugins.errors import CapabilityError

PROGRAM = """
import numpy as np
import keras_core as keras
from keras_core import layers

keras.config.enable_determinism()
rng = np.random.default_rng(0)
x = rng.integers(0, 20, (64, 8))
y = rng.normal(size=(64, 1)).astype("float32")

def train():
    keras.utils.set_random_seed(3)
    model = keras.Sequential([
        keras.Input((8,), dtype="int32"), layers.Embedding(20, 4),
        layers.Conv1D(6, 3, padding="same"), layers.BatchNormalization(), layers.Dropout(0.3),
        layers.MaxPooling1D(2), layers.GRU(3), layers.Dense(1),
    ])
    model.compile("adam", "mse")
    model.fit(x, y, epochs=2, batch_size=16, verbose=0)
    return model.get_weights()

assert all(np.array_equal(a, b) for a, b in zip(train(), train(), strict=True))
"""


TRAINS = runtime.CAPABILITIES.autodiff != "none"


@pytest.mark.one_in(15)
@pytest.mark.skipif(not TRAINS, reason="no gradients")
def test_training_is_the_same_in_each_run():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_backend_that_cannot_says_so(monkeypatch):
    without = dataclasses.replace(runtime.BACKEND, integration=None)
    monkeypatch.setattr(runtime, "BACKEND", without)
    with pytest.raises(CapabilityError, match=r"enable_determinism\(\) needs a switch"):
        keras.config.enable_determinism()
