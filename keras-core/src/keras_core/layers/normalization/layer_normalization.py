"""Normalisation over the features."""

from collections.abc import Sequence
from typing import Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import axis_numbers, number
from keras_core.layers.normalization.base import Normalizing, in_dtype, sorted_axes, widened
from keras_core.typing import (
    ConstraintLike,
    InitializerLike,
    NormalizationOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


@public("keras.layers.LayerNormalization")
class LayerNormalization(Normalizing):
    """Mean 0 and variance 1 over the features of each sample.

    See [Ba et al., 2016](https://arxiv.org/abs/1607.06450).

    Args:
        axis: The axis, or a list of axes, of the features; the last by default.
        epsilon: Small number added to the variance; 0.001 by default.
        center: Whether to add the trained offset ``beta``; True by default.
        scale: Whether to multiply by the trained scale ``gamma``; True by default.
        beta_initializer: Initializer of ``beta``; zeros by default.
        gamma_initializer: Initializer of ``gamma``; ones by default.
        beta_regularizer: Penalty on ``beta`` that is added to the loss; none by default.
        gamma_regularizer: Penalty on ``gamma`` that is added to the loss; none by default.
        beta_constraint: Projection of ``beta`` after each update; none by default.
        gamma_constraint: Projection of ``gamma`` after each update; none by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.LayerNormalization()
    >>> keras.ops.shape(layer(keras.ops.ones((4, 3))))
    (4, 3)
    """

    _config_adds = ("rms_scaling",)

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: InitializerLike = "zeros",
        gamma_initializer: InitializerLike = "ones",
        beta_regularizer: RegularizerLike = None,
        gamma_regularizer: RegularizerLike = None,
        beta_constraint: ConstraintLike = None,
        gamma_constraint: ConstraintLike = None,
        **kwargs: Unpack[NormalizationOptions],
    ) -> None:
        # Keras's files name this argument; it has no other effect unless it is true.
        rms_scaling = bool(kwargs.pop("rms_scaling", False))
        super().__init__(**kwargs)
        self.rms_scaling = rms_scaling
        self.axis = axis_numbers("axis", axis)
        self.epsilon = number("epsilon", epsilon, 0.0)
        self.center, self.scale = center, scale
        self._declare_scale_and_offset(
            beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer,
            beta_constraint, gamma_constraint,
        )  # fmt: skip
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        self.axis = sorted_axes(self.axis, len(input_shape))
        shape = tuple(input_shape[a] for a in self.axis)
        rms = self.rms_scaling
        self._build_scale_and_offset(shape, self.scale or rms, self.center and not rms)

    def call(self, inputs: Tensor) -> Tensor:
        axis = tuple(self.axis)  # type: ignore[arg-type]  # a list once the layer is built
        x, dtype = widened(inputs, self.compute_dtype)
        if self.rms_scaling:
            scale = ops.sqrt(ops.add(ops.var(x, axis=axis, keepdims=True), self.epsilon))
            out = ops.multiply(ops.divide(x, scale), self.gamma)
        else:
            out = ops.layer_normalization(x, self.gamma, self.beta, axis, self.epsilon)
        return in_dtype(out, dtype)
