"""Random numbers of a shape that is not known when a model is made."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import ops, random

DRAWS = {
    "normal": lambda x: random.normal(ops.shape(x), seed=1),
    "uniform": lambda x: random.uniform(ops.shape(x), seed=1),
    "truncated_normal": lambda x: random.truncated_normal(ops.shape(x), seed=1),
    "randint": lambda x: random.randint(ops.shape(x), 2, 7, seed=1),
    "randint of tensors": lambda x: random.randint(ops.shape(x), 0, ops.max(x) + 5, seed=1),
    "gamma": lambda x: random.gamma(ops.shape(x), 2.0, seed=1),
    "gamma of a tensor": lambda x: random.gamma(ops.shape(x), x + 1, seed=1),
    "beta": lambda x: random.beta(ops.shape(x), 2.0, 3.0, seed=1),
    "binomial": lambda x: random.binomial(ops.shape(x), 5, 0.5, seed=1),
    "binomial of a tensor": lambda x: random.binomial(ops.shape(x), x + 4, 0.5, seed=1),
    "categorical": lambda x: random.categorical(x, 4, seed=1),
    "dropout": lambda x: random.dropout(x, 0.5, noise_shape=(ops.shape(x)[0], 1), seed=1),
    "shuffle": lambda x: random.shuffle(x, axis=1, seed=1),
}


class Draw(keras.layers.Layer):
    def __init__(self, draw):
        super().__init__()
        self.draw = draw

    def call(self, x):
        return self.draw(x)


@pytest.mark.parametrize("name", DRAWS)
def test_sizes_need_not_be_known(name):
    inputs = keras.Input(batch_shape=(None, 4))
    outputs = [Draw(DRAWS[name])(inputs), DRAWS[name](inputs)]
    assert [y.shape for y in outputs] == [(None, 4)] * 2
    found = keras.Model(inputs, outputs).predict(np.ones((3, 4), "float32"), verbose=0)
    for values, spec in zip(found, outputs, strict=True):
        assert values.shape == (3, 4)
        assert values.dtype.name == spec.dtype
        assert np.isfinite(values).all()
    np.testing.assert_array_equal(*found)  # of one seed


def test_a_count_that_is_computed_has_the_same_distribution():
    n, p, rows = 6, 0.3, 4000
    inputs = keras.Input((2,))
    outputs = random.binomial(ops.shape(inputs), inputs, p, seed=3)
    counts = np.tile(np.array([n, 1], "float32"), (rows, 1))
    found = keras.Model(inputs, outputs).predict(counts, batch_size=rows, verbose=0)
    assert set(np.unique(found[:, 1])) == {0, 1}
    assert found[:, 0].max() <= n
    np.testing.assert_allclose(found.mean(0), [n * p, p], atol=0.1)
    np.testing.assert_allclose(found.var(0), [n * p * (1 - p), p * (1 - p)], atol=0.1)
