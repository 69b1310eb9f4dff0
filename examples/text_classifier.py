"""A text classifier that takes strings, on every backend.

    KERAS_BACKEND=torch python examples/text_classifier.py

Files of a folder become a dataset, the model's first layer makes numbers of its texts, and the
model is trained, saved, loaded and asked, all without TensorFlow. The texts are made up: reviews
whose words praise or blame.
"""

import argparse
import random
import tempfile
from pathlib import Path

import numpy as np

import keras_core as keras
from keras_core import layers

GOOD = "good great lovely brilliant moving funny warm clever".split()
BAD = "bad awful boring dull weak silly cold tiresome".split()
OTHER = "the a film story plot actor scene and was very it is end music of in".split()


def write_reviews(folder, count, rng):
    """Write reviews of two classes, one a file."""
    for name, words in (("blame", BAD), ("praise", GOOD)):
        place = Path(folder, name)
        place.mkdir(parents=True)
        for i in range(count):
            text = rng.choices(OTHER, k=12) + rng.choices(words, k=3)
            rng.shuffle(text)
            (place / f"{i}.txt").write_text(" ".join(text).capitalize() + "!")


def main(reviews=100, epochs=5):
    """Train, save, load and ask; returns the accuracy and the score of two sentences."""
    keras.utils.set_random_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        write_reviews(f"{folder}/reviews", reviews, random.Random(0))
        train, test = keras.utils.text_dataset_from_directory(
            f"{folder}/reviews", validation_split=0.2, subset="both", seed=1, verbose=False
        )
        vectorize = layers.TextVectorization(output_sequence_length=16)
        vectorize.adapt(train.map(lambda text, label: text))
        model = keras.Sequential(
            [
                keras.Input((1,), dtype="string"),
                vectorize,
                layers.Embedding(vectorize.vocabulary_size(), 8),
                layers.GlobalAveragePooling1D(),
                layers.Dense(1, activation="sigmoid"),
            ]
        )
        model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
        model.fit(train, epochs=epochs, verbose=0)
        accuracy = model.evaluate(test, verbose=0, return_dict=True)["accuracy"]
        model.save(f"{folder}/classifier.keras")
        served = keras.models.load_model(f"{folder}/classifier.keras")
    sentences = ["What a lovely film, so funny", "A boring plot and weak actors"]
    scores = served.predict(np.array(sentences), verbose=0)[:, 0]
    for sentence, score in zip(sentences, scores, strict=True):
        print(f"{score:.2f}  {sentence}")
    print(f"accuracy {accuracy:.2f} with the backend {keras.backend.backend()}")
    return accuracy, scores


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=5)
    main(epochs=parser.parse_args().epochs)
