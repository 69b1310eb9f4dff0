"""Callbacks."""

import csv
import http.server
import io
import json
import math
import struct
import threading

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras
from keras_core import callbacks, layers, metrics, optimizers
from keras_core.core.base.progbar import Progbar
from keras_core.core.execution import compiled
from keras_core.core.tensors import runtime
from keras_core.models.functional import Functional
from keras_core.models.sequential import Sequential
from keras_core.training.logs import Logs
from keras_core_plugins import CapabilityError

pytestmark = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")
X = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


def make_model(**options):
    model = Sequential([layers.Input((3,)), layers.Dense(1, name="out")])
    model.compile(**{"optimizer": optimizers.SGD(0.1), "loss": "mse", **options})
    return model


class Model:
    """What the callbacks that steer need, without training."""

    def __init__(self):
        self.stop_training = False
        self.optimizer = optimizers.SGD(0.1)
        self.weights = 0
        self.saved = []

    def get_weights(self):
        return [self.weights]

    def set_weights(self, weights):
        self.weights = weights[0]

    def save(self, path, overwrite=True):
        self.saved.append(path.name)

    save_weights = save


def play(callback, values, key="val_loss"):
    """Epochs with these results; the epochs until the callback stops."""
    model = Model()
    callback.set_model(model)
    callback.set_params({"epochs": len(values)})
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        model.weights = epoch
        callback.on_epoch_begin(epoch)
        logs = {} if value is None else {key: value}
        callback.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    callback.on_train_end()
    return epoch, model


_REAL = """
class M:
    def __init__(self):
        self.stop_training, self.weights, self.metrics = False, 0, []
        self.optimizer = keras.optimizers.SGD(0.1)
    def get_weights(self):
        return [self.weights]
    def set_weights(self, w):
        self.weights = w[0]
model = M()
c = getattr(keras.callbacks, name)(**options)
c.set_model(model)
c.set_params({"epochs": 9})
c.on_train_begin()
for epoch, value in enumerate(values):
    model.weights = epoch
    c.on_epoch_begin(epoch)
    c.on_epoch_end(epoch, {key: value})
    if model.stop_training:
        break
c.on_train_end()
(epoch, model.weights, float(model.optimizer.learning_rate.numpy()))
"""

SEQUENCE = [5.0, 4.0, 4.5, 3.0, 3.1, 3.05, 2.9999, 3.2, 3.3, 3.4, 3.5, 3.6]


@pytest.mark.interop
@pytest.mark.parametrize(
    ("name", "options", "key"),
    [
        ("EarlyStopping", {"patience": 1}, "val_loss"),
        ("EarlyStopping", {"patience": 2, "restore_best_weights": True}, "val_loss"),
        (
            "EarlyStopping",
            {"patience": 2, "min_delta": 0.1, "restore_best_weights": True},
            "val_loss",
        ),
        ("EarlyStopping", {"patience": 1, "baseline": 3.5}, "val_loss"),
        ("EarlyStopping", {"patience": 0, "start_from_epoch": 5}, "val_loss"),
        (
            "EarlyStopping",
            {"monitor": "x", "mode": "max", "patience": 2, "restore_best_weights": True},
            "x",
        ),
        ("ReduceLROnPlateau", {"patience": 1, "factor": 0.5}, "val_loss"),
        ("ReduceLROnPlateau", {"patience": 2, "factor": 0.5, "cooldown": 2}, "val_loss"),
        (
            "ReduceLROnPlateau",
            {"patience": 1, "factor": 0.1, "min_lr": 0.02, "min_delta": 0.5},
            "val_loss",
        ),
    ],
)
def test_steering_like_the_real_one(name, options, key):
    expected = real_keras(_REAL, name=name, options=options, values=SEQUENCE, key=key)
    epoch, model = play(getattr(callbacks, name)(**options), SEQUENCE, key)
    rate = float(model.optimizer.learning_rate)
    assert [epoch, model.weights, pytest.approx(rate)] == expected


def test_nan_is_no_improvement():
    epoch, model = play(
        callbacks.EarlyStopping(patience=2, restore_best_weights=True),
        [3.0, 2.0, math.nan, math.nan],
    )
    assert (epoch, model.weights) == (3, 1)


