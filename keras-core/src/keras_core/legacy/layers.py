"""Layers of Keras 2 that are not part of the API any more."""

from typing import Any

import numpy as np

from keras_core import ops
from keras_core.core.base.legacy import legacy
from keras_core.core.base.public import public
from keras_core.core.tensors.native import is_tracing
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.layer import Layer


@legacy(
    "keras.layers.ThresholdedReLU", today="`keras.activations.threshold` or `keras.layers.ReLU`"
)
@public("keras.src.legacy.layers.ThresholdedReLU")
class ThresholdedReLU(Layer):
    """x where it is above ``theta``, 0 elsewhere.

    Args:
        theta: The threshold, 0 or more.
        **kwargs: See `Layer`.
    """

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if theta is None or theta < 0:
            raise ValueError(
                "The theta of a ThresholdedReLU layer is a number of 0 or more. "
                f"Received: theta={theta}"
            )
        self.supports_masking = True
        self.theta = float(theta)

    def call(self, inputs: Any) -> Any:
        return ops.multiply(inputs, ops.cast(ops.greater(inputs, self.theta), inputs.dtype))


class _RandomSize(Layer):
    """Images of another size along one axis, which each call draws."""

    _axis: int
    """Counted from the end of a shape with the features last."""

    def __init__(
        self, factor: Any, interpolation: str = "bilinear", seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        low, high = factor if isinstance(factor, tuple | list) else (-factor, factor)
        if high < low or low < -1 or high < -1:
            raise ValueError(
                "`factor` is a number of 0 to 1, or a lower and an upper bound of -1 or more. "
                f"Received: factor={factor}"
            )
        self.factor, self.interpolation, self.seed = factor, interpolation, seed
        self._bounds = (low, high)
        self._rng = np.random.default_rng(seed)

    def call(self, inputs: Any, training: bool = True) -> Any:
        if not training:
            return inputs
        if is_tracing():
            raise ValueError(
                f"{type(self).__name__} draws the size of its results, and a compiled program "
                "has to know sizes. Call it on the data, before they get to the model, compile "
                "the model with `run_eagerly=True`, or use RandomZoom."
            )
        shape = list(inputs.shape)
        old = shape[self._axis]
        shape[self._axis] = max(1, int(old * (1 + self._rng.uniform(*self._bounds))))
        return ops.image.resize(
            inputs, (shape[-3], shape[-2]), self.interpolation, data_format="channels_last"
        )

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        shape = list(input_shape)
        shape[self._axis] = None
        return tuple(shape)

    def compute_output_spec(self, inputs: Any, training: Any = None) -> Any:
        return KerasTensor(self.compute_output_shape(inputs.shape), inputs.dtype)


@legacy("keras.layers.RandomHeight", today="`keras.layers.RandomZoom`, which keeps the size")
@public("keras.src.legacy.layers.RandomHeight")
class RandomHeight(_RandomSize):
    """Images that are higher or lower by a part that is drawn for each call, in training.

    Args:
        factor: The largest part, or a lower and an upper bound, such as ``(-0.2, 0.3)``.
        interpolation: See `keras.layers.Resizing`.
        seed: Where the choices come from; another place for each layer by default.
        **kwargs: See `Layer`.
    """

    _axis = -3


@legacy("keras.layers.RandomWidth", today="`keras.layers.RandomZoom`, which keeps the size")
@public("keras.src.legacy.layers.RandomWidth")
class RandomWidth(_RandomSize):
    """Images that are wider or narrower by a part that is drawn for each call, in training.

    Args:
        factor: The largest part, or a lower and an upper bound, such as ``(-0.2, 0.3)``.
        interpolation: See `keras.layers.Resizing`.
        seed: Where the choices come from; another place for each layer by default.
        **kwargs: See `Layer`.
    """

    _axis = -2
