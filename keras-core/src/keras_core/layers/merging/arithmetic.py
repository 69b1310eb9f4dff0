"""Arithmetic on several tensors."""

from collections.abc import Sequence
from typing import Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.merging.base import Merge
from keras_core.typing import LayerOptions, Shape, Tensor, TensorLike


@public("keras.layers.Add")
class Add(Merge):
    """Adds tensors, element by element.

    It is called on a list of tensors whose shapes broadcast.

    Args:
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.Add()([a, b])).tolist()
    [5.0, 5.0]
    """

    _calculates = True

    def combine(self, a: Tensor, b: Tensor) -> Tensor:
        return ops.add(a, b)


@public("keras.layers.Subtract")
class Subtract(Merge):
    """Subtracts the second of two tensors from the first.

    It is called on ``[a, b]`` whose shapes broadcast.

    Args:
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.Subtract()([a, b])).tolist()
    [-1.0, -3.0]
    """

    _calculates = True

    def build(self, input_shape: Sequence[Shape]) -> None:
        super().build(input_shape)
        if len(input_shape) != 2:
            raise ValueError(
                "A `Subtract` layer should be called on exactly 2 inputs. "
                f"Received: input_shape={input_shape}"
            )

    def combine(self, a: Tensor, b: Tensor) -> Tensor:
        return ops.subtract(a, b)


@public("keras.layers.Multiply")
class Multiply(Merge):
    """Multiplies tensors, element by element.

    It is called on a list of tensors whose shapes broadcast. What is masked in one of them is no
    factor; where all are masked, the product is 0.

    Args:
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.Multiply()([a, b])).tolist()
    [6.0, 4.0]
    """

    _calculates = True
    _skips_masked = True

    def combine(self, a: Tensor, b: Tensor) -> Tensor:
        return ops.multiply(a, b)

    def _where_nothing_counts(self, out: Tensor, counts: Tensor) -> Tensor:
        return ops.where(counts, out, ops.zeros_like(out))


@public("keras.layers.Average")
class Average(Merge):
    """Averages tensors, element by element.

    It is called on a list of tensors whose shapes broadcast.

    Args:
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.Average()([a, b])).tolist()
    [2.5, 2.5]
    """

    _calculates = True

    def combine(self, a: Tensor, b: Tensor) -> Tensor:
        return ops.add(a, b)

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        return ops.divide(super().call(inputs), len(inputs))


@public("keras.layers.Maximum")
class Maximum(Merge):
    """The largest of several tensors, element by element.

    It is called on a list of tensors whose shapes broadcast. What is masked in one of them is
    left out.

    Args:
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.Maximum()([a, b])).tolist()
    [3.0, 4.0]
    """

    _skips_masked = True

    def combine(self, a: Tensor, b: Tensor) -> Tensor:
        return ops.maximum(a, b)


@public("keras.layers.Minimum")
class Minimum(Merge):
    """The smallest of several tensors, element by element.

    It is called on a list of tensors whose shapes broadcast. What is masked in one of them is
    left out.

    Args:
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.Minimum()([a, b])).tolist()
    [2.0, 1.0]
    """

    _skips_masked = True

    def combine(self, a: Tensor, b: Tensor) -> Tensor:
        return ops.minimum(a, b)


@public("keras.layers.add")
def add(inputs: Sequence[TensorLike], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """Adds tensors, element by element. See `Add`.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Arguments of the layer, such as ``name``.

    Returns:
        A tensor.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.add([a, b])).tolist()
    [5.0, 5.0]
    """
    return Add(**kwargs)(inputs)


@public("keras.layers.subtract")
def subtract(inputs: Sequence[TensorLike], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """Subtracts the second of two tensors from the first. See `Subtract`.

    Args:
        inputs: Two tensors whose shapes broadcast.
        **kwargs: Arguments of the layer, such as ``name``.

    Returns:
        A tensor.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.subtract([a, b])).tolist()
    [-1.0, -3.0]
    """
    return Subtract(**kwargs)(inputs)


@public("keras.layers.multiply")
def multiply(inputs: Sequence[TensorLike], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """Multiplies tensors, element by element. See `Multiply`.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Arguments of the layer, such as ``name``.

    Returns:
        A tensor.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.multiply([a, b])).tolist()
    [6.0, 4.0]
    """
    return Multiply(**kwargs)(inputs)


@public("keras.layers.average")
def average(inputs: Sequence[TensorLike], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """Averages tensors, element by element. See `Average`.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Arguments of the layer, such as ``name``.

    Returns:
        A tensor.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.average([a, b])).tolist()
    [2.5, 2.5]
    """
    return Average(**kwargs)(inputs)


@public("keras.layers.maximum")
def maximum(inputs: Sequence[TensorLike], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """The largest of several tensors, element by element. See `Maximum`.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Arguments of the layer, such as ``name``.

    Returns:
        A tensor.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.maximum([a, b])).tolist()
    [3.0, 4.0]
    """
    return Maximum(**kwargs)(inputs)


@public("keras.layers.minimum")
def minimum(inputs: Sequence[TensorLike], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """The smallest of several tensors, element by element. See `Minimum`.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Arguments of the layer, such as ``name``.

    Returns:
        A tensor.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.array([2.0, 1.0]), keras.ops.array([3.0, 4.0])
    >>> keras.ops.convert_to_numpy(keras.layers.minimum([a, b])).tolist()
    [2.0, 1.0]
    """
    return Minimum(**kwargs)(inputs)
