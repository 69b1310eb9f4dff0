"""Convolution and pooling over channels-last arrays."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_backend_numpy.support import Array, comparable, narrowed, widened

_COLUMNS_BYTES = 4 << 20
"""Windows are unfolded in pieces of about this size, which stay in the processor's cache."""


def padded(x: Array, pad_width: Sequence[tuple[int, int]], value: Any) -> Array:
    """``x`` inside a larger array of ``value``; ten times faster than `np.pad`."""
    shape = tuple(low + size + high for size, (low, high) in zip(x.shape, pad_width, strict=True))
    out: Array = np.full(shape, value, x.dtype)
    inner = [slice(low, low + size) for size, (low, _) in zip(x.shape, pad_width, strict=True)]
    out[(*inner,)] = x
    return out


def _pad_spatial(x: Array, padding: Sequence[tuple[int, int]], value: Any) -> Array:
    if any(low or high for low, high in padding):
        return padded(x, [(0, 0), *padding, (0, 0)], value)
    return x


def _positions(size: int, window: int, stride: int, dilation: int = 1) -> int:
    """How often a window fits into an axis of ``size``."""
    return max(0, (size - (window - 1) * dilation - 1) // stride + 1)


@np.errstate(all="ignore")
def conv(
    x: Array,
    kernel: Array,
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
    dilation: tuple[int, ...],
    groups: int,
) -> Array:
    """Windows unfolded into rows, times the kernel as a matrix."""
    dtype = x.dtype
    x = np.ascontiguousarray(_pad_spatial(widened(x), padding, 0))
    kernel = widened(kernel)
    batch, *spatial = x.shape[:-1]
    *window, depth, filters = kernel.shape
    positions = [_positions(*args) for args in zip(spatial, window, strides, dilation, strict=True)]
    out_shape = (batch, *positions, filters)
    if 0 in out_shape or kernel.size == 0:
        return np.zeros(out_shape, dtype)

    depthwise = depth == 1 < groups
    if depthwise and groups != filters:
        x, groups = np.repeat(x, filters // groups, axis=-1), filters
    # A view of shape (groups, batch, *positions, *window, depth) over the same memory.
    item = x.strides[-1]
    windows: Array = np.ndarray(
        (groups, batch, *positions, *window, depth),
        x.dtype,
        x,
        0,
        (
            depth * item,
            x.strides[0],
            *(span * step for span, step in zip(x.strides[1:-1], strides, strict=True)),
            *(span * step for span, step in zip(x.strides[1:-1], dilation, strict=True)),
            item,
        ),
    )
    if depthwise:
        windows = np.moveaxis(windows[..., 0], 0, -1)
        return narrowed(_conv_depthwise(windows, kernel[..., 0, :]), dtype)
    inner = math.prod(window) * depth
    weights = np.moveaxis(kernel.reshape(inner, groups, -1), 1, 0)
    out: Array = np.empty(out_shape, x.dtype)
    # Whole images at a time or, where one is too much, some of its rows.
    row_bytes = math.prod(positions[1:]) * inner * groups * x.itemsize
    rows = min(positions[0], max(1, _COLUMNS_BYTES // row_bytes))
    images = max(1, _COLUMNS_BYTES // (row_bytes * positions[0]))
    if windows.flags.c_contiguous:
        images, rows = batch, positions[0]
    for image, row in itertools.product(range(0, batch, images), range(0, positions[0], rows)):
        piece = slice(image, image + images), slice(row, row + rows)
        # `reshape` is what unfolds: it copies, unless the windows do not overlap at all.
        columns = windows[:, *piece].reshape(groups, -1, inner)
        target = out[piece].reshape(-1, groups, filters // groups)
        np.matmul(columns, weights, out=np.moveaxis(target, 1, 0))
    return narrowed(out, dtype)


def _conv_depthwise(windows: Array, kernel: Array) -> Array:
    """``(batch, *positions, *window, channels)`` by ``(*window, channels)``, summed over windows.

    There is no matrix product to be had.
    """
    rank, channels = kernel.ndim - 1, kernel.shape[-1]
    if channels >= 64:
        axes = list(range(2 * rank + 2))
        kept, summed, last = axes[: rank + 1], axes[rank + 1 : -1], axes[-1:]
        operands: Any = (windows, axes, kernel, summed + last, kept + last)
        return np.asarray(np.einsum(*operands))
    out: Array = np.zeros((*windows.shape[: rank + 1], channels), windows.dtype)
    scratch = np.empty_like(out)
    for tap in np.ndindex(*kernel.shape[:-1]):
        index: Any = (..., *tap, slice(None))
        out += np.multiply(windows[index], kernel[tap], out=scratch)
    return out


def _reduce_windows(
    ufunc: np.ufunc, x: Array, window: tuple[int, ...], strides: tuple[int, ...]
) -> Array:
    """``ufunc`` over windows, one axis after the other: a window is a product of intervals."""
    for axis, (size, stride) in enumerate(zip(window, strides, strict=True), 1):
        span = max(0, (_positions(x.shape[axis], size, stride) - 1) * stride + 1)
        lead = (slice(None),) * axis
        parts = [x[(*lead, slice(i, i + span, stride))] for i in range(size)]
        if size == 1:
            x = parts[0]
            continue
        x = np.asarray(ufunc(parts[0], parts[1]))
        for part in parts[2:]:
            ufunc(x, part, out=x)
    return x


@np.errstate(all="ignore")
def max_pool(
    x: Array,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Array:
    """The largest in each window."""
    lowest = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -math.inf
    framed = _pad_spatial(comparable(x), padding, lowest)
    return narrowed(_reduce_windows(np.maximum, framed, window, strides), x.dtype)


@np.errstate(all="ignore")
def average_pool(
    x: Array,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Sequence[tuple[int, int]],
) -> Array:
    """The mean of each window, over the elements that are not padding."""
    total = _reduce_windows(np.add, _pad_spatial(widened(x), padding, 0), window, strides)
    count: Any = math.prod(window)
    if any(low or high for low, high in padding):
        ones = np.ones((1, *x.shape[1:-1], 1), total.dtype)
        count = _reduce_windows(np.add, _pad_spatial(ones, padding, 0), window, strides)
    return narrowed(total / count, x.dtype)
