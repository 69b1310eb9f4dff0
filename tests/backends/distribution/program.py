"""Training on several devices equals training on one; run in a process, or several, with them."""

import os
import sys
import warnings
from pathlib import Path

import numpy as np

COUNT, PROCESS = int(sys.argv[1]), int(os.environ.get("RANK", "0"))
TOGETHER = "RANK" in os.environ
if os.environ["KERAS_BACKEND"] == "tensorflow" and not TOGETHER:
    import tensorflow as tf

    (cpu,) = tf.config.list_physical_devices("CPU")
    logical = [tf.config.LogicalDeviceConfiguration()] * COUNT
    tf.config.set_logical_device_configuration(cpu, logical)

import keras_core as keras  # noqa: E402  # the devices come first
from keras_core import distribution as d  # noqa: E402
from keras_core import layers  # noqa: E402
from keras_core.core.tensors import runtime  # noqa: E402

if TOGETHER:
    d.initialize()
HAS_LAYOUTS = hasattr(runtime.DISTRIBUTION, "layout")
LAYOUTS_ONLY = not hasattr(runtime.DISTRIBUTION, "replicas")

rng = np.random.default_rng(0)
x = rng.normal(size=(33, 6)).astype("float32")  # one sample is left over
y = (x.sum(1, keepdims=True) > 0).astype("float32")


def normalised():
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, "tanh", kernel_regularizer="l2", name="wide"),
            layers.BatchNormalization(name="norm", synchronized=True),
            layers.Dense(4, activity_regularizer="l2", name="narrow"),
            layers.Dense(1, "sigmoid", name="out"),
        ],
        name="m",
    )


class Steps(keras.Model):
    """A step by hand, with a loss that knows nothing of devices."""

    def __init__(self):
        super().__init__(name="m")
        self.wide, self.out = layers.Dense(8, "tanh", name="wide"), layers.Dense(1, name="out")

    def call(self, x):
        return self.out(self.wide(x))

    def train_step(self, data):
        x, y = data

        def loss_of():
            return keras.ops.mean((self(x, training=True) - y) ** 2)

        loss, grads = keras.ops.value_and_grad(loss_of, variables=self.trainable_variables)()
        self.optimizer.apply(grads, self.trainable_variables)
        self.metrics[0].update_state(loss, sample_weight=keras.ops.shape(x)[0])
        return {"loss": self.metrics[0].result(), "own": loss}


class Batches(keras.utils.PyDataset):
    """The data in batches.

    Args:
        rows: The rows of the data, in batches.
        weighs: Whether the samples have weights.
    """

    def __init__(self, rows, weighs=False):
        super().__init__()
        self.rows, self.weighs = rows, weighs

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        batch = x[self.rows[i]], y[self.rows[i]]
        weights = np.linspace(1, 2, len(batch[0])).astype("float32")
        return (*batch, weights) if self.weighs else batch


UNEVEN = Batches([slice(0, 7), slice(7, 14), slice(14, 24)], weighs=True)


