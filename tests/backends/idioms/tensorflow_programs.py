"""Programs in the style of TensorFlow; see `common`."""

import functools

import numpy as np
import tensorflow as tf
from common import PROGRAMS as COMMON

X = np.sin(np.arange(96, dtype="float32")).reshape(32, 3)
Y = X.sum(axis=1, keepdims=True)


def plain(x):
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple, tf.TensorShape)):
        return [plain(v) for v in x]
    return x if isinstance(x, str) else np.asarray(-1 if x is None else x, "float64")


def plainly(program):
    """The program with a result that can be compared."""
    return functools.wraps(program)(lambda keras: plain(program(keras)))


def fixed(model):
    """The model with weights that do not depend on random numbers."""
    for i, w in enumerate(model.weights):
        w.assign(0.4 * np.sin(np.arange(np.prod(w.shape, dtype=int)) + i).reshape(w.shape))
    return model


def mlp(keras, units=4):
    i = keras.Input((3,))
    return fixed(keras.Model(i, keras.layers.Dense(1)(keras.layers.Dense(units, "tanh")(i))))


def logs_of(history):
    return {k: [float(v) for v in values] for k, values in sorted(history.history.items())}


@plainly
def a_step_with_metrics_of_its_own(keras):
    """Metrics of the model's own, weights of samples, and a `test_step`."""

    class WithMetrics(keras.Model):
        """Metrics of its own, weights of samples, and a `test_step`."""

        def __init__(self):
            super().__init__()
            self.inner = mlp(keras)
            self.seen = keras.metrics.Mean(name="seen")
            self.mae = keras.metrics.MeanAbsoluteError(name="own_mae")

        def call(self, x):
            return self.inner(x)

        @property
        def metrics(self):
            return [self.seen, self.mae]

        def train_step(self, data):
            x, y, sample_weight = data if len(data) == 3 else (*data, None)
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = tf.reduce_mean(tf.math.squared_difference(y, y_pred))
                if sample_weight is not None:
                    loss = loss * tf.reduce_mean(sample_weight)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            self.seen.update_state(loss)
            self.mae.update_state(y, y_pred, sample_weight=sample_weight)
            return {m.name: m.result() for m in self.metrics}

        def test_step(self, data):
            x, y = data
            y_pred = self(x, training=False)
            self.mae.update_state(y, y_pred)
            return {"own_mae": self.mae.result()}

    model = WithMetrics()
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    out = logs_of(model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0))
    weights = np.linspace(0.5, 1.5, 32, dtype="float32")
    more = model.fit(X, Y, sample_weight=weights, batch_size=8, shuffle=False, verbose=0)
    return out, logs_of(more), model.evaluate(X, Y, verbose=0, return_dict=True)


@plainly
def a_step_with_what_compile_was_given(keras):
    """The loss and the metrics of `compile` in a step of the user's."""

    class Compiled(keras.Model):
        """The loss and the metrics of `compile` in a step of its own."""

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
            gradients = tape.gradient(loss, self.trainable_variables)
            gradients, _ = tf.clip_by_global_norm(gradients, 0.5)
            self.optimizer.apply(gradients, self.trainable_variables)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    i = keras.Input((3,))
    model = fixed(Compiled(i, keras.layers.Dense(1)(keras.layers.Dense(4, "tanh")(i))))
    model.compile("sgd", "mse", metrics=["mae"])
    return logs_of(model.fit(X, Y, batch_size=8, epochs=2, shuffle=False, verbose=0))


