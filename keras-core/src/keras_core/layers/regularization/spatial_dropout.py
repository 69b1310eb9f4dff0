"""Dropout of whole channels."""

from typing import Any, ClassVar

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.regularization.dropout import Dropout
from keras_core.typing import DTypePolicyLike


class SpatialDropout(Dropout):
    """The base of layers that drop channels; a member says how many spatial axes it has."""

    rank: ClassVar[int]

    def __init_subclass__(cls, rank: int | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if rank is not None:
            cls.rank = rank

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(rate, seed=seed, name=name, dtype=dtype)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _shape_of_mask(self, inputs: Any) -> Any:
        batch, *sizes = ops.shape(inputs)
        ones = (1,) * self.rank
        if self.data_format == "channels_first":
            return (batch, sizes[0], *ones)
        return (batch, *ones, sizes[-1])

    def get_config(self) -> dict[str, Any]:
        # Keras's own names neither more nor a whole policy.
        return {
            "name": self.name,
            "rate": self.rate,
            "seed": self.seed,
            "dtype": self.dtype,
            "data_format": self.data_format,
        }


@public("keras.layers.SpatialDropout1D")
class SpatialDropout1D(SpatialDropout, rank=1):
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
        self,
        rate: float,
        seed: int | None = None,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(rate, "channels_last", seed, name, dtype)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["data_format"]  # there is one only
        return config


@public("keras.layers.SpatialDropout2D")
class SpatialDropout2D(SpatialDropout, rank=2):
    """Sets a random fraction of the channels of images to 0 in training, at all positions.

    Neighbouring pixels of a channel are much alike, so that dropping single ones leaves what was
    to be dropped.

    See [Tompson et al., 2014](https://arxiv.org/abs/1411.4280).

    Args:
        rate: Fraction of the channels to drop, between 0 and 1.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        seed: An int, to draw the same masks in each run; random by default.
        name: Name of the layer; made from the class by default.
        dtype: A dtype, or a policy; that of the process by default.

    Input shape:
        ``(batch, height, width, channels)``, or with the channels first.

    Output shape:
        That of the inputs.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.SpatialDropout2D(0.5, seed=1)
    >>> keras.ops.shape(layer(keras.ops.ones((2, 5, 5, 3)), training=True))
    (2, 5, 5, 3)
    """


@public("keras.layers.SpatialDropout3D")
class SpatialDropout3D(SpatialDropout, rank=3):
    """Sets a random fraction of the channels of volumes to 0 in training, at all positions.

    See [Tompson et al., 2014](https://arxiv.org/abs/1411.4280).

    Args:
        rate: Fraction of the channels to drop, between 0 and 1.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        seed: An int, to draw the same masks in each run; random by default.
        name: Name of the layer; made from the class by default.
        dtype: A dtype, or a policy; that of the process by default.

    Input shape:
        ``(batch, depth, height, width, channels)``, or with the channels first.

    Output shape:
        That of the inputs.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.SpatialDropout3D(0.5, seed=1)
    >>> keras.ops.shape(layer(keras.ops.ones((2, 5, 5, 5, 3)), training=True))
    (2, 5, 5, 5, 3)
    """
