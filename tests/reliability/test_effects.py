"""To load a file changes nothing but the object that is returned, and opens nothing else."""

import contextlib
import inspect
import os
import random
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.base.file_errors import UnsafeFileError
from keras_core_plugins.errors import CapabilityError

WATCHED: list[tuple[str, tuple[object, ...]]] = []
WATCHING: list[bool] = []


def watch(event, arguments):
    if WATCHING and event not in ("os.listdir", "os.scandir"):
        kind = event.partition(".")[0]
        if kind in ("open", "import", "socket", "subprocess", "os", "shutil"):
            WATCHED.append((event, arguments))


sys.addaudithook(watch)


@pytest.fixture
def watched():
    """What the process did since the list was emptied."""
    WATCHED.clear()
    WATCHING.append(True)
    yield WATCHED
    WATCHING.clear()


def trained():
    inputs = keras.Input((6,))
    x = layers.BatchNormalization()(layers.Dense(5, name="a")(inputs))
    model = keras.Model(inputs, layers.Dense(2, name="b")(layers.Dropout(0.1)(x)))
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(np.ones((4, 6)), np.ones((4, 2)), verbose=0)
    return model


def surroundings():
    return {
        "floatx": keras.config.floatx(),
        "epsilon": keras.config.epsilon(),
        "data format": keras.config.image_data_format(),
        "policy": keras.config.dtype_policy(),
        "custom objects": dict(keras.saving.get_custom_objects()),
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "threads": set(threading.enumerate()),
        "files": len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else None,
        "python": random.getstate(),
        "numpy": str(np.random.get_state()),
    }


def next_numbers():
    return [
        keras.ops.convert_to_numpy(keras.random.normal((2,))),
        keras.ops.convert_to_numpy(keras.initializers.GlorotUniform()((2, 2))),
        layers.Dropout(0.5).seed_generator.get_config()["seed"],
        keras.random.SeedGenerator().get_config()["seed"],
    ]


@pytest.mark.parametrize("kind", ["m.keras", "m.h5", "m.weights.h5", "folder"])
def test_loading_changes_nothing_else(kind, tmp_path, watched):
    model, path = trained(), tmp_path / kind
    if kind == "m.weights.h5":
        model.save_weights(path)
    else:
        model.save(path, **({"zipped": False} if kind == "folder" else {}))
    load = model.load_weights if kind == "m.weights.h5" else keras.saving.load_model
    load(path)  # what is imported once has been
    keras.utils.set_random_seed(3)
    expected = next_numbers()
    keras.utils.set_random_seed(3)
    before = surroundings()
    watched.clear()
    load(path)
    seen = list(watched)
    assert surroundings() == before
    for now, then in zip(next_numbers(), expected, strict=True):
        np.testing.assert_equal(now, then)
    opened = [arguments for event, arguments in seen if event == "open"]
    assert opened
    for name, mode, flags in opened:
        assert not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT), (name, mode)
        assert isinstance(name, int) or str(path) in str(name) or kind == "folder", name
    assert [(event, a) for event, a in seen if event != "open"] == []


NEEDED = {
    "units": 2, "filters": 2, "kernel_size": 3, "rate": 0.1, "num_heads": 2, "key_dim": 2,
    "input_dim": 3, "output_dim": 2, "target_shape": [2], "dims": [1], "n": 2, "factor": 0.2,
    "height": 4, "width": 4, "max_number": 2, "output_size": 2, "scale": 0.5, "layers": [],
    "activation": "relu", "height_factor": 0.1, "width_factor": 0.1, "equation": "ab,bc->ac",
    "output_shape": 3, "stddev": 0.1, "axes": -1, "head_dim": 2, "num_query_heads": 2,
    "num_key_value_heads": 2, "bin_boundaries": [1.0], "num_bins": 2,
}  # fmt: skip
LAYERS = {
    cls.__name__: cls
    for _, cls in inspect.getmembers(layers)
    if inspect.isclass(cls) and issubclass(cls, layers.Layer)
}


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_no_text_in_a_config_is_opened(name, tmp_path, watched):
    """Whatever argument a stranger names a file or an address for, nobody looks at it."""
    canary = tmp_path / "canary.txt"
    canary.write_text("a\nb\n")
    parameters = inspect.signature(LAYERS[name]).parameters
    needed = {k: NEEDED[k] for k, p in parameters.items() if p.default is p.empty and k in NEEDED}
    for argument in parameters:
        for value in (str(canary), f"file://{canary}", f"http://127.0.0.1:9/canary/{argument}"):
            config = {
                "module": "keras.layers",
                "class_name": name,
                "config": {"name": "x", **needed, argument: value},
                "registered_name": None,
            }
            watched.clear()
            with contextlib.suppress(ValueError, TypeError, NotImplementedError, CapabilityError):
                keras.saving.deserialize_keras_object(config, safe_mode=True)
            for event, arguments in list(watched):
                assert "canary" not in str(arguments), (argument, event, arguments)
                assert not event.startswith(("socket", "subprocess")), (argument, event)


SLOW = [
    "(a+)+$", "(a*)*b", "(a|aa)+$", r"((\w+\s?)+)+$", "(?:x+x+)+y", "(.*a){20,}", "(a|aa){50}$",
    "(a?){40}" + "a" * 40, "a?" * 40 + "a" * 40, ".*" * 20 + "x", "(a|a)" * 30 + "$",
]  # fmt: skip
QUICK = [
    "a", "embedding.*", "dense_[0-9]+/kernel", r"(block\d)?/bias", "(q|k|v)_proj", "[)(+*]+",
    "encoder.*layer_[0-9]+.*kernel", "|".join(f"layer_{i}" for i in range(50)), "a" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("place", ["Muon", "OptimizerMap"])
@pytest.mark.parametrize("pattern", SLOW + QUICK, ids=lambda p: p[:24])
def test_expressions_that_take_for_ever_are_refused(pattern, place):
    sgd = keras.optimizers.SGD
    if place == "Muon":
        optimizer = keras.optimizers.Muon(exclude_layers=[pattern])
    else:
        chosen = keras.optimizers.OptimizerMap(sgd(), {pattern: sgd()})
        optimizer = keras.optimizers.MultiOptimizer(chosen)
    config = keras.saving.serialize_keras_object(optimizer)
    keras.saving.deserialize_keras_object(config, safe_mode=False)
    if pattern in QUICK:
        keras.saving.deserialize_keras_object(config, safe_mode=True)
    else:
        with pytest.raises(UnsafeFileError, match="regular expression"):
            keras.saving.deserialize_keras_object(config, safe_mode=True)
