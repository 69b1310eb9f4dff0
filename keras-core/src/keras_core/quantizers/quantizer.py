"""Quantizers: objects that make integers of floats."""

from collections.abc import Sequence
from typing import Any

from keras_core.core.base.public import public
from keras_core.quantizers.absmax import abs_max_quantize
from keras_core.typing import DTypeLike, TensorLike


@public("keras.quantizers.Quantizer", "keras.Quantizer", also_known_as=("quantizer",))
class Quantizer:
    """A function from tensors to quantised ones, with a config.

    This one returns its inputs as they are; others override `__call__` and `get_config`.

    Args:
        output_dtype: The dtype of the quantised tensors.

    Example:

    >>> import keras_core as keras
    >>> class Signs(keras.Quantizer):
    ...     def __call__(self, x):
    ...         return keras.ops.cast(keras.ops.sign(x), self.output_dtype)
    >>> keras.ops.convert_to_numpy(Signs()([0.5, -3.0])).tolist()
    [1, -1]
    """

    def __init__(self, output_dtype: DTypeLike = "int8") -> None:
        self.output_dtype = output_dtype

    def __call__(self, x: TensorLike) -> Any:
        """The quantised tensor, and whatever it takes to undo it."""
        return x

    def get_config(self) -> dict[str, Any]:
        """The arguments to make it with again.

        Raises:
            NotImplementedError: In a class that does not say.
        """
        raise NotImplementedError(
            f"{type(self).__name__!r} does not implement `get_config()`, which it needs to be "
            "serialized. Return the arguments of its constructor as a dict."
        )

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Quantizer":
        """An instance made with ``config``."""
        return cls(**config)


@public("keras.quantizers.AbsMaxQuantizer", also_known_as=("abs_max_quantizer",))
class AbsMaxQuantizer(Quantizer):
    """Integers whose largest absolute value stands for that of the inputs.

    Args:
        axis: The axis or axes along which the largest value is taken.
        value_range: The least and the largest integer.
        epsilon: What keeps the scale of zeros finite.
        output_dtype: The dtype of the integers.

    Example:

    >>> import keras_core as keras
    >>> quantizer = keras.quantizers.AbsMaxQuantizer(axis=-1)
    >>> outputs, scale = quantizer([[1.0, -3.0, 4.0]])
    >>> keras.ops.convert_to_numpy(outputs).tolist()
    [[32, -95, 127]]
    """

    def __init__(
        self,
        axis: int | Sequence[int] | None = None,
        value_range: tuple[int, int] = (-127, 127),
        epsilon: float = 1e-07,
        output_dtype: DTypeLike = "int8",
    ) -> None:
        super().__init__(output_dtype)
        self.axis = (axis,) if isinstance(axis, int) else None if axis is None else tuple(axis)
        self.value_range = tuple(value_range)
        self.epsilon = epsilon

    def __call__(
        self, x: TensorLike, axis: int | Sequence[int] | None = None, to_numpy: bool = False
    ) -> tuple[Any, Any]:
        """The integers and their scale; see `keras.quantizers.abs_max_quantize`.

        Args:
            x: A tensor.
            axis: The axis or axes; by default those of the quantizer, or else the last one.
            to_numpy: Whether to compute on the host.
        """
        if axis is None:
            axis = -1 if self.axis is None else self.axis
        return abs_max_quantize(
            x, axis, self.value_range, self.output_dtype, self.epsilon, to_numpy
        )

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = {
            "value_range": self.value_range,
            "epsilon": self.epsilon,
            "output_dtype": self.output_dtype,
        }
        return config if self.axis is None else {**config, "axis": self.axis}