@plainly
def two_networks_against_each_other(keras):
    """Two networks, two optimizers, and a step that trains one after the other."""

    class Gan(keras.Model):
        """Two networks, two optimizers, and a step that trains one after the other."""

        def __init__(self):
            super().__init__()
            self.generator, self.discriminator = mlp(keras), mlp(keras)
            self.d_loss, self.g_loss = keras.metrics.Mean(name="d"), keras.metrics.Mean(name="g")

        def compile(self, d_optimizer, g_optimizer, loss_fn):
            super().compile()
            self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

        @property
        def metrics(self):
            return [self.d_loss, self.g_loss]

        def train_step(self, real):
            if isinstance(real, tuple):
                real = real[0]
            size = tf.shape(real)[0]
            noise = tf.reshape(tf.sin(tf.range(tf.cast(size, tf.float32) * 3)), (size, 3))
            fake = tf.tile(self.generator(noise), (1, 3))
            both = tf.concat([fake, real], axis=0)
            labels = tf.concat([tf.ones((size, 1)), tf.zeros((size, 1))], axis=0)
            with tf.GradientTape() as tape:
                d_loss = self.loss_fn(labels, self.discriminator(both))
            grads = tape.gradient(d_loss, self.discriminator.trainable_weights)
            self.d_optimizer.apply_gradients(
                zip(grads, self.discriminator.trainable_weights, strict=True)
            )
            with tf.GradientTape() as tape:
                fake = tf.tile(self.generator(noise), (1, 3))
                g_loss = self.loss_fn(tf.zeros((size, 1)), self.discriminator(fake))
            grads = tape.gradient(g_loss, self.generator.trainable_weights)
            self.g_optimizer.apply_gradients(
                zip(grads, self.generator.trainable_weights, strict=True)
            )
            self.d_loss.update_state(d_loss)
            self.g_loss.update_state(g_loss)
            return {"d": self.d_loss.result(), "g": self.g_loss.result()}

    model = Gan()
    model.compile(
        keras.optimizers.Adam(0.01),
        keras.optimizers.Adam(0.02),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    data = tf.data.Dataset.from_tensor_slices(X).batch(8)
    return logs_of(model.fit(data, epochs=3, verbose=0))


@plainly
def a_loop_with_a_tape(keras):
    """A compiled step, losses of layers, metrics that are reset."""
    i = keras.Input((3,))
    h = keras.layers.Dense(4, "tanh", kernel_regularizer="l2")(i)
    model = fixed(keras.Model(i, keras.layers.Dense(3)(h)))
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    train_acc = keras.metrics.SparseCategoricalAccuracy()
    val_acc = keras.metrics.SparseCategoricalAccuracy()
    labels = np.argmax(X, axis=1)
    data = tf.data.Dataset.from_tensor_slices((X, labels)).batch(8)

    @tf.function
    def train(x, y):
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss_value = loss_fn(y, logits)
            loss_value += sum(model.losses)
        grads = tape.gradient(loss_value, model.trainable_weights)
        optimizer.apply_gradients(zip(grads, model.trainable_weights, strict=True))
        train_acc.update_state(y, logits)
        return loss_value

    @tf.function
    def test(x, y):
        val_acc.update_state(y, model(x, training=False))

    optimizer.build(model.trainable_weights)
    out = []
    for _ in range(4):
        losses = [float(train(x, y)) for x, y in data]
        out.append([*losses, float(train_acc.result())])
        train_acc.reset_state()
        for x, y in data:
            test(x, y)
        out[-1].append(float(val_acc.result()))
        val_acc.reset_state()
    return out, int(optimizer.iterations)


@plainly
def tapes_of_all_kinds(keras):
    """Persistent, nested and watching tapes; jacobians; a gradient penalty."""
    model = mlp(keras)
    x = tf.constant(X[:4])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = model(x)
        total, square = tf.reduce_sum(y), tf.reduce_sum(y**2)
    first = tape.gradient(total, model.trainable_variables)
    second = tape.gradient(square, model.trainable_variables)
    by_input = tape.batch_jacobian(y, x)
    del tape
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = model(x)
        slope = inner.gradient(y, x)
        penalty = tf.reduce_mean((tf.norm(slope, axis=1) - 1.0) ** 2)
    third = outer.gradient(penalty, model.trainable_variables)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(model.layers[-1].kernel.value)
        tape.watch(model.trainable_variables[0].value)
        y = tf.reduce_sum(model(x))
    parts = [first, second, third[:3]]
    return [[np.sum(np.abs(g)) for g in gs] for gs in parts], np.sum(np.abs(by_input)), float(y)


@plainly
def masks_in_tensorflow(keras):
    """Masks that are made, read, replaced and passed on."""

    class Clip(keras.layers.Layer):
        """Reads the mask of its input, and makes one of its own."""

        def call(self, inputs, mask=None):
            return inputs * tf.cast(mask[..., tf.newaxis], inputs.dtype)

        def compute_mask(self, inputs, mask=None):
            return keras.ops.concatenate([mask[:, :1], keras.ops.zeros_like(mask[:, 1:])], axis=1)

    ids = np.array([[1, 2, 3, 0, 0], [4, 0, 0, 0, 0], [2, 2, 2, 2, 1]])
    padded = keras.utils.pad_sequences([[1, 2, 3], [4], [2, 2, 2, 2, 1]], padding="post")
    embedding = keras.layers.Embedding(6, 4, mask_zero=True)
    x = embedding(tf.constant(ids))
    given = np.asarray(x._keras_mask).astype(int).tolist()
    from_zeros = keras.layers.Masking()(tf.concat([x, tf.zeros_like(x)], 1))._keras_mask
    i = keras.Input((None,), dtype="int32")
    clipped = Clip()(embedding(i))
    outputs = keras.layers.Dense(1)(keras.layers.LSTM(3)(clipped))
    model = fixed(keras.Model(i, outputs))
    rnn = keras.layers.LSTM(3, return_sequences=True)
    y = rnn(x, mask=embedding.compute_mask(tf.constant(ids)))
    model.compile("adam", "mse")
    logs = logs_of(model.fit(ids, np.ones((3, 1)), epochs=2, verbose=0))
    outputs = model.predict(ids, verbose=0)
    return padded.tolist(), given, np.shape(from_zeros), logs, outputs, y.shape


@plainly
def a_functional_model_with_shared_layers(keras):
    """Several inputs and outputs, features of layers, a config, an ensemble."""
    title, tags = keras.Input((None,), name="title", dtype="int32"), keras.Input((3,), name="tags")
    shared = keras.layers.Embedding(8, 4)
    features = keras.layers.GlobalAveragePooling1D()(shared(title))
    mixed = keras.layers.concatenate([features, tags])
    priority = keras.layers.Dense(1, name="priority")(mixed)
    kind = keras.layers.Dense(4, name="kind", activation="softmax")(mixed)
    model = fixed(keras.Model([title, tags], {"priority": priority, "kind": kind}))
    model.compile(
        keras.optimizers.SGD(0.1),
        loss={"priority": keras.losses.BinaryCrossentropy(from_logits=True), "kind": "mse"},
        loss_weights={"priority": 1.0, "kind": 0.2},
    )
    inputs = {"title": np.arange(96).reshape(32, 3) % 8, "tags": X}
    targets = {"priority": (Y > 0).astype("float32"), "kind": np.eye(4)[np.arange(32) % 4]}
    logs = logs_of(model.fit(inputs, targets, epochs=2, batch_size=8, shuffle=False, verbose=0))
    extractor = keras.Model(model.inputs, [layer.output for layer in model.layers[-2:]])
    again = keras.Model.from_config(model.get_config())
    ensemble = keras.Sequential([mlp(keras), keras.layers.Lambda(lambda t: tf.nn.relu(t) * 2.0)])
    return (
        logs,
        [o.shape for o in extractor(list(inputs.values()))],
        again.count_params(),
        ensemble.predict(X[:3], verbose=0),
    )


@plainly
def what_callbacks_are_told(keras):
    """Methods of callbacks in their order, rates that they set, stopping."""

    class Watching(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.calls = []

        def on_train_begin(self, logs=None):
            self.calls.append(["begin", sorted(logs or {})])

        def on_train_batch_end(self, batch, logs=None):
            self.calls.append(["batch", batch, round(float(logs["loss"]), 4)])

        def on_epoch_end(self, epoch, logs=None):
            self.calls.append(["epoch", epoch, sorted(logs)])
            self.model.optimizer.learning_rate = 0.1 / (epoch + 2)
            if epoch == 2:
                self.model.stop_training = True

        def on_test_batch_end(self, batch, logs=None):
            self.calls.append(["test", batch])

    watching, model = Watching(), mlp(keras)
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
    given = [
        watching,
        keras.callbacks.EarlyStopping("loss", patience=5),
        keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda e, logs: watching.calls.append(["l", e])
        ),
    ]
    history = model.fit(
        X,
        Y,
        batch_size=8,
        epochs=5,
        validation_split=0.25,
        shuffle=False,
        verbose=0,
        callbacks=given,
    )
    rates = []
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[schedule])
    rates.append(float(model.optimizer.learning_rate))
    return watching.calls, logs_of(history), rates


@plainly
def operations_in_pipelines(keras):
    """Operations and random numbers of Keras in `Dataset.map`."""
    data = tf.data.Dataset.from_tensor_slices(X).map(
        lambda x: keras.ops.sum(keras.ops.relu(x) * 2.0)
    )
    seeds = keras.random.SeedGenerator(7)
    noisy = tf.data.Dataset.range(4).map(lambda i: keras.random.uniform((), seed=seeds))
    images = tf.data.Dataset.from_tensors(np.ones((5, 6, 3), "float32"))
    (resized,) = images.map(lambda x: keras.ops.image.resize(x, (8, 8)))
    values = [float(v) for v in noisy]
    return [float(v) for v in data], len(set(values)), tuple(resized.shape)


PROGRAMS = [
    *COMMON,
    a_step_with_metrics_of_its_own,
    a_step_with_what_compile_was_given,
    two_networks_against_each_other,
    a_loop_with_a_tape,
    tapes_of_all_kinds,
    masks_in_tensorflow,
    a_functional_model_with_shared_layers,
    what_callbacks_are_told,
    operations_in_pipelines,
]
