"""Layers of images against the real Keras: configs, and the same transformations of both.

What layers draw is not the same on both sides, but what they do with it is: the real one draws a
transformation, and both apply it to images, masks and boxes.
"""

import inspect

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras
from keras_core import layers
from keras_core.typing import LayerOptions

pytestmark = [pytest.mark.interop, pytest.mark.one_in(3)]
RNG = np.random.default_rng(3)
IMAGES = RNG.uniform(0, 255, (3, 8, 10, 3)).astype("float32")
MASKS = RNG.integers(0, 5, (3, 8, 10, 1)).astype("float32")
START = RNG.uniform(0, 6, (3, 4, 2))
BOXES = {
    "boxes": np.concatenate([START, START + RNG.uniform(0.5, 5, (3, 4, 2))], -1).astype("float32"),
    "labels": np.arange(12).reshape(3, 4),
}
LABELS = RNG.uniform(0, 1, (3, 4)).astype("float32")
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
    "Equalization": [
        (("images",), (), {}),
        (("images",), ((-50, 300), 16), {}),
        (("images",), ((0, 1), 4), {}),
    ],
    "ContrastLimitedAdaptiveHistogramEqualization": [
        (("images",), (), {}),
        (("images",), ((-50, 300), 1000.0, (3, 3)), {}),
        (("images",), (), {"clip_limit": 20, "tile_grid_size": (2, 1)}),
    ],
    "RandomGaussianBlur": [(("images",), (1.0, 3), {}), (("images",), ((1, 1), 5, (0.4, 0.9)), {})],
    "RandomErasing": [
        (("images", "masks"), (), {}),
        (("images",), ((1, 1), 0.5, [3.0, 500.0, 9.0]), {}),
        (("images",), (), {"fill_value": 7, "value_range": (0, 5)}),
    ],
    "RandomPerspective": [
        (("images", "masks", "boxes"), ((1, 1), 0.5), {}),
        (("images",), (1.0,), {"fill_value": 9.0, "interpolation": "nearest"}),
    ],
    "RandomElasticTransform": [((), (), {}), ((), (0.5, (0.1, 0.2)), {"fill_mode": "mirror"})],
    "CutMix": [(("images", "labels", "masks"), (), {}), (("images", "labels"), ((0.2, 0.5),), {})],
    "MixUp": [(("images", "labels", "corners"), (), {})],  # real labels: (2n, k)
    "MaxNumBoundingBoxes": [(("images", "boxes"), (2,), {}), (("boxes",), (7, -3), {})],
    "RandAugment": [((), (), {}), ((), ((0, 1), 3, (0.1, 0.2)), {"interpolation": "nearest"})],
    "AugMix": [((), (), {}), ((), ((0, 1), 2, 4, 0.5, 2.0, False), {})],
}  # fmt: skip
RANGES = ((0, 255), [-5, 255], (0, 300), [-9, 300])  # with all of the pixels
SHARES = (0.3, 1.0, (0.2, 0.6), [0.9, 0.1], (0.5, 0.5), 0)
SIGNED = (*SHARES, (-0.4, 0.2), (-0.3, -0.1))
POOLS = {
    "addition_factor": SHARES,
    "all_ops": (True, False),
    "alpha": (0.2, 1.0, 3.0),  # an int fails in the real one
    "antialias": (False, True),
    "bins": (256, 16, 2),
    "brightness_factor": (None, *SIGNED),
    "chain_depth": (1, 2),
    "clip_limit": (4.0, 20, 1000.0),
    "contrast_factor": (None, *SHARES),
    "crop_to_aspect_ratio": (False, True),
    "data_format": (None, "channels_last"),
    "factor": SHARES,
    "fill_mode": ("reflect", "wrap", "constant", "nearest"),
    "fill_value": (0.0, 7.0, 200),
    "height": (4, 8, 12),
    "height_factor": SIGNED,
    "hue_factor": (None, *SHARES),
    "interpolation": ("nearest", "bilinear"),
    "kernel_size": (1, 3, 5),
    "max_number": (1, 2, 7),
    "mode": ("horizontal", "vertical", "horizontal_and_vertical"),
    "num_chains": (1, 3),
    "num_ops": (1, 3),
    "pad_to_aspect_ratio": (False,),
    "saturation_factor": (None, *SHARES),
    "scale": SHARES[:-1],
    "seed": (None, 7),
    "sigma": (1.0, (0.4, 0.9), [0.6, 0.6]),
    "threshold_factor": SHARES,
    "tile_grid_size": ((8, 8), (3, 3), [2, 1]),
    "value_range": RANGES,
    "width": (5, 10, 6),
    "width_factor": SIGNED,
    "x_factor": SHARES,
    "y_factor": SHARES,
}
OWN_POOLS = {
    "MaxNumBoundingBoxes": {"fill_value": (-1,)},
    "RandomBrightness": {"factor": SIGNED},
    "RandomColorDegeneration": {"factor": SIGNED},
    "RandomErasing": {"fill_value": (None, 7, [3.0, 500.0, 9.0])},
    "RandomGrayscale": {"factor": (0.3, 1.0, 0)},
    "RandomPerspective": {"scale": (0.2, 0.5, 1)},
    "RandomPosterization": {"factor": (1, 5, 8, (2, 6))},
    "RandomRotation": {"factor": SIGNED},
    "RandomSaturation": {"factor": ((0.3, 0.5), [0.5, 0.2], (0.4, 0.4), 0)},
    "RandomShear": {"x_factor": SHARES[:-2], "y_factor": SHARES[:-2]},  # no pixels half-way
    "Resizing": {
        "fill_mode": ("constant",),
        "interpolation": ("nearest", "bilinear", "bicubic"),
    },
}


