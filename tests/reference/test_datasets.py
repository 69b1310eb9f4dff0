"""The data sets, from small files of the same layout, beside the real Keras."""

import gzip
import hashlib
import importlib
import json
import pickle
import struct
import zlib

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras
from keras_core.data import pickles

NAMES = (
    "mnist fashion_mnist cifar10 cifar100 imdb reuters boston_housing california_housing".split()
)


def texts(rng, count):
    out = np.empty(count, object)
    for i in range(count):
        out[i] = rng.integers(1, 50, rng.integers(2, 12)).tolist()
    return out


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with all files, in the layouts of the real ones."""
    folder, rng = tmp_path_factory.mktemp("files"), np.random.default_rng(0)
    images, digits = rng.integers(0, 256, (9, 28, 28), "uint8"), rng.integers(0, 9, 9, "uint8")
    np.savez(
        folder / "mnist.npz",
        x_train=images, y_train=digits, x_test=images[:4], y_test=digits[:4],
    )  # fmt: skip
    for name, count in (("train", 60000), ("t10k", 10000)):
        shape = struct.pack(">4xi", count)
        labels = b"\0\0\x08\x01" + shape[4:] + rng.integers(0, 10, count, "uint8").tobytes()
        pixels = np.arange(count, dtype="uint32").astype("uint8").repeat(784)
        pictures = b"\0\0\x08\x03" + struct.pack(">iii", count, 28, 28) + pixels.tobytes()
        path = folder / f"{name}-labels-idx1-ubyte.gz"
        path.write_bytes(gzip.compress(labels, 1))
        path = folder / f"{name}-images-idx3-ubyte.gz"
        path.write_bytes(gzip.compress(pictures, 1))
    for place, names, keys, count in (
        ("cifar-10-batches-py", [f"data_batch_{i}" for i in range(1, 6)], [b"labels"], 10000),
        ("cifar-10-batches-py", ["test_batch"], [b"labels"], 10000),
        ("cifar-100-python", ["train"], [b"fine_labels", b"coarse_labels"], 30),
        ("cifar-100-python", ["test"], [b"fine_labels", b"coarse_labels"], 7),
    ):
        (folder / place).mkdir(exist_ok=True)
        for name in names:
            held = {key: rng.integers(0, 10, count).tolist() for key in keys}
            held[b"data"] = rng.integers(0, 256, (count, 3072), "uint8")
            (folder / place / name).write_bytes(pickle.dumps(held, protocol=4))
    x, y = texts(rng, 40), rng.integers(0, 2, 40)
    np.savez(folder / "imdb.npz", x_train=x, y_train=y, x_test=x[::3], y_test=y[::3])
    np.savez(folder / "reuters.npz", x=x, y=rng.integers(0, 46, 40))
    np.savez(folder / "boston_housing.npz", x=rng.normal(size=(23, 13)), y=rng.normal(size=23))
    np.savez(folder / "california_housing.npz", x=rng.normal(size=(700, 8)), y=np.arange(700.0))
    for name in ("imdb", "reuters"):
        (folder / f"{name}_word_index.json").write_text(json.dumps({"the": 1, "fawn": 34701}))
    return folder


FAKE = """
import os, sys
asked = []
def fake(fname=None, origin=None, **kwargs):
    asked.append([fname, origin, kwargs.get("file_hash"), kwargs.get("cache_subdir"),
                  kwargs.get("extract")])
    return str(folder) if "target" in fname else os.path.join(folder, fname)
for m in list(sys.modules.values()):
    if getattr(m, "__name__", "").startswith("keras") and hasattr(m, "get_file"):
        m.get_file = fake
