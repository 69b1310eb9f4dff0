"""Programs that teach functional models, masking, losses of layers and callbacks, on any engine.

Each is given the module ``keras`` and returns numbers that every implementation agrees on: weights
are drawn here, and nothing else is random.
"""

import numpy as np

R = np.random.default_rng(0)
X = R.normal(size=(64, 12)).astype("float32")
LABELS = (X[:, :4].sum(1, keepdims=True) > 0).astype("float32")
CLASSES = np.argmax(X[:, :5], 1)
TOKENS = np.where(np.arange(9) < R.integers(2, 9, (64, 1)), R.integers(1, 20, (64, 9)), 0)


def fill(model, seed=1):
    """Set all weights to numbers that depend on the seed and their place alone."""
    r = np.random.default_rng(seed)
    model.set_weights(
        [
            np.abs(w) if "variance" in v.name else (r.normal(size=w.shape) * 0.3).astype(w.dtype)
            for v, w in zip(model.weights, model.get_weights(), strict=True)
        ]
    )
    return model


def numbers(x):
    """Logs and tensors as what can be compared."""
    if isinstance(x, dict):
        return {k: numbers(v) for k, v in sorted(x.items())}
    if isinstance(x, (list, tuple)):
        return [numbers(v) for v in x]
    return np.asarray(x.detach() if hasattr(x, "detach") else x, "float64")


def mlp(keras, out=1):
    return fill(
        keras.Sequential(
            [
                keras.Input((12,)),
                keras.layers.Dense(16, activation="relu"),
                keras.layers.Dense(16, activation="relu"),
                keras.layers.Dense(out),
            ]
        )
    )


def functional_with_several_inputs_and_outputs(keras):
    """Shared layers, a residual, a nested model, losses and their weights by name."""
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    shared = keras.layers.Dense(8, activation="tanh")
    inner_in = keras.Input((8,))
    inner = keras.Model(inner_in, keras.layers.add([inner_in, keras.layers.Dense(8)(inner_in)]))
    h = keras.layers.concatenate([inner(shared(a)), inner(shared(b))])
    outputs = {
        "sign": keras.layers.Dense(1, activation="sigmoid", name="sign")(h),
        "size": keras.layers.Dense(1, name="size")(h),
    }
    model = fill(keras.Model({"a": a, "b": b}, outputs))
    model.compile(
        keras.optimizers.SGD(0.05, momentum=0.9),
        loss={"sign": "binary_crossentropy", "size": "mse"},
        loss_weights={"sign": 1.0, "size": 0.2},
        metrics={"sign": ["accuracy"]},
    )
    data = {"a": X[:, :6], "b": X[:, 6:]}
    target = {"sign": LABELS, "size": X.sum(1, keepdims=True)}
    history = model.fit(data, target, batch_size=16, epochs=3, shuffle=False, verbose=0).history
    features = keras.Model(model.inputs, h)
    return numbers([history, model.predict(data, verbose=0), features.predict(data, verbose=0)])


def masking(keras):
    """Masks made by an embedding, carried by a layer of one's own, used by a recurrent layer."""

    class Scale(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, x):
            return x * 2

    class MeanOfUnmasked(keras.layers.Layer):
        def call(self, x, mask=None):
            m = keras.ops.cast(mask, x.dtype)[:, :, None]
            return keras.ops.sum(x * m, 1) / keras.ops.sum(m, 1)

    tokens = keras.Input((9,), dtype="int32")
    h = Scale()(keras.layers.Embedding(20, 6, mask_zero=True)(tokens))
    h = keras.layers.concatenate([keras.layers.LSTM(5)(h), MeanOfUnmasked()(h)])
    model = fill(keras.Model(tokens, keras.layers.Dense(1)(h)))
    model.compile("sgd", "mse")
    losses = model.fit(TOKENS, LABELS, batch_size=32, epochs=2, shuffle=False, verbose=0).history
    lstm = keras.layers.LSTM(3)
    sequence = R_SEQUENCE[:4]
    lstm.build(sequence.shape)
    fill_layer(lstm)
    masked = keras.layers.Masking(0.0)
    explicit = lstm(sequence, mask=masked.compute_mask(sequence))
    return numbers([losses, model.predict(TOKENS, verbose=0), explicit, lstm(masked(sequence))])


