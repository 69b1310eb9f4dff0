"""Ragged tensors given to Keras: ``python ragged_program.py PACKAGE`` writes what came of each."""

import importlib
import os
import pickle
import sys
import tempfile
import warnings
import wave

import numpy as np
import tensorflow as tf

out = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
warnings.simplefilter("ignore")
keras = importlib.import_module(sys.argv[1])
L, ops = keras.layers, keras.ops

IDS = tf.ragged.constant([[1, 2, 3], [4], [2, 2], [5, 1, 1, 3]], dtype=tf.int64)
X = tf.RaggedTensor.from_row_lengths(tf.reshape(tf.range(30.0), (10, 3)), [3, 1, 2, 4])
D = tf.ones((4, 2, 3))
F = tf.cast(IDS, tf.float32)
WORDS = tf.ragged.constant([["a", "b"], ["c"]])
TEXTS = ["a b", "c"]
Y = np.ones((4, 1))


def plain(x):
    if isinstance(x, tf.RaggedTensor):
        return {"ragged": plain(x.to_list()), "dtype": x.dtype.name}
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if hasattr(x, "shape"):
        return plain(np.asarray(x).tolist())
    return x


def table(**kwargs):
    return L.Embedding(8, 2, embeddings_initializer="ones", **kwargs)


class Sums(L.Layer):
    """The sums of rows, by TensorFlow."""

    def call(self, x):
        assert isinstance(x, tf.RaggedTensor) or len(x.shape) == 3
        return tf.reduce_sum(x, axis=1)


class Own(keras.Model):
    """A model that makes rows dense."""

    def __init__(self):
        super().__init__()
        self.table, self.out = table(), L.Dense(1, kernel_initializer="ones")

    def call(self, x):
        x = self.table(x)
        return self.out(tf.reduce_sum(x.to_tensor() if hasattr(x, "to_tensor") else x, axis=1))


def model(**kwargs):
    """A functional model of rows of integers."""
    i = keras.Input((None,), dtype="int64", **kwargs)
    x = L.Lambda(lambda x: tf.reduce_mean(x, axis=1), output_shape=(2,))(table()(i))
    made = keras.Model(i, L.Dense(1, kernel_initializer="ones")(x))
    made.compile("sgd", "mse")
    return made


def own():
    made = Own()
    made.compile("sgd", "mse")
    return made


def sequential():
    made = keras.Sequential([table(), Sums(), L.Dense(1, kernel_initializer="ones")])
    made.compile("sgd", "mse")
    return made


def fitted(model, *data, **kwargs):
    return model.fit(*data, verbose=0, shuffle=False, **kwargs).history


def batches(*data):
    return tf.data.Dataset.from_tensor_slices(data if len(data) > 1 else data[0]).batch(2)


def updated(metric, *values):
    metric.update_state(*values)
    return metric.result()


def tokens(**kwargs):
    return L.TextVectorization(vocabulary=["a", "b"], **kwargs)


def words(**kwargs):
    return L.StringLookup(vocabulary=["a", "b"], **kwargs)


