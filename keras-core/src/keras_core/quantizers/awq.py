"""AWQ: weights are stretched where the inputs are large, so that they are rounded less there.

Lin et al., 2023, https://arxiv.org/abs/2306.00978.
"""

from typing import Any, NamedTuple

import numpy as np

from keras_core.quantizers.grouped import Grouped, group_of_rows, rounded, steps

_PARTS = tuple(np.linspace(1.0, 0.5, 11))
"""Which parts of the ranges are tried."""


class Options(NamedTuple):
    """How to search; see `keras.quantizers.AWQConfig`."""

    bits: int
    group_size: int
    points: int
    clip: bool

    @classmethod
    def of(cls, config: Any, bits: int, group_size: int) -> "Options":
        """The options of a config, or those by default."""
        if config is None:
            return cls(bits, group_size, 20, True)
        return cls(bits, group_size, config.num_grid_points, config.apply_clip)


def quantize(matrix: Any, seen: Any, options: Options) -> tuple[Grouped, Any]:
    """Integers, and by how much each row was stretched before.

    Args:
        matrix: Floats of shape ``(rows, columns)``: a row for each input feature.
        seen: The inputs, with ``magnitude``, the mean absolute value of each feature, and
            ``hessian``, the mean of the products of two; None if there were none.
        options: How to search.
    """
    rows = len(matrix)
    if seen is None:
        return _rounded(matrix, options, np.ones(matrix.shape[1])), np.ones(rows)
    magnitude = np.maximum(seen.magnitude, 1e-4)

    def error(stretch: Any, parts: Any) -> Any:
        made = _rounded(matrix * stretch[:, None], options, parts)
        wrong = made.floats() / stretch[:, None] - matrix
        return np.einsum("rc,rs,sc->c", wrong, seen.hessian, wrong, optimize=True)

    whole = np.ones(matrix.shape[1])
    candidates = []
    for i in range(options.points):
        stretch = magnitude ** (i / options.points)
        stretch = stretch / np.sqrt(stretch.max() * stretch.min())
        candidates.append((float(error(stretch, whole).sum()), i, stretch))
    stretch = min(candidates)[2]
    parts = whole
    if options.clip:
        errors = np.stack([error(stretch, np.full_like(whole, part)) for part in _PARTS])
        parts = np.asarray(_PARTS)[errors.argmin(axis=0)]
    return _rounded(matrix * stretch[:, None], options, parts), stretch


def _rounded(matrix: Any, options: Options, parts: Any) -> Grouped:
    """The integers next to a matrix, in which each column uses a part of its range."""
    groups = group_of_rows(len(matrix), options.group_size)
    scales, zeros = [], []
    for group in range(groups[-1] + 1):
        scale, zero = steps(matrix[groups == group] * parts, options.bits)
        scales.append(scale)
        zeros.append(zero)
    scale, zero = np.stack(scales), np.stack(zeros)
    return Grouped(rounded(matrix, scale[groups], zero[groups], options.bits), scale, zero, groups)
