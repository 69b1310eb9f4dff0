"""Properties of layers of images: what they draw, what follows the images, what they refuse."""

import inspect

import numpy as np
import pytest
import scipy.ndimage
from layer_samples import OF_IMAGES

import keras_core as keras
from keras_core import layers
from keras_core.typing import LayerOptions

RNG = np.random.default_rng(5)
IMAGES = RNG.uniform(0, 255, (6, 8, 10, 3)).astype("float32")
RANDOM = {
    "RandomFlip": (),
    "RandomCrop": (4, 5),
    "RandomRotation": (0.3,),
    "RandomZoom": (0.4,),
    "RandomTranslation": (0.3, 0.3),
    "RandomShear": (0.3, 0.2),
    "RandomContrast": ((0.5, 0.5),),
    "RandomBrightness": (0.5,),
    "RandomHue": (0.5,),
    "RandomSaturation": ((0.1, 0.6),),
    "RandomColorDegeneration": (0.5,),
    "RandomGrayscale": (0.5,),
    "RandomSharpness": (0.5,),
    "RandomColorJitter": ((0, 255), 0.2, 0.2, (0.4, 0.6), 0.2),
    "RandomInvert": (),
    "RandomPosterization": (8,),
    "Solarization": (0.5, 0.5),
    "RandomPerspective": ((1, 1), 0.3),
    "RandomGaussianBlur": ((1, 1), 5, (0.2, 0.9)),
    "RandomErasing": ((1, 1), (0.1, 0.6), 9),
    "RandomElasticTransform": ((1, 1), (0.5, 1)),
    "RandAugment": ((0, 255), 5),
    "AugMix": (),
}
GEOMETRIC = [*list(RANDOM)[:6], "RandomPerspective"]
MIXING = ("CutMix", "MixUp", "Mosaic")
KEEPS_INTS = ("RandomBrightness", "RandomGrayscale")
each = pytest.mark.parametrize("name", RANDOM)
each_geometric = pytest.mark.parametrize("name", GEOMETRIC)


def make(name, **kwargs):
    return getattr(layers, name)(*RANDOM[name], **kwargs)


def values(x):
    return np.asarray(keras.ops.convert_to_numpy(x))


@each
def test_a_seed_gives_the_same_again_and_calls_differ(name):
    images = np.tile(IMAGES, (5, 1, 1, 1))  # as many as two seeds do not flip alike by chance
    first, second = make(name, seed=3), make(name, seed=3)
    a, b = values(first(images)), values(second(images))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, values(first(images)))
    assert not np.array_equal(a, values(make(name, seed=4)(images)))


@each
def test_each_image_of_a_batch_gets_numbers_of_its_own(name):
    out = values(make(name, seed=1)(np.repeat(IMAGES[:1], 30, axis=0)))
    assert any(not np.array_equal(out[0], other) for other in out[1:])


@each
def test_out_of_training_nothing_is_drawn(name):
    layer = make(name, seed=1)
    out = values(layer(IMAGES, training=False))
    np.testing.assert_array_equal(out, values(layer(IMAGES, training=False)))
    if name != "RandomCrop":
        np.testing.assert_array_equal(out, IMAGES)


@each
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_the_dtype_does_not_depend_on_training(name, dtype):
    images = IMAGES.astype(dtype)
    kept = "uint8" if name in KEEPS_INTS and dtype == "uint8" else "float32"
    for training in (True, False):
        assert values(make(name)(images, training=training)).dtype == kept
    symbolic = make(name)(keras.KerasTensor(images.shape, dtype))
    assert symbolic.dtype == kept


@each
def test_a_single_image_is_a_batch_of_one(name):
    single, batch = make(name, seed=2)(IMAGES[0]), make(name, seed=2)(IMAGES[:1])
    np.testing.assert_array_equal(values(single), values(batch)[0])


