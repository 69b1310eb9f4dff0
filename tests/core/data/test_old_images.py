"""`ImageDataGenerator`: what it refuses, in processes, in `fit`; `tests/reference` has numbers."""

import builtins

import numpy as np
import pytest

import keras_core as keras
from keras_core.preprocessing import image

pytest.importorskip("PIL")
pytest.importorskip("scipy")
GENERATOR = image.ImageDataGenerator
X, Y = np.arange(7.0)[:, None, None, None] * np.ones((7, 4, 4, 3)), np.arange(7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GENERATOR(zoom_range=[1, 2, 3]), "`zoom_range` should be"),
        (lambda: GENERATOR(brightness_range=3), "brightness_range=3"),
        (lambda: GENERATOR(validation_split=1.5), "validation_split=1.5"),
        (lambda: GENERATOR().flow(X, Y[:3]), r"`y` \(labels\) should have the same length"),
        (lambda: GENERATOR().flow(X, Y, sample_weight=Y[:3]), "`sample_weight` should have"),
        (lambda: GENERATOR().flow(X, sample_weight=Y), "give `y` too"),
        (lambda: GENERATOR().flow((X, Y[:2])), r"len\(x\[0\]\) = 7, len\(x\[\?\]\) = 2"),
        (lambda: GENERATOR().flow(X[0]), "should have rank 4"),
        (lambda: GENERATOR().flow(X, batch_size=0), "batch_size=0"),
        (lambda: GENERATOR().flow(X, subset="x"), "Invalid subset name: x"),
        (lambda: GENERATOR(validation_split=0.3).flow(X, Y, subset="training"), "want to shuffle"),
        (lambda: GENERATOR().flow(X)[1], "retrieve element 1, but the Sequence has length 1"),
        (lambda: GENERATOR().fit(X[0]), r"rank 4. Got array with shape: \(4, 4, 3\)"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_folders_and_tables_that_are_refused(tmp_path):
    pandas = pytest.importorskip("pandas")
    read = GENERATOR().flow_from_directory
    with pytest.raises(FileNotFoundError, match="does not exist"):
        read(tmp_path / "none")
    with pytest.raises(ValueError, match="expected a folder with images for each class"):
        read(tmp_path)
    (tmp_path / "a").mkdir()
    keras.utils.save_img(tmp_path / "a/a.png", X[0])
    for kwargs, message in (
        ({"classes": ["b"]}, r"no folders \['b'\]"),
        ({"class_mode": "x"}, "Invalid class_mode: x"),
        ({"color_mode": "x"}, "Invalid color mode: x"),
        ({"interpolation": "x"}, "Invalid interpolation method x"),
        ({"target_size": 4}, "target_size=4"),
    ):
        with pytest.raises(ValueError, match=message):
            read(tmp_path, **kwargs)
    (tmp_path / "a/a.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"Cannot read .*a\.png as an image"):
        next(read(tmp_path))
    table = pandas.DataFrame({"filename": ["a/a.png"], "class": ["a"], "n": [1]})
    read = GENERATOR().flow_from_dataframe
    for kwargs, error, message in (
        ({"x_col": "n"}, TypeError, "x_col=n must be strings"),
        ({"y_col": "n"}, TypeError, "must be type string, list or tuple"),
        ({"y_col": "n", "class_mode": "sparse"}, TypeError, "must be strings"),
        ({"class_mode": "multi_output"}, TypeError, "must be a list"),
        ({"weight_col": "class"}, TypeError, "must be numeric"),
        ({"y_col": "q"}, KeyError, "q"),
        ({"classes": ["b"]}, ValueError, "No images are left"),
        ({"colour": 1}, TypeError, "takes no arguments"),
    ):
        with pytest.raises(error, match=message):
            read(table, tmp_path, **kwargs)
    with pytest.warns(UserWarning, match="`sort` is deprecated"):
        read(table, tmp_path, sort=False)
    with pytest.warns(UserWarning, match="Found 1 invalid"), pytest.raises(ValueError, match="No"):
        read(table, tmp_path / "a")


def test_options_that_say_what_others_are():
    with pytest.warns(UserWarning, match="`zca_whitening`, which overrides"):
        assert GENERATOR(zca_whitening=True).featurewise_center
    with pytest.warns(UserWarning, match="hasn't been fit"):
        GENERATOR(featurewise_center=True).standardize(X[0])
    with pytest.warns(UserWarning, match=r"expected either 1, 3, or 4 channels.*\(2 channels\)"):
        GENERATOR().flow(X[..., :2])


def test_images_are_saved(tmp_path):
    next(GENERATOR().flow(X, batch_size=3, shuffle=False, save_to_dir=tmp_path, save_prefix="p"))
    assert sorted(p.name[:3] for p in tmp_path.iterdir()) == ["p_0", "p_1", "p_2"]
    assert all(p.suffix == ".png" for p in tmp_path.iterdir())


def test_scipy_is_asked_for(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.partition(".")[0] == "scipy":
            raise ImportError("gone")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    assert next(GENERATOR(horizontal_flip=True).flow(X)).shape == X.shape
    with pytest.raises(ImportError, match=r"keras-core\[legacy\]"):
        next(GENERATOR(rotation_range=20).flow(X))


@pytest.mark.parametrize("seed", [3, None])
def test_processes_see_each_image_once_and_draw_numbers_of_their_own(seed):
    images = np.full((8, 4, 4, 1), 100.0) + np.arange(8.0)[:, None, None, None] / 100
    batches = GENERATOR(channel_shift_range=50).flow(images, np.arange(8), batch_size=2, seed=seed)
    batches.image_data_generator.channel_shift_range = 0  # what is drawn is in the brightness
    batches.image_data_generator.brightness_range = (0.1, 2.0)
    batches.workers, batches.use_multiprocessing = 2, True
    seen = []
    workers = batches.make_workers()
    try:
        for _ in range(2):
            epoch = list(batches.iterate(workers=workers))
            assert sorted(np.concatenate([y for _, y in epoch])) == list(range(8))
            seen += [tuple(x[:, 0, 0, 0]) for x, _ in epoch]
            batches.on_epoch_end()
    finally:
        workers.close()
    assert len(set(seen)) == len(seen) == 8


def test_a_model_fits_them():
    model = keras.Sequential(
        [keras.Input((4, 4, 3)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    changed = GENERATOR(rescale=1 / 255, horizontal_flip=True, validation_split=0.3)
    train = changed.flow(X, np.array([0, 1, 0, 1, 1, 0, 1]), batch_size=2, subset="training")
    held = changed.flow(X, np.array([0, 1, 0, 1, 1, 0, 1]), batch_size=2, subset="validation")
    history = model.fit(train, validation_data=held, epochs=2, verbose=0).history
    assert len(history["val_loss"]) == 2
    assert model.predict(changed.flow(X, batch_size=3, shuffle=False), verbose=0).shape == (7, 1)
