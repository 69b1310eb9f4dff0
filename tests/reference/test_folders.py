"""Datasets of folders, beside those of the real Keras: files, labels, order, split, values."""

import wave

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras
from keras_core.data import images
from keras_core.data.resampling import WAYS

pytest.importorskip("PIL")

KINDS = {"image": ".png", "text": ".txt", "audio": ".wav"}


def write(path, kind, rng):
    if kind == "image":
        size = rng.integers(3, 30, 2)
        keras.utils.save_img(path, rng.integers(0, 256, (*size, 3)), scale=False)
    elif kind == "text":
        path.write_bytes(rng.choice(["ä short text", "longer, and with a\nnew line"]).encode())
    else:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            samples = rng.integers(-(2**15), 2**15, rng.integers(5, 50), "int16")
            file.writeframes(samples.tobytes())


def make_folder(folder, kind, rng, classes=3):
    """A folder with classes, folders in them, hidden ones, and files of other kinds."""
    for name in ["b", "a", "a.b", "ü"][:classes]:
        for inside in ("", "/sub", "/s-b")[: rng.integers(1, 4)]:
            place = folder / (name + inside)
            place.mkdir(parents=True, exist_ok=True)
            for i in range(rng.integers(1, 5)):
                suffix = KINDS[kind].upper() if i == 3 and kind != "image" else KINDS[kind]
                write(place / f"{rng.choice(['x', 'Y', '_z'])}{i}{suffix}", kind, rng)
    (folder / "a" / "notes.md").write_text("no data")
    (folder / ".hidden").mkdir()
    write(folder / ".hidden" / f"h{KINDS[kind]}", kind, rng)
    write(folder / f"top{KINDS[kind]}", kind, rng)
    return folder


READ = """
def paths_of(d):
    return getattr(d, "file_paths", None)
out = getattr(keras.utils, kind + "_dataset_from_directory")(folder, **kwargs)
result = []
for d in out if isinstance(out, (tuple, list)) else [out]:
    elements = []
    for e in d:
        elements.append([np.asarray(v) for v in (e if isinstance(e, tuple) else (e,))])
    result.append([getattr(d, "class_names", None), paths_of(d), len(d), elements])
"""


def ours(kind, folder, kwargs):
    out = getattr(keras.utils, f"{kind}_dataset_from_directory")(folder, verbose=False, **kwargs)
    return out if isinstance(out, tuple) else (out,)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", range(scaled(6)))
def test_folders(tmp_path, kind, case):
    rng = np.random.default_rng(case)
    mode = [None, "int", "binary", "categorical"][case % 4]
    folder = str(make_folder(tmp_path / "data", kind, rng, classes=2 if mode == "binary" else 4))
    kwargs = {
        "label_mode": mode,
        "batch_size": [None, 2, 32][rng.integers(3)],
        "seed": int(rng.integers(100)),
        "shuffle": case % 3 > 0,
    }
    if rng.integers(2):
        kwargs |= {"validation_split": 0.3, "subset": ["training", "validation", "both"][case % 3]}
    if mode is None and rng.integers(2):
        kwargs["labels"] = None
    if mode == "categorical":
        kwargs["class_names"] = ["ü", "a", "b", "a.b"]
    if kind == "image":
        kwargs["image_size"] = (5, 4)
    if kind == "audio":
        kwargs["output_sequence_length"] = 20
    if kind == "text" and rng.integers(2):
        kwargs["max_length"] = 6
    wanted = real_keras(READ, kind=kind, folder=folder, kwargs=kwargs)
    for got, (names, paths, size, elements) in zip(ours(kind, folder, kwargs), wanted, strict=True):
        assert got.class_names == (None if names is None else list(names))
        assert len(got) == size
        if paths is not None:
            assert got.file_paths == paths
        mine = [e if isinstance(e, tuple) else (e,) for e in got]
        assert len(mine) == len(elements)
        for a, b in zip(mine[0], elements[0], strict=True):
            assert np.asarray(a).shape[1:] == b.shape[1:]
            assert np.asarray(a).dtype == b.dtype or kind == "text"
        # an epoch of a shuffled dataset has an order of its own
        keys = [samples(m) for m in (mine, elements)]
        if kwargs["shuffle"]:
            keys = [sorted(k, key=order) for k in keys]
        for (x, label), (want, wanted_label) in zip(*keys, strict=True):
            assert label == wanted_label
            if kind == "text":
                assert x == want
            else:
                np.testing.assert_allclose(x, want, atol=1e-2)


