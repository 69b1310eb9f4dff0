"""`keras.datasets.imdb`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.datasets.texts import imdb_word_index as get_word_index
    from keras_core.datasets.texts import load_imdb as load_data
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "get_word_index",
    "load_data",
]
