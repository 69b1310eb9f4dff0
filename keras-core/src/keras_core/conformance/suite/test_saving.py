"""Level ``saving``: files that this backend writes and reads, and that others read."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops, optimizers
from keras_core.conformance.compare import Tolerance, assert_close
from keras_core.conformance.suite import jobs, model_rows
from keras_core.conformance.suite.layer_rows import LayerRow, iter_layer_rows
from keras_core.conformance.suite.model_rows import MODELS, PACKAGE, values
from keras_core.conformance.suite.scenarios import LABELS, classifier, fit

LAYERS = [
    pytest.param(row, id=row.id, marks=pytest.mark.needs(*row.needs))
    for row in iter_layer_rows()
    if row.serializable
]


def equal(actual: list[Any], expected: list[Any]) -> None:
    """Arrays that have to be the same, bit for bit."""
    assert len(actual) == len(expected)
    for a, e in zip(actual, expected, strict=True):
        assert a.dtype == e.dtype
        np.testing.assert_array_equal(a, e)


# -- There and back ----------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_model(tmp_path: Path, name: str) -> None:
    """A ``.keras`` file holds a model whole: classes, configs, weights."""
    model = model_rows.build(name)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    equal(again.get_weights(), model.get_weights())
    equal(jobs.predictions(again, name), jobs.predictions(model, name))


@pytest.mark.parametrize("name", MODELS)
def test_weights(tmp_path: Path, name: str) -> None:
    """A ``.weights.h5`` file is for a model of the same architecture."""
    model = model_rows.build(name)
    model.save_weights(tmp_path / "model.weights.h5")
    other = model_rows.settle(MODELS[name][0](), "others")
    other.load_weights(tmp_path / "model.weights.h5")
    equal(other.get_weights(), model.get_weights())


@pytest.mark.about("core")
@pytest.mark.parametrize("row", LAYERS)
def test_layer(row: LayerRow) -> None:
    """A layer is made again from its config, which is JSON."""
    layer = row.built()
    text = json.dumps(keras.saving.serialize_keras_object(layer))
    again = keras.saving.deserialize_keras_object(json.loads(text))
    if not again.built:
        inputs, options = row.draw()
        row.call(again, [keras.KerasTensor(x.shape, x.dtype.name) for x in inputs], options)
    again.set_weights(layer.get_weights())
    assert json.dumps(keras.saving.serialize_keras_object(again)) == text
    equal(again.get_weights(), layer.get_weights())


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_dtypes_of_weights(tmp_path: Path, capabilities: Any, dtype: str) -> None:
    """Weights come back in the dtype they were in."""
    if dtype not in capabilities.dtypes:
        pytest.skip(f"the backend has no {dtype}")
    model = keras.Sequential([keras.Input((4,), dtype=dtype), layers.Dense(2, dtype=dtype)])
    model_rows.settle(model, dtype)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.weights[0].dtype == dtype
    equal(again.get_weights(), model.get_weights())


@pytest.mark.needs("gradients")
@pytest.mark.parametrize(
    "make",
    [
        lambda: optimizers.SGD(0.1, momentum=0.9),
        lambda: optimizers.Adam(0.05, amsgrad=True),
        lambda: optimizers.Adafactor(0.05),
        lambda: optimizers.LossScaleOptimizer(optimizers.RMSprop(0.01)),
        lambda: optimizers.Nadam(optimizers.schedules.CosineDecay(0.1, 10)),
    ],
    ids=["SGD", "Adam", "Adafactor", "LossScaleOptimizer", "Nadam-schedule"],
)
def test_optimizer(tmp_path: Path, make: Callable[[], Any]) -> None:
    """The state of an optimizer goes with its model, and so do its settings."""
    model = classifier(make())
    fit(model, values("rows", 12, 4), LABELS)
    model.save(tmp_path / "model.keras")
    optimizer = keras.models.load_model(tmp_path / "model.keras").optimizer
    assert type(optimizer) is type(model.optimizer)
    assert optimizer.get_config() == model.optimizer.get_config()
    equal([v.numpy() for v in optimizer.variables], [v.numpy() for v in model.optimizer.variables])


@pytest.mark.needs("gradients")
def test_compilation(tmp_path: Path) -> None:
    """A loaded model evaluates as the saved one, without being compiled again."""
    model = classifier("adam", metrics=["accuracy"])
    x = values("rows", 12, 4)
    fit(model, x, LABELS)
    before = model.evaluate(x, LABELS, verbose=0, return_dict=True)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    after = again.evaluate(x, LABELS, verbose=0, return_dict=True)
    assert after == pytest.approx(before, rel=1e-6)


# -- Between backends --------------------------------------------------------------------


def test_the_reference_reads_what_is_written_here(tmp_path: Path) -> None:
    """Every model, saved here, predicts the same on the reference backend."""
    expected = {}
    for name in MODELS:
        model = model_rows.settle(MODELS[name][0](), f"{name} of this backend")
        model.save(tmp_path / f"{name}.keras")
        expected[name] = jobs.predictions(model, name)
    there = jobs.ask("outputs_of_files", str(tmp_path))
    for name, outputs in expected.items():
        found = jobs.picked(there, name)
        assert len(found) == len(outputs), name
        for a, e in zip(found, outputs, strict=True):
            assert_close(a, e, Tolerance(1e-5, 1e-5, 1.0), name)


def test_files_name_no_backend(tmp_path: Path, backend: Any) -> None:
    """Nothing in a file depends on the backend that wrote it, so no file brings one along."""
    model_rows.build("mlp").save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        texts = [archive.read(n) for n in archive.namelist() if n.endswith(".json")]
    package = backend.tensors.__name__.partition(".")[0]
    assert all(package.encode() not in text for text in texts)


# -- Classes of one's own ----------------------------------------------------------------


@keras.saving.register_keras_serializable(PACKAGE)
def doubled(x: Any) -> Any:
    """A function that a config names."""
    return ops.multiply(x, 2)


class Keeper(layers.Layer):
    """A layer with a store of its own, which is not registered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.table: dict[str, float] = {}

    def call(self, x: Any) -> Any:
        """Nothing."""
        return x

    def save_own_variables(self, store: Any) -> None:
        """Write the table."""
        for key, value in self.table.items():
            store[key] = np.asarray(value)

    def load_own_variables(self, store: Any) -> None:
        """Read the table."""
        self.table = {key: float(np.asarray(store[key])) for key in store}


