"""Functions of bounding boxes against the real Keras, on generated boxes."""

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras

pytestmark = pytest.mark.interop
B = keras.utils.bounding_boxes
FORMATS = (
    "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw",
    "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh",
)  # fmt: skip
RNG = np.random.default_rng(7)


def corners(*shape):
    """Boxes with an area, as corners; some reach out of an image of 8 rows and 10 columns."""
    start = RNG.uniform(-3, 7, (*shape, 2))
    return np.concatenate([start, start + RNG.uniform(0.5, 6, (*shape, 2))], -1).astype("float32")


BOXES, OTHERS = corners(2, 5), corners(2, 5)
LABELS = np.arange(10).reshape(2, 5)
NUMBERS = {
    k: RNG.uniform(*ends, 2).astype("float32")
    for k, ends in {
        "angle": (-180, 180), "translate_x": (-1, 1), "translate_y": (-1, 1), "scale": (0.5, 2),
        "shear_x": (-30, 30), "shear_y": (-30, 30), "center_x": (0, 1), "center_y": (0, 1),
    }.items()
}  # fmt: skip
CALLS = {
    **{
        f"convert {a} {b}": ("convert_format", (BOXES / 2, a, b, 8, 10), {})
        for a in FORMATS
        for b in FORMATS
    },
    "clip": ("clip_to_image_size", ({"boxes": BOXES, "labels": LABELS}, 4, 5), {}),
    "clip relative": (
        "clip_to_image_size",
        ({"boxes": BOXES / 4, "labels": LABELS},),
        {"bounding_box_format": "rel_xyxy"},
    ),
    "crop": ("crop", (BOXES, 1, 2, 4, 5), {}),
    "pad": ("pad", (BOXES, 1, 2), {}),
    "affine": ("affine_transform", (BOXES,), {**NUMBERS, "height": 8, "width": 10}),
    "iou": ("compute_iou", (BOXES, OTHERS, "xyxy"), {}),
    "iou of two": ("compute_iou", (BOXES[0], OTHERS[0], "xyxy"), {"use_masking": True}),
    "iou center": ("compute_iou", (abs(BOXES), abs(OTHERS), "center_xywh"), {}),
    "ciou": ("compute_ciou", (BOXES, OTHERS, "xyxy"), {}),
    "encode": ("encode_box_to_deltas", (BOXES[0], OTHERS[0], "xyxy", "xyxy"), {}),
    "encode xywh": (
        "encode_box_to_deltas",
        (BOXES[0], OTHERS, "xyxy", "xyxy", "center_xywh", [0.1, 0.1, 0.2, 0.2]),
        {},
    ),
    "decode": ("decode_deltas_to_boxes", (BOXES[0], OTHERS[0] / 9, "xyxy", "xywh"), {}),
    "decode xywh": (
        "decode_deltas_to_boxes",
        (BOXES[0], OTHERS / 9, "xyxy", "xyxy", "center_xywh", [0.1, 0.1, 0.2, 0.2]),
        {},
    ),
}  # fmt: skip
_REAL = """
def tensors(x):
    if isinstance(x, dict):
        return {k: tensors(v) for k, v in x.items()}
    return keras.ops.convert_to_tensor(x) if isinstance(x, np.ndarray) else x

def run(name, args, kwargs):
    call = getattr(keras.utils.bounding_boxes, name)
    out = call(*[tensors(a) for a in args], **{k: tensors(v) for k, v in kwargs.items()})
    return keras.tree.map_structure(lambda t: np.asarray(keras.ops.convert_to_numpy(t)), out)

{key: run(*call) for key, call in calls.items()}
"""


@pytest.fixture(scope="module")
def real():
    return real_keras(_REAL, calls=CALLS)


@pytest.mark.parametrize("key", CALLS)
def test_functions_equal_those_of_keras(key, real):
    name, args, kwargs = CALLS[key]
    got = getattr(B, name)(*args, **kwargs)
    for a, b in zip(keras.tree.flatten(got), keras.tree.flatten(real[key]), strict=True):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(a), b, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("name", FORMATS)
def test_moves_do_not_depend_on_the_format(name):
    """What Keras does for corners only."""
    given = B.convert_format(BOXES, "xyxy", name, 8, 10)
    calls = {
        "clip_to_image_size": ((8, 10), {"boxes": given, "labels": LABELS}),
        "affine_transform": ((30.0, 0.1, 0.2, 1.5, 5.0, 9.0, 8, 10), given),
    }
    if not name.startswith("rel"):
        calls |= {"crop": ((1, 2, 8, 10), given), "pad": ((1, 2), given)}
    for function, (args, boxes) in calls.items():
        call = getattr(B, function)
        straight = {"boxes": BOXES, "labels": LABELS} if isinstance(boxes, dict) else BOXES
        want = call(straight, *args)
        got = call(boxes, *args, bounding_box_format=name)
        if isinstance(got, dict):
            np.testing.assert_array_equal(
                *(keras.ops.convert_to_numpy(b["labels"]) for b in (got, want))
            )
            got, want = got["boxes"], want["boxes"]
        got = B.convert_format(got, name, "xyxy", 8, 10)
        np.testing.assert_allclose(
            *map(keras.ops.convert_to_numpy, (got, want)), rtol=1e-4, atol=1e-4
        )
