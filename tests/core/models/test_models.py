"""Models: ways to make them, what is in them, how they train."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core.core.tensors import runtime

TRAINS = runtime.CAPABILITIES.autodiff != "none"
needs_gradients = pytest.mark.skipif(not TRAINS, reason="the backend has no gradients")
RNG = np.random.default_rng(0)


def data(n=64, features=4):
    x = RNG.normal(size=(n, features)).astype("float32")
    return x, (x.sum(-1) > 0).astype("int32")


def test_sequential_is_built_by_the_first_data():
    model = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    assert not model.built
    assert model.weights == []
    model(np.ones((2, 4), "float32"))
    assert model.count_params() == 4 * 3 + 3 + 3 * 2 + 2
    assert model.input_shape == (None, 4)
    model.add(layers.Dense(1))
    assert model.output_shape == (None, 1)
    assert model.pop().units == 1


def test_functional_with_dicts_and_shared_layers():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = layers.Dense(3)
    model = keras.Model({"a": a, "b": b}, {"sum": shared(a) + shared(b), "second": b[:, :2]})
    assert len(model.weights) == 2
    out = model.predict({"a": np.ones((5, 4)), "b": np.zeros((5, 4))}, verbose=0)
    assert out["sum"].shape == (5, 3)
    assert out["second"].shape == (5, 2)


def test_sizes_read_from_a_tensor_are_computed_again():
    x = keras.Input((None, 4))
    batch, steps, _ = ops.shape(x)
    model = keras.Model(x, ops.reshape(x, (batch, steps * 2, 2)))
    assert model.output_shape == (None, None, 2)
    assert model.predict(np.ones((3, 5, 4)), verbose=0).shape == (3, 10, 2)
    assert model.predict(np.ones((2, 6, 4)), verbose=0).shape == (2, 12, 2)


def test_subclass_tracks_lists_and_freezes():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.stack = [layers.Dense(4), layers.Dense(2)]
            self.extra = {"norm": layers.BatchNormalization()}

        def call(self, x, training=None):
            for layer in self.stack:
                x = layer(x)
            return self.extra["norm"](x)

    model = Net()
    model(np.ones((2, 3), "float32"))
    assert len(model.trainable_weights) == 6
    assert len(model.non_trainable_weights) == 2
    model.stack[0].trainable = False
    assert len(model.trainable_weights) == 4
    model.trainable = False
    assert model.trainable_weights == []
    assert model.stack[1].name in [x.name for x in model.layers]


def test_masks_reach_the_recurrent_layer():
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(9, 4, mask_zero=True),
            layers.LSTM(3, return_sequences=True),
            layers.GRU(2),
        ]
    )
    x = np.array([[1, 2, 3, 0], [4, 5, 0, 0]])
    short = model.predict(x, verbose=0)
    long = model.predict(np.pad(x, ((0, 0), (0, 3))), verbose=0)
    np.testing.assert_allclose(short, long, atol=1e-6)


def test_summary(capsys):
    keras.Sequential([keras.Input((3,)), layers.Dense(4, name="hidden")]).summary()
    text = capsys.readouterr().out
    assert "hidden (Dense)" in text
    assert "(None, 4)" in text
    assert "Total params: 16" in text


def test_regularisers_and_added_losses():
    class Penalty(layers.Layer):
        def call(self, x):
            self.add_loss(ops.mean(x * x))
            return x

    model = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(
                1, kernel_initializer="ones", kernel_regularizer=keras.regularizers.L2(0.5)
            ),
            Penalty(),
        ]
    )
    model(np.ones((3, 2), "float32"))
    assert sorted(float(ops.convert_to_numpy(v)) for v in model.losses) == [1.0, 4.0]


@needs_gradients
def test_fit_learns_and_reports():
    keras.utils.set_random_seed(1)
    x, y = data(256)
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(16, activation="tanh"), layers.Dense(2)]
    )
    model.compile(
        keras.optimizers.Adam(0.02),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(x, y, epochs=8, batch_size=32, validation_split=0.25, verbose=0).history
    assert sorted(history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert history["accuracy"][-1] > 0.9
    loss, accuracy = model.evaluate(x, y, verbose=0)
    assert accuracy > 0.9
    assert model.evaluate(x, y, verbose=0, return_dict=True)["loss"] == pytest.approx(loss)


@needs_gradients
def test_the_losses_do_not_depend_on_the_engine():
    """The numbers of the numpy backend, to 1e-4: weights are drawn on the host."""
    keras.utils.set_random_seed(7)
    x = np.linspace(-1, 1, 96).reshape(24, 4).astype("float32")
    y = np.sin(x.sum(-1, keepdims=True)).astype("float32")
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
    )
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mse")
    first = model.evaluate(x, y, verbose=0)
    losses = model.fit(x, y, epochs=3, batch_size=8, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose([first, *losses], REFERENCE, rtol=1e-4)


def _reference():
    """The same by hand, in float64."""
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
    )
    w1, b1, w2, b2 = (w.astype("float64") for w in model.get_weights())
    x = np.linspace(-1, 1, 96).reshape(24, 4).astype("float32").astype("float64")
    y = np.sin(x.sum(-1, keepdims=True).astype("float32")).astype("float32").astype("float64")
    params = [w1, b1, w2, b2]
    momenta = [np.zeros_like(p) for p in params]

    def forward(x):
        h = np.tanh(x @ params[0] + params[1])
        return h, h @ params[2] + params[3]

    out = [((forward(x)[1] - y) ** 2).mean()]
    for _ in range(3):
        total = 0.0
        for i in range(0, 24, 8):
            xb, yb = x[i : i + 8], y[i : i + 8]
            h, p = forward(xb)
            total += ((p - yb) ** 2).mean() * 8
            g = 2 * (p - yb) / 8
            gh = g @ params[2].T * (1 - h * h)
            grads = [xb.T @ gh, gh.sum(0), h.T @ g, g.sum(0)]
            for j, gradient in enumerate(grads):
                momenta[j] = 0.9 * momenta[j] - 0.05 * gradient
                params[j] = params[j] + 0.9 * momenta[j] - 0.05 * gradient
        out.append(total / 24)
    return out


REFERENCE = _reference() if TRAINS else []


@needs_gradients
def test_a_custom_step_with_two_outputs():
    class Two(keras.Model):
        def train_step(self, inputs):
            x, y = inputs
            variables = self.trainable_variables

            def loss():
                a, b = self(x, training=True)
                return ops.mean((a - y) ** 2) + 0.1 * ops.mean(b * b)

            value, gradients = ops.value_and_grad(loss, variables=variables)()
            self.optimizer.apply(gradients, variables)
            return {"own_loss": value}

    x = keras.Input((3,))
    h = layers.Dense(4)(x)
    model = Two(inputs=x, outputs=[layers.Dense(1)(h), layers.Dense(2)(h)])
    assert isinstance(model, Two)
    model.compile(keras.optimizers.SGD(0.1))
    history = model.fit(np.ones((8, 3)), np.ones((8, 1)), epochs=5, verbose=0).history
    assert history["own_loss"][-1] < history["own_loss"][0]


@needs_gradients
def test_several_outputs_with_weights():
    x = keras.Input((3,))
    h = layers.Dense(4)(x)
    model = keras.Model(x, {"a": layers.Dense(1, name="a")(h), "b": layers.Dense(2, name="b")(h)})
    model.compile(
        "adam",
        loss={"a": "mse", "b": "mae"},
        loss_weights={"a": 1.0, "b": 0.5},
        metrics={"a": ["mae"]},
    )
    y = {"a": np.ones((8, 1)), "b": np.zeros((8, 2))}
    logs = model.fit(np.ones((8, 3)), y, verbose=0).history
    assert {"loss", "a_loss", "b_loss", "a_mae"} <= set(logs)
    assert logs["loss"][0] == pytest.approx(logs["a_loss"][0] + 0.5 * logs["b_loss"][0], rel=1e-4)


@needs_gradients
def test_weights_of_samples_and_classes():
    x, y = data(32)
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    plain = model.test_on_batch(x, y, sample_weight=(y == 1).astype("float32"))
    assert plain == pytest.approx(
        model.test_on_batch(x, y, sample_weight=np.where(y == 1, 1.0, 0.0).astype("float32"))
    )
    model.fit(x, y, class_weight={0: 0.0, 1: 2.0}, verbose=0)


@needs_gradients
def test_callbacks_steer(tmp_path):
    x, y = data(64)
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    model.compile(
        keras.optimizers.SGD(0.0), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    history = model.fit(
        x,
        y,
        epochs=20,
        validation_data=(x, y),
        verbose=0,
        callbacks=[
            keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True),
            keras.callbacks.CSVLogger(tmp_path / "log.csv"),
            keras.callbacks.ModelCheckpoint(tmp_path / "best.keras", save_best_only=True),
            keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.0),
            keras.callbacks.TerminateOnNaN(),
        ],
    )
    assert len(history.epoch) == 3
    assert (tmp_path / "best.keras").exists()
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 4


@needs_gradients
@pytest.mark.parametrize("settings", [{"run_eagerly": True}, {"steps_per_execution": 3}])
def test_ways_to_run_agree(settings):
    x, y = data(80)

    def run(**how):
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, "relu"), layers.Dense(2)])
        model.compile(
            "rmsprop", keras.losses.SparseCategoricalCrossentropy(from_logits=True), **how
        )
        return model.fit(x, y, epochs=2, batch_size=16, shuffle=False, verbose=0).history["loss"]

    np.testing.assert_allclose(run(**settings), run(), rtol=1e-4)


@needs_gradients
def test_data_from_generators_and_datasets():
    class Squares(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            x = np.full((8, 1), float(index), "float32")
            return x, 2 * x

    def forever():
        while True:
            yield np.ones((8, 1)), np.ones((8, 1))

    model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    assert len(model.fit(Squares(workers=2), epochs=2, verbose=0).history["loss"]) == 2
    assert len(model.fit(forever(), steps_per_epoch=3, epochs=2, verbose=0).history["loss"]) == 2
    with pytest.warns(UserWarning, match="ran out of data after 2 of 5"):
        model.fit(iter([(np.ones((2, 1)), np.ones((2, 1)))] * 2), steps_per_epoch=5, verbose=0)


def test_predict_of_nothing():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    assert model.predict(np.zeros((0, 4), "float32"), verbose=0).shape == (0, 2)


@pytest.mark.skipif(TRAINS, reason="the backend trains")
def test_training_is_refused_in_words():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    model.compile("adam", "mse")
    with pytest.raises(RuntimeError, match=r"fit\(\) needs gradients.*inference-only"):
        model.fit(np.ones((4, 4)), np.ones((4, 2)))


def test_layers_of_other_dtypes_are_part_of_the_graph():
    x = keras.Input((3,))
    h = layers.Dense(4, dtype="mixed_bfloat16")(x)
    y = layers.Dense(2)(h)
    assert (h.dtype, y.dtype) == ("bfloat16", "float32")
    model = keras.Model(x, y)
    assert [type(layer).__name__ for layer in model.layers] == ["InputLayer", "Dense", "Dense"]
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    data = np.ones((2, 3), "float32")
    np.testing.assert_allclose(
        again.predict(data, verbose=0), model.predict(data, verbose=0), rtol=1e-5
    )


def test_a_compile_that_fails_leaves_the_model_as_it_was():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    optimizer = model.optimizer
    for wrong in ({"loss": "no_such"}, {"loss": "mae", "metrics": ["no_such"]}):
        with pytest.raises(ValueError, match="no_such"):
            model.compile("adam", **wrong)
        assert model.optimizer is optimizer
        assert model.loss == "mse"
        assert model.get_compile_config()["loss"] == "mse"
