"""Dropout that keeps mean and variance."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops, random
from keras_core.core.base.public import public
from keras_core.layers.regularization.dropping import Dropping, filled, noise_shape_of
from keras_core.typing import LayerOptions

_LOWEST = -1.6732632423543772 * 1.0507009873554805
"""What SELU tends to for small inputs: minus its alpha, times its scale."""


@public("keras.layers.AlphaDropout")
class AlphaDropout(Dropping):
    """Sets a random fraction of the inputs to the lowest value of SELU in training.

    All inputs are scaled and shifted after that, so that a mean of 0 and a variance of 1 stay,
    which networks with `keras.activations.selu` rely on.

    See [Klambauer et al., 2017](https://arxiv.org/abs/1706.02515).

    Args:
        rate: Fraction of the inputs to drop, at least 0 and less than 1.
        noise_shape: Shape of the random mask, which broadcasts to the inputs, with None for
            their sizes; that of the inputs by default.
        seed: An int, to draw the same masks in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.AlphaDropout(0.5, seed=1)
    >>> keras.ops.shape(layer(keras.ops.ones((2, 3)), training=True))
    (2, 3)
    """

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(rate, seed, **kwargs)
        self._check_below_one()
        self.noise_shape = noise_shape_of(noise_shape)

    def _disturbed(self, inputs: Any) -> Any:
        rate = self.rate
        drawn = random.uniform(filled(self.noise_shape, inputs), seed=self.seed_generator)
        kept = ops.where(ops.greater_equal(drawn, rate), inputs, ops.full_like(inputs, _LOWEST))
        factor = ((1 - rate) * (1 + rate * _LOWEST**2)) ** -0.5
        return ops.add(ops.multiply(kept, factor), -factor * _LOWEST * rate)
