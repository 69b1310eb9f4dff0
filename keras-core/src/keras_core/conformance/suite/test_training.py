"""Level ``training``: the curves of whole trainings against the reference, and against NumPy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import keras_core as keras
from keras_core import callbacks, layers, ops, optimizers
from keras_core.conformance.compare import Tolerance, assert_close
from keras_core.conformance.suite import jobs, model_rows, readings
from keras_core.conformance.suite.model_rows import values
from keras_core.conformance.suite.scenarios import LABELS, SCENARIOS, classifier, fit

pytestmark = [
    pytest.mark.needs("gradients"),
    # Compilers warn about what they meet, and are not held to the rules of whoever runs this.
    pytest.mark.filterwarnings("default"),
]

OTHERWISE = [
    "architecture-deferred",
    "architecture-convolutional",
    "feature-adversaries",
]
"""The scenarios that are trained compiled and eagerly as well; a compiler may take its time."""


def compare(actual: Any, expected: Any) -> None:
    """Hold a curve against another; an error grows as a training goes on."""
    assert_close(np.asarray(actual), np.asarray(expected), Tolerance(1e-3, 1e-4), "curve")


# -- Against the reference ---------------------------------------------------------------


@pytest.mark.parametrize("name", SCENARIOS)
def test_curve(name: str) -> None:
    """Trained as `compile` does it by default."""
    compare(SCENARIOS[name](), jobs.ask("curves")[name])


@pytest.mark.form("compiled", "curves")
@pytest.mark.needs("jit")
@pytest.mark.parametrize("name", OTHERWISE)
def test_compiled_curve(name: str) -> None:
    """Trained with ``jit_compile=True``."""
    compare(SCENARIOS[name](jit_compile=True), jobs.ask("curves")[name])


@pytest.mark.form("eager", "curves")
@pytest.mark.needs("eager")
@pytest.mark.parametrize("name", OTHERWISE)
def test_eager_curve(name: str) -> None:
    """Trained with ``run_eagerly=True``."""
    compare(SCENARIOS[name](run_eagerly=True), jobs.ask("curves")[name])


# -- Against a loop in plain NumPy -------------------------------------------------------


class Plain:
    """A dense network with one hidden layer, its loss and its gradients, written out."""

    def __init__(self, weights: list[Any]) -> None:
        self.weights = [np.asarray(w, "float64") for w in weights]

    def loss_and_gradients(self, x: Any, y: Any) -> tuple[float, list[Any]]:
        """The mean squared error, and its gradient by each weight."""
        w1, b1, w2, b2 = self.weights
        hidden = np.tanh(x @ w1 + b1)
        error = hidden @ w2 + b2 - y
        d_out = 2 * error / error.size
        d_hidden = (d_out @ w2.T) * (1 - hidden**2)
        gradients = [x.T @ d_hidden, d_hidden.sum(0), hidden.T @ d_out, d_out.sum(0)]
        return float((error**2).mean()), gradients


def _plain_sgd(net: Plain, gradients: list[Any], state: dict[str, Any]) -> None:
    """Momentum 0.9, learning rate 0.1."""
    for i, g in enumerate(gradients):
        state[i] = 0.9 * state.get(i, 0.0) - 0.1 * g
        net.weights[i] = net.weights[i] + state[i]


def _plain_adam(net: Plain, gradients: list[Any], state: dict[str, Any]) -> None:
    """Kingma and Ba (2015), with a learning rate of 0.02."""
    t = state["t"] = state.get("t", 0) + 1
    for i, g in enumerate(gradients):
        m, v = state.get(i, (0.0, 0.0))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        state[i] = (m, v)
        rate = 0.02 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        net.weights[i] = net.weights[i] - rate * m / (np.sqrt(v) + 1e-7)


PLAIN = {
    "SGD": (lambda: optimizers.SGD(0.1, momentum=0.9), _plain_sgd),
    "Adam": (lambda: optimizers.Adam(0.02), _plain_adam),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_numpy(name: str) -> None:
    """Losses and final weights of a training that is written out in a few lines of NumPy."""
    make, update = PLAIN[name]
    model = keras.Sequential(
        [keras.Input((3,)), layers.Dense(5, activation="tanh"), layers.Dense(2)]
    )
    model_rows.settle(model, "plain")
    net, state = Plain(model.get_weights()), {}
    x, y = values("x", 12, 3), values("y", 12, 2)
    expected: list[float] = []
    for _ in range(4):
        for i in range(0, 12, 4):
            loss, gradients = net.loss_and_gradients(x[i : i + 4], y[i : i + 4])
            expected.append(loss)
            update(net, gradients, state)
    model.compile(make(), "mse")
    seen: list[float] = []
    for _ in range(4):
        seen += [model.train_on_batch(x[i : i + 4], y[i : i + 4]) for i in range(0, 12, 4)]
    compare(seen, expected)
    for mine, theirs in zip(model.get_weights(), net.weights, strict=True):
        compare(mine, theirs)


# -- Values, while variables change ------------------------------------------------------

STEPS: dict[str, Callable[[], Any]] = {
    "SGD": lambda: optimizers.SGD(0.1),
    "SGD-momentum": lambda: optimizers.SGD(0.1, momentum=0.9),
    "Adam": lambda: optimizers.Adam(0.1),
    "RMSprop": lambda: optimizers.RMSprop(0.1, momentum=0.5),
}
"""The optimizers whose steps a backend may override."""


def _check_readings(ways: dict[str, Callable[[Any], Any]], name: str) -> None:
    optimizer = STEPS[name]()
    model = classifier(optimizer)
    optimizer.build(model.trainable_variables)
    x = values("rows", 12, 4)
    variables = [v for v in [*model.weights, *optimizer.variables] if v.dtype == "float32"]
    readings.check(ways, variables, lambda: model.train_on_batch(x, LABELS), "a training step")

    def apply() -> None:
        grads = [ops.ones(v.shape) for v in model.trainable_variables]
        optimizer.apply(grads, model.trainable_variables)

    readings.check(ways, variables, apply, "optimizer.apply()")


@pytest.mark.needs("eager")
@pytest.mark.parametrize("name", STEPS)
def test_arrays_read_before(name: str) -> None:
    """An array that was made of a variable is not changed by a step of the optimizer."""
    _check_readings(readings.ARRAYS, name)


@pytest.mark.needs("eager")
@pytest.mark.parametrize("name", STEPS)
def test_tensors_read_before(name: str) -> None:
    """A tensor that was read of a variable is not changed by a step of the optimizer."""
    _check_readings(readings.TENSORS, name)
    _check_readings(readings.VIEWS, name)


# -- Fit, and what goes around it --------------------------------------------------------


def test_learns() -> None:
    """A model learns what can be learnt."""
    keras.utils.set_random_seed(1)
    x = values("many rows", 300, 2)
    y = (x[:, 0] * x[:, 1] > 0).astype("int32")
    model = keras.Sequential(
        [keras.Input((2,)), layers.Dense(16, activation="relu"), layers.Dense(2)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizers.Adam(0.03), loss, metrics=["accuracy"])
    model.fit(x, y, epochs=20, batch_size=30, verbose=0)
    assert model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"] > 0.95


def test_noise_in_training() -> None:
    """Dropout draws anew for each batch, the same after the same seed."""
    runs = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [keras.Input((50,)), layers.Dropout(0.5), layers.Dense(1, kernel_initializer="ones")]
        )
        model.compile(optimizers.SGD(0.0), "mse")
        ones = np.ones((4, 50), "float32")
        runs.append([float(model.train_on_batch(ones, ones[:, :1])) for _ in range(4)])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) > 1


def test_calls_of_callbacks() -> None:
    """In their order, with the logs; a callback can stop the training and set the rate."""
    calls: list[str] = []

    class Recorder(callbacks.Callback):
        def on_train_begin(self, logs: Any = None) -> None:
            calls.append("begin")

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            calls.append(f"epoch {epoch}")

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            assert {"loss", "accuracy"} <= set(logs)
            calls.append(f"batch {batch}")

        def on_test_end(self, logs: Any = None) -> None:
            calls.append("tested")

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            assert {"loss", "val_loss", "val_accuracy"} <= set(logs)
            calls.append("epoch end")
            self.model.stop_training = epoch == 1

        def on_train_end(self, logs: Any = None) -> None:
            calls.append("end")

    model = classifier(optimizers.SGD(0.1), metrics=["accuracy"])
    x = values("rows", 12, 4)
    halve = callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)
    model.fit(
        x, LABELS, batch_size=6, epochs=5, verbose=0, validation_data=(x, LABELS),
        callbacks=[Recorder(), halve],
    )  # fmt: skip
    epoch = ["batch 0", "batch 1", "tested", "epoch end"]
    assert calls == ["begin", "epoch 0", *epoch, "epoch 1", *epoch, "end"]
    assert float(model.optimizer.learning_rate) == pytest.approx(0.025)


def test_early_stopping_restores_the_best_weights() -> None:
    """The weights of the best epoch come back, from the engine's variables and to them."""
    model = classifier(optimizers.SGD(50.0))  # it can only get worse
    x = values("rows", 12, 4)
    best = callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True)
    history = model.fit(x, LABELS, epochs=8, batch_size=12, verbose=0, callbacks=[best]).history
    losses = history["loss"]
    assert len(losses) == min(int(np.argmin(losses)) + 3, 8)