def test_missing_monitor():
    with pytest.warns(UserWarning, match="'val_loss'.*not available.*loss"):
        play(callbacks.EarlyStopping(), [1.0], key="loss")


def test_model_checkpoint(tmp_path):
    path = tmp_path / "{epoch:02d}-{val_loss:.1f}.keras"
    _, model = play(callbacks.ModelCheckpoint(path), [3.0, 2.0, 4.0])
    assert model.saved == ["01-3.0.keras", "02-2.0.keras", "03-4.0.keras"]
    _, model = play(callbacks.ModelCheckpoint(path, save_best_only=True), [3.0, math.nan, 2.0, 4.0])
    assert model.saved == ["01-3.0.keras", "03-2.0.keras"]
    _, model = play(
        callbacks.ModelCheckpoint(path, save_best_only=True, initial_value_threshold=2.5),
        [3.0, 2.0],
    )
    assert model.saved == ["02-2.0.keras"]
    with pytest.raises(ValueError, match=r"\.keras"):
        callbacks.ModelCheckpoint(tmp_path / "x")
    with pytest.raises(ValueError, match=r"\.weights\.h5"):
        callbacks.ModelCheckpoint(tmp_path / "x.keras", save_weights_only=True)
    with pytest.raises(ValueError, match="save_freq"):
        callbacks.ModelCheckpoint(tmp_path / "x.keras", save_freq="day")


def test_model_checkpoint_of_batches(tmp_path):
    model = make_model()
    saved = callbacks.ModelCheckpoint(tmp_path / "{epoch}-{batch}.keras", save_freq=2)
    model.fit(X, Y, batch_size=5, epochs=2, verbose=0, callbacks=[saved])
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "1-2.keras", "1-4.keras", "2-2.keras", "2-4.keras",
    ]  # fmt: skip


def test_learning_rate_scheduler():
    model = make_model()
    seen = model.fit(
        X, Y, epochs=3, verbose=0,
        callbacks=[callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)],
    ).history["learning_rate"]  # fmt: skip
    np.testing.assert_allclose(seen, [0.05, 0.025, 0.0125])
    with pytest.raises(ValueError, match="should be a float"):
        model.fit(X, Y, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda e: "x")])


def test_csv_logger(tmp_path):
    path = tmp_path / "log.csv"
    for append in (False, True):
        make_model().fit(
            X, Y, epochs=2, verbose=0, validation_split=0.5,
            callbacks=[callbacks.CSVLogger(path, append=append)],
        )  # fmt: skip
    with path.open() as file:
        rows = list(csv.DictReader(file))
    assert [r["epoch"] for r in rows] == ["0", "1", "0", "1"]
    assert float(rows[3]["val_loss"]) > 0


@pytest.mark.filterwarnings("ignore:The loss is")
def test_terminate_on_nan():
    model = make_model()
    history = model.fit(
        X * np.nan, Y, batch_size=5, epochs=3, verbose=0, callbacks=[callbacks.TerminateOnNaN()]
    )
    assert len(history.epoch) == 1
    with pytest.raises(RuntimeError, match="NaN or Inf"):
        model.fit(X * np.nan, Y, verbose=0, callbacks=[callbacks.TerminateOnNaN(raise_error=True)])


def test_order_of_calls():
    seen = []

    class Spy(callbacks.Callback):
        pass

    for name in dir(callbacks.Callback):
        if name.startswith("on_"):
            setattr(Spy, name, lambda self, *args, _name=name, **kwargs: seen.append(_name))
    model = make_model()
    model.fit(X, Y, batch_size=10, verbose=0, validation_split=0.5, callbacks=[Spy()])
    assert (
        seen
        == (
            "on_train_begin on_epoch_begin on_train_batch_begin on_train_batch_end on_test_begin "
            "on_test_batch_begin on_test_batch_end on_test_end on_epoch_end on_train_end"
        ).split()
    )
    seen.clear()
    model.predict(X, verbose=0, callbacks=[Spy()])
    assert (
        seen
        == "on_predict_begin on_predict_batch_begin on_predict_batch_end on_predict_end".split()
    )