"""


@pytest.fixture
def load(files, monkeypatch):
    """Loads a data set by both, and compares what they ask for and what they return."""
    asked = []

    def fake(fname=None, origin=None, **kwargs):
        names = ("file_hash", "cache_subdir", "extract")
        asked.append([fname, origin, *(kwargs.get(n) for n in names)])
        return str(files) if "target" in fname else str(files / fname)

    for module in ("pictures", "texts", "housing"):
        monkeypatch.setattr(
            importlib.import_module(f"keras_core.datasets.{module}"), "get_file", fake
        )

    def both(name, call="load_data", **kwargs):
        asked.clear()
        wanted, want = real_keras(
            FAKE + f"out = keras.datasets.{name}.{call}(**kwargs)\n"
            "import zlib\n"
            "def plain(v):\n"
            "    if getattr(v, 'dtype', None) == object: return v.tolist()\n"
            "    return zlib.crc32(np.ascontiguousarray(v)) if v.size > 10**6 else v\n"
            "if isinstance(out, tuple) and isinstance(out[0], tuple):\n"
            "    out = [[plain(v), str(v.dtype), list(v.shape)] for part in out for v in part]\n"
            "[asked, out]",
            folder=str(files),
            kwargs=kwargs,
        )
        got = getattr(getattr(keras.datasets, name), call)(**kwargs)
        return asked, wanted, got, want

    return both


def check(load, name, **kwargs):
    asked, wanted, got, want = load(name, **kwargs)
    if name == "fashion_mnist":  # there the real one does not check
        assert [a[:2] + a[3:] for a in asked] == [w[:2] + w[3:] for w in wanted]
        assert all(a[2] for a in asked)
    else:
        assert asked == wanted
    flat = [v for part in got for v in part]
    for a, (b, dtype, shape) in zip(flat, want, strict=True):
        assert str(a.dtype) == dtype or not len(a)  # no labels are floats there
        if a.dtype == object:  # lists of one length make another array there
            assert a.shape == (len(b),)
            assert [list(v) for v in a] == [list(v) for v in b]
        else:
            assert list(a.shape) == shape
            a = zlib.crc32(np.ascontiguousarray(a)) if a.size > 10**6 else a
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", NAMES)
def test_data_sets(load, name):
    check(load, name)


def test_options_of_pictures(load):
    check(load, "cifar100", label_mode="coarse")
    keras.config.set_image_data_format("channels_first")
    try:
        (x, _), _ = load("cifar100")[2]
        assert x.shape == (30, 3, 32, 32)
    finally:
        keras.config.set_image_data_format("channels_last")


@pytest.mark.parametrize("case", range(scaled(8)))
def test_options_of_texts(load, case):
    rng = np.random.default_rng(case)
    kwargs = {}
    for key, values in {
        "num_words": [None, 20, 30],
        "skip_top": [0, 5],
        "maxlen": [None, 8],
        "seed": [113, 5],
        "start_char": [None, 1],
        "oov_char": [None, 2],
        "index_from": [0, 3],
    }.items():
        kwargs[key] = values[rng.integers(len(values))]
    check(load, "imdb", **kwargs)
    check(load, "reuters", test_split=float(rng.choice([0.0, 0.2, 0.5])), **kwargs)


@pytest.mark.parametrize("name", ["boston_housing", "california_housing"])
def test_options_of_houses(load, name):
    check(load, name, test_split=0.5, seed=3)
    check(load, name, test_split=0.0)
    if name == "california_housing":
        check(load, name, version="small")


@pytest.mark.parametrize(
    "name, call",
    [("imdb", "get_word_index"), ("reuters", "get_word_index"), ("reuters", "get_label_names")],
)
def test_words(load, name, call):
    asked, wanted, got, want = load(name, call)
    assert asked == wanted
    assert got == (tuple(want) if isinstance(want, list) else want)


@pytest.mark.parametrize(
    "name, kwargs, error, message",
    [
        ("cifar100", {"label_mode": "x"}, ValueError, "label_mode=x"),
        ("california_housing", {"version": "x"}, ValueError, "version=x"),
        ("california_housing", {"test_split": 2}, ValueError, "Invalid `test_split`"),
        ("boston_housing", {"test_split": 1}, ValueError, "Invalid `test_split`"),
        ("reuters", {"test_split": 2}, ValueError, "test_split=2"),
        ("imdb", {"words": 1}, TypeError, "words"),
    ],
)
def test_bad_options(name, kwargs, error, message):
    with pytest.raises(error, match=message):
        getattr(keras.datasets, name).load_data(**kwargs)


def test_what_is_changed_on_the_way_is_refused(files, tmp_path, monkeypatch):
    """The hash is checked before a byte is read."""
    changed = tmp_path / "datasets" / "mnist.npz"
    changed.parent.mkdir()
    changed.write_bytes((files / "mnist.npz").read_bytes())
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with pytest.raises(OSError, match="URL fetch failure"):
        keras.datasets.mnist.load_data()
    digest = hashlib.sha256(changed.read_bytes()).hexdigest()
    assert digest != "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


# -- The unpickler -------------------------------------------------------------------


class Call:
    def __init__(self, function, *args):
        self.made = function, args

    def __reduce__(self):
        return self.made


def hostile():
    import os

    return {
        "command": Call(os.system, "true"),
        "eval": Call(eval, "1"),
        "class": Call(type, "X", (), {}),
        "attribute": Call(getattr, [1], "__class__"),
        "numpy": Call(np.save, "x.npy", 1),
        "fraction": __import__("fractions").Fraction(1, 2),
        "masked array": np.ma.masked_array([1], [True]),
        "scalar": np.float64(1),
    }


@pytest.mark.parametrize("kind", hostile())
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_pickles_of_anything_else_are_refused(tmp_path, kind, protocol):
    path = tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps({"data": hostile()[kind]}, protocol=protocol))
    with path.open("rb") as file, pytest.raises(pickles.DataFileError, match="could run code"):
        pickles.load_pickle(file)
    array = np.empty(1, object)
    array[0] = hostile()[kind]
    np.savez(tmp_path / "x.npz", x=array)
    with pytest.raises(pickles.DataFileError, match="could run code"):
        pickles.load_npz(tmp_path / "x.npz")


def test_pickles_of_data_are_read(tmp_path):
    held = {b"a": np.arange(6.0).reshape(2, 3), "b": [[1, -(2**70)], (None, True, 2.5, "x")]}
    path = tmp_path / "x.pkl"
    for protocol in (3, 4):
        path.write_bytes(pickle.dumps(held, protocol=protocol))
        with path.open("rb") as file:
            got = pickles.load_pickle(file)
        np.testing.assert_array_equal(got[b"a"], held[b"a"])
        assert got["b"] == held["b"]
    array = texts(np.random.default_rng(0), 5)
    np.savez_compressed(tmp_path / "x.npz", x=array, y=np.arange(3, dtype="int16"), z=np.float32(2))
    got = pickles.load_npz(tmp_path / "x.npz")
    assert got["x"].tolist() == array.tolist()
    assert got["y"].dtype == "int16"
    assert got["z"] == 2
    # as Python 2 wrote them: an array of two bytes, its strings without an encoding
    old = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        b"(K\x01K\x02\x85cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xff"
        b"J\xff\xff\xff\xffK\x00tb\x89U\x02\x05\xfftb."
    )
    path.write_bytes(old)
    with path.open("rb") as file:
        assert pickles.load_pickle(file, encoding="bytes").tolist() == [5, 255]


def test_damaged_files(tmp_path):
    path = tmp_path / "x.npz"
    np.savez(path, x=np.arange(1000))
    whole = path.read_bytes()
    for damaged in (b"", b"no archive", whole[:500]):
        path.write_bytes(damaged)
        with pytest.raises(pickles.DataFileError, match=r"no `\.npz` file"):
            pickles.load_npz(path)
    path.write_bytes(pickle.dumps([1, 2, 3])[:-3])
    with path.open("rb") as file, pytest.raises(pickles.DataFileError, match="damaged"):
        pickles.load_pickle(file)
