"""Sources of batches."""

import gc
import threading
import time

import numpy as np
import pytest

import keras_core as keras
from keras_core.core.base import tree
from keras_core.core.execution.seeds import set_random_seed
from keras_core.core.tensors import native, runtime
from keras_core.data.adapters import make_source, train_validation_split
from keras_core.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from keras_core.data.pydataset import PyDataset

X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10)


def numbers(nest):
    return tree.map_structure(native.to_numpy, nest)


def sizes(source):
    return [len(numbers(unpack_x_y_sample_weight(b)[0])) for b in source.batches()]


def test_arrays():
    source = make_source(X, Y, batch_size=4)
    batches = [numbers(b) for b in source.batches()]
    assert [len(b) for b in batches] == [2, 2, 2]
    assert source.num_batches == 3
    np.testing.assert_array_equal(np.concatenate([b[0] for b in batches]), X)
    np.testing.assert_array_equal(np.concatenate([b[1] for b in batches]), Y)
    assert batches[0][0].dtype == "float32"
    assert batches[0][1].dtype.kind == "i"
    kept = runtime.CAPABILITIES.jit_takes_arrays
    kinds = [native.is_engine_tensor(v) for b in source.batches() for v in b]
    assert kinds == [not kept] * len(kinds)
    assert sizes(source) == [4, 4, 2]
    assert make_source(X).num_batches == 1


def test_batches_do_not_follow_the_arrays():
    x = X.astype("float32")
    batch = next(iter(make_source(x, Y, batch_size=4).batches()))
    x[:] = -1
    np.testing.assert_array_equal(native.to_numpy(batch[0]), X[:4])


def test_shuffling_is_seeded_and_complete():
    orders = []
    for _ in range(2):
        set_random_seed(3)
        source = make_source(X, Y, batch_size=3, shuffle=True)
        epochs = [np.concatenate([numbers(b)[1] for b in source.batches()]) for _ in range(2)]
        for epoch in epochs:
            assert sorted(epoch) == list(range(10))
        assert epochs[0].tolist() != epochs[1].tolist()
        orders.append(np.concatenate(epochs))
        first = numbers(next(iter(source.batches())))
        np.testing.assert_array_equal(first[0], X[first[1]])
    np.testing.assert_array_equal(*orders)


def test_steps():
    assert sizes(make_source(X, batch_size=4, steps=2)) == [4, 4]
    source = make_source(X, batch_size=4, steps=2)
    assert [sizes(source) for _ in range(4)] == [[4, 4], [2], [4, 4], [2]]
    source = make_source(X, batch_size=4, steps=3)
    assert [sizes(source) for _ in range(2)] == [[4, 4, 2]] * 2
    assert not source.ran_out
    source = make_source(X, batch_size=4, steps=5)
    assert [sizes(source) for _ in range(2)] == [[4, 4, 2]] * 2
    assert source.ran_out
    source = make_source(X, batch_size=4, steps=2)
    assert sizes(source) == [4, 4]
    source.restart()
    assert sizes(source) == [4, 4]


def test_shorter_epochs_of_shuffled_data_go_through_all_of_it():
    set_random_seed(5)
    source = make_source(X, Y, batch_size=2, shuffle=True, steps=2)
    passes = []
    for _ in range(2):  # of 5 batches: 2, 2 and 1
        epochs = [np.concatenate([numbers(b)[1] for b in source.batches()]) for _ in range(3)]
        assert [len(e) for e in epochs] == [4, 4, 2]
        passes.append(np.concatenate(epochs).tolist())
        assert sorted(passes[-1]) == list(range(10))
    assert passes[0] != passes[1]


def test_nests_lists_and_tensors():
    source = make_source({"a": X, "b": [Y, Y]}, native.convert(Y), batch_size=5)
    x, y = numbers(next(iter(source.batches())))
    assert set(x) == {"a", "b"}
    np.testing.assert_array_equal(x["b"][1], Y[:5])
    np.testing.assert_array_equal(y, Y[:5])
    x, y = numbers(next(iter(make_source([[1.0, 2.0], [3.0, 4.0]], [0, 1]).batches())))
    assert x.shape == (2, 2)
    assert y.tolist() == [0, 1]


def test_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [3, 4]})
    x, y = numbers(next(iter(make_source(frame, frame["b"]).batches())))
    assert x.tolist() == [[1, 3], [2, 4]]
    assert y.shape[0] == 2


def test_class_weight():
    source = make_source(X, Y % 2, class_weight={0: 1.0, 1: 3.0})
    assert numbers(next(iter(source.batches())))[2].tolist() == [1, 3] * 5
    hot = np.eye(2)[Y % 2]
    source = make_source(X, hot, class_weight={0: 1.0, 1: 3.0})
    assert numbers(next(iter(source.batches())))[2].tolist() == [1, 3] * 5


def test_generators_are_not_used_up_by_the_example():
    source = make_source((x for x in [(X[:2], Y[:2]), (X[2:4], Y[2:4]), (X[4:], Y[4:])]), steps=2)
    np.testing.assert_array_equal(numbers(source.example())[0], X[:2])
    assert sizes(source) == [2, 2]
    assert sizes(source) == [6]
    assert source.ran_out
    assert sizes(source) == [2, 2]  # all that is left of it is its beginning
    assert source.ran_out
    assert make_source(iter([])).example() is None
    assert sizes(make_source(iter([]))) == []


class Squares(PyDataset):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.ended = 0

    def __len__(self):
        return 5

    def __getitem__(self, index):
        if index == getattr(self, "bad", None):
            raise RuntimeError("no such file")
        return np.full((2, 1), index), np.full((2,), index**2)

    def on_epoch_end(self):
        self.ended += 1


