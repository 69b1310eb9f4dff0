"""Variables are sources of TensorFlow's own tapes, as the usual loops by hand need it."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
import keras_core as keras  # noqa: E402  # it may not be imported where the engine is missing
from keras_core import layers, ops  # noqa: E402

if keras.config.backend() != "tensorflow":
    pytest.skip("for the backend tensorflow", allow_module_level=True)

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


def model():
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1)])


def by_fit(steps):
    m = model()
    m.compile(keras.optimizers.SGD(0.1), "mse")
    m.fit(X, Y, batch_size=4, epochs=steps, shuffle=False, verbose=0)
    return m.get_weights()


@pytest.mark.parametrize("compiled", [False, True])
def test_a_loop_by_hand_does_what_fit_does(compiled):
    m, optimizer, loss = model(), keras.optimizers.SGD(0.1), keras.losses.MeanSquaredError()
    optimizer.build(m.trainable_variables)

    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, m(x, training=True))
        gradients = tape.gradient(value, m.trainable_variables)
        optimizer.apply_gradients(zip(gradients, m.trainable_variables, strict=True))
        return value

    step = tf.function(step) if compiled else step
    for _ in range(3):
        step(tf.constant(X), tf.constant(Y))
    for a, b in zip(m.get_weights(), by_fit(3), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_a_train_step_with_a_tape():
    class WithTape(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = model()

        def call(self, x):
            return self.inner(x)

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
            gradients = tape.gradient(loss, self.trainable_weights)
            self.optimizer.apply(gradients, self.trainable_weights)
            return {"loss": loss}

    m = WithTape()
    m.compile(keras.optimizers.SGD(0.1), "mse")
    m.fit(X, Y, batch_size=4, epochs=3, shuffle=False, verbose=0)
    for a, b in zip(m.get_weights(), by_fit(3), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_what_else_a_tape_can_do():
    v = keras.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        y = v * v * 3
        total = tf.reduce_sum(y)
    np.testing.assert_allclose(tape.gradient(total, v), [6.0, 12.0])
    np.testing.assert_allclose(tape.jacobian(y, v), np.diag([6.0, 12.0]))
    frozen = keras.Variable([1.0], trainable=False)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(frozen * 2)
    assert tape.gradient(y, frozen) is None


def test_sparse_gradients_are_applied():
    table = layers.Embedding(5, 2, embeddings_initializer="ones")
    table.build()
    with tf.GradientTape() as tape:
        y = ops.sum(table(np.array([1, 3, 1])))
    (g,) = tape.gradient(y, table.trainable_weights)
    keras.optimizers.SGD(1.0).apply([g], table.trainable_weights)
    wanted = np.ones((5, 2))
    wanted[1] -= 2
    wanted[3] -= 1
    np.testing.assert_allclose(table.get_weights()[0], wanted)
