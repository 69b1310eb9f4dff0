"""Images as arrays and back, beside the real Keras."""

import io
import itertools

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras
from keras_core.data import images

pytest.importorskip("PIL")
Image = images.pillow()

RNG = np.random.default_rng(3)


def pixels(image):
    return [image.mode, np.asarray(image)]


@pytest.mark.parametrize("case", range(scaled(8)))
def test_arrays_as_images(case):
    rng = np.random.default_rng(case)
    channels = int(rng.choice([1, 3, 4]))
    first = bool(rng.integers(2))
    shape = tuple(rng.integers(1, 9, 2))
    x = rng.uniform(-3, 400, (channels, *shape) if first else (*shape, channels))
    options = {
        "data_format": "channels_first" if first else "channels_last",
        "scale": bool(rng.integers(2)),
    }
    ways = ({}, {"data_format": "channels_first"}, {"dtype": "uint8"})
    mode, want, back = real_keras(
        "i = keras.utils.array_to_img(x, **options)\n"
        "[i.mode, np.asarray(i), [keras.utils.img_to_array(i, **k) for k in ways]]",
        x=x,
        options=options,
        ways=ways,
    )
    got = keras.utils.array_to_img(x, **options)
    assert got.mode == mode
    if options["scale"]:
        np.testing.assert_array_equal(np.asarray(got), want)
    else:  # what is above 255 is cut to its last byte, as processors see fit
        inside = x.reshape(want.shape) < 255 if channels == 1 else None
        np.testing.assert_array_equal(np.asarray(got)[inside], want[inside])
    for kwargs, b in zip(ways, back, strict=True):
        a = keras.utils.img_to_array(got, **kwargs)
        assert a.dtype == b.dtype
        assert a.shape == b.shape


FILES = {
    "L": RNG.integers(0, 256, (7, 9), "uint8"),
    "RGB": RNG.integers(0, 256, (7, 9, 3), "uint8"),
    "RGBA": RNG.integers(0, 256, (11, 5, 4), "uint8"),
    "I;16": RNG.integers(0, 60000, (7, 9)).astype("uint16"),
}


@pytest.mark.parametrize("mode", images.COLOR_MODES)
@pytest.mark.parametrize("kind", FILES)
def test_loaded_images(tmp_path, kind, mode):
    path = str(tmp_path / "a.png")
    Image.fromarray(FILES[kind]).save(path)
    options = [{}]
    for size, way in zip([(4, 3), (3, 4), (20, 10), (1, 1)], images.INTERPOLATIONS, strict=False):
        options.append({"target_size": size, "interpolation": way})
        options.append({"target_size": size, "interpolation": way, "keep_aspect_ratio": True})
    wanted = real_keras(
        "r = []\n"
        "for k in options:\n"
        "    try:\n"
        "        i = keras.utils.load_img(path, color_mode=mode, **k)\n"
        "        r.append([i.mode, np.array(i)])\n"
        "    except Exception as e: r.append(str(e))\n"
        "r",
        path=path,
        mode=mode,
        options=options,
    )
    for kwargs, want in zip(options, wanted, strict=True):
        if isinstance(want, str):
            with pytest.raises(ValueError, match=r"."):
                keras.utils.load_img(path, color_mode=mode, **kwargs)
            continue
        got = keras.utils.load_img(path, color_mode=mode, **kwargs)
        assert got.mode == want[0], kwargs
        np.testing.assert_array_equal(np.asarray(got), want[1], err_msg=str(kwargs))


def test_saved_images_are_read_back(tmp_path):
    for channels, suffix in itertools.product((1, 3, 4), (".png", ".bmp", ".jpg")):
        x = np.zeros((4, 5, channels))
        x[:2] = 255
        path = tmp_path / f"{channels}{suffix}"
        if (channels, suffix) == (4, ".jpg"):
            with pytest.warns(UserWarning, match="does not support RGBA"):
                keras.utils.save_img(path, x)
        else:
            keras.utils.save_img(path, x)
        got = keras.utils.img_to_array(keras.utils.load_img(path, color_mode="rgb"))
        np.testing.assert_allclose(got, np.broadcast_to(x[..., :1], (4, 5, 3)), atol=5)
    keras.utils.save_img(file := io.BytesIO(), np.ones((2, 2, 3)), file_format="png", scale=False)
    assert keras.utils.load_img(io.BytesIO(file.getvalue())).size == (2, 2)


@pytest.mark.parametrize("case", range(scaled(6)))
def test_smart_resize(case):
    rng = np.random.default_rng(case)
    first, batched = bool(rng.integers(2)), bool(rng.integers(2))
    shape = tuple(rng.integers(3, 12, 2))
    x = rng.uniform(size=(3, *shape) if first else (*shape, 3)).astype("float32")
    x = np.stack([x, 1 - x]) if batched else x
    options = {
        "size": tuple(rng.integers(2, 9, 2).tolist()),
        "data_format": "channels_first" if first else "channels_last",
        "interpolation": str(rng.choice(["nearest", "bilinear"])),
    }
    want = real_keras(
        "np.asarray(keras.preprocessing.image.smart_resize(x, **options))", x=x, options=options
    )
    got = images.smart_resize(x, **options)
    assert type(got) is np.ndarray
    np.testing.assert_allclose(got, want, atol=1e-5)


def test_bad_images(tmp_path):
    path = tmp_path / "a.jpg"
    keras.utils.save_img(path, RNG.uniform(size=(40, 40, 3)))
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(ValueError, match=r"Cannot read .*a\.jpg as an image.*whole"):
        keras.utils.load_img(path)
    path.write_text("no image")
    with pytest.raises(ValueError, match=r"Cannot read .*a\.jpg as an image"):
        keras.utils.load_img(path)
    with pytest.raises(FileNotFoundError):
        keras.utils.load_img(tmp_path / "none.png")
    with pytest.raises(TypeError, match="path-like"):
        keras.utils.load_img(3)
    for kwargs, message in (
        ({"color_mode": "hsv"}, "color_mode must be"),
        ({"target_size": 5}, "tuple of 2 positive integers"),
        ({"interpolation": "area"}, "Invalid interpolation method area"),
    ):
        with pytest.raises(ValueError, match=message):
            keras.utils.load_img(path, **kwargs)
    for x, message in (
        (np.zeros((2, 2)), "rank 3"),
        (np.zeros((2, 2, 2)), "Unsupported channel number: 2"),
    ):
        with pytest.raises(ValueError, match=message):
            keras.utils.array_to_img(x)
    with pytest.raises(ValueError, match="Unsupported image shape"):
        keras.utils.img_to_array(np.zeros((2, 2, 2, 2)))
    with pytest.raises(ValueError, match="tuple of 2 integers"):
        images.smart_resize(np.zeros((3, 3, 3)), (4,))
    with pytest.raises(ValueError, match="incorrect rank"):
        images.smart_resize(np.zeros((3, 3)), (4, 4))
