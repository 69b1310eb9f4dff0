"""Dropout by multiplied noise."""

import math
from typing import Any, Unpack

from keras_core import ops, random
from keras_core.core.base.public import public
from keras_core.layers.regularization.dropping import Dropping
from keras_core.typing import LayerOptions


@public("keras.layers.GaussianDropout")
class GaussianDropout(Dropping):
    """Multiplies the inputs by normal noise of mean 1 in training.

    Its standard deviation is ``sqrt(rate / (1 - rate))``, as that of what `Dropout` multiplies by.

    See [Srivastava et al., 2014](https://jmlr.org/papers/v15/srivastava14a.html).

    Args:
        rate: The rate of a dropout that is as strong, at least 0 and less than 1.
        seed: An int, to draw the same noise in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GaussianDropout(0.5, seed=1)
    >>> keras.ops.shape(layer(keras.ops.ones((2, 3)), training=True))
    (2, 3)
    """

    def __init__(
        self, rate: float, seed: int | None = None, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(rate, seed, **kwargs)
        self._check_below_one()

    def _disturbed(self, inputs: Any) -> Any:
        deviation = math.sqrt(self.rate / (1 - self.rate))
        noise = random.normal(
            ops.shape(inputs), 1.0, deviation, self.compute_dtype, self.seed_generator
        )
        return ops.multiply(inputs, noise)
