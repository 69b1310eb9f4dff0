"""Texts as lists of word indices: IMDB reviews and Reuters newswires."""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.data.fetch import get_file
from keras_core.data.pickles import load_npz

_SERVER = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

Split = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]

_TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves "
    "ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin "
    "strategic-metal livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem "
    "dlr gas silver wpi hog lead"
)


@public("keras.datasets.imdb.load_data")
def load_imdb(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
    **kwargs: int | None,
) -> tuple[Split, Split]:
    """Loads the IMDB dataset: 50,000 film reviews, each praise (1) or blame (0).

    A review is a list of word indices; words are numbered by their frequency, so that 3 is the
    third most frequent one. It is downloaded once, to the folder ``datasets`` of the cache.

    Args:
        path: Name of the file in the cache. ``"imdb.npz"`` by default.
        num_words: Only indices below this are kept, others are out of the vocabulary. By default
            all words but the rarest one are kept.
        skip_top: Indices below this are out of the vocabulary too. 0 by default: none.
        maxlen: Reviews of this length and longer are left out. By default none is.
        seed: Seed of the order of the reviews.
        start_char: Index that each review begins with, 1 by default. None for no such index.
        oov_char: Index for words out of the vocabulary, 2 by default. None leaves them out.
        index_from: Added to the index of each word, 3 by default.
        **kwargs: ``nb_words``, the old name of `num_words`.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``, each of 25,000 reviews: ``x_train`` and
        ``x_test`` are arrays of lists of indices, ``y_train`` and ``y_test`` arrays of int64.

    Raises:
        ValueError: If `maxlen` leaves no review.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(num_words=10_000)
    x_train = keras.utils.pad_sequences(x_train, maxlen=200)
    ```
    """
    num_words = kwargs.pop("nb_words", num_words)
    if kwargs:
        raise TypeError(f"Unrecognized keyword arguments: {kwargs}.")
    file = get_file(
        fname=path,
        origin=_SERVER + "imdb.npz",
        file_hash="69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    )
    held = load_npz(file)
    rng = np.random.RandomState(seed)
    x_train, y_train = _shuffled(held["x_train"], held["y_train"], rng)
    x_test, y_test = _shuffled(held["x_test"], held["y_test"], rng)
    shape = {"start_char": start_char, "index_from": index_from, "maxlen": maxlen}
    x_train, y_train = _marked(x_train, y_train, **shape)
    x_test, y_test = _marked(x_test, y_test, **shape)
    both = _cut([*x_train, *x_test], num_words, skip_top, oov_char)
    size = len(x_train)
    return (_lists(both[:size]), y_train), (_lists(both[size:]), y_test)


@public("keras.datasets.reuters.load_data")
def load_reuters(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> tuple[Split, Split]:
    """Loads the Reuters dataset: 11,228 newswires about 46 topics.

    A newswire is a list of word indices; words are numbered by their frequency, so that 3 is the
    third most frequent one. It is downloaded once, to the folder ``datasets`` of the cache.

    Args:
        path: Name of the file in the cache. ``"reuters.npz"`` by default.
        num_words: Only indices below this are kept, others are out of the vocabulary. By default
            all words but the rarest one are kept.
        skip_top: Indices below this are out of the vocabulary too. 0 by default: none.
        maxlen: Newswires of this length and longer are left out. By default none is.
        test_split: Fraction of the newswires that are test data, 0.2 by default.
        seed: Seed of the order of the newswires.
        start_char: Index that each newswire begins with, 1 by default. None for no such index.
        oov_char: Index for words out of the vocabulary, 2 by default. None leaves them out.
        index_from: Added to the index of each word, 3 by default.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: ``x_train`` and ``x_test`` are arrays of lists of
        indices, ``y_train`` and ``y_test`` arrays of int64, the topics from 0 to 45.

    Raises:
        ValueError: If `maxlen` leaves no newswire, or `test_split` is no fraction.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.reuters.load_data(num_words=1000)
    ```
    """
    if not 0 <= test_split <= 1:
        raise ValueError(
            f"`test_split` must be a fraction from 0 to 1. Received: test_split={test_split}"
        )
    file = get_file(
        fname=path,
        origin=_SERVER + "reuters.npz",
        file_hash="d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
    )
    held = load_npz(file)
    x, y = _shuffled(held["x"], held["y"], np.random.RandomState(seed))
    x, y = _marked(x, y, start_char=start_char, index_from=index_from, maxlen=maxlen)
    x = _cut(x, num_words, skip_top, oov_char)
    size = int(len(x) * (1 - test_split))
    return (_lists(x[:size]), y[:size]), (_lists(x[size:]), y[size:])


@public("keras.datasets.imdb.get_word_index")
def imdb_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """Loads the words of the IMDB dataset with their indices.

    Indices in reviews are larger by ``index_from``, 3 by default.

    Args:
        path: Name of the file in the cache. ``"imdb_word_index.json"`` by default.

    Returns:
        A dict from word to index; 1 is the most frequent word.

    Example:

    ```python
    words = {index + 3: word for word, index in keras.datasets.imdb.get_word_index().items()}
    ```
    """
    return _words(path, "imdb_word_index.json", "bfafd718b763782e994055a2d397834f")


@public("keras.datasets.reuters.get_word_index")
def reuters_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """Loads the words of the Reuters dataset with their indices.

    Indices in newswires are larger by ``index_from``, 3 by default.

    Args:
        path: Name of the file in the cache. ``"reuters_word_index.json"`` by default.

    Returns:
        A dict from word to index; 1 is the most frequent word.

    Example:

    ```python
    words = {index + 3: word for word, index in keras.datasets.reuters.get_word_index().items()}
    ```
    """
    return _words(path, "reuters_word_index.json", "4d44cc38712099c9e383dc6e5f11a921")


@public("keras.datasets.reuters.get_label_names")
def reuters_label_names() -> tuple[str, ...]:
    """The 46 topics of the Reuters dataset, in the order of their numbers.

    Example:

    >>> import keras_core as keras
    >>> keras.datasets.reuters.get_label_names()[:3]
    ('cocoa', 'grain', 'veg-oil')
    """
    return tuple(_TOPICS.split())


def _words(path: str, name: str, digest: str) -> dict[str, int]:
    with open(get_file(path, _SERVER + name, file_hash=digest), encoding="utf-8") as file:
        return json.load(file)


def _shuffled(x: Any, y: Any, rng: np.random.RandomState) -> tuple[Any, Any]:
    order = np.arange(len(x))
    rng.shuffle(order)
    return x[order], y[order]


def _marked(
    x: Any, y: Any, start_char: int | None, index_from: int | None, maxlen: int | None
) -> tuple[list[list[int]], np.ndarray[Any, Any]]:
    """Sequences with their beginning marked and their words shifted, without the long ones."""
    shift, start = index_from or 0, [] if start_char is None else [start_char]
    texts = [start + [int(w) + shift for w in text] for text in x]
    if not maxlen:
        return texts, y
    kept = [i for i, text in enumerate(texts) if len(text) < maxlen]
    if not kept:
        raise ValueError(
            f"After filtering for sequences shorter than maxlen={maxlen}, no sequence was kept. "
            "Increase maxlen."
        )
    return [texts[i] for i in kept], y[kept]


def _cut(
    texts: list[list[int]], num_words: int | None, skip_top: int, oov_char: int | None
) -> list[list[int]]:
    """Sequences of the words of the vocabulary, with a mark or nothing for the others."""
    # the last word is out of the vocabulary without `num_words`: published results have it so
    top = num_words or max((max(text) for text in texts if text), default=0)
    if oov_char is None:
        return [[w for w in text if skip_top <= w < top] for text in texts]
    return [[w if skip_top <= w < top else oov_char for w in text] for text in texts]


def _lists(texts: Iterable[list[int]]) -> np.ndarray[Any, Any]:
    """An array of lists, also where they are of one length."""
    texts = list(texts)
    out = np.empty(len(texts), object)
    for i, text in enumerate(texts):
        out[i] = text
    return out
