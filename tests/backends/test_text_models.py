"""Models whose first layers take strings: these run on the host, the rest is compiled as usual."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.execution import compiled

TEXTS = np.array(["good film", "a bad one", "very good", "so bad", "good", "bad bad film"] * 4)
LABELS = np.array([1, 0, 1, 0, 1, 0] * 4, "float32")[:, None]


def classifier(kind):
    vectorize = layers.TextVectorization(output_sequence_length=4)
    vectorize.adapt(TEXTS)
    rest = [
        layers.Embedding(vectorize.vocabulary_size(), 4),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1, activation="sigmoid"),
    ]
    keras.utils.set_random_seed(0)
    if kind == "sequential":
        return keras.Sequential([keras.Input((1,), dtype="string"), vectorize, *rest])
    if kind == "without an input":
        return keras.Sequential([vectorize, *rest])
    x = keras.Input((1,), dtype="string")
    y = vectorize(x)
    for layer in rest:
        y = layer(y)
    return keras.Model(x, y)


KINDS = ["sequential", "without an input", "functional"]


@pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")
@pytest.mark.parametrize("kind", KINDS)
def test_a_model_of_strings_is_trained(tmp_path, kind):
    model = classifier(kind)
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(TEXTS, LABELS, epochs=6, batch_size=8, verbose=0, validation_split=0.25)
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert model.evaluate(TEXTS, LABELS, verbose=0, return_dict=True)["accuracy"] == 1
    scores = model.predict(TEXTS, verbose=0, batch_size=7)
    assert ((scores > 0.5) == LABELS).all()
    for held in (TEXTS.tolist(), TEXTS[:, None], [t.encode() for t in TEXTS]):
        np.testing.assert_allclose(model.predict(held, verbose=0), scores, atol=1e-6)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(TEXTS[:3])), scores[:3], atol=1e-6)
    np.testing.assert_allclose(model.predict_on_batch(TEXTS[:3]), scores[:3], atol=1e-6)
    model.train_on_batch(TEXTS[:4], LABELS[:4])
    scores = model.predict(TEXTS, verbose=0)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(again.predict(TEXTS, verbose=0), scores, atol=1e-6)
    again.fit(TEXTS, LABELS, verbose=0)


def test_batches_of_strings():
    model = classifier("functional")
    data = [(TEXTS[i : i + 8], LABELS[i : i + 8]) for i in range(0, 24, 8)]
    scores = model.predict((x for x, _ in data), verbose=0)
    assert scores.shape == (24, 1)
    np.testing.assert_allclose(scores, model.predict(TEXTS, verbose=0), atol=1e-6)
    if compiled.AUTODIFF is not None:
        model.compile("sgd", "mse")
        assert len(model.fit(iter(data), verbose=0).history["loss"]) == 1


def test_strings_beside_numbers():
    """Only what hangs on the strings runs on the host."""
    text, number = keras.Input((1,), dtype="string", name="text"), keras.Input((2,), name="number")
    ids = keras.Input((1,), dtype="int64", name="ids")
    hot = layers.StringLookup(vocabulary=["a", "b"], output_mode="one_hot")(text)
    bins = layers.Hashing(5, output_mode="one_hot")(ids)
    y = layers.Concatenate()([layers.Rescaling(2.0)(hot), number, bins])
    model = keras.Model({"text": text, "number": number, "ids": ids}, y)
    x = {
        "text": np.array(["b", "?"]),
        "number": np.array([[1.0, 2.0], [3.0, 4.0]], "float32"),
        "ids": np.array([2**40, 7]),
    }
    got = model.predict(x, verbose=0)
    want = layers.Hashing(5, output_mode="one_hot")(x["ids"])
    assert got[:, :5].tolist() == [[0, 0, 2, 1, 2], [2, 0, 0, 3, 4]]
    np.testing.assert_array_equal(got[:, 5:], keras.ops.convert_to_numpy(want))


def test_models_that_take_no_strings_say_so():
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    with pytest.raises(ValueError, match="but numbers are needed"):
        model.predict(TEXTS, verbose=0)
    model = classifier("functional")
    with pytest.raises(ValueError, match="Expected strings"):
        model.predict(np.ones((3, 1), "float32"), verbose=0)


def test_a_model_inside_that_prepares_texts():
    vectorize = layers.TextVectorization(vocabulary=["good", "bad"], output_sequence_length=3)
    inner = keras.Sequential([keras.Input((1,), dtype="string"), vectorize])
    x = keras.Input((1,), dtype="string")
    model = keras.Model(x, layers.Embedding(4, 2)(inner(x)))
    assert model.predict(TEXTS, verbose=0).shape == (24, 3, 2)
    assert inner.predict(TEXTS[:2], verbose=0).tolist() == [[2, 1, 0], [1, 3, 1]]
