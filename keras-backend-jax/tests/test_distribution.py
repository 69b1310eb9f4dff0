"""Training on simulated devices equals training on one, with variables whole and cut."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("jax")

PROGRAM = """
import sys, warnings
import jax, numpy as np
import keras_core as keras
from keras_core import distribution as d, layers

count = int(sys.argv[1])
assert len(d.list_devices()) == count
rng = np.random.default_rng(0)
x = rng.normal(size=(38, 6)).astype("float32")
y = (x.sum(1, keepdims=True) > 0).astype("float32")


def normalised():
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, "tanh", kernel_regularizer="l2", name="wide"),
            layers.BatchNormalization(name="norm"),
            layers.Dense(4, activity_regularizer="l2", name="narrow"),
            layers.Dense(1, "sigmoid", name="out"),
        ],
        name="m",
    )


class Steps(keras.Model):
    '''A step by hand, with a loss that knows nothing of devices.'''

    def __init__(self):
        super().__init__(name="m")
        self.wide, self.out = layers.Dense(8, "tanh", name="wide"), layers.Dense(1, name="out")

    def call(self, x):
        return self.out(self.wide(x))

    def train_step(self, data):
        x, y = data

        def loss_of():
            return keras.ops.mean((self(x, training=True) - y) ** 2)

        loss, gradients = keras.ops.value_and_grad(loss_of, variables=self.trainable_variables)()
        self.optimizer.apply(gradients, self.trainable_variables)
        self.metrics[0].update_state(loss, sample_weight=len(x))
        return {"loss": self.metrics[0].result()}


def cut():
    mesh = d.DeviceMesh((count // 2, 2), ["batch", "model"])
    layouts = d.LayoutMap(mesh)
    layouts[".*wide/kernel"] = (None, "model")
    layouts[".*wide/bias"] = ("model",)
    layouts[".*narrow/kernel"] = ("model", None)
    layouts[".*wide/output"] = ("batch", "model")
    return d.ModelParallel(layout_map=layouts)


def trained(spread, make, batch_size=8, class_weight=None, **options):
    keras.utils.set_random_seed(1)
    d.set_distribution(spread)
    model = make()
    metrics = ["mae", keras.metrics.AUC(name="auc")] if make is normalised else None
    model.compile("adam", "mse", metrics=metrics, **options)
    given = dict(batch_size=batch_size, verbose=0)
    history = model.fit(
        x, y, epochs=2, validation_data=(x[:9], y[:9]), class_weight=class_weight, **given
    ).history
    results = (
        list(history.items()),
        model.evaluate(x, y, **given),
        model.predict(x, **given),
        model.train_on_batch(x[:8], y[:8]),
        model.get_weights(),
        [v.numpy() for v in model.optimizer.variables],
    )
    d.set_distribution(None)
    return model, results


def close(a, b):
    for p, q in zip(keras.tree.flatten(a), keras.tree.flatten(b), strict=True):
        if isinstance(p, str):
            assert p == q
        else:
            np.testing.assert_allclose(p, q, rtol=1e-5, atol=1e-6)


def spec(variable):
    return tuple(variable.value.sharding.spec)


cases = (
    (Steps, {}),
    (normalised, {"steps_per_execution": 2, "class_weight": {0: 1.0, 1: 3.0}}),
)
for make, options in cases if count == 4 else [(normalised, {})]:
    _, alone = trained(None, make, **options)
    whole, results = trained(d.DataParallel(), make, **options)
    close(results, alone)
    assert all(v.value.sharding.is_fully_replicated for v in whole.weights)
    model, results = trained(cut(), make, **options)
    close(results, alone)
    kernel = next(v for v in model.weights if v.path.endswith("wide/kernel"))
    assert spec(kernel) == (None, "model"), spec(kernel)
    slots = [v for v in model.optimizer.variables if "wide_kernel" in v.path]
    assert len(slots) == 2 and {spec(v) for v in slots} == {(None, "model")}

# A variable is made of its parts, saved as one that any device loads, and loaded as its parts.
pieces = kernel.value.addressable_shards
assert {p.data.shape for p in pieces} == {(6, 4)}, pieces
model, _ = trained(cut(), normalised)
model.save("cut.keras")
alone = keras.saving.load_model("cut.keras")
with cut().scope():
    again = keras.saving.load_model("cut.keras")
    (kernel,) = [v for v in again.weights if v.path.endswith("wide/kernel")]
    assert spec(kernel) == (None, "model")
    kernel.assign(np.ones((6, 8)))
    assert spec(kernel) == (None, "model")
    again.load_weights("cut.keras")
assert spec(kernel) == (None, "model") and d.distribution() is None
for loaded in (alone, again):
    close(loaded.predict(x, verbose=0), model.predict(x, verbose=0))
    close([v.numpy() for v in loaded.optimizer.variables],
          [v.numpy() for v in model.optimizer.variables])

# What does not fit is an error that says so.
layout = d.TensorLayout(["batch"], d.DeviceMesh((count,), ["batch"]))
assert d.distribute_tensor(np.ones((count, 3)), layout).sharding.spec[0] == "batch"
assert jax.jit(lambda v: d.distribute_tensor(v, layout))(np.ones(count)).sharding.spec[0] == "batch"
for wrong, words in ((np.ones(count + 1), "cannot be divided"), (np.ones(()), "layout of 1 axes")):
    try:
        d.distribute_tensor(wrong, layout)
    except ValueError as error:
        assert words in str(error), error
    else:
        raise AssertionError(words)
try:
    d.DeviceMesh((1,), ["x"], ["abacus:0"]).backend_mesh
except ValueError as error:
    assert "There is no device 'abacus:0'" in str(error)
else:
    raise AssertionError("a mesh of what is no device")
with cut().scope():
    try:
        layers.Dense(7, name="wide").build((None, 6))
    except ValueError as error:
        assert "variable 'wide/kernel'" in str(error) and "axis 'model'" in str(error), error
    else:
        raise AssertionError("7 columns on 2 devices")

# A batch that cannot be divided is computed by every device, which is said once.
with warnings.catch_warnings(record=True) as caught, d.DataParallel().scope():
    warnings.simplefilter("always")
    model = normalised()
    model.compile("sgd", "mse")
    model.fit(x, y, batch_size=count + 1, verbose=0)
assert [str(w.message) for w in caught if "cannot be divided" in str(w.message)], caught
"""


@pytest.mark.parametrize("count", [4, 8])
def test_devices_together_do_what_one_does(count, tmp_path):
    flags = f"--xla_force_host_platform_device_count={count}"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(count)],
        env={**os.environ, "KERAS_BACKEND": "jax", "XLA_FLAGS": flags},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