def samples(elements):
    """The single samples of batches, rounded, with their labels."""
    ndim = max(np.asarray(e[0]).ndim for e in elements)
    out = []
    for x, *y in elements:
        x = np.asarray(x)
        batched = ndim in (1, 4) or (ndim == 3 and x.shape[1] == 20)
        for i in range(len(x) if batched else 1):
            sample, *label = [np.asarray(v)[i] if batched else np.asarray(v) for v in (x, *y)]
            out.append((summary(np.asarray(sample)), [v.tolist() for v in label]))
    return out


def order(sample):
    x, label = sample
    return label, x if isinstance(x, str) else [round(v) for v in x]


def summary(x):
    if x.dtype.kind not in "OSU":
        return [float(v) for v in x.reshape(-1)]
    text = x.item()
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


@pytest.mark.parametrize("way", WAYS)
def test_resized_images(tmp_path, way):
    rng = np.random.default_rng(1)
    (tmp_path / "c").mkdir()
    for i, size in enumerate([(7, 9), (30, 8), (4, 4), (5, 20)]):
        keras.utils.save_img(tmp_path / f"c/{i}.png", rng.integers(0, 256, (*size, 3)), scale=False)
    for fit in ("", "crop_to_aspect_ratio", "pad_to_aspect_ratio"):
        if fit.startswith("crop") and way in ("gaussian", "mitchellcubic"):
            continue  # the real one refuses these
        extra = {fit: True} if fit else {}
        kwargs = {"image_size": (8, 6), "interpolation": way, "shuffle": False, **extra}
        ((_, _, _, wanted),) = real_keras(READ, kind="image", folder=str(tmp_path), kwargs=kwargs)
        (got,) = ours("image", tmp_path, kwargs)
        # tables of the engine, of 1024 steps, hold the weights of its bicubic
        np.testing.assert_allclose(got[0][0], wanted[0][0], atol=0.5 if "cubic" in way else 2e-3)


@pytest.mark.parametrize("mode", images.COLOR_MODES)
def test_colours(tmp_path, mode):
    rng = np.random.default_rng(2)
    (tmp_path / "c").mkdir()
    for i, channels in enumerate((1, 3, 4)):
        x = rng.integers(0, 256, (6, 6, channels))
        keras.utils.save_img(tmp_path / f"c/{i}.png", x, scale=False)
    kwargs = {"image_size": (6, 6), "color_mode": mode, "shuffle": False, "batch_size": None}
    ((_, _, _, wanted),) = real_keras(READ, kind="image", folder=str(tmp_path), kwargs=kwargs)
    (got,) = ours("image", tmp_path, {**kwargs, "data_format": "channels_first"})
    for (x, _), (want, _) in zip(got, wanted, strict=True):
        np.testing.assert_allclose(x.transpose(1, 2, 0), want, atol=1)


def test_sounds_of_different_lengths_are_padded(tmp_path):
    folder = make_folder(tmp_path / "data", "audio", np.random.default_rng(0))
    kwargs = {"shuffle": False, "batch_size": 4}
    ((_, _, _, wanted),) = real_keras(READ, kind="audio", folder=str(folder), kwargs=kwargs)
    (got,) = ours("audio", folder, kwargs)
    for (x, y), (want, label) in zip(got, wanted, strict=True):
        np.testing.assert_array_equal(x, want)
        np.testing.assert_array_equal(y, label)
