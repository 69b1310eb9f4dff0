"""Other shapes for the same elements."""

import math
from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer
from keras_core.typing import LayerOptions, Tensor


@public("keras.layers.Flatten")
class Flatten(Layer):
    """Puts all features of a sample on one axis; the batch stays.

    Args:
        data_format: ``"channels_last"`` to keep the order of the elements, or
            ``"channels_first"`` to move the channels to the end first; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, ...)``.

    Output shape:
        ``(batch, features)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.Flatten()(keras.ops.ones((2, 3, 4))))
    (2, 12)
    """

    _weightless = True

    def __init__(self, data_format: str | None = None, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Tensor) -> Tensor:
        n = len(inputs.shape)
        if n > 1 and self.data_format == "channels_first":
            inputs = ops.transpose(inputs, (0, *range(2, n), 1))
        shape = ops.shape(inputs)
        total: Any = 1
        for d in shape[1:]:
            total = total * d
        return ops.reshape(inputs, (shape[0], total) if isinstance(total, int) else (shape[0], -1))


@public("keras.layers.Reshape")
class Reshape(Layer):
    """Gives the features of each sample another shape.

    Args:
        target_shape: The shape without the batch; one entry may be -1, for what is left.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, ...)``.

    Output shape:
        ``(batch, *target_shape)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.Reshape((3, -1))(keras.ops.ones((2, 12))))
    (2, 3, 4)
    """

    _weightless = True

    def __init__(self, target_shape: Sequence[int], **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)
        if self.target_shape.count(-1) > 1:
            raise ValueError(
                "At most one entry of `target_shape` may be -1. "
                f"Received: target_shape={self.target_shape}"
            )

    def call(self, inputs: Tensor) -> Tensor:
        shape = ops.shape(inputs)
        total: Any = 1
        for d in shape[1:]:
            total = total * d
        target = list(self.target_shape)
        if isinstance(total, int):
            rest = math.prod(d for d in target if d != -1)
            is_open = -1 in target
            if (rest == 0 or total % rest) if is_open else rest != total:
                raise ValueError(
                    "The total size of the tensor must be unchanged. Received: "
                    f"input_shape={tuple(inputs.shape)[1:]}, target_shape={self.target_shape} "
                    f"for the layer {self.name!r}"
                )
            if is_open:
                target[target.index(-1)] = total // rest
        return ops.reshape(inputs, (shape[0], *target))


@public("keras.layers.Permute")
class Permute(Layer):
    """Puts the axes of each sample in another order.

    Args:
        dims: The order, counted from 1 without the batch: ``(2, 1)`` swaps the first two axes.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, ...)``, with as many axes behind the batch as ``dims`` has entries.

    Output shape:
        The same sizes in the new order.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.Permute((2, 1))(keras.ops.ones((2, 3, 4))))
    (2, 4, 3)
    """

    _weightless = True

    def __init__(self, dims: Sequence[int], **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                "Invalid permutation argument `dims` for Permute Layer. The set of indices in "
                f"`dims` must be consecutive and start from 1. Received dims={dims}"
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.transpose(inputs, (0, *self.dims))


@public("keras.layers.RepeatVector")
class RepeatVector(Layer):
    """Repeats each vector, as the steps of a sequence.

    Args:
        n: How many times, a positive int.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, features)``.

    Output shape:
        ``(batch, n, features)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.RepeatVector(3)(keras.ops.ones((2, 4))))
    (2, 3, 4)
    """

    _weightless = True

    def __init__(self, n: int, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        if not isinstance(n, int):
            raise TypeError(f"Expected an integer value for `n`, got {type(n)}.")
        self.n = positive_int("n", n)
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)
