"""Quantizers by name and as configs."""

import inspect
from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import described, resolve
from keras_core.typing import CustomObjects


@public("keras.quantizers.get", in_files=False)
def get(identifier: Any, **kwargs: Any) -> Any:
    """A quantizer from a name, a config, a class, an instance, a function or None.

    Args:
        identifier: Such as ``"abs_max_quantizer"``.
        **kwargs: What a class, given as such or by its name, is called with.

    Raises:
        ValueError: If there is no such quantizer.

    Example:

    >>> import keras_core as keras
    >>> keras.quantizers.get("abs_max_quantizer", axis=-1).axis
    (-1,)
    """
    found = resolve(identifier, "keras.quantizers", "quantizer", instantiate=False)
    return found(**kwargs) if inspect.isclass(found) else found


@public("keras.quantizers.serialize", in_files=False)
def serialize(initializer: object) -> Any:
    """A JSON-ready description of a quantizer; the parameter is named as Keras names it.

    Args:
        initializer: A quantizer.

    Example:

    >>> import keras_core as keras
    >>> keras.quantizers.serialize(keras.quantizers.AbsMaxQuantizer(axis=-1))["class_name"]
    'AbsMaxQuantizer'
    """
    return serialization.serialize_keras_object(initializer)


@public("keras.quantizers.deserialize", in_files=False)
def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Any:
    """The quantizer that `serialize` described.

    Args:
        config: What `serialize` returned: a name or a config.
        custom_objects: Classes by name that are not registered; none by default.

    Example:

    >>> import keras_core as keras
    >>> config = keras.quantizers.serialize(keras.quantizers.AbsMaxQuantizer(axis=-1))
    >>> keras.quantizers.deserialize(config).axis
    (-1,)
    """
    return described(config, "keras.quantizers", "quantizer", custom_objects)
