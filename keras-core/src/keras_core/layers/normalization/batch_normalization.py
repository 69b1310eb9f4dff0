"""Normalisation over the batch."""

import math
from collections.abc import Mapping
from typing import Any, Unpack

from keras_core import initializers, ops
from keras_core.core.base.public import public
from keras_core.core.execution import replicas
from keras_core.core.state.variables import Variable
from keras_core.layers.base.arguments import axis_number, fraction, number
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.normalization.base import Normalizing, in_dtype, widened
from keras_core.ops.normalization import batch_normalization_training
from keras_core.typing import (
    ConstraintLike,
    InitializerLike,
    LayerOptions,
    Mode,
    RegularizerLike,
    Shape,
    Tensor,
)


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
        renorm: Whether batches are corrected towards moving averages in training, too, so that
            small ones are normalised alike (batch renormalisation,
            [Ioffe, 2017](https://arxiv.org/abs/1702.03275)); False by default.
        renorm_clipping: Bounds of that correction, a dict of any of ``rmin`` and ``rmax``, for
            the ratio of the standard deviations, and ``dmax``, for the distance of the means;
            none by default.
        renorm_momentum: Fraction of the moving averages of that correction that is kept at each
            step; 0.99 by default.
        synchronized: Whether the statistics are those of the batch of all replicas, where a
            distribution has some, and not of each one's part; False by default.
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
        beta_initializer: InitializerLike = "zeros",
        gamma_initializer: InitializerLike = "ones",
        moving_mean_initializer: InitializerLike = "zeros",
        moving_variance_initializer: InitializerLike = "ones",
        beta_regularizer: RegularizerLike = None,
        gamma_regularizer: RegularizerLike = None,
        beta_constraint: ConstraintLike = None,
        gamma_constraint: ConstraintLike = None,
        renorm: bool = False,
        renorm_clipping: Mapping[str, float] | None = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.axis = axis_number("axis", axis)
        self.momentum = fraction("momentum", momentum)
        self.epsilon = number("epsilon", epsilon, 0.0)
        self.center, self.scale = center, scale
        self.synchronized = synchronized
        self.renorm, self.renorm_momentum = renorm, renorm_momentum
        self.renorm_clipping = _clipping(renorm_clipping) if renorm else renorm_clipping
        self._declare_scale_and_offset(
            beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer,
            beta_constraint, gamma_constraint,
        )  # fmt: skip
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.supports_masking = True
        self.moving_mean = self.moving_variance = None

    def build(self, input_shape: Shape) -> None:
        size = input_shape[self.axis]
        if size is None:
            raise ValueError(
                f"Axis {self.axis} of the inputs to layer {self.name!r} must be known. "
                f"Received: input_shape={input_shape}"
            )
        self._build_scale_and_offset((size,), self.scale, self.center)
        mean, variance = self.moving_mean_initializer, self.moving_variance_initializer
        self.moving_mean = self._add_moving("moving_mean", size, mean)
        self.moving_variance = self._add_moving("moving_variance", size, variance)
        if self.renorm:
            self.moving_stddev = self._add_moving("moving_stddev", size, _roots_of(variance))
            self.renorm_mean = self._add_moving("renorm_mean", size, mean)
            self.renorm_stddev = self._add_moving("renorm_stddev", size, _roots_of(variance))
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})

    def _add_moving(self, name: str, size: int, initializer: InitializerLike) -> Variable:
        return self.add_weight(
            (size,), initializer, name=name, trainable=False, autocast=False, aggregation="mean"
        )

    def call(self, inputs: Tensor, training: Mode = None, mask: Tensor | None = None) -> Tensor:
        x, dtype = widened(inputs, self.compute_dtype)
        n = len(inputs.shape)
        axis = self.axis % n
        trains = training and self.trainable
        if trains and mask is None and not self.synchronized and not self.renorm:
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
            scale, offset = self.gamma, self.beta
            if trains and self.renorm:
                scale, offset = self._corrected(mean, variance)
            out = ops.batch_normalization(
                x, mean, variance, axis, offset=offset, scale=scale, epsilon=self.epsilon
            )
        if trains:
            self._move(mean, variance)
        return in_dtype(out, dtype)

    def _corrected(self, mean: Any, variance: Any) -> tuple[Any, Any]:
        """Scale and offset with the correction towards the moving averages in them."""
        bounds = self.renorm_clipping
        deviation = ops.sqrt(ops.add(variance, self.epsilon))
        ratio = ops.divide(deviation, self.renorm_stddev)
        if "rmin" in bounds:
            ratio = ops.maximum(ratio, bounds["rmin"])
        if "rmax" in bounds:
            ratio = ops.minimum(ratio, bounds["rmax"])
        distance = ops.divide(ops.subtract(mean, self.renorm_mean), self.renorm_stddev)
        if "dmax" in bounds:
            distance = ops.clip(distance, -bounds["dmax"], bounds["dmax"])
        scale, offset = ops.stop_gradient(ratio), ops.stop_gradient(distance)
        if self.gamma is not None:
            scale, offset = ops.multiply(scale, self.gamma), ops.multiply(offset, self.gamma)
        return scale, offset if self.beta is None else ops.add(offset, self.beta)

    def _move(self, mean: Any, variance: Any) -> None:
        """Move the averages towards the statistics of a batch."""
        if not self.renorm:
            _move_average(self.moving_mean, mean, self.momentum)
            _move_average(self.moving_variance, variance, self.momentum)
            return
        deviation = ops.sqrt(ops.add(variance, self.epsilon))
        _move_average(self.renorm_mean, mean, self.renorm_momentum)
        _move_average(self.renorm_stddev, deviation, self.renorm_momentum)
        _move_average(self.moving_mean, mean, self.momentum)
        _move_average(self.moving_stddev, deviation, self.momentum)
        square = ops.subtract(ops.square(self.moving_stddev), self.epsilon)
        self.moving_variance.assign(ops.maximum(square, 0.0))

    def _moments(self, x: Any, axes: tuple[int, ...], mask: Any) -> tuple[Any, Any]:
        if mask is None:
            return ops.moments(x, axes=axes, synchronized=self.synchronized)
        weights = ops.cast(mask, ops.dtype(x))
        for _ in range(len(x.shape) - len(mask.shape)):
            weights = ops.expand_dims(weights, -1)
        weights = ops.broadcast_to(weights, ops.shape(x))
        of_all = replicas.sums_of_all if self.synchronized else list
        sums = [ops.sum(v, axis=axes) for v in (weights, ops.multiply(weights, x))]
        total, weighted = of_all(sums)
        total = ops.add(total, 1e-7)
        mean = ops.divide(weighted, total)
        line = [1] * len(x.shape)
        line[self.axis % len(x.shape)] = -1
        centred = ops.subtract(x, ops.reshape(mean, line))
        (square,) = of_all([ops.sum(ops.multiply(weights, ops.square(centred)), axis=axes)])
        return mean, ops.divide(square, total)


