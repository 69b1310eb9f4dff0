"""What `fit`, `evaluate` and `predict` see and say, against the real Keras.

Scenarios are drawn from all combinations of data, steps, epochs and stops. The samples of each
step, the order and the arguments of the callbacks, the history and the warnings are the same, but
for what `docs/differences.md` names.
"""

import itertools
import random
from pathlib import Path

import pytest
from blackbox import real_keras, scaled

import keras_core
from keras_core.core.execution import compiled

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients"),
]
PROGRAM = Path(__file__).with_name("fit_program.py").read_text()
SEED = 0
COUNT = scaled(24)
SIZES = [2, 2, 2, 2, 1]
EVEN = [2, 2, 2, 2, 2, 2]
KINDS = [
    "arrays",
    "generator",
    "endless generator",
    "dataset",
    "workers",
    "endless dataset",
    "loader",
]
TENSORFLOW = ["tf.data", "tf.data of unknown size", "endless tf.data"]
ONCE = ("generator", "tf.data of unknown size")  # kinds whose size nobody knows


def scenarios(kinds):
    """All of them, in random order: a training, a validation, an evaluation and a prediction."""
    rng = random.Random(SEED)
    out = []
    for kind, sizes, steps in itertools.product(kinds, (SIZES, EVEN), (None, 1, 2, 3, 5, 7)):
        if "endless" in kind and steps is None:
            continue
        batch = {"batch_size": 2} if kind == "arrays" else {}
        options = {"epochs": rng.choice([1, 2, 4]), "shuffle": False, **batch}
        options["initial_epoch"] = rng.choice([0, 0, 1]) if options["epochs"] > 1 else 0
        stop = rng.choice([None, None, ["train", 1]])
        # Keras runs an epoch without any batch when it finds the end at its start
        if kind not in ONCE or steps is None or len(sizes) % steps or options["epochs"] == 1:
            out.append(
                {
                    "method": "fit",
                    "data": [kind, sizes],
                    "options": {**options, "steps_per_epoch": steps},
                    "stop": stop,
                }
            )
        freq = rng.choice([1, 2, [1, 3]])
        # where more than two batches are asked for, Keras's engines differ in what they skip
        if "generator" not in kind or (steps or 9) <= 2:
            out.append(
                {
                    "method": "fit",
                    "data": ["arrays", [3]],
                    "validation": [kind, sizes],
                    "stop": rng.choice([None, None, ["test", 1]]),
                    "options": {
                        "epochs": 3,
                        "shuffle": False,
                        "validation_steps": steps,
                        "validation_freq": freq,
                        **({"validation_batch_size": 2} if batch else {}),
                    },
                }
            )
        for method, what in (("evaluate", "test"), ("predict", "predict")):
            out.append(
                {
                    "method": method,
                    "data": [kind, sizes],
                    "options": {"steps": steps, **batch},
                    "stop": rng.choice([None, None, [what, 1]]),
                }
            )
    rng.shuffle(out)
    return out


def ours(scenario):
    scope = {"keras": keras_core, "scenario": scenario}
    exec(compile(PROGRAM, "fit_program.py", "exec"), scope)
    return scope["result"]


def theirs(scenario, engine):
    plain = dict(scenario)
    for key in ("data", "validation"):
        kind, sizes = plain.get(key, (None, None))
        if kind == "workers":  # with threads, it hands the first batch out last
            plain[key] = ["dataset", sizes]
    return real_keras(PROGRAM, engine, scenario=plain)


def comparable(report, scenario):
    """The report without what Keras's engines do not agree on."""
    events, training, begun = [], False, False
    for event, following in itertools.pairwise([*report["events"], ""]):
        what, number, *rest = [*event.split(" ", 2), ""]
        if what in ("epoch", "test") and number in ("begin", "end"):
            training = event.startswith("epoch begin")
        if what == "data":
            # it tells a dataset of other passages too, and of no end when it was stopped
            begins = number == "begins"
            if not training or begins == begun or scenario.get("stop"):
                continue
            begun = begins
        if "batch begin" in event and not following[len(what) + 1 :][:1].isdigit():
            continue  # there was no batch
        if scenario.get("steps_per_execution") and number.isdigit():
            event = f"{what} {rest[0]}"
        events.append(event)
    options = scenario["options"]
    steps = [options.get(k) for k in ("steps", "steps_per_epoch", "validation_steps")]
    # it warns at the end of all data of unknown size, whatever was asked for
    told = "ran out" if any(steps) else "error"
    return {**report, "events": events, "ran out": bool(report[told])}


def several_at_once():
    for several, steps, method in itertools.product(
        (2, 3, 5, 7), (None, 3, 6), ("fit", "evaluate")
    ):
        if steps and steps % several:
            continue  # Keras takes more steps then
        options = {"batch_size": 2, **({"epochs": 3, "shuffle": False} if method == "fit" else {})}
        yield {
            "method": method,
            "data": ["arrays", EVEN if steps else SIZES],
            "steps_per_execution": several,
            "options": {
                **options,
                ("steps_per_epoch" if method == "fit" else "steps"): steps,
            },
        }


DRAWN = [
    *(("torch", s) for s in scenarios(KINDS)[:COUNT]),
    *(("jax", s) for s in scenarios(KINDS)[COUNT : COUNT + COUNT // 2]),
    *(("tensorflow", s) for s in scenarios(TENSORFLOW)[: COUNT // 4]),
    *(("jax", s) for s in several_at_once()),
]


@pytest.mark.parametrize(
    ("engine", "scenario"),
    DRAWN,
    ids=[f"{SEED}-{i}-{e}-{s['method']}-{s['data'][0]}" for i, (e, s) in enumerate(DRAWN)],
)
def test_what_is_seen_and_said(engine, scenario):
    want = comparable(theirs(scenario, engine), scenario)
    got = comparable(ours(scenario), scenario)
    assert want["error"] is None, want["error"]
    assert got == want, scenario
