"""Datasets of TensorFlow feed other backends too."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.one_in(6)

pytest.importorskip("tensorflow")

CODE = """
import numpy as np, tensorflow as tf
from keras_core.data import adapters

x = np.arange(20.0).reshape(10, 2).astype("float32")
dataset = tf.data.Dataset.from_tensor_slices((x, np.arange(10))).batch(4)
kinds = []
sparse = tf.data.Dataset.from_tensors({"a": tf.sparse.from_dense(np.eye(3, dtype="float32"))})
got = next(iter(adapters.make_source(sparse).batches()))["a"]
np.testing.assert_array_equal(got, np.eye(3))
for taught in (adapters._far(), ()):
    adapters._far = lambda taught=taught: taught
    kinds.append(type(adapters.adapter_for(dataset)).__name__)
    source = adapters.make_source(dataset)
    batches = list(source.batches())
    assert source.num_batches == 3 == len(batches)
    assert all(type(v) is np.ndarray for b in batches for v in b), batches
    np.testing.assert_array_equal(np.concatenate([b[0] for b in batches]), x)
    endless = adapters.make_source(dataset.repeat(), steps=5)
    assert endless.num_batches == 5 == len(list(endless.batches()))
    assert adapters.make_source(dataset.repeat()).num_batches is None
print(kinds)
"""


def test_datasets_feed_another_backend():
    """By the plugin, and as any iterable where the plugin is not installed."""
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, "KERAS_BACKEND": "numpy"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['Contributed', 'Iterables']"


FOLDERS = """
import os, sys, numpy as np
import keras_core as keras

folder = sys.argv[1]
for name in ("a", "b"):
    os.makedirs(os.path.join(folder, name))
    for i in range(3):
        with open(os.path.join(folder, name, f"{i}.txt"), "w") as file:
            file.write(f"{name}{i}")
call = lambda **k: keras.utils.text_dataset_from_directory(
    folder, batch_size=2, shuffle=False, verbose=False, **k
)
default, asked = call(), call(format="tf")
import tensorflow as tf
print(isinstance(default, tf.data.Dataset))
assert isinstance(asked, tf.data.Dataset)
assert asked.class_names == ["a", "b"] and len(asked) == 3 and len(asked.file_paths) == 6
for dataset in (default, asked):
    texts = np.concatenate([np.asarray(x) for x, _ in dataset])
    assert [t if isinstance(t, str) else t.decode() for t in texts] == "a0 a1 a2 b0 b1 b2".split()
assert [np.asarray(y).tolist() for _, y in asked] == [[0, 0], [0, 1], [1, 1]]
assert asked.element_spec[0].shape == (None,) and asked.element_spec[0].dtype == tf.string
assert sum(len(x) for x, _ in asked.repeat(2)) == 12
"""


@pytest.mark.parametrize("backend", ["numpy", "tensorflow"])
def test_folders_as_datasets(tmp_path, backend):
    """By default on tensorflow, and elsewhere for whoever asks for them."""
    done = subprocess.run(
        [sys.executable, "-c", FOLDERS, str(tmp_path)],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(backend == "tensorflow")


MAPPED = """
import numpy as np, tensorflow as tf
import keras_core as keras
from keras_core import layers

texts, labels = np.array(["a b", "b", "c a"]), np.array([0, 1, 0])
vectorize = layers.TextVectorization(output_sequence_length=3)
dataset = tf.data.Dataset.from_tensor_slices((texts, labels)).batch(2)
vectorize.adapt(dataset.map(lambda x, y: x))
want = np.asarray(vectorize(texts))
mapped = dataset.map(lambda x, y: (vectorize(x), y), num_parallel_calls=2)
assert mapped.element_spec[0].shape.as_list() == [None, 3], mapped.element_spec
np.testing.assert_array_equal(np.concatenate([x for x, _ in mapped]), want)
for layer in (
    layers.StringLookup(vocabulary=["a b", "b"], output_mode="one_hot"),
    layers.Hashing(7),
):
    got = np.concatenate(list(dataset.map(lambda x, y: layer(x))))
    np.testing.assert_array_equal(got, layer(texts))
    np.testing.assert_array_equal(tf.function(layer)(tf.constant(texts)), layer(texts))
back = layers.StringLookup(vocabulary=["a", "b"], invert=True)
assert list(dataset.map(lambda x, y: back(y)))[0].numpy().tolist() == [b"[UNK]", b"a"]
cross = layers.HashedCrossing(9)
got = np.concatenate(list(dataset.map(lambda x, y: cross((x, y)))))
np.testing.assert_array_equal(got, cross((texts, labels)))
embed = layers.Embedding(vectorize.vocabulary_size(), 4)
model = keras.Sequential([embed, layers.Flatten(), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(mapped, verbose=0)
"""


def test_layers_of_strings_in_a_pipeline():
    """They are nodes of the dataset's graph that call Python."""
    done = subprocess.run(
        [sys.executable, "-c", MAPPED],
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
