"""Callbacks that steer, against the real Keras, over results drawn at random."""

import inspect
import math
import random
from pathlib import Path

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core

pytestmark = [pytest.mark.interop, pytest.mark.one_in(3)]
PROGRAM = Path(__file__).with_name("callback_program.py").read_text()
SEED = 0
EACH = scaled(25)
OPTIONS = {
    "EarlyStopping": {
        "min_delta": [0, 0.3, -0.3],
        "patience": [0, 1, 3],
        "baseline": [None, 1.0, 3.0],
        "restore_best_weights": [True, False],
        "start_from_epoch": [0, 3],
    },
    "ReduceLROnPlateau": {
        "factor": [0.5, 0.1],
        "patience": [1, 2, 3],
        "min_delta": [0, 0.3],
        "cooldown": [0, 2],
        "min_lr": [0.0, 0.03],
    },
    "ModelCheckpoint": {
        "save_best_only": [True, False],
        "initial_value_threshold": [None, 2.0],
        "save_freq": ["epoch", "epoch", 2, 4, 5],
    },
    "LearningRateScheduler": {},
}
BATCHES = [
    [[0, 1.0], [1, 0.5], [2, 0.4]],
    [[1, 1.0], [3, 0.5], [4, 0.4]],  # two batches a step, and one at the end
    [[3, 1.0], [7, 0.3]],
]


def cases():
    rng = random.Random(SEED)
    for name, own in OPTIONS.items():
        for _ in range(EACH):
            options = {k: rng.choice(v) for k, v in own.items() if rng.random() < 0.6}
            case = {"name": name, "options": options}
            if name != "LearningRateScheduler":
                options["mode"] = rng.choice(["auto", "min", "max"])
                options["monitor"] = rng.choice(["val_loss", "val_loss", "loss", "val_q", "nope"])
            if name == "ModelCheckpoint":
                options["filepath"] = "/tmp/{epoch}.keras"
                if isinstance(options.get("save_freq"), int):
                    # with both, it compares and formats None
                    options["save_best_only"] = False
                    case["batches"] = rng.choice(BATCHES)
                if not options.get("save_best_only"):
                    options["monitor"] = "loss"  # another one is refused, though it is not used
            if rng.random() < 0.5:
                metric = rng.choice(["AUC", "MeanAbsoluteError", "TruePositives"])
                case["metric"] = [metric, {"name": "q"}]
            if name in ("ReduceLROnPlateau", "LearningRateScheduler") and rng.random() < 0.4:
                case["several"] = True
            value = rng.choice([3.0, 0.5])
            case["epochs"] = []
            for _ in range(10):
                value += rng.choice([-0.5, -0.2, 0.0, 0.2, 0.5])
                case["epochs"].append({"loss": value + 1, "val_loss": value, "val_q": value})
            if rng.random() < 0.2:
                case["epochs"][4]["val_loss"] = math.nan
            yield case


def ours(case):
    scope = {"keras": keras_core, "case": case}
    exec(compile(PROGRAM, "callback_program.py", "exec"), scope)
    return scope["result"]


DRAWN = list(cases())


@pytest.mark.parametrize(
    "case", DRAWN, ids=[f"{SEED}-{i}-{c['name']}" for i, c in enumerate(DRAWN)]
)
def test_steering(case):
    want, got = real_keras(PROGRAM, case=case), ours(case)
    for logs in (want, got):
        logs["logs"] = np.array([v for epoch in logs["logs"] for _, v in epoch])
    np.testing.assert_allclose(got.pop("logs"), want.pop("logs"), rtol=1e-5, err_msg=str(case))
    assert got == want, case


ARGUMENTS = {
    "MeanIoU": {"num_classes": 2},
    "OneHotMeanIoU": {"num_classes": 2},
    "IoU": {"num_classes": 2, "target_class_ids": [0]},
    "OneHotIoU": {"num_classes": 2, "target_class_ids": [0]},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "Mean": None,
    "MeanMetricWrapper": None,
    "Metric": None,
    "Sum": None,
}
METRICS = [
    name
    for name, cls in inspect.getmembers(keras_core.metrics)
    if inspect.isclass(cls)
    and issubclass(cls, keras_core.metrics.Metric)
    and ARGUMENTS.get(name, {}) is not None
]


