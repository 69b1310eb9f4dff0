"""Rectified linear units whose slope is trained."""

from typing import Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer
from keras_core.typing import (
    Axes,
    ConstraintLike,
    InitializerLike,
    LayerOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


@public("keras.layers.PReLU")
class PReLU(Layer):
    """Rectified linear unit with a trained slope below 0: ``x`` above 0, ``alpha * x`` below.

    There is a slope for each feature, or for each that is left where axes share one. See
    [He et al., 2015](https://arxiv.org/abs/1502.01852).

    Args:
        alpha_initializer: Initializer of the slopes; zeros by default.
        alpha_regularizer: Penalty on the slopes that is added to the loss; none by default.
        alpha_constraint: Projection of the slopes after each update; none by default.
        shared_axes: Axis, or list of axes, along which there is one slope, counted from 1 without
            the batch: ``[1, 2]`` gives each channel of an image one. None by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(0.5))
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([[-2.0, 3.0]]))).tolist()
    [[-1.0, 3.0]]
    """

    def __init__(
        self,
        alpha_initializer: InitializerLike = "Zeros",
        alpha_regularizer: RegularizerLike = None,
        alpha_constraint: ConstraintLike = None,
        shared_axes: Axes = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self._declare_weight("alpha", alpha_initializer, alpha_regularizer, alpha_constraint)
        if shared_axes is None or isinstance(shared_axes, (list, tuple)):
            self.shared_axes = None if shared_axes is None else list(shared_axes)
        else:
            self.shared_axes = [shared_axes]
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        shared = self.shared_axes or []
        n = len(input_shape)
        if not all(isinstance(a, int) and 0 < a < n for a in shared):
            raise ValueError(
                f"`shared_axes` must be between 1, the first axis behind the batch, and {n - 1}. "
                f"Received: shared_axes={shared}, input_shape={input_shape}"
            )
        shape = tuple(1 if a in shared else input_shape[a] for a in range(1, n))
        self.alpha = self._add_declared("alpha", shape)
        own = {a: input_shape[a] for a in range(1, n) if a not in shared}
        self.input_spec = InputSpec(ndim=n, axes=own if shared else None)

    def call(self, inputs: Tensor) -> Tensor:
        below = ops.multiply(self.alpha, ops.relu(ops.negative(inputs)))
        return ops.subtract(ops.relu(inputs), below)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape
