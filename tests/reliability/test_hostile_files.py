"""Files of strangers: each is refused in a sentence, nothing outside it is read, memory stays."""

import json
import os
import resource
import time
import warnings

import h5py
import hostile
import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.base.file_errors import (
    CorruptFileError,
    LimitExceededError,
    ModelFileError,
    UnsafeFileError,
)

PLACES = {
    ".weights.h5": {"leaf": "layers/dense/vars/0", "group": "layers/dense", "unused": "other"},
    ".h5": {
        "leaf": "model_weights/a/a/kernel",
        "group": "model_weights/a",
        "unused": "model_weights/other",
    },
}
ROOM = 96 << 20
"""How much memory a refusal may take."""


@keras.saving.register_keras_serializable("mine")
class Special(layers.Dense):
    """A class of one's own, which two names may confuse."""


def made():
    inputs = keras.Input((6,))
    return keras.Model(inputs, layers.Dense(2, name="b")(layers.Dense(5, name="a")(inputs)))


@pytest.fixture
def quick():
    """The test ends within seconds and without much memory."""
    before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    assert grown < ROOM
    assert time.monotonic() - begin < 5


def saved(suffix, folder):
    model, path = made(), folder / f"m{suffix}"
    (model.save_weights if suffix == ".weights.h5" else model.save)(path)
    return model, path


def unchanged(model, load, path, error=ModelFileError):
    """A load that is refused, names the file, and leaves the model as it is."""
    before = model.get_weights()
    with pytest.raises(error) as found:
        load(path)
    assert path.name in str(found.value)
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


WORDS = {
    "virtual": "lie in another file", "external": "lie in another file", "compact": "are laid out",
    "external_link": "link", "soft_link": "link", "pipe_link": "link", "loop": "twice",
    "twice": "twice", "of_texts": "dtype", "compound": "dtype", "complex_numbers": "dtype",
    "reference": "dtype", "foreign_filter": "filters", "named_type": "no group and no array",
    "unwritten": "truncated", "unwritten_chunks": "in the file", "packed_zeros": "in the file",
    "deep": "levels deep",
}  # fmt: skip
"""What the sentence says, by attack: which of the checks has noticed."""


@pytest.mark.parametrize("place", ["leaf", "group", "unused"])
@pytest.mark.parametrize("attack", hostile.REFUSED_HDF5, ids=lambda f: f.__name__)
@pytest.mark.parametrize("suffix", [".weights.h5", ".h5"])
def test_hdf5(suffix, attack, place, tmp_path, quick):
    model, path = saved(suffix, tmp_path)
    where = PLACES[suffix][place]
    if attack is hostile.twice and place == "unused":
        where = PLACES[suffix]["leaf"]
    with h5py.File(path) as f:
        grouped = where in f and isinstance(f[where], h5py.Group)
    if grouped:
        where = {"twice": where}.get(attack.__name__, f"{where}/more")
    attack(path, where, tmp_path)
    with pytest.raises(ModelFileError) as found:
        model.load_weights(path)
    assert WORDS[attack.__name__] in str(found.value).replace(str(path), "")
    unchanged(model, model.load_weights, path)
    if suffix == ".h5":
        unchanged(model, keras.models.load_model, path)


@pytest.mark.parametrize(
    "attack", [hostile.virtual, hostile.external, hostile.loop, hostile.unwritten]
)
def test_hdf5_in_archives_folders_and_shards(attack, tmp_path, quick):
    model, path = saved(".weights.h5", tmp_path)
    attack(path, "layers/dense/vars/0", tmp_path)
    bad = path.read_bytes()
    archive = tmp_path / "m.keras"
    model.save(archive)
    members = {n: d for n, d in hostile.members_of(archive).items() if n != "metadata.json"}
    archive.write_bytes(hostile.zipped({**members, hostile.WEIGHTS: bad}))
    unchanged(model, model.load_weights, archive)
    unchanged(model, keras.models.load_model, archive)
    keras.saving.save_model(model, tmp_path / "folder", zipped=False)
    (tmp_path / "folder" / hostile.WEIGHTS).write_bytes(bad)
    (tmp_path / "folder" / "metadata.json").unlink()
    unchanged(model, keras.models.load_model, tmp_path / "folder")
    model.save_weights(tmp_path / "s.weights.json", max_shard_size=1)
    (tmp_path / "s_00000.weights.h5").write_bytes(bad)
    with pytest.raises(ModelFileError, match="s_00000"):
        model.load_weights(tmp_path / "s.weights.json")