def test_batches_are_watched_only_if_somebody_does():
    def watches(*cs):
        held = callbacks.CallbackList(list(cs))
        return held.watches_train_batches, held.watches_test_batches

    class Old(callbacks.Callback):
        def on_batch_end(self, batch, logs=None):
            pass

    class Test(callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            pass

    assert watches(callbacks.EarlyStopping(), callbacks.History()) == (False, False)
    assert watches(callbacks.ModelCheckpoint("x.keras")) == (False, False)
    assert watches(callbacks.ModelCheckpoint("x.keras", save_freq=3))[0]
    assert watches(Old()) == (True, False)
    assert watches(Test()) == (False, True)
    assert watches(callbacks.LambdaCallback(on_train_batch_end=print)) == (True, False)
    with pytest.raises(TypeError, match="Callback"):
        callbacks.CallbackList([3])


def test_the_progress_bar_reads_results_late(capsys):
    read = []
    bar = callbacks.ProgbarLogger()
    bar.set_params({"steps": 100, "epochs": 1, "verbose": 1})
    bar.on_epoch_begin(0)
    for i in range(100):
        bar.on_train_batch_end(i, Logs(lambda: read.append(1) or {"loss": 1.0}))
    assert len(read) < 10
    bar.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25})
    out = capsys.readouterr().out
    assert "100/100" in out
    assert "loss: 0.5000 - val_loss: 0.2500" in out


def test_lines(capsys):
    model = make_model(metrics=["mae"])
    model.fit(X, Y, batch_size=10, epochs=2, verbose=2, validation_split=0.5)
    model.evaluate(X, Y, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/2"
    assert lines[1].startswith("1/1 - 0s")
    for part in ("ms/step", " - loss: ", " - mae: ", " - val_loss: "):
        assert part in lines[1] or part == "ms/step"
    assert len(lines) == 5
    bar = Progbar(None, verbose=1)
    bar.add(3, [("x", 1.0)])
    bar.update(5, [("x", 2e-5)], finalize=True)
    assert "5/Unknown" in capsys.readouterr().out


def test_backup_and_restore(tmp_path):
    class Crash(callbacks.Callback):
        def __init__(self, at):
            super().__init__()
            self.at = at

        def on_epoch_begin(self, epoch, logs=None):
            if epoch == self.at:
                raise KeyboardInterrupt

    start = make_model().get_weights()

    def run(*extra):
        model = make_model(optimizer=optimizers.Adam(0.1))
        model.set_weights(start)
        model.fit(X, Y, epochs=4, shuffle=False, verbose=0, callbacks=list(extra))
        return model

    whole = run()
    with pytest.raises(KeyboardInterrupt):
        run(callbacks.BackupAndRestore(tmp_path, double_checkpoint=True), Crash(2))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["latest.backup", "previous.backup"]
    resumed = run(callbacks.BackupAndRestore(tmp_path))
    assert resumed.history.epoch == [2, 3]
    for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)
    assert int(resumed.optimizer.iterations) == int(whole.optimizer.iterations)
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="save_freq"):
        callbacks.BackupAndRestore(tmp_path, save_freq=0)


def test_swap_ema_weights():
    model = make_model(optimizer=optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9))
    seen = {}

    class Look(callbacks.Callback):
        def on_test_end(self, logs=None):
            seen["test"] = self.model.get_weights()[0]

        def on_epoch_end(self, epoch, logs=None):
            seen["train"] = self.model.get_weights()[0]
            seen["average"] = self.model.optimizer._average[0].numpy()

    model.fit(
        X, Y, batch_size=5, verbose=0, validation_split=0.5,
        callbacks=[Look(), callbacks.SwapEMAWeights()],
    )  # fmt: skip
    np.testing.assert_array_equal(seen["test"], seen["average"])
    assert not np.array_equal(seen["train"], seen["average"])
    with pytest.raises(ValueError, match="use_ema=True"):
        make_model().fit(X, Y, verbose=0, callbacks=[callbacks.SwapEMAWeights()])


