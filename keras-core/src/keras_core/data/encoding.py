"""Classes as one-hot rows, and vectors of one length."""

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.typing import Array, Tensor, TensorLike


@overload
def to_categorical(x: Array | Sequence[Any] | int, num_classes: int | None = None) -> Array: ...


@overload
def to_categorical(x: TensorLike, num_classes: int | None = None) -> Tensor | Array: ...


@public("keras.utils.to_categorical")
def to_categorical(x: TensorLike, num_classes: int | None = None) -> Any:
    """Ones at the classes, zeros elsewhere.

    Args:
        x: Integers of any shape; a last axis of size 1 is dropped.
        num_classes: The number of classes; by default the largest class plus 1.

    Returns:
        A tensor if ``x`` is one, else a NumPy array, of shape ``x.shape + (num_classes,)``.

    Example:

    >>> import keras_core as keras
    >>> keras.utils.to_categorical([0, 2]).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    if native.is_tensor(x) and not isinstance(x, np.ndarray):
        shape = ops.shape(x)
        if len(shape) > 1 and shape[-1] == 1:
            x = ops.squeeze(x, -1)
        n = num_classes or int(ops.convert_to_numpy(ops.max(x))) + 1
        return ops.one_hot(ops.cast(x, "int32"), n)
    x = np.asarray(x, dtype="int64")
    shape = x.shape
    if len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    x = x.reshape(-1)
    n = num_classes or int(np.max(x)) + 1
    out = np.zeros((x.shape[0], n))
    out[np.arange(x.shape[0]), x] = 1
    return out.reshape((*shape, n))


@overload
def normalize(x: Array | Sequence[Any] | int, axis: int = -1, order: int = 2) -> Array: ...


@overload
def normalize(x: TensorLike, axis: int = -1, order: int = 2) -> Tensor | Array: ...


@public("keras.utils.normalize")
def normalize(x: TensorLike, axis: int = -1, order: int = 2) -> Any:
    """Vectors of norm 1 along an axis.

    Args:
        x: An array or a tensor.
        axis: The axis.
        order: The order of the norm.

    Example:

    >>> import keras_core as keras
    >>> keras.utils.normalize([[3.0, 4.0]]).tolist()
    [[0.6, 0.8]]
    """
    if native.is_engine_tensor(x) and not isinstance(x, np.ndarray):
        return ops.normalize(x, axis=axis, order=order)
    array = np.asarray(x)
    norm = np.atleast_1d(np.linalg.norm(array, order, axis))
    norm[norm == 0] = 1
    return array / np.expand_dims(norm, axis)