@pytest.mark.parametrize("suffix", [".weights.h5", ".h5"])
def test_something_before_the_hdf5_part(suffix, tmp_path):
    model, path = saved(suffix, tmp_path)
    hostile.user_block(path)
    unchanged(model, model.load_weights, path)


@pytest.mark.parametrize("name", hostile.ARCHIVES)
def test_archives(name, tmp_path):
    model, path = saved(".keras", tmp_path)
    members = {n: d for n, d in hostile.members_of(path).items() if n != "metadata.json"}
    path.write_bytes(hostile.ARCHIVES[name](members))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unchanged(model, keras.models.load_model, path)
    if name != "a file that is a folder":  # the files beside the weights are not looked at
        unchanged(model, model.load_weights, path)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10 < ROOM
    assert sorted(os.listdir(tmp_path)) == ["m.keras"]


@pytest.mark.parametrize("name", hostile.CONFIGS)
def test_configs(name, tmp_path):
    _, path = saved(".keras", tmp_path)
    members = {n: d for n, d in hostile.members_of(path).items() if n != "metadata.json"}
    text = hostile.CONFIGS[name](json.loads(members["config.json"]))
    path.write_bytes(hostile.zipped({**members, "config.json": text}))
    before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    # a class that is not known is a TypeError, as it is in Keras
    with pytest.raises(TypeError if name == "a foreign module" else ModelFileError) as found:
        keras.models.load_model(path)
    assert "Could not locate" in str(found.value) or path.name in str(found.value)
    assert len(str(found.value)) < 2000
    assert time.monotonic() - begin < 5
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10 < ROOM


def test_an_error_says_where_in_the_config(tmp_path):
    _, path = saved(".keras", tmp_path)
    members = {n: d for n, d in hostile.members_of(path).items() if n != "metadata.json"}
    config = json.loads(members["config.json"])
    config["config"]["layers"][2]["config"]["units"] = -3
    path.write_bytes(hostile.zipped({**members, "config.json": json.dumps(config)}))
    with pytest.raises(CorruptFileError, match=r"config\.layers\[2\]"):
        keras.models.load_model(path)


def test_a_model_is_not_larger_than_its_weights(tmp_path):
    """Two thousand layers of four megabytes each, in a file with the weights of three."""
    model = keras.Sequential([keras.Input((1000,)), layers.Dense(1000, name="d0")])
    path = tmp_path / "m.keras"
    model.save(path)
    members = {n: d for n, d in hostile.members_of(path).items() if n != "metadata.json"}
    config = json.loads(members["config.json"])
    layer = config["config"]["layers"][1]
    for i in range(1, 2000):
        config["config"]["layers"].append({**layer, "config": {**layer["config"], "name": f"d{i}"}})
    path.write_bytes(hostile.zipped({**members, "config.json": json.dumps(config)}))
    begin = time.monotonic()
    with pytest.raises(LimitExceededError, match="d2"):
        keras.models.load_model(path)
    assert time.monotonic() - begin < 5


def test_graphs_of_twenty_thousand_layers_in_reverse_order(tmp_path):
    """Twice as many layers take about twice as long, whatever their order."""

    def seconds(count):
        layer = {"module": "keras.layers", "class_name": "Rescaling", "registered_name": None}
        config = made().get_config()
        first = config["layers"][0]
        name = first["name"]

        def call(source):
            history = {"shape": [None, 6], "dtype": "float32", "keras_history": [source, 0, 0]}
            return [{"args": [{"class_name": "__keras_tensor__", "config": history}], "kwargs": {}}]

        chain = [
            {
                **layer,
                "name": f"r{i}",
                "config": {"name": f"r{i}", "scale": 1.0},
                "inbound_nodes": call(f"r{i - 1}" if i else name),
            }
            for i in range(count)
        ]
        config["layers"] = [*reversed(chain), first]
        config["output_layers"] = [[f"r{count - 1}", 0, 0]]
        begin = time.process_time()
        keras.Model.from_config(config)
        return time.process_time() - begin

    seconds(10)
    assert seconds(1000) < 3.5 * seconds(500)


# -- What is no regular file -----------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["m.keras", "m.h5", "m.weights.h5", "m.weights.json", "m.safetensors"]
)
def test_pipes_do_not_hang(name, tmp_path, quick):
    os.mkfifo(tmp_path / name)
    for load in (keras.models.load_model, made().load_weights):
        with pytest.raises(UnsafeFileError, match="regular"):
            load(tmp_path / name)


