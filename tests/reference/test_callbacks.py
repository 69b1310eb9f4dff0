"""Callbacks that steer, against the real Keras, over results drawn at random."""

import inspect
import math
import random
from pathlib import Path

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core

pytestmark = pytest.mark.interop
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
