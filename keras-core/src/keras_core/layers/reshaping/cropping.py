"""Layers that cut off the borders of sequences, images and volumes."""

from typing import Any

from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer


class _Cropping(Layer):
    """Cropping of ``rank`` spatial axes."""

    rank = 2

    def __init__(self, cropping: Any, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.cropping = _pairs(cropping, self.rank)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self._needs_no_build()

    def _cut(self, shape: Any) -> tuple[int | None, ...]:
        """The spatial sizes that remain."""
        first = self.data_format == "channels_first"
        sizes = shape[2:] if first else shape[1:-1]
        left = tuple(
            None if d is None else d - a - b for d, (a, b) in zip(sizes, self.cropping, strict=True)
        )
        if any(d is not None and d <= 0 for d in left):
            raise ValueError(
                f"Values in the `cropping` argument of layer {self.name!r} should be smaller than "
                f"the corresponding spatial dimension of the inputs. Received: inputs.shape="
                f"{tuple(shape)}, cropping={self.cropping}"
            )
        return left

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        left = self._cut(input_shape)
        if self.data_format == "channels_first":
            return (*input_shape[:2], *left)
        return (input_shape[0], *left, input_shape[-1])

    def call(self, inputs: Any) -> Any:
        self._cut(inputs.shape)
        cuts = [slice(a, -b or None) for a, b in self.cropping]
        before = [slice(None)] * (2 if self.data_format == "channels_first" else 1)
        return inputs[(*before, *cuts)]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "cropping": self.cropping,
            "data_format": self.data_format,
        }


def _pairs(value: Any, n: int) -> tuple[tuple[int, int], ...]:
    """An int, an int for each axis, or a pair for each axis as pairs."""
    whole = [value] * n if isinstance(value, int) else value
    if not isinstance(whole, (list, tuple)) or len(whole) != n:
        raise ValueError(f"`cropping` should have {n} elements. Received: cropping={value!r}.")
    pairs = tuple((v, v) if isinstance(v, int) else v for v in whole)
    for pair in pairs:
        if (
            not isinstance(pair, (list, tuple))
            or len(pair) != 2
            or not all(isinstance(v, int) and v >= 0 for v in pair)
        ):
            raise ValueError(
                "`cropping` must hold ints that are not negative, or pairs of them. Received: "
                f"cropping={value!r}."
            )
    return tuple((a, b) for a, b in pairs)


@public("keras.layers.Cropping1D")
class Cropping1D(_Cropping):
    """Cuts steps off the ends of sequences.

    Args:
        cropping: How many steps are cut off: an int for both ends, or a pair for the start and
            the end. One at each end by default.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> keras.layers.Cropping1D((0, 1))(keras.ops.ones((2, 3, 2))).shape
    (2, 2, 2)
    """

    rank = 1

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        pair = isinstance(cropping, (list, tuple)) and len(cropping) == 2
        if not isinstance(cropping, int) and not pair:
            raise ValueError(
                "The `cropping` argument must be an int or a pair of ints. Received: "
                f"cropping={cropping!r}"
            )
        super().__init__((cropping,) if pair else cropping, "channels_last", **kwargs)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["data_format"]
        return {**config, "cropping": self.cropping[0]}


@public("keras.layers.Cropping2D")
class Cropping2D(_Cropping):
    """Cuts the borders off images.

    Args:
        cropping: How many rows and columns are cut off: an int for all four sides, a pair of ints
            for the rows and the columns, or ``((top, bottom), (left, right))``. None by default.
        data_format: ``"channels_last"`` for inputs of shape ``(batch, height, width, channels)``
            or ``"channels_first"``; `keras.config.image_data_format()` by default.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Cropping2D(((2, 2), (4, 4)))
    >>> layer(keras.ops.ones((2, 28, 28, 3))).shape
    (2, 24, 20, 3)
    """

    rank = 2

    def __init__(
        self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)


@public("keras.layers.Cropping3D")
class Cropping3D(_Cropping):
    """Cuts the borders off volumes.

    Args:
        cropping: How much is cut off: an int for all six sides, an int for each axis, or a pair
            for each axis. One at each side by default.
        data_format: ``"channels_last"`` for inputs of shape ``(batch, *sizes, channels)`` or
            ``"channels_first"``; `keras.config.image_data_format()` by default.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Cropping3D(((2, 4), (2, 4), (2, 4)))
    >>> layer(keras.ops.ones((2, 28, 28, 10, 3))).shape
    (2, 22, 22, 4, 3)
    """

    rank = 3

    def __init__(
        self,
        cropping: Any = ((1, 1), (1, 1), (1, 1)),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)
