"""Learning-rate schedules: `keras.optimizers.schedules`."""

from typing import Any

from keras_core.core.objects import lookup, serialization
from keras_core.optimizers.schedules.schedule import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    LearningRateSchedule,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

serialization.expose(
    "keras.optimizers.schedules",
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    LearningRateSchedule,
    PiecewiseConstantDecay,
    PolynomialDecay,
)


def serialize(learning_rate_schedule: Any) -> Any:
    """The config of a schedule.

    Args:
        learning_rate_schedule: A `LearningRateSchedule`.
    """
    return serialization.serialize_keras_object(learning_rate_schedule)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """A schedule from what `serialize` returned.

    Args:
        config: A config or a name.
        custom_objects: Classes by name.
    """
    with serialization.custom_object_scope(custom_objects):
        return lookup.resolve(config, "keras.optimizers.schedules", "schedule")


__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]