def cut():
    mesh = d.DeviceMesh((COUNT // 2, 2), ["batch", "model"])
    layouts = d.LayoutMap(mesh)
    layouts[".*wide/kernel"] = (None, "model")
    layouts[".*wide/bias"] = ("model",)
    layouts[".*narrow/kernel"] = ("model", None)
    layouts[".*wide/output"] = ("batch", "model")
    return d.ModelParallel(layout_map=layouts)


def trained(spread, make, loss="mse", batch_size=8, class_weight=None, data=None, **options):
    keras.utils.set_random_seed(1)
    d.set_distribution(spread)
    model = make()
    metrics = ["mae", keras.metrics.AUC(name="auc")] if make is normalised else None
    model.compile("adam", loss, metrics=metrics, **options)
    given = {"batch_size": batch_size, "verbose": 0}
    source = {"x": x, "y": y, **given} if data is None else {"x": data, "verbose": 0}
    history = model.fit(
        epochs=2, validation_data=(x[:9], y[:9]), class_weight=class_weight, **source
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
            np.testing.assert_allclose(p, q, rtol=1e-5, atol=2e-6)


def part_of(variable):
    """The shape of what this process has on its first device."""
    value = variable.value
    own = value.to_local() if hasattr(value, "to_local") else value.addressable_shards[0].data
    return tuple(own.shape)


def refused(words, ask):
    try:
        ask()
    except (ValueError, RuntimeError) as error:
        assert words in str(error), error  # noqa: PT017  # without pytest
    else:
        raise AssertionError(words)


summed = keras.losses.MeanSquaredError(reduction="sum")
weighed = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
CASES = {
    "several steps, weights of classes": (
        normalised,
        {"steps_per_execution": 2, "class_weight": {0: 1.0, 1: 3.0}},
    ),
    "a step by hand": (Steps, {}),
    "a dataset of uneven batches, weights": (normalised, {"data": UNEVEN, "loss": weighed}),
    "a sum": (Steps, {"loss": summed, "run_eagerly": True}),
}
for name in sys.argv[2].split("; "):
    make, options = CASES[name]
    alone, expected = trained(None, make, **options)
    whole, results = trained(d.DataParallel(), make, **options)
    close(results, expected)
    if LAYOUTS_ONLY:
        assert all(v.value.sharding.is_fully_replicated for v in whole.weights)
    if HAS_LAYOUTS:
        model, results = trained(cut(), make, **options)
        close(results, expected)

# Files are written by one process, and are those of one device.
folder = Path(sys.argv[3])
log = keras.callbacks.CSVLogger(folder / "log.csv")
saved = keras.callbacks.ModelCheckpoint(folder / "best.keras")
with d.DataParallel().scope():
    model = normalised()
    model.compile("sgd", "mse")
    model.fit(x, y, epochs=2, verbose=2, callbacks=[log, saved])
    model.save(folder / "whole.keras")
if PROCESS == 0:
    for file in ("whole.keras", "best.keras"):
        close(keras.saving.load_model(folder / file).get_weights(), model.get_weights())
    assert len((folder / "log.csv").read_text().splitlines()) == 3

# Replicas draw random numbers of their own, and begin with the weights of the first.
if TOGETHER and not LAYOUTS_ONLY:
    keras.utils.set_random_seed(PROCESS)
    d.set_distribution(d.DataParallel())
    model = keras.Sequential([keras.Input((6,)), layers.Dense(8), layers.Dropout(0.5)])
    model.compile("sgd", "mse")
    if PROCESS:
        refused("different random numbers", d.distribution().check_processes)
    else:
        d.distribution().check_processes()
    keras.utils.set_random_seed(0)
    model.fit(x, np.zeros((33, 8)), verbose=0)
    first = [runtime.DISTRIBUTION.agree(int(1e6 + 1e5 * w.sum())) for w in model.get_weights()]
    assert first == [int(1e6 + 1e5 * w.sum()) for w in model.get_weights()]
    d.set_distribution(None)

# Data that each process has for itself.
if TOGETHER:
    own = d.DataParallel(auto_shard_dataset=False)
    assert (own.data_shard_id, own.num_data_shards) == (PROCESS, COUNT)
    weights = []
    part = 32 // COUNT
    for spread, rows in ((None, slice(0, 32)), (own, slice(PROCESS * part, PROCESS * part + part))):
        keras.utils.set_random_seed(1)
        d.set_distribution(spread)
        model = Steps()
        model.compile("adam", "mse")
        model.fit(Batches([rows]), epochs=2, verbose=0)
        weights.append(model.get_weights())
    d.set_distribution(None)
    close(*weights)

refused(
    "There is no device 'abacus:0'", lambda: d.DeviceMesh((1,), ["x"], ["abacus:0"]).backend_mesh
)
if not HAS_LAYOUTS:
    layouts = d.LayoutMap(d.DeviceMesh((COUNT,), ["x"]))
    refused(
        "laid out over devices", lambda: d.set_distribution(d.ModelParallel(layout_map=layouts))
    )
elif COUNT > 2 or TOGETHER:
    # A variable is made of its parts, saved as one that any device loads, and loaded as its parts.
    model, _ = trained(cut(), normalised)
    kernel = next(v for v in model.weights if v.path.endswith("wide/kernel"))
    assert part_of(kernel) == (6, 4), part_of(kernel)
    slots = [v for v in model.optimizer.variables if "wide_kernel" in v.path]
    assert [part_of(v) for v in slots] == [(6, 4)] * 2
    model.save(folder / "cut.keras")
    runtime.DISTRIBUTION.agree(0)  # the file is there
    alone = keras.saving.load_model(folder / "cut.keras")
    with cut().scope():
        again = keras.saving.load_model(folder / "cut.keras")
        (kernel,) = [v for v in again.weights if v.path.endswith("wide/kernel")]
        assert part_of(kernel) == (6, 4)
        kernel.assign(np.ones((6, 8)))
        again.load_weights(folder / "cut.keras")
        again_predicted = again.predict(x, verbose=0)
        again_slots = [v.numpy() for v in again.optimizer.variables]
    assert part_of(kernel) == (6, 4)
    assert d.distribution() is None
    with cut().scope():
        expected = model.predict(x, verbose=0), [v.numpy() for v in model.optimizer.variables]
    close((again_predicted, again_slots), expected)
    close((alone.predict(x, verbose=0), [v.numpy() for v in alone.optimizer.variables]), expected)

    # What does not fit is an error that says so.
    layout = d.TensorLayout(["batch"], d.DeviceMesh((COUNT,), ["batch"]))
    laid_out = d.distribute_tensor(np.ones((COUNT, 3)), layout)
    assert part_of(keras.Variable(laid_out, layout=layout)) == (1, 3)
    if LAYOUTS_ONLY:
        import jax

        traced = jax.jit(lambda v: d.distribute_tensor(v, layout))(np.ones(COUNT))
        assert traced.sharding.spec[0] == "batch"
    refused("cannot be divided", lambda: d.distribute_tensor(np.ones(COUNT + 1), layout))
    refused("layout of 1 axes", lambda: d.distribute_tensor(np.ones(()), layout))
    with cut().scope():
        refused("variable 'wide/kernel'", lambda: layers.Dense(7, name="wide").build((None, 6)))

    # A batch that cannot be divided is computed by every device, which is said once.
    mesh = d.DeviceMesh((COUNT,), ["batch"])
    spread = d.ModelParallel(layout_map=d.LayoutMap(mesh))
    with warnings.catch_warnings(record=True) as caught, spread.scope():
        warnings.simplefilter("always")
        model = Steps()
        model.compile("sgd", "mse")
        model.fit(x, y, batch_size=COUNT + 1, verbose=0)
    assert sum("cannot be divided" in str(w.message) for w in caught) == 1, caught
