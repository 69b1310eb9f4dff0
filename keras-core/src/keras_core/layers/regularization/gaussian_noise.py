"""Normal noise."""

from typing import Unpack

from keras_core import ops, random
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import fraction
from keras_core.layers.base.layer import Layer
from keras_core.typing import LayerOptions, Mode, Tensor


@public("keras.layers.GaussianNoise")
class GaussianNoise(Layer):
    """Adds normal noise of mean 0 in training.

    Args:
        stddev: Standard deviation of the noise, between 0 and 1.
        seed: An int, to draw the same noise in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GaussianNoise(0.1, seed=1)
    >>> keras.ops.shape(layer(keras.ops.ones((2, 3)), training=True))
    (2, 3)
    """

    _weightless = True

    def __init__(
        self, stddev: float, seed: int | None = None, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**kwargs)
        self.stddev, self.seed = fraction("stddev", stddev), seed
        if stddev > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: Tensor, training: Mode = False) -> Tensor:
        if training and self.stddev > 0:
            noise = random.normal(
                ops.shape(inputs), 0.0, self.stddev, self.compute_dtype, self.seed_generator
            )
            return ops.add(inputs, noise)
        return inputs
