"""Pooling into a given number of windows."""

from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.convolution import tuple_of
from keras_core.ops.linear import tensordot
from keras_core.ops.shaping import moveaxis
from keras_core.typing import ShapeLike, Tensor, TensorLike


def _spatial(x: Any, data_format: Any) -> list[int]:
    n = ndim_of(x)
    if n not in (3, 4, 5):
        raise ValueError(
            "Expected inputs with a batch, 1 to 3 spatial axes and channels. Received: "
            f"inputs.shape={native.static_shape(x)}"
        )
    last = config.standardize_data_format(data_format) == "channels_last"
    return list(range(1, n - 1)) if last else list(range(2, n))


def _bounds(d: int, out: int) -> list[tuple[int, int]]:
    return [(i * d // out, -(-(i + 1) * d // out)) for i in range(out)]


@public("keras.ops.adaptive_average_pool", "keras.ops.nn.adaptive_average_pool")
@op("inputs:float")
def adaptive_average_pool(
    inputs: TensorLike, output_size: ShapeLike, data_format: str | None = None
) -> Tensor:
    """The means of as many windows as the output has places.

    Args:
        inputs: A tensor with a batch, 1 to 3 spatial axes and channels.
        output_size: The size of the spatial axes of the result.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> x = ops.reshape(ops.arange(6, dtype="float32"), (1, 6, 1))
    >>> ops.convert_to_numpy(ops.adaptive_average_pool(x, 3)[0, :, 0]).tolist()
    [0.5, 2.5, 4.5]
    """
    axes = _spatial(inputs, data_format)
    x: Any = inputs
    for axis, out in zip(axes, tuple_of(output_size, len(axes), "output_size"), strict=True):
        d = shape_of(x)[axis]
        weights = np.zeros((d, out))
        for i, (a, b) in enumerate(_bounds(d, out)):
            weights[a:b, i] = 1.0 / (b - a)
        x = moveaxis(tensordot(x, native.convert(weights, p.dtype_of(x)), ([axis], [0])), -1, axis)
    return x


@public("keras.ops.adaptive_max_pool", "keras.ops.nn.adaptive_max_pool")
@op("inputs:number")
def adaptive_max_pool(
    inputs: TensorLike, output_size: ShapeLike, data_format: str | None = None
) -> Tensor:
    """The largest elements of as many windows as the output has places.

    Args:
        inputs: A tensor with a batch, 1 to 3 spatial axes and channels.
        output_size: The size of the spatial axes of the result.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> x = ops.reshape(ops.arange(6, dtype="float32"), (1, 6, 1))
    >>> ops.convert_to_numpy(ops.adaptive_max_pool(x, 3)[0, :, 0]).tolist()
    [1.0, 3.0, 5.0]
    """
    axes = _spatial(inputs, data_format)
    x: Any = inputs
    for axis, out in zip(axes, tuple_of(output_size, len(axes), "output_size"), strict=True):
        bounds = _bounds(shape_of(x)[axis], out)
        width = max(b - a for a, b in bounds)
        places = [[min(a + k, b - 1) for k in range(width)] for a, b in bounds]
        x = p.max(p.take(x, native.convert(places, "int32"), axis), (axis + 1,), False)
    return x
