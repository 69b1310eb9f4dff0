"""Level ``performance``: what the core adds to an engine, in times of the reference; not judged.

Each case notes its own time and the ratio to the embedded numpy backend, which runs the same code
in the same run. The work is so small that overhead is nearly all of it.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core.conformance.suite.reference import Arrays, reference

ROUNDS = 7


def _op() -> Callable[[], Any]:
    x = ops.ones((8, 8))
    return lambda: ops.add(x, x)


def _composite() -> Callable[[], Any]:
    x = ops.ones((8, 8))
    return lambda: ops.softmax(x, axis=-1)


def _compiled() -> Callable[[], Any]:
    x = ops.ones((8, 8))
    run = ops.jit(lambda x: ops.tanh(ops.matmul(x, x) + 1.0))
    return lambda: run(x)


def _layer() -> Callable[[], Any]:
    layer, x = layers.Dense(8), ops.ones((8, 8))
    return lambda: layer(x)


def _network() -> Any:
    return keras.Sequential(
        [keras.Input((8,)), layers.Dense(8, activation="relu"), layers.Dense(1)]
    )


def _model() -> Callable[[], Any]:
    model, x = _network(), ops.ones((1, 8))
    return lambda: model(x, training=False)


def _predict() -> Callable[[], Any]:
    model, x = _network(), np.ones((1, 8), "float32")
    return lambda: model.predict(x, verbose=0)


def _fit() -> Callable[[], Any]:
    model = _network()
    model.compile("sgd", "mse")
    x, y = np.ones((320, 8), "float32"), np.ones((320, 1), "float32")
    return lambda: model.fit(x, y, batch_size=32, verbose=0)


EAGER = pytest.mark.needs("eager")
TASKS: dict[str, tuple[Callable[[], Callable[[], Any]], int, list[Any]]] = {
    "op": (_op, 200, [EAGER]),
    "composite": (_composite, 200, [EAGER]),
    "jit": (_compiled, 200, [pytest.mark.needs("jit")]),
    "layer-call": (_layer, 200, [EAGER]),
    "model-call": (_model, 100, [EAGER]),
    "predict-one-row": (_predict, 20, []),
    "fit-ten-steps": (_fit, 3, [pytest.mark.needs("gradients")]),
}
"""By name: what prepares a piece of work, how often it runs in a round, what it needs."""


def microseconds(name: str) -> float:
    """The median time of one run of a task, after a round to warm up."""
    prepare, times, _ = TASKS[name]
    work = prepare()
    rounds = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        made = [work() for _ in range(times)]
        for out in made:  # a lazy engine has computed nothing until it is asked
            keras.tree.map_structure(ops.convert_to_numpy, getattr(out, "history", out))
        rounds.append((time.perf_counter() - started) / times)
    return float(np.median(rounds[1:])) * 1e6


def times() -> Arrays:
    """A job of the reference: its times."""
    return {name: np.asarray(microseconds(name)) for name in TASKS}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=marks) for name, (_, _, marks) in TASKS.items()]
)
def test_time(name: str, record_property: Callable[[str, object], None]) -> None:
    """Measured, and noted."""
    own = microseconds(name)
    other = float(reference(f"{__name__}:times")[name])
    record_property("microseconds", round(own, 1))
    record_property("microseconds of the reference", round(other, 1))
    record_property("ratio", round(own / other, 2))
    assert own > 0
