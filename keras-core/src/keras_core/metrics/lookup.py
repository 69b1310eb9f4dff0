"""Metrics by name and as configs."""

import inspect
from typing import Any

from keras_core.core.base.names import to_snake_case
from keras_core.core.base.public import look_up, may_name, public
from keras_core.core.objects import lookup, serialization


@public("keras.metrics.get", in_files=False)
def get(identifier: Any) -> Any:
    """A metric from its name, a config, a class, a function or itself.

    Args:
        identifier: Such as ``"mse"``, ``"MeanSquaredError"`` or a `Metric`. None stays None.

    Raises:
        ValueError: If there is no such metric.

    Example:

    >>> import keras_core as keras
    >>> keras.metrics.get("binary_accuracy").name
    'binary_accuracy'
    """
    if isinstance(identifier, str) and serialization.custom_object(identifier) is None:
        # a name such as "binary_accuracy" stands for the class, though there is a function too
        for name in sorted(may_name("keras.metrics")):
            is_meant = to_snake_case(name) == identifier
            if is_meant and inspect.isclass(look_up("keras.metrics", name)):
                identifier = name
                break
    return lookup.resolve(identifier, "keras.metrics", "metric")


@public("keras.metrics.serialize", in_files=False)
def serialize(metric: object) -> Any:
    """The config of a metric.

    Args:
        metric: A `Metric` or a function.

    Example:

    >>> import keras_core as keras
    >>> keras.metrics.serialize(keras.metrics.Mean())["class_name"]
    'Mean'
    """
    return serialization.serialize_keras_object(metric)


@public("keras.metrics.deserialize", in_files=False)
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """A metric from what `serialize` returned, or from its name.

    Args:
        config: A config or a name.
        custom_objects: Classes and functions by name.

    Example:

    >>> import keras_core as keras
    >>> keras.metrics.deserialize("mse").name
    'mean_squared_error'
    """
    with serialization.custom_object_scope(custom_objects):
        return get(config)
