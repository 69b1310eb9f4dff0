"""The axes of images."""

from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.ops.linear import tensordot
from keras_core.ops.shaping import moveaxis


def spatial_axes(images: Any, data_format: Any, name: str) -> tuple[int, int, int]:
    """The axes of rows, columns and channels.

    Raises:
        ValueError: If there are neither three axes nor four.
    """
    n = ndim_of(images)
    if n not in (3, 4):
        raise ValueError(
            f"`{name}` expects an image with three axes or a batch with four. Received: "
            f"images.shape={native.static_shape(images)}"
        )
    last = config.standardize_data_format(data_format) == "channels_last"
    return (n - 3, n - 2, n - 1) if last else (n - 2, n - 1, n - 3)


def as_batch(images: Any) -> tuple[Any, bool]:
    """A batch of images, and whether it was made from a single one."""
    if ndim_of(images) == 4:
        return images, False
    return p.reshape(images, (1, *shape_of(images))), True


def as_given(images: Any, is_single: bool) -> Any:
    """Undo `as_batch`."""
    return p.reshape(images, shape_of(images)[1:]) if is_single else images


def apply_weights(x: Any, axis: int, weights: Any) -> Any:
    """The matrix product of one axis with weights that have no gradient."""
    dtype = p.dtype_of(x)
    matrix = weights
    if not isinstance(weights, KerasTensor):
        matrix = native.convert(weights, dtype)
    elif weights.dtype != dtype:
        matrix = p.cast(weights, dtype)
    return moveaxis(tensordot(x, matrix, ([axis], [0])), -1, axis)


def from_float(x: Any, dtype: str) -> Any:
    """Back to the dtype of the images; integers are rounded and kept in range."""
    if p.dtype_of(x) == dtype:
        return x
    if dtype in dtypes.INTS:
        info = np.iinfo(dtype)
        x = p.round(x)
        x = p.maximum(p.minimum(x, p.const(float(info.max), x)), p.const(float(info.min), x))
    return p.cast(x, dtype)


def numbers_of(x: Any) -> list[float]:
    """The numbers of a number, a nest or an array, one after the other."""
    if isinstance(x, list | tuple):  # without an array, which a compiler may not trace
        return [v for part in x for v in numbers_of(part)]
    return [x] if isinstance(x, int | float) else native.to_numpy(x).reshape(-1).tolist()
