"""Normalisation over the batch."""

from typing import Any

from keras_core import initializers, ops
from keras_core.core.base.public import public
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.normalization.base import Normalizing, in_dtype
from keras_core.ops.normalization import batch_normalization_training


@public("keras.layers.BatchNormalization")
class BatchNormalization(Normalizing):
    """Mean 0 and variance 1 for each channel over the batch.

    In training the statistics of the batch are used, and moving averages of them kept, which
    are used otherwise. A frozen layer (``trainable = False``) uses the moving averages.

    See [Ioffe and Szegedy, 2015](https://arxiv.org/abs/1502.03167).

    Args:
        axis: The axis of the channels; the last by default.
        momentum: Fraction of the moving averages that is kept at each step; 0.99 by default.
        epsilon: Small number added to the variance; 0.001 by default.
        center: Whether to add the trained offset ``beta``; True by default.
        scale: Whether to multiply by the trained scale ``gamma``; True by default.
        beta_initializer: Initializer of ``beta``; zeros by default.
        gamma_initializer: Initializer of ``gamma``; ones by default.
        moving_mean_initializer: Initializer of the moving mean; zeros by default.
        moving_variance_initializer: Initializer of the moving variance; ones by default.
        beta_regularizer: Penalty on ``beta`` that is added to the loss; none by default.
        gamma_regularizer: Penalty on ``gamma`` that is added to the loss; none by default.
        beta_constraint: Projection of ``beta`` after each update; none by default.
        gamma_constraint: Projection of ``gamma`` after each update; none by default.
        renorm: Whether to correct batches towards the moving averages; False by default, and not
            there yet.
        renorm_clipping: Clipping bounds of that correction, a dict of ``rmin``, ``rmax`` and
            ``dmax``; none by default.
        renorm_momentum: Momentum of the statistics of that correction; 0.99 by default.
        synchronized: Whether replicas share the statistics of a batch; False by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        inputs: A tensor of any rank.
        training: Whether to use, and record, the statistics of the batch.
        mask: Booleans of the first axes of ``inputs``: which elements count in the statistics.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.BatchNormalization()
    >>> keras.ops.shape(layer(keras.ops.ones((4, 3)), training=True))
    (4, 3)
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if renorm:
            raise NotImplementedError("Batch renormalisation is not there yet. Leave out `renorm`.")
        self.axis = int(axis)
        self.momentum, self.epsilon = momentum, epsilon
        self.center, self.scale = center, scale
        self.synchronized = synchronized
        self.renorm = False
        self.renorm_clipping, self.renorm_momentum = renorm_clipping, renorm_momentum
        self._declare_scale_and_offset(
            beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer,
            beta_constraint, gamma_constraint,
        )  # fmt: skip
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.supports_masking = True
        self.moving_mean = self.moving_variance = None

    def build(self, input_shape: Any) -> None:
        size = input_shape[self.axis]
        if size is None:
            raise ValueError(
                f"Axis {self.axis} of the inputs to layer {self.name!r} must be known. "
                f"Received: input_shape={input_shape}"
            )
        self._build_scale_and_offset((size,), self.scale, self.center)
        self.moving_mean = self.add_weight(
            shape=(size,),
            name="moving_mean",
            initializer=self.moving_mean_initializer,
            trainable=False,
            autocast=False,
        )
        self.moving_variance = self.add_weight(
            shape=(size,),
            name="moving_variance",
            initializer=self.moving_variance_initializer,
            trainable=False,
            autocast=False,
        )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        x, dtype = self._widened(inputs)
        n = len(inputs.shape)
        axis = self.axis % n
        trains = training and self.trainable
        if trains and mask is None and not self.synchronized:
            out, mean, variance = batch_normalization_training(
                x, axis, self.beta, self.gamma, self.epsilon
            )
        else:
            others = tuple(i for i in range(n) if i != axis)
            mean, variance = (
                self._moments(x, others, mask)
                if trains
                else (self.moving_mean, self.moving_variance)
            )
            out = ops.batch_normalization(
                x, mean, variance, axis, offset=self.beta, scale=self.gamma, epsilon=self.epsilon
            )
        if trains:
            keep = self.momentum
            for running, now in ((self.moving_mean, mean), (self.moving_variance, variance)):
                value = ops.stop_gradient(ops.cast(now, running.dtype))
                running.assign(
                    ops.add(ops.multiply(running, keep), ops.multiply(value, 1.0 - keep))
                )
        return in_dtype(out, dtype)

    def _moments(self, x: Any, axes: tuple[int, ...], mask: Any) -> tuple[Any, Any]:
        if mask is None:
            return ops.moments(x, axes=axes, synchronized=self.synchronized)
        weights = ops.cast(mask, ops.dtype(x))
        for _ in range(len(x.shape) - len(mask.shape)):
            weights = ops.expand_dims(weights, -1)
        weights = ops.broadcast_to(weights, ops.shape(x))
        total = ops.add(ops.sum(weights, axis=axes), 1e-7)
        mean = ops.divide(ops.sum(ops.multiply(weights, x), axis=axes), total)
        line = [1] * len(x.shape)
        line[self.axis % len(x.shape)] = -1
        centred = ops.subtract(x, ops.reshape(mean, line))
        square = ops.multiply(weights, ops.square(centred))
        return mean, ops.divide(ops.sum(square, axis=axes), total)