R_SEQUENCE = R.normal(size=(8, 5, 2)).astype("float32")
R_SEQUENCE[:, 3:] = 0


def fill_layer(layer):
    r = np.random.default_rng(2)
    layer.set_weights([(r.normal(size=w.shape) * 0.3).astype(w.dtype) for w in layer.get_weights()])


def callbacks(keras):
    """The methods of a callback and what they are told, stopping early, schedules."""
    told = []

    class Notes(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            told.append(("train", self.params["epochs"]))

        def on_epoch_end(self, epoch, logs=None):
            told.append((epoch, {k: float(v) for k, v in logs.items()}))

        def on_train_batch_end(self, batch, logs=None):
            told.append((batch, float(logs["loss"])))

        def on_test_batch_end(self, batch, logs=None):
            told.append(("test", batch))

    model = mlp(keras)
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    given = [
        Notes(),
        keras.callbacks.EarlyStopping(
            "val_loss", min_delta=0.5, patience=1, restore_best_weights=True
        ),
        keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5),
        keras.callbacks.ReduceLROnPlateau("loss", patience=1),
    ]
    history = model.fit(
        X,
        LABELS,
        batch_size=16,
        epochs=8,
        validation_split=0.25,
        shuffle=False,
        verbose=0,
        callbacks=given,
    ).history
    history.pop("lr", None)
    text = "|".join(str(t[0]) for t in told)
    values = [v for _, v in told if isinstance(v, float)]
    return {
        **numbers({"history": history, "values": values, "left": model.predict(X, verbose=0)}),
        "told": text,
    }


def layers_of_ones_own(keras):
    """Weights made late, untrainable state, losses and a config of a layer's own."""

    class Linear(keras.layers.Layer):
        def __init__(self, units, rate=0.01, **kwargs):
            super().__init__(**kwargs)
            self.units, self.rate = units, rate

        def build(self, shape):
            self.w = self.add_weight(shape=(shape[-1], self.units), initializer="ones")
            self.b = self.add_weight(shape=(self.units,), initializer="zeros")
            self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False)

        def call(self, x):
            self.add_loss(self.rate * keras.ops.mean(keras.ops.square(self.w)))
            self.seen.assign_add(keras.ops.sum(keras.ops.ones_like(x[:, 0])))
            return keras.ops.matmul(x, self.w) + self.b

        def get_config(self):
            return {**super().get_config(), "units": self.units, "rate": self.rate}

    class Block(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.parts = [Linear(8), Linear(1, rate=0.1)]

        def call(self, x):
            return self.parts[1](keras.ops.relu(self.parts[0](x)))

    again = Linear.from_config(Linear(3, rate=0.5).get_config())
    model = keras.Sequential([keras.Input((12,)), Block()])
    model.set_weights(
        [
            (np.sin(np.arange(w.size)).reshape(w.shape) * 0.2 * (w.ndim > 0)).astype(w.dtype)
            for w in model.get_weights()
        ]
    )
    model.compile(keras.optimizers.RMSprop(0.01), "mse")
    history = model.fit(X, LABELS, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    model(X)
    return numbers([history, model.get_weights(), sum(model.losses), again.units + again.rate])


def steps_in_any_engine(keras):
    """`compute_loss` and metrics of one's own, under the trainer's own step."""

    class Mine(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = mlp(keras)
            self.mean = keras.metrics.Mean(name="penalty")

        def call(self, x):
            return self.inner(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            penalty = 0.1 * keras.ops.mean(keras.ops.abs(y_pred))
            self.mean.update_state(penalty)
            return keras.ops.mean(keras.ops.square(y - y_pred)) + penalty

        @property
        def metrics(self):
            return [*super().metrics, self.mean]

    model = Mine()
    model.compile(keras.optimizers.Adam(0.01), metrics=["mae"])
    history = model.fit(X, LABELS, batch_size=16, epochs=3, shuffle=False, verbose=0).history
    return numbers([history, model.evaluate(X, LABELS, verbose=0, return_dict=True)])


PROGRAMS = [
    functional_with_several_inputs_and_outputs,
    masking,
    callbacks,
    layers_of_ones_own,
    steps_in_any_engine,
]
