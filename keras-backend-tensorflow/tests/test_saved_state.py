"""SavedModels hold state: random numbers, counters, and variables that nobody tracks."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
import keras_core as keras  # noqa: E402  # it may not be imported where the engine is missing
from keras_core import layers, ops  # noqa: E402

if keras.config.backend() != "tensorflow":
    pytest.skip("for the backend tensorflow", allow_module_level=True)

X = np.zeros((2, 3), "float32")


class Noise(layers.Layer):
    """Random numbers also in inference, from a generator of its own or from the global one."""

    def __init__(self, seeded):
        super().__init__()
        self.seeds = keras.random.SeedGenerator(1) if seeded else None

    def call(self, x):
        return x + keras.random.uniform(ops.shape(x), seed=self.seeds)


class Counter(layers.Layer):
    def build(self, shape):
        self.n = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x):
        self.n.assign_add(1.0)
        return x + self.n


def exported(model, path):
    model.export(path, verbose=False)
    loaded = tf.saved_model.load(path)  # it owns the variables
    return lambda x: loaded.serve(x)


def saved(model, path):
    tf.saved_model.save(model, path)
    loaded = tf.saved_model.load(path)
    return lambda x: loaded.signatures["serving_default"](inputs=tf.constant(x))["output_0"]


@pytest.mark.parametrize("write", [exported, saved])
@pytest.mark.parametrize("seeded", [True, False])
def test_random_numbers(write, seeded, tmp_path):
    model = keras.Sequential([keras.Input((3,)), Noise(seeded)])
    serve = write(model, str(tmp_path))
    first, second = np.array(serve(X)), np.array(serve(X))
    assert not np.any(first == second)
    if seeded:  # where the model itself would go on
        np.testing.assert_array_equal(model(X), first)
        np.testing.assert_array_equal(model(X), second)


@pytest.mark.parametrize("write", [exported, saved])
def test_what_a_call_assigns(write, tmp_path):
    model = keras.Sequential([keras.Input((3,)), Counter()])
    serve = write(model, str(tmp_path))
    assert [float(serve(X)[0, 0]) for _ in range(3)] == [1.0, 2.0, 3.0]
    assert float(model.layers[0].n) == 0.0