@pytest.mark.parametrize("epochs", [3, 9])
@pytest.mark.parametrize("swap_on_epoch", [False, True])
def test_training_ends_with_the_average(swap_on_epoch, epochs):
    """Also if it is stopped, and the weights that are trained stay those that were trained."""

    class Stop(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 2

    plain, swapped = (
        make_model(optimizer=optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)) for _ in range(2)
    )
    swapped.set_weights(plain.get_weights())
    swap = [callbacks.SwapEMAWeights(swap_on_epoch=swap_on_epoch)]
    for model, more in ((plain, []), (swapped, swap)):
        model.fit(
            X, Y, epochs=epochs, batch_size=5, shuffle=False, verbose=0, validation_split=0.5,
            callbacks=[Stop(), *more],
        )  # fmt: skip
    for a, b in zip(plain.get_weights(), swapped.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_batches_are_counted_over_steps_and_epochs():
    counter = callbacks.base.BatchCounter(4)
    ends = ([0, 1, 2], [2, 5, 6], [3])
    due = []
    for epoch in ends:
        counter.begin_epoch()
        due.append([counter.is_due(batch) for batch in epoch])
    assert due == [[False, False, False], [True, False, True], [True]]


def test_each_callback_gets_its_end():
    """Also if training fails, or the end or the beginning of another one does."""
    seen = []

    class Look(callbacks.Callback):
        def __init__(self, *fails):
            super().__init__()
            self.fails = fails

        def _hear(self, what):
            seen.append(what)
            if what in self.fails:
                raise RuntimeError(what)

        def on_train_begin(self, logs=None):
            self._hear("begin")

        def on_epoch_end(self, epoch, logs=None):
            self._hear("epoch")

        def on_train_end(self, logs=None):
            self._hear("end")

        def on_test_begin(self, logs=None):
            self._hear("test")

        def on_test_end(self, logs=None):
            self._hear("test end")

    def run(method, *looks):
        seen.clear()
        try:
            getattr(make_model(), method)(X, Y, verbose=0, callbacks=list(looks))
        except RuntimeError as e:
            return [str(e), *getattr(e, "__notes__", [])]
        return []

    assert run("fit", Look("epoch"), Look()) == ["epoch"]
    assert seen == ["begin", "begin", "epoch", "end", "end"]
    assert run("fit", Look("end"), Look()) == ["end"]
    assert seen == ["begin", "begin", "epoch", "epoch", "end", "end"]
    told = run("fit", Look("end"), Look("end"), Look())
    assert seen[-3:] == ["end"] * 3
    assert told == ["end", "Look.on_train_end failed, too: RuntimeError('end')"]
    assert run("fit", Look(), Look("begin"), Look()) == ["begin"]
    assert seen == ["begin", "begin", "end"]
    told = run("fit", Look("epoch", "end"), Look())
    assert told[0] == "epoch"
    assert "RuntimeError('end')" in told[1]
    assert seen == ["begin", "begin", "epoch", "end", "end"]
    assert run("evaluate", Look(), Look("test")) == ["test"]
    assert seen == ["test", "test", "test end"]


def test_rates_of_several_optimizers():
    a, b = optimizers.SGD(0.4, name="a"), optimizers.SGD(0.2, name="b")
    whole = optimizers.MultiOptimizer(optimizers.OptimizerMap(a, {".*bias": b}))
    model = make_model(optimizer=whole)
    history = model.fit(
        X, Y, epochs=2, verbose=0,
        callbacks=[callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)],
    ).history  # fmt: skip
    np.testing.assert_allclose(history["learning_rate_a"], [0.2, 0.1])
    np.testing.assert_allclose(history["learning_rate_b"], [0.1, 0.05])


