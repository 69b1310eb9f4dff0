"""Layers of strings and categories, beside those of the real Keras on TensorFlow."""

import random

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras
from keras_core.data.hashes import farmhash64, siphash64

RUN = """
import tensorflow as tf
def plain_vocabulary(v):
    return [x if isinstance(x, str) else int(x) for x in v]
result = []
for kind, kwargs, data, inputs in cases:
    layer = getattr(keras.layers, kind)(**kwargs)
    if data is not None:
        layer.adapt(data)
    out = layer(inputs)
    if hasattr(out, "numpy"):
        out = out.numpy()
    config = layer.get_config()
    config.pop("name")
    vocabulary = None
    if hasattr(layer, "get_vocabulary"):
        vocabulary = plain_vocabulary(layer.get_vocabulary())
        if config["vocabulary"] is not None:
            config["vocabulary"] = plain_vocabulary(config["vocabulary"])
    result.append([np.asarray(out), vocabulary, config])
"""


def check(cases):
    # not `out.numpy()` on our side: what comes back may be an array of strings
    wanted = real_keras(RUN, backend="tensorflow", cases=cases)
    for (kind, kwargs, data, inputs), (want, vocabulary, config) in zip(cases, wanted, strict=True):
        layer = getattr(keras.layers, kind)(**kwargs)
        if data is not None:
            layer.adapt(data)
        got = layer(inputs)
        got = got if isinstance(got, np.ndarray) else keras.ops.convert_to_numpy(got)
        what = f"{kind}({kwargs})"
        if want.dtype == object:
            assert got.tolist() == np.vectorize(bytes.decode)(want).tolist(), what
        else:
            assert str(got.dtype) == str(want.dtype), what
            np.testing.assert_allclose(got, want, rtol=1e-6, err_msg=what)
        if vocabulary is not None:
            assert layer.get_vocabulary() == vocabulary, what
        mine = layer.get_config()
        del mine["name"]
        assert normal(mine) == normal(config), what
        again = type(layer).from_config(layer.get_config())
        assert normal({k: v for k, v in again.get_config().items() if k != "name"}) == normal(
            {**mine, "vocabulary_size": again.get_config().get("vocabulary_size")}
            if "vocabulary_size" in mine
            else mine
        )


def normal(config):
    return {
        k: list(v) if isinstance(v, tuple) else np.round(v, 5).tolist() if k == "idf_weights" and v
        else v for k, v in config.items()
    }  # fmt: skip


ALPHABET = "aAbB zZ\tÉé!?'.-ßЖ日\u00a0\n"


def text(rng, longest=30):
    return "".join(rng.choice(ALPHABET) for _ in range(rng.randrange(longest)))


def texts(rng, count):
    return np.array([text(rng) for _ in range(count)], object)


def words(rng, shape):
    vocabulary = ["a", "b", "é", "日本", "x y", "[UNK]", ""]
    flat = [rng.choice(vocabulary) for _ in range(int(np.prod(shape)))]
    return np.array(flat, object).reshape(shape)


def test_text_vectorization():
    rng = random.Random(0)
    cases = []
    for i in range(scaled(40)):
        mode = rng.choice(["int", "int", "multi_hot", "count", "tf_idf"])
        kwargs = {
            "output_mode": mode,
            "standardize": rng.choice(
                [None, "lower", "strip_punctuation", "lower_and_strip_punctuation"]
            ),
            "split": rng.choice(["whitespace", "character"]),
            "ngrams": rng.choice([None, 2, (2,), (3, 1)]),
            "max_tokens": rng.choice([None, 5, 40]),
        }
        if mode == "int":
            kwargs["output_sequence_length"] = rng.choice([None, 3, 20])
        elif kwargs["max_tokens"]:
            kwargs["pad_to_max_tokens"] = bool(rng.randrange(2))
        inputs = texts(rng, 5)
        cases.append(
            ("TextVectorization", kwargs, texts(rng, 12), inputs[:, None] if i % 2 else inputs)
        )
    check(cases)


def test_lookups():
    rng = random.Random(1)
    cases = []
    for _ in range(scaled(40)):
        mode = rng.choice(["int", "one_hot", "multi_hot", "count", "tf_idf"])
        shape = rng.choice([(4,), (3, 2), (3, 1)])
        kwargs = {"output_mode": mode, "num_oov_indices": rng.choice([1, 1, 2, 5])}
        kwargs["max_tokens"] = rng.choice([None, 8])
        if rng.randrange(2):
            kwargs["salt"] = [3, 2**40]
        if rng.randrange(2):
            kind, data, inputs = "StringLookup", words(rng, (6, 2)), words(rng, shape)
            kwargs["mask_token"] = rng.choice([None, "", "b"])
        else:
            kind = "IntegerLookup"
            data = np.array([rng.randrange(-5, 9) for _ in range(12)]).reshape(6, 2)
            inputs = np.array([rng.randrange(-9, 20) for _ in range(int(np.prod(shape)))])
            inputs = inputs.reshape(shape)
            kwargs["mask_token"] = rng.choice([None, 0, 3])
            kwargs["oov_method"] = "farmhash" if "salt" in kwargs else "floormod"
        cases.append((kind, kwargs, data, inputs))
    for kwargs in ({}, {"mask_token": ""}, {"num_oov_indices": 2}):
        numbers = np.arange(6).reshape(2, 3)
        given = {"vocabulary": ["a", "é", "c"], "invert": True, **kwargs}
        cases.append(("StringLookup", given, None, numbers))
    cases.append(("IntegerLookup", {"vocabulary": [7, 3], "invert": True}, None, np.arange(5)))
    weights = {"vocabulary": ["a", "b"], "idf_weights": [0.5, 2.0], "output_mode": "tf_idf"}
    cases.append(("StringLookup", weights, None, words(rng, (3, 4))))
    check(cases)


