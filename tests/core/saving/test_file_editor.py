"""Weights that are edited in their file."""

import h5py
import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.saving import KerasFileEditor


def model_of(units=2):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(units)])
    for i, v in enumerate(model.variables):
        v.assign(np.full(v.shape, i + 1.0))
    return model


@pytest.fixture(params=["m.keras", "m.weights.h5"])
def editor(request, tmp_path):
    path = tmp_path / request.param
    model = model_of()
    (model.save if path.suffix == ".keras" else model.save_weights)(path)
    return KerasFileEditor(path)


def test_what_was_not_changed_stays(editor, tmp_path):
    editor.save(tmp_path / "new.weights.h5")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)])
    model.load_weights(tmp_path / "new.weights.h5")
    for new, old in zip(model.variables, model_of().variables, strict=True):
        np.testing.assert_array_equal(new.numpy(), old.numpy())


def test_changes(editor, tmp_path, capsys):
    editor.rename_object("dense_1", "head")
    editor.add_object("layers/extra", {"0": np.ones(3)})
    editor.add_weights("extra", {"1": np.zeros((2, 2), "float32"), "0": np.ones(2)})
    editor.delete_weight("layers/head", "1")
    editor.delete_object("layers/dense")
    editor.summary()
    out = capsys.readouterr().out
    assert "  extra\n    0: shape=(2,), dtype=float64\n    1: shape=(2, 2), dtype=float32" in out
    assert "  head\n    0: shape=(4, 2), dtype=float32\n" in out
    assert "dense" not in out
    editor.resave_weights(tmp_path / "new.weights.h5")
    arrays = {}
    with h5py.File(tmp_path / "new.weights.h5") as file:
        file.visititems(lambda n, o: arrays.update({n: o[()]}) if hasattr(o, "shape") else None)
    assert set(arrays) == {"layers/extra/vars/0", "layers/extra/vars/1", "layers/head/vars/0"}
    np.testing.assert_array_equal(arrays["layers/head/vars/0"], np.full((4, 2), 3.0))


def test_comparison(editor, capsys):
    assert editor.compare(model_of()) == {"status": "success", "error_count": 0, "match_count": 4}
    found = editor.compare(model_of(5))
    assert found == {"status": "error", "error_count": 2, "match_count": 2}
    out = capsys.readouterr().out
    assert (
        "layers/dense_1/0: in the reference model of shape (4, 5), in the file of shape (4, 2)"
        in out
    )


def test_wrong_names(editor, tmp_path):
    editor.add_object("other/dense", {})
    for call, words in [
        (lambda: editor.delete_object("nope"), "no object 'nope'"),
        (lambda: editor.delete_object("dense"), "more than once.*layers/dense"),
        (lambda: editor.rename_object("layers/dense", "a/b"), "a name, not a path"),
        (lambda: editor.rename_object("layers/dense", "dense_1"), "'layers/dense_1' already"),
        (lambda: editor.add_object("layers/dense", {}), "'layers/dense' already"),
        (lambda: editor.add_object("../dense", {}), "should be a path"),
        (lambda: editor.add_weights("layers/dense", {"a/b": 1}), "without a slash"),
        (lambda: editor.delete_weight("layers/dense", "9"), r"no weight '9'.*\['0', '1'\]"),
        (lambda: editor.save(tmp_path / "x.keras"), r"expected a `.weights.h5` extension"),
        (lambda: KerasFileEditor(tmp_path / "x.txt"), r"Invalid filename.*x\.txt"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()


def test_hostile_files_are_refused(tmp_path):
    from keras_core.core.base.file_errors import ModelFileError

    path = tmp_path / "x.weights.h5"
    with h5py.File(path, "w") as file:
        file["layers/a/vars/0"] = h5py.ExternalLink("/etc/passwd", "/x")
    with pytest.raises(ModelFileError, match="link"):
        KerasFileEditor(path)
    model_of().save_weights(path)
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(ModelFileError):
        KerasFileEditor(path)
    with h5py.File(path, "w") as file:
        file.create_dataset("layers/a/vars/0", (1 << 30,), "f4", chunks=(1 << 20,), compression=1)
    with pytest.raises(ModelFileError):
        KerasFileEditor(path)