def sounds(**kwargs):
    """Three sounds of different lengths."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/a")
        for frames in (3, 1, 4):
            with wave.open(f"{folder}/a/{frames}.wav", "wb") as file:
                file.setparams((2, 2, 8000, 0, "NONE", ""))
                file.writeframes(np.arange(2 * frames, dtype="<i2").tobytes())
        kwargs = {"batch_size": 2, "ragged": True, "shuffle": False, **kwargs}
        dataset = keras.utils.audio_dataset_from_directory(folder, verbose=False, **kwargs)
        return [repr(dataset.element_spec), list(dataset)]


CASES = {
    "Embedding": lambda: table()(IDS),
    "Embedding, masks": lambda: table(mask_zero=True).compute_mask(IDS),
    "Lambda": lambda: L.Lambda(lambda x: x * 2.0)(X),
    "Lambda, dense": lambda: L.Lambda(lambda x: tf.reduce_sum(x, axis=1))(X),
    "Activation": lambda: L.Activation("relu")(-X),
    "Dropout": lambda: L.Dropout(0.5)(X),
    "pooling": lambda: L.GlobalAveragePooling1D()(X),
    "Concatenate": lambda: L.Concatenate()([X, X]),
    "Add": lambda: L.Add()([X, X]),
    "Multiply": lambda: L.Multiply()([X, X]),
    "LayerNormalization": lambda: L.LayerNormalization()(X),
    "BatchNormalization": lambda: L.BatchNormalization()(X),
    "Rescaling": lambda: L.Rescaling(2.0)(X),
    "Normalization": lambda: L.Normalization(mean=1.0, variance=4.0)(X),
    "CategoryEncoding": lambda: L.CategoryEncoding(8)(IDS),
    "CategoryEncoding, counts": lambda: L.CategoryEncoding(8, output_mode="count")(IDS),
    "CategoryEncoding, one_hot": lambda: L.CategoryEncoding(8, output_mode="one_hot")(IDS),
    "Discretization": lambda: L.Discretization([2.0])(F),
    "Hashing": lambda: L.Hashing(4)(WORDS),
    "Hashing, integers": lambda: L.Hashing(4)(IDS),
    "Hashing, multi_hot": lambda: L.Hashing(4, output_mode="multi_hot")(IDS),
    "StringLookup": lambda: words()(WORDS),
    "StringLookup, inverse": lambda: words(invert=True)(IDS),
    "StringLookup, multi_hot": lambda: words(output_mode="multi_hot")(WORDS),
    "StringLookup, in a map": lambda: list(batches(WORDS).map(words())),
    "IntegerLookup": lambda: L.IntegerLookup(vocabulary=[1, 2])(IDS),
    "IntegerLookup, counts": lambda: L.IntegerLookup(vocabulary=[1, 2], output_mode="count")(IDS),
    "TextVectorization": lambda: tokens(ragged=True)(tf.constant(TEXTS)),
    "TextVectorization, a list": lambda: tokens(ragged=True)(TEXTS),
    "TextVectorization, a column": lambda: tokens(ragged=True)(tf.constant(TEXTS)[:, None]),
    "TextVectorization, cut": lambda: tokens(ragged=True, output_sequence_length=1)(TEXTS),
    "TextVectorization, ngrams": lambda: tokens(ragged=True, ngrams=2)(TEXTS),
    "TextVectorization, in a map": lambda: list(batches(TEXTS).map(tokens(ragged=True))),
    "TextVectorization, dense": lambda: tokens(split=None)(WORDS),
    "TextVectorization, whole": lambda: tokens(split=None, ragged=True)(WORDS),
    "TextVectorization, embedded": lambda: table()(tokens(ragged=True)(TEXTS)),
    "a layer of one's own": lambda: Sums()(X),
    "functional": lambda: model()(IDS),
    "functional, declared": lambda: model(ragged=True)(IDS),
    "predict": lambda: model(ragged=True).predict(IDS, verbose=0),
    "predict on batch": lambda: model(ragged=True).predict_on_batch(IDS),
    "fit": lambda: fitted(model(), IDS, Y, epochs=2),
    "fit, batches": lambda: fitted(model(ragged=True), IDS, Y, epochs=2, batch_size=2),
    "fit, validation": lambda: fitted(model(ragged=True), IDS, Y, validation_split=0.5),
    "fit, a dataset": lambda: fitted(model(), batches(IDS, Y), epochs=2),
    "evaluate": lambda: model(ragged=True).evaluate(IDS, Y, verbose=0),
    "train on batch": lambda: model(ragged=True).train_on_batch(IDS, Y),
    "a model of one's own": lambda: own()(IDS),
    "a model of one's own, fit": lambda: fitted(own(), IDS, Y),
    "a model of one's own, fit, a dataset": lambda: fitted(own(), batches(IDS, Y)),
    "a model of one's own, predict": lambda: own().predict(batches(IDS), verbose=0),
    "Sequential": lambda: sequential()(IDS),
    "Sequential, fit": lambda: fitted(sequential(), IDS, Y),
    "a loss": lambda: keras.losses.MeanSquaredError()(F, F + 1.0),
    "a function of losses": lambda: keras.losses.mean_squared_error(F, F * 2.0),
    "Mean": lambda: updated(keras.metrics.Mean(), F),
    "MeanAbsoluteError": lambda: updated(keras.metrics.MeanAbsoluteError(), F, F + 1.0),
    "Accuracy": lambda: updated(keras.metrics.Accuracy(), IDS, IDS),
    "sum": lambda: [ops.sum(X, axis=1), ops.sum(X), ops.sum(X, axis=-1)],
    "mean": lambda: [ops.mean(X, axis=1), ops.mean(X, axis=1, keepdims=True)],
    "max and any": lambda: [ops.max(X, axis=1), ops.any(X > 1, axis=1)],
    "softmax": lambda: ops.softmax(X),
    "cast": lambda: ops.cast(IDS, "float32"),
    "expand_dims": lambda: [ops.expand_dims(X, axis) for axis in (-1, 0, 1)],
    "concatenate": lambda: ops.concatenate([X, X], axis=1),
    "concatenate, dense": lambda: [ops.concatenate(xs, axis=1) for xs in ([X, D], [D, X])],
    "split": lambda: [ops.split(x, cuts) for x in (X, IDS) for cuts in (2, [1, 3])],
    "flip": lambda: [ops.flip(X, 0), ops.flip(IDS, -2), ops.flip(X, -1)],
    "tile": lambda: [ops.tile(X, n) for n in ((2, 1, 1), (1, 2, 1), (1, 1, 3), 2, (2, 3, 1))],
    "tile, ids": lambda: [ops.tile(IDS, n) for n in (2, (2, 2))],
    "ravel": lambda: [ops.ravel(X), ops.ravel(IDS), ops.reshape(F, (-1,)), ops.reshape(F, -1)],
    "concatenate, dtypes": lambda: ops.concatenate([IDS, F], axis=0),
    "stack": lambda: [ops.stack([X, X + 1], axis=axis) for axis in (0, 1, 2, -1)],
    "stack, other rows": lambda: [ops.stack([IDS, IDS[:, :1]], axis=axis) for axis in (0, 1)],
    "stack, dense": lambda: [ops.stack([D, X], axis=axis) for axis in (0, 1)],
    "append, hstack and vstack": lambda: [
        ops.append(X, X, axis=0),
        ops.hstack([X, X]),
        ops.vstack([X, X]),
    ],
    "squeeze": lambda: ops.squeeze(X[..., :1], axis=-1),
    "sounds of a folder": lambda: [sounds(), sounds(label_mode=None), sounds(batch_size=None)],
    "take": lambda: ops.take(np.arange(8, dtype="float32"), IDS, axis=0),
    "one_hot": lambda: ops.one_hot(IDS, 8),
    "where": lambda: ops.where(X > 3, X, -X),
    "not_equal": lambda: ops.not_equal(IDS, 2),
    "to_categorical": lambda: keras.utils.to_categorical(IDS, 8),
    "shape": lambda: ops.shape(X),
    "convert_to_tensor": lambda: ops.convert_to_tensor(IDS, dtype="float32"),
    "convert_to_tensor, dense": lambda: ops.convert_to_tensor(X, ragged=False),
    "convert_to_numpy": lambda: ops.convert_to_numpy(X),
    "is_tensor": lambda: ops.is_tensor(X),
    "symbolic": lambda: table()(keras.Input((None,), ragged=True, dtype="int64")).ragged,
}
pickle.dump({name: plain(case()) for name, case in CASES.items()}, out)