def test_links_and_pipes_in_folders_are_not_followed(tmp_path, quick):
    path = tmp_path / "m"
    keras.saving.save_model(made(), path, zipped=False)
    for name in ("config.json", "metadata.json", hostile.WEIGHTS):
        good = path / name
        good.rename(tmp_path / "moved")
        good.symlink_to(tmp_path / "moved")
        with pytest.raises(UnsafeFileError, match="link"):
            keras.models.load_model(path)
        good.unlink()
        os.mkfifo(good)
        with pytest.raises(UnsafeFileError, match="regular"):
            keras.models.load_model(path)
        good.unlink()
        (tmp_path / "moved").rename(good)
    keras.models.load_model(path)
    (path / "assets").mkdir()
    (path / "assets" / "l").symlink_to("/etc/passwd")
    with pytest.raises(UnsafeFileError, match="assets"):
        keras.models.load_model(path)


def test_the_file_that_was_looked_at_is_the_one_that_is_read(tmp_path, monkeypatch):
    """The file is exchanged after its directory was checked; the checked one is loaded."""
    from keras_core.saving import archives

    model, path = saved(".keras", tmp_path)
    other = made()
    other.save(tmp_path / "other.keras")
    check = archives.Archive._check

    def swap(self):
        check(self)
        os.replace(tmp_path / "other.keras", path)

    monkeypatch.setattr(archives.Archive, "_check", swap)
    again = keras.models.load_model(path)
    for a, b in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


# -- Weights that do not fit -----------------------------------------------------------------


def _with(path, place, values):
    with h5py.File(path, "r+") as f:
        del f[place]
        f[place] = values


STRANGE = {
    "overflow": np.full((6, 5), 1e300),
    "complex": np.zeros((6, 5), "c16"),
    "bool": np.zeros((6, 5), bool),
    "integers": np.full((6, 5), 2**40),
    "another shape": np.zeros((5, 6), "f4"),
    "texts": np.full((6, 5), b"x"),
}


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("suffix", [".weights.h5", ".h5"])
def test_values_that_do_not_fit_are_named_and_nothing_changes(kind, suffix, tmp_path):
    model, path = saved(suffix, tmp_path)
    _with(path, PLACES[suffix]["leaf"], STRANGE[kind])
    unchanged(model, model.load_weights, path, ValueError)


@pytest.mark.parametrize("suffix", [".weights.h5", ".h5"])
def test_the_last_of_the_layers_does_not_fit_and_the_first_is_as_it_was(suffix, tmp_path):
    model, path = saved(suffix, tmp_path)
    last = {".weights.h5": "layers/dense_1/vars/1", ".h5": "model_weights/b/b/bias"}[suffix]
    _with(path, last, np.zeros(3, "f4"))
    model.set_weights([w + 1 for w in model.get_weights()])
    unchanged(model, model.load_weights, path, ValueError)


def test_what_fits_in_another_precision_is_loaded(tmp_path):
    model, path = saved(".weights.h5", tmp_path)
    _with(path, "layers/dense/vars/0", np.full((6, 5), 1.5, "f8"))
    model.load_weights(path)
    assert (model.get_weights()[0] == 1.5).all()


def test_missing_and_additional_weights_are_named(tmp_path):
    model, path = saved(".weights.h5", tmp_path)
    with h5py.File(path, "r+") as f:
        f["layers/dense_7/vars/0"] = np.zeros(3)
    with pytest.warns(UserWarning, match="dense_7"):
        model.load_weights(path)
    with h5py.File(path, "r+") as f:
        del f["layers/dense_7"]
        del f["layers/dense_1"]
    unchanged(model, model.load_weights, path, ValueError)


def test_weights_that_are_not_finite_are_named(tmp_path):
    model, path = saved(".weights.h5", tmp_path)
    _with(path, "layers/dense/vars/0", np.full((6, 5), np.nan, "f4"))
    with pytest.warns(UserWarning, match="a/kernel"):
        model.load_weights(path)


def test_a_missing_state_of_the_optimizer_is_told(tmp_path):
    model = made()
    model.compile("adam", "mse")
    model.fit(np.ones((2, 6)), np.ones((2, 2)), verbose=0)
    path = tmp_path / "m.weights.h5"
    model.save_weights(path)
    with h5py.File(path, "r+") as f:
        del f["optimizer"]
    with pytest.warns(UserWarning, match=f"optimizer {model.optimizer.name!r}"):
        model.load_weights(path)
    with warnings.catch_warnings():  # whoever only predicts has no place for it
        warnings.simplefilter("error")
        model.save_weights(path)
        made().load_weights(path)
