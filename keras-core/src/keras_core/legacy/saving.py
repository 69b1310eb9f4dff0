"""Objects as configs in the form of Keras 2: `keras.legacy.saving`."""

from keras_core.core.objects.keras2_configs import deserialize_keras_object, serialize_keras_object

__all__ = [
    "deserialize_keras_object",
    "serialize_keras_object",
]
