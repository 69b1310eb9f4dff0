"""Random rectangles of images."""

from typing import Any

from keras_core import ops
from keras_core.layers.preprocessing.image.base import RandomImageLayer, images_of, per_image


def windows(layer: RandomImageLayer, data: Any, shares: Any, seed: Any) -> Any:
    """A random window of each image, as booleans ``(n, height, width, 1)`` of a layer's format.

    Args:
        layer: The layer that draws the places; all that are within the image are equally likely.
        data: A batch of images, or a dict that has one.
        shares: Height and width ``(n,)`` of the window, as parts of those of the image.
        seed: Where to draw from.
    """
    inside: Any = None
    size = layer.size_of(images_of(data))
    for axis, d, share in zip(layer.axes, size, shares, strict=False):
        whole = ops.cast(d, "float32")
        extent = ops.round(ops.multiply(share, whole))
        room = ops.add(ops.subtract(whole, extent), 1.0)
        start = ops.floor(ops.multiply(layer.uniform(data, 0.0, 1.0, seed), room))
        start = ops.minimum(start, ops.subtract(room, 1.0))
        shape = [1] * 4
        shape[axis] = -1
        line = ops.reshape(ops.arange(d, dtype="float32"), shape)
        here = ops.logical_and(
            ops.greater_equal(line, per_image(start)),
            ops.less(line, per_image(ops.add(start, extent))),
        )
        inside = here if inside is None else ops.logical_and(inside, here)
    return inside


def pixels_at(x: Any, rows: Any, columns: Any, data_format: str) -> Any:
    """Images of rows ``(n, height)`` and columns ``(n, width)`` of images."""
    rows, columns = ops.expand_dims(rows, 2), ops.expand_dims(columns, 1)
    shape = ops.shape(x)
    if data_format == "channels_last":
        n, h, w, c = shape
        pixels = ops.reshape(x, (-1, c))
        images = ops.reshape(ops.arange(n, dtype="int32"), (-1, 1, 1))
    else:
        n, c, h, w = shape
        pixels = ops.reshape(x, (-1,))
        rows, columns = ops.expand_dims(rows, 1), ops.expand_dims(columns, 1)
        images = ops.reshape(ops.arange(n * c, dtype="int32"), (-1, c, 1, 1))
    starts = ops.multiply(ops.add(ops.multiply(images, h), rows), w)
    return ops.take(pixels, ops.add(starts, columns), axis=0)
