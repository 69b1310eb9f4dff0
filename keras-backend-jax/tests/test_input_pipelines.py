"""Layers in input pipelines run on the host, while the process is locked to JAX."""

import subprocess
import sys
import threading

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.tensors.scopes import HostScope

X = np.arange(24, dtype="uint8").reshape(4, 2, 3)
EXPECTED = X / np.float32(2) - 1


def rescaling():
    return layers.Rescaling(0.5, offset=-1.0)


def forbid_the_engine(monkeypatch):
    import jax

    def refuse(*args, **kwargs):
        raise AssertionError("an array went to the engine")

    monkeypatch.setattr(jax, "device_put", refuse)
    monkeypatch.setattr(jax.numpy, "asarray", refuse)


def test_on_the_host_arrays_stay_arrays(monkeypatch):
    layer = rescaling()
    with HostScope():
        forbid_the_engine(monkeypatch)
        out = layer(X)
    assert type(out) is np.ndarray
    np.testing.assert_array_equal(out, EXPECTED)
    monkeypatch.undo()
    assert type(layer(X)).__module__.startswith("jaxlib")


def test_a_model_on_the_host_scope_still_takes_tensors_of_the_engine():
    with HostScope():
        out = rescaling()(keras.ops.convert_to_tensor(X))
    assert type(out).__module__.startswith("jaxlib")


def test_in_functions_of_tf_data():
    tf = pytest.importorskip("tensorflow", reason="the other engine")
    layer = rescaling()
    dataset = tf.data.Dataset.from_tensor_slices((X, X[:, 0, 0])).batch(2)
    dataset = dataset.map(lambda x, y: (layer(x), y), num_parallel_calls=2)
    assert dataset.element_spec[0].shape.as_list() == [None, 2, 3]
    found = np.concatenate([x.numpy() for x, _ in dataset])
    np.testing.assert_array_equal(found, EXPECTED)
    model = keras.Sequential([layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    assert np.isfinite(model.fit(dataset, verbose=0).history["loss"][0])


WORKERS = """
import numpy as np
import torch
import keras_core as keras

class Rescaled(torch.utils.data.Dataset):
    def __init__(self):
        self.layer = keras.layers.Rescaling(0.5, offset=-1.0)
        self.x = np.arange(24, dtype="uint8").reshape(4, 2, 3)

    def __len__(self):
        return 4

    def __getitem__(self, i):
        out = self.layer(self.x[i])
        assert type(out) is np.ndarray, type(out)
        return out

if __name__ == "__main__":
    loader = torch.utils.data.DataLoader(
        Rescaled(), batch_size=2, num_workers=2, multiprocessing_context="spawn"
    )
    print(np.concatenate([b.numpy() for b in loader]).ravel().tolist())
"""


@pytest.mark.one_in(8)
@pytest.mark.one_in(15)
def test_in_workers_of_a_data_loader(tmp_path):
    pytest.importorskip("torch", reason="the other engine")
    (tmp_path / "program.py").write_text(WORKERS)
    done = subprocess.run(
        [sys.executable, tmp_path / "program.py"], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == str(EXPECTED.ravel().tolist()), done.stderr


def test_in_threads_of_a_pydataset():
    seen = []
    layer = rescaling()

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, i):
            out = layer(X[2 * i : 2 * i + 2])
            seen.append((threading.current_thread(), type(out)))
            return out, np.zeros(2)

    model = keras.Sequential([layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(Batches(workers=2), verbose=0)
    kinds = [kind for thread, kind in seen if thread is not threading.main_thread()]
    assert kinds == [np.ndarray, np.ndarray]


def test_the_copy_is_made_when_it_is_needed():
    code = "import keras_core, sys; print([m for m in sys.modules if 'on_host' in m])"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert out.strip() == "[]"


def test_what_a_layer_has_learned_comes_along():
    layer = layers.Discretization(num_bins=3)
    for scale in (1.0, 10.0):
        layer.adapt(X * scale)
        with HostScope():
            out = layer(X * scale)
        np.testing.assert_array_equal(out, layer(X * scale))
        assert out.max() == 2
    layer = layers.Normalization()
    for scale in (1.0, 10.0):
        layer.adapt(X * scale)
        with HostScope():
            out = layer(X * scale)
        np.testing.assert_allclose(out, layer(X * scale), rtol=1e-5, atol=1e-6)


def test_weights_come_along():
    layer = layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 4.0, 4.0])
    with HostScope():
        out = layer(X.astype("float32"))
    np.testing.assert_allclose(out, layer(X.astype("float32")), rtol=1e-6)
