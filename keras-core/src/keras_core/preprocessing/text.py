"""`keras.preprocessing.text`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.data.tokenizer import Tokenizer as Tokenizer
    from keras_core.data.tokenizer import hashing_trick as hashing_trick
    from keras_core.data.tokenizer import one_hot as one_hot
    from keras_core.data.tokenizer import text_to_word_sequence as text_to_word_sequence
    from keras_core.data.tokenizer import tokenizer_from_json as tokenizer_from_json
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "Tokenizer",
    "hashing_trick",
    "one_hot",
    "text_to_word_sequence",
    "tokenizer_from_json",
]
