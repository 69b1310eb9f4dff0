"""The examples run on the backend of this process."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from blackbox import scaled

from keras_core.core.tensors import runtime

pytestmark = pytest.mark.one_in(40)

EXAMPLES = Path(__file__).parents[3] / "examples"
TRAINS = runtime.CAPABILITIES.autodiff != "none"


@pytest.mark.skipif(not TRAINS, reason="the backend has no gradients")
def test_gan():
    """Two optimizers and a gradient penalty, in a step that names no engine."""
    gan = runpy.run_path(str(EXAMPLES / "gan.py"))
    history, before, after = gan["main"](epochs=16, samples=2048)
    assert after < before
    assert all(abs(v) < 100 for v in history["critic_loss"])


_TEXT = """
import runpy, sys
if {hidden}:
    sys.modules["tensorflow"] = None  # it cannot be imported
accuracy, scores = runpy.run_path({path!r})["main"]()
assert accuracy > 0.95, accuracy
assert scores[0] > 0.7 > 0.3 > scores[1], scores
"""


@pytest.mark.skipif(not TRAINS, reason="the backend has no gradients")
def test_text_classifier():
    """Strings in, scores out; TensorFlow is not there where it is not the engine."""
    code = _TEXT.format(
        hidden=runtime.NAME != "tensorflow", path=str(EXAMPLES / "text_classifier.py")
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_BACKEND": runtime.NAME},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.slow
def test_demo(tmp_path):
    """It exits with an error unless it reaches 97% and the loaded model predicts the same."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "demo.py")],
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": runtime.NAME},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    if TRAINS:
        assert (tmp_path / "demo_output" / "learning_curve.png").stat().st_size > 1000
    else:
        assert "fit() needs gradients" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not TRAINS, reason="the backend has no gradients")
def test_transfer_learning(tmp_path):
    """What one task taught serves another; the model that is loaded is the one that was saved."""
    example = runpy.run_path(str(EXAMPLES / "transfer_learning.py"))
    epochs = 4 if scaled(1) > 1 else 1
    found = example["main"](epochs=epochs, output=tmp_path)
    assert found["difference"] < 1e-5
    assert found["known"] > 0.25  # a fifth by chance
    if epochs > 1:
        assert found["known"] > 0.6
        assert found["tuned"] > 0.25


@pytest.mark.skipif(not TRAINS, reason="the backend has no gradients")
def test_what_is_frozen_stays_as_it_is():
    """Weights, and the means of batch normalisation, until the network is unfrozen."""
    example = runpy.run_path(str(EXAMPLES / "transfer_learning.py"))
    base = example["network"]((32, 32, 3), weights=None, include_top=False, pooling="avg")
    model = example["classifier"](base, 5)
    x = np.random.default_rng(0).uniform(0, 255, (8, 32, 32, 3)).astype("float32")
    changed = []
    for trained in (0, 20):
        base.trainable = True
        for layer in base.layers[: -trained or None]:
            layer.trainable = False
        model.compile("sgd", "sparse_categorical_crossentropy")
        before = base.get_weights()
        model.fit(x, np.arange(8) % 5, verbose=0)
        after = base.get_weights()
        changed.append([bool((a != b).any()) for a, b in zip(before, after, strict=True)])
    assert not any(changed[0])
    assert any(changed[1])
    trained = {w.path for w, new in zip(base.weights, changed[1], strict=True) if new}
    assert trained <= {w.path for layer in base.layers[-20:] for w in layer.trainable_weights}