def _move_average(average: Variable, value: Any, keep: float) -> None:
    """Move an average towards a value, a fraction of it kept."""
    value = ops.stop_gradient(ops.cast(value, average.dtype))
    average.assign(ops.add(ops.multiply(average, keep), ops.multiply(value, 1.0 - keep)))


def _clipping(bounds: Any) -> dict[str, float]:
    """The bounds of the correction of batch renormalisation, checked."""
    bounds = {} if bounds is None else bounds
    if not isinstance(bounds, dict) or not {*bounds} <= {"rmin", "rmax", "dmax"}:
        raise ValueError(
            "`renorm_clipping` must be a dict of some of the keys 'rmin', 'rmax' and 'dmax'. "
            f"Received: renorm_clipping={bounds!r}"
        )
    low, high = bounds.get("rmin", -math.inf), bounds.get("rmax", math.inf)
    if low > high or bounds.get("dmax", 0) < 0:
        raise ValueError(
            "`renorm_clipping` needs `rmin` up to `rmax`, and a `dmax` of at least 0. "
            f"Received: renorm_clipping={bounds}"
        )
    return bounds


def _roots_of(initializer: InitializerLike) -> Any:
    """An initializer of standard deviations, from one of variances."""
    return lambda shape, dtype: ops.sqrt(initializer(shape, dtype))