def test_the_monitor_of_one_output():
    """Metrics of several outputs are known by the names of their results."""
    x = layers.Input((3,))
    outputs = [layers.Dense(1, name=n)(x) for n in "ab"]
    model = Functional(x, outputs)
    model.compile("sgd", "mse", metrics=[["mae"], [metrics.R2Score(name="r")]])
    stop = callbacks.EarlyStopping(monitor="val_b_r", patience=9)
    low = callbacks.EarlyStopping(monitor="val_a_mae", patience=9)
    model.fit(X, [Y, Y], epochs=2, verbose=0, validation_data=(X, [Y, Y]), callbacks=[stop, low])
    assert stop.best == max(model.history.history["val_b_r"])
    assert low.best == min(model.history.history["val_a_mae"])
    with pytest.raises(ValueError, match="mode='max'"):
        model.fit(X, [Y, Y], verbose=0, callbacks=[callbacks.EarlyStopping(monitor="mine")])


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("kind", ["terminal", "dumb terminal", "file"])
def test_progress_bars(monkeypatch, kind):
    """Values are means over the steps so far, but for the last ones; codes are for terminals."""
    out = io.StringIO() if kind == "file" else Terminal()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setenv("TERM", "dumb" if kind == "dumb terminal" else "xterm")
    bar = Progbar(4, interval=0, stateful_metrics=["b"])
    bar.update(1, [("a", 1.0), ("b", 1.0), ("c", [1.0, 2.0]), ("d", None)])
    bar.update(3, [("a", 4.0), ("b", 4.0)])
    bar.add(1, [("a", 5.0), ("b", 5.0)])
    lines = out.getvalue().split("\r")[1:]
    assert [("\x1b" in line) for line in lines] == [kind == "terminal"] * 3
    assert lines[0].endswith(" - a: 1.0000 - b: 1.0000 - c: 1.5000")
    assert lines[1].endswith(" - a: 3.0000 - b: 4.0000 - c: 1.5000")
    assert lines[2].endswith(" - a: 5.0000 - b: 5.0000 - c: 1.5000\n")
    rest = Progbar(4, interval=0, stateless_metrics=["b"])
    for i in (1, 2):
        rest.update(i, [("a", float(i)), ("b", float(i))])
    assert out.getvalue().endswith(" - a: 2.0000 - b: 1.5000")
    with pytest.raises(ValueError, match="Only one of"):
        Progbar(4, stateful_metrics=["a"], stateless_metrics=["b"])


def test_remote_monitor():
    received = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, self.headers["Content-Type"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        root = f"http://127.0.0.1:{server.server_port}"
        for as_json in (True, False):
            callback = callbacks.RemoteMonitor(root, send_as_json=as_json)
            callback.on_epoch_end(3, {"loss": np.float32(0.5)})
        server.shutdown()
        thread.join()
    assert received[0][0] == "/publish/epoch/end/"
    assert json.loads(received[0][2]) == {"epoch": 3, "loss": 0.5}
    assert received[1][2].startswith(b"data=")
    with pytest.warns(UserWarning, match="Could not reach"):
        callback.on_epoch_end(4, {})


def test_tensorboard(tmp_path):
    model = make_model()
    model.fit(
        X, Y, batch_size=5, epochs=2, verbose=0, validation_split=0.5,
        callbacks=[callbacks.TensorBoard(tmp_path, update_freq="batch")],
    )  # fmt: skip
    records = {}
    for part in ("train", "validation"):
        (path,) = (tmp_path / part).iterdir()
        content, found = path.read_bytes(), []
        while content:
            (size,) = struct.unpack("<Q", content[:8])
            found.append(content[12 : 12 + size])
            content = content[16 + size :]
        records[part] = found
    assert b"brain.Event:2" in records["train"][0]
    assert sum(b"epoch_loss" in r for r in records["train"]) == 2
    assert sum(b"batch_loss" in r for r in records["train"]) == 4
    assert sum(b"epoch_loss" in r for r in records["validation"]) == 2


def test_event_files_are_what_tensorflow_reads(tmp_path):
    pytest.importorskip("tensorflow")
    from tensorflow.python.summary.summary_iterator import summary_iterator

    callback = callbacks.TensorBoard(tmp_path)
    callback.set_model(Model())
    callback.on_epoch_begin(0)
    callback.on_epoch_end(300, {"loss": 0.25})
    callback.on_train_end()
    (path,) = (tmp_path / "train").iterdir()
    values = [
        (e.step, v.tag, v.simple_value)
        for e in summary_iterator(str(path))
        for v in e.summary.value
    ]
    assert values[0] == (300, "epoch_loss", 0.25)


def test_histograms_and_images_are_what_tensorflow_reads(tmp_path):
    pytest.importorskip("tensorflow")
    pytest.importorskip("PIL")
    from tensorflow.python.summary.summary_iterator import summary_iterator

    model = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(),
         keras.layers.Dense(2)]
    )  # fmt: skip
    callback = callbacks.TensorBoard(tmp_path, histogram_freq=2, write_images=True)
    callback.set_model(model)
    callback.on_train_begin()
    for epoch in range(3):
        callback.on_epoch_end(epoch, {})
    callback.on_train_end()
    (path,) = (tmp_path / "train").iterdir()
    found = {(e.step, v.tag): v for e in summary_iterator(str(path)) for v in e.summary.value}
    assert found[0, "keras"].metadata.plugin_data.plugin_name == "graph_keras_model"
    assert found[0, "keras"].tensor.string_val[0] == model.to_json().encode()
    dense = model.layers[-1].kernel
    for step in (0, 2):
        value = found[step, f"{dense.path}/histogram"]
        assert value.metadata.plugin_data.plugin_name == "histograms"
        assert [d.size for d in value.tensor.tensor_shape.dim] == [30, 3]
        rows = np.frombuffer(value.tensor.tensor_content, "float64").reshape(30, 3)
        assert rows[:, 2].sum() == dense.shape[0] * dense.shape[1]
        np.testing.assert_allclose(rows[0, 0], dense.numpy().min(), rtol=1e-6)
        # the sizes, then images
        texts = found[step, f"{dense.path}/image"].tensor.string_val
        assert texts[:2] == [b"144", b"2"]
        assert len(texts) == 3
        kernel = found[step, f"{model.layers[0].kernel.path}/image"].tensor.string_val
        assert kernel[:2] == [b"3", b"3"]
        assert len(kernel) == 5
        assert all(text.startswith(b"\x89PNG") for text in kernel[2:])
    assert not [key for key in found if key[0] == 1]


