"""Datasets that are made of others."""

import threading

import numpy as np
import pytest

import keras_core as keras
from keras_core.data.pipeline import Pipeline


class Numbers(Pipeline):
    """0 to 9, with their squares."""

    def __init__(self, size=10):
        super().__init__()
        self.size, self.read = size, []

    def __len__(self):
        return self.size

    def _get(self, index):
        self.read.append(index)
        return np.float32(index), np.array([index**2])


def firsts(dataset):
    return [np.asarray(e[0] if isinstance(e, tuple) else e).tolist() for e in dataset]


def test_elements():
    d = Numbers()
    assert len(d) == 10
    assert d[3][1] == [9]
    assert d[-1][0] == 9
    for index in (10, -11):
        with pytest.raises(IndexError, match=f"10 elements. Received: index={index}"):
            d[index]
    assert firsts(d) == list(range(10))


def test_datasets_made_of_others():
    d = Numbers()
    assert firsts(d.take(3)) == [0, 1, 2]
    assert len(d.take(-1)) == len(d.take(100)) == 10
    assert firsts(d.skip(7)) == [7, 8, 9]
    assert firsts(d.skip(-1)) == firsts(d.skip(11)) == []
    assert firsts(d.map(lambda x, y: y)) == [[i**2] for i in range(10)]
    assert firsts(d.map(lambda x, y: x).map(lambda x: -x).take(2)) == [0, -1]
    batches = d.batch(4)
    assert [len(x) for x, _ in batches] == [4, 4, 2]
    assert batches[2][1].tolist() == [[64], [81]]
    assert len(d.batch(4, drop_remainder=True)) == 2
    assert firsts(batches.unbatch()) == list(range(10))
    assert firsts(batches.skip(1).map(lambda x, y: (x + 1, y)).unbatch()) == [5, 6, 7, 8, 9, 10]
    ragged = batches.map(lambda x, y: x[x > 2]).unbatch()
    assert firsts(ragged) == [3, 4, 5, 6, 7, 8, 9]
    assert firsts(d.prefetch(2)) == list(range(10))


def test_order():
    d = Numbers().shuffle(seed=3)
    epochs = [firsts(d) for _ in range(3)]
    assert all(sorted(e) == list(range(10)) for e in epochs)
    assert epochs[0] != epochs[1]
    assert epochs[:2] == [firsts(e) for e in [Numbers().shuffle(seed=3)] for _ in range(2)]
    once = Numbers().shuffle(100, seed=3, reshuffle_each_iteration=False)
    assert firsts(once) == firsts(once) == epochs[0]
    keras.utils.set_random_seed(1)
    first = firsts(Numbers().shuffle())
    keras.utils.set_random_seed(1)
    assert firsts(Numbers().shuffle()) == first
    batches = Numbers().shuffle(seed=3).batch(3)
    assert sorted(i for batch in firsts(batches) for i in batch) == list(range(10))
    assert sorted(firsts(batches.unbatch())) == list(range(10))


def test_what_is_kept_is_read_once():
    source = Numbers()
    d = source.cache()
    assert firsts(d) == firsts(d) == list(range(10))
    assert source.read == list(range(10))
    shuffled = source.cache().shuffle(seed=1)
    source.read.clear()
    assert firsts(shuffled) != firsts(shuffled)
    assert sorted(source.read) == list(range(10))


def test_elements_are_made_in_workers():
    names = set()

    def watched(x, y):
        names.add(threading.current_thread().name)
        return x, y

    d = Numbers().map(watched, num_parallel_calls=3)
    assert d.workers == 3
    assert firsts(d.batch(2)) == [[i, i + 1] for i in range(0, 10, 2)]
    assert threading.main_thread().name not in names


def test_strings_and_sizes():
    class Texts(Numbers):
        def _get(self, index):
            return "x" * index

    assert Texts(3).batch(3)[0].tolist() == ["", "x", "xx"]

    class Sounds(Numbers):
        def _get(self, index):
            return np.ones((index, 2))

    assert Sounds(4).batch(4)[0].sum((1, 2)).tolist() == [0, 2, 4, 6]


def test_elements_that_cannot_be_read():
    def read(x, y):
        if x in (2, 5):
            raise ValueError(f"cannot read {x}")
        return x, y

    d = Numbers().map(read)
    with pytest.raises(ValueError, match="cannot read 2"):
        list(d)
    with pytest.warns(UserWarning, match=r"2 elements are left out:\ncannot read 2.*\ncannot"):
        d = d.ignore_errors()
    assert firsts(d) == [0, 1, 3, 4, 6, 7, 8, 9]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda d: d.batch(0), "batch_size=0"),
        (lambda d: d.batch(True), "batch_size=True"),
        (lambda d: d.cache("file"), "in memory only"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call(Numbers())
    with pytest.raises(TypeError, match="deterministic"):
        Numbers().map(abs, deterministic=True)


# -- Splitting -----------------------------------------------------------------------


def whole(dataset):
    return [np.asarray(v[0] if isinstance(v, tuple) else v).tolist() for v in dataset]


@pytest.mark.parametrize(
    "sizes, want",
    [
        ((0.8, None), (8, 2)),
        ((None, 0.3), (7, 3)),
        ((3, None), (3, 7)),
        ((2, 3), (2, 3)),
        ((0.5, 0.2), (5, 2)),
    ],
)
def test_split_dataset(sizes, want):
    x = np.arange(10)
    for data in (x, (x, x), {"a": x}, Numbers(), list(range(10)), iter(range(10))):
        left, right = keras.utils.split_dataset(data, *sizes)
        assert (len(left), len(right)) == want
    left, right = keras.utils.split_dataset((x, -x), *sizes)
    assert whole(left) == list(range(want[0]))
    assert whole(right) == list(range(want[0], sum(want)))
    left, right = keras.utils.split_dataset(x, *sizes, shuffle=True, seed=3)
    again = keras.utils.split_dataset(x, *sizes, shuffle=True, seed=3)
    assert whole(left) == whole(again[0]) != list(range(want[0]))
    assert not set(whole(left)) & set(whole(right))


@pytest.mark.parametrize(
    "data, kwargs, message",
    [
        (range(4), {}, "At least one"),
        (range(4), {"left_size": 5}, "left_size=5"),
        (range(4), {"left_size": 1.5}, "left_size=1.5"),
        (range(4), {"left_size": -1}, "left_size=-1"),
        (range(4), {"left_size": 0.7, "right_size": 3}, "larger than the dataset"),
        (range(4), {"left_size": 4}, "would be empty"),
        (range(4), {"left_size": 0.01}, "would be empty"),
        ([], {"left_size": 0.5}, "no samples"),
        ((np.zeros(3), np.zeros(4)), {"left_size": 0.5}, r"lengths \[3, 4\]"),
        (range(4), {"left_size": 1, "preferred_backend": "jax"}, "preferred_backend='jax'"),
    ],
)
def test_bad_splits(data, kwargs, message):
    with pytest.raises(ValueError, match=message):
        keras.utils.split_dataset(data, **kwargs)
    with pytest.raises(TypeError, match="should be arrays"):
        keras.utils.split_dataset(3, left_size=1)
