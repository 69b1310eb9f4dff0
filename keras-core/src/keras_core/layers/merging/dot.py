"""Products of two tensors along an axis, sample by sample."""

import string
from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.merging.base import Merge
from keras_core.typing import LayerOptions, Shape, Tensor, TensorLike


@public("keras.layers.Dot")
class Dot(Merge):
    """Sums the products of two tensors along an axis of each, sample by sample.

    It is called on ``[a, b]``. The outputs have the axes of ``a`` without the one that is summed
    over, then those of ``b`` without it and the batch; an axis of size 1 if none is left.

    Args:
        axes: The axis of both that is summed over, or a pair: one of each. Not the batch.
        normalize: Whether to divide by the norms along these axes first, for the cosine
            similarity; False by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.ops.ones((2, 3, 4)), keras.ops.ones((2, 4, 5))
    >>> keras.ops.shape(keras.layers.Dot(axes=(2, 1))([a, b]))
    (2, 3, 5)
    """

    def __init__(
        self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(axes, bool) or not isinstance(axes, (int, list, tuple)):
            raise TypeError(
                "Invalid type for argument `axes`: it should be a list or an int. "
                f"Received: axes={axes!r}"
            )
        if not isinstance(axes, int):
            if len(axes) != 2:
                raise ValueError(
                    "Invalid format for argument `axes`: it should contain two elements. "
                    f"Received: axes={axes!r}"
                )
            if not all(isinstance(a, int) for a in axes):
                raise ValueError(f"`axes` must hold ints. Received: axes={axes!r}")
        self.axes = axes
        self.normalize = normalize

    def _check(self, shapes: Any) -> None:
        self._summed(shapes)

    def _summed(self, shapes: Any) -> tuple[int, int]:
        """The axis of each input that is summed over."""
        if len(shapes) != 2:
            raise ValueError(
                "A `Dot` layer should be called on a list of 2 inputs. "
                f"Received: input_shape={shapes}"
            )
        pair = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        for axis, shape in zip(pair, shapes, strict=True):
            if not -len(shape) <= axis < len(shape) or axis % len(shape) == 0:
                raise ValueError(
                    "`axes` must be axes of the inputs, and not the batch. Received: "
                    f"axes={self.axes}, input_shape={list(map(tuple, shapes))}"
                )
        i, j = (axis % len(shape) for axis, shape in zip(pair, shapes, strict=True))
        m, n = shapes[0][i], shapes[1][j]
        if m is not None and n is not None and m != n:
            raise ValueError(
                f"Incompatible input shapes: axis values {m} (at axis {i}) != {n} (at axis {j}). "
                f"Full input shapes: {tuple(shapes[0])}, {tuple(shapes[1])}. Layer: {self.name!r}"
            )
        return i, j

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        a, b = inputs
        i, j = self._summed([a.shape, b.shape])
        if self.normalize:
            a, b = ops.normalize(a, axis=i), ops.normalize(b, axis=j)
        letters = iter(string.ascii_lowercase[1:-1])
        first = ["a", *(next(letters) for _ in a.shape[1:])]
        second = ["a", *(next(letters) for _ in b.shape[1:])]
        first[i] = second[j] = "z"
        free = [c for c in first + second[1:] if c != "z"]
        out = ops.einsum(f"{''.join(first)},{''.join(second)}->{''.join(free)}", a, b)
        return ops.expand_dims(out, 1) if len(free) == 1 else out

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        i, j = self._summed(input_shape)
        first, second = ([*s] for s in input_shape)
        del first[i], second[j]
        out = (*first, *second[1:])
        return out if len(out) > 1 else (*out, 1)

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor | None:
        return None


@public("keras.layers.dot")
def dot(
    inputs: Sequence[TensorLike], axes: int | Sequence[int] = -1, **kwargs: Unpack[LayerOptions]
) -> Tensor:
    """Sums the products of two tensors along an axis of each. See `Dot`.

    Args:
        inputs: Two tensors.
        axes: The axis of both that is summed over, or a pair: one of each; the last by default.
        **kwargs: Arguments of the layer, such as ``normalize`` and ``name``.

    Returns:
        A tensor.

    Example:

    >>> import keras_core as keras
    >>> x = keras.ops.array([[1.0, 2.0]])
    >>> keras.ops.convert_to_numpy(keras.layers.dot([x, x], axes=1)).tolist()
    [[5.0]]
    """
    return Dot(axes=axes, **kwargs)(inputs)
