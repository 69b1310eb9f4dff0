"""Tables as numbers, beside the real Keras: results, configs, and files both ways."""

import random

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras

RUN = """
import json, tensorflow as tf
FS = keras.utils.FeatureSpace
result = []
for i, (features, options, crosses, data) in enumerate(cases):
    made = {k: v if isinstance(v, str) else getattr(FS, v[0])(**v[1]) for k, v in features.items()}
    crosses = [tuple(c) if isinstance(c, list) else FS.cross(*c) for c in crosses]
    space = FS(made, crosses=crosses, **options)
    columns = {k: np.array(v) for k, v in data.items()}
    space.adapt(tf.data.Dataset.from_tensor_slices(columns).batch(7))
    rows = {k: v[:5] for k, v in columns.items()}
    theirs = keras.saving.load_model(f"{folder}/ours{i}.keras") if folder else space
    space.save(f"{folder or written}/theirs{i}.keras")
    result.append([
        jax_free(space(rows)), json.loads(json.dumps(space.get_config(), default=list)),
        jax_free(theirs(rows)), jax_free(space({k: v[0] for k, v in rows.items()})),
    ])
"""
PLAIN = """
def jax_free(x):
    return {k: np.asarray(v) for k, v in x.items()} if isinstance(x, dict) else np.asarray(x)
"""


def column(rng, kind, size):
    if kind.startswith("float"):
        return [round(rng.uniform(-3, 3), 3) for _ in range(size)]
    if kind.startswith("integer"):
        return [rng.randrange(6) for _ in range(size)]
    return [rng.choice(["x", "y", "zé", " "]) for _ in range(size)]


def generated(rng):
    as_dict = bool(rng.randrange(2))
    mode = {"output_mode": rng.choice(["int", "one_hot"])} if as_dict else {}
    kinds = [
        *("float", "float_rescaled", "float_normalized", "float_discretized"),
        *("integer_categorical", "string_categorical", "integer_hashed", "string_hashed"),
        ("float_rescaled", {"scale": 2.0, "offset": -1.0}),
        ("float_discretized", {"num_bins": 4, **mode}),
        ("integer_categorical", {"max_tokens": 4, "num_oov_indices": 2, **mode}),
        ("string_categorical", {"num_oov_indices": 2, **mode}),
        ("string_hashed", {"num_bins": 5, **mode}),
        ("integer_hashed", {"num_bins": 5, **mode}),
    ]
    names = rng.sample("abcdefghij", rng.randrange(2, 6))
    features = {n: rng.choice(kinds) for n in names}
    data = {n: column(rng, k if isinstance(k, str) else k[0], 20) for n, k in features.items()}
    crossable = [n for n in names if not isinstance(data[n][0], float)]
    crosses = []
    if len(crossable) > 1:
        crosses = [rng.sample(crossable, 2)]
        if rng.randrange(2):
            crosses.append((tuple(rng.sample(crossable, 2)), 6, *mode.values()))
    options = {
        "output_mode": "dict" if as_dict else "concat",
        "crossing_dim": rng.choice([3, 32]),
        "hashing_dim": rng.choice([4, 32]),
        "num_discretization_bins": rng.choice([3, 32]),
    }
    return features, options, crosses, data


def built(features, options, crosses, data):
    space = keras.utils.FeatureSpace
    made = {
        k: v if isinstance(v, str) else getattr(space, v[0])(**v[1]) for k, v in features.items()
    }
    given = [tuple(c) if isinstance(c, list) else space.cross(*c) for c in crosses]
    made = space(made, crosses=given, **options)
    columns = {k: np.array(v) for k, v in data.items()}
    made.adapt(
        {k: v[i : i + 7] for k, v in columns.items()}
        for i in range(0, len(next(iter(columns.values()))), 7)
    )
    return made, {k: v[:5] for k, v in columns.items()}


def agree(got, want, what):
    if isinstance(want, dict):
        assert list(got) == list(want), what
        for key in want:
            agree(got[key], want[key], what)
        return
    assert got.shape == want.shape, what
    np.testing.assert_allclose(keras.ops.convert_to_numpy(got), want, atol=1e-5, err_msg=str(what))


def plain(config):
    """A config without names that a process counts up, ids, and tuples."""
    if isinstance(config, dict):
        return {
            k: plain(v)
            for k, v in config.items()
            if k not in ("name", "shared_object_id", "build_config")
        }
    return [plain(x) for x in config] if isinstance(config, (list, tuple)) else config


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_spaces_agree(tmp_path, backend):
    rng = random.Random(3)
    cases = [generated(rng) for _ in range(scaled(12 if backend == "tensorflow" else 3))]
    ours = [built(*case) for case in cases]
    for i, (space, _) in enumerate(ours):
        space.save(tmp_path / f"ours{i}.keras")
    wanted = real_keras(
        PLAIN + RUN, backend=backend, cases=cases, folder=str(tmp_path), written=None
    )
    for i, ((space, rows), (want, config, loaded, single)) in enumerate(
        zip(ours, wanted, strict=True)
    ):
        agree(space(rows), want, cases[i])
        agree(space({k: v[0] for k, v in rows.items()}), single, cases[i])
        agree(space(rows), loaded, cases[i])  # the real Keras read our file
        agree(keras.saving.load_model(tmp_path / f"theirs{i}.keras")(rows), want, cases[i])
        mine, theirs = plain(space.get_config()), plain(config)
        for x in (mine, theirs):
            for feature in x["features"].values():
                inner = feature["config"]["preprocessor"]["config"]
                inner["bin_boundaries"] = np.round(inner.get("bin_boundaries") or [], 4).tolist()
        assert mine == theirs, cases[i]
