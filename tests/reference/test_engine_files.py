"""Files of real Keras, written on each of its engines, load here with all that training needs."""

import inspect
import io
import zipfile

import h5py
import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras
from keras_core import optimizers

pytestmark = [pytest.mark.interop, pytest.mark.one_in(3)]

ENGINES = ["torch", "jax", "tensorflow"]
WRAPPERS = ("LossScaleOptimizer", "MultiOptimizer", "Optimizer")
OPTIMIZERS = sorted(
    name
    for name, cls in inspect.getmembers(optimizers)
    if isinstance(cls, type)
    and issubclass(cls, optimizers.Optimizer)
    and name not in WRAPPERS
    and name == cls.__name__
)

SAVE = """
from keras import layers as L
result = {}
for name in names:
    if not hasattr(keras.optimizers, name):
        continue
    x = keras.Input((4,))
    y = L.Dense(2, name="left")(L.Dropout(0.5)(L.Dense(3)(x)))
    model = keras.Model(x, [y, L.Dense(2, name="right")(L.BatchNormalization()(x))])
    model.compile(
        getattr(keras.optimizers, name)(learning_rate=0.01, clipnorm=1.0),
        loss=["mse", keras.losses.Huber(delta=2.0)],
        metrics=[["mae", keras.metrics.CosineSimilarity(name="c")], None],
        loss_weights=[1.0, 0.5],
        run_eagerly=True,  # tracing is what takes the time
    )
    data = np.linspace(-1, 1, 16).reshape(4, 4)
    model.fit(data, [data[:, :2], data[:, 2:]], verbose=0)
    model.save(f"{folder}/{name}.keras")
    result[name] = [
        keras.ops.convert_to_numpy(z) for z in model(np.ones((1, 4)))
    ]
"""


@pytest.fixture(scope="module", params=ENGINES)
def saved(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    # torch has optimizers of its own; what the others write differs by the engine's arrays only
    names = OPTIMIZERS if request.param == "torch" else OPTIMIZERS[: scaled(4)]
    outputs = real_keras(SAVE, backend=request.param, folder=str(folder), names=names)
    assert len(outputs) > len(names) - 4
    return folder, outputs


def test_compiled_models_go_on_where_they_were(saved):
    folder, outputs = saved
    for name, wanted in outputs.items():
        path = folder / f"{name}.keras"
        model = keras.saving.load_model(path)
        assert type(model.optimizer).__name__ == name
        for y, z in zip(model.predict(np.ones((1, 4)), verbose=0), wanted, strict=True):
            np.testing.assert_allclose(y, z, rtol=1e-4, atol=1e-5, err_msg=name)
        with h5py.File(io.BytesIO(zipfile.ZipFile(path).read("model.weights.h5"))) as f:
            state = [f[f"optimizer/vars/{i}"][()] for i in range(len(f["optimizer/vars"]))]
        for v, value in zip(model.optimizer.variables, state, strict=True):
            np.testing.assert_array_equal(v.numpy(), value, err_msg=f"{name}: {v.path}")
        assert model.optimizer.clipnorm == 1.0


@pytest.mark.parametrize(
    ("module", "name", "kind"),
    [
        ("keras.src.backend.torch.optimizers.torch_adam", "Adam", optimizers.Adam),
        ("keras.src.backend.any_engine.losses.fused", "MeanSquaredError", keras.losses.Loss),
        ("keras.src.metrics.regression_metrics", "MeanSquaredError", keras.metrics.Metric),
        ("keras.src.layers.core.dense", "Dense", keras.layers.Layer),
        ("keras.src.engine.functional", "Sequential", keras.Model),
        ("keras.src.optimizers.schedules.learning_rate_schedule", "CosineDecay", object),
        ("keras_core.layers.core", "Dense", keras.layers.Layer),
    ],
)
def test_inner_modules_are_looked_up_by_kind_and_name(module, name, kind):
    configs = {
        "Dense": {"units": 2},
        "Sequential": {"name": "s", "layers": []},
        "CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 3},
    }
    made = keras.saving.deserialize_keras_object(
        {"module": module, "class_name": name, "config": configs.get(name, {}),
         "registered_name": name}
    )  # fmt: skip
    assert isinstance(made, kind)
    assert type(made).__name__ == name
