"""Optimizers: `keras.optimizers`."""

from typing import Any

from keras_core.core.objects import lookup, serialization
from keras_core.optimizers import legacy, schedules
from keras_core.optimizers.adam import Adam, Adamax, AdamW, Lamb, Nadam
from keras_core.optimizers.adaptive import Adadelta, Adafactor, Adagrad, Ftrl, Lion
from keras_core.optimizers.gradient_descent import SGD, RMSprop
from keras_core.optimizers.loss_scale import LossScaleOptimizer, with_loss_scaling
from keras_core.optimizers.multi import MultiOptimizer, OptimizerMap
from keras_core.optimizers.muon import Muon
from keras_core.optimizers.optimizer import Optimizer
from keras_core.optimizers.schedule_free import ScheduleFreeAdamW

_CLASSES = (
    Adadelta,
    Adafactor,
    Adagrad,
    Adam,
    AdamW,
    Adamax,
    Ftrl,
    Lamb,
    Lion,
    LossScaleOptimizer,
    MultiOptimizer,
    Muon,
    Nadam,
    Optimizer,
    RMSprop,
    SGD,
    ScheduleFreeAdamW,
)
serialization.expose("keras.optimizers", *_CLASSES, OptimizerMap)
_BY_NAME = {c.__name__.lower(): c for c in _CLASSES}


def get(identifier: Any) -> Any:
    """An optimizer from its name, a config, a class or itself.

    Args:
        identifier: Such as ``"adam"`` (in any case) or an `Optimizer`. None stays None.

    Raises:
        ValueError: If there is no such optimizer.

    Example:

    >>> import keras_core as keras
    >>> type(keras.optimizers.get("adam")).__name__
    'Adam'
    """
    if isinstance(identifier, str) and serialization.custom_object(identifier) is None:
        identifier = _BY_NAME.get(identifier.lower(), identifier)
    if isinstance(identifier, dict) and str(identifier.get("class_name", "")).lower() in _BY_NAME:
        identifier = {
            **identifier,
            "class_name": _BY_NAME[identifier["class_name"].lower()].__name__,
        }
    return lookup.resolve(
        identifier, "keras.optimizers", "optimizer", accepts=lambda x: isinstance(x, Optimizer)
    )


def serialize(optimizer: Any) -> Any:
    """The config of an optimizer.

    Args:
        optimizer: An `Optimizer`.
    """
    return serialization.serialize_keras_object(optimizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """An optimizer from what `serialize` returned.

    Args:
        config: A config.
        custom_objects: Classes by name.
    """
    with serialization.custom_object_scope(custom_objects):
        return get(config)


__all__ = [
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "SGD",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "legacy",
    "schedules",
    "serialize",
    "with_loss_scaling",
]
