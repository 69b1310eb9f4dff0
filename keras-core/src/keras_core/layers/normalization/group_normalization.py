"""Normalisation over groups of channels."""

from typing import Unpack

from keras_core import ops
from keras_core.core.base.axes import canonical_axis
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import axis_number, number
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.normalization.base import Normalizing, in_dtype, widened
from keras_core.typing import (
    ConstraintLike,
    InitializerLike,
    LayerOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


@public("keras.layers.GroupNormalization")
class GroupNormalization(Normalizing):
    """Mean 0 and variance 1 over groups of channels of each sample.

    One group makes it layer normalisation over all axes; as many groups as channels make it
    instance normalisation. It does not depend on the size of the batch.

    See [Wu and He, 2018](https://arxiv.org/abs/1803.08494).

    Args:
        groups: Number of groups, which divides the number of channels; -1 for a group for each
            channel; 32 by default.
        axis: The axis of the channels; the last by default.
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

    Output shape:
        That of the inputs.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GroupNormalization(groups=2)
    >>> keras.ops.shape(layer(keras.ops.ones((4, 5, 6))))
    (4, 5, 6)
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: InitializerLike = "zeros",
        gamma_initializer: InitializerLike = "ones",
        beta_regularizer: RegularizerLike = None,
        gamma_regularizer: RegularizerLike = None,
        beta_constraint: ConstraintLike = None,
        gamma_constraint: ConstraintLike = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(groups, bool) or not isinstance(groups, int) or (groups < 1 and groups != -1):
            raise ValueError(
                "Received an invalid value for argument `groups`, expected a positive integer, or "
                f"-1 for a group for each channel. Received: groups={groups!r}"
            )
        self.groups, self.axis = groups, axis_number("axis", axis)
        self.epsilon = number("epsilon", epsilon, 0.0)
        self.center, self.scale = center, scale
        self._declare_scale_and_offset(
            beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer,
            beta_constraint, gamma_constraint,
        )  # fmt: skip
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        channels = input_shape[canonical_axis(self.axis, len(input_shape))]
        if channels is None:
            raise ValueError(
                f"Axis {self.axis} of the inputs to layer {self.name!r} must be known. "
                f"Received: input_shape={input_shape}"
            )
        if self.groups == -1:
            self.groups = channels
        if channels % self.groups:
            raise ValueError(
                f"The number of channels, {channels}, must be a multiple of the number of groups, "
                f"{self.groups}."
            )
        self._build_scale_and_offset((channels,), self.scale, self.center)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs: Tensor) -> Tensor:
        x, dtype = widened(inputs, self.compute_dtype)
        shape, n = ops.shape(x), len(x.shape)
        axis = self.axis % n
        size = x.shape[axis] // self.groups
        grouped = ops.reshape(x, (*shape[:axis], self.groups, size, *shape[axis + 1 :]))
        others = tuple(i for i in range(1, n + 1) if i != axis)
        mean, variance = ops.moments(grouped, others, keepdims=True)
        factor = ops.rsqrt(ops.add(variance, self.epsilon))
        out = ops.reshape(ops.multiply(ops.subtract(grouped, mean), factor), shape)
        line = [1] * n
        line[axis] = -1
        if self.gamma is not None:
            out = ops.multiply(out, ops.reshape(self.gamma, line))
        if self.beta is not None:
            out = ops.add(out, ops.reshape(self.beta, line))
        return in_dtype(out, dtype)
