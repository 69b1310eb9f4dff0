"""Images and sounds resampled on the host; images to the pixels of ``tf.image.resize``.

An output pixel is a weighted sum of a few input pixels along each axis. The ways to resize differ
in the weights only.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def _cubic(x: Array, b: float, c: float) -> Array:
    x = np.abs(x)
    near = ((12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + (6 - 2 * b)) / 6
    far = (-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c
    return np.where(x < 1, near, np.where(x < 2, far / 6, 0.0))


def _lanczos(x: Array, radius: int) -> Array:
    return np.where(np.abs(x) < radius, np.sinc(x) * np.sinc(x / radius), 0.0)


_KERNELS: dict[str, tuple[float, Callable[[Array], Array]]] = {
    "bilinear": (1, lambda x: np.maximum(1 - np.abs(x), 0)),
    "bicubic": (2, functools.partial(_cubic, b=0.0, c=0.5)),
    "mitchellcubic": (2, functools.partial(_cubic, b=1 / 3, c=1 / 3)),
    "lanczos3": (3, functools.partial(_lanczos, radius=3)),
    "lanczos5": (5, functools.partial(_lanczos, radius=5)),
    "gaussian": (1.5, lambda x: np.where(np.abs(x) < 1.5, np.exp(-2 * x**2), 0.0)),
}
"""The radius of each kernel, and its values at distances from its centre."""

WAYS = ("bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian")
WAYS = (*WAYS, "mitchellcubic")


@functools.lru_cache(64)
def _taps(size: int, to: int, way: str, smooth: bool) -> tuple[Array, Array]:
    """For each output pixel the input pixels that it is made of, and their weights."""
    scale = size / to
    if way == "nearest":
        at = np.minimum(np.floor((np.arange(to) + 0.5) * scale), size - 1)
        return at.astype("int64")[None], np.ones((1, to), "float32")
    if way == "area":
        begin, end = np.arange(to) * scale, (np.arange(to) + 1) * scale
        at = np.floor(begin)[None] + np.arange(math.ceil(scale) + 1)[:, None]
        weights = np.clip(np.minimum(end, at + 1) - np.maximum(begin, at), 0, None)
    else:
        radius, kernel = _KERNELS[way]
        wide = max(scale, 1.0) if smooth else 1.0
        radius *= wide
        centre = (np.arange(to) + 0.5) * scale - 0.5
        first = np.ceil(centre - radius)
        at = first[None] + np.arange(math.floor(2 * radius) + 1)[:, None]
        weights = kernel((at - centre) / wide)
    weights = np.where((at < 0) | (at >= size), 0.0, weights)
    used = weights.any(1)
    at, weights = at[used], weights[used]
    weights = weights / weights.sum(0)
    return np.clip(at, 0, size - 1).astype("int64"), weights.astype("float32")


def _along(x: Array, axis: int, to: int, way: str, smooth: bool = False) -> Array:
    if x.shape[axis] == to:
        return x
    at, weights = _taps(x.shape[axis], to, way, smooth)
    shape = [1] * x.ndim
    shape[axis] = to
    out = x.take(at[0], axis) * weights[0].reshape(shape)
    for i in range(1, len(at)):
        out += x.take(at[i], axis) * weights[i].reshape(shape)
    return out


def resize(x: Array, height: int, width: int, way: str = "bilinear") -> Array:
    """An image of another size.

    Args:
        x: Image of shape ``(height, width, channels)``.
        height: Height to resize to.
        width: Width to resize to.
        way: One of `WAYS`.

    Returns:
        An image in float32.
    """
    return _along(_along(x.astype("float32"), 0, height, way), 1, width, way)


def resample(x: Array, frames: int) -> Array:
    """A sound with another number of frames in the same time, without what they cannot hold.

    Args:
        x: Sound of shape ``(frames, channels)``.
        frames: Number of frames.
    """
    return _along(x.astype("float32"), 0, frames, "lanczos5", smooth=True)
