"""Tensors joined along an axis."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.tensors.symbolic import shapes_agree
from keras_core.layers.base.arguments import axis_number
from keras_core.layers.merging.base import Merge, check_masks
from keras_core.typing import LayerOptions, Tensor, TensorLike


@public("keras.layers.Concatenate")
class Concatenate(Merge):
    """Joins tensors along an axis.

    It is called on a list of tensors of the same shape but for that axis.

    Args:
        axis: The axis to join along; the last by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Concatenate()
    >>> keras.ops.shape(layer([keras.ops.ones((2, 3)), keras.ops.ones((2, 4))]))
    (2, 7)
    """

    def __init__(self, axis: int = -1, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.axis = axis_number("axis", axis)

    def _check(self, shapes: Any) -> None:
        n = len(shapes[0])
        axis = self.axis % n if n else 0
        others = [(*s[:axis], *s[axis + 1 :]) for s in shapes]
        for s in others[1:]:
            if not shapes_agree(s, others[0]):
                raise ValueError(
                    "A `Concatenate` layer requires inputs with matching shapes except for the "
                    f"concatenation axis. Received: input_shape={list(map(tuple, shapes))} for the "
                    f"layer {self.name!r}"
                )

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        return ops.concatenate(inputs, axis=self.axis)

    def compute_mask(
        self, inputs: Sequence[Tensor], mask: Sequence[Tensor | None] | None = None
    ) -> Tensor | None:
        if mask is None:
            return None
        check_masks(inputs, mask)
        if all(m is None for m in mask):
            return None
        parts = []
        for x, m in zip(inputs, mask, strict=True):
            if m is None:
                m = ops.ones_like(x, dtype="bool")
            elif len(m.shape) < len(x.shape):
                for _ in range(len(x.shape) - len(m.shape)):
                    m = ops.expand_dims(m, -1)
                m = ops.logical_or(m, ops.zeros_like(x, dtype="bool"))
            parts.append(m)
        return ops.any(ops.concatenate(parts, axis=self.axis), axis=-1)


@public("keras.layers.concatenate")
def concatenate(
    inputs: Sequence[TensorLike], axis: int = -1, **kwargs: Unpack[LayerOptions]
) -> Tensor:
    """Joins tensors along an axis. See `Concatenate`.

    Args:
        inputs: A list of tensors of the same shape but for that axis.
        axis: The axis to join along; the last by default.
        **kwargs: Arguments of the layer, such as ``name``.

    Returns:
        A tensor.

    Example:

    >>> import keras_core as keras
    >>> x = keras.layers.concatenate([keras.ops.ones((2, 3)), keras.ops.ones((2, 4))])
    >>> keras.ops.shape(x)
    (2, 7)
    """
    return Concatenate(axis=axis, **kwargs)(inputs)
