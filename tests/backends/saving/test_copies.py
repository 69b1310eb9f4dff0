"""Models that have been trained are copied with all that training needs."""

import copy
import io
import pickle

import graphs
import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.tensors import runtime

pytestmark = pytest.mark.skipif(
    runtime.CAPABILITIES.autodiff == "none", reason="the backend has no gradients"
)

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")


class Net(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.stack = [layers.Dense(3), {"norm": layers.BatchNormalization()}]
        self.drop = layers.Dropout(0.5, seed=1)

    def call(self, x):
        return self.drop(self.stack[1]["norm"](self.stack[0](x)))


def functional():
    x = keras.Input((3,))
    shared = layers.Dense(3)
    return keras.Model(x, layers.Add()([shared(x), shared(shared(x))]))


MODELS = {
    "functional": functional,
    "sequential": lambda: keras.Sequential([layers.Dense(3), layers.BatchNormalization()]),
    "subclass": Net,
    "random": lambda: None,
}


def by_joblib(model):
    joblib = pytest.importorskip("joblib")
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


def by_file(model, tmp_path):
    model.save(tmp_path / "m.keras")
    return keras.saving.load_model(tmp_path / "m.keras", custom_objects={"Net": Net})


COPIES = {
    "deepcopy": lambda m, _: copy.deepcopy(m),
    "pickle": lambda m, _: pickle.loads(pickle.dumps(m)),  # made here
    "joblib": lambda m, _: by_joblib(m),
    "file": by_file,
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("name", MODELS)
def test_training_goes_on_in_the_copy(name, how, tmp_path):
    if name == "random":
        model = graphs.make(keras, 5)
        x = graphs.data(keras, model, 0)
        y = keras.tree.map_structure(lambda t: np.zeros((3, *t.shape[1:])), model.output)
    else:
        model, x, y = MODELS[name](), X, X
        model(X[:1])
    if (name, how) != ("subclass", "file"):  # whose config says nothing of its layers
        model.layers[0].trainable = False
    metrics = None if name == "random" else ["mae"]
    model.compile(keras.optimizers.Adam(0.01), loss="mse", metrics=metrics)
    model.fit(x, y, epochs=2, verbose=0, batch_size=4)
    before = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    wanted = keras.tree.flatten(model.predict(x, verbose=0))
    twin = COPIES[how](model, tmp_path)
    assert [v.trainable for v in twin.weights] == [v.trainable for v in model.weights]
    assert len(twin.trainable_weights) == len(model.trainable_weights)
    for a, b in zip(twin.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    for a, b in zip(keras.tree.flatten(twin.predict(x, verbose=0)), wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    history = twin.fit(x, y, verbose=0, batch_size=4, shuffle=False).history
    now = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    for a, b in zip(now, before, strict=True):
        np.testing.assert_array_equal(a, b, err_msg="the original has changed")
    if how != "file":  # which does not keep the states of seed generators of no layer
        again = model.fit(x, y, verbose=0, batch_size=4, shuffle=False).history
        np.testing.assert_allclose(history["loss"], again["loss"], rtol=1e-5)