def test_checkpoints(tmp_path: Path) -> None:
    """What a checkpoint holds is the model as it was after that epoch."""
    model = classifier(optimizers.Adam(0.05))
    x = values("rows", 12, 4)
    path = tmp_path / "{epoch}.keras"
    seen: list[Any] = []
    note = callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(model.get_weights())
    )
    keep = callbacks.ModelCheckpoint(str(path))
    model.fit(x, LABELS, epochs=2, batch_size=4, verbose=0, callbacks=[note, keep])
    for epoch, weights in enumerate(seen, 1):
        loaded = keras.models.load_model(tmp_path / f"{epoch}.keras")
        for a, b in zip(loaded.get_weights(), weights, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", ["SGD-nesterov", "Adam", "AdamW", "RMSprop", "Lion", "Muon"])
def test_resumed_training(tmp_path: Path, name: str) -> None:
    """Saved in the middle and loaded, a training goes on as if nothing had been."""
    make = {
        "SGD-nesterov": lambda: optimizers.SGD(0.05, momentum=0.9, nesterov=True),
        "Adam": lambda: optimizers.Adam(0.05),
        "AdamW": lambda: optimizers.AdamW(0.05),
        "RMSprop": lambda: optimizers.RMSprop(0.02),
        "Lion": lambda: optimizers.Lion(0.01),
        "Muon": lambda: optimizers.Muon(0.02),
    }[name]
    x = values("rows", 12, 4)
    whole = classifier(make())
    curve = fit(whole, x, LABELS, epochs=4)
    half = classifier(make())
    fit(half, x, LABELS, epochs=2)
    half.save(tmp_path / "half.keras")
    again = keras.models.load_model(tmp_path / "half.keras")
    rest = fit(again, x, LABELS, epochs=2)
    compare(rest[:6], curve[6:12])
    for a, b in zip(again.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_backup_after_an_interruption(tmp_path: Path) -> None:
    """A training that was killed between two epochs ends with the weights of an undisturbed one."""
    x = values("rows", 12, 4)
    whole = classifier(optimizers.Adam(0.05))
    fit(whole, x, LABELS, epochs=4)

    class Killer(callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 2:
                raise InterruptedError("killed")

    settings: dict[str, Any] = {"batch_size": 4, "epochs": 4, "shuffle": False, "verbose": 0}
    first = classifier(optimizers.Adam(0.05))
    backup = tmp_path / "backup"
    with pytest.raises(InterruptedError):
        first.fit(
            x, LABELS, callbacks=[callbacks.BackupAndRestore(str(backup)), Killer()], **settings
        )
    second = classifier(optimizers.Adam(0.05))
    restored = second.fit(
        x, LABELS, callbacks=[callbacks.BackupAndRestore(str(backup))], **settings
    )
    assert restored.epoch == [2, 3]
    for a, b in zip(second.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_generators() -> None:
    """Batches from a generator give what the same batches from arrays give."""
    x = values("rows", 12, 4)

    def batches() -> Any:
        while True:
            for i in range(0, 12, 4):
                yield x[i : i + 4], LABELS[i : i + 4]

    a, b = classifier("adam"), classifier("adam")
    first = a.fit(x, LABELS, batch_size=4, epochs=2, shuffle=False, verbose=0)
    second = b.fit(batches(), steps_per_epoch=3, epochs=2, verbose=0)
    compare(first.history["loss"], second.history["loss"])


def test_a_shorter_last_batch_counts_by_its_size() -> None:
    """The loss of an epoch is the mean over rows, not over batches."""
    model = classifier(optimizers.SGD(0.0))
    x = values("rows", 12, 4)
    parts = model.fit(x, LABELS, batch_size=5, verbose=0).history["loss"]
    whole = model.evaluate(x, LABELS, batch_size=12, verbose=0)
    compare(parts, [whole])


def test_compiled_again() -> None:
    """A model that is compiled a second time trains with the second settings."""
    model = classifier(optimizers.SGD(0.0))
    x = values("rows", 12, 4)
    first = model.fit(x, LABELS, verbose=0).history["loss"][0]
    model.compile(optimizers.SGD(0.0), "sparse_categorical_crossentropy", loss_weights=2.0)
    second = model.fit(x, LABELS, verbose=0).history["loss"][0]
    assert second == pytest.approx(2 * first, rel=1e-5)
