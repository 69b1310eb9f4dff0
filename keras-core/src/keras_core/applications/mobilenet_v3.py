"""`keras.applications.mobilenet_v3`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import unchanged as preprocess_input

__all__ = [
    "decode_predictions",
    "preprocess_input",
]
