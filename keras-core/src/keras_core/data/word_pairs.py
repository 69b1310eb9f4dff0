"""Pairs of words near each other, to learn vectors of words from."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.typing import Array


@public("keras.preprocessing.sequence.make_sampling_table")
def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> Array:
    """The chances with which words are kept, by their rank, if frequencies follow Zipf's law.

    Frequent words are kept less often: with the chance ``min(1, sqrt(sampling_factor /
    frequency))`` of word2vec (Mikolov et al., 2013).

    Args:
        size: Number of words.
        sampling_factor: The smaller, the fewer frequent words are kept. 1e-5 by default.

    Returns:
        An array of shape ``(size,)``: the chance of the i-th most frequent word.

    Example:

    >>> import keras_core as keras
    >>> keras.preprocessing.sequence.make_sampling_table(4).shape
    (4,)
    """
    rank = np.maximum(np.arange(size), 1)
    inverse = rank * (np.log(rank) + 0.577) + 0.5 - 1.0 / (12.0 * rank)
    return np.minimum(1.0, np.sqrt(sampling_factor * inverse))


@public("keras.preprocessing.sequence.skipgrams")
def skipgrams(
    sequence: Sequence[int],
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Sequence[float] | Array | None = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[Any]]:
    """Makes pairs of words of a text: near each other, with label 1, and random ones, with 0.

    Args:
        sequence: Numbers of the words; 0 is no word, and is skipped.
        vocabulary_size: Random words are numbers below this.
        window_size: How far apart the words of a pair may be. 4 by default.
        negative_samples: Number of random pairs for each true one. 1 by default.
        shuffle: Whether the pairs are shuffled. True by default.
        categorical: Whether the labels are ``[0, 1]`` and ``[1, 0]``. False by default.
        sampling_table: Chances with which words are kept; see `make_sampling_table`. By default
            all are.
        seed: Seed of all that is random.

    Returns:
        A list of pairs, and a list of labels.

    Example:

    >>> import keras_core as keras
    >>> keras.preprocessing.sequence.skipgrams([1, 2], 3, negative_samples=0, shuffle=False)
    ([[1, 2], [2, 1]], [1, 1])
    """
    rng = random.Random(seed)
    pairs: list[list[int]] = []
    for i, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < rng.random()):
            continue
        for j in range(max(0, i - window_size), min(len(sequence), i + window_size + 1)):
            if j != i and sequence[j]:
                pairs.append([word, sequence[j]])
    labels: list[Any] = [[0, 1] if categorical else 1] * len(pairs)
    count = int(len(pairs) * negative_samples)
    if count:
        words = [first for first, _ in pairs]
        rng.shuffle(words)
        pairs += [
            [words[i % len(words)], rng.randint(1, vocabulary_size - 1)] for i in range(count)
        ]
        labels += [[1, 0] if categorical else 0] * count
    if shuffle:
        order = list(range(len(pairs)))
        rng.shuffle(order)
        pairs, labels = [pairs[i] for i in order], [labels[i] for i in order]
    return pairs, labels
