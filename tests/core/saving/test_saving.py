"""Saving and loading, and what is refused."""

import json
import os
import zipfile

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.base.file_errors import CorruptFileError


def small():
    return keras.Sequential(
        [keras.Input((3,)), layers.Dense(4, activation="relu"), layers.Dense(2)]
    )


X = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")


def test_round_trip(tmp_path):
    model = small()
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_weights_round_trip(tmp_path):
    a, b = small(), small()
    a.save_weights(tmp_path / "w.weights.h5")
    b.load_weights(tmp_path / "w.weights.h5")
    for v, w in zip(a.get_weights(), b.get_weights(), strict=True):
        np.testing.assert_array_equal(v, w)


def test_weights_that_do_not_fit_are_named(tmp_path):
    small().save_weights(tmp_path / "w.weights.h5")
    other = keras.Sequential([keras.Input((3,)), layers.Dense(5, name="wide"), layers.Dense(2)])
    with pytest.raises(ValueError, match=r"wide.*\(3, 5\).*\(3, 4\)"):
        other.load_weights(tmp_path / "w.weights.h5")


def test_custom_objects_come_from_a_registry(tmp_path):
    @keras.saving.register_keras_serializable("tests")
    class Scale(layers.Layer):
        def __init__(self, factor, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor

        def call(self, x):
            return x * self.factor

    model = keras.Sequential([keras.Input((3,)), Scale(2.5)])
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    assert again.layers[0].factor == 2.5


def test_an_unknown_class_is_not_imported(tmp_path):
    path = tmp_path / "m.keras"
    small().save(path)
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
        rest = {n: archive.read(n) for n in archive.namelist() if n == "model.weights.h5"}
    config["config"]["layers"][1].update(module="antigravity", class_name="Flyer")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        for name, value in rest.items():
            archive.writestr(name, value)
    with pytest.raises(TypeError, match="Could not locate class 'Flyer'"):
        keras.models.load_model(path)
    import sys

    assert "antigravity" not in sys.modules


def test_lambdas_are_refused(tmp_path):
    config = {
        "module": "keras.layers",
        "class_name": "Lambda",
        "config": {
            "name": "l",
            "function": {"class_name": "__lambda__", "config": {"code": "AAAA"}},
        },
        "registered_name": None,
    }
    with pytest.raises(ValueError, match=r"lambda.*arbitrary code"):
        keras.saving.deserialize_keras_object(config)
    model = keras.Sequential([keras.Input((3,)), layers.Lambda(lambda x: x)])
    with pytest.raises(ValueError, match="Cannot serialize a lambda"):
        model.save(tmp_path / "m.keras")


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "m.keras"
    model = small()
    model.save(path)
    before = path.read_bytes()

    class Broken(layers.Dense):
        def save_own_variables(self, store):
            raise RuntimeError("no")

    bad = keras.Sequential([keras.Input((3,)), Broken(2)])
    with pytest.raises(RuntimeError, match="no"):
        bad.save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["m.keras"]


def test_truncated_and_foreign_files(tmp_path):
    path = tmp_path / "m.keras"
    small().save(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(CorruptFileError, match="truncated"):
        keras.models.load_model(path)
    path.write_text("hello")
    with pytest.raises(CorruptFileError, match="not an archive"):
        keras.models.load_model(path)
    with pytest.raises(FileNotFoundError, match=r"nothing\.keras"):
        keras.models.load_model(tmp_path / "nothing.keras")
    with pytest.raises(ValueError, match=r"\.keras"):
        small().save(tmp_path / "model")


def test_json_and_clone():
    model = small()
    again = keras.models.model_from_json(model.to_json())
    assert [x.name for x in again.layers] == [x.name for x in model.layers]
    clone = keras.models.clone_model(model)
    assert clone.count_params() == model.count_params()
    assert clone.layers[0] is not model.layers[0]


@keras.saving.register_keras_serializable("tests")
def tripled(x, by=3.0):
    return x * by


def test_configs_are_json():
    constant = keras.initializers.Constant(np.array([[1.0, 2.0]], "float32"))
    again = keras.initializers.Constant.from_config(json.loads(json.dumps(constant.get_config())))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(again((2, 2))), [[1, 2], [1, 2]])
    assert keras.initializers.Constant(2.0).get_config() == {"value": 2.0}
    x = np.ones((1, 2), "float32")
    for function in (tripled, keras.activations.relu, keras.ops.tanh):
        layer = layers.Lambda(function, output_shape=(2,), mask=np.array([True, False]))
        config = json.loads(json.dumps(layer.get_config()))
        again = layers.Lambda.from_config(config, safe_mode=True)
        np.testing.assert_array_equal(again(x), layer(x))
        assert keras.ops.convert_to_numpy(again.mask).tolist() == [True, False]
    scaled = layers.Lambda(tripled, arguments={"by": np.array([1.0, 5.0], "float32")})
    again = layers.Lambda.from_config(json.loads(json.dumps(scaled.get_config())))
    np.testing.assert_array_equal(again(x), [[1, 5]])
    lambda_layer = layers.Lambda(lambda x: x * 4.0)
    again = layers.Lambda.from_config(lambda_layer.get_config())
    np.testing.assert_array_equal(again(x), [[4, 4]])


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "m.weights.h5", "m.weights.json"])
@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float8_e4m3fn", "float8_e5m2"])
@pytest.mark.filterwarnings("ignore:.*legacy")
def test_weights_of_every_float_are_saved(dtype, name, tmp_path):
    @keras.saving.register_keras_serializable("floats", f"Held{dtype}")
    class Held(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(shape=(4,), dtype=dtype, name="w")

        def call(self, x):
            return x

    def made():
        return keras.Sequential([keras.Input((3,)), Held(name="held")])

    model, path = made(), tmp_path / name
    model.weights[0].assign(np.array([0.5, -2.0, 8.0, 0.0]))
    if "weights" in name:
        model.save_weights(path, max_shard_size=1 if "json" in name else None)
        again = made()
        again.load_weights(path)
    else:
        model.save(path)
        again = keras.saving.load_model(path)
    (held,) = again.weights
    assert held.dtype == dtype
    assert held.numpy().astype("float32").tolist() == [0.5, -2.0, 8.0, 0.0]