@each
def test_the_order_of_the_axes_does_not_matter(name):
    last = values(make(name, seed=2)(IMAGES))
    first = make(name, seed=2, data_format="channels_first")(IMAGES.transpose(0, 3, 1, 2))
    np.testing.assert_allclose(values(first).transpose(0, 2, 3, 1), last, rtol=1e-5, atol=1e-3)


@each_geometric
@pytest.mark.parametrize("single", [False, True])
def test_masks_and_boxes_follow_the_images(name, single):
    """A bright rectangle, its mask and its box stay together, wherever they go."""
    images = np.zeros((6, 40, 50, 1), "float32")
    images[:, 15:25, 20:32] = 1.0
    data = {
        "images": images,
        "segmentation_masks": images.astype("int32"),
        "bounding_boxes": {
            "boxes": np.tile(np.float32([[20, 15, 32, 25]]), (6, 1, 1)),
            "labels": np.ones((6, 1), "int32"),
        },
        "labels": np.arange(6, dtype="float32"),
    }
    given = keras.tree.map_structure(lambda x: x[0], data) if single else data
    has_no_fill_mode = name in ("RandomFlip", "RandomCrop", "RandomPerspective")
    extra = {} if has_no_fill_mode else {"fill_mode": "constant"}
    if name == "RandomCrop":
        layer = layers.RandomCrop(30, 40, seed=1, bounding_box_format="xyxy")
    else:
        layer = make(name, seed=1, bounding_box_format="xyxy", **extra)
    out = layer(given)
    out = keras.tree.map_structure(lambda x: values(x)[None] if single else values(x), out)
    np.testing.assert_array_equal(out["labels"], data["labels"][: 1 if single else 6])
    assert out["segmentation_masks"].dtype == "int32"
    for image, mask, boxes in zip(
        out["images"], out["segmentation_masks"], out["bounding_boxes"]["boxes"], strict=True
    ):
        assert np.abs((image > 0.5).astype(int) - mask).mean() < 0.01
        rows, columns = np.nonzero(mask[..., 0])
        seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(boxes[0], seen, atol=2)


def test_a_box_out_of_the_image_loses_its_label():
    data = {
        "images": IMAGES[0],
        "bounding_boxes": {"boxes": np.float32([[0, 0, 2, 2]]), "labels": np.array([4])},
    }
    out = layers.CenterCrop(2, 2, bounding_box_format="xyxy")(data)
    assert values(out["bounding_boxes"]["labels"]).tolist() == [-1]


def test_half_of_the_images_are_flipped():
    out = values(layers.RandomFlip("horizontal", seed=1)(np.repeat(IMAGES[:1], 400, axis=0)))
    flipped = (out == IMAGES[0, :, ::-1]).all((1, 2, 3))
    np.testing.assert_array_equal(out[~flipped], np.repeat(IMAGES[:1], (~flipped).sum(), 0))
    assert 140 < flipped.sum() < 260


def test_each_place_is_cut_out_as_often_as_others():
    image = np.arange(30.0, dtype="float32").reshape((5, 6, 1))
    out = values(layers.RandomCrop(3, 3, seed=1)(np.repeat(image[None], 600, axis=0)))
    corners, counts = np.unique(out[:, 0, 0, 0], return_counts=True)
    assert corners.tolist() == [6 * i + j for i in range(3) for j in range(4)]
    assert (counts > 20).all()
    np.testing.assert_array_equal(out - out[:, :1, :1], np.broadcast_to(image[:3, :3], out.shape))


@pytest.mark.parametrize(
    ("mode", "theirs"), [("reflect", "reflect"), ("wrap", "grid-wrap"), ("nearest", "nearest")]
)
def test_a_rotation_is_that_of_scipy(mode, theirs):
    layer = layers.RandomRotation((0.1, 0.1), fill_mode=mode)
    angle = np.deg2rad(36)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    centre = np.array([3.5, 4.5])
    want = scipy.ndimage.affine_transform(
        IMAGES[0, ..., 0], turn, centre - turn @ centre, order=1, mode=theirs
    )
    np.testing.assert_allclose(values(layer(IMAGES[0]))[..., 0], want, rtol=1e-4, atol=1e-2)


