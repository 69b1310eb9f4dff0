"""Optimizers against the real Keras: every one, with options drawn at random, for 8 steps.

A new optimizer joins by being in `OWN`, with its own arguments and their values.
"""

import random
from pathlib import Path

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core

pytestmark = pytest.mark.interop
PROGRAM = Path(__file__).with_name("optimizer_program.py").read_text()
SEED = 0
EACH = scaled(8)
STEPS = 8

OWN = {
    "Adadelta": {"rho": [0.95, 0.5], "epsilon": [1e-7, 0.1]},
    "Adafactor": {
        "beta_2_decay": [-0.8, -0.3],
        "epsilon_1": [1e-30, 0.01],
        "epsilon_2": [1e-3, 0.1],
        "clip_threshold": [1.0, 0.1],
        "relative_step": [True, False],
    },
    "Adagrad": {"initial_accumulator_value": [0.1, 0.5], "epsilon": [1e-7, 0.1]},
    "Adam": {"beta_1": [0.9, 0.5], "beta_2": [0.999, 0.8], "amsgrad": [False, True]},
    "AdamW": {"beta_1": [0.9, 0.5], "epsilon": [1e-7, 0.1], "amsgrad": [False, True]},
    "Adamax": {"beta_1": [0.9, 0.5], "beta_2": [0.999, 0.8], "epsilon": [1e-7, 0.1]},
    "Ftrl": {
        "learning_rate_power": [-0.5, -0.7],
        "initial_accumulator_value": [0.1, 0.5],
        "l1_regularization_strength": [0.0, 0.1],
        "l2_regularization_strength": [0.0, 0.2],
        "l2_shrinkage_regularization_strength": [0.0, 0.3],
        "beta": [0.0, 0.1],
    },
    "Lamb": {"beta_1": [0.9, 0.5], "beta_2": [0.999, 0.8], "epsilon": [1e-7, 0.1]},
    "Lion": {"beta_1": [0.9, 0.5], "beta_2": [0.99, 0.5]},
    "Muon": {
        "momentum": [0.95, 0.5],
        "nesterov": [True, False],
        "ns_steps": [5, 2],
        "rms_rate": [0.2, None],
        "adam_lr_ratio": [1, 0.5],
        "adam_weight_decay": [0.004, None, 0.1],
        "exclude_layers": [None, ["kernel"]],
    },
    "Nadam": {"beta_1": [0.9, 0.5], "beta_2": [0.999, 0.8], "epsilon": [1e-7, 0.1]},
    "RMSprop": {"rho": [0.9, 0.5], "momentum": [0.0, 0.5], "centered": [False, True]},
    "SGD": {"momentum": [0.0, 0.9], "nesterov": [False, True]},
    "ScheduleFreeAdamW": {"beta_1": [0.9, 0.5], "warmup_steps": [0, 3]},
}
RATES = [
    0.1,
    0.1,
    0.1,
    0.1,
    ["ExponentialDecay", 0.1, 2, 0.5],
    ["PiecewiseConstantDecay", [1, 3], [0.1, 0.05, 0.01]],
    ["CosineDecay", 0.1, 6],
    ["callable", 0.05],
]
CLIPS = [{}, {}, {"clipnorm": 0.5}, {"clipvalue": 0.2}, {"global_clipnorm": 0.7}]
SHAPES = {"kernel": (3, 2), "bias": (2,), "scale": ()}


def cases():
    rng = random.Random(SEED)
    numbers = np.random.default_rng(SEED)
    for name, own in OWN.items():
        for _ in range(EACH):
            yield case(rng, numbers, name, own)


def options_of(rng, own, least=0.4):
    options = {k: rng.choice(v) for k, v in own.items() if rng.random() > least}
    options["learning_rate"] = rates = rng.choice(RATES)
    options.update(rng.choice(CLIPS))
    if rng.random() < 0.4:
        options["weight_decay"] = rng.choice([0.05, 0.2])
    if rng.random() < 0.4:
        options["use_ema"] = True
        options["ema_momentum"] = rng.choice([0.9, 0.5])
        options["ema_overwrite_frequency"] = rng.choice([None, 1, 2, 3])
    # under accumulation, Keras's schedules and averages count batches
    if rng.random() < 0.4 and not options.get("use_ema") and rates == RATES[0]:
        options["gradient_accumulation_steps"] = rng.choice([2, 3])
    if rng.random() < 0.3:
        options["loss_scale_factor"] = rng.choice([4.0, 0.5])
    return options


def case(rng, numbers, name, own):
    start = {k: numbers.normal(size=s).astype("float32") for k, s in SHAPES.items()}
    grads = [
        [numbers.normal(size=s).astype("float32") for s in SHAPES.values()] for _ in range(STEPS)
    ]
    out = {"start": start, "grads": grads, "optimizer": [name, options_of(rng, own)]}
    around = rng.choice([None, None, None, "scale", "several"])
    if around == "scale":
        extra = {"initial_scale": 8.0, "dynamic_growth_steps": rng.choice([2, 100])}
        out["optimizer"].append(["LossScaleOptimizer", extra])
        out["scale"] = True
        grads[rng.randrange(STEPS)][0][0] = np.inf
    elif around == "several":
        other = options_of(rng, OWN["SGD"])
        extra = {"map": {"bias": ["SGD", other]}}
        if rng.random() < 0.3:
            extra["loss_scale_factor"] = 5.0
        out["optimizer"].append(["MultiOptimizer", extra])
    if rng.random() < 0.25:
        out["overwrite"] = ["bias"]
    # Keras's takes no notice of this one where it is a LossScaleOptimizer
    if around != "scale" and rng.random() < 0.3:
        out["exclude"] = rng.choice([[["bias"], []], [[], ["kernel"]], [["ke"], ["scale"]]])
    if rng.random() < 0.2:
        out["constraints"] = {"kernel": "non_neg"}
    if around != "several" and rng.random() < 0.15:
        for step in grads:
            step[1] = None
    return out


def ours(case):
    scope = {"keras": keras_core, "case": case}
    exec(compile(PROGRAM, "optimizer_program.py", "exec"), scope)
    return scope["result"]


DRAWN = list(cases())


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize(
    "case", DRAWN, ids=[f"{SEED}-{i}-{c['optimizer'][0]}" for i, c in enumerate(DRAWN)]
)
def test_eight_steps(case):
    want = real_keras(PROGRAM, case=case)
    got = ours(case)
    if "LossScaleOptimizer" in str(case) and case["optimizer"][0] in ("Adafactor", "Nadam"):
        del want["state"], got["state"]  # some variables of these are forgotten there
    for key in want:
        for step, pair in enumerate(zip(got[key], want[key], strict=True)):
            lists = [x if isinstance(x, list) else [x] for x in pair]
            for x, y in zip(*lists, strict=True):
                np.testing.assert_allclose(x, y, rtol=2e-5, atol=1e-5, err_msg=f"{key}, {step}")
