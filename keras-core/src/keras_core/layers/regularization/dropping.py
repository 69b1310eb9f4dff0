"""What layers that drop, or disturb, a fraction of their inputs share."""

from typing import Any, Unpack

from keras_core import ops, random
from keras_core.layers.base.arguments import fraction
from keras_core.layers.base.layer import Layer
from keras_core.typing import LayerOptions, Mode, Tensor


class Dropping(Layer):
    """The base of layers that do something at random in training, and nothing otherwise.

    A subclass says in `_disturbed` what it does in training.

    Args:
        rate: How much of it, between 0 and 1.
        seed: An int, to do the same in each run.
        **kwargs: Arguments of every layer; see `Layer`.
    """

    _weightless = True

    def __init__(
        self, rate: float, seed: int | None = None, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**kwargs)
        self.rate, self.seed = fraction("rate", rate), seed
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: Tensor, training: Mode = False) -> Tensor:
        return self._disturbed(inputs) if training and self.rate > 0 else inputs

    def _disturbed(self, inputs: Any) -> Any:
        raise NotImplementedError

    def _check_below_one(self) -> None:
        if self.rate == 1:
            raise ValueError(
                f"The `rate` of {type(self).__name__} must be less than 1: it divides by the "
                f"fraction that stays. Received: rate={self.rate}"
            )


def noise_shape_of(value: Any) -> tuple[int | None, ...] | None:
    """The shape of a mask as it was given, checked.

    Args:
        value: Positive ints, and None for the sizes of the inputs; or None for that of the inputs.

    Raises:
        ValueError: If it is anything else.
    """
    if value is None:
        return None
    shape: Any = tuple(value) if isinstance(value, (list, tuple)) else ("?",)
    if not all(n is None or (isinstance(n, int) and n > 0) for n in shape):
        raise ValueError(
            "`noise_shape` must be a list or tuple of positive ints, with None for the sizes of "
            f"the inputs. Received: noise_shape={value!r}"
        )
    return shape


def filled(noise_shape: Any, inputs: Any) -> Any:
    """The shape of a mask for ``inputs``, their sizes where it says None."""
    sizes = ops.shape(inputs)
    if noise_shape is None:
        return sizes
    return tuple(d if n is None else n for n, d in zip(noise_shape, sizes, strict=True))
