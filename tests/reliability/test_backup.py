"""What `BackupAndRestore` survives: kills, damage, a second run, weights that are not finite."""

import json
import zipfile

import numpy as np
import pytest
from children import SCALE, run_child

import keras_core as keras
from keras_core import callbacks, layers
from keras_core.callbacks.state_file import read_state, write_state
from keras_core.core.base.file_errors import CorruptFileError, ModelFileError

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = X[:, :1]


def make(units=1):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(units), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    return model


class Stop(callbacks.Callback):
    def __init__(self, epoch, when="begin"):
        super().__init__()
        self.epoch, self.when = epoch, when

    def on_epoch_begin(self, epoch, logs=None):
        if (epoch, self.when) == (self.epoch, "begin"):
            raise KeyboardInterrupt

    def on_train_batch_end(self, batch, logs=None):
        if self.when == "batch" and self._at == self.epoch:
            raise KeyboardInterrupt

    def on_epoch_end(self, epoch, logs=None):
        self._at = epoch + 1

    def on_train_begin(self, logs=None):
        self._at = 0


def interrupted(folder, epoch, epochs=4, when="begin", model=None, **options):
    model = model or make()
    backup = callbacks.BackupAndRestore(folder, **options)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=epochs, verbose=0, callbacks=[backup, Stop(epoch, when)])
    return model


def resumed(folder, epochs=4, model=None, more=(), **options):
    model = model or make()
    backup = callbacks.BackupAndRestore(folder, **options)
    model.fit(X, Y, epochs=epochs, verbose=0, callbacks=[backup, *more])
    return model


@pytest.mark.parametrize("at", range(13) if SCALE > 1 else (5,))
def test_a_killed_process_is_taken_up(at, tmp_path):
    folder = tmp_path / "backup"
    folder.mkdir()
    assert run_child("interrupted_fit.py", folder, tmp_path / "a.npz", "-1")[0] == 0
    status, _, err = run_child("interrupted_fit.py", folder, tmp_path / "none.npz", at)
    assert status == (-9 if at < 12 else 0), err
    assert (folder / "latest.backup").exists() == (3 <= at < 12)
    status, _, err = run_child("interrupted_fit.py", folder, tmp_path / "b.npz", "never")
    assert status == 0, err
    a, b = np.load(tmp_path / "a.npz"), np.load(tmp_path / "b.npz")
    for key in a.files:
        np.testing.assert_array_equal(a[key], b[key])


