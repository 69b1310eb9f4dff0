"""Memory that runs out in the middle: the error says where, and the model can still be used."""

import os
import subprocess
import sys

import pytest

from keras_core.core.tensors import runtime

pytestmark = [
    pytest.mark.one_in(15),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits its own memory"),
    pytest.mark.skipif(runtime.CAPABILITIES.autodiff == "none", reason="no gradients"),
    pytest.mark.skipif(
        runtime.NAME == "tensorflow", reason="TensorFlow ends the process where malloc fails"
    ),
]
PROGRAM = """
import resource, sys
import numpy as np
import keras_core as keras

keeps = sys.argv[1] == "True"
model = keras.Sequential(
    [keras.Input((16,)), keras.layers.Dense(4096, "relu"), keras.layers.BatchNormalization(),
     keras.layers.Dense(1)]
)
model.compile("adam", "mse", metrics=["mae"])
few, many = np.ones((32, 16), "float32"), np.ones((200_000, 16), "float32")
model.fit(few, few[:, :1], verbose=0)
model.predict(few, verbose=0)
variables = [*model.variables, *model.optimizer.variables]
before = [v.numpy() for v in variables]
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + (1 << 30)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
acts = {
    "predict": lambda: model.predict(many, batch_size=len(many), verbose=0),
    "evaluate": lambda: model.evaluate(many, many[:, :1], batch_size=len(many), verbose=0),
    "fit": lambda: model.fit(many, many[:, :1], batch_size=len(many), verbose=0),
}
for name, act in acts.items():
    try:
        act()
    except Exception as e:
        notes = "\\n".join(e.__notes__)
        assert "by the step for batch 0" in notes and "(200000, 16)" in notes, notes
    else:
        raise AssertionError(f"{name} found the memory")
    if keeps or name != "fit":
        for a, v in zip(before, variables):
            assert np.array_equal(a, v.numpy()), v.path
        assert np.isfinite(model.predict(few, verbose=0)).all()
if keeps:
    assert np.isfinite(model.fit(few, few[:, :1], verbose=0).history["loss"]).all()
print("usable")
"""


def test_the_batch_is_told_and_the_model_can_be_used():
    """But for a step that was given the memory of the weights: these are lost with it."""
    keeps = runtime.CAPABILITIES.stateful_variables or runtime.NAME == "numpy"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(keeps)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.stdout == "usable\n", done.stderr[-3000:]
