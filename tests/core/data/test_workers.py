"""Layers in processes draw other numbers in each batch and in each epoch."""

import numpy as np

import keras_core as keras


def drawn():
    """What a layer made of equal images, in two epochs."""
    keras.utils.set_random_seed(5)
    images = keras.utils.timeseries_dataset_from_array(
        np.full((8, 4, 3), 0.5, "float32"), None, sequence_length=1, batch_size=2
    )
    changed = images.map(keras.layers.RandomBrightness(0.5, value_range=(0, 1), seed=3))
    changed.workers, changed.use_multiprocessing = 2, True
    workers = changed.make_workers()
    try:
        return np.array([[np.ravel(x)[0] for x in changed.iterate(workers=workers)] for _ in "ab"])
    finally:
        workers.close()


def test_processes_draw_numbers_of_their_own():
    values = drawn()
    assert len(np.unique(values.round(6))) == values.size == 8
