"""Nothing grows in a loop of `fit` or `predict`, and saving copies no weights."""

import gc
import tracemalloc

import numpy as np
import pytest

import keras_core as keras
from keras_core.core.tensors import runtime

pytestmark = pytest.mark.one_in(15)

TRAINS = runtime.CAPABILITIES.autodiff != "none"


def model():
    out = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)]
    )
    if TRAINS:
        out.compile("adam", "mse", metrics=["mae"])
    return out


def objects_after(step, rounds):
    for _ in range(rounds):
        step()
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.parametrize("what", ["predict", "call", "fit", "evaluate"])
def test_no_object_is_left_behind(what):
    if what in ("fit", "evaluate") and not TRAINS:
        pytest.skip("the backend does not train")
    net = model()
    x, y = np.ones((16, 8), "float32"), np.ones((16, 1), "float32")
    step = {
        "predict": lambda: net.predict(x, verbose=0),
        "call": lambda: net(x),
        "fit": lambda: net.fit(x, y, verbose=0),
        "evaluate": lambda: net.evaluate(x, y, verbose=0),
    }[what]
    before = objects_after(step, 5)
    after = objects_after(step, 20)
    assert after - before < 60, f"20 calls of {what} left {after - before} objects"


def test_saving_and_loading_hold_no_second_copy(tmp_path):
    net = keras.Sequential([keras.Input((1000,)), *[keras.layers.Dense(1000) for _ in range(8)]])
    size = sum(w.nbytes for w in net.get_weights())
    path = tmp_path / "m.weights.h5"
    net.save_weights(path)
    for act in (net.save_weights, net.load_weights):
        gc.collect()
        tracemalloc.start()
        act(path)
        kept, peak = tracemalloc.get_traced_memory()  # what is kept are the weights themselves
        tracemalloc.stop()
        extra = peak - kept
        assert extra < size / 2, f"{act.__name__} took {extra} bytes for weights of {size}"
