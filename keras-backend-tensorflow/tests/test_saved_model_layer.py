"""`keras.layers.TFSMLayer`: a SavedModel as a layer."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
import keras_core as keras  # noqa: E402  # it may not be imported where the engine is missing
from keras_core import layers  # noqa: E402

if keras.config.backend() != "tensorflow":
    pytest.skip("for the backend tensorflow", allow_module_level=True)

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


class Scaling(tf.Module):
    """Functions by name and a signature, with a variable that no list names."""

    def __init__(self):
        super().__init__()
        self.scale = tf.Variable(2.0, name="scale")

    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def double(self, x):
        return x * self.scale

    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def training(self, x):
        return {"y": -x * self.scale}


@pytest.fixture
def exported(tmp_path):
    norm = layers.BatchNormalization()
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2), norm])
    model.export(tmp_path / "model", verbose=False)
    return model, str(tmp_path / "model")


@pytest.fixture
def scaling(tmp_path):
    module = Scaling()
    tf.saved_model.save(module, str(tmp_path), signatures={"other": module.training})
    return str(tmp_path)


def test_it_computes_what_was_exported(exported, tmp_path):
    model, path = exported
    layer = layers.TFSMLayer(path)
    np.testing.assert_allclose(layer(X), model(X), rtol=1e-6)
    assert [v.shape for v in layer.trainable_weights] == [v.shape for v in model.trainable_weights]
    assert len(layer.weights) == len(model.weights) == 6
    assert not layers.TFSMLayer(path, trainable=False).trainable_weights
    around = keras.Sequential([keras.Input((3,)), layer])
    assert around.output_shape == (None, 2)
    around.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="SavedModel"):
        keras.models.load_model(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras", safe_mode=False)
    np.testing.assert_allclose(again(X), model(X), rtol=1e-6)


def test_it_is_trained_further(exported):
    _, path = exported
    layer = layers.TFSMLayer(path)
    before = [np.array(v) for v in layer.trainable_weights]
    model = keras.Sequential([keras.Input((3,)), layer, layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(X, X[:, :1], verbose=0)
    moved = [np.any(v != b) for v, b in zip(layer.trainable_weights, before, strict=True)]
    assert any(moved)


def test_endpoints(scaling):
    layer = layers.TFSMLayer(scaling, "double", "training")
    np.testing.assert_array_equal(layer(X), X * 2)
    np.testing.assert_array_equal(layer(X, training=True)["y"], X * -2)
    assert [v.name for v in layer.trainable_weights] == ["scale"]
    layer.weights[0].assign(3.0)
    np.testing.assert_array_equal(layer(X), X * 3)
    by_signature = layers.TFSMLayer(scaling, "other")
    np.testing.assert_array_equal(by_signature(X)["y"], X * -2)
    with pytest.raises(ValueError, match=r"'nowhere'.*'double', 'other', 'training'"):
        layers.TFSMLayer(scaling, "nowhere")