def test_lambda_callback():
    seen = []
    make_model().fit(
        X, Y, epochs=2, verbose=0,
        callbacks=[callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))],
    )  # fmt: skip
    assert seen == [0, 1]


def test_a_row_that_was_not_written_to_its_end_is_taken_off(tmp_path):
    path = tmp_path / "log.csv"
    model = make_model()
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[callbacks.CSVLogger(path)])
    whole = path.read_bytes()
    for torn in (whole[:-5], whole[:-1], whole[:4]):
        path.write_bytes(torn)
        logger = callbacks.CSVLogger(path, append=True)
        with pytest.warns(UserWarning, match="takes the last row off"):
            model.fit(X, Y, epochs=1, verbose=0, callbacks=[logger])
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        assert header[0] == "epoch"
        assert [len(row) for row in rows] == [len(header)] * len(rows)
        assert len(rows) == max(torn.count(b"\n"), 1)


@pytest.mark.parametrize("name", ["best.keras", "best.weights.h5", "best.h5"])
def test_a_new_run_does_not_replace_what_was_better(name, tmp_path):
    def train(loss):
        checkpoint = callbacks.ModelCheckpoint(
            tmp_path / name, "loss", save_best_only=True, save_weights_only="weights" in name
        )
        model = make_model()
        checkpoint.set_model(model)
        checkpoint.on_train_begin()
        checkpoint.on_epoch_begin(0)
        checkpoint.on_epoch_end(0, {"loss": loss})
        return checkpoint.best, (tmp_path / name).read_bytes()

    _, first = train(0.25)
    with pytest.warns(UserWarning, match="saved with loss=0.25"):
        assert train(0.75) == (0.25, first)
    best, third = train(0.125)
    assert best == 0.125
    assert third != first
    (tmp_path / name).write_bytes(b"no model")
    assert train(0.5)[0] == 0.5


def test_the_board_counts_batches(tmp_path):
    steps = []

    class Board(callbacks.TensorBoard):
        def _scalar(self, part, tag, value, step):
            if tag == "batch_loss":
                steps.append(step)

    model = make_model(steps_per_execution=2)
    model.fit(X, Y, batch_size=4, epochs=2, verbose=0, callbacks=[Board(tmp_path, update_freq=4)])
    assert steps == [4, 9]
    for wrong in (0, -1, "often", True):
        with pytest.raises(ValueError, match="positive number of batches"):
            callbacks.TensorBoard(tmp_path, update_freq=wrong)


@pytest.mark.skipif(runtime.BACKEND.checkpoints is not None, reason="the backend has them")
def test_checkpoints_of_an_engine_that_has_none(tmp_path):
    with pytest.raises(CapabilityError, match=r"OrbaxCheckpoint needs .*Use jax for it"):
        keras.callbacks.OrbaxCheckpoint(tmp_path)
    step = tmp_path / "3"
    step.mkdir()
    (step / "_CHECKPOINT_METADATA").write_text("{}")
    with pytest.raises(CapabilityError, match="Reading the checkpoint"):
        keras.saving.load_model(tmp_path)
    with pytest.raises(CapabilityError, match="Reading the checkpoint"):
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).load_weights(step)
