"""Models trained on the files of a folder."""

import numpy as np
import pytest

import keras_core as keras
from keras_core.core.execution import compiled

pytest.importorskip("PIL")
pytestmark = pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")


def test_training_on_a_folder_of_images(tmp_path):
    for label, name in enumerate(("dark", "light")):
        (tmp_path / name).mkdir()
        for i in range(12):
            pixels = np.full((6 + i, 9, 3), 40 + 150 * label) + np.arange(3) * i
            keras.utils.save_img(tmp_path / name / f"{i}.png", pixels, scale=False)
    train, test = keras.utils.image_dataset_from_directory(
        tmp_path,
        image_size=(8, 8),
        batch_size=4,
        validation_split=0.25,
        subset="both",
        seed=1,
        verbose=False,
    )
    assert train.class_names == ["dark", "light"]
    assert (len(train), len(test)) == (5, 2)
    assert len(train.file_paths) == 18
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.3), "binary_crossentropy", metrics=["accuracy"])
    model.fit(train, validation_data=test, epochs=8, verbose=0)
    assert model.evaluate(test, verbose=0, return_dict=True)["accuracy"] == 1
    scores = model.predict(test.map(lambda x, y: x), verbose=0)
    assert scores.shape == (6, 1)
    again = model.predict(train.take(1).unbatch().batch(2), verbose=0)
    assert again.shape == (4, 1)
