"""Softmax with masks."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import axis_numbers
from keras_core.layers.base.layer import Layer
from keras_core.typing import LayerOptions, Tensor


@public("keras.layers.Softmax")
class Softmax(Layer):
    """Softmax: ``exp(x) / sum(exp(x))`` along one or more axes; masked elements get 0.

    Args:
        axis: The axis, or a tuple of axes, along which the outputs sum to 1; the last by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        inputs: A tensor.
        mask: Booleans that broadcast to ``inputs``, False where an element does not count.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Softmax()
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([1.0, 1.0]))).tolist()
    [0.5, 0.5]
    """

    _weightless = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.axis = axis_numbers("axis", axis)
        self.supports_masking = True

    def call(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        if mask is not None:
            _check_mask(mask, inputs)
            low = -3e4 if ops.dtype(inputs) == "float16" else -1e9
            inputs = ops.where(mask, inputs, ops.full_like(inputs, low))
        out = ops.softmax(
            inputs, axis=tuple(self.axis) if isinstance(self.axis, list) else self.axis
        )
        if mask is not None:
            out = ops.multiply(out, ops.cast(mask, ops.dtype(out)))
        return out


def _check_mask(mask: Any, inputs: Any) -> None:
    have, want = tuple(mask.shape), tuple(inputs.shape)
    if len(have) > len(want) or any(
        m not in (None, 1, n) and n is not None
        for m, n in zip(reversed(have), reversed(want), strict=False)
    ):
        raise ValueError(
            "The mask of a Softmax layer must broadcast to its inputs. Received: "
            f"mask.shape={have}, inputs.shape={want}"
        )
