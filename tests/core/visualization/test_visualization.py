"""Boxes, masks and galleries: where there is paint, and which."""

import sys

import numpy as np
import pytest

from keras_core import visualization as show

pytest.importorskip("PIL", reason="Pillow is an extra")
pytest.importorskip("matplotlib", reason="matplotlib is an extra").use("agg")

IMAGES = np.full((2, 40, 60, 3), 60, "uint8")
BOXES = {
    "boxes": np.array([[[5, 5, 40, 30], [0, 0, 60, 40]], [[20, 10, 50, 35], [0, 0, 9, 9]]]),
    "labels": np.array([[0, -1], [1, 0]]),
}
MASKS = np.zeros((2, 40, 60), "int32")
MASKS[:, 10:20, 10:30] = 1
MASKS[:, 25:35] = 2


@pytest.mark.parametrize("box_format", ["xyxy", "xywh", "rel_xyxy"])
def test_boxes_are_where_they_should_be(box_format):
    boxes = BOXES["boxes"].astype("float32")
    if box_format == "xywh":
        boxes = np.concatenate([boxes[..., :2], boxes[..., 2:] - boxes[..., :2]], -1)
    if box_format == "rel_xyxy":
        boxes = boxes / [60, 40, 60, 40]
    out = show.draw_bounding_boxes(
        IMAGES, {**BOXES, "boxes": boxes}, box_format, color=(255, 0, 9), line_thickness=1
    )
    assert out.dtype == np.uint8
    painted = np.zeros((40, 60), bool)
    painted[5:31, 5:41] = True
    painted[6:30, 6:40] = False
    assert ((out[0] != 60).any(-1) == painted).all()
    assert (out[0][painted] == [255, 0, 9]).all()
    first = np.moveaxis(IMAGES, -1, 1)
    again = show.draw_bounding_boxes(
        first, {**BOXES, "boxes": boxes}, box_format, color=(255, 0, 9), line_thickness=1,
        data_format="channels_first",
    )  # fmt: skip
    assert (again == out).all()


def test_boxes_are_named():
    plain = show.draw_bounding_boxes(IMAGES, BOXES, "xyxy")
    named = show.draw_bounding_boxes(IMAGES, BOXES, "xyxy", class_mapping={1: "dog"})
    scores = {**BOXES, "confidence": np.full((2, 2), 0.5)}
    scored = show.draw_bounding_boxes(IMAGES, scores, "xyxy", class_mapping={1: "dog"})
    assert (plain[0] == named[0]).all()
    assert 0 < (plain[1] != named[1]).sum() < (plain[1] != scored[1]).sum()
    large = show.draw_bounding_boxes(
        IMAGES, BOXES, "xyxy", class_mapping={1: "dog"}, font_scale=2.0, text_thickness=2
    )
    assert (plain[1] != large[1]).sum() > (plain[1] != named[1]).sum()


def test_masks_are_coloured():
    colors = {1: (255, 0, 0), 2: (0, 100, 0)}
    out = show.draw_segmentation_masks(IMAGES, MASKS, 3, colors, alpha=0.5)
    assert [out[0, y, x].tolist() for y, x in ((0, 0), (15, 15), (30, 30))] == [
        [60, 60, 60], [158, 30, 30], [30, 80, 30]
    ]  # fmt: skip
    out = show.draw_segmentation_masks(
        IMAGES, MASKS[..., None], 3, colors, blend=False, ignore_index=2
    )
    assert out[0, 15, 15].tolist() == [255, 0, 0]
    assert out[0, 30, 30].tolist() == [60, 60, 60]
    by_itself = show.draw_segmentation_masks(IMAGES, MASKS, blend=False)
    assert len(np.unique(by_itself.reshape(-1, 3), axis=0)) == 3


def test_galleries(tmp_path):
    png = b"\x89PNG"
    figure = show.plot_image_gallery(
        IMAGES, [0, 1], [1, 1], {0: "cat", 1: "dog"}, value_range=(0, 120), rows=1, show=False
    )
    axes = figure.axes
    assert [a.get_title() for a in axes] == ["cat\npred: dog", "dog\npred: dog"]
    assert [a.title.get_color() for a in axes] == ["red", "green"]
    assert axes[0].images[0].get_array().max() == 128
    show.plot_bounding_box_gallery(
        IMAGES, "xyxy", BOXES, BOXES, legend=True, class_mapping={0: "a"}, path=tmp_path / "b.png"
    )
    show.plot_segmentation_mask_gallery(
        IMAGES, 3, y_true=MASKS, y_pred=MASKS[..., None], path=tmp_path / "m.png"
    )
    for name in ("b.png", "m.png"):
        assert (tmp_path / name).read_bytes().startswith(png)


def test_mistakes_are_named(monkeypatch):
    with pytest.raises(ValueError, match="Expected a batch of images"):
        show.draw_bounding_boxes(IMAGES[0], BOXES, "xyxy")
    with pytest.raises(ValueError, match=r"Missing: \['labels'\]"):
        show.draw_bounding_boxes(IMAGES, {"boxes": BOXES["boxes"]}, "xyxy")
    with pytest.raises(ValueError, match="a class for each pixel"):
        show.draw_segmentation_masks(IMAGES, MASKS[:, 1:])
    with pytest.raises(ValueError, match="either `path`"):
        show.plot_image_gallery(IMAGES, show=True, path="x.png")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="pip install 'keras-core"):
        show.plot_image_gallery(IMAGES)
