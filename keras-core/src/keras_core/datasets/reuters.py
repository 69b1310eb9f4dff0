"""`keras.datasets.reuters`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.datasets.texts import load_reuters as load_data
    from keras_core.datasets.texts import reuters_label_names as get_label_names
    from keras_core.datasets.texts import reuters_word_index as get_word_index
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "get_label_names",
    "get_word_index",
    "load_data",
]
