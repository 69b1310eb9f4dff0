"""Rows of operations on images."""

import colorsys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.conformance.operations.rows import WIDE, Row, floats


def _each(fn: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x: np.apply_along_axis(lambda v: np.array(fn(*v)), -1, x)


def _linear(x: Any, axis: int, out: int) -> Any:
    """Linear interpolation at the centres of the new pixels, the ends repeated."""
    d = x.shape[axis]
    at = np.clip((np.arange(out) + 0.5) * d / out - 0.5, 0, d - 1)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, d - 1)
    shape = [1] * x.ndim
    shape[axis] = out
    share = (at - low).reshape(shape)
    return np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share


def _filtered(x: Any, kernel: Any, mode: Any) -> Any:
    h, w = kernel.shape
    a, b = (h - 1) // 2, (w - 1) // 2
    wide = np.pad(x, ((0, 0), (a, h - 1 - a), (b, w - 1 - b), (0, 0)), mode)
    rows, columns = x.shape[1:3]
    return sum(
        kernel[i, j] * wide[:, i : i + rows, j : j + columns] for i in range(h) for j in range(w)
    )


def _gaussian(size: int, sigma: float) -> Any:
    e = np.exp(-0.5 * ((np.arange(size) - (size - 1) / 2) / sigma) ** 2)
    return e / e.sum()


_SOBEL = np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]])


def _ssim(x: Any, y: Any) -> Any:
    kernel = np.outer(_gaussian(3, 1.5), _gaussian(3, 1.5))

    def mean(v: Any) -> Any:
        return _filtered(v, kernel, "constant")[:, 1:-1, 1:-1]

    mx, my = mean(x), mean(y)
    covariance = mean(x * y) - mx * my
    variances = mean(x * x) - mx * mx + mean(y * y) - my * my
    c, d = 0.01**2, 0.03**2
    out = (2 * mx * my + c) / (mx * mx + my * my + c) * (2 * covariance + d) / (variances + d)
    return out.mean((1, 2, 3))


def _at(x: Any, rows: Any, columns: Any, fill: float) -> Any:
    """Bilinear interpolation of images at places, with what is outside filled."""
    h, w = x.shape[1:3]
    total = np.zeros((len(x), *rows.shape, x.shape[-1]))
    for i in (0, 1):
        for j in (0, 1):
            r, c = np.floor(rows).astype(int) + i, np.floor(columns).astype(int) + j
            share = (1 - np.abs(rows - r)) * (1 - np.abs(columns - c))
            inside = (r >= 0) & (r < h) & (c >= 0) & (c < w)
            value = x[:, np.clip(r, 0, h - 1), np.clip(c, 0, w - 1)]
            total += share[..., None] * np.where(inside[..., None], value, fill)
    return total


def _projected(x: Any, t: Any, fill: float) -> Any:
    ys, xs = np.mgrid[: x.shape[1], : x.shape[2]]
    k = t[6] * xs + t[7] * ys + 1
    columns, rows = (t[0] * xs + t[1] * ys + t[2]) / k, (t[3] * xs + t[4] * ys + t[5]) / k
    return _at(x, rows, columns, fill)


_MAP = np.array([1.1, 0.1, -0.53, 0.05, 0.9, 0.31, 0.01, 0.02])
_START = np.array([[0.0, 0], [0, 4], [5, 0], [5, 4]])
_END = np.array([[0.1, 1], [0.5, 4], [5, 0.2], [4, 3.5]])


def _homography() -> Any:
    """By eight equations: the end points go to the start points."""
    a, b = [], []
    for (u, v), (x, y) in zip(_START, _END, strict=True):
        a += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        b += [u, v]
    return np.linalg.solve(np.array(a), np.array(b))


