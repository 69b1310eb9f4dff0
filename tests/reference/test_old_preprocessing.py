"""Texts and sequences in the way of Keras 2, beside the real Keras."""

import random

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras
from keras_core.preprocessing import sequence, text

OLD = "from keras.src.legacy.preprocessing import sequence, text\n"
WORDS = "the The cat dog's sat, on mat! a-b ok".split()


def sentences(rng, count):
    return [" ".join(rng.choices(WORDS, k=rng.randrange(8))) for _ in range(count)]


TOKENIZE = (
    OLD
    + """
t = text.Tokenizer(**kwargs)
t.fit_on_texts(data)
u = text.tokenizer_from_json(t.to_json())
result = [t.word_index, dict(t.word_counts), dict(t.word_docs), t.texts_to_sequences(more),
          t.sequences_to_texts(t.texts_to_sequences(more)), t.to_json(),
          [t.texts_to_matrix(more, mode=m) for m in ("binary", "count", "tfidf", "freq")]]
"""
)


@pytest.mark.parametrize("case", range(scaled(12)))
def test_tokenizer(case):
    rng = random.Random(case)
    kwargs = {
        "num_words": rng.choice([None, 4]),
        "oov_token": rng.choice([None, "<oov>"]),
        "char_level": rng.random() < 0.2,
        "lower": rng.random() < 0.7,
    }
    data, more = [*sentences(rng, 6), ["Already", "split"]], [*sentences(rng, 3), "unknown cat"]
    want = real_keras(TOKENIZE, kwargs=kwargs, data=data, more=more)
    tokenizer = text.Tokenizer(**kwargs)
    tokenizer.fit_on_texts(data)
    read = [text.tokenizer_from_json(j) for j in (want[5], tokenizer.to_json())]
    for t in (tokenizer, *read):
        assert t.word_index == want[0]
        assert dict(t.word_counts) == want[1]
        assert dict(t.word_docs) == want[2]
        assert t.texts_to_sequences(more) == want[3]
        assert t.sequences_to_texts(want[3]) == want[4]
        for mode, matrix in zip(("binary", "count", "tfidf", "freq"), want[6], strict=True):
            np.testing.assert_allclose(t.texts_to_matrix(more, mode=mode), matrix)


def test_words():
    data = ["Hello, World! it's ok\tyes", "", "a\nb"]
    code = OLD + "[[text.text_to_word_sequence(x), text.hashing_trick(x, 50, 'md5')] for x in data]"
    for x, (words, numbers) in zip(data, real_keras(code, data=data), strict=True):
        assert text.text_to_word_sequence(x) == words
        assert text.hashing_trick(x, 50, hash_function="md5") == numbers
    assert all(0 < i < 9 for i in text.one_hot("a b c", 9))
    for call, message in (
        (lambda: text.Tokenizer().sequences_to_matrix([[1]]), "fit on some text data first"),
        (lambda: text.Tokenizer(3).sequences_to_matrix([[1]], mode="tfidf"), "before using tfidf"),
        (lambda: text.Tokenizer(3).sequences_to_matrix([[1]], mode="x"), "mode='x'"),
        (lambda: text.hashing_trick("a", 1), "n=1"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match="words"):
        text.Tokenizer(words=3)


def test_pairs():
    kwargs = {"window_size": 2, "negative_samples": 0, "shuffle": False}
    code = OLD + "[sequence.skipgrams(x, 9, **kwargs), sequence.make_sampling_table(20)]"
    x = [1, 2, 3, 0, 4, 5]
    want, table = real_keras(code, x=x, kwargs=kwargs)
    assert [list(v) for v in sequence.skipgrams(x, 9, **kwargs)] == want
    np.testing.assert_allclose(sequence.make_sampling_table(20), table)
    drawn = {"negative_samples": 2.0, "seed": 1, "categorical": True}
    pairs, labels = sequence.skipgrams(x, 9, **drawn)
    assert (pairs, labels) == sequence.skipgrams(x, 9, **drawn)
    assert labels.count([1, 0]) == 2 * labels.count([0, 1]) == 36
    assert sequence.skipgrams(x, 9, sampling_table=np.zeros(9)) == ([], [])


@pytest.mark.parametrize("case", range(scaled(8)))
def test_windows(case):
    rng = np.random.default_rng(case)
    size = int(rng.integers(12, 30))
    kwargs = {
        "length": int(rng.integers(1, 6)),
        "sampling_rate": int(rng.integers(1, 3)),
        "stride": int(rng.integers(1, 4)),
        "start_index": int(rng.integers(0, 3)),
        "end_index": [None, size - 3][case % 2],
        "reverse": bool(rng.integers(2)),
        "batch_size": int(rng.integers(1, 5)),
    }
    x, y = rng.normal(size=(size, 2)), np.arange(size)
    code = OLD + "g = sequence.TimeseriesGenerator(x, y, **kwargs)\n[g[i] for i in range(len(g))]"
    want = real_keras(code, x=x, y=y, kwargs=kwargs)
    got = sequence.TimeseriesGenerator(x, y, **kwargs)
    assert len(got) == len(want)
    for i, pair in enumerate(want):
        for a, b in zip(got[i], pair, strict=True):
            np.testing.assert_array_equal(a, b)
    with pytest.raises(ValueError, match="same length"):
        sequence.TimeseriesGenerator(x, y[1:], 2)
    with pytest.raises(ValueError, match="no part of the sequence"):
        sequence.TimeseriesGenerator(x, y, size)
    keras.utils.set_random_seed(0)
    assert sequence.TimeseriesGenerator(x, y, 2, shuffle=True)[0][0].shape == (128, 2, 2)
