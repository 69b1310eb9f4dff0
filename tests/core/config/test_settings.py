"""The settings of `keras.config`, each by what it changes, and the names of Keras 2."""

import logging
import os
import subprocess
import sys
import traceback

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core_plugins import BackendLockedError

X, Y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")


@pytest.fixture(autouse=True)
def settings():
    yield
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)
    keras.config.enable_flash_attention()
    keras.config.enable_interactive_logging()
    keras.config.enable_traceback_filtering()


class Count(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(("train", batch))

    def on_test_batch_end(self, batch, logs=None):
        self.seen.append(("test", batch))

    def on_predict_batch_end(self, batch, logs=None):
        self.seen.append(("predict", batch))


def model():
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    made.compile("sgd", "mse")
    return made


def test_epochs_and_steps_are_limited():
    m, count = model(), Count()
    keras.config.set_max_epochs(2)
    keras.config.set_max_steps_per_epoch(2)
    assert (keras.config.max_epochs(), keras.config.max_steps_per_epoch()) == (2, 2)
    history = m.fit(
        X, Y, batch_size=2, epochs=5, verbose=0, validation_data=(X, Y), callbacks=[count]
    )
    assert len(history.history["loss"]) == 2
    epoch = [("train", 0), ("train", 1), ("test", 0), ("test", 1)]
    assert count.seen == epoch * 2
    assert history.params["steps"] == 2
    count.seen.clear()
    m.evaluate(X, Y, batch_size=2, verbose=0, callbacks=[count])
    assert m.predict(X, batch_size=2, verbose=0, callbacks=[count]).shape == (4, 1)
    assert len(count.seen) == 4

    def endless():
        while True:
            yield X, Y

    count.seen.clear()
    m.fit(endless(), epochs=1, verbose=0, callbacks=[count])
    assert len(count.seen) == 2
    count.seen.clear()
    m.fit(X, Y, batch_size=8, epochs=1, verbose=0, callbacks=[count])  # fewer than the limit
    assert len(count.seen) == 1
    keras.config.set_max_epochs(None)
    assert len(m.fit(X, Y, epochs=3, verbose=0).history["loss"]) == 3


@pytest.mark.parametrize("value", [0, -1, 1.5, "a", True])
def test_limits_are_positive_ints(value):
    for setter in (keras.config.set_max_epochs, keras.config.set_max_steps_per_epoch):
        with pytest.raises(ValueError, match="positive int or None"):
            setter(value)


def test_limits_come_from_the_environment():
    code = "import keras_core as k; print(k.config.max_epochs(), k.config.max_steps_per_epoch())"
    env = {**os.environ, "KERAS_MAX_EPOCHS": "3", "KERAS_MAX_STEPS_PER_EPOCH": "4"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["3", "4"]


def test_modules_of_nnx_are_asked_for_in_vain():
    code = "import keras_core as k; print(k.config.is_nnx_enabled())"
    env = {**os.environ, "KERAS_NNX_ENABLED": "true"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["False"]
    assert "KERAS_NNX_ENABLED is set, but" in done.stderr


def test_messages_are_logged_where_interactive_logging_is_disabled(capsys, caplog):
    m = model()
    with caplog.at_level(logging.INFO, logger="keras_core"):
        m.fit(X, Y, epochs=2, verbose=2)
        m.summary()
    assert "Epoch 1/2" in (shown := capsys.readouterr().out)
    assert "Total params" in shown
    assert not caplog.records
    keras.config.disable_interactive_logging()
    assert not keras.utils.is_interactive_logging_enabled()
    with caplog.at_level(logging.INFO, logger="keras_core"):
        m.fit(X, Y, epochs=2, verbose=2)
        m.summary()
    assert capsys.readouterr().out == ""
    assert "Epoch 1/2" in caplog.text
    assert "Total params" in caplog.text


class Bad(layers.Layer):
    def call(self, x):
        raise ValueError("of the user")


def frames(call):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    return [f.filename for f in traceback.extract_tb(caught.value.__traceback__)]


@pytest.mark.parametrize(
    "call",
    [
        lambda: Bad()(X),
        lambda: layers.TimeDistributed(Bad())(np.ones((2, 3, 4), "float32")),
        lambda: layers.Dense(1)(np.ones((), "float32")),
        lambda: model().fit(X, np.ones((8, 7, 2)), verbose=0),
        lambda: model().predict("no data", verbose=0),
    ],
)
def test_tracebacks_are_those_of_the_user(call):
    def ours(files):
        return [f for f in files if os.sep + "keras_core" + os.sep in f]

    short = frames(call)
    assert len(ours(short)) <= 1  # where the error was raised
    assert short[-1] == (ours(short) or short)[-1]
    keras.config.disable_traceback_filtering()
    full = frames(call)
    assert len(ours(full)) > len(ours(short))
    assert full[-1] == short[-1]


def test_flash_attention_can_be_forbidden(monkeypatch):
    seen = []
    op = ops.dot_product_attention.__wrapped_op__
    prepare = op.prepare

    def spy(*args):
        out = prepare(*args)
        seen.append(out[7])
        return out

    q = np.ones((1, 2, 1, 4), "float32")
    monkeypatch.setattr(op, "prepare", spy)
    for change, given, wanted in (
        (keras.config.enable_flash_attention, None, None),
        (keras.config.disable_flash_attention, None, False),
        (keras.config.disable_flash_attention, False, False),
    ):
        change()
        op.call(q, q, q, None, None, None, False, given, None)
        assert seen.pop() is wanted
    assert keras.config.is_flash_attention_enabled() is False


def test_the_backend_of_a_process_stays():
    keras.config.set_backend(keras.config.backend())
    with pytest.raises(BackendLockedError, match="cannot be changed"):
        keras.config.set_backend("no_such_backend")
    assert keras.config.is_nnx_enabled() is False


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [
        *((dtype, "f") for dtype in ("float32", "bfloat16", "float8_e4m3fn", np.float32, None)),
        *((dtype, "i") for dtype in ("int8", "uint32", int)),
        *((dtype, "") for dtype in ("bool", "complex64", "string")),
    ],
)
def test_kinds_of_dtypes(dtype, kind):
    assert keras.backend.is_float_dtype(dtype) == (kind == "f")
    assert keras.backend.is_int_dtype(dtype) == (kind == "i")


def test_shapes_in_nests_are_mapped():
    mapped = keras.tree.map_shape_structure(len, {"a": (1, None), "b": [(2,), [3, 4, 5]], "c": ()})
    assert mapped == {"a": 2, "b": [1, 3], "c": 0}
    assert keras.tree.map_shape_structure(lambda s: s, [(2, 3), None]) == [(2, 3), None]
    with pytest.raises(TypeError, match="callable"):
        keras.tree.map_shape_structure(1, (2, 3))


def test_mixed_precision_has_its_old_name():
    old = keras.mixed_precision
    assert old.Policy is old.DTypePolicy is keras.DTypePolicy
    assert old.LossScaleOptimizer is keras.optimizers.LossScaleOptimizer
    try:
        old.set_global_policy("mixed_float16")
        assert old.global_policy().name == keras.config.dtype_policy().name == "mixed_float16"
        assert layers.Dense(1).compute_dtype == "float16"
    finally:
        old.set_dtype_policy("float32")


def test_configs_in_the_form_of_keras_2():
    legacy = keras.legacy.saving
    assert keras.utils.legacy.serialize_keras_object is legacy.serialize_keras_object
    dense = layers.Dense(2, name="d", activation="relu")
    config = legacy.serialize_keras_object(dense)
    assert set(config) == {"class_name", "config"}
    twin = legacy.deserialize_keras_object(config, module_objects={"Dense": layers.Dense})
    assert (twin.name, twin.units, twin.activation) == ("d", 2, keras.activations.relu)
    assert legacy.serialize_keras_object(keras.activations.relu) == "relu"
    for made in (
        legacy.deserialize_keras_object("f", custom_objects={"f": abs}),
        legacy.deserialize_keras_object(abs),
    ):
        assert made is abs
    assert legacy.serialize_keras_object(None) is legacy.deserialize_keras_object(None) is None
    ones = legacy.deserialize_keras_object("Ones", {"Ones": keras.initializers.Ones})
    assert isinstance(ones, keras.initializers.Ones)
    with keras.saving.custom_object_scope({"Bad": Bad}):
        assert isinstance(legacy.deserialize_keras_object({"class_name": "Bad", "config": {}}), Bad)
    with pytest.raises(ValueError, match=r"Unknown thing: 'foo'. Expected one of \['bar'\]"):
        legacy.deserialize_keras_object("foo", {"bar": abs}, printable_module_name="thing")
    for bad in (3, {"a": 1}):
        with pytest.raises(ValueError, match=r"Could not interpret|Improper config"):
            legacy.deserialize_keras_object(bad)
    with pytest.raises(ValueError, match="doesn't implement `get_config"):
        legacy.serialize_keras_object("relu")


def test_layers_as_configs():
    config = layers.serialize(layers.Dense(2, name="d"))
    assert (twin := layers.deserialize(config)).units == 2
    assert twin.name == "d"
    bad = layers.deserialize(layers.serialize(Bad(name="b")), custom_objects={"Bad": Bad})
    assert isinstance(bad, Bad)
    for other in (None, "Dense", {"module": "keras.optimizers", "class_name": "SGD", "config": {}}):
        with pytest.raises(ValueError, match=r"is not a `keras.layers.Layer`"):
            layers.deserialize(other)


def test_the_version():
    assert keras.version() == keras.__version__
