"""`keras.datasets.reuters`."""

from keras_core.datasets.texts import load_reuters as load_data
from keras_core.datasets.texts import reuters_label_names as get_label_names
from keras_core.datasets.texts import reuters_word_index as get_word_index

__all__ = [
    "get_label_names",
    "get_word_index",
    "load_data",
]
