"""Saving and loading: `keras.saving`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.core.objects.serialization import CustomObjectScope as CustomObjectScope
    from keras_core.core.objects.serialization import CustomObjectScope as custom_object_scope
    from keras_core.core.objects.serialization import (
        deserialize_keras_object as deserialize_keras_object,
    )
    from keras_core.core.objects.serialization import get_custom_objects as get_custom_objects
    from keras_core.core.objects.serialization import get_registered_name as get_registered_name
    from keras_core.core.objects.serialization import get_registered_object as get_registered_object
    from keras_core.core.objects.serialization import (
        register_keras_serializable as register_keras_serializable,
    )
    from keras_core.core.objects.serialization import (
        serialize_keras_object as serialize_keras_object,
    )
    from keras_core.saving.api import load_model as load_model
    from keras_core.saving.api import load_weights as load_weights
    from keras_core.saving.api import save_model as save_model
    from keras_core.saving.api import save_weights as save_weights
    from keras_core.saving.file_editor import KerasFileEditor as KerasFileEditor
else:
    __getattr__, __dir__ = lazily(__name__)

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
