"""Models, layers, optimizers and metrics in checkpoints and SavedModels of TensorFlow's own."""

import os
import subprocess
import sys
import types

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
import keras_core as keras  # noqa: E402  # it may not be imported where the engine is missing
from keras_core import layers  # noqa: E402

pytestmark = pytest.mark.one_in(6)

if keras.config.backend() != "tensorflow":
    pytest.skip("for the backend tensorflow", allow_module_level=True)

X = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")


class Nested(keras.Model):
    """State under attributes, in containers of containers, in a list that holds itself."""

    def __init__(self):
        super().__init__()
        self.blocks = [[layers.Dense(4)], {"a": (layers.Dense(2), 1)}]
        self.blocks.append(self.blocks)
        self.norm = layers.BatchNormalization()
        self.drop = layers.Dropout(0.5)
        self.seen = keras.metrics.Mean()
        self.scale = tf.Variable(2.0)
        self.own = keras.Variable(3.0)

    def call(self, x, training=False):
        y = self.norm(self.drop(self.blocks[0][0](x)), training=training)
        return self.blocks[1]["a"][0](y) * self.scale * self.own


def nested():
    model = Nested()
    model(X)
    return model


def functional():
    i = keras.Input((3,), name="i")
    return keras.Model(i, {"y": layers.Dense(2)(layers.Dense(4, "tanh")(i))})


def sequential():
    return keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(2)])


def change(variables):
    """Give each variable a value of its own."""
    for i, v in enumerate(variables):
        v.assign(np.arange(i, i + np.prod(v.shape, dtype=int)).reshape(v.shape))


MODELS = [nested, functional, sequential]


@pytest.mark.parametrize("make", MODELS)
def test_checkpoints_hold_all_state(make, tmp_path):
    def parts():
        model = make()
        model.compile(keras.optimizers.Adam(0.1))
        model.optimizer.build(model.trainable_variables)
        variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
        tracker = model._training_state.loss_tracker.variables  # it belongs to `fit`
        return model, [v for v in variables if not any(v is t for t in tracker)]

    model, variables = parts()
    change(variables)
    wanted = [np.array(v) for v in variables]
    path = tf.train.Checkpoint(model=model, step=tf.Variable(1)).save(tmp_path / "c")
    twin, others = parts()
    status = tf.train.Checkpoint(model=twin, step=tf.Variable(1)).restore(path)
    status.assert_consumed()
    status.assert_existing_objects_matched()
    for v, value in zip(others, wanted, strict=True):
        np.testing.assert_array_equal(v, value)


def test_a_manager_of_a_loop_by_hand(tmp_path):
    model, optimizer, metric = sequential(), keras.optimizers.SGD(0.1), keras.metrics.Mean()
    checkpoint = tf.train.Checkpoint(net=model, optimizer=optimizer, metric=metric)
    manager = tf.train.CheckpointManager(checkpoint, str(tmp_path), max_to_keep=1)
    for step in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(X) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        metric.update_state(loss)
        if step == 1:
            manager.save()
            wanted = model.get_weights(), float(metric.result())
    assert int(optimizer.iterations) == 3
    checkpoint.restore(manager.latest_checkpoint).assert_consumed()
    assert int(optimizer.iterations) == 2
    assert float(metric.result()) == wanted[1]
    for a, b in zip(model.get_weights(), wanted[0], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("make", MODELS)
def test_saved_models(make, tmp_path):
    """With the call as what is served, as a function of the user's, and inside of a module."""
    model = make()
    change(model.trainable_variables)
    wanted = np.asarray(tf.nest.flatten(model(X))[0])

    class Serving(tf.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "x")])
        def predict(self, x):
            return {"y": tf.nest.flatten(self.model(x))[0]}

    plain, module = str(tmp_path / "plain"), str(tmp_path / "module")
    tf.saved_model.save(model, plain)
    served = tf.saved_model.load(plain).signatures["serving_default"]
    assert list(served.structured_input_signature[1]) == ["inputs"]
    (y,) = served(inputs=tf.constant(X[:1])).values()  # another size of the batch
    np.testing.assert_allclose(y, wanted[:1], rtol=1e-5)
    tf.saved_model.save(Serving(), module)
    loaded = tf.saved_model.load(module)
    np.testing.assert_allclose(loaded.predict(tf.constant(X))["y"], wanted, rtol=1e-5)


def test_a_layer_with_a_table(tmp_path):
    """TensorFlow's own resources in a layer, and its functions of symbolic tensors."""

    class Lookup(layers.Layer):
        def __init__(self):
            super().__init__()
            pairs = tf.lookup.KeyValueTensorInitializer([1, 2], [10, 20])
            self.table = tf.lookup.StaticHashTable(pairs, 0)

        def call(self, x):
            return self.table.lookup(x)

    model = keras.Sequential([keras.Input((2,), dtype="int32"), Lookup()])
    assert model.output_shape == (None, 2)
    tf.saved_model.save(model, str(tmp_path))
    served = tf.saved_model.load(str(tmp_path)).signatures["serving_default"]
    y = served(inputs=tf.constant([[1, 3]]))["output_0"]
    assert y.numpy().tolist() == [[10, 0]] == model.predict([[1, 3]], verbose=0).tolist()


PARTS = """
import numpy as np, tensorflow as tf
from_path, to_path = sys.argv[1:]
layers = keras.layers

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d, self.e = layers.Dense(2), layers.Embedding(5, 3)
        self.rnn, self.bn = layers.LSTM(2), layers.BatchNormalization()
        self.conv, self.mha = layers.Conv1D(2, 2), layers.MultiHeadAttention(1, 2)
    def call(self, x):
        x = self.e(x)
        return self.d(self.bn(self.rnn(self.conv(self.mha(x, x)))))

i = keras.Input((3,))
parts = {
    "net": Net(),
    "sequential": keras.Sequential([keras.Input((3,)), layers.Dense(2)]),
    "functional": keras.Model(i, layers.Dense(2)(layers.Dense(4)(i))),
}
parts["net"](np.zeros((1, 4), "int32"))
variables = [v for m in parts.values() for v in m.weights]
opt = parts["optimizer"] = keras.optimizers.Adam()
opt.build(variables)
variables += opt.variables
assert len(variables) > 60
checkpoint = tf.train.Checkpoint(**parts)
for n, v in enumerate(variables):
    v.assign(np.full(v.shape, n, v.dtype))
checkpoint.write(to_path)
if from_path:
    for v in variables:
        v.assign(np.zeros(v.shape, v.dtype))
    checkpoint.read(from_path).assert_existing_objects_matched()
    for n, v in enumerate(variables):
        assert np.all(np.asarray(v) == n), (n, v)
"""


def test_checkpoints_of_keras(tmp_path):
    """What either writes, the other reads."""
    ours, theirs = str(tmp_path / "ours"), str(tmp_path / "theirs")

    def run(*paths):
        scope = {"keras": keras, "sys": types.SimpleNamespace(argv=["", *paths])}
        exec(PARTS, scope)  # noqa: S102  # the same code as for Keras

    run("", ours)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, keras\n{PARTS}", ours, theirs],
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    run(theirs, ours)
