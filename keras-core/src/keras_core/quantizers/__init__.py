"""Quantisation: fewer bits for a number, `keras.quantizers`."""

import inspect
from typing import Any

from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import resolve
from keras_core.quantizers.absmax import (
    abs_max_quantize,
    abs_max_quantize_grouped_with_zero_point,
)
from keras_core.quantizers.fake_quant import fake_quant_with_min_max_vars
from keras_core.quantizers.float8 import (
    compute_float8_amax_history,
    compute_float8_scale,
    quantize_and_dequantize,
)
from keras_core.quantizers.packing import (
    pack_int2,
    pack_int4,
    pack_ternary,
    unpack_int2,
    unpack_int4,
    unpack_ternary,
)
from keras_core.quantizers.quantizer import AbsMaxQuantizer, Quantizer

serialization.expose(
    "keras.quantizers",
    AbsMaxQuantizer,
    Quantizer,
    names={"abs_max_quantizer": AbsMaxQuantizer, "quantizer": Quantizer},
)


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


def serialize(initializer: Any) -> Any:
    """A JSON-ready description of a quantizer; the parameter is named as Keras names it."""
    return serialization.serialize_keras_object(initializer)


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """The quantizer that `serialize` described."""
    return serialization.deserialize_keras_object(config, custom_objects=custom_objects)


__all__ = [
    "AbsMaxQuantizer",
    "Quantizer",
    "abs_max_quantize",
    "abs_max_quantize_grouped_with_zero_point",
    "compute_float8_amax_history",
    "compute_float8_scale",
    "deserialize",
    "fake_quant_with_min_max_vars",
    "get",
    "pack_int2",
    "pack_int4",
    "pack_ternary",
    "quantize_and_dequantize",
    "serialize",
    "unpack_int2",
    "unpack_int4",
    "unpack_ternary",
]
