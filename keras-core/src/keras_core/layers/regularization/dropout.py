"""Dropout."""

from typing import Any

from keras_core import ops, random
from keras_core.core.base.public import public
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer


@public("keras.layers.Dropout")
class Dropout(Layer):
    """Sets a random fraction of the inputs to 0 in training.

    The others are multiplied by ``1 / (1 - rate)``, so that the sum of the inputs is expected to
    stay. Otherwise, the inputs are passed on as they are.

    See [Srivastava et al., 2014](https://jmlr.org/papers/v15/srivastava14a.html).

    Args:
        rate: Fraction of the inputs to drop, between 0 and 1.
        noise_shape: Shape of the random mask, which broadcasts to the inputs, with None for
            their sizes; that of the inputs by default.
        seed: An int, to draw the same masks in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Dropout(0.5, seed=1)
    >>> keras.ops.shape(layer(keras.ops.ones((2, 3)), training=True))
    (2, 3)
    """

    _weightless = True

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

    def call(self, inputs: Any, training: Any = False) -> Any:
        if training and self.rate > 0:
            return random.dropout(
                inputs, self.rate, noise_shape=self._shape_of_mask(inputs), seed=self.seed_generator
            )
        return inputs

    def _shape_of_mask(self, inputs: Any) -> Any:
        return self.noise_shape


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


@public("keras.layers.SpatialDropout1D")
class SpatialDropout1D(Dropout):
    """Sets a random fraction of the channels of sequences to 0 in training, at all steps.

    See [Tompson et al., 2014](https://arxiv.org/abs/1411.4280).

    Args:
        rate: Fraction of the channels to drop, between 0 and 1.
        seed: An int, to draw the same masks in each run; random by default.
        name: Name of the layer; made from the class by default.
        dtype: A dtype, or a policy; that of the process by default.

    Input shape:
        ``(batch, steps, channels)``.

    Output shape:
        That of the inputs.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.SpatialDropout1D(0.5, seed=1)
    >>> keras.ops.shape(layer(keras.ops.ones((2, 3, 4)), training=True))
    (2, 3, 4)
    """

    def __init__(
        self, rate: float, seed: Any = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(rate, seed=seed, name=name, dtype=dtype)
        self.input_spec = InputSpec(ndim=3)

    def _shape_of_mask(self, inputs: Any) -> Any:
        shape = ops.shape(inputs)
        return (shape[0], 1, shape[2])

    def get_config(self) -> dict[str, Any]:
        # Keras's own names neither more nor a whole policy.
        return {"name": self.name, "rate": self.rate, "seed": self.seed, "dtype": self.dtype}