def test_ranges_of_what_is_drawn():
    many = np.zeros((2000, 4, 5, 1), "float32")
    for layer, key, low, high in (
        (layers.RandomRotation((-0.1, 0.2)), "angle", -36, 72),
        (layers.RandomZoom((-0.1, 0.2)), "height_zoom", 0.9, 1.2),
        (layers.RandomContrast((0.1, 0.2)), "contrast_factor", 0.9, 1.2),
        (layers.RandomBrightness(0.2, (0, 10)), "rgb_delta", -2, 2),
        (layers.RandomHue((0.0, 0.4)), "factor", -0.2, 0.2),
        (layers.RandomColorDegeneration((0.1, 0.4)), "factor", 0.1, 0.4),
        (layers.Solarization((0.1, 0.2), 0.4, (0, 10)), "additions", 25.5, 51),
        (layers.Solarization((0.1, 0.2), 0.4, (0, 10)), "thresholds", 0, 102),
    ):
        drawn = values(layer.get_random_transformation(many)[key])
        assert low <= drawn.min() < low + 0.01 * (high - low)
        assert high - 0.01 * (high - low) < drawn.max() <= high
        assert abs(drawn.mean() - (low + high) / 2) < 0.05 * (high - low)


def test_shares_of_what_is_changed():
    many = np.ones((3000, 1, 1, 3), "float32") * [10, 20, 30]
    for layer, share in (
        (layers.RandomGrayscale(0.3, seed=1), 0.3),
        (layers.RandomInvert(seed=1), 0.5),
        (layers.RandomInvert((0.2, 0.4), seed=1), 0.3),
    ):
        changed = (values(layer(many)) != many).any((1, 2, 3))
        assert abs(changed.mean() - share) < 0.04
    shifts = values(
        layers.RandomPosterization((2, 5)).get_random_transformation(many)["shift_factor"]
    )
    assert np.unique(shifts).tolist() == [4, 5, 6]


@pytest.mark.parametrize("name", MIXING)
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_labels_and_masks_are_mixed_as_the_images_are(name, data_format):
    """The channels of an image are its label, and so is each pixel of its mask."""
    count = 5
    hot = np.eye(count, dtype="float32")
    images = np.tile(hot[:, None, None], (1, 9, 12, 1))
    if data_format == "channels_first":
        images = images.transpose(0, 3, 1, 2)
    layer = getattr(layers, name)(seed=2, data_format=data_format)
    data = {"images": images, "labels": hot, "segmentation_masks": images}
    out = keras.tree.map_structure(values, layer(data))
    axes = (1, 2) if data_format == "channels_last" else (2, 3)
    np.testing.assert_allclose(out["images"].mean(axes), out["labels"], atol=1e-5)
    np.testing.assert_allclose(out["segmentation_masks"], out["images"], atol=1e-6)
    assert (out["labels"] < 0.99).any(1).sum() > 2
    again = getattr(layers, name)(seed=2, data_format=data_format)(data)
    np.testing.assert_array_equal(values(again["images"]), out["images"])
    assert not np.array_equal(values(layer(data)["images"]), out["images"])
    still = layer(data, training=False)
    np.testing.assert_array_equal(values(still["labels"]), hot)
    for single in (images[0], images[:1]):
        np.testing.assert_allclose(values(layer(single)), single, atol=1e-6)


