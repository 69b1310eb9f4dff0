"""Values that cannot be meant are refused where they are given, by name."""

import inspect
import json
import os
import subprocess
import sys

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, optimizers

OPTIMIZERS = [
    cls
    for name, cls in inspect.getmembers(optimizers)
    if inspect.isclass(cls)
    and issubclass(cls, optimizers.Optimizer)
    and "learning_rate" in inspect.signature(cls).parameters
    and cls is not optimizers.Optimizer
]
BAD = {
    "learning_rate": (-1.0, float("nan"), float("inf"), np.float32("nan")),
    "weight_decay": (-0.1, float("nan")),
    "clipnorm": (-1.0, float("nan")),
    "clipvalue": (-1.0,),
    "global_clipnorm": (float("nan"),),
    "epsilon": (-1e-7, float("nan")),
    "beta_1": (1.5, -0.1, float("nan")),
    "beta_2": (1.5, float("nan")),
    "momentum": (2.0, float("nan")),
    "rho": (-1.0, float("nan")),
}


@pytest.mark.parametrize("cls", OPTIMIZERS)
def test_hyperparameters_of_optimizers(cls):
    parameters = inspect.signature(cls).parameters
    tried = 0
    for name, values in BAD.items():
        for value in values if name in parameters else ():
            with pytest.raises(ValueError, match=name) as found:
                cls(**{name: value})
            assert repr(value) in str(found.value) or str(value) in str(found.value)
            tried += 1
    assert tried >= 4
    optimizer = cls(learning_rate=0.0)
    with pytest.raises(ValueError, match="learning_rate=-1"):
        optimizer.learning_rate = -1.0


NUMBERS = {
    "units": (0, -1, 1.5, True, "a"),
    "filters": (0, -1, 1.5, True, "a"),
    "kernel_size": (0, -1, 1.5, True, "a"),
    "strides": (0, -1, 1.5, True, "a"),
    "dilation_rate": (0, -1, 1.5, "a"),
    "pool_size": (0, -1, 1.5, "a"),
    "num_heads": (0, -1, 1.5, "a"),
    "key_dim": (0, -1, 1.5),
    "input_dim": (0, -1, 1.5, "a"),
    "output_dim": (0, -1, 1.5, "a"),
    "depth_multiplier": (0, -1, 1.5),
    "n": (0, -1, 1.5),
    "num_bins": (-1, 1.5),
    "rate": (-0.1, 1.5, float("nan"), True, "a"),
    "dropout": (-0.1, 1.5, float("nan"), "a"),
    "recurrent_dropout": (-0.1, 1.5, float("nan"), "a"),
    "momentum": (-0.1, 1.5, float("nan"), "a"),
    "stddev": (-1.0, float("nan"), "a"),
    "epsilon": (-1e-3, float("nan"), "a"),
    "negative_slope": (-1.0, float("nan"), "a"),
    "alpha": (float("nan"), "a"),
    "l1": (float("nan"), "a"),
    "cropping": (-1, 1.5, "a"),
    "axis": (1.5, True, "a"),
}
"""What the arguments of layers cannot mean, by their names."""

NEEDED = {
    "units": 2, "filters": 2, "kernel_size": 3, "rate": 0.1, "num_heads": 2, "key_dim": 2,
    "input_dim": 3, "output_dim": 2, "n": 2, "factor": 0.2, "num_bins": 2, "stddev": 0.1,
    "num_query_heads": 2, "num_key_value_heads": 2, "head_dim": 2, "target_shape": (2,),
    "equation": "ab,bc->ac", "output_shape": 3, "height": 4, "width": 4,
}  # fmt: skip
ONE_OF = {"Discretization": {"num_bins": 2}}
"""What has a default and is needed all the same."""

LAYERS = {
    name: cls
    for name, cls in inspect.getmembers(layers)
    if inspect.isclass(cls)
    and issubclass(cls, layers.Layer)
    and NUMBERS.keys() & inspect.signature(cls).parameters.keys()
    and all(
        p.default is not p.empty or p.kind is p.VAR_KEYWORD or k in NEEDED
        for k, p in inspect.signature(cls).parameters.items()
    )
}


@pytest.mark.parametrize("name", LAYERS)
def test_numbers_of_layers(name):
    parameters = inspect.signature(LAYERS[name]).parameters
    needed = {k: NEEDED[k] for k, p in parameters.items() if p.default is p.empty and k in NEEDED}
    needed |= ONE_OF.get(name, {})
    for argument in NUMBERS.keys() & parameters.keys():
        for value in NUMBERS[argument]:
            with pytest.raises((ValueError, TypeError)) as found:
                LAYERS[name](**{**needed, argument: value})
            said = str(found.value)
            assert argument in said
            assert repr(value) in said or str(value) in said or type(value).__name__ in said


def test_the_table_of_numbers_is_used():
    assert len(LAYERS) > 60


NAMES = ["..", ".", "", "a\nb", "a\0b", "\x1b[31m", "a/b", "x" * 100_000, 3, b"a"]


@pytest.mark.parametrize("name", NAMES, ids=lambda n: repr(n)[:12])
def test_names_of_layers_and_models(name):
    for make in (
        lambda: layers.Dense(1, name=name),
        lambda: keras.Sequential([keras.Input((2,))], name=name),
    ):
        with pytest.raises(ValueError, match="Argument `name` must be") as found:
            make()
        assert len(str(found.value)) < 500
        assert str(found.value).isprintable()


@pytest.mark.parametrize("name", ["dense", "größe 1", "a:b", "模型", "x" * 200])
def test_names_that_are_fine(name, tmp_path):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, name=name)])
    model.save(tmp_path / "m.keras")
    assert keras.models.load_model(tmp_path / "m.keras").layers[0].name == name


def _imports(folder):
    done = subprocess.run(
        [sys.executable, "-c", "import keras_core"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "KERAS_HOME": str(folder), "KERAS_BACKEND": "numpy"},
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("floatx", "float99"), ("epsilon", "x"), ("epsilon", float("nan"))]
)
def test_wrong_values_in_the_configuration_file_are_named(name, value, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({name: value}))
    status, err = _imports(tmp_path)
    assert status == 1
    assert f"the configuration file {tmp_path / 'keras.json'} cannot be used: {name!r}" in err


def test_a_pipe_as_the_configuration_file_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "keras.json")
    status, err = _imports(tmp_path)
    assert status == 1
    assert "it is not a regular file" in err
