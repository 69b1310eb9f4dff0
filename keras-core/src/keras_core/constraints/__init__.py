"""Constraints: what weights are projected to after each update, `keras.constraints`."""

from typing import Any

from keras_core import ops
from keras_core.core.base import config as settings
from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import resolve
from keras_core.ops.casting import as_tensor


class Constraint:
    """A projection: a function from weights to weights.

    Example:

    >>> import keras_core as keras
    >>> class Positive(keras.constraints.Constraint):
    ...     def __call__(self, w):
    ...         return keras.ops.maximum(w, 0.0)
    """

    def __call__(self, w: Any) -> Any:
        """The projection of ``w``."""
        return w

    def get_config(self) -> dict[str, Any]:
        """The arguments to make it with again."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Constraint":
        """An instance made with ``config``."""
        return cls(**config)


def _norms(w: Any, axis: Any) -> Any:
    return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


class MaxNorm(Constraint):
    """Norms of at most a number.

    Args:
        max_value: The number.
        axis: The axis or axes of the vectors.
    """

    def __init__(self, max_value: float = 2, axis: Any = 0) -> None:
        self.max_value, self.axis = max_value, axis

    def __call__(self, w: Any) -> Any:
        w = as_tensor(w)
        norms = _norms(w, self.axis)
        wanted = ops.clip(norms, 0, self.max_value)
        return ops.multiply(w, ops.divide(wanted, ops.add(norms, settings.epsilon())))

    def get_config(self) -> dict[str, Any]:
        return {"max_value": self.max_value, "axis": self.axis}


class MinMaxNorm(Constraint):
    """Norms between two numbers.

    Args:
        min_value: The least norm.
        max_value: The largest norm.
        rate: How strictly: 1 for exactly.
        axis: The axis or axes of the vectors.
    """

    def __init__(
        self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0
    ) -> None:
        self.min_value, self.max_value = min_value, max_value
        self.rate, self.axis = rate, axis

    def __call__(self, w: Any) -> Any:
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


class NonNeg(Constraint):
    """No negative weights: they become 0."""

    def __call__(self, w: Any) -> Any:
        return ops.maximum(w, 0.0)


class UnitNorm(Constraint):
    """Norms of 1.

    Args:
        axis: The axis or axes of the vectors.
    """

    def __init__(self, axis: Any = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        w = as_tensor(w)
        return ops.divide(w, ops.add(_norms(w, self.axis), settings.epsilon()))

    def get_config(self) -> dict[str, Any]:
        return {"axis": self.axis}


max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm

serialization.expose(
    "keras.constraints",
    MaxNorm,
    MinMaxNorm,
    NonNeg,
    UnitNorm,
    names={
        "max_norm": MaxNorm,
        "min_max_norm": MinMaxNorm,
        "non_neg": NonNeg,
        "nonneg": NonNeg,
        "unit_norm": UnitNorm,
    },
)


def get(identifier: Any) -> Any:
    """A constraint from a name, a config, an instance, a function or None.

    Args:
        identifier: Such as ``"non_neg"``.

    Raises:
        ValueError: If there is no such constraint.
    """
    return resolve(identifier, "keras.constraints", "constraint")


def serialize(constraint: Any) -> Any:
    """A JSON-ready description of a constraint."""
    return serialization.serialize_keras_object(constraint)


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """The constraint that `serialize` described."""
    return serialization.deserialize_keras_object(config, custom_objects=custom_objects)


__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]
