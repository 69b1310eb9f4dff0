"""A backend that is asked for after the import is told at the next thing that is done."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, sys, warnings
import numpy as np
import keras_core as keras

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
x, y = np.ones((4, 2)), np.ones((4, 1))
model.save(sys.argv[1])
model.fit(x, y, verbose=0)
what = {
    "fit": lambda: model.fit(x, y, verbose=0),
    "evaluate": lambda: model.evaluate(x, y, verbose=0),
    "predict": lambda: model.predict(x, verbose=0),
    "train_on_batch": lambda: model.train_on_batch(x, y),
    "compile": lambda: model.compile("sgd", "mse"),
    "load_model": lambda: keras.models.load_model(sys.argv[1]),
    "a layer": lambda: keras.layers.Dense(2),
}
os.environ["KERAS_BACKEND"] = "jax"
for name in sys.argv[2:]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        what[name]()
        what[name]()
    print(name, len(told), *[f"{w.category.__name__}: {w.message}" for w in told])
    from keras_core_plugins import lock
    lock._LOCK._warned = False
"""


def test_the_change_is_told_once(tmp_path):
    pytest.importorskip("jax")
    names = ["fit", "evaluate", "predict", "train_on_batch", "compile", "load_model", "a layer"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "m.keras"), *names],
        env={**os.environ, "KERAS_BACKEND": "numpy"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(names)
    for name, line in zip(names, lines, strict=True):
        assert line.startswith(f"{name} 1 BackendChangedWarning: KERAS_BACKEND is 'jax' now"), line
        assert "this process has backend 'numpy'" in line
