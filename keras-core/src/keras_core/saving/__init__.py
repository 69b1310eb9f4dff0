"""Saving and loading: `keras.saving`."""

from keras_core.core.objects.serialization import (
    CustomObjectScope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)
from keras_core.core.objects.serialization import CustomObjectScope as custom_object_scope
from keras_core.saving.api import load_model, load_weights, save_model, save_weights
from keras_core.saving.file_editor import KerasFileEditor

__all__ = [
    "CustomObjectScope",
    "KerasFileEditor",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]
