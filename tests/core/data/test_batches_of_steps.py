"""What a step of one's own is given for batches of one input."""

import numpy as np
import pytest

import keras_core as keras

X = np.ones((4, 2), "float32")


class Noting(keras.Model):
    """A model that notes the form of its batches."""

    def __init__(self):
        super().__init__()
        self.built, self.forms = True, []

    def call(self, x):
        return keras.ops.zeros((4, 1))

    def _note(self, data):
        self.forms.append(keras.tree.map_structure(lambda x: "x", data))
        return {"loss": keras.ops.zeros(())}

    def train_step(self, data):
        return self._note(data)

    def test_step(self, data):
        return self._note(data)


class Batches(keras.utils.PyDataset):
    def __init__(self, batch):
        super().__init__()
        self.batch = batch

    def __len__(self):
        return 1

    def __getitem__(self, index):
        return self.batch


@pytest.mark.parametrize(
    ("data", "form"),
    [
        ({"a": X}, {"a": "x"}),
        (Batches({"a": X}), {"a": "x"}),
        (Batches(({"a": X},)), ({"a": "x"},)),
        (Batches(({"a": X}, X)), ({"a": "x"}, "x")),
        (X, "x"),
    ],
    ids=["arrays", "dict", "tuple of a dict", "with targets", "one array"],
)
def test_a_dict_of_inputs_is_given_as_it_is(data, form):
    model = Noting()
    model.compile(run_eagerly=True)
    model.fit(data, verbose=0)
    model.evaluate(data, verbose=0)
    assert model.forms == [form, form]
