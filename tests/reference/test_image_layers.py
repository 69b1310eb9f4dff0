"""Layers of images against the real Keras: configs, and the same transformations of both.

What layers draw is not the same on both sides, but what they do with it is: the real one draws a
transformation, and both apply it to images, masks and boxes.
"""

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras
from keras_core import layers

pytestmark = pytest.mark.interop
RNG = np.random.default_rng(3)
IMAGES = RNG.uniform(0, 255, (3, 8, 10, 3)).astype("float32")
MASKS = RNG.integers(0, 5, (3, 8, 10, 1)).astype("float32")
START = RNG.uniform(0, 6, (3, 4, 2))
BOXES = {
    "boxes": np.concatenate([START, START + RNG.uniform(0.5, 5, (3, 4, 2))], -1).astype("float32"),
    "labels": np.arange(12).reshape(3, 4),
}
CASES = {
    "Resizing": [
        (("images", "masks", "boxes"), (4, 5), {}),
        (("images", "masks"), (4, 4), {"crop_to_aspect_ratio": True}),
        (("images", "masks"), (4, 4), {"pad_to_aspect_ratio": True, "fill_value": 3.0}),
        (("images",), (5, 20), {"interpolation": "bicubic", "antialias": True}),
    ],
    "CenterCrop": [
        (("images", "masks", "boxes"), (4, 5), {}),
        (("images",), (12, 6), {}),
    ],
    "RandomFlip": [
        (("images", "masks", "inside"), (mode,), {})  # the real one clips at two sides only
        for mode in ("horizontal", "vertical", "horizontal_and_vertical")
    ],
    "RandomRotation": [
        (("images", "boxes"), (0.3,), {}),  # the real one turns masks by other angles
        (("images",), ((-0.1, 0.4),), {"fill_mode": "constant", "fill_value": 7.0}),
        (("images",), ((0.1, 0.4),), {"fill_mode": "wrap", "interpolation": "nearest"}),
    ],
    "RandomZoom": [
        (("images", "masks", "boxes"), (0.3,), {}),
        (("images", "masks", "boxes"), ((-0.4, -0.1), 0.2), {"fill_mode": "nearest"}),
    ],
    "RandomTranslation": [
        (("images", "masks", "boxes"), (0.3, (-0.1, 0.2)), {}),
        (("images",), (0.3, 0.2), {"fill_mode": "constant", "interpolation": "nearest"}),
    ],
    "RandomContrast": [(("images",), (0.5,), {}), (("images",), ((0.9, 0.1),), {})],
    "RandomBrightness": [(("images",), (0.5,), {"value_range": (0, 200)})],
    "RandomShear": [(("images", "masks"), (0.3, (0.1, 0.2)), {"fill_mode": "wrap"})],
    "RandomSharpness": [(("images",), (0.9,), {})],
    "RandomHue": [(("images",), (0.8,), {})],
    "RandomSaturation": [(("images",), ((0.3, 0.5),), {})],  # above, the real one leaves the range
    "RandomColorDegeneration": [(("images",), (0.5,), {})],
    "RandomGrayscale": [(("images",), (0.5,), {})],
    "RandomColorJitter": [((), (), {"hue_factor": 0.1, "contrast_factor": (0.1, 0.2)})],
    "RandomInvert": [(("images",), (), {"value_range": (-5, 255)})],
    "RandomPosterization": [(("images",), (5,), {}), (("images",), ((2, 6),), {})],
    "Solarization": [
        (("images",), (0.3, (0.2, 0.7)), {"value_range": ends}) for ends in ((0, 255), (-9, 300))
    ],
    "AutoContrast": [(("images",), (), {}), (("images",), (), {"value_range": (0, 1)})],
}  # fmt: skip
ALL = {
    f"{name} {i}": (name, *case) for name, cases in CASES.items() for i, case in enumerate(cases)
}
_REAL = """
tensor = keras.ops.convert_to_tensor
result = {}
for key, (name, parts, args, kwargs) in cases.items():
    layer = getattr(keras.layers, name)(*args, **kwargs)
    config = layer.get_config()
    layer.bounding_box_format = "xyxy"
    t = layer.get_random_transformation(tensor(images), training=True)
    out = {"config": config, "transformation": keras.tree.map_structure(
        lambda v: np.asarray(keras.ops.convert_to_numpy(v)) if hasattr(v, "shape") else v, t)}
    if "images" in parts:
        out["images"] = layer.transform_images(tensor(images), t, training=True)
    if "masks" in parts:
        out["masks"] = layer.transform_segmentation_masks(tensor(masks), t, training=True)
    for part in {"boxes", "inside"} & set(parts):
        given = {k: tensor(v) for k, v in boxes.items()}
        if part == "inside":
            given["boxes"] = keras.ops.clip(given["boxes"], 0, 8)
        out[part] = layer.transform_bounding_boxes(given, t, training=True)
    result[key] = keras.tree.map_structure(
        lambda v: np.asarray(keras.ops.convert_to_numpy(v)) if hasattr(v, "shape") else v, out)
"""


@pytest.fixture(scope="module")
def real():
    return real_keras(_REAL, backend="torch", cases=ALL, images=IMAGES, masks=MASKS, boxes=BOXES)


def tensors(nest):
    return keras.tree.map_structure(
        lambda v: keras.ops.convert_to_tensor(v) if isinstance(v, np.ndarray) else v, nest
    )


@pytest.mark.parametrize("key", ALL)
def test_the_same_transformation_gives_the_same(key, real):
    name, parts, args, kwargs = ALL[key]
    layer = getattr(layers, name)(*args, bounding_box_format="xyxy", **kwargs)
    t = tensors(real[key]["transformation"])
    calls = {
        "images": lambda: layer.transform_images(keras.ops.convert_to_tensor(IMAGES), t),
        "masks": lambda: layer.transform_segmentation_masks(keras.ops.convert_to_tensor(MASKS), t),
        "boxes": lambda: layer.transform_bounding_boxes(tensors(BOXES), t),
        "inside": lambda: layer.transform_bounding_boxes(
            tensors({**BOXES, "boxes": np.clip(BOXES["boxes"], 0, 8)}), t
        ),
    }
    for part in parts:
        got, want = (keras.tree.flatten(v) for v in (calls[part](), real[key][part]))
        for a, b in zip(got, want, strict=True):
            np.testing.assert_allclose(keras.ops.convert_to_numpy(a), b, rtol=1e-4, atol=2e-3)


@pytest.mark.parametrize("key", ALL)
def test_configs_are_those_of_keras(key, real):
    name, _, args, kwargs = ALL[key]
    mine = getattr(layers, name)(*args, **kwargs).get_config()
    theirs = real[key]["config"]
    assert set(mine) - {"seed"} == set(theirs) - {"seed"}  # the real one may forget its seed
    for k in set(mine) - {"name", "dtype", "seed"}:
        a, b = (
            v if v is None or isinstance(v, str) else np.ravel(v).tolist()
            for v in (mine[k], theirs[k])
        )
        assert a == b