def _patches(x: Any) -> Any:
    n, h, w, c = x.shape
    y = x.reshape(n, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 2, 4, 5)
    return y.reshape(n, h // 2, w // 2, 4 * c)


def _images(x: Any) -> Any:
    n, h, w, c = x.shape
    y = x.reshape(n, h, w, 2, 2, c // 4).transpose(0, 1, 3, 2, 4, 5)
    return y.reshape(n, 2 * h, 2 * w, c // 4)


def _volumes(x: Any) -> Any:
    n, c = len(x), x.shape[-1]
    y = x.reshape(n, 2, 2, 2, 2, 2, 2, c).transpose(0, 1, 3, 5, 2, 4, 6, 7)
    return y.reshape(n, 2, 2, 2, 8 * c)


def rows() -> Iterator[Row]:
    """All rows of the family."""
    x, colours = floats(2, 4, 6, 3), floats(2, 3, 4, 3, low=0.05, high=0.95)
    yield Row(
        "image.rgb_to_grayscale", (x,), lambda v: (v @ np.array([0.2989, 0.587, 0.114]))[..., None]
    )
    yield Row("image.rgb_to_hsv", (colours,), _each(colorsys.rgb_to_hsv), tolerance=10, dtypes=WIDE)
    yield Row("image.hsv_to_rgb", (colours,), _each(colorsys.hsv_to_rgb), tolerance=10, dtypes=WIDE)
    yield Row(
        "image.crop_images",
        (x,),
        lambda v: v[:, 1:3, 2:5],
        {"top_cropping": 1, "left_cropping": 2, "target_height": 2, "target_width": 3},
    )
    yield Row(
        "image.pad_images",
        (x,),
        lambda v: np.pad(v, ((0, 0), (1, 1), (2, 0), (0, 0))),
        {"top_padding": 1, "left_padding": 2, "target_height": 6, "target_width": 8},
    )
    yield Row("image.resize", (x,), lambda v: _linear(_linear(v, 1, 7), 2, 3), {"size": (7, 3)})
    yield Row(
        "image.resize",
        (x,),
        lambda v: v.repeat(2, 1).repeat(2, 2),
        {"size": (8, 12), "interpolation": "nearest"},
        label="nearest",
    )
    yield Row(
        "image.resize",
        (floats(3, 4, 6),),
        lambda v: _linear(_linear(v, 1, 5), 2, 9),
        {"size": (5, 9), "data_format": "channels_first"},
        label="channels_first",
    )
    yield Row(
        "image.scale_and_translate",
        (x,),
        lambda v: _linear(_linear(v, 1, 8), 2, 9),
        {
            "output_shape": (2, 8, 9, 3),
            "scale": (2.0, 1.5),
            "translation": (0.0, 0.0),
            "spatial_dims": (1, 2),
            "method": "linear",
        },
    )
    yield Row(
        "image.gaussian_blur",
        (x,),
        lambda v: _filtered(v, np.outer(_gaussian(5, 2.0), _gaussian(3, 1.0)), "constant"),
        {"kernel_size": (3, 5), "sigma": (1.0, 2.0)},
    )
    yield Row(
        "image.sobel_edges",
        (x,),
        lambda v: np.stack([_filtered(v, k, "reflect") for k in (_SOBEL, _SOBEL.T)], -1),
        tolerance=5,
    )
    yield Row(
        "image.ssim", (colours, colours), _ssim, {"filter_size": 3}, tolerance=20, dtypes=WIDE
    )
    yield Row("image.extract_patches", (x,), _patches, {"size": (2, 2)})
    yield Row("image.extract_patches_3d", (floats(2, 4, 4, 4, 2),), _volumes, {"size": (2, 2, 2)})
    yield Row("image.reconstruct_patches", (floats(2, 2, 3, 12),), _images, {"size": (2, 2)})
    yield Row(
        "image.map_coordinates",
        (floats(1, 5, 4, 1), floats(2, 3, low=0.1, high=4.4)),
        lambda v, c: _at(v, c[0], c[1], 0.5)[0, :, 0],
        known=True,
        how=_squeezed,
        tolerance=5,
        dtypes=WIDE,
    )
    yield Row(
        "image.affine_transform",
        (x,),
        lambda v: _projected(v, _MAP, 0.5),
        {"transform": _MAP, "fill_value": 0.5},
        tolerance=10,
        dtypes=WIDE,
    )
    yield Row(
        "image.perspective_transform",
        (x,),
        lambda v: _projected(v, _homography(), 0.5),
        {"start_points": _START, "end_points": _END, "fill_value": 0.5},
        tolerance=20,
        dtypes=WIDE,
    )
    yield Row(
        "image.elastic_transform", (x,), lambda v: v, {"alpha": 0.0, "seed": 1}, label="unmoved"
    )


def _squeezed(fn: Any, values: list[Any]) -> Any:
    every = slice(None)
    single = ops.get_item(values[0], (0, every, every, 0))
    return fn(single, values[1], 1, "constant", 0.5)
