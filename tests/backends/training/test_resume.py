"""A run that was interrupted anywhere and taken up is the run that was not, bit for bit."""

import os

import numpy as np
import pytest

import keras_core as keras
from keras_core import callbacks, layers, optimizers
from keras_core.core.execution import compiled

pytestmark = pytest.mark.one_in(15)

needs_gradients = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")

ALL = float(os.environ.get("RELIABILITY_SCALE", "1")) > 1
"""Whether runs are interrupted in many places rather than in one."""

BATCHES, EPOCHS = 4, 3
_rng = np.random.default_rng(3)
# batches of one size: TensorFlow compiles a step for others by which of them it has seen
X = _rng.normal(size=(BATCHES * 4, 3)).astype("float32")
Y = (X[:, :1] > 0).astype("float32") + _rng.normal(size=(len(X), 1)).astype("float32") / 10


class Batches(keras.utils.PyDataset):
    """Shuffles itself, with a generator of its own, and may draw from NumPy's."""

    def __init__(self, noise=True, **kwargs):
        super().__init__(**kwargs)
        self._noise = noise
        self._rng = np.random.default_rng(7)
        self._order = np.arange(len(X))

    def __len__(self):
        return BATCHES

    def __getitem__(self, index):
        rows = self._order[index * 4 : index * 4 + 4]
        return X[rows] + (np.random.normal() / 100 if self._noise else 0), Y[rows]

    def on_epoch_end(self):
        self._rng.shuffle(self._order)

    def get_state(self):
        return {"rng": self._rng.bit_generator.state, "order": self._order}

    def set_state(self, state):
        self._rng.bit_generator.state, self._order = state["rng"], state["order"]


def _generator():
    rng = np.random.default_rng(5)
    while True:
        rows = rng.integers(0, len(X), 4)
        yield X[rows], Y[rows]


def _loader(**options):
    torch = pytest.importorskip("torch")
    torch.manual_seed(9)
    rows = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    return torch.utils.data.DataLoader(rows, batch_size=4, shuffle=True, **options)


def _loader_with_its_generator():
    torch = pytest.importorskip("torch")
    return _loader(generator=torch.Generator().manual_seed(3))


def _tf_data():
    tf = pytest.importorskip("tensorflow")
    data = tf.data.Dataset.from_tensor_slices((X, Y))
    return data.shuffle(len(X), seed=4, reshuffle_each_iteration=True).batch(4)


class Interrupt(callbacks.Callback):
    """Interrupts behind so many batches, or at the end of an epoch."""

    def __init__(self, at):
        super().__init__()
        self.at, self.seen = at, 0

    def on_train_batch_begin(self, batch, logs=None):
        if self.seen == self.at:
            raise KeyboardInterrupt
        self.seen += 1

    def on_epoch_end(self, epoch, logs=None):
        if self.at == f"end of {epoch}":
            raise KeyboardInterrupt


def _steering():
    return [
        callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=10.0),
        callbacks.EarlyStopping("loss", patience=2, min_delta=10.0, restore_best_weights=True),
        callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9),
    ]


def _average():
    return [callbacks.SwapEMAWeights(swap_on_epoch=True)]


ADAM = {"optimizer": lambda: optimizers.Adam(0.05)}
CASES = {
    "arrays": {},
    "arrays, two steps at once": {"steps_per_execution": 2},
    "fewer steps than batches": {"fit": {"steps_per_epoch": 2}},
    "random layers": {"random": True},
    "callbacks": {"callbacks": _steering},
    "average": {
        "optimizer": lambda: optimizers.Adam(0.05, use_ema=True, ema_momentum=0.5),
        "callbacks": _average,
    },
    "schedule": {
        "optimizer": lambda: optimizers.SGD(optimizers.schedules.CosineDecay(0.1, 12), 0.9)
    },
    "validation": {"fit": {"validation_split": 0.25}, "callbacks": _steering},
    "dataset": {"data": Batches},
    "dataset with threads": {"data": lambda: Batches(noise=False, workers=2)},
    "loader": {"data": _loader},
    "loader with a generator": {"data": _loader_with_its_generator},
    "tf.data": {"data": _tf_data},
    "generator": {"data": _generator, "fit": {"steps_per_epoch": BATCHES}},
}


def _run(case, *more, start):
    """A new model, as in a new process: the generators are somewhere else."""
    keras.utils.set_random_seed(start)
    parts = [keras.Input((3,)), layers.Dense(4, "tanh")]
    if case.get("random"):
        parts += [layers.Dropout(0.3), layers.GaussianNoise(0.1, seed=4)]
        parts += [layers.BatchNormalization()]
    model = keras.Sequential([*parts, layers.Dense(1)])
    model.compile(
        case.get("optimizer", ADAM["optimizer"])(),
        "mse",
        metrics=["mae"],
        steps_per_execution=case.get("steps_per_execution", 1),
    )
    weights = np.random.default_rng(0)
    for v in model.trainable_variables:
        v.assign(weights.normal(size=v.shape))
    keras.utils.set_random_seed(start)
    own = case.get("callbacks", list)()
    data = (case["data"](),) if "data" in case else (X, Y)
    batch = {} if "data" in case else {"batch_size": 4}
    fit = {"shuffle": True, **batch, **case.get("fit", {})}
    model.fit(*data, epochs=EPOCHS, verbose=0, callbacks=[*more, *own], **fit)
    return model


def _assert_same(a, b):
    for v, w in zip(
        [*a.variables, *a.optimizer.variables], [*b.variables, *b.optimizer.variables], strict=True
    ):
        np.testing.assert_array_equal(v.numpy(), w.numpy(), err_msg=v.path)
    for key, values in b.history.history.items():  # the epochs that were run again
        np.testing.assert_array_equal(a.history.history[key][-len(values) :], values, err_msg=key)


@needs_gradients
@pytest.mark.parametrize("every", ["epoch", 3])
@pytest.mark.parametrize("name", CASES)
def test_a_run_that_is_taken_up_is_the_whole_run(name, every, tmp_path):
    case = CASES[name]
    whole = _run(case, start=1)
    interrupted = 0
    for at in (0, 2, 3, 5, 7, "end of 1", 10) if ALL else (5,):
        try:
            _run(case, callbacks.BackupAndRestore(tmp_path, every), Interrupt(at), start=1)
        except KeyboardInterrupt:
            interrupted += 1
        else:  # the run has fewer steps
            continue
        start = 2 if any(tmp_path.iterdir()) else 1
        resumed = _run(case, callbacks.BackupAndRestore(tmp_path, every), start=start)
        _assert_same(whole, resumed)
        assert not any(tmp_path.iterdir()), "the backup stays although the run has ended"
    assert interrupted >= (5 if ALL else 1)
