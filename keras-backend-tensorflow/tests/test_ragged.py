"""Ragged tensors of TensorFlow where Keras takes them."""

import os
import pickle
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
import keras_core as keras  # noqa: E402  # it may not be imported where the engine is missing
from keras_core import layers, ops  # noqa: E402
from keras_core.core.dispatch.op import operation_named  # noqa: E402
from keras_core.ops import ragged_rules  # noqa: E402

if keras.config.backend() != "tensorflow":
    pytest.skip("for the backend tensorflow", allow_module_level=True)

PROGRAM = Path(__file__).with_name("ragged_program.py")


@cache
def results(package):
    """What the cases of `ragged_program` gave, by their names."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), package],
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout)  # noqa: S301  # it was written by our own process


def compare(ours, theirs):
    assert type(ours) is type(theirs), (ours, theirs)
    if isinstance(ours, dict):
        assert ours.keys() == theirs.keys()
        for key in ours:
            compare(ours[key], theirs[key])
    elif isinstance(ours, list):
        assert len(ours) == len(theirs), (ours, theirs)
        for a, b in zip(ours, theirs, strict=True):
            compare(a, b)
    elif isinstance(ours, float):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    else:
        assert ours == theirs


@pytest.mark.one_in(15)
@pytest.mark.interop
@pytest.mark.skipif(find_spec("keras") is None, reason="real Keras is not there")
def test_ragged_tensors_do_what_they_do_in_keras():
    ours, theirs = results("keras_core"), results("keras")
    assert ours.keys() == theirs.keys()
    assert len(ours) > 60
    for name in ours:
        try:
            compare(ours[name], theirs[name])
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


R = tf.ragged.constant([[1.5, -2.0, 3.0], [], [0.25], [2.0, 1.0]])


@pytest.mark.parametrize("name", ragged_rules.ELEMENTWISE)
def test_an_elementwise_operation_works_row_by_row(name):
    operation = operation_named(name).front
    whole = {
        "cast": ("float32",),
        "saturate_cast": ("int32",),
        "clip": (0.0, 1.0),
        "threshold": (0.5, 0.0),
        "full_like": (2,),
        "where": (R * 0.5, 2.0),
    }
    n = len(operation_named(name).tensor_params) if name not in whole else 1
    for make in (
        lambda x: tf.cast(x > 0, tf.float32) * 0.5 + 0.25,
        lambda x: tf.cast(tf.abs(x), tf.int32),
        lambda x: x > 0,
    ):
        args = [make(R)] * n if name != "where" else [R > 0]
        try:
            operation(*[a.flat_values for a in args], *[_values(a) for a in whole.get(name, ())])
        except Exception:  # not of this dtype
            continue
        found = operation(*args, *whole.get(name, ()))
        assert isinstance(found, tf.RaggedTensor)
        for i, row in enumerate(found):
            rest = [a[i] if isinstance(a, tf.RaggedTensor) else a for a in whole.get(name, ())]
            wanted = operation(*[a[i] for a in args], *rest)
            np.testing.assert_allclose(row, wanted, rtol=1e-5)
        return
    raise AssertionError(f"{name} takes none of the dtypes")


def _values(x):
    return x.flat_values if isinstance(x, tf.RaggedTensor) else x


def test_dense_tensors_broadcast_over_rows():
    means = ops.mean(R, axis=1, keepdims=True)
    centred = ops.subtract(R, ops.where(ops.isnan(means), 0.0, means))
    for row, before in zip(centred, R, strict=True):
        np.testing.assert_allclose(row, before - (np.mean(before) if len(before) else 0), atol=1e-6)
    deep = tf.RaggedTensor.from_row_lengths(R[:4], [3, 1])  # two axes that vary
    shift = ops.reshape(ops.convert_to_tensor([10.0, 20.0]), (2, 1, 1))
    assert ops.add(deep, shift).to_list()[1] == [[22.0, 21.0]]


def test_what_has_no_meaning_for_rows_is_refused():
    with pytest.raises(TypeError, match=r"`reshape` takes no ragged tensor.*ragged=False"):
        ops.reshape(R, (2, -1))
    with pytest.raises(ValueError, match=r"sparse=True.*ragged=True"):
        keras.Input((None,), sparse=True, ragged=True)


def test_gradients_flow_through_rows():
    table = layers.Embedding(6, 2)
    dense = layers.Dense(1)
    ids = tf.ragged.constant([[1, 2], [3]])
    with tf.GradientTape() as tape:
        loss = ops.sum(dense(ops.mean(table(ids), axis=1)))
    gradient = tf.convert_to_tensor(tape.gradient(loss, table.embeddings))
    kernel = dense.kernel.numpy()[:, 0]
    np.testing.assert_allclose(gradient[1], kernel / 2, rtol=1e-5)
    np.testing.assert_allclose(gradient[3], kernel, rtol=1e-5)


def test_a_model_that_makes_rows_dense_is_built_and_saved(tmp_path):
    dense = layers.Lambda(lambda r: r.to_tensor())
    model = keras.Sequential([dense, layers.Embedding(8, 2), layers.LSTM(2)])
    model.compile("sgd", "mse")
    ids = tf.ragged.constant([[1, 2, 3], [4], [2, 2]])
    history = model.fit(ids, np.ones((3, 2)), epochs=2, verbose=0).history
    assert history["loss"][1] < history["loss"][0]
    i = keras.Input((None,), ragged=True, dtype="int32")
    x = layers.GlobalAveragePooling1D()(layers.Embedding(8, 2)(i))
    model = keras.Model(i, layers.Dense(1)(x))
    path = tmp_path / "m.keras"
    model.save(path)
    again = keras.saving.load_model(path)
    assert again.inputs[0].ragged
    np.testing.assert_allclose(again.predict(ids, verbose=0), model.predict(ids, verbose=0))
