"""A saved model is compared and timed on this backend, as `keras-core diff` and `bench` do it."""

import json
import subprocess
import sys

import pytest

import keras_core as keras


@pytest.mark.one_in(15)
def test_a_saved_model_is_compared_and_timed(tmp_path):
    x = keras.Input((8, 8, 3), name="image")
    y = keras.Input((4,), dtype="int32", name="words")
    a = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(3, 3, padding="same")(x))
    b = keras.layers.LSTM(3)(keras.layers.Embedding(9, 5)(y))
    shared = keras.layers.Dense(2)
    model = keras.Model({"image": x, "words": y}, keras.layers.Add()([shared(a), shared(b)]))
    model.save(tmp_path / "m.keras")
    command = [sys.executable, "-m", "keras_core_plugins.cli"]
    run = {"cwd": tmp_path, "capture_output": True, "text": True}
    name = keras.config.backend()
    found = subprocess.run([*command, "diff", "m.keras", "--backends", "numpy", name], **run)
    assert found.returncode == 0, found.stderr
    assert "2 samples, 8 calls of layers\n  no difference beyond 0.001" in found.stdout
    timed = subprocess.run(
        [*command, "bench", "m.keras", "--backends", name, "--seconds", "0.01", "--json"], **run
    )
    assert timed.returncode == 0, timed.stderr
    rows = json.loads(timed.stdout)[name]["rows"]
    assert [row["batch"] for row in rows] == [1, 32]
    assert all(row["first"] > 0 and row["median"] > 0 and row["memory"] > 0 for row in rows)
