"""Dropout."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import random
from keras_core.core.base.public import public
from keras_core.layers.regularization.dropping import Dropping, noise_shape_of
from keras_core.typing import LayerOptions


@public("keras.layers.Dropout")
class Dropout(Dropping):
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

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(rate, seed, **kwargs)
        self.noise_shape = noise_shape_of(noise_shape)

    def _disturbed(self, inputs: Any) -> Any:
        return random.dropout(
            inputs, self.rate, noise_shape=self._shape_of_mask(inputs), seed=self.seed_generator
        )

    def _shape_of_mask(self, inputs: Any) -> Any:
        return self.noise_shape
