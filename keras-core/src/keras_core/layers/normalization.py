"""Normalisation and regularisation layers."""

from typing import Any

from keras_core import constraints, initializers, ops, random, regularizers
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer
from keras_core.ops.normalization import batch_normalization_training


def _as_float(x: Any, dtype: str) -> Any:
    """Integers as floats: what is normalised is none."""
    return x if dtypes.is_float(ops.dtype(x)) else ops.cast(x, dtype)


@public("keras.layers.BatchNormalization")
class BatchNormalization(Layer):
    """Mean 0 and variance 1 for each channel over the batch (Ioffe and Szegedy, 2015).

    In training the statistics of the batch are used, and running means of them kept, which
    are used otherwise. A frozen layer (``trainable = False``) uses the running means.

    Args:
        axis: The axis of the channels.
        momentum: How much of the running means is kept at each step.
        epsilon: Added to the variance.
        center: Whether ``beta`` is added at the end.
        scale: Whether ``gamma`` is multiplied at the end.
        beta_initializer: For ``beta``.
        gamma_initializer: For ``gamma``.
        moving_mean_initializer: For the running mean.
        moving_variance_initializer: For the running variance.
        beta_regularizer: For ``beta``.
        gamma_regularizer: For ``gamma``.
        beta_constraint: For ``beta``.
        gamma_constraint: For ``gamma``.
        renorm: Whether batches are corrected towards the running means.
        renorm_clipping: Bounds of that correction.
        renorm_momentum: Its momentum.
        synchronized: Whether replicas share the statistics.
        **kwargs: See `Layer`.
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
        self.renorm_clipping, self.renorm_momentum = renorm_clipping, renorm_momentum
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True
        self.gamma = self.beta = None
        self.moving_mean = self.moving_variance = None

    def build(self, input_shape: Any) -> None:
        size = input_shape[self.axis]
        if size is None:
            raise ValueError(
                f"Axis {self.axis} of the inputs to layer {self.name!r} must be known. "
                f"Received: input_shape={input_shape}"
            )
        shape = (size,)
        if self.scale:
            self.gamma = self.add_weight(
                shape=shape,
                name="gamma",
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                autocast=False,
            )
        if self.center:
            self.beta = self.add_weight(
                shape=shape,
                name="beta",
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                autocast=False,
            )
        self.moving_mean = self.add_weight(
            shape=shape,
            name="moving_mean",
            initializer=self.moving_mean_initializer,
            trainable=False,
            autocast=False,
        )
        self.moving_variance = self.add_weight(
            shape=shape,
            name="moving_variance",
            initializer=self.moving_variance_initializer,
            trainable=False,
            autocast=False,
        )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        inputs = _as_float(inputs, self.compute_dtype)
        dtype = ops.dtype(inputs)
        x = inputs if dtype not in ("float16", "bfloat16") else ops.cast(inputs, "float32")
        n = len(inputs.shape)
        axis = self.axis % n
        others = tuple(i for i in range(n) if i != axis)
        trains = training and self.trainable
        if trains and mask is None and not self.synchronized:
            out, mean, variance = batch_normalization_training(
                x, axis, self.beta, self.gamma, self.epsilon
            )
        else:
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
        return out if ops.dtype(out) == dtype else ops.cast(out, dtype)

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

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "moving_mean_initializer": initializers.serialize(self.moving_mean_initializer),
            "moving_variance_initializer": initializers.serialize(self.moving_variance_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
            "synchronized": self.synchronized,
            "renorm": False,
            "renorm_clipping": self.renorm_clipping,
            "renorm_momentum": self.renorm_momentum,
        }


@public("keras.layers.LayerNormalization")
class LayerNormalization(Layer):
    """Mean 0 and variance 1 over the features of each sample (Ba et al., 2016).

    Args:
        axis: The axis or axes of the features.
        epsilon: Added to the variance.
        center: Whether ``beta`` is added at the end.
        scale: Whether ``gamma`` is multiplied at the end.
        beta_initializer: For ``beta``.
        gamma_initializer: For ``gamma``.
        beta_regularizer: For ``beta``.
        gamma_regularizer: For ``gamma``.
        beta_constraint: For ``beta``.
        gamma_constraint: For ``gamma``.
        **kwargs: See `Layer`.
    """

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        # Keras's files name this argument; it has no other effect unless it is true.
        rms_scaling = bool(kwargs.pop("rms_scaling", False))
        super().__init__(**kwargs)
        self.rms_scaling = rms_scaling
        if not isinstance(axis, (int, list, tuple)):
            raise TypeError(
                "Expected an int or a list/tuple of ints for the argument 'axis'. "
                f"Received: {axis!r}"
            )
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon = epsilon
        self.center, self.scale = center, scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True
        self.gamma = self.beta = None

    def build(self, input_shape: Any) -> None:
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        self.axis = sorted(axes, key=lambda a: a % len(input_shape))
        shape = tuple(input_shape[a] for a in self.axis)
        if self.scale or self.rms_scaling:
            self.gamma = self.add_weight(
                name="gamma",
                shape=shape,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                autocast=False,
            )
        if self.center and not self.rms_scaling:
            self.beta = self.add_weight(
                name="beta",
                shape=shape,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                autocast=False,
            )

    def call(self, inputs: Any) -> Any:
        axis = tuple(self.axis)
        inputs = _as_float(inputs, self.compute_dtype)
        dtype = ops.dtype(inputs)
        x = inputs if dtype not in ("float16", "bfloat16") else ops.cast(inputs, "float32")
        if self.rms_scaling:
            scale = ops.sqrt(ops.add(ops.var(x, axis=axis, keepdims=True), self.epsilon))
            out = ops.multiply(ops.divide(x, scale), self.gamma)
        else:
            out = ops.layer_normalization(x, self.gamma, self.beta, axis, self.epsilon)
        return out if ops.dtype(out) == dtype else ops.cast(out, dtype)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "rms_scaling": self.rms_scaling,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
        }


def _noise_shape(value: Any) -> tuple[int | None, ...] | None:
    if value is None:
        return None
    shape = tuple(value) if isinstance(value, (list, tuple)) else ("?",)
    if not all(n is None or (isinstance(n, int) and n > 0) for n in shape):
        raise ValueError(
            "`noise_shape` must be a list or tuple of positive ints, with None for the sizes of "
            f"the inputs. Received: noise_shape={value!r}"
        )
    return shape


@public("keras.layers.Dropout")
class Dropout(Layer):
    """Sets a share of the inputs to 0 in training, at random (Srivastava et al., 2014).

    Args:
        rate: The share.
        noise_shape: The shape of the mask, which broadcasts to the inputs; None for theirs.
        seed: An int, to draw the same masks in each run.
        **kwargs: See `Layer`.
    """

    def __init__(
        self, rate: float, noise_shape: Any = None, seed: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
            raise ValueError(
                f"Invalid value received for argument `rate`. Expected a float value between 0 and "
                f"1. Received: rate={rate}"
            )
        self.rate = rate
        self.seed = seed
        self.noise_shape = _noise_shape(noise_shape)
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True
        self._needs_no_build()

    def call(self, inputs: Any, training: Any = False) -> Any:
        if training and self.rate > 0:
            return random.dropout(
                inputs, self.rate, noise_shape=self.noise_shape, seed=self.seed_generator
            )
        return inputs

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "rate": self.rate,
            "seed": self.seed,
            "noise_shape": self.noise_shape,
        }


@public("keras.layers.SpatialDropout1D")
class SpatialDropout1D(Dropout):
    """Drops whole channels of sequences in training (Tompson et al., 2015).

    Args:
        rate: The share of the channels.
        seed: An int, to draw the same masks in each run.
        name: See `Layer`.
        dtype: See `Layer`.
    """

    def __init__(
        self, rate: float, seed: Any = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(rate, seed=seed, name=name, dtype=dtype)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Any, training: Any = False) -> Any:
        if training and self.rate > 0:
            shape = ops.shape(inputs)
            return random.dropout(
                inputs, self.rate, noise_shape=(shape[0], 1, shape[2]), seed=self.seed_generator
            )
        return inputs

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        for name in ("noise_shape", "trainable"):  # Keras's own has neither
            config.pop(name)
        return {**config, "dtype": self.dtype}


@public("keras.layers.GaussianNoise")
class GaussianNoise(Layer):
    """Adds normal noise in training.

    Args:
        stddev: The standard deviation.
        seed: An int, to draw the same noise in each run.
        **kwargs: See `Layer`.
    """

    def __init__(self, stddev: float, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= stddev <= 1:
            raise ValueError(
                "Invalid value received for argument `stddev`. Expected a float value between 0 "
                f"and 1. Received: stddev={stddev}"
            )
        self.stddev, self.seed = stddev, seed
        if stddev > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True
        self._needs_no_build()

    def call(self, inputs: Any, training: Any = False) -> Any:
        if training and self.stddev > 0:
            noise = random.normal(
                ops.shape(inputs), 0.0, self.stddev, self.compute_dtype, self.seed_generator
            )
            return ops.add(inputs, noise)
        return inputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "stddev": self.stddev, "seed": self.seed}


@public("keras.layers.UnitNormalization")
class UnitNormalization(Layer):
    """Vectors of norm 1.

    Args:
        axis: The axis or axes.
        **kwargs: See `Layer`.
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = list(axis) if isinstance(axis, (list, tuple)) else axis
        self.supports_masking = True
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        axis = tuple(self.axis) if isinstance(self.axis, list) else self.axis
        return ops.normalize(
            _as_float(inputs, self.compute_dtype), axis=axis, order=2, epsilon=1e-12
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}
