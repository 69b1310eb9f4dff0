"""Constraints: projections of weights after each update."""

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.core.base import config as settings
from keras_core.core.base.public import public
from keras_core.ops.casting import as_tensor
from keras_core.typing import Tensor


@public("keras.constraints.Constraint")
class Constraint:
    """A projection: a function from weights to weights.

    Example:

    >>> import keras_core as keras
    >>> class Positive(keras.constraints.Constraint):
    ...     def __call__(self, w):
    ...         return keras.ops.maximum(w, 0.0)
    """

    def __call__(self, w: Tensor) -> Tensor:
        """The projection of ``w``."""
        return w

    def get_config(self) -> dict[str, Any]:
        """The arguments to make it with again."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Constraint":
        """An instance made with ``config``."""
        return cls(**config)


def _norms(w: Any, axis: int | Sequence[int]) -> Any:
    return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


@public("keras.constraints.MaxNorm", "keras.constraints.max_norm")
class MaxNorm(Constraint):
    """Norms of at most a number.

    Args:
        max_value: The number.
        axis: The axis or axes of the vectors.

    Example:

    >>> import keras_core as keras
    >>> norm = keras.constraints.MaxNorm(1.0)
    >>> [round(float(x), 3) for x in norm(keras.ops.array([3.0, 4.0]))]
    [0.6, 0.8]
    """

    def __init__(self, max_value: float = 2, axis: int | Sequence[int] = 0) -> None:
        self.max_value, self.axis = max_value, axis

    def __call__(self, w: Tensor) -> Tensor:
        w = as_tensor(w)
        norms = _norms(w, self.axis)
        wanted = ops.clip(norms, 0, self.max_value)
        return ops.multiply(w, ops.divide(wanted, ops.add(norms, settings.epsilon())))

    def get_config(self) -> dict[str, Any]:
        return {"max_value": self.max_value, "axis": self.axis}


@public("keras.constraints.MinMaxNorm", "keras.constraints.min_max_norm")
class MinMaxNorm(Constraint):
    """Norms between two numbers.

    Args:
        min_value: The least norm.
        max_value: The largest norm.
        rate: How strictly: 1 for exactly.
        axis: The axis or axes of the vectors.

    Example:

    >>> import keras_core as keras
    >>> norm = keras.constraints.MinMaxNorm(0.5, 1.0)
    >>> [round(float(x), 3) for x in norm(keras.ops.array([3.0, 4.0]))]
    [0.6, 0.8]
    """

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: int | Sequence[int] = 0,
    ) -> None:
        self.min_value, self.max_value = min_value, max_value
        self.rate, self.axis = rate, axis

    def __call__(self, w: Tensor) -> Tensor:
        w = as_tensor(w)
        norms = _norms(w, self.axis)
        wanted = ops.add(
            ops.multiply(ops.clip(norms, self.min_value, self.max_value), self.rate),
            ops.multiply(norms, 1 - self.rate),
        )
        return ops.multiply(w, ops.divide(wanted, ops.add(norms, settings.epsilon())))

    def get_config(self) -> dict[str, Any]:
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": self.axis,
        }


@public("keras.constraints.NonNeg", "keras.constraints.non_neg", also_known_as=("nonneg",))
class NonNeg(Constraint):
    """No negative weights: they become 0.

    Example:

    >>> import keras_core as keras
    >>> [float(x) for x in keras.constraints.NonNeg()(keras.ops.array([-1.0, 2.0]))]
    [0.0, 2.0]
    """

    def __call__(self, w: Tensor) -> Tensor:
        return ops.maximum(w, 0.0)


@public("keras.constraints.UnitNorm", "keras.constraints.unit_norm")
class UnitNorm(Constraint):
    """Norms of 1.

    Args:
        axis: The axis or axes of the vectors.

    Example:

    >>> import keras_core as keras
    >>> norm = keras.constraints.UnitNorm()
    >>> [round(float(x), 3) for x in norm(keras.ops.array([3.0, 4.0]))]
    [0.6, 0.8]
    """

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        self.axis = axis

    def __call__(self, w: Tensor) -> Tensor:
        w = as_tensor(w)
        return ops.divide(w, ops.add(_norms(w, self.axis), settings.epsilon()))

    def get_config(self) -> dict[str, Any]:
        return {"axis": self.axis}
