"""Histograms of images made even."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.preprocessing.image.base import (
    ImageLayer,
    as_bytes,
    check_counts,
    dtype_of,
    of_bytes,
    value_range_of,
)
from keras_core.typing import LayerOptions, Mode, Tensor

_LEVELS = 256


class _OfHistograms(ImageLayer):
    """A layer that computes with pixels scaled to 0 to 255, the channels last."""

    def __init__(self, value_range: Sequence[float], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_range = value_range_of(value_range)

    def _rescaled(self, images: Any, change: Any) -> Any:
        is_first = self.data_format == "channels_first"
        x = ops.moveaxis(images, 1, -1) if is_first else images
        x = change(as_bytes(x, self.value_range))
        x = ops.moveaxis(x, -1, 1) if is_first else x
        return of_bytes(x, self.value_range, dtype_of(images))


def _histograms(places: Any, bins: int, count: Any) -> Any:
    """Histograms ``(count, bins)`` as floats, of the places of pixels in all of them in a row."""
    places = ops.reshape(places, (-1,))
    found = ops.segment_sum(ops.ones_like(places), places, count * bins)
    return ops.cast(ops.reshape(found, (-1, bins)), "float32")


def _ratio(a: Any, b: Any) -> Any:
    """The quotient, 0 where the divisor is 0."""
    is_zero = ops.equal(b, 0)
    return ops.where(is_zero, 0.0, ops.divide(a, ops.where(is_zero, ops.ones_like(b), b)))


@public("keras.layers.Equalization")
class Equalization(_OfHistograms):
    """Spreads the values of each channel evenly over the whole range, in training.

    A value becomes the share of the pixels that are no brighter, of those that are brighter than
    the darkest bin; shares are of all images of a batch, each channel for itself. A channel of one
    value stays.

    Args:
        value_range: Least and greatest value of the pixels; ``(0, 255)`` by default.
        bins: Number of bins of the histograms, 256 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them; or a dict with these as
            ``"images"``, whose other entries stay.
        training: Whether to change the images; True by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> x = np.array([[7.0, 7.0], [8.0, 9.0]]).reshape((2, 2, 1))
    >>> keras.ops.convert_to_numpy(keras.layers.Equalization()(x))[..., 0].tolist()
    [[0.0, 0.0], [128.0, 255.0]]
    """

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        bins: int = 256,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(value_range, data_format=data_format, **kwargs)
        check_counts(bins=bins)
        self.bins = bins

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._rescaled(images, self._equalized) if training else images

    def _equalized(self, x: Any) -> Any:
        channels = ops.shape(x)[-1]
        x = ops.clip(x, 0, 255)
        scaled = x if self.bins == _LEVELS else ops.divide(ops.multiply(x, self.bins - 1), 255)
        index = ops.cast(scaled, "int32")  # none is negative
        places = ops.add(index, ops.multiply(ops.arange(channels, dtype="int32"), self.bins))
        counts = _histograms(places, self.bins, channels)
        below = ops.cumsum(counts, axis=1)
        is_empty = ops.equal(below, 0)
        first = ops.min(ops.where(is_empty, ops.max(below), below), axis=1, keepdims=True)
        spread = ops.subtract(below[:, -1:], first)
        table = ops.round(ops.multiply(_ratio(ops.subtract(below, first), spread), 255))
        even = ops.take(ops.reshape(ops.clip(table, 0, 255), (-1,)), places)
        return ops.where(ops.reshape(ops.equal(spread, 0), (-1,)), x, even)


@public("keras.layers.ContrastLimitedAdaptiveHistogramEqualization")
class ContrastLimitedAdaptiveHistogramEqualization(_OfHistograms):
    """Spreads the values of each channel evenly within each tile of each image.

    What is more frequent than a limit is shared by all values, which keeps noise in even regions
    from being amplified; between the centres of tiles, results are interpolated: see
    [Zuiderveld, 1994](https://doi.org/10.1016/B978-0-12-336156-1.50061-6).

    Args:
        value_range: Least and greatest value of the pixels; ``(0, 255)`` by default.
        clip_limit: The limit, in multiples of the mean of the histogram, 4 by default; with 0 or
            less there is none.
        tile_grid_size: Number of rows and of columns of tiles, ``(8, 8)`` by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; that of the process by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``.

    Call arguments:
        data: Images ``(height, width, channels)`` or a batch of them, of floats or integers,
            which stay so; or a dict with these as ``"images"``, whose other entries stay.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 2))
    >>> layer(np.ones((2, 8, 8, 3))).shape[1]
    8
    """

    _keeps_ints = True

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: int | Sequence[int] = (8, 8),
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(value_range, data_format=data_format, **kwargs)
        if isinstance(clip_limit, bool) or not isinstance(clip_limit, (int, float)):
            raise ValueError(f"`clip_limit` must be a number. Received: clip_limit={clip_limit!r}")
        if not isinstance(tile_grid_size, (tuple, list)) or len(tile_grid_size) != 2:
            raise ValueError(
                "`tile_grid_size` must be two positive integers, the numbers of rows and columns. "
                f"Received: tile_grid_size={tile_grid_size!r}"
            )
        for count in tile_grid_size:
            check_counts(tile_grid_size=count)
        self.clip_limit, self.tile_grid_size = clip_limit, tuple(tile_grid_size)

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        return self._rescaled(images, self._equalized)

    def _equalized(self, x: Any) -> Any:
        n, *size, channels = ops.shape(x)
        x = ops.cast(ops.clip(x, 0, 255), "int32")
        images = ops.multiply(ops.arange(n, dtype="int32"), channels)
        origin = ops.add(ops.reshape(images, (-1, 1, 1, 1)), ops.arange(channels, dtype="int32"))
        tiles = [-(-d // count) for d, count in zip(size, self.tile_grid_size, strict=True)]
        tables = self._tables(x, origin, n * channels, tiles)
        total: Any = 0.0
        for row, row_share in self._neighbours(size[0], 0, tiles[0]):
            for column, column_share in self._neighbours(size[1], 1, tiles[1]):
                tile = ops.add(ops.reshape(row, (-1, 1, 1)), ops.reshape(column, (1, -1, 1)))
                values = ops.take(tables, _place(tile, origin, n * channels, x))
                share = ops.multiply(
                    ops.reshape(row_share, (-1, 1, 1)), ops.reshape(column_share, (1, -1, 1))
                )
                total = ops.add(total, ops.multiply(values, share))
        return total

    def _tables(self, x: Any, origin: Any, images: Any, tiles: list[Any]) -> Any:
        """What the values become in each tile of each channel of each image, in a row."""
        lines = []
        for axis, (tile, count) in enumerate(zip(tiles, self.tile_grid_size, strict=True), 1):
            # the last tiles are filled up by what a mirror at the edge shows
            places = ops.arange(tile * count, dtype="int32")
            twice = 2 * ops.shape(x)[axis]
            there = ops.mod(places, twice)
            there = ops.minimum(there, ops.subtract(twice - 1, there))
            x = ops.take(x, there, axis=axis)
            lines.append(ops.floor_divide(places, tile))
        columns = self.tile_grid_size[1]
        tile = ops.add(
            ops.multiply(ops.reshape(lines[0], (-1, 1, 1)), columns),
            ops.reshape(lines[1], (1, -1, 1)),
        )
        grid = self.tile_grid_size[0] * columns
        counts = _histograms(_place(tile, origin, images, x), _LEVELS, grid * images)
        if self.clip_limit > 0:
            pixels = ops.cast(tiles[0] * tiles[1], "float32")
            kept = ops.minimum(counts, ops.multiply(pixels, self.clip_limit / _LEVELS))
            excess = ops.sum(ops.subtract(counts, kept), axis=1, keepdims=True)
            counts = ops.add(kept, ops.divide(excess, _LEVELS))
        below = ops.cumsum(counts, axis=1)
        first = below[:, :1]
        spread = ops.subtract(below[:, -1:], first)
        table = ops.multiply(_ratio(ops.subtract(below, first), spread), 255)
        return ops.reshape(table, (-1,))

    def _neighbours(self, size: Any, axis: int, tile: Any) -> list[tuple[Any, Any]]:
        """The tiles before and after each pixel along an axis, and their shares in it."""
        count = self.tile_grid_size[axis]
        place = ops.subtract(ops.divide(ops.arange(size, dtype="float32"), tile), 0.5)
        before = ops.floor(place)
        share = ops.subtract(place, before)
        step = self.tile_grid_size[1] if axis == 0 else 1
        tiles = [
            ops.multiply(ops.cast(ops.clip(v, 0, count - 1), "int32"), step)
            for v in (before, ops.add(before, 1.0))
        ]
        return [(tiles[0], ops.subtract(1.0, share)), (tiles[1], share)]


def _place(tile: Any, origin: Any, images: Any, values: Any) -> Any:
    """Places of values in the tables of all tiles, channels and images."""
    table = ops.add(ops.multiply(tile, images), origin)
    return ops.add(ops.multiply(table, _LEVELS), values)
