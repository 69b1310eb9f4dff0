"""Layers of strings and categories: whatever holds strings, on every engine, in pipelines."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.tensors import native
from keras_core.data.pipeline import Pipeline

TEXTS = ["The quick fox", "the lazy dog", "a fox"]


def numbers(x):
    assert native.is_tensor(x)
    return keras.ops.convert_to_numpy(x).tolist()


def holders():
    """The same strings in all that may hold them."""
    yield TEXTS
    yield tuple(TEXTS)
    yield np.array(TEXTS)
    yield np.array(TEXTS, object)
    yield np.array([t.encode() for t in TEXTS])
    yield np.array([t.encode() for t in TEXTS], object)
    if hasattr(np.dtypes, "StringDType"):
        yield np.array(TEXTS, np.dtypes.StringDType())
    yield [[t] for t in TEXTS]
    pandas = pytest.importorskip("pandas")
    yield pandas.Series(TEXTS)
    yield pandas.DataFrame({"text": TEXTS})


def test_all_that_holds_strings():
    for held in holders():
        layer = layers.TextVectorization()
        layer.adapt(held)
        assert layer.get_vocabulary() == ["", "[UNK]", "the", "fox", "quick", "lazy", "dog", "a"]
        assert numbers(layer(held)) == [[2, 4, 3], [2, 5, 6], [7, 3, 0]]
        lookup = layers.StringLookup(vocabulary=["a fox", "the lazy dog"], output_mode="multi_hot")
        assert np.ravel(numbers(lookup(held))).sum() >= 3
        assert np.shape(numbers(layers.Hashing(9)(held))) == np.shape(held)
    assert numbers(layers.StringLookup(vocabulary=["x"])("x")) == 1


class Batches(Pipeline):
    def __len__(self):
        return 2

    def _get(self, index):
        return np.array(TEXTS[2 * index : 2 * index + 2], object)


def test_all_that_yields_strings():
    for data in (Batches(), iter(Batches()), Batches().map(lambda x: x).prefetch()):
        layer = layers.TextVectorization()
        layer.adapt(data)
        assert layer.vocabulary_size() == 8
    layer.adapt(Batches(), steps=1)
    assert layer.vocabulary_size() == 7
    layer.adapt(TEXTS, batch_size=1)
    assert layer.vocabulary_size() == 8
    vectors = Batches().map(layer)
    assert [numbers(x) for x in vectors] == [[[2, 4, 3], [2, 5, 6]], [[7, 3]]]
    with pytest.raises(ValueError, match="Take the inputs out first"):
        layer.adapt(Batches().map(lambda x: (x, x)))


def test_functions_of_the_user():
    layer = layers.TextVectorization(
        standardize=lambda x: np.char.upper(x.astype(str)),
        split=lambda x: [t.split("O") for t in x],
    )
    layer.adapt(TEXTS)
    assert "THE LAZY D" in layer.get_vocabulary()
    assert numbers(layer(["A FOX"]))[0][1] == layer.get_vocabulary().index("X")


def test_numbers_for_models():
    """What the layers return trains a model, batch for batch."""
    layer = layers.TextVectorization(output_sequence_length=4)
    layer.adapt(TEXTS)
    model = keras.Sequential(
        [layers.Embedding(layer.vocabulary_size(), 4), layers.Flatten(), layers.Dense(1)]
    )
    assert model(layer(TEXTS)).shape == (3, 1)
    scores = model.predict(Batches().map(layer), verbose=0)
    np.testing.assert_allclose(scores, keras.ops.convert_to_numpy(model(layer(TEXTS))), atol=1e-5)


def test_categories_in_a_compiled_model():
    """Integers and floats need no host: these layers are compiled with the rest."""
    x = keras.Input((2,))
    y = layers.Discretization(bin_boundaries=[0.0, 1.0])(x)
    model = keras.Model(x, layers.CategoryEncoding(3, output_mode="count")(y))
    data = np.array([[-1.0, 0.5], [2.0, 3.0]], "float32")
    assert model.predict(data, verbose=0).tolist() == [[1, 1, 0], [0, 0, 2]]
    norm = layers.Normalization()
    norm.adapt(data)
    np.testing.assert_allclose(
        keras.Sequential([norm]).predict(data, verbose=0), [[-1, -1], [1, 1]], atol=1e-5
    )


@pytest.mark.parametrize("mode", ["int", "tf_idf"])
def test_files(tmp_path, mode):
    @keras.saving.register_keras_serializable("tests")
    class Classifier(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.texts = layers.TextVectorization(output_mode=mode)
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(keras.ops.cast(x, "float32"))

    model = Classifier()
    model.texts.adapt(TEXTS)
    want = numbers(model(model.texts(TEXTS)))
    for path, zipped in ((tmp_path / "m.keras", None), (tmp_path / "folder", False)):
        model.save(path, zipped=zipped)
        again = keras.models.load_model(path)
        assert again.texts.get_vocabulary() == model.texts.get_vocabulary()
        np.testing.assert_allclose(numbers(again(again.texts(TEXTS))), want, atol=1e-6)
