"""Unsigned integers with a scale and a zero point for each group of rows of a matrix."""

from typing import Any, NamedTuple

import numpy as np


class Grouped(NamedTuple):
    """A matrix of integers; ``(integers - zero[groups]) * scale[groups]`` are the numbers."""

    integers: Any
    """Of the shape of the matrix, ``(rows, columns)``."""

    scale: Any
    """Of shape ``(groups, columns)``."""

    zero: Any
    """Of shape ``(groups, columns)``."""

    groups: Any
    """The group of each row."""

    def floats(self) -> Any:
        """The numbers that the integers stand for."""
        return (self.integers - self.zero[self.groups]) * self.scale[self.groups]


def steps(
    rows: Any, bits: int, symmetric: bool = False, per_channel: bool = True, part: float = 1.0
) -> tuple[Any, Any]:
    """The scale and the zero point of each column, for integers from 0 to ``2**bits - 1``.

    Args:
        rows: A matrix, whose range is widened to hold 0.
        bits: The number of bits.
        symmetric: Whether zero lies in the middle of the integers.
        per_channel: Whether columns have scales of their own.
        part: Which part of the range is used.
    """
    axis = 0 if per_channel else None
    low = np.minimum(rows.min(axis=axis, keepdims=True), 0) * part
    high = np.maximum(rows.max(axis=axis, keepdims=True), 0) * part
    most = 2**bits - 1
    if symmetric:
        high = np.maximum(high, -low)
        low = -high
    width = np.where(high > low, high - low, 1.0)
    scale = width / most
    zero = np.full_like(scale, 2 ** (bits - 1)) if symmetric else np.round(-low / scale)
    shape = (1, rows.shape[1])
    return np.broadcast_to(scale, shape)[0], np.broadcast_to(np.clip(zero, 0, most), shape)[0]


def rounded(rows: Any, scale: Any, zero: Any, bits: int) -> Any:
    """The integers next to numbers."""
    return np.clip(np.round(rows / scale) + zero, 0, 2**bits - 1)


def group_of_rows(rows: int, size: int) -> Any:
    """The group of each row, for groups of ``size``; -1: there is one."""
    return np.arange(rows) // (size if size > 0 else rows)
