"""Checkpoints by Orbax: what is in one, what training goes on from, several devices."""

import os
import subprocess
import sys

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers

pytest.importorskip("orbax.checkpoint", reason="Orbax is not installed")
if keras.config.backend() != "jax":
    pytest.skip("they are written on jax only", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore:Sharding info not provided:UserWarning")

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(8, 3)).astype("float32"), RNG.normal(size=(8, 2)).astype("float32")


def made():
    model = keras.Sequential(
        [keras.Input((3,)), layers.Dense(2), layers.BatchNormalization(), layers.Dropout(0.5)]
    )
    model.compile("adam", "mse")
    return model


def fit(model, callback, **options):
    return model.fit(X, Y, batch_size=2, verbose=0, callbacks=[callback], **options)


def arrays(model):
    return [v.numpy() for v in (*model.variables, *model.optimizer.variables)]


def assert_same(found, expected):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_training_goes_on_from_the_last_one(tmp_path):
    model = made()
    fit(model, keras.callbacks.OrbaxCheckpoint(tmp_path / "all", max_to_keep=2), epochs=3)
    assert sorted(p.name for p in (tmp_path / "all").iterdir()) == ["1", "2"]
    again = keras.saving.load_model(tmp_path / "all")
    assert_same(arrays(again), arrays(model))
    for m in (model, again):
        m.fit(X, Y, batch_size=2, verbose=0, shuffle=False)
    assert_same(arrays(again), arrays(model))


def test_each_is_of_its_step_though_training_goes_on(tmp_path):
    model, seen = made(), []

    class Notes(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(model.get_weights())

    save = keras.callbacks.OrbaxCheckpoint(
        tmp_path, save_freq=1, max_to_keep=None, save_weights_only=True
    )
    model.fit(X, Y, batch_size=2, verbose=0, callbacks=[Notes(), save])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1", "2", "3", "4"]
    for step, weights in enumerate(seen, 1):
        other = made()  # with other numbers in the names of layers
        other.load_weights(tmp_path / f"{step}")
        assert_same(other.get_weights(), weights)
    with pytest.raises(ValueError, match="holds weights only"):
        keras.saving.load_model(tmp_path)


def test_only_what_is_better(tmp_path):
    save = keras.callbacks.OrbaxCheckpoint(
        tmp_path, "loss", save_best_only=True, initial_value_threshold=0.0, save_on_background=False
    )
    fit(made(), save)
    assert not any(p.name.isdecimal() for p in tmp_path.iterdir())
    save = keras.callbacks.OrbaxCheckpoint(tmp_path, "loss", save_best_only=True)
    logs = fit(made(), save).history
    assert save.best == pytest.approx(logs["loss"][0])
    assert [p.name for p in tmp_path.iterdir()] == ["0"]


def test_weights_that_do_not_fit(tmp_path):
    fit(made(), keras.callbacks.OrbaxCheckpoint(tmp_path, save_weights_only=True))
    other = keras.Sequential([keras.Input((3,)), layers.Dense(3), layers.BatchNormalization()])
    before = other.get_weights()
    with pytest.raises(ValueError, match=r"kernel' it has values of the shape \(3, 2\).*\(3, 3\)"):
        other.load_weights(tmp_path)
    other.load_weights(tmp_path, skip_mismatch=True)
    assert_same(other.get_weights(), before)


def test_arguments():
    with pytest.raises(ValueError, match="Unrecognized save_freq: sometimes"):
        keras.callbacks.OrbaxCheckpoint("x", save_freq="sometimes")
    with pytest.raises(ValueError, match="max_to_keep=0"):
        keras.callbacks.OrbaxCheckpoint("x", max_to_keep=0)
    alone = keras.callbacks.OrbaxCheckpoint("x")
    assert (alone.is_multihost_enabled(), alone.is_primary_host()) == (False, True)


SHARDED = """
import sys
import numpy as np
import keras_core as keras

d = keras.distribution
mesh = d.DeviceMesh((2, 2), ("batch", "model"))
layouts = d.LayoutMap(mesh)
layouts[".*dense.*kernel.*"] = (None, "model")
d.set_distribution(d.ModelParallel(layout_map=layouts, batch_dim_name="batch"))
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
model.compile("adam", "mse")
x, y = np.ones((8, 3), "float32"), np.ones((8, 4), "float32")
model.fit(x, y, verbose=0, callbacks=[keras.callbacks.OrbaxCheckpoint(sys.argv[1])])
again = keras.saving.load_model(sys.argv[1])
for v, w in zip(model.variables + model.optimizer.variables,
                again.variables + again.optimizer.variables, strict=True):
    np.testing.assert_array_equal(v.numpy(), w.numpy())
    assert v.value.sharding.is_equivalent_to(w.value.sharding, v.ndim), v.path
parts = {shard.data.shape for shard in again.layers[0].kernel.value.addressable_shards}
assert parts == {(3, 2)}, parts
print("sharded")
"""


@pytest.mark.one_in(3)
def test_what_lies_on_several_devices_comes_back_there(tmp_path):
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=4", "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SHARDED, tmp_path],
        env={**os.environ, **flags},
        capture_output=True,
        text=True,
    )
    assert done.stdout.endswith("sharded\n"), done.stderr
