"""Layers of strings and categories: what is refused, and in which words."""

import copy
import os
import sys

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers

L = layers


def adapted_to_nothing(x):
    layer = L.TextVectorization()
    layer.adapt(["", " "])
    return layer(x)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: L.StringLookup(max_tokens=1), "max_tokens=1"),
        (lambda: L.StringLookup(num_oov_indices=-1), "num_oov_indices=-1"),
        (lambda: L.StringLookup(output_mode="x"), "output_mode=x"),
        (lambda: L.StringLookup(invert=True, output_mode="count"), "must be `'int'`"),
        (lambda: L.StringLookup(sparse=True), "sparse=True and output_mode=int"),
        (lambda: L.StringLookup(pad_to_max_tokens=True), "must set `max_tokens`"),
        (lambda: L.StringLookup(vocabulary=[]), "empty vocabulary"),
        (lambda: L.StringLookup(vocabulary=["a", "b", "a"]), r"repeated terms are: \['a'\]"),
        (lambda: L.StringLookup(vocabulary=["a", "[UNK]"]), "unexpected location of the.* 1"),
        (lambda: L.StringLookup(vocabulary=list("abc"), max_tokens=3), "vocabulary size is 4"),
        (lambda: L.StringLookup(vocabulary=["a"], idf_weights=[1.0]), "is `'tf_idf'`"),
        (lambda: L.StringLookup(vocabulary=["a"], output_mode="tf_idf"), "must also be provided"),
        (
            lambda: L.StringLookup(vocabulary=["a"], idf_weights=[1, 2.0], output_mode="tf_idf"),
            r"len\(idf_weights\) is 2",
        ),
        (lambda: L.StringLookup(salt="x"), "salt='x'"),
        (lambda: L.IntegerLookup(salt=1), "oov_method='farmhash'"),
        (lambda: L.IntegerLookup(vocabulary_dtype="float32"), "vocabulary_dtype='float32'"),
        (lambda: L.IntegerLookup(vocabulary=[1])(np.array([0.5])), "takes integers"),
        (lambda: L.StringLookup()(["a"]), "has no vocabulary yet: `adapt` was not called"),
        (lambda: L.TextVectorization()(["a"]), "has no vocabulary yet: `adapt` was not called"),
        (lambda: adapted_to_nothing(["a"]), "held no tokens"),
        (lambda: L.StringLookup(vocabulary="/no/words.txt"), "/no/words.txt does not exist"),
        (lambda: L.StringLookup(vocabulary=os.sep), "cannot be read: "),
        (lambda: L.StringLookup(vocabulary=sys.executable), "no text in UTF-8"),
        (lambda: L.StringLookup(vocabulary=["a"], num_oov_indices=0)(["b"]), r"OOV values \['b'\]"),
        (lambda: L.StringLookup().adapt([]), "hold nothing"),
        (lambda: L.StringLookup().adapt(3), "Unrecognized data type"),
        (lambda: L.StringLookup().adapt([None, "a"]), "Received: None of type NoneType"),
        (lambda: L.StringLookup(vocabulary=["a"])(np.array([1.5, 2.5])), "Expected strings"),
        (lambda: L.TextVectorization(standardize="x"), "standardize=x"),
        (lambda: L.TextVectorization(split="x"), "split=x"),
        (lambda: L.TextVectorization(ngrams="x"), "ngrams=x"),
        (lambda: L.TextVectorization(ngrams=0), "ngrams=0"),
        (lambda: L.TextVectorization(output_sequence_length=0), "output_sequence_length=0"),
        (lambda: L.TextVectorization(output_mode="count", output_sequence_length=3), "not 'int'"),
        (lambda: L.TextVectorization(output_mode="count", ragged=True), "ragged=True"),
        (lambda: L.TextVectorization(vocabulary=["a"])([["a", "b"]]), r"shape=\(1, 2\)"),
        (lambda: L.Hashing(0), "num_bins=0"),
        (lambda: L.Hashing(3, output_mode="x"), "output_mode=x"),
        (lambda: L.Hashing(3, sparse=True), "sparse=True"),
        (lambda: L.HashedCrossing(3)(np.array(["a"])), "at least two inputs"),
        (lambda: L.HashedCrossing(3)((np.array([1]), np.array([1, 2]))), r"\[\(1,\), \(2,\)\]"),
        (lambda: L.HashedCrossing(3)((np.ones(2), np.ones(2))), "integer or string dtype"),
        (lambda: L.CategoryEncoding(), "num_tokens must be set"),
        (lambda: L.CategoryEncoding(0), "num_tokens=0"),
        (lambda: L.CategoryEncoding(3, output_mode="int"), "output_mode: int"),
        (lambda: L.CategoryEncoding(3)(np.array([[1, 3]])), "values from 1 to 3"),
        (
            lambda: L.CategoryEncoding(3)(np.array([[1]]), count_weights=np.array([[1.0]])),
            "`count_weights` is not used",
        ),
        (lambda: L.Discretization(), "either `num_bins` or `bin_boundaries`"),
        (lambda: L.Discretization([1.0], 3), "Both `num_bins` and"),
        (lambda: L.Discretization([2.0, 1.0]), "should increase"),
        (lambda: L.Discretization(num_bins=-1), "num_bins=-1"),
        (lambda: L.Discretization(num_bins=3)(np.ones(3)), "call `adapt"),
        (lambda: L.Discretization([1.0]).adapt(np.ones(3)), "use `num_bins`"),
        (lambda: L.Normalization(mean=1.0, variance=1.0).adapt(np.ones(3)), "Cannot adapt"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_vocabularies_of_files(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("ä\nb\nc d\n", "utf-8")
    layer = layers.StringLookup(vocabulary=str(path))
    assert layer.get_vocabulary() == ["[UNK]", "ä", "b", "c d"]
    assert layers.TextVectorization(vocabulary=path).vocabulary_size() == 5
    config = layer.get_config()
    assert config["vocabulary"] == str(path)
    for cls, given in (
        (layers.StringLookup, config),
        (layers.TextVectorization, {"vocabulary": str(path)}),
    ):
        with pytest.raises(ValueError, match="not opened in safe mode"):
            cls.from_config(given)
    config = keras.layers.serialize(layers.StringLookup(vocabulary=["a"]))
    again = keras.layers.deserialize(config)
    assert again.get_vocabulary() == ["[UNK]", "a"]


def test_special_tokens_of_a_vocabulary():
    layer = layers.StringLookup(vocabulary=["", "[UNK]", "a"], mask_token="")
    assert layer.get_vocabulary() == ["", "[UNK]", "a"]
    assert layer.get_vocabulary(include_special_tokens=False) == ["a"]
    layer.set_vocabulary(["x", "y"])
    assert layer.vocabulary_size() == 4
    assert keras.ops.convert_to_numpy(layer(["y", "", "z"])).tolist() == [3, 0, 1]
    layer = layers.TextVectorization(vocabulary=["a"])
    layer.adapt(["b b b"])  # what was given stays
    assert layer.get_vocabulary() == ["", "[UNK]", "a"]


def test_shapes():
    x = keras.Input((2,), dtype="string")
    for layer, shape, dtype in (
        (layers.StringLookup(vocabulary=["a"]), (None, 2), "int64"),
        (layers.StringLookup(vocabulary=["a"], output_mode="one_hot"), (None, 2, 2), "int64"),
        (layers.StringLookup(vocabulary=["a"], output_mode="count"), (None, 2), "int64"),
        (layers.Hashing(5, output_mode="multi_hot"), (None, 5), "float32"),
    ):
        assert layer(x).shape == shape
        assert layer(x).dtype == dtype
        assert layer.compute_output_shape((None, 2)) == shape
    one = keras.Input((1,), dtype="string")
    assert layers.TextVectorization(output_sequence_length=7)(one).shape == (None, 7)
    counted = layers.TextVectorization(output_mode="count", vocabulary=["a", "b"])
    assert counted(one).shape == (None, 3)
    assert layers.HashedCrossing(4, output_mode="one_hot")((one, one)).shape == (None, 4)
    numbers = keras.Input((2,), dtype="int64")
    assert layers.StringLookup(vocabulary=["a"], invert=True)(numbers).dtype == "string"


def test_a_sparse_result_has_the_same_values():
    words = np.array([["a", "b"], ["b", "b"]])
    for mode in ("one_hot", "multi_hot", "count"):
        dense, sparse = (
            layers.StringLookup(vocabulary=["a", "b"], output_mode=mode, sparse=s)(words)
            for s in (False, True)
        )
        np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (dense, sparse)))


def test_pickles_and_copies():
    layer = layers.TextVectorization()
    layer.adapt(["a b", "b"])
    again = copy.deepcopy(layer)
    assert again.get_vocabulary() == layer.get_vocabulary()
    assert keras.ops.convert_to_numpy(again(["b a"])).tolist() == [[2, 3]]
