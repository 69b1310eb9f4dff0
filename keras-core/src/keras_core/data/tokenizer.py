"""Texts as lists of word numbers, in the way of Keras 2; see `keras.layers.TextVectorization`."""

import hashlib
import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import numpy as np

from keras_core.core.base.public import public
from keras_core.typing import Array

_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


@public("keras.preprocessing.text.text_to_word_sequence")
def text_to_word_sequence(
    input_text: str, filters: str = _FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """Splits a text into words.

    Deprecated: `keras.layers.TextVectorization` does it for arrays of texts.

    Args:
        input_text: The text.
        filters: Characters that separate words as `split` does; by default punctuation but for
            the apostrophe, tabs and new lines.
        lower: Whether the text is put in lower case first, which is the default.
        split: What separates words, a space by default.

    Returns:
        A list of words.

    Example:

    >>> import keras_core as keras
    >>> keras.preprocessing.text.text_to_word_sequence("Hello, World!")
    ['hello', 'world']
    """
    text = input_text.lower() if lower else input_text
    text = text.translate({ord(c): split for c in filters})
    return [word for word in text.split(split) if word]


@public("keras.preprocessing.text.one_hot")
def one_hot(
    input_text: str,
    n: int,
    filters: str = _FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """Numbers the words of a text by Python's hash, which differs from process to process.

    Deprecated: `keras.layers.Hashing` has the same numbers everywhere.

    Args:
        input_text: The text.
        n: Numbers are from 1 to ``n - 1``; two words may share one.
        filters: Characters that separate words as `split` does.
        lower: Whether the text is put in lower case first, which is the default.
        split: What separates words, a space by default.
        analyzer: Function that splits the text instead.

    Returns:
        A list of integers.

    Example:

    >>> import keras_core as keras
    >>> len(keras.preprocessing.text.one_hot("a few words", 50))
    3
    """
    return hashing_trick(input_text, n, hash, filters, lower, split, analyzer)


@public("keras.preprocessing.text.hashing_trick")
def hashing_trick(
    text: str,
    n: int,
    hash_function: Literal["md5"] | Callable[[str], int] | None = None,
    filters: str = _FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """Numbers the words of a text by a hash.

    Deprecated: use `keras.layers.Hashing`.

    Args:
        text: The text.
        n: Numbers are from 1 to ``n - 1``; two words may share one.
        hash_function: ``"md5"``, which is the same in every process, or a function of a string.
            By default Python's ``hash``, which is not.
        filters: Characters that separate words as `split` does.
        lower: Whether the text is put in lower case first, which is the default.
        split: What separates words, a space by default.
        analyzer: Function that splits the text instead.

    Returns:
        A list of integers.

    Example:

    >>> import keras_core as keras
    >>> keras.preprocessing.text.hashing_trick("a b a", 7, hash_function="md5")
    [2, 2, 2]
    """
    if n < 2:
        raise ValueError(f"`n` should be 2 or more. Received: n={n}")
    function = _md5 if hash_function == "md5" else hash if hash_function is None else hash_function
    words = (
        text_to_word_sequence(text, filters, lower, split) if analyzer is None else (analyzer(text))
    )
    return [function(word) % (n - 1) + 1 for word in words]


def _md5(word: str) -> int:
    return int(hashlib.md5(word.encode(), usedforsecurity=False).hexdigest(), 16)


@public("keras.preprocessing.text.Tokenizer", in_files=False)
class Tokenizer:
    """Numbers the words of texts by their frequency.

    Deprecated: `keras.layers.TextVectorization` does the same as a layer. 0 is no word.

    Args:
        num_words: Only the ``num_words - 1`` most frequent words are used. By default all.
        filters: Characters that separate words as `split` does; by default punctuation but for
            the apostrophe, tabs and new lines.
        lower: Whether texts are put in lower case first, which is the default.
        split: What separates words, a space by default.
        char_level: Whether characters are numbered rather than words. False by default.
        oov_token: What has the number 1 and stands for unknown words. By default these are left
            out.
        analyzer: Function that splits a text instead.
        **kwargs: ``document_count``, the number of texts that were counted before.

    Example:

    >>> import keras_core as keras
    >>> tokenizer = keras.preprocessing.text.Tokenizer()
    >>> tokenizer.fit_on_texts(["the cat", "the dog"])
    >>> tokenizer.texts_to_sequences(["the dog sleeps"])
    [[1, 3]]
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = _FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], list[str]] | None = None,
        **kwargs: int,
    ) -> None:
        self.document_count: int = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"Unrecognized keyword arguments: {kwargs}")
        self.num_words, self.filters, self.lower, self.split = num_words, filters, lower, split
        self.char_level, self.oov_token, self.analyzer = char_level, oov_token, analyzer
        self.word_counts: OrderedDict[str, int] = OrderedDict()
        self.word_docs: Counter[str] = Counter()
        self.index_docs: Counter[int] = Counter()
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def _words(self, text: Any) -> list[str]:
        if self.char_level or isinstance(text, list):
            if not self.lower:
                return list(text)
            return [part.lower() for part in text]
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Counts the words of texts: strings, or lists of words."""
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            self.word_docs.update(set(words))
        ordered = sorted(self.word_counts, key=lambda w: -self.word_counts[w])
        first = [] if self.oov_token is None else [self.oov_token]
        self.word_index = {w: i for i, w in enumerate([*first, *ordered], 1)}
        self.index_word = {i: w for w, i in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Iterable[Iterable[int]]) -> None:
        """Counts in how many lists of numbers each number is, for the mode ``"tfidf"``."""
        for sequence in sequences:
            self.document_count += 1
            self.index_docs.update(set(sequence))

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """The numbers of the words of texts."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """The numbers of the words of texts, one text at a time."""
        oov = None if self.oov_token is None else self.word_index.get(self.oov_token)
        top = self.num_words or len(self.word_index) + 1
        for text in texts:
            found = (self.word_index.get(word) for word in self._words(text))
            numbers = (oov if i is None or i >= top else i for i in found)
            yield [i for i in numbers if i is not None]

    def sequences_to_texts(self, sequences: Iterable[Iterable[int]]) -> list[str]:
        """The words of lists of numbers, joined with spaces."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Iterable[int]]) -> Iterator[str]:
        """The words of lists of numbers, one list at a time."""
        oov = self.oov_token
        top = self.num_words or len(self.word_index) + 1
        for sequence in sequences:
            found = (self.index_word.get(i) if i < top else None for i in sequence)
            words = (oov if word is None else word for word in found)
            yield " ".join(word for word in words if word is not None)

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> Array:
        """A row of each text with a column for each number; see `sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode=mode)

    def sequences_to_matrix(self, sequences: list[list[int]], mode: str = "binary") -> Array:
        """A row of each list of numbers with a column for each number.

        Args:
            sequences: Lists of numbers.
            mode: ``"binary"`` (the default) for ones, ``"count"`` for counts, ``"freq"`` for
                fractions, ``"tfidf"`` for ``(1 + log(count)) * log(1 + texts / (1 + texts with
                it))``.

        Returns:
            An array in float64.
        """
        if not self.num_words and not self.word_index:
            raise ValueError(
                "Specify a dimension (`num_words` argument), or fit on some text data first."
            )
        if mode == "tfidf" and not self.document_count:
            raise ValueError("Fit the Tokenizer on some data before using tfidf mode.")
        if mode not in ("binary", "count", "freq", "tfidf"):
            raise ValueError(
                "Unknown vectorization mode: expected 'binary', 'count', 'freq' or 'tfidf'. "
                f"Received: mode={mode!r}"
            )
        width = self.num_words or len(self.word_index) + 1
        out = np.zeros((len(sequences), width))
        for row, sequence in zip(out, sequences, strict=True):
            for i, count in Counter(i for i in sequence if i < width).items():
                if mode == "tfidf":
                    rarity = np.log(1 + self.document_count / (1 + self.index_docs.get(i, 0)))
                    row[i] = (1 + np.log(count)) * rarity
                else:
                    row[i] = {"binary": 1, "count": count, "freq": count / len(sequence)}[mode]
        return out

    def get_config(self) -> dict[str, Any]:
        """The arguments, and what was counted as JSON."""
        return {
            "num_words": self.num_words,
            "filters": self.filters,
            "lower": self.lower,
            "split": self.split,
            "char_level": self.char_level,
            "oov_token": self.oov_token,
            "document_count": self.document_count,
            "word_counts": json.dumps(self.word_counts),
            "word_docs": json.dumps(self.word_docs),
            "index_docs": json.dumps(self.index_docs),
            "index_word": json.dumps(self.index_word),
            "word_index": json.dumps(self.word_index),
        }

    def to_json(self, **kwargs: Any) -> str:
        """The config as JSON; ``kwargs`` are those of ``json.dumps``."""
        config = {"class_name": type(self).__name__, "config": self.get_config()}
        return json.dumps(config, **kwargs)


@public("keras.preprocessing.text.tokenizer_from_json")
def tokenizer_from_json(json_string: str) -> Tokenizer:
    """Makes a tokenizer from what `Tokenizer.to_json` returned.

    Args:
        json_string: The JSON.

    Returns:
        A `Tokenizer`.

    Example:

    >>> import keras_core as keras
    >>> tokenizer = keras.preprocessing.text.Tokenizer()
    >>> tokenizer.fit_on_texts(["a text"])
    >>> keras.preprocessing.text.tokenizer_from_json(tokenizer.to_json()).word_index
    {'a': 1, 'text': 2}
    """
    config = dict(json.loads(json_string)["config"])
    held = {name: json.loads(config.pop(name)) for name in _COUNTED}
    tokenizer = Tokenizer(**config)
    tokenizer.word_counts = OrderedDict(held["word_counts"])
    tokenizer.word_docs = Counter(held["word_docs"])
    tokenizer.index_docs = Counter({int(k): v for k, v in held["index_docs"].items()})
    tokenizer.index_word = {int(k): v for k, v in held["index_word"].items()}
    tokenizer.word_index = held["word_index"]
    return tokenizer


_COUNTED = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
