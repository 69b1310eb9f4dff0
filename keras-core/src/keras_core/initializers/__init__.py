"""Initializers: `keras.initializers`."""

from typing import Any

from keras_core.core.objects import serialization
from keras_core.core.objects.lookup import resolve
from keras_core.initializers.base import Constant, Identity, Initializer, Ones, Zeros
from keras_core.initializers.random_initializers import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Orthogonal,
    RandomInitializer,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)

IdentityInitializer, OrthogonalInitializer = Identity, Orthogonal
constant, identity, ones, zeros = Constant, Identity, Ones, Zeros
glorot_normal, glorot_uniform = GlorotNormal, GlorotUniform
he_normal, he_uniform = HeNormal, HeUniform
lecun_normal, lecun_uniform = LecunNormal, LecunUniform
orthogonal, random_normal, random_uniform = Orthogonal, RandomNormal, RandomUniform
truncated_normal, variance_scaling = TruncatedNormal, VarianceScaling

_CLASSES = (
    Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Identity, LecunNormal,
    LecunUniform, Ones, Orthogonal, RandomNormal, RandomUniform, TruncatedNormal,
    VarianceScaling, Zeros,
)  # fmt: skip
serialization.expose(
    "keras.initializers",
    *_CLASSES,
    names={
        "IdentityInitializer": Identity,
        "OrthogonalInitializer": Orthogonal,
        "constant": Constant,
        "glorot_normal": GlorotNormal,
        "glorot_uniform": GlorotUniform,
        "he_normal": HeNormal,
        "he_uniform": HeUniform,
        "identity": Identity,
        "lecun_normal": LecunNormal,
        "lecun_uniform": LecunUniform,
        "normal": RandomNormal,
        "one": Ones,
        "ones": Ones,
        "orthogonal": Orthogonal,
        "random_normal": RandomNormal,
        "random_uniform": RandomUniform,
        "truncated_normal": TruncatedNormal,
        "uniform": RandomUniform,
        "variance_scaling": VarianceScaling,
        "zero": Zeros,
        "zeros": Zeros,
    },
)


def get(identifier: Any) -> Any:
    """An initializer from a name, a config, an instance, an array, a function or None.

    Args:
        identifier: Such as ``"glorot_uniform"``.

    Raises:
        ValueError: If there is no such initializer.

    Example:

    >>> import keras_core as keras
    >>> type(keras.initializers.get("zeros")).__name__
    'Zeros'
    """
    found = (
        Constant(identifier)
        if hasattr(identifier, "__array__") and not callable(identifier)
        else resolve(identifier, "keras.initializers", "initializer")
    )
    if isinstance(found, RandomInitializer) and found is identifier and found._init_seed is None:
        # one instance given to several weights must not give them the same values
        return found.clone()
    return found


def serialize(initializer: Any) -> Any:
    """A JSON-ready description of an initializer."""
    return serialization.serialize_keras_object(initializer)


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """The initializer that `serialize` described."""
    return serialization.deserialize_keras_object(config, custom_objects=custom_objects)


__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]
