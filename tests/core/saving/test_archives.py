"""Files as such: archives, shards, links, and what is read and drawn meanwhile."""

import json
import os
import zipfile

import h5py
import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.base.file_errors import CorruptFileError, ModelFileError, UnsafeFileError
from keras_core.core.tensors import runtime
from keras_core.saving import hdf5

TRAINS = runtime.CAPABILITIES.autodiff != "none"


def model(width=20, name="m"):
    return keras.Sequential(
        [
            keras.Input((width,)),
            layers.Dense(width, name="a"),
            layers.BatchNormalization(name="norm"),
            layers.Dense(width, name="b"),
        ],
        name=name,
    )


def same(a, b):
    return all(np.array_equal(v, w) for v, w in zip(a.get_weights(), b.get_weights(), strict=True))


def filled():
    made = model()
    rng = np.random.default_rng(0)
    made.set_weights([rng.uniform(0.5, 1, v.shape) for v in made.weights])
    return made


# -- Archives ------------------------------------------------------------------------------


def test_an_archive_is_one_that_anybody_reads(tmp_path):
    path, made = tmp_path / "m.keras", filled()
    made.save(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["config.json", "model.weights.h5", "metadata.json"]
        archive.extractall(tmp_path / "all")
    with h5py.File(tmp_path / "all" / "model.weights.h5") as f:
        np.testing.assert_array_equal(f["layers/dense/vars/0"], made.get_weights()[0])


def test_saving_writes_no_other_file(tmp_path, monkeypatch):
    seen = set()
    replace = os.replace

    def watch(source, target):
        seen.update(os.listdir(tmp_path))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watch)
    filled().save(tmp_path / "m.keras")
    assert len(seen) == 1
    assert os.listdir(tmp_path) == ["m.keras"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_that_was_packed_anew(tmp_path, compression):
    made = filled()
    made.save(tmp_path / "m.keras")
    with (
        zipfile.ZipFile(tmp_path / "m.keras") as old,
        zipfile.ZipFile(tmp_path / "n.keras", "w", compression) as new,
    ):
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    assert same(keras.saving.load_model(tmp_path / "n.keras"), made)
    data = bytearray((tmp_path / "n.keras").read_bytes())
    data[2000] ^= 255
    (tmp_path / "n.keras").write_bytes(data)
    with pytest.raises(CorruptFileError):
        keras.saving.load_model(tmp_path / "n.keras")


def test_what_is_loaded_is_not_drawn_first(tmp_path, monkeypatch):
    made = filled()
    made.save(tmp_path / "m.keras")
    drawn = []
    sample = keras.initializers.GlorotUniform.sample
    monkeypatch.setattr(
        keras.initializers.GlorotUniform,
        "sample",
        lambda self, *args: drawn.append(args) or sample(self, *args),
    )
    again = keras.saving.load_model(tmp_path / "m.keras")
    assert same(again, made)
    assert not drawn
    model()
    assert drawn


def test_what_a_file_does_not_hold_is_drawn_after_all(tmp_path):
    @keras.saving.register_keras_serializable("tests")
    class Partly(layers.Layer):
        def build(self, shape):
            self.kept = self.add_weight(shape=(3,), initializer="random_normal")
            self.made = self.add_weight(shape=(3,), initializer="random_normal")

        def call(self, x):
            return x + self.kept + self.made

        def save_own_variables(self, store):
            store["kept"] = self.kept

        def load_own_variables(self, store):
            self.kept.assign(store["kept"])

    made = keras.Sequential([keras.Input((3,)), Partly()])
    made.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras").layers[0]
    np.testing.assert_array_equal(again.kept.numpy(), made.layers[0].kept.numpy())
    assert again.made.numpy().all()


def test_a_folder_instead_of_an_archive(tmp_path):
    made = filled()
    for _ in range(2):  # the second takes the place of the first
        made.save(tmp_path / "m", zipped=False)
    assert os.listdir(tmp_path) == ["m"]
    assert same(keras.saving.load_model(tmp_path / "m"), made)
    with pytest.raises(ValueError, match="should not end in"):
        made.save(tmp_path / "n.keras", zipped=False)
    with pytest.raises(FileExistsError):
        made.save(tmp_path / "m" / "config.json", zipped=False)
    with pytest.raises(ValueError, match=r"no config\.json"):
        keras.saving.load_model(tmp_path)


def test_it_is_told_that_a_format_is_a_legacy(tmp_path, caplog):
    filled().save(tmp_path / "m.h5")
    assert "legacy" in caplog.text


# -- Shards --------------------------------------------------------------------------------


def test_weights_in_several_files(tmp_path):
    made, other = filled(), model()
    limit = 3000 / 2**30
    made.save_weights(tmp_path / "w.weights.h5", max_shard_size=limit)
    files = sorted(os.listdir(tmp_path))
    assert files == ["w.weights.json", "w_00000.weights.h5", "w_00001.weights.h5"]
    table = json.loads((tmp_path / "w.weights.json").read_text())
    assert table["metadata"]["total_size"] == sum(4 * w.size for w in made.get_weights())
    other.load_weights(tmp_path / "w.weights.json")
    assert same(made, other)
    with pytest.raises(ValueError, match=r"'a'.*1600 bytes.*max_shard_size"):
        made.save_weights(tmp_path / "x.weights.json", max_shard_size=1000 / 2**30)
    assert not (tmp_path / "x.weights.json").exists()
    with pytest.raises(ValueError, match="max_shard_size"):
        made.save_weights(tmp_path / "x.weights.json")


@pytest.mark.parametrize("name", ["../w_00000.weights.h5", "/etc/passwd", "w.h5"])
def test_a_table_of_shards_names_files_beside_it_only(tmp_path, name):
    made = filled()
    made.save_weights(tmp_path / "w.weights.json", max_shard_size=1)
    table = json.loads((tmp_path / "w.weights.json").read_text())
    table["weight_map"]["/vars"] = [name]
    (tmp_path / "w.weights.json").write_text(json.dumps(table))
    with pytest.raises(UnsafeFileError, match="no shards"):
        made.load_weights(tmp_path / "w.weights.json")


# -- Arguments -----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".keras", ".weights.h5", ".weights.json"])
def test_objects_can_be_left_as_they_are(tmp_path, suffix):
    made, other = filled(), model()
    path = tmp_path / f"w{suffix}"
    if suffix == ".keras":
        made.save(path)
    else:
        made.save_weights(path, max_shard_size=1 if suffix == ".weights.json" else None)
    before = other.layers[0].get_weights()
    other.load_weights(path, objects_to_skip=[other.layers[0]])
    np.testing.assert_array_equal(other.layers[0].get_weights()[0], before[0])
    np.testing.assert_array_equal(other.layers[2].get_weights()[0], made.layers[2].get_weights()[0])
    with pytest.raises(ValueError, match="by_name"):
        other.load_weights(path, by_name=True)
    with pytest.raises(ValueError, match="foo"):
        other.load_weights(path, foo=True)


def test_arguments_of_legacy_files(tmp_path):
    made = filled()
    made.save(tmp_path / "m.h5")
    other = keras.Sequential([keras.Input((20,)), layers.Dense(20, name="b")])
    other.load_weights(tmp_path / "m.h5", by_name=True)
    np.testing.assert_array_equal(other.get_weights()[0], made.layers[2].get_weights()[0])
    with pytest.raises(ValueError, match="objects_to_skip"):
        other.load_weights(tmp_path / "m.h5", objects_to_skip=[])
    with pytest.raises(ValueError, match="Layer count"):
        other.load_weights(tmp_path / "m.h5")


# -- The legacy format ---------------------------------------------------------------------


@pytest.mark.skipif(not TRAINS, reason="the backend has no gradients")
def test_legacy_files_hold_the_optimizer(tmp_path):
    made = filled()
    made.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    made.fit(np.ones((4, 20)), np.ones((4, 20)), epochs=2, verbose=0)
    made.save(tmp_path / "m.h5")
    again = keras.saving.load_model(tmp_path / "m.h5")
    for v, w in zip(again.optimizer.variables, made.optimizer.variables, strict=True):
        np.testing.assert_array_equal(v.numpy(), w.numpy())
    made.save(tmp_path / "n.h5", include_optimizer=False)
    assert not keras.saving.load_model(tmp_path / "n.h5").compiled


def test_legacy_files_do_not_depend_on_what_is_frozen(tmp_path):
    def nested(frozen):
        x = keras.Input((3,))
        parts = [layers.Dense(3, name=n) for n in "pqr"]
        for part in parts[:frozen]:
            part.trainable = False
        y = x
        for part in parts:
            y = part(y)
        inner = keras.Model(x, y, name="inner")
        z = keras.Input((3,))
        return keras.Model(z, inner(z))

    for there, here in ((0, 1), (2, 0)):
        a, b = nested(there), nested(here)
        a.set_weights([np.full(v.shape, i) for i, v in enumerate(a.weights)])
        a.save(tmp_path / "m.h5")
        b.load_weights(tmp_path / "m.h5")
        assert same(a, b)


def test_the_own_variables_of_a_model_are_in_legacy_files(tmp_path):
    class Own(keras.Model):
        def __init__(self):
            x = keras.Input((3,))
            super().__init__(x, layers.Dense(2, name="d")(x))
            self.extra = self.add_weight(shape=(2,), initializer="random_normal", name="extra")

    a, b = Own(), Own()
    a.save(tmp_path / "m.h5")
    b.load_weights(tmp_path / "m.h5")
    assert same(a, b)


def _linked(tmp_path, link):
    """A file whose weights are a link."""
    filled().save(tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as old, h5py.File(tmp_path / "b.h5", "w") as new:
        for key, value in old.attrs.items():
            new.attrs[key] = value
        if link == "weights":
            new["model_weights"] = h5py.ExternalLink(str(tmp_path / "a.h5"), "/model_weights")
        else:
            old.copy("model_weights", new)
            del new["model_weights/a"]
            new["model_weights/a"] = (
                h5py.SoftLink("/model_weights/b")
                if link == "soft"
                else h5py.ExternalLink(str(tmp_path / "a.h5"), "/model_weights/a")
            )
    return tmp_path / "b.h5"


@pytest.mark.parametrize("link", ["weights", "layer", "soft"])
def test_links_in_legacy_files_are_not_followed(tmp_path, link):
    path = _linked(tmp_path, link)
    with pytest.raises(ModelFileError, match="link"):
        keras.saving.load_model(path)
    with pytest.raises(ValueError, match="link"):
        filled().load_weights(path)


@pytest.mark.parametrize("kind", ["external", "virtual", "link"])
def test_data_in_other_files_is_not_read(tmp_path, kind):
    made = filled()
    path = tmp_path / "w.weights.h5"
    made.save_weights(path)
    with h5py.File(tmp_path / "secret.h5", "w") as f:
        f["data"] = np.ones((20, 20), "float32")
    with h5py.File(path, "r+") as f:
        group = f["layers/dense/vars"]
        del group["0"]
        if kind == "external":
            (tmp_path / "raw").write_bytes(bytes(1600))
            group.create_dataset("0", (20, 20), "f4", external=[(str(tmp_path / "raw"), 0, 1600)])
        elif kind == "virtual":
            layout = h5py.VirtualLayout((20, 20), "f4")
            layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "data", (20, 20))
            group.create_virtual_dataset("0", layout)
        else:
            group["0"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/data")
    with pytest.raises(UnsafeFileError):
        made.load_weights(path)


def test_loading_takes_time_in_proportion_to_the_layers(tmp_path, monkeypatch):
    def looked_at(count):
        x = inputs = keras.Input((2,))
        for _ in range(count):
            x = layers.Rescaling(1.0)(x)
        keras.Model(inputs, x).save(tmp_path / "m.keras")
        calls = []
        info = hdf5.h5py.h5o.get_info
        monkeypatch.setattr(hdf5.h5py.h5o, "get_info", lambda *a: calls.append(0) or info(*a))
        keras.saving.load_model(tmp_path / "m.keras")
        return len(calls)

    assert looked_at(80) < 2.5 * looked_at(40)
