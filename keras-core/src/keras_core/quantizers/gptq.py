"""GPTQ: rounding one row after the other, where those that follow make up for the error.

Frantar et al., 2022, https://arxiv.org/abs/2210.17323.
"""

from typing import Any, NamedTuple

import numpy as np

from keras_core.quantizers.grouped import Grouped, group_of_rows, rounded, steps


class Options(NamedTuple):
    """How to round; see `keras.quantizers.GPTQConfig`."""

    bits: int
    group_size: int
    damping: float
    symmetric: bool
    per_channel: bool
    ordered: bool

    @classmethod
    def of(cls, config: Any, bits: int, group_size: int) -> "Options":
        """The options of a config, or those by default."""
        if config is None:
            return cls(bits, group_size, 0.01, False, True, False)
        return cls(
            bits,
            group_size,
            config.hessian_damping,
            config.symmetric,
            config.per_channel,
            config.activation_order,
        )


def quantize(matrix: Any, hessian: Any, options: Options) -> Grouped:
    """A matrix of integers whose products with the inputs are near those of the floats.

    Args:
        matrix: Floats of shape ``(rows, columns)``: a row for each input feature.
        hessian: The mean of the products of two features, of shape ``(rows, rows)``.
        options: How to round.
    """
    count = len(matrix)
    groups = group_of_rows(count, options.group_size)
    damped = hessian + _damping(hessian, options.damping) * np.eye(count)
    order = np.argsort(-np.diag(hessian), kind="stable") if options.ordered else np.arange(count)
    left = np.array(matrix[order], dtype="float64")
    # the rows of `factor` say how an error in one row is made up for by those that follow
    factor = np.linalg.cholesky(np.linalg.inv(damped[np.ix_(order, order)])).T
    integers = np.zeros_like(left)
    scales = np.zeros((groups[-1] + 1, matrix.shape[1]))
    zeros = np.zeros_like(scales)
    known = set()
    for i, row in enumerate(order):
        group = groups[row]
        if group not in known:
            known.add(group)
            members = np.flatnonzero(groups[order] == group)
            scales[group], zeros[group] = steps(
                left[members], options.bits, options.symmetric, options.per_channel
            )
        scale, zero = scales[group], zeros[group]
        integers[row] = rounded(left[i], scale, zero, options.bits)
        error = (left[i] - (integers[row] - zero) * scale) / factor[i, i]
        left[i + 1 :] -= np.outer(factor[i, i + 1 :], error)
    return Grouped(integers, scales, zeros, groups)


def _damping(hessian: Any, part: float) -> float:
    """What is added to the diagonal, so that it can be inverted."""
    return max(part * float(np.mean(np.diag(hessian))), 1e-8)
