"""Distances between tensors."""

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.elementary import log10
from keras_core.ops.reductions import mean
from keras_core.typing import Tensor, TensorLike


@public("keras.ops.psnr", "keras.ops.nn.psnr")
@op("x1:float x2:float")
def psnr(x1: TensorLike, x2: TensorLike, max_val: float) -> Tensor:
    """The peak signal-to-noise ratio in decibels.

    Args:
        x1: A tensor.
        x2: A tensor of the same shape.
        max_val: The largest possible value.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.psnr(ops.zeros(4), ops.ones(4), max_val=10.0)).tolist()
    20.0
    """
    if native.static_shape(x1) != native.static_shape(x2):
        raise ValueError(
            f"Input shapes {native.static_shape(x1)} and {native.static_shape(x2)} must match "
            "for PSNR calculation."
        )
    gap = p.subtract(x1, x2)
    error = mean(p.multiply(gap, gap))
    peak = p.multiply(p.const(20.0, error), log10(p.const(max_val, error)))
    return p.subtract(peak, p.multiply(p.const(10.0, error), log10(error)))


@public("keras.ops.cdist")
@op("x:float2+ y:float2+")
def cdist(x: TensorLike, y: TensorLike) -> Tensor:
    """The Euclidean distances of all pairs of rows.

    Args:
        x: A tensor ``(..., m, d)``.
        y: A tensor ``(..., n, d)``.

    Returns:
        A tensor ``(..., m, n)``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])).tolist()
    [[5.0, 1.0]]
    """
    *bx, m, d = shape_of(x)
    *by, n, _ = shape_of(y)
    gap = p.subtract(p.reshape(x, (*bx, m, 1, d)), p.reshape(y, (*by, 1, n, d)))
    square = p.sum(p.multiply(gap, gap), (ndim_of(gap) - 1,), False)
    zero = p.equal(square, p.zeros_like(square))  # where the root has no derivative
    root = p.sqrt(p.where(zero, p.ones_like(square), square))
    return p.where(zero, p.zeros_like(square), root)