def test_registered_function(tmp_path: Path) -> None:
    """An activation and a Lambda of a registered function."""
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, activation=doubled), layers.Lambda(doubled)]
    )
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.layers[0].activation is doubled
    x = values("x", 2, 4)
    equal([again.predict(x, verbose=0)], [model.predict(x, verbose=0)])


def test_custom_objects_and_a_store_of_ones_own(tmp_path: Path) -> None:
    """A class that is not registered has to be given; what it stores comes back."""
    layer = Keeper()
    layer.table = {"a": 1.5, "b": -2.0}
    keras.Sequential([keras.Input((4,)), layer]).save(tmp_path / "model.keras")
    with pytest.raises(TypeError, match="Keeper"):
        keras.models.load_model(tmp_path / "model.keras")
    objects = {"Keeper": Keeper}
    again = keras.models.load_model(tmp_path / "model.keras", custom_objects=objects)
    assert again.layers[0].table == layer.table


# -- What is refused ---------------------------------------------------------------------


def _with_config(path: Path, change: Callable[[str], str]) -> None:
    """Rewrite the config of a ``.keras`` file."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    del members["metadata.json"]  # it has the checksums of what was written
    members["config.json"] = change(members["config.json"].decode()).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path.write_bytes(buffer.getvalue())


def test_a_file_cannot_name_what_is_not_registered(tmp_path: Path) -> None:
    """Nothing that a file names is imported."""
    path = tmp_path / "model.keras"
    keras.Sequential([keras.Input((4,)), layers.Dense(2)]).save(path)
    _with_config(
        path,
        lambda text: text.replace('"Dense"', '"Popen"').replace('"keras.layers"', '"subprocess"'),
    )
    with pytest.raises((TypeError, ValueError), match=r"Popen|subprocess|InputLayer"):
        keras.models.load_model(path)


@pytest.mark.parametrize("safe_mode", [None, True])
def test_code_in_a_file_is_refused(tmp_path: Path, safe_mode: bool | None) -> None:
    """Python code is not run, unless one asks for it."""
    path = tmp_path / "model.keras"
    keras.Sequential([keras.Input((4,)), layers.Lambda(doubled)]).save(path)
    code = {"class_name": "__lambda__", "config": {"code": "AAAA", "defaults": None}}

    def plant(text: str) -> str:
        config = json.loads(text)
        config["config"]["layers"][1]["config"]["function"] = code
        return json.dumps(config)

    _with_config(path, plant)
    options = {} if safe_mode is None else {"safe_mode": safe_mode}
    with pytest.raises(ValueError, match="lambda"):
        keras.models.load_model(path, **options)


def test_damaged_files(tmp_path: Path) -> None:
    """A file that was cut off is refused with its name, wherever it was cut."""
    path = tmp_path / "model.keras"
    model_rows.build("mlp").save(path)
    whole = path.read_bytes()
    for i in range(1, 16):
        path.write_bytes(whole[: len(whole) * i // 16])
        with pytest.raises(ValueError, match=r"model\.keras"):
            keras.models.load_model(path)


def test_weights_of_another_model(tmp_path: Path) -> None:
    """Weights that do not fit are an error that names the layer and both shapes."""
    model_rows.build("mlp").save_weights(tmp_path / "model.weights.h5")
    other = keras.Sequential(
        [keras.Input((4,)), layers.Dense(9, name="first"), layers.Dense(3, name="second")]
    )
    with pytest.raises(ValueError, match=r"first.*\(4, 9\).*\(4, 8\)"):
        other.load_weights(tmp_path / "model.weights.h5")