# The real one samples masks between pixels when it enlarges, and crops images but not boxes.
PARTS = {"CenterCrop": ("images",), "Resizing": ("images", "masks")}


def drawn(name, seed):
    """Any of the arguments of a constructor, and those that there must be."""
    rng = np.random.default_rng([seed, len(name)])
    pools = {**POOLS, **OWN_POOLS.get(name, {})}
    out = {}
    for key, p in inspect.signature(getattr(layers, name)).parameters.items():
        if key in LayerOptions.__annotations__ or p.kind is p.VAR_KEYWORD:
            continue
        if p.default is p.empty or rng.random() < 0.6:
            out[key] = pools[key][rng.integers(len(pools[key]))]
    return out


ALL = {
    f"{name} {i}": (name, *case) for name, cases in CASES.items() for i, case in enumerate(cases)
} | {
    f"{name} drawn {seed}": (name, PARTS.get(name, cases[0][0]), (), drawn(name, seed))
    for name, cases in CASES.items()
    for seed in range(scaled(3))
}
# on torch, the real one rounds a limit and mirrors nothing, other than on its other engines
ON_JAX = ("ContrastLimitedAdaptiveHistogramEqualization",)
_REAL = """
tensor = keras.ops.convert_to_tensor
def plain(nest):
    return keras.tree.map_structure(
        lambda v: np.asarray(keras.ops.convert_to_numpy(v)) if hasattr(v, "shape") else v, nest)
def seen(name, parts, args, kwargs):
    layer = getattr(keras.layers, name)(*args, **kwargs)
    config = layer.get_config()
    layer.bounding_box_format = "xyxy"
    t = layer.get_random_transformation(tensor(images), training=True)
    out = {"config": config, "transformation": plain(t)}
    if "images" in parts:
        out["images"] = layer.transform_images(tensor(images), t, training=True)
    if "masks" in parts:
        out["masks"] = layer.transform_segmentation_masks(tensor(masks), t, training=True)
        out["masks"] = out["masks"][..., :1]  # some of the real ones repeat them for each channel
    if "labels" in parts:
        out["labels"] = layer.transform_labels(tensor(labels), t, training=True)
    for part in {"boxes", "inside", "corners"} & set(parts):
        given = {k: tensor(v) for k, v in boxes.items()}
        if part == "inside":
            given["boxes"] = keras.ops.clip(given["boxes"], 0, 8)
        out[part] = layer.transform_bounding_boxes(given, t, training=True)
        if part == "corners":
            out[part] = out[part]["boxes"]
    return plain(out)
result = {}
for key, case in cases.items():
    try:
        result[key] = seen(*case)
    except Exception as e:
        result[key] = f"{key} {case[-1]}: {type(e).__name__}: {e}"
"""