def test_a_dataset_can_be_iterated():
    assert [int(x[0, 0]) for x, _ in Squares()] == [0, 1, 2, 3, 4]
    assert len(list(Squares(workers=2))) == 5


@pytest.mark.parametrize("workers", [1, 3])
def test_pydataset(workers):
    dataset = Squares(workers=workers, max_queue_size=2)
    source = make_source(dataset)
    assert source.num_batches == 5
    for _ in range(2):
        got = [numbers(b) for b in source.batches()]
        assert [int(b[0][0, 0]) for b in got] == [0, 1, 2, 3, 4]
    assert dataset.ended == 0
    source.end_epoch()
    assert dataset.ended == 1
    np.testing.assert_array_equal(numbers(source.example())[0], [[0], [0]])
    assert dataset.ended == 2
    source.close()
    dataset.bad = 3
    with pytest.raises(RuntimeError, match="no such file"):
        sizes(make_source(dataset))
    before = threading.active_count()
    iterator = iter(make_source(Squares(workers=workers)).batches())
    next(iterator)
    del iterator
    gc.collect()
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


def test_torch_loader():
    torch = pytest.importorskip("torch")
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(torch.as_tensor(X), torch.as_tensor(Y)), batch_size=4
    )
    source = make_source(loader)
    assert source.num_batches == 3
    assert sizes(source) == [4, 4, 2]
    assert sizes(source) == [4, 4, 2]


def test_validation_split():
    (x, _, w), (vx, vy, _) = train_validation_split((X, Y, None), 0.3)
    assert (len(x), len(vx), w) == (7, 3, None)
    assert vy.tolist() == [7, 8, 9]
    for share, message in ((1.5, "between 0 and 1"), (0.95, "not sufficient")):
        with pytest.raises(ValueError, match=message):
            train_validation_split((X, Y, None), share)
    with pytest.raises(ValueError, match="only supported for"):
        train_validation_split((iter([]), None, None), 0.5)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: make_source(None), "`x` is None"),
        (lambda: make_source(X, Y[:3]), "same number of samples.*10.*3"),
        (lambda: make_source(X, Y, batch_size=0), "batch_size=0"),
        (lambda: make_source(X, Y, batch_size=1.5), r"batch_size=1\.5"),
        (lambda: make_source(X, Y, steps=-1), "steps=-1"),
        (lambda: make_source([[1, 2], [3]]), "ragged"),
        (lambda: make_source(np.array([["a"], ["b"]])), "numbers are needed"),
        (lambda: make_source(np.float32(3.0)), "batch axis"),
        (lambda: make_source(5), "Unrecognized data type"),
        (lambda: make_source("files"), "Unrecognized data type"),
        (lambda: make_source(iter([]), Y), "should not be passed"),
        (lambda: make_source(X, Y, np.ones(10), class_weight={0: 1.0}), "class_weight"),
        (lambda: make_source(X, Y, class_weight=[1.0]), "must be a dict"),
        (lambda: make_source(X, class_weight={0: 1.0}), "needs targets"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_unpacking():
    assert unpack_x_y_sample_weight(1) == (1, None, None)
    assert unpack_x_y_sample_weight([1, 2]) == (1, 2, None)
    assert unpack_x_y_sample_weight((1, 2, 3)) == (1, 2, 3)
    assert pack_x_y_sample_weight(1, 2) == (1, 2)
    with pytest.raises(ValueError, match="format"):
        unpack_x_y_sample_weight((1, 2, 3, 4))


# -- Sparse arrays -------------------------------------------------------------------


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("form", ["csr", "csc", "coo", "lil"])
def test_sparse_arrays(form, shuffle):
    """Batches have the rows that they name; a row without values is a row."""
    scipy_sparse = pytest.importorskip("scipy.sparse")
    dense = np.random.default_rng(0).normal(size=(10, 7)) * (np.arange(7) % 3 == 1)
    dense[4] = 0
    rows = np.arange(10)
    x = scipy_sparse.csr_matrix(dense).asformat(form)
    set_random_seed(1)
    for batch in make_source(x, rows, batch_size=4, shuffle=shuffle).batches():
        got, which = numbers(batch)
        np.testing.assert_allclose(got, dense[which].astype("float32"))
        assert got.dtype == np.float32


def test_sparse_arrays_are_split():
    scipy_sparse = pytest.importorskip("scipy.sparse")
    dense = np.eye(10, 3, dtype="float32")
    (x, y, _), (val_x, val_y, _) = train_validation_split(
        (scipy_sparse.csr_matrix(dense), np.arange(10), None), 0.3
    )
    np.testing.assert_array_equal(numbers(x.tensor()), dense[:7])
    np.testing.assert_array_equal(numbers(val_x.tensor()), dense[7:])
    assert len(y) == 7
    assert len(val_y) == 3


def test_training_on_sparse_arrays():
    """It is that on the dense ones."""
    scipy_sparse = pytest.importorskip("scipy.sparse")
    rng = np.random.default_rng(0)
    x = scipy_sparse.random(60, 30, 0.1, format="csr", dtype="float32", random_state=0)
    y = rng.normal(size=(60, 1)).astype("float32")
    histories = []
    for given in (x, x.toarray()):
        set_random_seed(0)
        model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        histories.append(model.fit(given, y, epochs=2, batch_size=16, verbose=0).history["loss"])
    np.testing.assert_allclose(*histories, rtol=1e-4)
