"""`keras.applications.imagenet_utils`."""

from keras_core.applications.architectures.imagenet import decode_predictions, preprocess_input

__all__ = [
    "decode_predictions",
    "preprocess_input",
]
