"""Folders that are not as they should be, and files in them."""

import numpy as np
import pytest

import keras_core as keras

pytest.importorskip("PIL")

IMAGES = keras.utils.image_dataset_from_directory


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        for i in range(3):
            keras.utils.save_img(tmp_path / name / f"{i}.jpg", np.full((8, 8, 3), 50.0 * i))
    return tmp_path


@pytest.mark.parametrize(
    "kwargs, message",
    [
        ({"labels": "x"}, "labels=x"),
        ({"labels": [1, 2]}, r"len\(labels\) is 2 while we found 9 files"),
        ({"label_mode": "x"}, "label_mode=x"),
        ({"label_mode": "binary"}, "exactly 2 class_names"),
        ({"class_names": ["a", "z"]}, r"did not match.*\['a', 'b', 'c'\]"),
        ({"class_names": ["a"], "labels": None}, 'only pass `class_names` if `labels="inferred"`'),
        ({"validation_split": 1.5, "subset": "both"}, "received: 1.5"),
        ({"validation_split": 0.5}, "and inversely"),
        ({"subset": "both"}, "and inversely"),
        ({"validation_split": 0.5, "subset": "x"}, "received: x"),
        ({"validation_split": 0.5, "subset": "both"}, "you must provide a `seed`"),
        ({"validation_split": 0.01, "subset": "validation", "seed": 1}, "subset 'validation'"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"color_mode": "hsv"}, "color_mode=hsv"),
        ({"interpolation": "x"}, "interpolation=x"),
        ({"image_size": 4}, "image_size=4"),
        ({"image_size": (4, 0)}, r"image_size=\(4, 0\)"),
        ({"data_format": "x"}, "data_format"),
        ({"format": "zip"}, "format=zip"),
        ({"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}, "Only one of"),
    ],
)
def test_bad_options(folder, kwargs, message):
    with pytest.raises(ValueError, match=message):
        IMAGES(folder, verbose=False, **kwargs)


def test_bad_folders(folder, tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        IMAGES(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="expects a folder with files for each class"):
        IMAGES(tmp_path / "empty", verbose=False)
    with pytest.raises(ValueError, match=r"Allowed formats: \('\.txt',\)"):
        keras.utils.text_dataset_from_directory(folder, verbose=False)
    for kwargs, message in (
        ({"ragged": True}, "has no ragged tensors"),
        ({"ragged": True, "output_sequence_length": 3}, "Cannot set both"),
        ({"sampling_rate": 0}, "sampling_rate=0"),
        ({"output_sequence_length": -1}, "output_sequence_length=-1"),
    ):
        with pytest.raises(ValueError, match=message):
            keras.utils.audio_dataset_from_directory(folder, verbose=False, **kwargs)
    with pytest.raises(ValueError, match="max_length=0"):
        keras.utils.text_dataset_from_directory(folder, verbose=False, max_length=0)


def test_damaged_files_are_named_and_can_be_left_out(folder, capsys):
    bad = folder / "b" / "1.jpg"
    bad.write_bytes(bad.read_bytes()[:200])
    images = IMAGES(folder, batch_size=None, image_size=(4, 4), shuffle=False)
    assert "Found 9 files belonging to 3 classes." in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"Cannot read .*1\.jpg as an image"):
        list(images)
    with pytest.warns(UserWarning, match=r"1 elements are left out.*\n.*1\.jpg"):
        images = images.ignore_errors()
    labels = [int(y) for _, y in images]
    assert labels == [0, 0, 0, 1, 1, 2, 2, 2]
    assert images.class_names == ["a", "b", "c"]
    batches = images.batch(3)
    assert [x.shape for x, _ in batches] == [(3, 4, 4, 3), (3, 4, 4, 3), (2, 4, 4, 3)]


def test_sounds(tmp_path):
    import wave

    (tmp_path / "c").mkdir()
    time = np.arange(800) / 8000
    tone = np.sin(2 * np.pi * 440 * time)
    for width, scale in ((1, 127), (2, 32767), (3, 2**23 - 1), (4, 2**31 - 1)):
        values = np.round(tone * scale)
        raw = (values + 128).astype("uint8") if width == 1 else values.astype("<i4")
        data = raw.tobytes() if width in (1, 4) else raw.view("uint8").reshape(-1, 4)[:, :width]
        with wave.open(str(tmp_path / f"c/{width}.wav"), "wb") as file:
            file.setparams((1, width, 8000, 0, "NONE", ""))
            file.writeframes(data if isinstance(data, bytes) else data.tobytes())
    kwargs = {"shuffle": False, "label_mode": None, "verbose": False}
    (batch,) = keras.utils.audio_dataset_from_directory(tmp_path, **kwargs)
    np.testing.assert_allclose(batch[:, :, 0], np.tile(tone, (4, 1)), atol=1.5e-2)
    np.testing.assert_allclose(batch[1:, :, 0], np.tile(tone, (3, 1)), atol=1e-4)
    (batch,) = keras.utils.audio_dataset_from_directory(tmp_path, sampling_rate=4000, **kwargs)
    assert batch.shape == (4, 400, 1)  # half as many frames of the same tone
    np.testing.assert_allclose(batch[3, 20:-20, 0], (tone[::2] + 0)[20:-20], atol=0.2)
    (tmp_path / "c" / "bad.wav").write_bytes(b"no sound")
    with pytest.raises(ValueError, match=r"Cannot read .*bad\.wav as a sound"):
        list(keras.utils.audio_dataset_from_directory(tmp_path, **kwargs))
