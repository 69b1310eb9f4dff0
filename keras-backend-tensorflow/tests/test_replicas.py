"""Models made and fitted in the scope of a strategy with replicas: two logical devices here."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("tensorflow")

pytestmark = pytest.mark.one_in(15)

PROGRAM = """
import contextlib
import numpy as np, tensorflow as tf

(cpu,) = tf.config.list_physical_devices("CPU")
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, two)

import keras_core as keras
from keras_core import layers

strategy = tf.distribute.MirroredStrategy(["cpu:0", "cpu:1"])
x = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
y = x.sum(1, keepdims=True)


def close(a, b):
    for p, q in zip(tf.nest.flatten(a), tf.nest.flatten(b), strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-4, atol=1e-6)


class Steps(keras.Model):
    '''A step in the style of TensorFlow, of layers that are built late.'''

    def __init__(self):
        super().__init__()
        self.hidden, self.out = layers.Dense(4, "tanh"), layers.Dense(1)

    def call(self, x):
        return self.out(self.hidden(x))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


def sequential():
    return keras.Sequential(
        [keras.Input((3,)), layers.Dense(4, "tanh", kernel_regularizer="l2"), layers.Dense(1)]
    )


def two_outputs():
    i = keras.Input((3,))
    h = layers.Dense(4, "tanh", activity_regularizer="l2")(i)
    return keras.Model(i, {"a": layers.Dense(1, name="a")(h), "b": layers.Dense(1, name="b")(h)})


def trained(make, optimizer, replicated, batch_size=4, **options):
    keras.utils.set_random_seed(0)
    with strategy.scope() if replicated else contextlib.nullcontext():
        model = make()
        metrics = None if make is two_outputs else ["mae", keras.metrics.AUC()]
        made = optimizer() if callable(optimizer) else optimizer
        model.compile(made, "mse", metrics=metrics, **options)
    target = {"a": y, "b": y} if make is two_outputs else y
    given = dict(batch_size=batch_size, verbose=0)
    history = model.fit(x, target, epochs=2, shuffle=False, **given).history
    if make is Steps:
        history = {}  # the mean of parts of the loss
    results = model.evaluate(x, target, **given), model.predict(x, **given)
    return history, *results, model.get_weights()


for make in (sequential, two_outputs, Steps):
    close(trained(make, "adam", True), trained(make, "adam", False))
alone = trained(sequential, "sgd", False)
close(trained(sequential, "sgd", True, steps_per_execution=2), alone)
close(trained(sequential, "sgd", True, run_eagerly=True), alone)
accumulated = lambda: keras.optimizers.SGD(0.1, gradient_accumulation_steps=2)
close(
    trained(sequential, accumulated, True, batch_size=6),
    trained(sequential, accumulated, False, batch_size=6),
)
try:
    made_outside = accumulated()
    trained(sequential, lambda: made_outside, True)
except ValueError as error:
    assert "2 of 18 variables" in str(error), error
else:
    raise AssertionError("an optimizer of another scope was taken")
uneven = trained(sequential, "sgd", True, batch_size=11)  # 5 and 6 samples, then none and 1
assert all(np.all(np.isfinite(v)) for v in tf.nest.flatten(uneven))
assert uneven[2].shape == (12, 1)

# Statistics of a normalisation are means over the replicas; each draws numbers for its own part.
with strategy.scope():
    norm = layers.BatchNormalization(momentum=0.5)
    model = keras.Sequential([keras.Input((3,)), norm, layers.Dropout(0.5)])
    model.compile(None, None)
close(norm.moving_mean, np.zeros(3))


@tf.function
def step(part):
    return model(part, training=True)


data = tf.data.Dataset.from_tensor_slices(x).batch(12)
for part in strategy.experimental_distribute_dataset(data):
    strategy.run(step, args=(part,))
close(norm.moving_mean, 0.5 * x.mean(0))

# A loop by hand: gradients are added up, so the loss is divided by the size of the whole batch.
with strategy.scope():
    model, optimizer = sequential(), keras.optimizers.SGD(0.1)
    optimizer.build(model.trainable_variables)
    seen = keras.metrics.Mean()
    start = [np.array(w) for w in model.get_weights()]


@tf.function
def train(part):
    def replica(part):
        x, y = part
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((model(x, training=True) - y) ** 2) / 12
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        seen.update_state(x)
        return loss

    return strategy.reduce("SUM", strategy.run(replica, args=(part,)), axis=None)


data = tf.data.Dataset.from_tensor_slices((x, y)).batch(12)
(whole,) = [train(part) for part in strategy.experimental_distribute_dataset(data)]
twin = sequential()
twin.set_weights(start)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean((twin(x) - y) ** 2)
gradients = tape.gradient(loss, twin.trainable_variables)
keras.optimizers.SGD(0.1).apply_gradients(zip(gradients, twin.trainable_variables))
close([whole, seen.result(), *model.get_weights()], [loss, x.mean(), *twin.get_weights()])
model.save("replicated.keras")
close(keras.saving.load_model("replicated.keras").get_weights(), twin.get_weights())
"""


def test_two_replicas_do_what_one_does(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
