"""Batches made ahead, by threads and processes."""

import importlib.util
import multiprocessing
import os
import sys
import threading
import time
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import keras_core as keras
from keras_core.core.tensors import native
from keras_core.data.adapters import make_source


@pytest.fixture(scope="module", autouse=True)
def datasets():
    """The module of datasets, where child processes find it too."""
    folder = str(Path(__file__).parent)
    sys.path.insert(0, folder)
    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [folder, before]))
    yield importlib.import_module("process_datasets")
    os.environ["PYTHONPATH"] = before
    sys.path.remove(folder)


def values(batches):
    return [float(native.to_numpy(x)[0, 0]) for x, _ in batches]


def test_processes(datasets):
    """One set of them for all epochs, which see what the dataset becomes between these."""
    source = make_source(datasets.Squares(workers=1, use_multiprocessing=True, max_queue_size=3))
    seen = set()
    for epoch in range(3):
        source.begin_epoch()
        batches = list(source.batches())
        source.end_epoch()
        assert values(batches) == [i + 10 * epoch for i in range(6)]
        for _, about in batches:
            process, length = native.to_numpy(about)[:, 0].tolist()
            seen.add(int(process))
            assert int(length) == len(keras.backend.backend())
    assert len(seen) == 1
    assert os.getpid() not in seen
    dataset = source._dataset
    dataset.bad = 2
    batches = source.batches()
    next(batches)
    next(batches)
    with pytest.raises(RuntimeError, match="no file 2") as caught:
        next(batches)
    assert "process_datasets.py" in str(caught.value.__cause__)  # where it was raised
    dataset.bad, dataset.crash = -1, 1
    source.restart()
    with pytest.raises(RuntimeError, match="ended without a word"):
        list(source.batches())
    source.close()
    assert not multiprocessing.active_children()


def test_what_cannot_be_sent(datasets):
    class Local(datasets.Squares):
        pass

    source = make_source(Local(use_multiprocessing=True))
    with pytest.raises(ValueError, match="The dataset Local cannot be sent to worker processes"):
        next(iter(source.batches()))
    source.close()
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("workers", [1, 3])
def test_datasets_without_an_end(datasets, workers):
    dataset = datasets.Endless(workers=workers, max_queue_size=2)
    assert dataset.num_batches is None
    assert values(islice(dataset, 9)) == list(range(9))
    source = make_source(dataset, steps=4)
    assert values(source.batches()) == [0, 1, 2, 3]
    assert values(source.batches()) == [4, 5, 6, 7]  # it goes on
    source.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("keras-data")]


def test_no_more_than_the_queue_is_made_ahead(datasets):
    made = []

    class Watched(datasets.Squares):
        def __getitem__(self, index):
            made.append(index)
            return super().__getitem__(index)

    iterator = iter(Watched(workers=2, max_queue_size=3))
    next(iterator)
    deadline = time.monotonic() + 5
    while len(made) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    assert sorted(made) == [0, 1, 2, 3]
    iterator.close()


def test_training_with_processes(datasets):
    if keras.backend.backend() != "numpy":
        pytest.skip("processes are started once in these tests on an engine")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    data = datasets.Squares(workers=2, use_multiprocessing=True)
    history = model.fit(data, epochs=2, verbose=0)
    assert len(history.history["loss"]) == 2
    assert np.isfinite(model.predict(data, verbose=0)).all()
    assert not multiprocessing.active_children()
