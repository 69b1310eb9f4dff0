"""What a worker raises comes with its traceback and the number of the batch."""

import traceback

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers


class Fails(keras.utils.PyDataset):
    def __len__(self):
        return 6

    def __getitem__(self, index):
        if index == 4:
            raise LookupError("no such file")
        return np.zeros((2, 3)), np.zeros((2, 1))


def _generator():
    data = Fails()
    for index in range(6):
        yield data[index]


@pytest.mark.parametrize("method", ["fit", "predict"])
@pytest.mark.parametrize("make", [Fails, lambda: Fails(workers=3), _generator])
def test_the_batch_and_the_traceback_are_told(make, method):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    options = {"shuffle": False} if method == "fit" else {}
    with pytest.raises(LookupError, match="no such file") as found:
        getattr(model, method)(make(), verbose=0, **options)
    notes = found.value.__notes__
    assert "The data raised this for batch 4 of the epoch, counted from 0." in notes
    if make is not _generator:
        assert "It was raised for batch 4 of the dataset Fails." in notes
    frames = traceback.extract_tb(found.value.__traceback__)
    assert frames[-1].name == "__getitem__"
    assert frames[-1].filename == __file__