@pytest.mark.parametrize("name", MIXING)
def test_shares_of_other_images(name):
    hot = np.eye(500, dtype="float32")
    images = np.zeros((500, 20, 20, 1), "float32")
    out = getattr(layers, name)(seed=1)({"images": images, "labels": hot})
    own = np.diagonal(values(out["labels"]))
    least, most = (0.0625, 0.5625) if name == "Mosaic" else (0, 1)
    assert least - 0.03 < own.min() < least + 0.05
    assert own.max() > most - 0.05
    assert abs(own.mean() - (0.25 if name == "Mosaic" else 0.5)) < 0.07


def test_boxes_of_a_mosaic_are_around_what_is_seen():
    images = np.zeros((6, 20, 24, 1), "float32")
    for i in range(6):
        images[i, 6:13, 5:18] = i + 1
    boxes = {
        "boxes": np.tile(np.float32([[[6, 5, 13, 18]]]), (6, 1, 1)),
        "labels": np.arange(1, 7)[:, None],
    }
    layer = layers.Mosaic((0.3, 0.7), seed=1, bounding_box_format="yxyx")
    out = layer({"images": images, "bounding_boxes": boxes})
    found = keras.tree.map_structure(values, out)["bounding_boxes"]
    assert found["boxes"].shape == (6, 4, 4)
    assert found["labels"].shape == (6, 4)
    for image, ends, labels in zip(values(out["images"]), *found.values(), strict=True):
        again = np.zeros_like(image)
        for (top, left, bottom, right), label in zip(ends.astype(int), labels, strict=True):
            if label > 0:
                again[top:bottom, left:right] = label
        np.testing.assert_array_equal(image, again)


def test_boxes_of_both_images_are_kept():
    data = {
        "images": IMAGES,
        "bounding_boxes": {"boxes": IMAGES[:, 0, :3, :1] + [0, 0, 1, 1], "labels": np.ones((6, 3))},
    }
    out = layers.MixUp(bounding_box_format="xyxy")(data)["bounding_boxes"]
    assert (out["boxes"].shape, out["labels"].shape) == ((6, 6, 4), (6, 6))


def test_places_and_sizes_of_what_is_erased():
    many = np.zeros((4000, 10, 20, 1), "float32")
    layer = layers.RandomErasing((1, 1), (0.25, 0.25), fill_value=1, seed=1)
    erased = values(layer(many))[..., 0]
    assert (erased.sum((1, 2)) == 5 * 10).all()
    starts, counts = np.unique(erased.reshape(4000, -1).argmax(1), return_counts=True)
    assert len(starts) == 6 * 11  # where such a rectangle can start
    assert (counts > 25).all()
    areas = values(layers.RandomErasing((1, 1), (0.04, 0.49), 1)(many)).mean((1, 2, 3))
    assert 0.04 <= areas.min() < 0.1
    assert 0.4 < areas.max() <= 0.49
    noise = values(layers.RandomErasing((1, 1), (1, 1), value_range=(-1, 1))(many[:50]))
    assert noise.min() == -1
    assert noise.max() == 1
    assert abs((noise == 1).mean() - 0.1587) < 0.02  # beyond one deviation


def test_a_blur_is_that_of_scipy():
    layer = layers.RandomGaussianBlur((1, 1), (3, 5), (0.6, 0.6))
    want = IMAGES[0, ..., 0]
    for axis, radius in ((1, 1), (0, 2)):
        want = scipy.ndimage.gaussian_filter1d(want, 0.6, axis, mode="constant", radius=radius)
    np.testing.assert_allclose(values(layer(IMAGES[0]))[..., 0], want, rtol=1e-4, atol=1e-2)


