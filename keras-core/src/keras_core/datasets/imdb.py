"""`keras.datasets.imdb`."""

from keras_core.datasets.texts import imdb_word_index as get_word_index
from keras_core.datasets.texts import load_imdb as load_data

__all__ = [
    "get_word_index",
    "load_data",
]