@pytest.mark.parametrize("name", METRICS)
def test_which_way_is_better(name):
    case = {
        "name": "EarlyStopping",
        "options": {"monitor": "val_q", "patience": 1},
        "metric": [name, {"name": "q", **ARGUMENTS.get(name, {})}],
        "epochs": [{"val_q": v} for v in (1.0, 2.0, 3.0, 2.0, 1.0, 0.5)],
    }
    want, got = real_keras(PROGRAM, case=case), ours(case)
    assert (got["error"], got["epoch"]) == (want["error"], want["epoch"])


def loss_of(rng):
    return rng.choice([1.0, 0.5, math.nan, math.inf, 2.0, 3.0])


@pytest.mark.parametrize("raises", [False, True])
@pytest.mark.parametrize("seed", range(scaled(4)))
def test_terminating_on_nan(seed, raises):
    rng = random.Random(seed)
    case = {
        "name": "TerminateOnNaN",
        "options": {"raise_error": raises},
        "epochs": [{"loss": 1.0} for _ in range(3)],
        "batches": [[i, loss_of(rng)] for i in range(rng.randint(1, 4))],
    }
    want, got = real_keras(PROGRAM, case=case), ours(case)
    assert (got["error"], got["epoch"]) == (want["error"], want["epoch"]), case


CSV = """
runs, options, path = case["runs"], case["options"], case["path"]
for epochs in runs:
    logger = keras.callbacks.CSVLogger(path, **options)
    logger.set_model(type("Model", (), {"stop_training": False})())
    logger.set_params({})
    logger.on_train_begin({})
    for epoch, logs in epochs:
        logger.on_epoch_end(epoch, dict(logs))
    logger.on_train_end({})
with open(path, newline="") as file:
    result = file.read()
"""


@pytest.mark.parametrize("seed", range(scaled(8)))
def test_rows_of_results(seed, tmp_path):
    rng = random.Random(seed)
    keys = rng.sample(["loss", "mae", "auc", "acc"], 2)
    validated = rng.random() < 0.7

    def logs():
        out = {k: round(rng.uniform(0, 2), 3) for k in keys}
        if validated:
            out.update({f"val_{k}": round(rng.uniform(0, 2), 3) for k in keys})
        return out

    case = {
        "options": {"separator": rng.choice([",", ";"]), "append": rng.random() < 0.5},
        "runs": [[(i, logs()) for i in range(rng.randint(1, 3))] for _ in range(2)],
    }
    text = real_keras(CSV, case={**case, "path": str(tmp_path / "theirs")})
    scope = {"keras": keras_core, "case": {**case, "path": str(tmp_path / "ours")}}
    exec(CSV, scope)

    def rows(text):
        first, *rest = text.splitlines()
        names = first.split(case["options"]["separator"])
        # results that no epoch has had stand as NA here
        kept = [i for i, n in enumerate(names) if validated or not n.startswith("val_")]
        return [
            [row.split(case["options"]["separator"])[i] for i in kept] for row in [first, *rest]
        ]

    assert rows(scope["result"]) == rows(text), case


BOARD = """
import sys, tempfile, types
import numpy as np

events = []

def scalar(name, data, step=None, **options):
    if written():
        events.append([name, int(step)])

def run(keras, freq, speed, board):
    inputs = keras.Input((2,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    x, y = np.ones((10, 2), "float32"), np.ones((10, 1), "float32")
    callback = board(
        tempfile.mkdtemp(), update_freq=freq, write_graph=False, write_steps_per_second=speed
    )
    model.fit(x, y, batch_size=2, epochs=2, verbose=0, callbacks=[callback], validation_data=(x, y))
    return [e for e in events if e[0].startswith("batch_")]
"""
THEIRS = (
    BOARD
    + """
import tensorflow as tf
written = lambda: bool(tf.summary.should_record_summaries())
# the one function of the package that is used, for where it is not installed
names = ("tensorboard", "tensorboard.summary", "tensorboard.summary.v2")
fake = {n: types.ModuleType(n) for n in names}
fake["tensorboard.summary.v2"].scalar = scalar
sys.modules.update(fake)
try:
    result = run(keras, freq, speed, keras.callbacks.TensorBoard)
finally:
    for n in fake:
        del sys.modules[n]
"""
)


@pytest.mark.parametrize("freq", ["epoch", "batch", 2, 3])
def test_batches_on_the_board(freq):
    class Board(keras_core.callbacks.TensorBoard):
        def _scalar(self, part, tag, value, step):
            scope["events"].append([tag, step])

    scope = {}
    exec(BOARD, scope)
    got = scope["run"](keras_core, freq, freq == 2, Board)
    assert got == real_keras(THEIRS, "tensorflow", freq=freq, speed=freq == 2)
