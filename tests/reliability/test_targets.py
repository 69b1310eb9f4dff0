"""Wherever a model is saved to: it is there and loads again, or the error says what is wrong."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers

X = np.ones((2, 6), "float32")


@keras.saving.register_keras_serializable("targets")
class WithNotes(layers.Dense):
    """A layer with a file of its own in the archive."""

    note = "none"

    def save_assets(self, dir_path):
        Path(dir_path, "note.txt").write_text(self.note)

    def load_assets(self, dir_path):
        self.note = Path(dir_path, "note.txt").read_text()


def made():
    model = keras.Sequential([keras.Input((6,)), WithNotes(3, name="noted"), layers.Dense(1)])
    model.layers[0].note = "remember"
    return model


@pytest.mark.parametrize("kind", [".keras", "folder", ".h5", ".weights.h5", ".safetensors"])
@pytest.mark.parametrize(
    "place", ["relative", "absolute", "a Path", "unicode", "a space", "a link"]
)
def test_round_trips(kind, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    suffix = "" if kind == "folder" else kind
    name = {"unicode": "ü" * 60 + "模型", "a space": "a b"}.get(place, "m") + suffix
    if place == "a link" and kind != "folder":
        (tmp_path / "elsewhere").mkdir()
        os.symlink(tmp_path / "elsewhere" / name, name)
    target = tmp_path / name if place in ("absolute", "a Path") else Path(name)
    given = target if place == "a Path" else str(target)
    model, other = made(), made()
    if kind in (".weights.h5", ".safetensors"):
        model.save_weights(given)
        other.load_weights(given)
    else:
        model.save(given, **({"zipped": False} if kind == "folder" else {}))
        monkeypatch.chdir("/")
        other = keras.saving.load_model(tmp_path / name)
        assert kind == ".h5" or other.layers[0].note == "remember"
    np.testing.assert_array_equal(model.predict(X, verbose=0), other.predict(X, verbose=0))
    if place == "a link" and kind != "folder":
        assert Path(tmp_path, name).is_symlink()
        assert [p.name for p in (tmp_path / "elsewhere").iterdir()] == [name]


REFUSED = {
    "a folder with another's files": ("full.keras", IsADirectoryError, "it is a folder"),
    "no folder": ("nowhere/m.keras", FileNotFoundError, "does not exist. Make it first"),
    "a link to nowhere": ("dangling.keras", FileNotFoundError, "does not exist. Make it first"),
    "a long name": ("x" * 300 + ".keras", OSError, "too long.*x.keras"),
    "a file for a folder": ("plain/m.keras", (OSError, ValueError), "plain"),
    "another suffix": ("m.txt", ValueError, "(?s)Invalid filepath extension.*m.txt"),
    "no name": ("", ValueError, "Invalid filepath extension"),
    "a NUL": ("a\0b.keras", ValueError, "null"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refusals(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full.keras").mkdir()
    (tmp_path / "full.keras" / "mine.txt").write_text("mine")
    (tmp_path / "plain").write_text("")
    os.symlink(tmp_path / "nowhere" / "m.keras", "dangling.keras")
    before = sorted(tmp_path.rglob("*"))
    path, error, message = REFUSED[kind]
    with pytest.raises(error, match=message):
        made().save(path)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_no_permission(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError, match=r"Cannot save to .*m.keras"):
        made().save(tmp_path / "m.keras")


def test_mode_and_link_of_a_replaced_file_stay(tmp_path):
    path, link = tmp_path / "m.keras", tmp_path / "link.keras"
    made().save(path)
    path.chmod(0o640)
    link.symlink_to(path)
    made().save(link)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_was_saved_moves(tmp_path):
    model = made()
    model.save(tmp_path / "m", zipped=False)
    shutil.move(tmp_path / "m", tmp_path / "n")
    again = keras.saving.load_model(tmp_path / "n")
    np.testing.assert_array_equal(model.predict(X, verbose=0), again.predict(X, verbose=0))