@pytest.fixture(scope="module")
def real():
    data = {"images": IMAGES, "masks": MASKS, "boxes": BOXES, "labels": LABELS}
    found = {}
    for backend in ("torch", "jax"):
        cases = {k: v for k, v in ALL.items() if (v[0] in ON_JAX) == (backend == "jax")}
        found |= real_keras(_REAL, backend=backend, cases=cases, **data)
    broken = [v for v in found.values() if isinstance(v, str)]
    assert not broken, "\n".join(broken)
    return found


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
        "labels": lambda: layer.transform_labels(keras.ops.convert_to_tensor(LABELS), t),
        "boxes": lambda: layer.transform_bounding_boxes(tensors(BOXES), t),
        "corners": lambda: layer.transform_bounding_boxes(tensors(BOXES), t)["boxes"],
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
    # the real one may forget its seed, and what it fills boxes up with
    forgotten = {"seed"} | ({"fill_value"} if name == "MaxNumBoundingBoxes" else set())
    assert set(mine) - forgotten == set(theirs) - forgotten
    for k in set(mine) - {"name", "dtype"} - forgotten:
        a, b = (
            v if v is None or isinstance(v, str) else np.ravel(v).tolist()
            for v in (mine[k], theirs[k])
        )
        assert a == b


_POLICIES = """
tensor = keras.ops.convert_to_tensor
plain = lambda nest: keras.tree.map_structure(
    lambda v: np.asarray(v) if hasattr(v, "shape") else v, nest)
layer = keras.layers.RandAugment(factor=(0.3, 0.3), bounding_box_format="xyxy")
drawn = layer.get_random_transformation(tensor(images), training=True)
turns = []
for i in range(11):
    t = {**drawn, "layer_idxes": tensor(np.array([i, 1], "int32"))}
    given = {k: tensor(v) for k, v in boxes.items()}
    # boxes go by another order
    one = {**t, "layer_idxes": tensor(np.array([i, 9], "int32"))}
    turns.append(plain({
        "images": layer.transform_images(tensor(images), t, training=True),
        "masks": layer.transform_segmentation_masks(tensor(masks), t, training=True),
        "boxes": layer.transform_bounding_boxes(given, one, training=True)}))
mixed = []
for all_ops in (True, False):
    layer = keras.layers.AugMix(all_ops=all_ops, seed=3)
    t = layer.get_random_transformation(tensor(images), training=True)
    mixed.append((plain(t), np.asarray(layer.transform_images(tensor(images), t, training=True))))
result = {"drawn": plain(drawn), "turns": turns, "mixed": mixed}
"""


@pytest.fixture(scope="module")
def policies():
    data = {"images": IMAGES, "masks": MASKS, "boxes": BOXES}
    return real_keras(_POLICIES, backend="jax", **data)  # on torch, it changes its inputs


def _close(got, want, rounds=False):
    """Equal but for what is rounded from halves that are hardly exact."""
    got, want = keras.tree.flatten(got), keras.tree.flatten(want)
    for a, b in zip(got, want, strict=True):
        gap = np.abs(keras.ops.convert_to_numpy(a) - b)
        assert gap.mean() < 5e-2
        assert gap.max() < (1.01 if rounds else 2e-2)


@pytest.mark.parametrize("index", range(11))
def test_rand_augment_has_the_layers_of_keras(index, policies):
    layer = layers.RandAugment(factor=(0.3, 0.3), bounding_box_format="xyxy")
    want, drawn = policies["turns"][index], tensors(policies["drawn"])
    t = {**drawn, "layer_idxes": np.array([index, 1], "int32")}
    images, masks = (keras.ops.convert_to_tensor(v) for v in (IMAGES, MASKS))
    _close(layer.transform_images(images, t), want["images"], rounds=index == 10)
    _close(layer.transform_segmentation_masks(masks, t), want["masks"])
    if index > 0:  # boxes that the real one shears are not around the corners
        t = {**drawn, "layer_idxes": np.array([index, 9], "int32")}
        _close(layer.transform_bounding_boxes(tensors(BOXES), t), want["boxes"])


@pytest.mark.parametrize("all_ops", [True, False])
def test_chains_mix_as_those_of_keras(all_ops, policies):
    layer = layers.AugMix(all_ops=all_ops)
    names = list(layer.get_random_transformation(IMAGES)["chain_transforms"][0][0]["transforms"])
    t, want = policies["mixed"][0 if all_ops else 1]
    chains = [
        [
            {
                "layer_idx": np.int32(names.index(step["layer_name"])),
                "transforms": {step["layer_name"]: step["transformation"]},
            }
            for step in chain
        ]
        for chain in t["chain_transforms"]
    ]
    given = tensors({**t, "chain_transforms": chains})
    _close(layer.transform_images(keras.ops.convert_to_tensor(IMAGES), given), want, rounds=True)