def test_pixels_bend_smoothly_and_masks_with_them():
    layer = layers.RandomElasticTransform((1, 1), (1, 1), fill_mode="constant", seed=1)
    many = np.zeros((60, 60, 80, 1), "float32")
    t = layer.get_random_transformation(many)
    moves = values(t["displacements"])
    assert moves.shape == (2, 60, 60, 80)
    deviations = moves.std((0, 1))  # at the edges as in the middle
    assert (np.abs(deviations / (0.03 * 80) - 1) < 0.4).all()
    assert abs(deviations.mean() / (0.03 * 80) - 1) < 0.05
    assert np.abs(np.diff(moves, axis=3)).mean() < 0.35 * np.abs(moves).mean()
    many[:, 15:45, 20:60] = 1
    masks = many.astype("int32")
    out = layer({"images": many, "segmentation_masks": masks})
    mask = values(out["segmentation_masks"])
    assert mask.dtype == "int32"
    assert 0 < np.abs(mask - masks).mean() < 0.2
    assert np.abs((values(out["images"]) > 0.5) - mask).mean() < 0.01
    rest = values(layers.RandomElasticTransform(0.0)(IMAGES))
    np.testing.assert_allclose(rest, IMAGES, atol=1e-3)


def test_layers_of_a_policy_are_as_likely_as_each_other():
    layer = layers.RandAugment(num_ops=4000, seed=1)
    counts = np.bincount(values(layer.get_random_transformation(IMAGES[:1])["layer_idxes"]))
    assert len(counts) == 11
    assert (np.abs(counts - 4000 / 11) < 90).all()


def test_policies_bring_masks_and_boxes_along():
    """With one layer, a mask is what the image is."""
    images = np.zeros((6, 40, 50, 1), "float32")
    images[:, 15:25, 20:32] = 255.0
    boxes = {"boxes": np.tile(np.float32([[20, 15, 32, 25]]), (6, 1, 1)), "labels": np.ones((6, 1))}
    colored = np.repeat(images, 3, axis=3)
    data = {"images": colored, "segmentation_masks": images, "bounding_boxes": boxes}
    layer = layers.RandAugment(num_ops=2, factor=0.2, bounding_box_format="xyxy")
    drawn = layer.get_random_transformation(images)
    for first, second in ((0, 1), (2, 1)):
        t = {**drawn, "layer_idxes": np.array([first, second], "int32")}
        image = values(layer.transform_images(keras.ops.convert_to_tensor(images), t))
        mask = values(layer.transform_segmentation_masks(keras.ops.convert_to_tensor(images), t))
        found = values(layer.transform_bounding_boxes(boxes, t)["boxes"])
        assert np.abs((image > 127) - mask / 255).mean() < 0.01
        for one, ends in zip(mask, found[:, 0], strict=True):
            rows, columns = np.nonzero(one[..., 0])
            assert ends[0] - 2 < columns.min()
            assert ends[1] - 2 < rows.min()
            assert columns.max() < ends[2] + 2
            assert rows.max() < ends[3] + 2
    assert values(layer(data)["bounding_boxes"]["boxes"]).shape == (6, 1, 4)


@pytest.mark.parametrize("alpha", [1e-4, 0.01, 0.5, 3.0])
def test_numbers_of_a_beta_distribution(alpha):
    drawn = values(keras.random.beta((4000,), alpha, alpha, seed=1))
    assert ((drawn >= 0) & (drawn <= 1)).all()
    assert abs(drawn.mean() - 0.5) < 0.04
    assert abs(drawn.var() - 0.25 / (2 * alpha + 1)) < 0.01


def test_a_pipeline_of_a_model_changes_training_data_only():
    model = keras.Sequential([keras.Input((8, 10, 3)), layers.RandomFlip(), layers.Flatten()])
    flat = IMAGES.reshape((6, -1))
    np.testing.assert_array_equal(values(model(IMAGES, training=False)), flat)
    np.testing.assert_allclose(model.predict(IMAGES, verbose=0), flat)


