"""Learning-rate schedules as configs."""

from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import lookup, serialization


@public("keras.optimizers.schedules.serialize", in_files=False)
def serialize(learning_rate_schedule: object) -> Any:
    """The config of a schedule.

    Args:
        learning_rate_schedule: A `LearningRateSchedule`.

    Example:

    >>> import keras_core as keras
    >>> schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.5)
    >>> keras.optimizers.schedules.serialize(schedule)["config"]["decay_rate"]
    0.5
    """
    return serialization.serialize_keras_object(learning_rate_schedule)


@public("keras.optimizers.schedules.deserialize", in_files=False)
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """A schedule from what `serialize` returned.

    Args:
        config: A config or a name.
        custom_objects: Classes by name.

    Example:

    >>> import keras_core as keras
    >>> schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.5)
    >>> config = keras.optimizers.schedules.serialize(schedule)
    >>> keras.optimizers.schedules.deserialize(config).decay_rate
    0.5
    """
    with serialization.custom_object_scope(custom_objects):
        return lookup.resolve(config, "keras.optimizers.schedules", "schedule")