def test_hashes():
    rng = random.Random(2)
    cases = []
    for _ in range(scaled(30)):
        kwargs = {
            "num_bins": rng.choice([1, 2, 7, 1000]),
            "salt": rng.choice([None, 5, [1, 2**62]]),
            "output_mode": rng.choice(["int", "int", "one_hot", "multi_hot", "count"]),
        }
        shape = rng.choice([(5,), (4, 1), (2, 3)])
        if rng.randrange(2):
            inputs = words(rng, shape)
            kwargs["mask_value"] = rng.choice([None, "a"])
        else:
            inputs = np.array([rng.randrange(-(2**40), 2**40) for _ in range(int(np.prod(shape)))])
            inputs = inputs.reshape(shape)
        cases.append(("Hashing", kwargs, None, inputs))
    for bins in (2, 10, 1000):
        strings, numbers = words(rng, (6,)), np.arange(-3, 3)
        for features in ((strings, numbers), (numbers, strings, numbers[::-1].copy())):
            cases.append(("HashedCrossing", {"num_bins": bins}, None, features))
    one_hot = {"num_bins": 4, "output_mode": "one_hot"}
    cases.append(("HashedCrossing", one_hot, None, (strings[:, None], numbers[:, None])))
    check(cases)


def test_hashes_of_all_lengths():
    rng = np.random.default_rng(0)
    values = [rng.bytes(n) for n in [*range(140), 200, 255, 256, 1000]]
    code = (
        "import tensorflow as tf\n"
        "[tf.strings.to_hash_bucket_fast(v, n).numpy(),"
        " tf.strings.to_hash_bucket_strong(v, n, [3, 2**62]).numpy()]"
    )
    bins = 2**63 - 1
    fast, strong = real_keras(code, backend="tensorflow", v=values, n=bins)
    np.testing.assert_array_equal(farmhash64(values) % np.uint64(bins), fast.astype("uint64"))
    hashes = siphash64(values, (3, 2**62))
    np.testing.assert_array_equal(hashes % np.uint64(bins), strong.astype("uint64"))
    # the vector of the authors: bytes 0 to 14 with the key of bytes 0 to 15
    key = tuple(int.from_bytes(bytes(range(i, i + 8)), "little") for i in (0, 8))
    assert hex(siphash64([bytes(range(15))], key)[0]) == "0xa129ca6149be45e5"


def test_bins_and_categories():
    rng = np.random.default_rng(0)
    cases = []
    for i in range(scaled(20)):
        kwargs = {
            "num_bins": int(rng.integers(2, 9)),
            "epsilon": float(rng.choice([0.01, 0.1, 0.3])),
            "output_mode": ["int", "one_hot", "multi_hot", "count"][i % 4],
        }
        data = rng.normal(size=(int(rng.integers(5, 400)), 1)).astype("float32")
        cases.append(("Discretization", kwargs, data, rng.normal(size=(4, 3)).astype("float32")))
    for x in (np.array([3, 2, 0, 1]), np.array([[0, 1], [0, 0], [1, 2]]), np.array([[3], [1]])):
        for mode in ("one_hot", "multi_hot", "count"):
            cases.append(("CategoryEncoding", {"num_tokens": 4, "output_mode": mode}, None, x))
    for axis in (-1, None, 1, (1, 2)):
        data = rng.normal(2, 3, (5, 6, 4)).astype("float32")
        cases.append(("Normalization", {"axis": axis}, data, data[:2]))
    wanted = real_keras(RUN, backend="tensorflow", cases=cases)
    for (kind, kwargs, data, inputs), (want, _, config) in zip(cases, wanted, strict=True):
        layer = getattr(keras.layers, kind)(**kwargs)
        if data is not None:
            layer.adapt(data)
        got = keras.ops.convert_to_numpy(layer(inputs))
        np.testing.assert_allclose(got, want, atol=1e-4, err_msg=f"{kind}({kwargs})")
        if kind == "Discretization":
            np.testing.assert_allclose(
                layer.bin_boundaries, config["bin_boundaries"], rtol=1e-4, atol=1e-6
            )


FILES = """
model = keras.Sequential([keras.Input((1,), dtype="string")])
model.add(keras.layers.TextVectorization(output_mode=mode, name="tv"))
model.layers[0].adapt(texts)
model.save(path)
np.asarray(model.layers[0](texts))
"""


@pytest.mark.parametrize("mode", ["int", "tf_idf"])
def test_vocabularies_travel_in_files(tmp_path, mode):
    data = texts(random.Random(3), 8)
    path = str(tmp_path / "theirs.keras")
    want = real_keras(FILES, backend="tensorflow", texts=data, path=path, mode=mode)
    model = keras.models.load_model(path)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model.layers[0](data)), want, rtol=1e-6)
    path = str(tmp_path / "ours.keras")
    model.save(path)
    code = "np.asarray(keras.models.load_model(path).layers[0](texts))"
    got = real_keras(code, backend="tensorflow", texts=data, path=path)
    np.testing.assert_allclose(got, want, rtol=1e-6)