FACTORS = ("a", (0.1, 0.2, 0.3), {}, float("nan"), 9)
COUNTS = (0, -1, 1.5, "a", None)
WRONG = {  # no layer takes any of these
    "addition_factor": FACTORS,
    "alpha": (0, -1.0, "a", None),
    "bins": COUNTS,
    "bounding_box_format": ("xxyy", 3),
    "brightness_factor": FACTORS,
    "chain_depth": COUNTS,
    "clip_limit": ("a", None, {}),
    "contrast_factor": FACTORS,
    "data_format": ("channels_middle", 3),
    "factor": (*FACTORS, None),
    "fill_mode": ("sideways", 3, None),
    "fill_value": ("a", {}, float("nan")),
    "height": COUNTS,
    "height_factor": (*FACTORS, None),
    "hue_factor": FACTORS,
    "interpolation": ("cubist", 3, None),
    "kernel_size": (*COUNTS, 4, (3, 3, 3)),
    "max_number": COUNTS,
    "mode": ("sideways", 3, None),
    "num_chains": COUNTS,
    "num_ops": COUNTS,
    "offset": ((0.1, 0.2, 0.3), 0.5, "a", None, (0.5, 2)),
    "saturation_factor": FACTORS,
    "scale": ("a", -1.5, (1, 2, 3), None),
    "seed": ("a", 1.5),
    "sigma": ("a", -1.0, (1, 2, 3), 2.0, None),
    "threshold_factor": FACTORS,
    "tile_grid_size": (8, 0, (0, 2), (1, 2, 3), "a", None, 1.5),
    "value_range": (3, (1,), (0, 1, 2), ("a", "b"), (1, 1), None),
    "width": COUNTS,
    "width_factor": FACTORS,
    "x_factor": (*FACTORS, None),
    "y_factor": (*FACTORS, None),
}
SWITCHES = ("all_ops", "antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio")
NEEDED = {"height": 4, "width": 5, "height_factor": 0.3, "width_factor": 0.3, "max_number": 3}


@pytest.mark.parametrize("name", sorted(OF_IMAGES))
def test_what_no_argument_may_be_is_refused_at_once(name):
    layer = getattr(layers, name)
    taken = inspect.signature(layer).parameters
    needed = {**NEEDED, "factor": 3 if name == "RandomPosterization" else 0.3}
    needed = {k: needed[k] for k, p in taken.items() if p.default is p.empty and k in needed}
    own = [k for k in taken if k not in (*LayerOptions.__annotations__, "kwargs", *SWITCHES)]
    for key in {*own, "bounding_box_format"}:
        for value in WRONG[key]:
            with pytest.raises((ValueError, NotImplementedError)) as e:
                layer(**{**needed, key: value})
            said = str(e.value)
            assert str(value) in said or any(f"={v}" in said for v in np.ravel(value))


BAD = {
    "both": lambda: layers.Resizing(3, 4, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
    "two scales": lambda: layers.RandomPerspective(scale=(0.1, 0.2)),
    "elastic": lambda: layers.RandomElasticTransform(scale=(0.1, 2)),
    "hue": lambda: layers.RandomHue(-0.1),
    "share": lambda: layers.RandomGrayscale(2),
    "negative": lambda: layers.RandomContrast(-0.1),
    "classes": lambda: layers.CutMix()({"images": IMAGES, "labels": np.arange(6)}),
    "rank": lambda: layers.RandomFlip()(IMAGES[0, 0]),
    "no images": lambda: layers.RandomFlip()({"labels": IMAGES}),
    "boxes without a format": lambda: layers.RandomFlip()(
        {"images": IMAGES, "bounding_boxes": {"boxes": IMAGES[:, :, :4, 0]}}
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_name_what_came(name):
    with pytest.raises(ValueError, match=r"Received|specify a bounding"):
        BAD[name]()


@pytest.mark.parametrize("name", ["CutMix", "RandomElasticTransform"])
def test_boxes_that_cannot_follow_are_refused(name):
    data = {"images": IMAGES, "bounding_boxes": {"boxes": IMAGES[:, :, :4, 0]}}
    with pytest.raises(NotImplementedError, match="does not change bounding boxes"):
        getattr(layers, name)(bounding_box_format="xyxy")(data)