def _truncate(path, data):
    path.write_bytes(data[: len(data) // 2])


def _flip(path, data):
    at = data.index(b"\x93NUMPY") + 200
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def _reveal_nothing(path, data):
    path.write_bytes(b"")


def _replace(path, data):
    np.savez(path.with_suffix(".npz"), epoch=1)
    path.with_suffix(".npz").replace(path)


DAMAGES = (_truncate, _flip, _reveal_nothing, _replace)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_torn_backup_falls_back_on_the_one_before(damage, tmp_path):
    interrupted(tmp_path, 2, double_checkpoint=True)
    latest = tmp_path / "latest.backup"
    damage(latest, latest.read_bytes())
    with pytest.warns(UserWarning, match=r"goes on from the one before it.*previous\.backup"):
        model = resumed(tmp_path)
    assert model.history.epoch == [1, 2, 3]


@pytest.mark.parametrize("damage", DAMAGES)
def test_training_does_not_begin_anew_in_silence(damage, tmp_path):
    interrupted(tmp_path, 2)
    latest = tmp_path / "latest.backup"
    damage(latest, latest.read_bytes())
    kept = latest.read_bytes()
    with pytest.raises(CorruptFileError, match=r"latest\.backup") as found:
        resumed(tmp_path)
    assert "delete the file" in found.value.__notes__[0]
    assert latest.read_bytes() == kept
    assert [p.name for p in tmp_path.iterdir()] == ["latest.backup"]


def test_every_cut_and_flip_of_a_backup_is_told_or_harmless(tmp_path):
    path = tmp_path / "a"
    state = {"a": [1, None, float("inf")], "b": {"c": np.arange(6.0).reshape(2, 3)}, "d": 2**100}
    write_state(path, state)
    whole = path.read_bytes()
    assert json.dumps(read_state(path)["d"]) == str(2**100)

    def is_same(found):
        same = np.array_equal(found["b"]["c"], state["b"]["c"])
        return same and found["a"] == state["a"] and found["d"] == state["d"]

    told = 0
    variants = [whole[:n] for n in range(0, len(whole), 7)]
    variants += [whole[:i] + bytes([whole[i] ^ 4]) + whole[i + 1 :] for i in range(len(whole))]
    for data in variants:
        path.write_bytes(data)
        try:
            assert is_same(read_state(path))
        except ModelFileError:
            told += 1
    assert told > len(variants) // 2


def test_a_backup_that_says_it_is_huge_takes_no_memory(tmp_path):
    path = tmp_path / "a"
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"
    head = head.ljust(117) + b"\n"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("0.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
        file.writestr("state.json", '{"a": {"__array__": 0}}')
    with pytest.raises(CorruptFileError, match="not as large as it says"):
        read_state(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("state.json", " " * 10**6)
    with pytest.raises(CorruptFileError, match="larger than it is"):
        read_state(path)


@pytest.mark.parametrize("epochs", [1, 3])
def test_an_interruption_in_the_last_epoch_keeps_the_backup(epochs, tmp_path):
    interrupted(tmp_path, epochs - 1, epochs, "batch", save_freq=1)
    assert (tmp_path / "latest.backup").exists() == (epochs > 1)
    interrupted(tmp_path / "b", epochs - 1, epochs, "batch")
    assert (tmp_path / "b" / "latest.backup").exists() == (epochs > 1)


def test_a_backup_of_another_model_is_refused(tmp_path):
    interrupted(tmp_path, 1)
    other = make(units=2)
    before = other.get_weights()
    with pytest.raises(ValueError, match="belongs to another model"):
        resumed(tmp_path, model=other)
    for a, b in zip(before, other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert (tmp_path / "latest.backup").exists()


def test_files_of_others_in_the_folder_stay(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    resumed(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_has_one_owner(tmp_path):
    class Second(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            with pytest.raises(RuntimeError, match=r"in use by another run \(process \d+\)"):
                resumed(tmp_path)

    resumed(tmp_path, more=[Second()])
    resumed(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_whose_owner_was_killed_is_free(tmp_path):
    run_child("interrupted_fit.py", tmp_path, tmp_path / "a.npz", "7")
    assert (tmp_path / "owner").exists()
    assert run_child("interrupted_fit.py", tmp_path, tmp_path / "a.npz", "never")[0] == 0
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


class Break(callbacks.Callback):
    """Makes a weight NaN behind an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.epoch:
            self.model.layers[0].kernel.assign(np.full((3, 1), np.nan))


@pytest.mark.filterwarnings("ignore:The loss")
@pytest.mark.filterwarnings("ignore:invalid value")
def test_weights_that_are_not_finite_are_never_saved_over_finite_ones(tmp_path):
    backup = callbacks.BackupAndRestore(tmp_path / "b", delete_checkpoint=False)
    save = callbacks.ModelCheckpoint(tmp_path / "m.keras")
    weights = callbacks.ModelCheckpoint(tmp_path / "m.weights.h5", save_weights_only=True)
    model = make()
    with pytest.warns(UserWarning, match="not finite") as told:
        model.fit(X, Y, epochs=3, verbose=0, callbacks=[Break(1), backup, save, weights])
    told = [str(w.message) for w in told]
    assert np.isnan(model.get_weights()[0]).all()
    assert sum("ModelCheckpoint leaves" in t and "after epoch 2" in t for t in told) == 2
    assert sum("BackupAndRestore writes nothing" in t for t in told) == 2
    for path in ("m.keras", "m.weights.h5"):
        again = make()
        again.load_weights(tmp_path / path)
        assert all(np.isfinite(w).all() for w in again.get_weights())
    values = read_state(tmp_path / "b" / "latest.backup")["values"]
    assert all(np.isfinite(v).all() for v in values.values())


def test_a_restart_keeps_what_was_best(tmp_path):
    best = tmp_path / "best.keras"

    class Results(callbacks.Callback):
        """Gives epochs made-up results."""

        def __init__(self, *values):
            super().__init__()
            self.values = values

        def on_epoch_end(self, epoch, logs=None):
            logs["val_loss"] = self.values[epoch]

    def fit(*more):
        save = callbacks.ModelCheckpoint(best, save_best_only=True)
        backup = callbacks.BackupAndRestore(tmp_path / "b")
        make().fit(
            X, Y, epochs=3, verbose=0, callbacks=[Results(0.5, 0.25, 0.75), save, backup, *more]
        )

    with pytest.raises(KeyboardInterrupt):
        fit(Stop(2))
    kept = best.read_bytes()
    fit()
    assert best.read_bytes() == kept
