"""What the reference backend is asked for; each function runs in its process."""

from pathlib import Path
from typing import Any

import numpy as np

import keras_core as keras
from keras_core.conformance.suite import layer_slopes, model_rows, scenarios
from keras_core.conformance.suite.kernel_rows import iter_kernel_rows
from keras_core.conformance.suite.layer_rows import iter_layer_rows, tensors_of
from keras_core.conformance.suite.reference import Arrays, reference

_HERE = "keras_core.conformance.suite.jobs"


def ask(job: str, *arguments: str) -> Arrays:
    """What a function of this module gives on the reference backend."""
    return reference(f"{_HERE}:{job}", *arguments)


def named(name: str, arrays: list[Any]) -> dict[str, Any]:
    """Arrays with numbers behind a name."""
    return {f"{name}/{i}": array for i, array in enumerate(arrays)}


def picked(arrays: Arrays, name: str) -> list[Any]:
    """What `named` put under a name."""
    return [arrays[key] for key in arrays if key.rpartition("/")[0] == name]


def outputs_of_layers() -> Arrays:
    """What each row of the table of layers gives."""
    out: dict[str, Any] = {}
    for row in (*iter_layer_rows(), *iter_kernel_rows()):
        out.update(named(row.id, tensors_of(row.call(row.built(), *row.draw()))))
    return out


def slopes_of_layers() -> Arrays:
    """The slope of each row of the table of layers along a direction."""
    return layer_slopes.slopes()


def outputs_of_models(directory: str) -> Arrays:
    """What each model predicts; the models are saved in ``directory``."""
    out: dict[str, Any] = {}
    for name in model_rows.MODELS:
        model = model_rows.build(name)
        model.save(Path(directory) / f"{name}.keras")
        out.update(named(name, predictions(model, name)))
    return out


def outputs_of_applications() -> Arrays:
    """What each network for images predicts, as shares of the largest value."""
    return {name: features(name) for name in model_rows.APPLICATIONS}


def features(name: str) -> Any:
    """What a network for images predicts, as shares of the largest value."""
    model, images = model_rows.application(name)
    out = model.predict(images, verbose=0)
    return out / np.abs(out).max()


def predictions(model: Any, name: str, label: str = "") -> list[Any]:
    """What a model of the table predicts."""
    return model_rows.flat(model.predict(model_rows.inputs_of(name, label), verbose=0))


def outputs_of_files(directory: str) -> Arrays:
    """What the models that another backend saved predict here."""
    out: dict[str, Any] = {}
    for path in sorted(Path(directory).glob("*.keras")):
        model = keras.models.load_model(path)
        out.update(named(path.stem, predictions(model, path.stem)))
    return out


def curves() -> Arrays:
    """What every training scenario gives."""
    return {name: run() for name, run in scenarios.SCENARIOS.items()}
